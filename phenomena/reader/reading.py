"""What is read from a list, before anything is folded or merged: the dataclasses that leave the third room."""

from __future__ import annotations

from dataclasses import dataclass

from .grammar import Link
from .problems import ListError, Problem

MAX_ENTRIES = 6_000
MAX_NAMES = 60_000  # authors and keywords of all entries together


@dataclass(frozen=True)
class Entry:
    """One entry as written: text is markdown source with white space collapsed, None where the list has nothing."""

    line: int
    topic: str | None
    year: int | None
    title: str
    authors: tuple[str, ...] = ()
    venue: str | None = None
    keywords: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    digest: str | None = None


@dataclass(frozen=True)
class Resource:
    """A plain link of the closing section; `url` is None where the line has no link."""

    line: int
    title: str
    url: str | None


@dataclass(frozen=True)
class Topic:
    """A topic in list order, with the image that stands under its heading."""

    name: str
    image_url: str | None


@dataclass(frozen=True)
class LineStatus:
    """What became of a line: `entry` is the line on which its entry begins."""

    status: str
    entry: int | None = None
    field: str | None = None


@dataclass(frozen=True)
class Reading:
    """All that a list says. `statuses` has one row for every line, the first at index 0."""

    entries: tuple[Entry, ...]
    resources: tuple[Resource, ...]
    topics: tuple[Topic, ...]
    statuses: tuple[LineStatus, ...]
    problems: tuple[Problem, ...]


def check_reading(reading: Reading, location: str) -> None:
    """Raise ListError for a list that holds no paper, or more than a build can do in seconds."""
    if not reading.entries:
        raise ListError(f"{location}: holds no paper; an entry is `- Title [[paper]](https://...)` under a `## Topic`")
    names = sum(len(entry.authors) + len(entry.keywords) for entry in reading.entries)
    for count, most, what in (
        (len(reading.entries), MAX_ENTRIES, "entries"),
        (names, MAX_NAMES, "authors and keywords"),
    ):
        if count > most:
            line = reading.entries[most if what == "entries" else -1].line
            raise ListError(f"{location}, line {line}: holds over {most:,} {what}; make several lists of it")
