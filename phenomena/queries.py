"""Canned queries: one file of SQL each, its first comments the title, the description and the parameters.

-- Papers by topic and year
-- Every paper that the list files under a topic, a year, or both.
-- :topic key of a topic, e.g. neural-collapse
-- fragment: g.mark=bar&...
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "queries"
PARAMETER = re.compile(r":(\w+)\s+(.+?)(?:,\s*e\.g\.\s*(.*))?$")  # :topic key of a topic, e.g. neural-collapse


@dataclass(frozen=True)
class Query:
    """One canned query. `parameters` maps names to meanings, `examples` names to values that find something."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, str]
    examples: Mapping[str, str]
    fragment: str | None
    sql: str


def read_queries(folder: Path = FOLDER) -> tuple[Query, ...]:
    """All queries of a folder by name. Raises ValueError for a file without title or description."""
    return tuple(parse_query(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.sql")))


def parse_query(name: str, text: str) -> Query:
    """A query from its file's text; the comments stay out of the SQL."""
    lines = text.splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    comments = [line.removeprefix("--").strip() for line in lines[:length]]
    prose = [line for line in comments if not line.startswith((":", "fragment:"))]
    if len(prose) < 2:
        raise ValueError(f"queries/{name}.sql: the first comment is the title, the next the description")
    parameters = [match for line in comments if (match := PARAMETER.fullmatch(line))]
    fragments = [line.removeprefix("fragment:").strip() for line in comments if line.startswith("fragment:")]
    return Query(
        name,
        title=prose[0],
        description=" ".join(prose[1:]),
        parameters={match[1]: match[2] for match in parameters},
        examples={match[1]: match[3] or "" for match in parameters},
        fragment=fragments[0] if fragments else None,
        sql="\n".join(lines[length:]).strip(),
    )
