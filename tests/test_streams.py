"""Long downloads: made in pieces, whole and in order, no longer than their client is there."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.utils.asgi import AsgiWriter
from page_kinds import fetch
from phenomena_web import citation_files, whole_tables

pytestmark = pytest.mark.anyio
SEARCHED = "papers.rowid in (select rowid from papers_fts('neural*'))"
ORDERED = {  # path to the SQL of its rows
    "papers.csv": "select * from papers order by submitted desc, id",
    "papers.csv?_sort=venue": "select * from papers order by venue, id",
    "papers.csv?year__gt=2021&_col=title": "select id, title from papers where year > 2021 order by submitted desc, id",
    "papers.csv?_search=neural&_sort_desc=year": f"select * from papers where {SEARCHED} order by year desc, id",
    "paper_authors.csv": "select * from paper_authors order by paper, position",
    "papers.csv?_labels=on&_col=title&_col=venue": """select papers.id, title, venue, name from papers
        left join venues on venues.id = venue order by submitted desc, papers.id""",
}


@pytest.mark.parametrize("path", ORDERED)
@pytest.mark.parametrize("size", [7, 5_000])
async def test_a_csv_in_pieces_is_whole_and_in_order(
    site: Datasette, folder: Path, path: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_tables, "PIECE", size)
    text = (await site.client.get(f"/phenomena/{path}")).text
    wanted = [["" if value is None else str(value) for value in row.values()] for row in fetch(folder, ORDERED[path])]
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == wanted
    assert len(wanted) > 2 * 7


@pytest.mark.parametrize(
    "path", ["papers.bib", "papers.csl?_sort=title", "listings.ris?_abstract=digest", "papers.csl?year=1"]
)
async def test_citations_in_pieces_are_those_in_one(
    site: Datasette, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for size in (7, 5_000):
        monkeypatch.setattr(citation_files, "PIECE", size)
        found.append((await site.client.get(f"/phenomena/{path}")).text)
    assert found[0] == found[1] != ""
    if ".csl" in path:
        assert len(json.loads(found[0])) == (0 if "year" in path else 580)


async def test_others_have_their_turn_while_the_rows_of_a_query_are_written(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written one by one, and held back until the result is known to be whole."""
    write = AsgiWriter.write
    turns: list[int] = [0]  # how many rows were written in each

    async def count(self: AsgiWriter, chunk: str) -> None:
        turns[-1] += bool(chunk)  # the last is empty
        await write(self, chunk)

    async def other() -> None:
        while True:
            turns.append(0)
            await asyncio.sleep(0)

    monkeypatch.setattr(AsgiWriter, "write", count)
    waiting = asyncio.create_task(other())
    answer = await site.client.get("/phenomena.csv?sql=select+*+from+papers+limit+500")
    waiting.cancel()
    assert (answer.status_code, sum(turns)) == (200, 1 + 500)
    assert max(turns) < 100


@pytest.mark.parametrize("extension", ["csv", "sheet", "bib"])
async def test_rows_whose_order_takes_too_long_are_refused(
    site: Datasette, extension: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = Database.execute

    async def late(self: Database, sql: str, *args: Any, **options: Any) -> Any:
        if "as numbers" in sql:
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, {})
        return await execute(self, sql, *args, **options)

    await site.invoke_startup()
    monkeypatch.setattr(Database, "execute", late)
    answer = await site.client.get(f"/phenomena/papers.{extension}")
    assert (answer.status_code, answer.text.strip()) == (400, whole_tables.TOO_LONG)


@pytest.mark.parametrize("path", ["papers.csv", "papers.sheet", "papers.bib", "screening.ris"])
async def test_nothing_is_counted_for_a_download(site: Datasette, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many rows that would take longer than it may, and nobody would keep an answer of which a part failed."""
    execute, statements = Database.execute, list[str]()

    async def note(self: Database, sql: str, *args: Any, **options: Any) -> Any:
        statements.append(sql)
        return await execute(self, sql, *args, **options)

    await site.invoke_startup()
    monkeypatch.setattr(Database, "execute", note)
    answer = await site.client.get(f"/phenomena/{path}")
    assert (answer.status_code, "etag" in answer.headers) == (200, True)
    assert [sql for sql in statements if "count(" in sql] == []
    assert len(statements) > 2


async def test_a_download_that_is_asked_for_with_a_cookie_is_kept_by_nobody(site: Datasette) -> None:
    answer = await site.client.get("/phenomena/papers.csv", headers={"cookie": "a=b"})
    assert answer.headers["cache-control"] == "private, no-store"
    assert "no-store" not in (await site.client.get("/phenomena/papers.csv")).headers["cache-control"]


@pytest.mark.parametrize("path", ["papers.csv", "papers.sheet", "papers.bib", "screening.csv"])
async def test_nothing_more_is_read_for_a_client_that_has_left(
    folder: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real connection, closed as the hundredth statement runs; each piece is of one row, and so takes a statement."""
    monkeypatch.setattr(whole_tables, "PIECE", 1)
    monkeypatch.setattr(citation_files, "PIECE", 1)
    site = Datasette(config_dir=folder, settings={"max_returned_rows": 1, "default_page_size": 1})
    await site.invoke_startup()
    execute, asked = Database.execute, 0
    begun, left, over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def count(self: Database, *args: Any, **options: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 100:
            begun.set()
            await asyncio.wait_for(left.wait(), 30)
        return await execute(self, *args, **options)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def listen() -> Any:
            message = await receive()
            if message["type"] == "http.disconnect":
                left.set()
            return message

        try:
            await served(scope, listen, send)
        finally:
            over.set()

    served = site.app()
    monkeypatch.setattr(Database, "execute", count)
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="critical"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    _, writer = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname())
    writer.write(f"GET /phenomena/{path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())
    await asyncio.wait_for(begun.wait(), 30)
    writer.close()
    await asyncio.wait_for(over.wait(), 30)
    server.should_exit = True
    await serving
    assert 100 <= asked < 150, "no more than what is next to be sent"
