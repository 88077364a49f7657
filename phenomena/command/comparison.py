"""What a change brings to a list: the entries and the problems that its other version doesn't have.

Both are compared as multisets, without line numbers: what only moved is nothing new.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..database.records import Records
from ..database.schema.columns import Row, Value
from ..papers.folding import slug
from ..reader.problems import Problem

FIELDS = ("title", "authors", "venue", "keywords", "paper_url", "code_url", "digest", "topic", "year")

Key = TypeVar("Key", bound=Hashable)
Place = tuple[Value, Value]  # a list's key, and the line on which an entry begins


@dataclass(frozen=True)
class NewEntry:
    """An entry that is new or changed, as a row of `listings`; its row before, where there is one; its new problems."""

    row: Row
    before: Row | None
    problems: Sequence[Problem]

    @property
    def changed(self) -> Sequence[str]:
        """The fields that differ from before."""
        return [name for name in FIELDS if self.before and self.row[name] != self.before[name]]


@dataclass(frozen=True)
class Comparison:
    """The records with only their new problems, the new and changed entries, the new problems of all other lines, and
    how many entries were removed.
    """

    records: Records
    entries: Sequence[NewEntry]
    problems: Sequence[Problem]
    removed: int


def compare(records: Records, other: Records | None = None) -> Comparison:
    """What records have that others don't; without others, all. A note says how many problems are in both."""
    is_one = other is None or len(records.locations) == len(other.locations) == 1
    listings = list(records.tables["listings"])
    added, removed = find_added(listings, list(other.tables["listings"]) if other else (), is_one)
    places = find_places(records, listings)
    new = find_new(records.problems, other.problems if other else (), {place_of(row) for row in added}, places, is_one)
    problems: dict[Place | None, list[Problem]] = defaultdict(list)
    for problem, place, is_new in zip(records.problems, places, new, strict=True):
        if is_new:
            problems[place].append(problem)
    before, gone = pair(added, removed)
    return Comparison(
        keep(records, new),
        [NewEntry(row, old, problems.pop(place_of(row), ())) for row, old in zip(added, before, strict=True)],
        sorted((one for rest in problems.values() for one in rest), key=lambda one: (one.list, one.line)),
        gone,
    )


def keep(records: Records, new: Sequence[bool]) -> Records:
    """The records with only some of their problems."""
    left = new.count(False)
    note = f"not shown: {left} {'problem' if left == 1 else 'problems'} that the other version has too"
    return replace(
        records,
        tables={
            **records.tables,
            "problems": [row for row, is_new in zip(records.tables["problems"], new, strict=True) if is_new],
        },
        problems=[problem for problem, is_new in zip(records.problems, new, strict=True) if is_new],
        notes=[*records.notes, *([note] if left else [])],
    )


def find_added(new: Sequence[Row], old: Sequence[Row], is_one: bool) -> tuple[list[Row], list[Row]]:
    """The entries that only the new version has, and those that only the old one has."""

    def key(row: Row) -> tuple[Value, ...]:
        return ("" if is_one else row["list"], *(row[name] for name in FIELDS))

    def beyond(rows: Iterable[Row], others: Iterable[Row]) -> list[Row]:
        left = Counter(map(key, others))
        return [row for row in rows if not take(left, key(row))]

    return beyond(new, old), beyond(old, new)


def find_new(
    new: Sequence[Problem], old: Iterable[Problem], added: set[Place], places: Sequence[Place | None], is_one: bool
) -> list[bool]:
    """For each new problem whether the old ones lack it. Of like problems, those in added entries are new first."""

    def key(problem: Problem) -> tuple[str | None, ...]:
        return "" if is_one else problem.list, problem.code, problem.field, problem.excerpt

    left = Counter(map(key, old))
    order = sorted(range(len(new)), key=lambda number: places[number] in added)
    known = {number for number in order if take(left, key(new[number]))}
    return [number not in known for number in range(len(new))]


def take(left: Counter[Key], key: Key) -> bool:
    """Whether one of a key was left; it isn't any more."""
    found = left[key] > 0
    left[key] -= found
    return found


def place_of(row: Row) -> Place:
    """Where an entry begins."""
    return row["list"], row["line"]


def find_places(records: Records, listings: Iterable[Row]) -> list[Place | None]:
    """For each problem where its entry begins, None where its line is no entry's."""
    lines: dict[Value, list[int]] = defaultdict(list)
    for row in listings:
        lines[row["list"]].append(int(str(row["line"])))
    found: list[Place | None] = []
    for row in records.tables["problems"]:
        own = lines[row["list"]]
        number = bisect_right(own, int(str(row["line"])))
        found.append((row["list"], own[number - 1]) if row["paper"] and number else None)
    return found


def pair(added: Sequence[Row], removed: Sequence[Row]) -> tuple[list[Row | None], int]:
    """What each added entry was before, if it is a changed one, by its paper or else its title; and how many others
    were removed.
    """
    before: list[Row | None] = [None] * len(added)
    marks: tuple[Callable[[Row], Value], ...] = (lambda row: row["paper"], lambda row: slug(str(row["title"])))
    left = list(removed)
    for mark in marks:
        pool: dict[Value, list[Row]] = defaultdict(list)
        for row in left:
            pool[mark(row)].append(row)
        for number, row in enumerate(added):
            if before[number] is None and pool[mark(row)]:
                before[number] = pool[mark(row)].pop(0)
        left = [row for rows in pool.values() for row in rows]
    return before, len(left)
