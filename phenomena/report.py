"""What the build says: a summary to read, or the problems for a machine (JSON, or annotations of a code host)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .problems import Problem
from .records import Records

SEVERITIES = ("error", "warning", "info")
ANNOTATIONS = {"error": "error", "warning": "warning", "info": "notice"}


def make_summary(records: Records, files: Sequence[Path]) -> str:
    """A short summary: counts, problems by severity and code, where each file went."""
    tables = records.tables
    years = {row["year"] for row in tables["listings"] if row["year"] is not None}
    counts = Counter(problem.severity for problem in records.problems)
    lines = [
        f"{len(tables['papers'])} papers in {len(tables['listings'])} entries, "
        f"{len(tables['topics'])} topics, {len(years)} years, "
        f"{len(tables['authors'])} authors, {len(tables['keywords'])} key words",
        "problems: " + ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES),
    ]
    codes = Counter((SEVERITIES.index(problem.severity), problem.code) for problem in records.problems)
    lines += [f"  {count:4} {code} ({SEVERITIES[place]})" for (place, code), count in sorted(codes.items())]
    return "\n".join([*lines, *(f"wrote {path}" for path in files)])


def make_json(records: Records, files: Sequence[Path]) -> str:
    """Counts, files and all problems as one JSON object."""
    counts = {name: len(rows) for name, rows in records.tables.items()}
    return json.dumps(
        {"counts": counts, "files": [str(path) for path in files], "problems": records.tables["problems"]},
        indent=2,
        ensure_ascii=False,
    )


def make_annotations(problems: Sequence[Problem], name: str) -> str:
    """One workflow command a problem: `::warning file=LIST,line=N,title=CODE::message`."""
    return "\n".join(
        f"::{ANNOTATIONS[p.severity]} file={escape(name, ':,')},line={p.line},title={p.code}::{escape(p.message)}"
        for p in problems
    )


def escape(text: str, more: str = "") -> str:
    """Percent-encode what ends a workflow command or parts its properties."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
