"""Charts drawn on the server: a table whose rows hold bars, and a grid of shaded cells. No script, no inline style.

Every bar and cell is a link to the rows it counts, with a text alternative; the numbers are beside them as text. Bars
are SVG with widths in per cent, so text keeps its size on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from markupsafe import Markup, escape

HEIGHT = 24
SHADES = 5
SERIES = 9
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Row = Mapping[str, Any]
Address = Callable[[Row], str]  # of what a row counts


def bars(
    rows: Sequence[Row],
    label: str,
    value: str,
    href: Address,
    caption: str,
    top: float | None = None,
    note: str | None = None,
    page: Address | None = None,
) -> Markup:
    """One bar per row. `label`, `value` and `note` are columns; `href` makes a row's address, `page` that of its label;
    `top` is the full width. Zero has no bar.
    """
    top = top or max((row[value] or 0 for row in rows), default=0) or 1
    lines = [
        _line(
            row[label],
            _bar(0, row[value] / top, "c0", href(row), f"{row[label]}: {row[value]}") if row[value] else "",
            row[note] if note else row[value],
            page(row) if page else None,
        )
        for row in rows
    ]
    return _table(caption, lines)


def stacked(rows: Sequence[Row], label: str, series: str, value: str, href: Address, caption: str) -> Markup:
    """One bar per label, stacked by series in the order they first come; each part has its series' letter and shade."""
    names = list(dict.fromkeys(row[series] for row in rows))
    labels = list(dict.fromkeys(row[label] for row in rows))
    totals = {one: sum(row[value] for row in rows if row[label] == one) for one in labels}
    top = max(totals.values(), default=0) or 1
    lines = []
    for one in labels:
        start, parts = 0.0, []
        for row in (row for row in rows if row[label] == one and row[value]):
            place = names.index(row[series])
            width = row[value] / top
            text = f"{row[series]}, {one}: {row[value]}"
            parts.append(_bar(start, width, f"c{place % SERIES}", href(row), text, LETTERS[place % 26]))
            start += width
        lines.append(_line(one, Markup("").join(parts), totals[one]))
    return _legend(names) + _table(caption, lines)


def grid(
    rows: Sequence[Row], across: str, down: str, value: str, href: Address, caption: str, down_href: Address
) -> Markup:
    """A table of counts, darker where there are more. `across` and `down` are columns; zeros are shown and linked."""
    columns = list(dict.fromkeys(row[across] for row in rows))
    names = list(dict.fromkeys(row[down] for row in rows))
    top = max((row[value] for row in rows), default=0) or 1
    head = Markup("").join(
        Markup('<th scope="col"><abbr title="{}">{}</abbr></th>').format(c, _short(c)) for c in columns
    )
    body = Markup("")
    for name in names:
        own = [row for row in rows if row[down] == name]
        cells = Markup("").join(
            _cell(row, value, top, href(row), f"{name}, {row[across]}: {row[value]}") for row in own
        )
        link = Markup('<a href="{}">{}</a>').format(down_href(own[0]), name)
        total = sum(row[value] for row in own)
        body += Markup('<tr><th scope="row">{}</th>{}<td class="total">{}</td></tr>').format(link, cells, total)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table class="grid"><caption>{0}</caption>'
        '<thead><tr><td></td>{1}<th scope="col">All</th></tr></thead><tbody>{2}</tbody></table></div>'
    ).format(caption, head, body)


def every_year(rows: Sequence[Row]) -> list[Row]:
    """Counts by year, the latest first, with the years between filled in as zeros."""
    found = {row["year"]: row for row in rows}
    years = range(max(found), min(found) - 1, -1) if found else ()
    return [found.get(year, {"year": year, "paper_count": 0}) for year in years]


def filled(rows: Sequence[Row], name: str, key: str) -> list[Row]:
    """Counts by year with the years that are missing between the first and the last filled in as zeros."""
    years = [row["year"] for row in rows]
    found = {(row[key], row["year"]): row for row in rows}
    names = {row[key]: row[name] for row in sorted(rows, key=lambda row: row[name])}
    totals = {one: sum(row["paper_count"] for row in rows if row[key] == one) for one in names}
    return [
        found.get((one, year), {name: names[one], key: one, "year": year, "paper_count": 0})
        for one in sorted(names, key=lambda one: -totals[one])
        for year in range(min(years), max(years) + 1)
    ]


def noted(rows: Iterable[Row]) -> list[Row]:
    """Shares with the counts and intervals behind them: `10 of 45 (12 to 36 %)`."""
    words = "{with_code} of {paper_count} ({:.0f} to {:.0f} %)"
    return [{**row, "note": words.format(100 * row["low"], 100 * row["high"], **row)} for row in rows]


def _cell(row: Row, value: str, top: float, href: str, text: str) -> Markup:
    count = row[value]
    shade = 0 if not count else 1 + min(SHADES - 1, (count - 1) * SHADES // top)
    return Markup('<td class="s{}"><a href="{}" aria-label="{}">{}</a></td>').format(shade, href, text, count)


def _bar(start: float, width: float, shade: str, href: str, text: str, letter: str = "") -> Markup:
    """One part of a bar: start and width are shares of the whole, from 0 to 1."""
    label = Markup('<text x="{:.2f}%" y="16" class="letter" aria-hidden="true">{}</text>').format(
        100 * (start + width / 2), letter if width > 0.035 else ""
    )
    return Markup(
        '<a href="{}" aria-label="{}"><title>{}</title>'
        '<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="2" height="{}"/>{}</a>'
    ).format(href, text, text, shade, 100 * start, 100 * width, HEIGHT - 4, label if letter else "")


def _line(label: object, bar: Markup | str, number: object, page: str | None = None) -> Markup:
    name = Markup('<a href="{}">{}</a>').format(page, label) if page else label
    return Markup(
        '<tr><th scope="row"{}>{}</th><td class="bar">'
        '<svg width="100%" height="{}" role="group" aria-label="{}">{}</svg></td><td>{}</td></tr>'
    ).format(Markup(' class="short"') if len(str(label)) < 8 else "", name, HEIGHT, label, bar, number)


def _table(caption: str, lines: Iterable[Markup]) -> Markup:
    return Markup('<table class="bars"><caption>{}</caption><tbody>{}</tbody></table>').format(
        caption, Markup("").join(lines)
    )


def _legend(names: Iterable[object]) -> Markup:
    items = (
        Markup('<li><span class="swatch c{}" aria-hidden="true">{}</span> {}</li>').format(
            place % SERIES, LETTERS[place % 26], name
        )
        for place, name in enumerate(names)
    )
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def _short(year: object) -> str:
    """2023 as ’23, so that ten years fit a phone; other labels as they are."""
    return f"’{year % 100:02}" if isinstance(year, int) else escape(year)


@hookimpl
def extra_template_vars() -> dict[str, object]:
    chart = SimpleNamespace(bars=bars, stacked=stacked, grid=grid, filled=filled, every_year=every_year, noted=noted)
    return {"chart": chart}
