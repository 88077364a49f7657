"""Counts of the facets of papers, exact for any selection: of all papers as the build counted them, of few by one
statement, of many by sets.

A statement takes some 50 µs a paper for all facets: too much for half of a large list. The table stored_facet_sets has
the papers of each value as a Roaring bitmap. The values of a facet are counted by intersecting theirs with that of the
selection, those of most papers first, until no other can be among the first any more; where that would take more sets
than there are papers in the selection, these are asked for their own values.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from pyroaring import BitMap

from .internals import find_conditions
from .search.expressions import MATCHED, RANKED
from .statements import find_statement

if TYPE_CHECKING:
    from datasette.app import Datasette

FEW = 250  # papers that are counted by a statement
LEAST = 2  # papers of a keyword or author that has a set
SHORT = ("list", "topic", "year", "venue", "code", "added")  # facets whose sets are all read
LONG = ("keyword", "author")  # whose sets are read in pieces
PIECE = 200  # values of the first piece
PAPERS_A_VALUE = 4  # of a selection, for each value asked for; of fewer, sets don't decide which values are the first
MOST_SETS = 2 / 3  # a paper, of keywords or authors, in one piece: counting a paper's own takes as long

Counts = dict[str, int]  # value to the number of its papers in a selection
Values = dict[str, list[Any]]  # facet to its first values in order: rows with `value`, `label` and `count`


@dataclass(frozen=True)
class Selection:
    """Papers: the SQL of their rows without an order, its parameters, and their number, None where it isn't known.

    `topic` and `year` are those that are chosen: the other facet then counts the entries of that topic or year alone.
    """

    datasette: Datasette
    database: str
    sql: str
    params: dict[str, Any]
    count: int | None
    topic: str | None
    year: str | None

    @property
    def conditions(self) -> str:
        """What its SQL says of the papers, with `where`; empty for all papers."""
        return find_conditions(self.sql, "papers")

    async def fetch(self, sql: str, params: dict[str, Any], facets: int = 1) -> list[Any]:
        """Rows of a statement, which may take the time of so many facets. Raises QueryInterrupted."""
        found = await self.datasette.execute(
            self.database,
            sql,
            {"_topic": self.topic or None, "_year": self.year or None} | params,
            truncate=False,
            custom_time_limit=self.datasette.setting("facet_time_limit_ms") * facets,
        )
        return list(found.rows)

    async def fetch_named(self, name: str, **params: object) -> list[Any]:
        """Rows of a named statement. Raises QueryInterrupted."""
        return await self.fetch(find_statement(self.datasette, name), params)


async def count_facets(selection: Selection, names: Sequence[str], most: int) -> tuple[Values, list[str]]:
    """The first values of some facets, at most so many of each; and the names of those that took too long to count."""
    try:
        if not selection.conditions:
            return by_facet(await selection.fetch_named("facets_of_all", facet_limit=most), names), []
        if selection.count is None or selection.count <= FEW:
            return await count_by_statement(selection, names, most), []
        values, undecided = await count_by_sets(selection, names, most)
    except QueryInterrupted:
        return {}, list(names)
    late = []
    for name in undecided:
        try:
            values |= await count_by_statement(selection, [name], most)
        except QueryInterrupted:
            late.append(name)
    return values, late


def by_facet(rows: Sequence[Any], names: Sequence[str]) -> Values:
    """Rows of several facets by the facet's name."""
    return {name: [row for row in rows if row["facet"] == name] for name in names}


async def count_by_statement(selection: Selection, names: Sequence[str], most: int) -> Values:
    """The first values of some facets, counted row by row. Raises QueryInterrupted."""
    page = f"select id, venue, code_url, added from papers {selection.conditions}"
    counts = [
        f"select '{name}' as facet, * from (\n{find_statement(selection.datasette, f'facet_{name}')})" for name in names
    ]
    sql = f"with page as materialized ({page})\n" + "\nunion all\n".join(counts)
    return by_facet(await selection.fetch(sql, selection.params | {"facet_limit": most}, len(names)), names)


async def count_by_sets(selection: Selection, names: Sequence[str], most: int) -> tuple[Values, list[str]]:
    """The first values of some facets, and the names of those that sets don't decide. Raises QueryInterrupted."""
    numbers = "json_group_array(rowid) as papers"
    is_searched = selection.conditions == f"where {RANKED}"
    selected = MATCHED.format(numbers) if is_searched else f"select {numbers} from papers {selection.conditions}"
    [row] = await selection.fetch(selected, selection.params, len(names))
    papers = BitMap(json.loads(row["papers"]))
    counts: dict[str, Counts] = {name: {} for name in (*SHORT, *LONG)}
    for one in await selection.fetch_named("sets_of_facets"):
        counts[one["facet"]][one["value"]] = count_common(one, papers)
    undecided = []
    for name in LONG:
        if name in names and not await count_first(selection, name, papers, most, counts[name]):
            undecided.append(name)
    given = {
        f"{name}_counts": json.dumps({value: count for value, count in found.items() if count})
        for name, found in counts.items()
    }
    named = await selection.fetch_named("facets_named", **given, facet_limit=most)
    return by_facet(named, [name for name in names if name not in undecided]), undecided


def count_common(row: Any, papers: BitMap) -> int:
    """How many of some papers are in the set of a value."""
    return int(BitMap.deserialize(row["papers"]).intersection_cardinality(papers))


async def count_first(selection: Selection, name: str, papers: BitMap, most: int, counts: Counts) -> bool:
    """Put the values with the highest counts into `counts`; gives whether these are certain to be the first `most`."""
    if len(papers) < PAPERS_A_VALUE * most:
        return False
    size, start, least = PIECE, 0, 0
    while size <= MOST_SETS * len(papers):
        piece = await selection.fetch_named("sets_of_names", facet=name, size=size, start=start)
        counts |= {row["value"]: count for row in piece if (count := count_common(row, papers)) >= least}
        least = find_least(counts, most)
        rest = piece[-1]["paper_count"] if len(piece) == size else LEAST - 1  # the most that another value may have
        if least > rest:
            return True
        if len(piece) < size:
            break
        start, size = start + size, size * 4
    try:
        rows = await selection.fetch_named(f"{name}s_among", papers=json.dumps(list(papers)), least=least)
    except QueryInterrupted:
        return False
    found = {row["value"]: row["count"] for row in rows}
    least = find_least(found, most)
    counts |= {value: count for value, count in found.items() if count >= least}
    return True


def find_least(counts: Counts, most: int) -> int:
    """The count of the last value that is among the first `most`; 0 where there are fewer."""
    highest = nlargest(most, counts.values())
    return highest[-1] if len(highest) == most else 0
