"""Rows of charts: counts by year without gaps, sums, the names with most papers, shares with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def every_year(rows: Sequence[Row]) -> list[Row]:
    """Counts by year, the earliest first, with the years between filled in as zeros."""
    found = {row["year"]: row for row in rows}
    years = range(min(found), max(found) + 1) if found else ()
    return [found.get(year, {"year": year, "paper_count": 0}) for year in years]


def ranked(rows: Iterable[Row], name: str, key: str) -> list[Row]:
    """Names and keys with the sum of their papers, most first and equals by name."""
    sums: dict[Any, dict[str, Any]] = {}
    for row in rows:
        one = sums.setdefault(row[key], {name: row[name], key: row[key], "paper_count": 0})
        one["paper_count"] += row["paper_count"]
    return sorted(sums.values(), key=lambda one: (-one["paper_count"], one[name]))


def filled(rows: Sequence[Row], name: str, key: str, most: int | None = None) -> list[Row]:
    """Counts by year with the years that are missing between the first and the last filled in as zeros, of all names
    or of so many: those with most papers first.
    """
    found, years = {(row[key], row["year"]): row for row in rows}, {row["year"] for row in rows}
    between = range(min(years), max(years) + 1) if years else ()
    return [
        found.get((one[key], year), {name: one[name], key: one[key], "year": year, "paper_count": 0})
        for one in ranked(rows, name, key)[:most]
        for year in between
    ]


def totals(rows: Iterable[Row], label: str, value: str) -> list[Row]:
    """The sum of a column for each label, in the order in which they first come."""
    sums: dict[Any, int] = {}
    for row in rows:
        sums[row[label]] = sums.get(row[label], 0) + row[value]
    return [{label: one, value: count} for one, count in sums.items()]


def noted(rows: Iterable[Row]) -> list[Row]:
    """Shares with the counts and intervals behind them: `10 of 45 (12 to 36 %)`."""
    words = "{with_code} of {paper_count} ({:.0f} to {:.0f} %)"
    return [{**row, "note": words.format(100 * row["low"], 100 * row["high"], **row)} for row in rows]
