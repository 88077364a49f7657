"""Indexes for people: the names of topics, authors, keywords and venues, each with its number of papers, most with
their years and a sparkline of them; and when they are shown in place of the table.

All sparklines of a page have the same years, so that they compare. Each is as high as its own fullest year, so that its
form is seen, but at least LOW_TOP papers high, so that one paper doesn't look like many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import Request
from markupsafe import Markup, escape
from phenomena_web.page_looks import fits_index

STEP, WIDTH, HEIGHT = 6, 5, 18  # of a bar, in pixels
LOW_TOP = 4

Row = Mapping[str, Any]


def trends(rows: Iterable[Row], first: int | None, last: int | None) -> dict[str, Markup]:
    """Key to sparkline, for rows with the columns `id`, `year` and `paper_count`; the axis is from first to last."""
    counts: dict[str, dict[int, int]] = {}
    for row in rows:
        if row["year"] is not None and row["paper_count"]:
            counts.setdefault(row["id"], {})[row["year"]] = row["paper_count"]
    return {key: draw(sorted(years.items()), first or 0, last or 0) for key, years in counts.items()}


def spans(rows: Iterable[Row]) -> dict[str, str]:
    """Key to first and last year, for rows with the columns `id` and `year`."""
    years: dict[str, list[int]] = {}
    for row in rows:
        if row["year"] is not None:
            years.setdefault(row["id"], []).append(row["year"])
    return {key: span(min(found), max(found)) for key, found in years.items()}


def span(first: int | None, last: int | None) -> str:
    """Years from first to last, empty where there are none."""
    return "" if first is None else str(first) if first == last else f"{first}–{last}"


def lines(
    rows: Iterable[Row],
    page: Callable[[str], str],
    years: Mapping[str, str] | None = None,
    drawn: Mapping[str, Markup] | None = None,
    full: bool = False,
) -> Markup:
    """A list item for each name: its link, full name, sparkline, number of papers and years.

    Rows have the columns `id`, `name` and `paper_count`; `years` and `drawn` are by key, else a row's columns
    `first_year` and `last_year`, and no sparkline. A template's own loop takes four times as long.
    """
    items = []
    for row in rows:
        key, name, count = row["id"], row["name"], row["paper_count"]
        long = f' <span class="full">{escape(full_name(row))}</span>' if full else ""
        found = span(row["first_year"], row["last_year"]) if years is None else years.get(key, "")
        when = f' <span class="years">{found}</span>' if found else ""
        noun = "paper" if count == 1 else "papers"
        items.append(
            f'<li><a href="{escape(page(key))}">{escape(name)}</a>{long} {(drawn or {}).get(key, "")}'
            f' <span class="count">{count:,}<span class="hidden"> {noun}</span></span>{when}</li>'
        )
    return Markup("\n".join(items))


def full_name(row: Row) -> str:
    """A venue's full name, where that is another."""
    return row["full_name"] if row["full_name"] and row["full_name"] != row["name"] else ""


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
    are_shown = bool(request and fits_index(request.args))
    return {"names": SimpleNamespace(are_shown=are_shown, trends=trends, spans=spans, span=span, lines=lines)}
