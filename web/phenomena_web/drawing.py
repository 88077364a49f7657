"""Parts of charts: marks that lead to the rows they count, drawings, and figures with their numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup


def mark(href: str, text: str, drawn: Markup, kind: str = "") -> Markup:
    """A part of a chart as a link, with its count as text."""
    return Markup('<a{} href="{}" aria-label="{}"><title>{}</title>{}</a>').format(
        Markup(' class="{}"').format(kind) if kind else "", href, text, text, drawn
    )


def rect(kind: str, x: float, width: float, y: float, height: float) -> Markup:
    """A rectangle: place and width in per cent, so that it fits every screen, y and height in px."""
    return Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{:g}" height="{:g}"/>').format(
        kind, x, width, round(y, 1), round(height, 1)
    )


def text(x: float, y: float, words: object, kind: str = "") -> Markup:
    """A label with its middle at x, in per cent."""
    return Markup('<text{} x="{:.2f}%" y="{:g}">{}</text>').format(
        Markup(' class="{}"').format(kind) if kind else "", x, round(y, 1), words
    )


def svg(kind: str, height: int, label: str, drawn: Markup) -> Markup:
    """A drawing as wide as its place and as high as stated, in px."""
    return Markup('<svg class="{}" width="100%" height="{}" role="group" aria-label="{}">{}</svg>').format(
        kind, height, label, drawn
    )


def table(caption: str, head: Sequence[object], lines: Iterable[Sequence[object]]) -> Markup:
    """Numbers as a table, the first of each line its name."""
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name, Markup("").join(Markup("<td>{}</td>").format(number) for number in numbers)
        )
        for name, *numbers in lines
    )
    top = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in head)
    top = Markup("<thead><tr><td></td>{}</tr></thead>").format(top) if head else top
    return Markup("<table><caption>{}</caption>{}<tbody>{}</tbody></table>").format(caption, top, body)


def figure(caption: str, drawn: Markup, numbers: Markup) -> Markup:
    """A drawing under its caption, its numbers folded beneath."""
    return Markup(
        '<figure class="chart"><figcaption>{}</figcaption>{}'
        '<details class="data"><summary>Numbers</summary>{}</details></figure>'
    ).format(caption, drawn, numbers)
