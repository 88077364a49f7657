"""The SQL of pages, and query plans: which steps of a statement scan a table that grows with the list."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

from sites import ROOT

ON_A_PAGE = "with page as (select * from papers where venue = 'iclr') "  # what statements on facets are put behind
STATEMENTS = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "templates" / "sql").glob("*.sql"))}
GROWING = {
    "papers",
    "listings",
    "authors",
    "paper_authors",
    "keywords",
    "paper_keywords",
    "links",
    "related",
    "positions",
    "citations",
    "changes",
    "problems",
    "source_lines",
    "stored_topic_keywords",
    "stored_newest_papers",
    "stored_keyword_years",
    "stored_keyword_pairs",
    "stored_facet_sets",
    "stored_words",
    "stored_joined_words",
    "stored_other_names",
    "stored_names",
}
SCAN = re.compile(r"^SCAN (?:TABLE )?(\w+)(?: AS \w+)?(.*)$")


def plan(database: sqlite3.Connection, sql: str, values: Mapping[str, str] | None = None) -> list[str]:
    """The steps of a statement's plan, as SQLite describes them."""
    return [row[3] for row in database.execute(f"explain query plan {sql}", values or {})]


def aliases(sql: str) -> dict[str, str]:
    """Names that a query gives to tables: `from authors as one` gives one -> authors."""
    return {match[2]: match[1] for match in re.finditer(r"\b(?:from|join)\s+(\w+)\s+as\s+(\w+)", sql, re.IGNORECASE)}


def scans(steps: list[str], names: Mapping[str, str]) -> list[str]:
    """The steps that read a growing table row by row, those through a covering index left out."""
    found = []
    for step in steps:
        match = SCAN.match(step)
        if match and names.get(match[1], match[1]) in GROWING and "COVERING INDEX" not in match[2]:
            found.append(step)
    return found


def example_values(sql: str) -> dict[str, str]:
    """A value for each parameter of a page's statement."""
    special = {
        "facet_limit": "5",
        "papers": '["arxiv-2409-15156"]',
        "most": "5",
        "most_people": "5",
        "size": "5",
        "start": "0",
    }
    special |= dict.fromkeys(("lists", "topics", "venues", "keywords", "authors", "keys"), '["x"]')
    names = re.findall(r":(\w+)", sql)
    return {name: '{"x": 1}' if name.endswith("_counts") else special.get(name, "x") for name in names}


def runnable(name: str) -> str:
    """A statement of STATEMENTS as it runs."""
    return (ON_A_PAGE if name.startswith("facet_") else "") + STATEMENTS[name]
