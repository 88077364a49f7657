"""Parts of charts: marks that lead to the rows they count, drawings, and figures with their numbers as a table.

What is put in is escaped here, one by one: Markup.format does the same, and takes most of the time of a page of charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape


def of_class(kind: str) -> str:
    """The attribute `class`, none for an empty one."""
    return f' class="{escape(kind)}"' if kind else ""


def mark(href: str, text: str, drawn: Markup, kind: str = "") -> Markup:
    """A part of a chart as a link, with its count as text."""
    label = escape(text)
    return Markup(
        f'<a{of_class(kind)} href="{escape(href)}" aria-label="{label}"><title>{label}</title>{escape(drawn)}</a>'
    )


def rect(kind: str, x: float, width: float, y: float, height: float) -> Markup:
    """A rectangle: place and width in per cent, so that it fits every screen, y and height in px."""
    down = f'y="{round(y, 1):g}" height="{round(height, 1):g}"'
    return Markup(f'<rect class="{escape(kind)}" x="{x:.2f}%" width="{width:.2f}%" {down}/>')


def text(x: float, y: float, words: object, kind: str = "") -> Markup:
    """A label with its middle at x, in per cent."""
    return Markup(f'<text{of_class(kind)} x="{x:.2f}%" y="{round(y, 1):g}">{escape(words)}</text>')


def svg(kind: str, height: int, label: str, drawn: Markup) -> Markup:
    """A drawing as wide as its place and as high as stated, in px."""
    return Markup(
        f'<svg class="{escape(kind)}" width="100%" height="{height}" role="group" aria-label="{escape(label)}">'
        f"{escape(drawn)}</svg>"
    )


def table(caption: str, head: Sequence[object], lines: Iterable[Sequence[object]]) -> Markup:
    """Numbers as a table, the first of each line its name."""
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(number)}</td>" for number in numbers)}</tr>'
        for name, *numbers in lines
    )
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    top = f"<thead><tr><td></td>{top}</tr></thead>" if head else top
    return Markup(f"<table><caption>{escape(caption)}</caption>{top}<tbody>{body}</tbody></table>")


def figure(caption: str, drawn: Markup, numbers: Markup) -> Markup:
    """A drawing under its caption, its numbers folded beneath."""
    return Markup(
        f'<figure class="chart"><figcaption>{escape(caption)}</figcaption>{escape(drawn)}'
        f'<details class="data"><summary>Numbers</summary>{escape(numbers)}</details></figure>'
    )
