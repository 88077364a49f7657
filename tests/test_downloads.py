"""CSV of a served site, raw and for spreadsheets: whole, or refused; and the names of all downloads."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from awkward import fetch
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from phenomena_web import whole_tables
from phenomena_web.answers.middleware import BROKEN_OFF
from readers import DIGEST_LABEL, READERS, ris_records

FORMATS = ("bib", "ris", "csl")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "disposition"),
    [
        ("papers.bib?topic=neural-collapse", 'attachment; filename="phenomena-papers-topic-neural-collapse.bib"'),
        ("papers.ris?_search=a+b&_sort=year", 'attachment; filename="phenomena-papers-search-a-b-sort-year.ris"'),
        ("papers.csl?year__gt=2020&_where=1", 'attachment; filename="phenomena-papers-year-gt-2020-where-1-csl.json"'),
        ("search.bib?q=Erdős&topic=", 'attachment; filename="phenomena-search-q-erdos.bib"'),
        ("papers/arxiv-2409-15156.ris", 'attachment; filename="phenomena-papers-arxiv-2409-15156.ris"'),
        ("papers.csv", 'inline; filename="phenomena-papers-raw.csv"'),
        ("papers.csv?_dl=1", 'attachment; filename="phenomena-papers-raw.csv"'),
        ("papers.sheet", 'attachment; filename="phenomena-papers-for-spreadsheets.csv"'),
        ('papers.bib?title="%0d%0ax', 'attachment; filename="phenomena-papers-title-x.bib"'),
    ],
)
async def test_files_are_named_for_what_they_hold(site: Datasette, path: str, disposition: str) -> None:
    assert (await fetch(site, f"/phenomena/{path}")).headers["content-disposition"] == disposition


@pytest.mark.anyio
async def test_a_file_name_stays_short(site: Datasette) -> None:
    response = await fetch(site, f"/phenomena/papers.bib?title__not={'x' * 3000}")
    assert len(response.headers["content-disposition"]) < 150
    response = await fetch(site, "/phenomena.csv?sql=select+1")
    assert response.headers["content-disposition"] == 'inline; filename="phenomena-query-raw.csv"'


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.anyio
@pytest.mark.parametrize("cookie", [[(b"cookie", b"kept=no")], []], ids=["sent as it is made", "collected first"])
@pytest.mark.parametrize("name", ["papers.csv", "screening.csv", "papers.csv?_sort=title&_labels=on", "papers.sheet"])
async def test_a_csv_that_breaks_off_is_left_unfinished_or_refused(
    small_pages: Datasette, monkeypatch: pytest.MonkeyPatch, name: str, cookie: list[tuple[bytes, bytes]]
) -> None:
    """A client that gets the end of an answer takes it for whole; the third piece of these rows runs out of time."""
    file, _, query = name.partition("?")
    monkeypatch.setattr(whole_tables, "PIECE", 7)
    await small_pages.invoke_startup()
    database, pages = small_pages.get_database("phenomena"), 0
    execute = database.execute

    async def interrupted(sql: str, *args: Any, **kwargs: Any) -> Any:
        nonlocal pages
        pages += ("limit 8" in sql and "as value" not in sql) or "as piece" in sql  # no facet is meant
        if pages == 3:
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, {})
        return await execute(sql, *args, **kwargs)

    monkeypatch.setattr(database, "execute", interrupted)
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    path = f"/phenomena/{file}"
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": cookie}
    await small_pages.app()({**scope, "query_string": query.encode(), "scheme": "http"}, None, keep)
    body = b"".join(message.get("body", b"") for message in sent)
    if not cookie:
        assert (sent[0]["status"], body.decode()) == (503, f"{BROKEN_OFF}\n")
        return
    assert (sent[0]["status"], len(read_csv(body.decode()))) == (200, 1 + 14)
    assert all(message["more_body"] for message in sent[1:])
    assert b"interrupted" not in body


@pytest.mark.anyio
@pytest.mark.parametrize("query", ["", "_size=max", "_stream=on", "_labels=on&_size=max", "_sort=title"])
async def test_a_csv_of_a_table_is_whole(small_pages: Datasette, query: str) -> None:
    for table, rows in (("papers", 101), ("paper_authors", 404), ("screening", 101)):
        if (table, query) != ("paper_authors", "_sort=title"):
            assert len(read_csv((await fetch(small_pages, f"/phenomena/{table}.csv?{query}")).text)) == rows + 1


@pytest.mark.anyio
async def test_a_number_in_size_is_kept(small_pages: Datasette) -> None:
    assert len(read_csv((await fetch(small_pages, "/phenomena/papers.csv?_size=3")).text)) == 4
    assert len(read_csv((await fetch(small_pages, "/phenomena/papers.sheet?_size=3")).text)) == 4
    for path in (
        "papers.json?_shape=array&_size=3",
        "papers.json?_shape=array&_size=3&_sort=id&_next=arxiv-2201-00007",
    ):
        assert len((await fetch(small_pages, f"/phenomena/{path}")).json()) == 3


@pytest.mark.anyio
@pytest.mark.parametrize("extension", ["csv", "sheet", "bib"])
async def test_a_query_beyond_the_limit_is_refused_and_one_at_the_limit_is_not(
    small_pages: Datasette, extension: str
) -> None:
    sql = quote("select id as paper, char(10) as line from papers limit ")
    assert (await fetch(small_pages, f"/phenomena.{extension}?sql={sql}7")).status_code == 200
    response = await small_pages.client.get(f"/phenomena.{extension}?sql={sql}8")
    assert (response.status_code, "7 rows" in response.text) == (400, True)
    response = await small_pages.client.get(f"/phenomena/papers_by_topic_and_year.{extension}?topic=&year=")
    assert (response.status_code, "7 rows" in response.text) == (400, True)


SAFE = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "\tx": "'\tx",
    "\rx": "'\rx",
    "\n=x": "'\n=x",
    " \u00a0=1": "' \u00a0=1",
    "\u200b=1": "'\u200b=1",
    "\ufeff=1": "'\ufeff=1",
    "＝1": "'＝1",
    "＋1": "'＋1",
    "－1": "'－1",
    "＠x": "'＠x",
    "﹦1": "'﹦1",
    "-": "'-",
    "-1": "-1",
    "-0.25": "-0.25",
    "1e-05": "1e-05",
    "-1|cmd": "'-1|cmd",
    "a=1": "a=1",
    "'=1": "'=1",
    "; =1": "; =1",
    'say "x", then': 'say "x", then',
    "": "",
}


@pytest.mark.anyio
async def test_no_cell_of_a_sheet_begins_a_formula(site: Datasette) -> None:
    sql = "select " + ", ".join(f":p{place} as [{place}{'=' * (place == 0)}]" for place in range(len(SAFE)))
    response = await site.client.get(
        "/phenomena.sheet?" + str(httpx.QueryParams({"sql": sql, **{f"p{i}": cell for i, cell in enumerate(SAFE)}}))
    )
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert read_csv(response.content.decode("utf-8-sig"))[1] == list(SAFE.values())
    header = await fetch(site, "/phenomena.sheet?sql=select+1+as+[=1]")
    assert header.text == '\ufeff"\'=1"\r\n"1"\r\n'


@pytest.mark.anyio
@pytest.mark.parametrize(
    "page", ["papers.{}", "papers.{}?_labels=on&topic=topic-others", "screening.{}", "papers.{}?year=1900"]
)
async def test_a_sheet_is_the_raw_csv_made_safe(small_pages: Datasette, page: str) -> None:
    raw = read_csv((await fetch(small_pages, "/phenomena/" + page.format("csv"))).text)
    sheet = read_csv((await fetch(small_pages, "/phenomena/" + page.format("sheet"))).content.decode("utf-8-sig"))
    assert [[cell.removeprefix("'") for cell in row] for row in sheet] == [
        [c.removeprefix("'") for c in r] for r in raw
    ]
    assert all(not cell.startswith(tuple("=+-@")) for row in sheet for cell in row)
    assert len(sheet) in (1, 102)


@pytest.mark.anyio
async def test_long_cells_go_into_a_sheet(site: Datasette) -> None:
    sql = "select group_concat(digest || title) as a from papers, topics"
    [head, row] = read_csv((await fetch(site, f"/phenomena.csv?sql={quote(sql)}")).text)
    assert (head, len(row[0]) > 131_072) == (["a"], True)
    sheet = await fetch(site, f"/phenomena.sheet?sql={quote(sql)}")
    assert read_csv(sheet.content.decode("utf-8-sig")) == [head, row]


@pytest.mark.anyio
async def test_screening_records_hold_their_digests_as_abstracts(folder: Path, site: Datasette) -> None:
    rows = list(csv.DictReader(io.StringIO((await fetch(site, "/phenomena/screening.csv")).text)))
    records = ris_records((await fetch(site, "/phenomena/screening.ris")).text)
    assert [(row["title"], [f"{DIGEST_LABEL} {row['abstract']}"] if row["abstract"] else []) for row in rows] == [
        (record["TI"][0], record.get("AB", [])) for record in records
    ]
    assert sum("AB" in record for record in records) == 580
    assert all("AB" not in record for record in ris_records((await fetch(site, "/phenomena/papers.ris")).text))


def test_asreview_reads_every_record(server: str, asreview: Path, tmp_path: Path) -> None:
    """By the real reader of the screening tool, in its own environment, warnings as errors."""
    reader = Path(__file__).with_name("read_with_asreview.py")
    files = [tmp_path / "screening.csv", tmp_path / "screening.ris"]
    for path in files:
        path.write_bytes(httpx.get(f"{server}/phenomena/{path.name}").raise_for_status().content)
    run = subprocess.run([asreview, "-W", "error", reader, *files], capture_output=True, text=True, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    read: Mapping[str, list[dict[str, str | None]]] = json.loads(run.stdout)
    rows = list(csv.DictReader(io.StringIO(files[0].read_text("utf-8"))))
    expected = [{"title": row["title"], "abstract": row["abstract"] or None} for row in rows]
    labelled = [
        {**row, "abstract": f"{DIGEST_LABEL} {row['abstract']}" if row["abstract"] else None} for row in expected
    ]
    assert len(expected) == 580
    assert read == {"screening.csv": expected, "screening.ris": labelled}


def test_the_real_server_gives_every_download_compressed_or_not(server: str) -> None:
    for encoding in ("gzip", "identity"):
        with httpx.Client(base_url=server, headers={"accept-encoding": encoding}) as client:
            for extension in FORMATS:
                response = client.get(f"/phenomena/papers.{extension}")
                assert len(READERS[extension](response.text)) == 580
            for path, rows in (
                ("papers.csv", 580),
                ("papers.sheet", 580),
                ("papers_by_topic_and_year.csv?topic=&year=", 581),  # a row per entry
            ):
                assert len(read_csv(client.get(f"/phenomena/{path}").text)) == 1 + rows
