"""What pages say of the list's history: days as people write them, and the later changes of a paper.

A paper's page reads "In the list since 6 May 2022", and "moved from Others to Neural Collapse on 18 July 2022".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup

FIELDS = {"paper_url": "link to the paper", "code_url": "link to code"}

Row = Mapping[str, Any]


def write_day(text: str) -> str:
    """2022-05-06 as 6 May 2022, 2022-05 as May 2022; other text as it is."""
    try:
        day = date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}" if len(text) > 7 else f"{day:%B %Y}"


def mark_day(text: str) -> Markup:
    """A day or month as people write it, with the machine's form beside it."""
    return Markup('<time datetime="{}">{}</time>').format(text, write_day(text))


def describe_changes(changes: Sequence[Row]) -> list[dict[str, str]]:
    """Date and text of what happened to a paper after it was first added, a row for each day."""
    clauses = list(name_changes(changes))[1:]
    return [
        {"date": day, "text": ", ".join(dict.fromkeys(clause for _, clause in of_day))}
        for day, of_day in groupby(clauses, key=lambda one: one[0])
    ]


def name_changes(changes: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Date and clause of each change; the fields that changed in one revision share a clause."""
    entry_count = 0
    for (day, kind), group in groupby(changes, key=lambda one: (one["date"], one["kind"])):
        if kind == "changed":
            fields = [FIELDS.get(str(one["field"]), str(one["field"])) for one in group]
            yield day, f"{join_words(list(dict.fromkeys(fields)))} changed"
            continue
        for one in group:
            entry_count += {"added": 1, "removed": -1}.get(kind, 0)
            yield day, name_change(one, entry_count)


def name_change(change: Row, entry_count: int) -> str:
    """An addition, move or removal, after which the list has so many entries of the paper."""
    under = f" under {change['section']}" if change["section"] else ""
    if change["kind"] == "added":
        return "added again" if entry_count == 1 else f"also listed{under}"
    if change["kind"] == "removed":
        return f"no longer listed{under}" if entry_count else "removed"
    if not change["new"]:
        return f"moved out of {change['old']}"
    return f"moved from {change['old']} to {change['new']}" if change["old"] else f"moved to {change['new']}"


def join_words(words: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    env.filters.update(day=write_day, marked_day=mark_day)


@hookimpl
def extra_template_vars() -> dict[str, object]:
    return {"history": SimpleNamespace(later=describe_changes)}
