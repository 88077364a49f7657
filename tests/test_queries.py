"""Canned queries: each runs, with its examples and with nothing; and nothing published scans a growing table in vain.

The rule of the plans: a step may scan a growing table only
- through a covering index (a count for each value of an indexed column, or a whole list that was asked for), or
- in the order of an index, up to a limit: `EXCUSED` names the queries and these steps.
Every other step searches: by a key, an index or the full-text index. Whoever names one paper, topic, author, key word,
venue or year never waits longer because the list grew elsewhere.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from phenomena.queries import Query, read_queries
from phenomena.schema import TABLES, VIEWS

QUERIES = read_queries()
GROWING = {
    "papers",
    "listings",
    "authors",
    "paper_authors",
    "keywords",
    "paper_keywords",
    "links",
    "related",
    "citations",
    "problems",
    "source_lines",
}
EXCUSED = {"keywords_over_time": ["SCAN keywords USING INDEX idx_keywords_paper_count"]}  # the eight most used
SCAN = re.compile(r"^SCAN (?:TABLE )?(\w+)(?: AS \w+)?(.*)$")


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        connection.create_function("fts_query", 1, lambda text: f'"{text}"*', deterministic=True)
        yield connection


def examples(query: Query) -> dict[str, str]:
    return {name: query.examples.get(name, "") for name in query.parameters}


def plan(database: sqlite3.Connection, sql: str, values: Mapping[str, str] | None = None) -> list[str]:
    return [row[3] for row in database.execute(f"explain query plan {sql}", values or {})]


def aliases(sql: str) -> dict[str, str]:
    """Names that a query gives to tables: `from authors as one` gives one -> authors."""
    return {match[2]: match[1] for match in re.finditer(r"\b(?:from|join)\s+(\w+)\s+as\s+(\w+)", sql, re.IGNORECASE)}


def scans(steps: list[str], names: Mapping[str, str]) -> list[str]:
    """The steps that read a growing table row by row, those through a covering index left out."""
    found = []
    for step in steps:
        match = SCAN.match(step)
        if match and names.get(match[1], match[1]) in GROWING and "COVERING INDEX" not in match[2]:
            found.append(step)
    return found


def test_the_growing_tables_are_those_of_the_schema() -> None:
    small = {"topics", "venues", "source", "resources"}
    assert {table.name for table in TABLES} == GROWING | small


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_reads_no_growing_table_in_vain(database: sqlite3.Connection, query: Query) -> None:
    found = scans(plan(database, query.sql, examples(query)), aliases(query.sql))
    assert found == EXCUSED.get(query.name, [])


def test_no_query_is_excused_that_is_gone_or_without_limit() -> None:
    assert {query.name for query in QUERIES if query.name in EXCUSED and " limit " in query.sql} == set(EXCUSED)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_facets_and_lookups_use_an_index(database: sqlite3.Connection, table: object) -> None:
    name, columns = getattr(table, "name", ""), getattr(table, "columns", ())
    counted = [facet for facet in getattr(table, "facets", ()) if ":" not in facet]
    for facet in counted:
        steps = plan(database, f"select [{facet}], count(*) from [{name}] group by [{facet}]")
        assert scans(steps, {}) == [], f"{name}: facet {facet}"
    for column in (column.name for column in columns if column.references):
        steps = plan(database, f"select * from [{name}] where [{column}] = :value", {"value": "x"})
        assert all(step.startswith("SEARCH") for step in steps), f"{name}.{column}: {steps}"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select topic, count(*) from papers where topic is not null group by topic", "facet topic"),
        ("select year, count(*) from papers where year is not null group by year", "facet year"),
        ("select venue, count(*) from papers where venue is not null group by venue", "facet venue"),
        ("select keyword, count(*) from paper_keywords group by keyword", "facet key word"),
        ("select author, count(*) from paper_authors group by author", "facet author"),
        ("select id from papers order by submitted desc limit 26", "first page of papers"),
        ("select id from authors order by paper_count desc limit 26", "first page of authors"),
        ("select id from keywords order by paper_count desc limit 26", "first page of key words"),
        ("select * from papers where topic = :value and year = 2022", "topic and year"),
        ("select * from papers where citekey = :value", "citation key"),
        ("select * from related where paper = :value order by rank", "related papers"),
        ("select * from problems where code = :value", "problems of one code"),
        ("select * from listings where line = 56", "an entry by its line"),
    ],
)
def test_what_pages_read_uses_an_index(database: sqlite3.Connection, sql: str, why: str) -> None:
    steps = [step for step in plan(database, sql, {"value": "x"} if ":value" in sql else {}) if "B-TREE" not in step]
    assert all("INDEX" in step or "INTEGER PRIMARY KEY" in step for step in steps), f"{why}: {steps}"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_filtered_by_its_key_is_searched(database: sqlite3.Connection, view: object) -> None:
    keys = {"topic_years": "topic_id", "keyword_years": "keyword_id", "keyword_pairs": "keyword_id"}
    keys |= {"coauthors": "author_id", "venue_years": "venue_id", "screening": "paper", "publication_lag": "paper"}
    keys |= {"list_entries": "line", "code_by_year": "year"}
    name = getattr(view, "name", "")
    if key := keys.get(name):
        names = {"one": "authors", "two": "authors", "first": "paper_authors", "second": "paper_authors"}
        steps = plan(database, f"select * from [{name}] where [{key}] = :value", {"value": "x"})
        assert scans(steps, names if name in ("coauthors", "keyword_pairs") else {}) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
@pytest.mark.anyio
async def test_a_query_runs_with_its_examples_and_with_nothing(site: Datasette, query: Query) -> None:
    rows = await rows_of(site, query.name, examples(query))
    assert rows, "the examples find something"
    for name in query.parameters:
        await rows_of(site, query.name, {**examples(query), name: ""})
    await rows_of(site, query.name, dict.fromkeys(query.parameters, ""))


@pytest.mark.parametrize("query", [query for query in QUERIES if query.parameters], ids=lambda query: query.name)
@pytest.mark.anyio
async def test_a_query_takes_any_value(site: Datasette, query: Query) -> None:
    for value in ("'", '"', "%", "no such thing", "1e999", "\N{SNOWMAN}" * 50, "'; drop table papers; --"):
        await rows_of(site, query.name, dict.fromkeys(query.parameters, value))


async def rows_of(site: Datasette, name: str, values: Mapping[str, str]) -> list[dict[str, object]]:
    response = await site.client.get(f"/phenomena/{name}.json?{urlencode({**values, '_shape': 'array'})}")
    assert response.status_code == 200, f"{values}: {response.text[:300]}"
    rows = response.json()
    assert isinstance(rows, list)
    return rows


# What the queries promise, against a count of the tables


@pytest.mark.anyio
async def test_papers_by_topic_and_year_agree_with_the_listings(site: Datasette, database: sqlite3.Connection) -> None:
    for topic, year in (("neural-collapse", "2022"), ("neural-collapse", ""), ("", "2022"), ("", "")):
        sql = "select paper from listings where :topic in ('', topic) and :year in ('', year || '') order by id"
        expected = [row[0] for row in database.execute(sql, {"topic": topic, "year": year})]
        rows = await rows_of(site, "papers_by_topic_and_year", {"topic": topic, "year": year})
        assert [row["paper"] for row in rows] == expected


@pytest.mark.anyio
async def test_papers_without_a_link_are_those_with_none(site: Datasette, database: sqlite3.Connection) -> None:
    expected = {row[0] for row in database.execute("select id from papers where paper_url is null")}
    assert {row["paper"] for row in await rows_of(site, "papers_without_a_link", {})} == expected != set()


@pytest.mark.anyio
async def test_problems_by_code_count_every_problem(site: Datasette, database: sqlite3.Connection) -> None:
    rows = await rows_of(site, "problems_by_code", {})
    counted = dict(database.execute("select code, count(*) from problems group by code").fetchall())
    assert {row["code"]: row["problem_count"] for row in rows} == counted


@pytest.mark.anyio
async def test_the_share_with_code_lies_within_its_interval(site: Datasette) -> None:
    rows = await rows_of(site, "share_with_code_by_year", {"topic": ""})
    for row in rows:
        papers, with_code, share, low, high = (
            float(str(row[key])) for key in ("paper_count", "with_code", "share", "low", "high")
        )
        assert share == round(with_code / papers, 4)
        assert 0 <= low <= share <= high <= 1


@pytest.mark.anyio
async def test_search_ranks_the_title_first_and_narrows(site: Datasette) -> None:
    everything = await rows_of(site, "search", {"q": "grokking"})
    assert "grokking" in str(everything[0]["title"]).casefold()
    scores = [float(str(row["score"])) for row in everything]
    assert scores == sorted(scores, reverse=True)
    assert all("«" in str(row["snippet"]) for row in everything)
    year = everything[0]["year"]
    narrowed = await rows_of(site, "search", {"q": "grokking", "year": str(year)})
    assert [row["paper"] for row in narrowed] == [row["paper"] for row in everything if row["year"] == year]
    assert await rows_of(site, "search", {"q": "grokking", "author": "nobody at all"}) == []
    assert await rows_of(site, "search", {"q": ""}) == []
