"""A whole list read: its head, entries, resources and topics, with a status for every line and the problems found."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial

from .drafts import Entry
from .entries import Reader, Resource
from .head import Head, parse_head
from .ledger import Statuses
from .limits import USUAL, Limits
from .parts import PART_LINES, cut, read_on, read_part, read_parts
from .problems import Problem
from .segments import Segment
from .source import ListError, Source
from .workers import Pool, map_in_order


@dataclass(frozen=True)
class Topic:
    """A topic in list order, with the image and the paragraph under its heading."""

    name: str
    image_url: str | None
    description: str | None


@dataclass(frozen=True)
class Reading:
    """All that a list says, before anything is folded or merged. `statuses` has one for each line, the first at 0.

    `quiet` are codes of problems that say nothing here, such as those of a field that the list doesn't have.
    """

    head: Head
    entries: tuple[Entry, ...]
    resources: tuple[Resource, ...]
    topics: tuple[Topic, ...]
    statuses: Statuses
    problems: tuple[Problem, ...]
    quiet: frozenset[str] = frozenset()


def read_list(
    source: Source,
    location: str | None = None,
    limits: Limits = USUAL,
    pool: Pool | None = None,
    part_lines: int = PART_LINES,
) -> Reading:
    """Read a whole list, with a pool a long one by its parts. What can't be read is reported as a problem.

    Raises ListError, with the list's `location` or else its name, when it holds more entries or names than the limits.
    """
    reader = Reader(source, location or source.name, limits)
    parts = cut(source.lines, part_lines) if pool else []
    if pool and len(parts) > 1:
        with closing(map_in_order(partial(read_part, limits=limits), parts, pool)) as readings:
            read_parts(reader, parts, readings)
    else:
        read_on(reader, 0)
    reader.finish_entry()
    reader.check_end()
    topics = dict.fromkeys(entry.topic for entry in reader.entries if entry.topic)
    described = {name: lines for name, lines in reader.descriptions.items() if name in topics}
    for lines in described.values():
        reader.ledger.claim(lines, "description")
    statuses = reader.ledger.close()
    return Reading(
        head=parse_head(source.lines),
        entries=tuple(reader.entries),
        resources=tuple(reader.resources),
        topics=tuple(
            Topic(name, reader.images.get(name), Segment(described.get(name, ())).text or None) for name in topics
        ),
        statuses=statuses,
        problems=tuple(sorted(reader.ledger.problems, key=lambda problem: problem.line)),
    )


def check_reading(reading: Reading, location: str) -> None:
    """Raise ListError for a list that holds no paper."""
    if not reading.entries:
        raise ListError(
            f"{location}: holds no paper. Write each as `- Title [[paper]](https://...)` under a `## Topic`."
        )
