"""Several lists read, as one: their lines numbered through, topics of one name kept apart, papers found in both.

With one list it is that list's reading, unchanged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, count, islice

from ..reader.collection import ReadList
from ..reader.drafts import Entry
from ..reader.ledger import LineStatus, Statuses
from ..reader.problems import Problem
from ..reader.reading import Reading, Topic
from ..reader.source import ListError
from .changes import Change, entries_added, first_added
from .folding import slug


@dataclass(frozen=True)
class Lists:
    """The lists of one database. Their lines are numbered through: `starts` has, for each, how many are before its own.

    `ids` are their keys, `changes` the history of each. Entries, statuses and problems have lines of that numbering.
    """

    lists: Sequence[ReadList]
    ids: Sequence[str]
    starts: Sequence[int]
    entries: Sequence[Entry]
    topics: Sequence[Topic]
    statuses: Sequence[LineStatus]
    problems: Sequence[Problem]
    changes: Sequence[Sequence[Change]]

    @property
    def locations(self) -> Mapping[str, str]:
        """Key of each list to where it was read."""
        return {name: one.declared.location for name, one in zip(self.ids, self.lists, strict=True)}

    def number_of(self, line: int) -> int:
        """Which list holds a line: its number, from 0."""
        return bisect_right(self.starts, line - 1) - 1

    def place(self, line: int) -> tuple[str, int]:
        """The key of the list that holds a line, and the line's number there."""
        number = self.number_of(line)
        return self.ids[number], line - self.starts[number]

    def first_added(self) -> dict[str, str]:
        """Paper to the day on which the first of the lists had it."""
        days: dict[str, str] = {}
        for changes in self.changes:
            for paper, day in first_added(changes).items():
                days[paper] = min(day, days.get(paper, day))
        return days

    def entries_added(self, paper_at: Mapping[int, str]) -> dict[int, str]:
        """Line of an entry to the day on which it last came into its list, where that is known."""
        entries = iter(self.entries)
        found: dict[int, str] = {}
        for one, changes in zip(self.lists, self.changes, strict=True):
            found |= entries_added(changes, islice(entries, len(one.reading.entries)), paper_at)
        return found


def join(lists: Sequence[ReadList], changes: Sequence[Sequence[Change]] = ()) -> Lists:
    """Number all lines through, and give a topic whose name an earlier list has a name of its own.

    `changes` are the histories of the lists, none by default. Raises ListError where two lists are declared with one
    key, and where one is declared to share a topic that it doesn't have.
    """
    starts = [0, *accumulate(one.line_count for one in lists[:-1])]
    ids, taken = make_ids(lists), dict[str, int]()
    names = [name_topics(one, ids[number], number, taken) for number, one in enumerate(lists)]
    moved = [move(one.reading, start, own) for one, start, own in zip(lists, starts, names, strict=True)]
    return Lists(
        lists=lists,
        ids=ids,
        starts=starts,
        entries=[entry for one in moved for entry in one.entries],
        topics=[topic for one in moved for topic in one.topics],
        statuses=lists[0].reading.statuses if len(lists) == 1 else join_statuses(lists, starts),
        problems=[problem for one in moved for problem in one.problems],
        changes=[rename(part, own) for part, own in zip(changes or [()] * len(lists), names, strict=True)],
    )


def rename(changes: Sequence[Change], names: Mapping[str, str]) -> Sequence[Change]:
    """A list's changes with its topics named as among all lists'."""
    if all(own == name for own, name in names.items()):
        return changes

    def named(one: Change) -> Change:
        old, new = ((names.get(v or "", v) if one.field == "topic" else v) for v in (one.old, one.new))
        return replace(one, section=names.get(one.section or "", one.section), old=old, new=new)

    return list(map(named, changes))


def make_ids(lists: Iterable[ReadList]) -> list[str]:
    """A key for each list: as declared, else from its name, with a number where an earlier list has that."""
    ids: dict[str, None] = {}
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for one in lists:
        key = slug(one.declared.id or one.name)
        if one.declared.id and key in ids:
            raise ListError(f"{one.declared.location}: another list has the id {key} too. Give it one of its own.")
        numbered = (f"{key}-{number}" for number in numbers[key])
        ids[key if key not in ids else next(other for other in numbered if other not in ids)] = None
    return list(ids)


def name_topics(one: ReadList, key: str, number: int, taken: dict[str, int]) -> Mapping[str, str]:
    """A list's topics to their names among all lists'; `taken` has the keys of topics with the list that has each.

    A name that an earlier list has is followed by the list's, or by the list's key where lists have one name too.
    """
    names: dict[str, str] = {}
    shared = one.declared.topics
    for topic in one.reading.topics:
        own = (topic.name, f"{topic.name} ({one.name})", f"{topic.name} ({key})")
        free = (name for name in own if taken.get(slug(name), number) == number)
        names[topic.name] = shared.get(topic.name) or next(free, own[-1])
        taken.setdefault(slug(names[topic.name]), number)
    if unknown := [name for name in shared if name not in names]:
        raise ListError(f'{one.declared.location}: has no topic "{unknown[0]}". Its topics are {", ".join(names)}.')
    return names


def join_statuses(lists: Sequence[ReadList], starts: Sequence[int]) -> Statuses:
    """The statuses of all lines."""
    statuses = Statuses(starts[-1] + lists[-1].line_count)
    for one, start in zip(lists, starts, strict=True):
        statuses.put(start, one.reading.statuses, start)
    return statuses


def move(reading: Reading, start: int, names: Mapping[str, str]) -> Reading:
    """A reading whose first line follows line `start`, and whose topics have these names; statuses stay."""
    if not start and all(own == name for own, name in names.items()):
        return reading
    return replace(
        reading,
        entries=tuple(
            replace(entry, line=entry.line + start, topic=names[entry.topic] if entry.topic else None)
            for entry in reading.entries
        ),
        topics=tuple(replace(topic, name=names[topic.name]) for topic in reading.topics),
        problems=tuple(replace(problem, line=problem.line + start) for problem in reading.problems),
    )
