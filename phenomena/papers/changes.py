"""Changes of a list: the rows of its history file, and when each paper and entry was added.

The file lies beside its list and is named after it: `phenomena.history.csv` beside `phenomena.md`. It holds facts only;
of a digest it says that it changed, and so of prose that was given for keywords or names.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from sys import intern

from ..reader.drafts import Entry
from ..reader.source import ListError, is_address

KINDS = ("added", "changed", "moved", "removed")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")  # 2020-06-23


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entry, at one revision.

    `title` and `section`, the name of its topic, are those after the change; of a removed entry, those before it. What
    is added or removed whole has no field. A changed digest has neither an old nor a new value.
    """

    date: str
    revision: str
    paper: str
    title: str
    section: str | None
    kind: str
    field: str | None = None
    old: str | None = None
    new: str | None = None


COLUMNS = [column.name for column in fields(Change)]


def history_path(location: Path) -> Path:
    """Where the history of a list is kept: `phenomena.history.csv` for `phenomena.md`."""
    return location.with_suffix(".history.csv")


def write_changes(changes: Iterable[Change]) -> str:
    """The text of a history file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(change) for change in changes)
    return text.getvalue()


def read_changes(path: Path) -> list[Change]:
    """All rows of a history file. Raises ListError, with the line, where it can't be read."""
    try:
        rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""), strict=True)
        if next(rows, None) != COLUMNS:
            raise ListError(f"{path}, line 1: the columns are not {', '.join(COLUMNS)}. Recreate it with --history.")
        return [make_change(row, f"{path}, line {rows.line_num}") for row in rows]
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise ListError(f"{path}: can't be read ({error}). Recreate it with --history, or delete it.") from None


def changes_beside(location: str) -> Sequence[Change]:
    """The changes in the history file beside a list; none where there is no such file. Raises ListError."""
    path = history_path(Path(location))
    return read_changes(path) if not is_address(location) and path.exists() else []


def make_change(row: Sequence[str], place: str) -> Change:
    """One row, checked. Raises ListError."""
    if len(row) != len(COLUMNS):
        raise ListError(f"{place}: has {len(row)} fields instead of {len(COLUMNS)}. Recreate it with --history.")
    date, revision, paper, title, section, kind, *values = row
    if not (DATE.fullmatch(date) and revision and paper and title and kind in KINDS):
        raise ListError(f"{place}: needs a date, revision, paper, title and kind. Recreate it with --history.")
    date, section, kind = map(intern, (date, section, kind))  # few of each, in any number of rows
    return Change(date, revision, paper, title, section or None, kind, *(value or None for value in values))


def first_added(changes: Iterable[Change]) -> dict[str, str]:
    """Paper to the day on which the list first had it."""
    days: dict[str, str] = {}
    for change in changes:
        if change.kind == "added":
            days.setdefault(change.paper, change.date)
    return days


def entries_added(changes: Iterable[Change], entries: Iterable[Entry], paper_at: Mapping[int, str]) -> dict[int, str]:
    """Line of an entry to the day on which it last came in; entries that the history doesn't know are left out."""
    days: dict[tuple[str, str | None], list[str]] = defaultdict(list)  # of the entries of a paper under a topic
    for change in changes:
        here = days[change.paper, change.section]
        if change.kind == "added":
            here.append(change.date)
        elif change.kind == "removed" and here:
            here.pop()
        elif change.field == "topic" and days[change.paper, change.old]:
            here.append(days[change.paper, change.old].pop())
    found: dict[int, str] = {}
    for entry in entries:
        if waiting := days[paper_at[entry.line], entry.topic]:
            found[entry.line] = waiting.pop(0)
    return found
