"""The lines that stand below every table and query: run, they fetch the rows as they are, identifiers unchanged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import httpx
import pandas as pd
import pytest
from datasette.app import Datasette
from page_kinds import fetch, sql_path
from page_reading import read
from selectolax.lexbor import LexborHTMLParser

ODD_COLUMN = """select arxiv_id as "it's one", id, venue_year from papers where arxiv_id is not null"""
PRUNING = "select papers.* from paper_keywords join papers on papers.id = paper where keyword = 'pruning'"
AGENT = "select '007' as agent, 'true' as word, 7 as n"
PAGES = {
    "a table": ("/phenomena/papers", "select * from papers"),
    "a table filtered": ("/phenomena/papers?_keyword=pruning", PRUNING),
    "its first page without arXiv ids": ("/phenomena/papers?_sort=arxiv_id", "select * from papers"),
    "a table without such a column": ("/phenomena/paper_authors", "select * from paper_authors"),
    "a view": ("/phenomena/list_entries", "select * from list_entries"),
    "SQL": (sql_path("select id, arxiv_id from papers"), "select id, arxiv_id from papers"),
    "a column of any name": (sql_path(ODD_COLUMN), ODD_COLUMN),
    "numbers as text": (sql_path(AGENT), AGENT),
}


def lines_of(page: LexborHTMLParser) -> dict[str, str]:
    """Name and text of each ready line of a page."""
    names = [node.text() for node in page.css("details.take h3")]
    return dict(zip(names, [node.text() for node in page.css("details.take pre[id^=take-]")], strict=True))


def as_text(rows: list[dict[str, Any]]) -> list[list[str | None]]:
    """Rows in any order, each value as text."""
    return sorted([[None if value is None else str(value) for value in row.values()] for row in rows], key=str)


def run_pandas(line: str) -> list[dict[str, Any]]:
    names: dict[str, Any] = {}
    exec(line, names)
    frame: pd.DataFrame = names["rows"]
    whole = frame.convert_dtypes()  # years with gaps are fractions until then
    rows: list[dict[str, Any]] = whole.astype(object).where(frame.notna(), None).to_dict("records")
    return rows


def run_duckdb(line: str, place: Path) -> list[dict[str, Any]]:
    """The rows of a line; the file is fetched first, for DuckDB would download an extension that reads addresses."""
    [address] = re.findall(r"'(http[^']*)'", line)
    (place / "rows.csv").write_bytes(httpx.get(address).raise_for_status().content)
    with duckdb.connect() as connection:
        found = connection.execute(line.replace(address, str(place / "rows.csv")))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("name", PAGES)
def test_pandas_and_duckdb_read_every_value_as_it_is(server: str, folder: Path, tmp_path: Path, name: str) -> None:
    path, sql = PAGES[name]
    lines = lines_of(LexborHTMLParser(httpx.get(server + path).raise_for_status().text))
    wanted = as_text(fetch(folder, sql))
    assert wanted
    assert as_text(run_pandas(lines["pandas"])) == wanted
    assert as_text(run_duckdb(lines["DuckDB"], tmp_path)) == wanted


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "pandas", "r", "duckdb"),
    [
        (
            "/phenomena/papers",
            ', dtype={"arxiv_id": str}',
            ', colClasses = c(arxiv_id = "character")',
            ", types={'arxiv_id': 'VARCHAR'}",
        ),
        ("/phenomena/papers?_col=title", "", "", ""),
        ("/phenomena/topics", "", "", ""),
        (sql_path("select 1 as a, 2.5 as b, 'x' as c, null as d"), "", "", ""),
        (
            sql_path("""select '1' as "a 'b'", '2' as c"""),
            """, dtype={"a 'b'": str, "c": str}""",
            """, colClasses = c("a 'b'" = "character", c = "character"), check.names = FALSE""",
            ", types={'a ''b''': 'VARCHAR', 'c': 'VARCHAR'}",
        ),
    ],
)
async def test_only_columns_that_are_there_are_named(
    site: Datasette, path: str, pandas: str, r: str, duckdb: str
) -> None:
    lines = lines_of(await read(site, path))
    assert lines["pandas"].partition('"')[2].partition('"')[2] == f"{pandas})"
    assert lines["R"].partition('encoding = "UTF-8"')[2] == f"{r})"
    assert lines["DuckDB"].rpartition("'http")[2].partition("'")[2] == f"{duckdb});"


@pytest.mark.anyio
async def test_a_page_without_rows_offers_lines_that_fail_in_no_program(site: Datasette, folder: Path) -> None:
    lines = lines_of(await read(site, "/phenomena/papers?_search=zzzz"))
    assert "arxiv_id" in lines["pandas"], "the columns are there even so"
    lines = lines_of(await read(site, f"/phenomena?{urlencode({'sql': 'select arxiv_id from papers where 0'})}"))
    assert 'dtype={"arxiv_id": str}' in lines["pandas"]
