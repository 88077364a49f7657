"""Which papers have each value of a facet, as sets of row numbers: the site counts long selections by them.

Counting the authors of a hundred thousand papers row by row takes a second; intersecting sets takes milliseconds.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from pyroaring import BitMap

LEAST = 2  # papers of a keyword or author that has a set; the site counts the others where it needs them
PAPERS = {  # each reads an index alone, not the long rows of papers
    "venue": "select venue, rowid from papers where venue is not null",
    "code": "select iif(code_url is null, 'isnull', 'notnull'), rowid from papers",
    "added": "select substr(added, 1, 4), rowid from papers where added is not null",
}
LISTINGS = "select topic, cast(year as text), list, paper from listings"

Key = tuple[str, str, str]  # facet, within, value
SetRow = tuple[str, str, str, int, bytes]  # with the number of papers, and their set


def write_facet_sets(connection: sqlite3.Connection) -> None:
    """Fill the table stored_facet_sets from the others."""
    numbers = dict(connection.execute("select id, rowid from papers"))
    insert = "insert into stored_facet_sets values (?, ?, ?, ?, ?)"
    sets = gather_sets(connection, numbers)
    connection.executemany(insert, (make_row(key, sets[key]) for key in sorted(sets)))
    for name in ("keyword", "author"):
        connection.executemany(insert, list(make_name_rows(connection, name, numbers)))


def gather_sets(connection: sqlite3.Connection, numbers: Mapping[str, int]) -> Mapping[Key, BitMap]:
    """The papers of each topic, year, venue and so on, of which there are few."""
    sets: dict[Key, BitMap] = defaultdict(BitMap)
    for topic, year, name, paper in connection.execute(LISTINGS):
        topics, years = (("topic", "", topic), ("topic", year, topic)), (("year", "", year), ("year", topic, year))
        for key in (*topics, *years, ("list", "", name)):
            if None not in key:
                sets[key].add(numbers[paper])
    for facet, sql in PAPERS.items():
        for value, number in connection.execute(sql):
            sets[facet, "", value].add(number)
    return sets


def make_name_rows(connection: sqlite3.Connection, name: str, numbers: Mapping[str, int]) -> Iterator[SetRow]:
    """A row for each keyword or author of several papers."""
    ties = connection.execute(f"select distinct {name}, paper from paper_{name}s order by {name}, paper")
    for value, papers in groupby(ties, itemgetter(0)):
        found = [numbers[paper] for _, paper in papers]
        if len(found) >= LEAST:
            yield make_row((name, "", value), BitMap(found))


def make_row(key: Key, papers: BitMap) -> SetRow:
    """A set as it is stored."""
    return (*key, len(papers), papers.serialize())
