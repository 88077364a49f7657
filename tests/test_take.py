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
from datasette.version import __version__
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


# The card: somebody else can repeat the search without this site


def card_of(page: LexborHTMLParser) -> dict[str, str]:
    """Label and text of each line of the card; the SQL takes several."""
    lines, _, sentence = page.css_first("#search-card").text().partition("\n\nMethods sentence: ")
    lines, _, sql = lines.partition("\nFull strategy (8), SQL:\n")
    return {**dict(line.split(": ", 1) for line in lines.splitlines()), "SQL": sql, "sentence": sentence}


QUOTED = """select title, ':year' as ":year", [id] from papers where year = :year and title > :a"""
CARDS = (
    "/phenomena/papers",
    "/phenomena/papers?_topic=neural-collapse&_year=2022&_view=table",
    "/phenomena/papers?_keyword=lottery-ticket-hypothesis&_author=Jonathan+Frankle&venue=iclr",
    "/phenomena/papers?_search=grokk&year__gte=2022&_sort=title",
    "/phenomena/papers?_search_title=double+desc&keywords__arraycontains=Grokking",
    "/phenomena/papers?_search=it%27s+%22neural+collapse%22",
    "/phenomena/papers?_searchmode=raw&_search=grokking+OR+pruning",
    "/phenomena/papers?_where=title+like+%27%25:a%25%27+or+year+%3E+2019",
    "/phenomena/list_entries?year=2022",
    "/phenomena/papers?_search=grokk",
    "/phenomena/papers?_search=lottery+ticket+year%3A2019-2021&_author=Jonathan+Frankle&_year=2020",
    "/phenomena/papers?_search=neural+-deep+has%3Acode+OR+2020&_topic=Neural+Collapse&venue=iclr",
    "/phenomena/papers?_search=groking+-vision",
    "/phenomena/papers?_search=-vision",
    "/phenomena/coauthors_of_an_author?author=Jonathan+Frankle",
    "/phenomena/papers_by_topic_and_year?topic=neural+collapse&year=2022",
    "/phenomena/most_listed_authors",
    sql_path("select title from papers_fts where papers_fts match fts_query(:q) -- what's :q?\nlimit 3") + "&q=grokk",
    sql_path(QUOTED) + "&year=2022&a=It's",
    sql_path("select title from papers_fts where papers_fts match fts_query('out-of-distribution')"),
)  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize("path", CARDS)
async def test_the_sql_of_a_card_finds_as_many_records_without_this_site(
    site: Datasette, folder: Path, path: str
) -> None:
    card = card_of(await read(site, path))
    number = len(fetch(folder, card["SQL"]))
    words = f"{number:,} record{'' if number == 1 else 's'}"
    assert number and card["Total records (15)"] == words
    assert f"identified {words};" in card["sentence"]


@pytest.mark.anyio
async def test_a_later_page_describes_the_whole_selection(site: Datasette, folder: Path) -> None:
    first = await read(site, "/phenomena/papers?_topic=empirical-study&_sort=title")
    [following] = [one.attributes["href"] or "" for one in first.css("a[rel=next]")]
    second = card_of(await read(site, following.removeprefix("http://localhost")))
    assert second == card_of(first)
    assert len(fetch(folder, second["SQL"])) > 50


@pytest.mark.anyio
async def test_a_card_of_a_search_holds_words_filters_platform_and_address(site: Datasette, folder: Path) -> None:
    card = card_of(await read(site, "/phenomena/papers?_search=grokk&_year=2023&_next=5"))
    [source] = fetch(folder, "select * from source")
    searched = 'Papers: list year 2023 and search matches "grokk"'
    number = card["Total records (15)"]
    assert {key: value for key, value in card.items() if key not in ("SQL", "sentence")} == {
        "Database (PRISMA-S item 1)": "Deep-learning phenomena: papers as data",
        "Platform (1)": f"Datasette {__version__}, http://localhost/",
        "Built from": f"{source['title']} ({source['name']}), SHA-256 {source['sha256']}",
        "Rows served": f"SHA-256 {source['content_sha256']}",
        "Searched (8)": searched,
        "Address (8)": "http://localhost/phenomena/papers?_search=grokk&_year=2023",
        "Limits and restrictions (9)": 'list year 2023 and search matches "grokk"',
        "Date of search (13)": "[date]",
        "Total records (15)": number,
    }
    assert card["sentence"] == (
        f"We searched the database “Deep-learning phenomena: papers as data” ({searched}) on the platform Datasette "
        f"{__version__} at http://localhost/, built from the list “{source['title']}” (SHA-256 "
        f"{str(source['sha256'])[:12]}…), on [date], and identified {number}; the full search strategy is given in the "
        "supplement."
    )
    assert 'match \'("grokk"* OR ' in card["SQL"]


@pytest.mark.anyio
async def test_a_cut_result_is_not_called_all(site: Datasette) -> None:
    card = card_of(await read(site, sql_path("select line from source_lines, topics")))
    assert card["Total records (15)"] == (
        "at least 5,000 records (the first 5,000 of more; a limit or a narrower search gives all)"
    )
    assert "identified at least 5,000 records;" in card["sentence"]


@pytest.mark.anyio
@pytest.mark.parametrize("value", ["x' or 1=1 --", "\x00", "“”", "a\nb", ":q"])
async def test_no_value_leaves_its_quotes(site: Datasette, folder: Path, value: str) -> None:
    query = urlencode({"sql": "select :v as v, ':v' as w", "v": value})
    assert fetch(folder, card_of(await read(site, f"/phenomena?{query}"))["SQL"]) == [{"v": value, "w": ":v"}]
