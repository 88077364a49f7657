"""Charts drawn on the server: columns in order of time, bars of a ranking, a grid of shaded cells. No inline style.

Every column, bar and cell is a link to the rows it counts, with a text alternative; the numbers are beside them as
text. Marks are SVG with places and widths in per cent, so text keeps its size on a phone. `static/charts.js` adds cards
and pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from markupsafe import Markup, escape
from phenomena_web.chart_rows import every_year, filled, noted, ranked, totals
from phenomena_web.drawing import figure, mark, rect, svg, table, text

BAR = 24  # px, as high as a finger needs
SHADES = 5
SERIES = 9  # colours of a series
HEAD, FOOT = 18, 20  # px above and below columns, for their numbers and labels
TALL, SMALL = 240, 64  # px of the highest column
CROWDED, MANY = 12, 8  # columns beyond which years are short, and numbers of thousands
FEWEST = 6  # columns between which the width is shared: fewer leave the rest of it empty

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
    body = ""
    for row in rows:
        bar = _bar(row[value] / top, href(row), f"{row[label]}: {row[value]}") if row[value] else ""
        body += _line(row[label], bar, row[note] if note else row[value], page(row) if page else None)
    return Markup(f'<table class="bars"><caption>{escape(caption)}</caption><tbody>{body}</tbody></table>')


def columns(
    rows: Sequence[Row],
    label: str,
    value: str,
    href: Address,
    caption: str,
    top: float | None = None,
    note: str | None = None,
) -> Markup:
    """One column per row, the first at the left, its number above it: for rows in order of time. `top` is the full
    height; with `note`, a column of text, values are shares of 1.
    """
    drawn = _columns(rows, label, value, href, caption, height=TALL // 2, top=top, note=note)
    return figure(caption, drawn, table(caption, (), ((row[label], row[note or value]) for row in rows)))


def stacked(
    rows: Sequence[Row], label: str, series: str, value: str, href: Address, caption: str, whole: Address | None = None
) -> Markup:
    """One column per label, the first at the left, stacked by series; the series' names beside it in the order of the
    stack, each with its latest number, or, where `whole` makes the address of all that a series counts, with its sum.
    """
    names, labels = list(dict.fromkeys(row[series] for row in rows)), {row[label]: list[Row]() for row in rows}
    shades = {name: place % SERIES for place, name in enumerate(names)}
    for row in rows:
        labels[row[label]].append(row)
    totals = {one: sum(row[value] for row in own) for one, own in labels.items()}
    top, width, drawn = max(totals.values(), default=0) or 1, 100 / (len(labels) or 1), list[str]()
    for place, (one, own) in enumerate(labels.items()):
        base = float(HEAD + TALL)
        for row in (row for row in own if row[value]):
            shade, tall = shades[row[series]], TALL * row[value] / top
            base -= tall
            part = rect(f"c{shade}", (place + 0.12) * width, 0.76 * width, base, tall)
            drawn.append(mark(href(row), f"{row[series]}, {one}: {row[value]}", part, f"k{shade}"))
        if totals[one]:
            drawn.append(text((place + 0.5) * width, base - 4, _count(totals[one], len(labels))))
        name = _short(one) if len(labels) > CROWDED else one
        drawn.append(text((place + 0.5) * width, HEAD + TALL + 14, name, "year"))
    found = {(row[series], row[label]): row[value] for row in rows}
    lines = [(one, *(found[name, one] for name in names)) for one in labels]
    beside = Markup('<div class="stack">{}{}</div>').format(
        svg("columns", HEAD + TALL + FOOT, caption, Markup("".join(drawn))),
        _names(names, rows, series, value, href, whole),
    )
    return figure(caption, beside, table(caption, names, lines))


def multiples(
    rows: Sequence[Row],
    label: str,
    series: str,
    value: str,
    href: Address,
    caption: str,
    page: Address,
    note: Callable[[Sequence[Row]], str],
) -> Markup:
    """A small column chart for each series, on a scale of its own, under its name and what `note` says of its rows."""
    names, labels = (list(dict.fromkeys(row[one] for row in rows)) for one in (series, label))
    panels, lines = Markup(""), {one: [one] for one in labels}
    for place, name in enumerate(names):
        own = [row for row in rows if row[series] == name]
        drawn = _columns(own, label, value, href, name, height=SMALL, shade=f"c{place % SERIES}", prefix=f"{name}, ")
        panels += Markup('<li><h3><a href="{}">{}</a> <span class="quiet">{}</span></h3>{}</li>').format(
            page(own[0]), name, note(own), drawn
        )
        for row in own:
            lines[row[label]].append(row[value])
    drawn = Markup('<ul class="multiples">{}</ul>').format(panels)
    return figure(caption, drawn, table(caption, names, lines.values()))


def grid(
    rows: Sequence[Row], across: str, down: str, value: str, href: Address, caption: str, down_href: Address
) -> Markup:
    """A table of counts, darker where there are more. `across` and `down` are columns; zeros are shown and linked."""
    lines = {row[down]: list[Row]() for row in rows}
    for row in rows:
        lines[row[down]].append(row)
    top = max((row[value] for row in rows), default=0) or 1
    columns = dict.fromkeys(row[across] for row in rows)
    head = "".join(f'<th scope="col"><abbr title="{escape(one)}">{_short(one)}</abbr></th>' for one in columns)
    body = Markup("")
    for name, own in lines.items():
        cells = "".join(_cell(row, value, top, href(row), f"{name}, {row[across]}: {row[value]}") for row in own)
        link = f'<a href="{escape(down_href(own[0]))}">{escape(name)}</a>'
        total = sum(row[value] for row in own)
        body += Markup(f'<tr><th scope="row">{link}</th>{cells}<td class="total">{total:,}</td></tr>')
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table class="grid"><caption>{0}</caption>'
        '<thead><tr><td></td>{1}<th scope="col">All</th></tr></thead><tbody>{2}</tbody></table></div>'
    ).format(caption, Markup(head), body)


def _columns(
    rows: Sequence[Row],
    label: str,
    value: str,
    href: Address,
    caption: str,
    *,
    height: int,
    top: float | None = None,
    note: str | None = None,
    shade: str = "c0",
    prefix: str = "",
) -> Markup:
    """The drawing of some columns; `prefix` stands before what is said of each. Zero has a number, but no link."""
    top = top or max((row[value] or 0 for row in rows), default=0) or 1
    width, floor, drawn = 100 / max(len(rows), FEWEST), HEAD + height, Markup("")
    for place, row in enumerate(rows):
        tall, middle = height * (row[value] or 0) / top, (place + 0.5) * width
        number = text(
            middle, floor - tall - 4, f"{round(100 * row[value])} %" if note else _count(row[value], len(rows))
        )
        if row[value]:
            # the whole height answers to pointers
            shapes = rect("hit", place * width, width, 0, floor)
            shapes += rect(shade, (place + 0.12) * width, 0.76 * width, floor - tall, tall)
            number = mark(href(row), f"{prefix}{row[label]}: {row[note or value]}", shapes + number)
        name = _short(row[label]) if len(rows) > CROWDED else row[label]
        drawn += number + text(middle, floor + 14, name, "year")
    return svg("columns", floor + FOOT, caption, drawn)


def _names(
    names: Sequence[object], rows: Sequence[Row], series: str, value: str, href: Address, whole: Address | None
) -> Markup:
    """The series from the top of a stack down, each with its latest number or its sum, a link to its rows."""
    lines = Markup("")
    for number, name in reversed(list(enumerate(names))):
        own = [row for row in rows if row[series] == name]
        last, shade = own[-1], number % SERIES
        address, count = (whole(last), sum(row[value] for row in own)) if whole else (href(last), last[value])
        lines += Markup(
            f'<li><a class="k{shade}" href="{escape(address)}"><svg width="12" height="12" aria-hidden="true">'
            f'<rect class="c{shade}" width="12" height="12"/></svg> {escape(name)}'
            f' <span class="quiet">{count:,}</span></a></li>'
        )
    return Markup('<ul class="names">{}</ul>').format(lines)


def _cell(row: Row, value: str, top: float, href: str, label: str) -> Markup:
    count = row[value]
    shade = 0 if not count else 1 + min(SHADES - 1, (count - 1) * SHADES // top)
    return Markup(f'<td class="s{shade}"><a href="{escape(href)}" aria-label="{escape(label)}">{count:,}</a></td>')


def _bar(width: float, href: str, label: str) -> Markup:
    """A bar: its width is a share of the whole, from 0 to 1."""
    return mark(href, label, rect("c0", 0, 100 * width, 2, BAR - 4))


def _line(label: object, bar: Markup | str, number: object, page: str | None = None) -> Markup:
    name = f'<a href="{escape(page)}">{escape(label)}</a>' if page else escape(label)
    kind = ' class="short"' if len(str(label)) < 8 else ""
    drawn = svg("bar", BAR, str(label), Markup(bar))
    shown = f"{number:,}" if isinstance(number, int) else escape(number)
    return Markup(f'<tr><th scope="row"{kind}>{name}</th><td class="bar">{drawn}</td><td>{shown}</td></tr>')


def _count(count: int, beside: int) -> str:
    """A number over a column: beside many, thousands are short, for there is no place on a phone.

    The exact number is in the column's title and in the table beneath.
    """
    if count < 1_000 or beside <= MANY:
        return f"{count:,}"
    return f"{count / 1000:.1f}k" if count < 9_950 else f"{count / 1000:,.0f}k"


def _short(year: object) -> str:
    """2023 as ’23, so that ten years fit a phone; other labels as they are."""
    return f"’{year % 100:02}" if isinstance(year, int) else escape(year)


@hookimpl
def extra_template_vars() -> dict[str, object]:
    drawn, counted = (bars, columns, stacked, multiples, grid), (ranked, filled, every_year, noted, totals)
    return {"chart": SimpleNamespace(**{make.__name__: make for make in (*drawn, *counted)})}
