"""A comment on a change to a list, in markdown: each new or changed entry as it was read, and the new problems.

All that comes from the list stands in code spans, in which no markdown, HTML, mention, reference or link is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..database.report import plural
from ..database.schema.columns import Row, Value
from ..reader.problems import Problem
from .comparison import Comparison, NewEntry

MARK = "<!-- phenomena check -->"  # by which the comment is found again
MAX_LENGTH = 60_000  # characters; GitHub allows 65,536
MAX_VALUE = 1_500  # characters of one value
LABELS: Mapping[str, str] = {
    "title": "Title",
    "authors": "Authors",
    "venue": "Venue",
    "keywords": "Keywords",
    "paper_url": "Paper",
    "code_url": "Code",
    "digest": "Digest",
    "topic": "Topic",
    "year": "Year",
}


def make_comment(comparison: Comparison) -> str:
    """The whole comment, at most MAX_LENGTH characters long: where it would be longer, it says what was left out."""
    records = comparison.records
    topics = {row["id"]: row["name"] for row in records.tables["topics"]}
    several = len(records.locations) > 1
    parts = [
        *(f"**Left out**: {code_span(message)}" for message in records.unread),
        *(show_entry(entry, topics, several) for entry in comparison.entries),
    ]
    if comparison.problems:
        parts.append("\n".join(["#### Other lines", "", *show_problems(comparison.problems, several)]))
    text = "\n\n".join([MARK, count_all(comparison)])
    for number, part in enumerate(parts):
        if len(text) + len(part) > MAX_LENGTH:
            return f"{text}\n\n{plural(len(parts) - number, 'more part')} left out, for a comment has a limited length."
        text += f"\n\n{part}"
    return text


def count_all(comparison: Comparison) -> str:
    """The comment's first line."""
    changed = sum(entry.before is not None for entry in comparison.entries)
    return (
        f"**{plural(len(comparison.entries) - changed, 'new entry', 'new entries')}, {changed} changed, "
        f"{comparison.removed} removed; {plural(len(comparison.records.problems), 'new problem')}**"
    )


def show_entry(entry: NewEntry, topics: Mapping[Value, Value], several: bool) -> str:
    """One entry: its fields as read, those that were changed marked, and its new problems."""
    of_list = f" of {code_span(entry.row['list'])}" if several else ""
    row = {**entry.row, "topic": topics.get(entry.row["topic"])}
    changed = entry.changed
    return "\n".join(
        [
            f"#### {'Changed' if entry.before else 'New'} entry, line {entry.row['line']}{of_list}",
            "",
            *(f"- {label}{' (changed)' * (name in changed)}: {show(row, name)}" for name, label in LABELS.items()),
            *show_problems(entry.problems),
        ]
    )


def show(row: Row, name: str) -> str:
    """A field's value, or each of its values."""
    value = row[name]
    if isinstance(value, tuple):
        return ", ".join(map(code_span, value)) or "none"
    return "none" if value in (None, "") else code_span(value)


def show_problems(problems: Iterable[Problem], several: bool = False) -> Iterator[str]:
    """A bullet for each problem; with the name of its list, where there are several."""
    for problem in problems:
        of_list = f"{code_span(problem.list)}, " if several else ""
        yield f"- **{problem.severity}** {problem.code}: {of_list}{code_span(problem.message)}"


def code_span(value: Value) -> str:
    """A value on one line between more backticks than it has in a row."""
    text = " ".join(str(value).split())
    text = text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text[:1] in ("`", "") or text[-1:] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"
