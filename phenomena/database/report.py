"""What the build prints: a summary to read, or all problems for a program (JSON, or annotations of a code host)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .records import Records

SEVERITIES = ("error", "warning", "info")
ANNOTATIONS = {"error": "error", "warning": "warning", "info": "notice"}


def make_summary(records: Records, files: Sequence[Path]) -> str:
    """Counts, problems by severity and code, where each file went; then each error with its line and remedy."""
    tables = records.tables
    years = {entry.year for entry in records.catalogue.entries} - {None}
    counts = Counter(problem.severity for problem in records.problems)
    codes = Counter((SEVERITIES.index(problem.severity), problem.code) for problem in records.problems)
    errors = [problem for problem in records.problems if problem.severity == "error"]
    in_lists = f", {plural(len(records.locations), 'list')}" if len(records.locations) > 1 else ""
    lines = [
        f"{plural(len(tables['papers']), 'paper')} in {plural(len(tables['listings']), 'entry', 'entries')}, "
        f"{plural(len(tables['topics']), 'topic')}{in_lists}, {plural(len(years), 'year')}, "
        f"{plural(len(tables['authors']), 'author')}, {plural(len(tables['keywords']), 'keyword')}",
        f"problems: {plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}, {counts['info']} info",
        *(f"  {count:4} {code} ({SEVERITIES[place]})" for (place, code), count in sorted(codes.items())),
        *records.notes,
        *(f"wrote {path}" for path in files),
    ]
    for name, location in records.locations.items():
        if own := [f"  {problem.message}" for problem in errors if problem.list == name]:
            lines += [f"errors in {location}:", *own]
    lines += [f"left out: {message}" for message in records.unread]
    return "\n".join(lines)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 paper`, `2 papers`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def make_json(records: Records, files: Sequence[Path]) -> str:
    """Counts, files, notes and all problems as one JSON object."""
    counts = {name: len(rows) for name, rows in records.tables.items()}
    return json.dumps(
        {
            "counts": counts,
            "unread": list(records.unread),
            "files": [str(path) for path in files],
            "notes": list(records.notes),
            "problems": list(records.tables["problems"]),
        },
        indent=2,
        ensure_ascii=False,
    )


def make_annotations(records: Records) -> str:
    """One workflow command per problem: `::warning file=LIST,line=N,title=CODE::message`; and per list left out."""
    files = {name: escape(location, ":,") for name, location in records.locations.items()}
    return "\n".join(
        [
            *(
                f"::{ANNOTATIONS[p.severity]} file={files[p.list]},line={p.line},title={p.code}::{escape(p.message)}"
                for p in records.problems
            ),
            *(f"::error title=unread-list::{escape(message)}" for message in records.unread),
        ]
    )


def escape(text: str, more: str = "") -> str:
    """Percent-encode the characters that end a workflow command or separate its properties."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
