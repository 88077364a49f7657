"""Which lines of a run begin an entry, and which are more of it.

If each line of a run is an entry or belongs to the open one, they are read so; else the run is read as one text; else
line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..grammar.links import Link
from ..outline import Line
from ..sections import Section
from .declaration import Dialect
from .template import Captures

REPEATED = {"link", "code", "links", "ignore"}  # what an entry may have on several of its lines

Run = tuple[tuple[Line, ...], str]


@dataclass
class Draft:
    """An entry while its lines are gathered."""

    line: Line
    section: Section
    fields: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """What some lines are: the begin of an entry, or more of the open one."""

    lines: tuple[Line, ...]
    found: Captures
    opens: bool


def plan(
    dialect: Dialect, rows: Sequence[tuple[Line, str]], filled: set[str] | None, may_open: bool, is_below: bool
) -> list[Step | None]:
    """What the lines of a run are, in order; None for each that matches nothing.

    `filled` are the open entry's fields, None where none is open; `may_open` says whether the lines may begin entries,
    `is_below` whether they are first of all more of the open one.
    """
    single = plan_runs(dialect, [((line,), text) for line, text in rows], filled, may_open, is_below)
    if None not in single:
        return single
    whole: Run = (tuple(line for line, _ in rows), " ".join(text for _, text in rows))
    joined = plan_runs(dialect, [whole], filled, may_open, is_below)
    return single if None in joined else joined


def plan_runs(
    dialect: Dialect, runs: Sequence[Run], filled: set[str] | None, may_open: bool, is_below: bool
) -> list[Step | None]:
    """What each text is, in order. A bullet begins one entry, if its other lines can be more of it."""
    steps: list[Step | None] = []
    for lines, text in runs:
        is_below |= dialect.unit == "bullet" and any(step and step.opens for step in steps)
        opening = match_entry(dialect, text) if may_open else None
        more = match_below(dialect, text, filled) if filled is not None else None
        opens = opening is not None and not (is_below and more is not None)
        found = opening if opens else more
        steps.append(Step(lines, found, opens) if found is not None else None)
        if found is not None:
            filled = set(found) if opens else (filled or set()) | set(found)
        elif not is_below:
            filled = None  # what follows a line of unknown kind may be another entry's
    return steps


def match_entry(dialect: Dialect, text: str) -> Captures | None:
    """The fields of a text that begins an entry."""
    return next((found for one in dialect.entry if (found := one.match(text)) is not None), None)


def match_below(dialect: Dialect, text: str, filled: set[str]) -> Captures | None:
    """The fields of a text below an entry's first, where they are not filled yet."""
    for template in dialect.below:
        found = template.match(text)
        if found is not None and not set(found) & (filled - REPEATED):
            return found
    return None
