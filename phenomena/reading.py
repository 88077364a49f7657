"""What is read from a list, before anything is folded or merged: the dataclasses that leave the third room."""

from __future__ import annotations

from dataclasses import dataclass

from .grammar import Link
from .problems import Problem


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
class Fate:
    """What became of a line: `entry` is the line on which its entry begins."""

    fate: str
    entry: int | None = None
    field: str | None = None


@dataclass(frozen=True)
class Reading:
    """All that a list says. `fates` has one row for every line, the first at index 0."""

    entries: tuple[Entry, ...]
    resources: tuple[Resource, ...]
    topics: tuple[Topic, ...]
    fates: tuple[Fate, ...]
    problems: tuple[Problem, ...]
