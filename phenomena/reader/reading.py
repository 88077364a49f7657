"""A whole list read: its head, entries, resources and topics, with a status for every line and the problems found."""

from __future__ import annotations

from dataclasses import dataclass

from .drafts import Entry
from .entries import Reader, Resource
from .head import Head, parse_head
from .ledger import LineStatus
from .outline import parse_outline
from .problems import Problem
from .sections import find_holdings
from .source import ListError, Source

MAX_ENTRIES = 6_000
MAX_NAMES = 60_000  # authors and keywords of all entries together


@dataclass(frozen=True)
class Topic:
    """A topic in list order, with the image under its heading."""

    name: str
    image_url: str | None


@dataclass(frozen=True)
class Reading:
    """All that a list says, before anything is folded or merged. `statuses` has one for each line, the first at 0."""

    head: Head
    entries: tuple[Entry, ...]
    resources: tuple[Resource, ...]
    topics: tuple[Topic, ...]
    statuses: tuple[LineStatus, ...]
    problems: tuple[Problem, ...]


def read_list(source: Source) -> Reading:
    """Read a whole list. Nothing is raised: what can't be read is reported as a problem."""
    blocks = parse_outline(source.lines)
    reader = Reader(source, find_holdings(blocks))
    for block in blocks:
        reader.read_block(block)
    reader.finish_entry()
    reader.check_end()
    statuses = reader.ledger.close()
    topics = dict.fromkeys(entry.topic for entry in reader.entries if entry.topic)
    return Reading(
        head=parse_head(source.lines),
        entries=tuple(reader.entries),
        resources=tuple(reader.resources),
        topics=tuple(Topic(name, reader.images.get(name)) for name in topics),
        statuses=statuses,
        problems=tuple(sorted(reader.ledger.problems, key=lambda problem: problem.line)),
    )


def check_reading(reading: Reading, location: str) -> None:
    """Raise ListError for a list that holds no paper, or more than a build can do in seconds."""
    if not reading.entries:
        raise ListError(
            f"{location}: holds no paper. Write each as `- Title [[paper]](https://...)` under a `## Topic`."
        )
    names = sum(len(entry.authors) + len(entry.keywords) for entry in reading.entries)
    for count, most, what in (
        (len(reading.entries), MAX_ENTRIES, "entries"),
        (names, MAX_NAMES, "authors and keywords"),
    ):
        if count > most:
            line = reading.entries[most if what == "entries" else -1].line
            raise ListError(f"{location}, line {line}: holds over {most:,} {what}. Split it into several lists.")
