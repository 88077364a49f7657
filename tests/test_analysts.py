"""What analysts ask is answered: each statement gives, in the sandbox, the rows that SQLite gives without it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from page_kinds import find_page_kinds
from phenomena_web.search.expressions import match_expression
from phenomena_web.search.language import parse

STATEMENTS = [
    block.removeprefix("-- ").split("\n", 1)
    for block in Path(__file__).with_name("analysts.sql").read_text("utf-8").strip().split("\n\n")
]
PARAMETERS = {"year": "2022"}


def read_without_sandbox(folder: Path, sql: str) -> list[list[object]]:
    """The rows that SQLite gives on a connection of its own."""
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?immutable=1", uri=True)) as database:
        database.create_function("fts_query", 1, lambda text: match_expression(parse(text, has_filters=False)))
        return [list(row) for row in database.execute(sql, PARAMETERS)]


def test_there_are_sixty_statements() -> None:
    assert len({sql for _, sql in STATEMENTS}) >= 60


@pytest.mark.anyio
@pytest.mark.parametrize(("title", "sql"), STATEMENTS, ids=[title for title, _ in STATEMENTS])
async def test_statement_gives_the_rows_of_sqlite(site: Datasette, folder: Path, title: str, sql: str) -> None:
    values = PARAMETERS if ":year" in sql else {}
    response = await site.client.get("/phenomena.json?" + urlencode({"sql": sql, **values}))
    assert response.status_code == 200, response.json()["error"]
    assert response.json()["rows"] == read_without_sandbox(folder, sql)
    assert response.json()["truncated"] is False


@pytest.mark.anyio
async def test_every_kind_of_page_answers(site: Datasette, folder: Path) -> None:
    answers = {kind: (await site.client.get(path)).status_code for kind, path in find_page_kinds(folder).items()}
    assert answers == dict.fromkeys(answers, 200)


@pytest.mark.anyio
@pytest.mark.parametrize("extension", ["json", "csv", "bib", "ris", "csl"])
async def test_a_statement_comes_in_every_format(site: Datasette, extension: str) -> None:
    sql = urlencode({"sql": "select * from papers where year = 2022 order by id"})
    response = await site.client.get(f"/phenomena.{extension}?{sql}")
    assert response.status_code == 200
    assert "arxiv" in response.text
    assert not response.headers["content-type"].startswith("text/html")
