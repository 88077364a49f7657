"""Query plans: nothing that is published, and no page, scans a growing table in vain.

A step may scan a growing table only
- through a covering index (a count for each value of an indexed column, or a whole list that was asked for), or
- in the order of an index, up to a limit, or to count or sort all of it: `EXCUSED` names statements and steps.
Every other step searches: by a key, an index or the full-text index. Whoever names one paper, topic, author, keyword,
venue or year never waits longer because the list grew elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from phenomena_web.page_order import Order
from phenomena_web.search.relevance import count_directly
from plans import GROWING, STATEMENTS, aliases, example_values, plan, runnable, scans

from phenomena.database.queries import LOOKUPS, Query, read_queries
from phenomena.database.schema.search_tables import SEARCH_TABLES
from phenomena.database.schema.stored_tables import STORED
from phenomena.database.schema.tables import DERIVED_TABLES, TABLES
from phenomena.database.schema.views import VIEWS, View

QUERIES = read_queries()
EXCUSED = {
    "keywords_over_time": ["SCAN keywords USING INDEX idx_keywords_paper_count"],  # the eight most used
    "top_authors": ["SCAN authors USING INDEX idx_authors_paper_count_id"],  # the first ten
    "most_used_keywords": ["SCAN keywords USING INDEX idx_keywords_paper_count"],  # the first sixty
    "facets_of_all": [
        f"SCAN {index.partition('_')[0]} USING INDEX idx_{index}"
        for index in ("keywords_paper_count", "authors_paper_count_id")
    ],
    "top_keywords": ["SCAN keywords USING INDEX idx_keywords_paper_count"],  # the first ten
}
EXCUSED_WITHOUT_LIMIT = {
    "timeline_papers": ["SCAN papers USING INDEX idx_papers_topic_year"],  # a dot for each
    "papers_on_map": ["SCAN positions USING INDEX sqlite_autoindex_positions_1"],  # draws all papers
    "papers_of_feed": ["SCAN papers"],  # sorts all papers by day; what they must share is searched
}


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        connection.create_function("fts_query", 1, lambda text: f'"{text}"*', deterministic=True)
        yield connection


def test_the_growing_tables_are_those_of_the_schema() -> None:
    small = {"lists", "topics", "venues", "source", "resources"}
    of_topics_years_or_letters = {"stored_topic_years", "stored_topic_facts", "stored_topic_authors", "stored_letters"}
    of_topics_years_or_letters |= {"stored_venue_years", "stored_code_years", "stored_months", "stored_coverage"}
    of_topics_years_or_letters |= {"stored_additions", "stored_topic_additions"}
    of_topics_years_or_letters |= {"stored_publication_lags", "stored_listing_lags"}
    of_topics_years_or_letters |= {"stored_list_years", "stored_list_topics"}
    declared = {table.name for table in (*TABLES, *DERIVED_TABLES, *SEARCH_TABLES, *STORED)}
    assert declared == GROWING | small | of_topics_years_or_letters


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_reads_no_growing_table_in_vain(database: sqlite3.Connection, query: Query) -> None:
    found = scans(plan(database, query.sql, {one.name: "x" for one in query.parameters}), aliases(query.sql))
    assert found == EXCUSED.get(query.name, [])


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_page_reads_no_growing_table_in_vain(database: sqlite3.Connection, name: str) -> None:
    sql = runnable(name)
    found = scans(plan(database, sql, example_values(sql)), aliases(sql))
    assert found == (EXCUSED | EXCUSED_WITHOUT_LIMIT).get(name, [])


def test_no_statement_is_excused_that_is_gone_or_without_limit() -> None:
    published = {query.name: query.sql for query in QUERIES} | STATEMENTS
    assert {name for name in EXCUSED if "limit " in published[name]} == set(EXCUSED)
    assert set(EXCUSED_WITHOUT_LIMIT) <= set(STATEMENTS)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_facets_and_lookups_use_an_index(database: sqlite3.Connection, table: object) -> None:
    name, columns = getattr(table, "name", ""), getattr(table, "columns", ())
    counted = [facet for facet in getattr(table, "facets", ()) if ":" not in facet]
    for facet in counted:
        steps = plan(database, f"select [{facet}], count(*) from [{name}] group by [{facet}]")
        assert scans(steps, {}) == [], f"{name}: facet {facet}"
    for column in (column.name for column in columns if column.references not in (None, "lists")):  # one has all rows
        steps = plan(database, f"select * from [{name}] where [{column}] = :value", {"value": "x"})
        assert all(step.startswith("SEARCH") for step in steps), f"{name}.{column}: {steps}"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select topic, count(*) from papers where topic is not null group by topic", "facet topic"),
        ("select year, count(*) from papers where year is not null group by year", "facet year"),
        ("select venue, count(*) from papers where venue is not null group by venue", "facet venue"),
        ("select keyword, count(*) from paper_keywords group by keyword", "facet keyword"),
        ("select author, count(*) from paper_authors group by author", "facet author"),
        ("select id from papers order by submitted desc limit 26", "first page of papers"),
        ("select * from listings where topic = :value and added like '2022%'", "a cell of the growth of the list"),
        ("select substr(added, 1, 4), count(*) from papers where added is not null group by 1", "facet added"),
        ("select * from changes where paper = :value order by id", "changes of a paper"),
        ("select id from authors order by paper_count desc limit 26", "first page of authors"),
        ("select id from keywords order by paper_count desc limit 26", "first page of keywords"),
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


OFFERED = {  # what the list of papers is filtered by, as the plugins and the search say it
    "venue": "venue = 'x'",
    "with code": "code_url is not null",
    "without code": "code_url is null",
    "year of addition": "added like '2023%'",
    "list": "papers.id in (select listings.paper from listings where listings.list = 'x')",
    "topic": "papers.id in (select listings.paper from listings where listings.topic = 'x')",
    "list year": "papers.id in (select listings.paper from listings where listings.year = 2022)",
    "topic and list year": "papers.id in (select paper from listings where topic = 'x' and year = 2022)",
    "keyword": "papers.id in (select paper from paper_keywords where keyword = 'x')",
    "author": "papers.id in (select paper from paper_authors where author = 'x')",
    "arXiv id": "papers.arxiv_id is 'x'",
    "DOI": "papers.doi is 'x'",
    "OpenReview id": "papers.openreview_id is 'x'",
    "citation key": "papers.citekey = 'x'",
}


@pytest.mark.parametrize("filtered", OFFERED)
def test_a_filter_of_papers_reads_indexes_alone(database: sqlite3.Connection, filtered: str) -> None:
    """Its count, and the row numbers that its facets are counted by: no row of papers, which are long."""
    for selected in ("count(*)", "json_group_array(rowid)"):
        steps = plan(database, f"select {selected} from papers where {OFFERED[filtered]}")
        assert all("COVERING INDEX" in step or "SUBQUERY" in step for step in steps), steps


@pytest.mark.parametrize("column", ["submitted", "title", "venue_year", "year", "citekey", "id"])
@pytest.mark.parametrize("is_descending", [False, True])
def test_a_sort_of_papers_follows_an_index(database: sqlite3.Connection, column: str, is_descending: bool) -> None:
    """A page, and the row before each of the pages around it, counted from either end; ties are sorted by the key."""
    order = Order(column, is_descending, ("id",))
    for is_backward in (False, True):
        first, *others = plan(database, f"select * from papers order by {order.sql(is_backward)} limit 26")
        assert first.startswith(("SCAN papers USING INDEX", "SCAN papers USING COVERING INDEX"))
        assert set(others) <= {"USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"}
        sql = f"select {column}, id from papers order by {order.sql(is_backward)} limit 50"
        assert column == "citekey" or "USING COVERING INDEX" in plan(database, sql)[0]


@pytest.mark.parametrize(
    ("column", "is_descending"), [("paper_count", True), ("sort_name", False), ("last_year", True)]
)
def test_an_order_that_the_index_of_authors_offers_is_never_sorted(
    database: sqlite3.Connection, column: str, is_descending: int
) -> None:
    """Most have one paper: sorting those by their keys would take longer than all else on the page."""
    order = Order(column, bool(is_descending), ("id",))
    for is_backward in (False, True):
        sql = f"select {column}, id from authors order by {order.sql(is_backward)} limit 50"
        assert [step.partition(" idx_")[0] for step in plan(database, sql)] == ["SCAN authors USING COVERING INDEX"]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_filtered_by_its_key_is_searched(database: sqlite3.Connection, view: object) -> None:
    keys = {"topic_years": "topic_id", "keyword_years": "keyword_id", "keyword_pairs": "keyword_id"}
    keys |= {"coauthors": "author_id", "venue_years": "venue_id", "screening": "paper", "publication_lag": "paper"}
    keys |= {"topic_additions": "topic_id", "listing_lag": "paper"}
    keys |= {"list_entries": "line", "code_by_year": "year"}
    name = getattr(view, "name", "")
    if key := keys.get(name):
        names = {"one": "authors", "two": "authors", "first": "paper_authors", "second": "paper_authors"}
        steps = plan(database, f"select * from [{name}] where [{key}] = :value", {"value": "x"})
        assert scans(steps, names if name in ("coauthors", "keyword_pairs") else {}) == []


@pytest.mark.parametrize("table", LOOKUPS)
def test_a_lookup_by_name_or_key_reads_no_growing_table(database: sqlite3.Connection, table: str) -> None:
    steps = plan(database, f"select id from {table} where {LOOKUPS[table]}", {"name": "x"})
    assert scans(steps, {}) == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_rows_of_a_view_are_counted_without_their_order(database: sqlite3.Connection, view: View) -> None:
    sql = f"select count(*) from {view.name} "
    counted = count_directly(sql)
    assert database.execute(counted).fetchall() == database.execute(sql).fetchall()
    steps = plan(database, counted)
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    assert view.name != "list_entries" or scans(steps, {}) == []


@pytest.mark.parametrize(
    "sql",
    [
        *("select count(*) from papers where year = 1", "select count(*) from papers limit 1", "select 1 from papers"),
        *("select count(*) from papers, topics", "select count(*) from papers -- all", "select count(*) n from papers"),
    ],
)
def test_other_statements_stay(sql: str) -> None:
    assert count_directly(sql) == sql
