"""Indexes for people: the names of topics, authors, keywords and venues, each with its papers per list year as a
sparkline; and when they are shown in place of the table.

All sparklines of a page have the same years, so that they compare. Each is as high as its own fullest year, so that its
form is seen, but at least LOW_TOP papers high, so that one paper doesn't look like many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import Request
from markupsafe import Markup

UNDERSTOOD = {"_sort", "_sort_desc", "_next", "_size", "_ttl"}  # besides filters by column
STEP, WIDTH, HEIGHT = 6, 5, 18  # of a bar, in pixels
LOW_TOP = 4

Row = Mapping[str, Any]


def are_shown(request: Request) -> bool:
    """Whether an index honours all parameters; others, such as facets and columns, and `_view=table` want the table."""
    return all(name in UNDERSTOOD or not name.startswith("_") for name in request.args)


def trends(rows: Iterable[Row], first: int | None, last: int | None) -> dict[str, Markup]:
    """Key to sparkline, for rows with the columns `id`, `year` and `paper_count`; the axis is from first to last."""
    counts: dict[str, dict[int, int]] = {}
    for row in rows:
        if row["year"] is not None and row["paper_count"]:
            counts.setdefault(row["id"], {})[row["year"]] = row["paper_count"]
    return {key: draw(sorted(years.items()), first or 0, last or 0) for key, years in counts.items()}


def draw(years: list[tuple[int, int]], first: int, last: int) -> Markup:
    """One sparkline, with its numbers as the alternative in text."""
    top = max(LOW_TOP, *(count for _, count in years))
    bars = "".join(
        f"M{STEP * (year - first)} {HEIGHT}v-{max(1, round(HEIGHT * count / top))}h{WIDTH}V{HEIGHT}z"
        for year, count in years
    )
    width, label = STEP * (last - first + 1) - 1, ", ".join(f"{year}: {count}" for year, count in years)
    return Markup(  # of numbers alone
        f'<svg class="trend" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}" role="img"'
        f' aria-label="{label}"><title>{label}</title><path class="base" d="M0 {HEIGHT}h{width}"/>'
        f'<path d="{bars}"/></svg>'
    )


@hookimpl
def extra_template_vars(request: Request | None) -> dict[str, object]:
    return {"names": SimpleNamespace(are_shown=bool(request and are_shown(request)), trends=trends)}
