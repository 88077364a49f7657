"""The sets by which long selections are counted: each is what its definition in SQL says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyroaring import BitMap

LISTED = "from listings join papers on papers.id = listings.paper"
DEFINITIONS = {  # value, what it is within, and row number of a paper
    ("list", ""): f"select listings.list, '', papers.rowid {LISTED}",
    ("topic", ""): f"select listings.topic, '', papers.rowid {LISTED}",
    ("topic", "a year"): f"select listings.topic, listings.year, papers.rowid {LISTED}",
    ("year", ""): f"select listings.year, '', papers.rowid {LISTED}",
    ("year", "a topic"): f"select listings.year, listings.topic, papers.rowid {LISTED}",
    ("venue", ""): "select venue, '', rowid from papers",
    ("code", ""): "select iif(code_url is null, 'isnull', 'notnull'), '', rowid from papers",
    ("added", ""): "select substr(added, 1, 4), '', rowid from papers",
    ("keyword", ""): "select keyword, '', papers.rowid from paper_keywords join papers on papers.id = paper",
    ("author", ""): "select author, '', papers.rowid from paper_authors join papers on papers.id = paper",
}


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.mark.parametrize(("facet", "within"), DEFINITIONS)
def test_every_set_holds_the_papers_of_its_value(database: sqlite3.Connection, facet: str, within: str) -> None:
    wanted: dict[tuple[str, str], set[int]] = {}
    for value, inner, number in database.execute(DEFINITIONS[facet, within]):
        if value is not None and inner is not None:
            wanted.setdefault((str(value), str(inner)), set()).add(number)
    least = 2 if facet in ("keyword", "author") else 1
    rows = database.execute(
        "select value, within, paper_count, papers from stored_facet_sets where facet = ? and (within = '') = ?",
        [facet, within == ""],
    ).fetchall()
    stored = {(value, inner): set(BitMap.deserialize(papers)) for value, inner, _, papers in rows}
    assert stored == {key: papers for key, papers in wanted.items() if len(papers) >= least} != {}
    assert [count for _, _, count, _ in rows] == [len(papers) for papers in stored.values()]


def test_there_are_no_other_sets(database: sqlite3.Connection) -> None:
    facets = {facet for (facet,) in database.execute("select distinct facet from stored_facet_sets")}
    assert facets == {facet for facet, _ in DEFINITIONS}


@pytest.mark.parametrize("facet", ["topic", "venue", "keyword", "author"])
def test_the_tables_of_names_have_the_same_counts(database: sqlite3.Connection, facet: str) -> None:
    """The facets of all papers come from these."""
    counts = dict(database.execute(f"select id, paper_count from {facet}s").fetchall())
    sql = "select value, paper_count from stored_facet_sets where facet = ? and within = ''"
    assert database.execute(sql, [facet]).fetchall()
    assert all(counts[value] == count for value, count in database.execute(sql, [facet]))
