"""Canned queries: one file of SQL each, its first comments the title, the description and the parameters.

-- Papers by topic and year
-- Every paper that the list files under a topic, a year, or both.
-- :topic a topic's name or key (topics)
-- :q words to look for, required, e.g. grokking
-- fragment: g.mark=bar&...

In brackets is the source of a parameter's values: a table with names and keys, or a column. Its example is then taken
from there, so that every list has an example with results.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..reader.shipped import SHIPPED

FOLDER = SHIPPED / "queries"
PARAMETER = re.compile(  # :topic a topic's name or key (topics), required, e.g. Neural Collapse
    r":(?P<name>\w+)\s+(?P<meaning>.+?)(?:\s+\((?P<source>\w+(?:\.\w+)?)\))?(?P<required>,\s*required)?"
    r"(?:,\s*e\.g\.\s*(?P<example>.+))?"
)
FOLDED = "lower(replace(replace(:name, ' ', ''), '-', ''))"
LOOKUPS = {  # finds a row by name or key, whatever the case; by the key, an index or a short table
    "topics": "id = lower(replace(:name, ' ', '-')) or name = :name collate nocase",
    "venues": "id = lower(replace(:name, ' ', '-')) or :name collate nocase in (name, full_name)",
    "authors": "id = lower(replace(replace(replace(replace(:name, ' ', ''), '-', ''), '.', ''), '''', '')) "
    "or name = :name",
    "keywords": f"id in ({FOLDED}, rtrim({FOLDED}, 's')) or name = :name",
}


@dataclass(frozen=True)
class Parameter:
    """A query's field. `source` is the table, or table.column, that holds its values; without it any text is valid."""

    name: str
    meaning: str
    source: str | None = None
    is_required: bool = False
    example: str | None = None


@dataclass(frozen=True)
class Query:
    """One canned query."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    fragment: str | None
    sql: str


def read_queries(folder: Path = FOLDER) -> tuple[Query, ...]:
    """All queries of a folder by name. Raises ValueError for a file without title or description."""
    return tuple(parse_query(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.sql")))


def parse_query(name: str, text: str) -> Query:
    """A query from its file's text; the opening comments are not part of the SQL."""
    lines = text.splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    comments = [line.removeprefix("--").strip() for line in lines[:length]]
    prose = [line for line in comments if not line.startswith((":", "fragment:"))]
    if len(prose) < 2:
        raise ValueError(f"queries/{name}.sql: the first comment is the title, the next the description")
    fragments = [line.removeprefix("fragment:").strip() for line in comments if line.startswith("fragment:")]
    return Query(
        name,
        title=prose[0],
        description=" ".join(prose[1:]),
        parameters=tuple(parse_parameter(match) for line in comments if (match := PARAMETER.fullmatch(line))),
        fragment=fragments[0] if fragments else None,
        sql="\n".join(lines[length:]).strip(),
    )


def parse_parameter(match: re.Match[str]) -> Parameter:
    """A parameter from its comment."""
    return Parameter(match["name"], match["meaning"], match["source"], bool(match["required"]), match["example"])
