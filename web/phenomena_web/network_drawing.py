"""A small network as SVG: one node in the middle, its neighbours around it, and the ties among them.

Neighbours that are tied stand beside each other. The layout is the same for the same rows.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup, escape

WIDTH, HEIGHT = 460, 400
ACROSS, DOWN = 84, 165  # half axes of the ellipse on which neighbours stand
CHARACTER = 7.2  # units of a letter
GAP = 6  # between a node and its name
LINE, LINES = 13, 3  # from one line of a name to the next, and how many there may be


@dataclass(frozen=True)
class Node:
    """A neighbour: what it is called, where its page is, and how many papers it shares with the one in the middle."""

    key: str
    name: str
    href: str
    paper_count: int


Tie = tuple[str, str, int]  # two neighbours, and the papers that they share


def order_nodes(nodes: Sequence[Node], ties: Iterable[Tie]) -> list[Node]:
    """The nodes such that each stands beside the one that it shares most papers with among those that are left."""
    weights: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for one, other, count in ties:
        weights[one][other] = weights[other][one] = count
    left = list(nodes)
    ordered: list[Node] = []
    while left:
        last = weights[ordered[-1].key] if ordered else {}
        following = max(left, key=lambda node: (last.get(node.key, 0), -left.index(node)))
        ordered.append(following)
        left.remove(following)
    return ordered


def radius(paper_count: int) -> float:
    """Of a node, whose area grows with its papers, up to a bound."""
    return min(3 + 2.2 * math.sqrt(paper_count), 14)


def thickness(paper_count: int) -> float:
    """Of a tie."""
    return min(0.6 + 0.7 * paper_count, 6)


def fit_name(name: str, x: float) -> list[str]:
    """A name in lines that fit between a node and the edge of the drawing.

    >>> fit_name("Gintare Karolina Dziugaite", 312)
    ['Gintare Karolina', 'Dziugaite']
    """
    room = int((min(x, WIDTH - x) - 14 - GAP) / CHARACTER) if abs(x - WIDTH / 2) > 30 else 26
    lines = wrap(name, room, break_long_words=False)
    lines = [*lines[: LINES - 1], " ".join(lines[LINES - 1 :])] if len(lines) > LINES else lines
    return [line if len(line) <= room else line[: room - 1].rstrip(" -") + "…" for line in lines]


def draw_network(centre: str, nodes: Sequence[Node], ties: Sequence[Tie], label: str) -> Markup:
    """The network; every node is a link with its name and count, the one in the middle is not."""
    ordered = order_nodes(nodes, ties)
    places = {node.key: find_place(number, len(ordered)) for number, node in enumerate(ordered)}
    middle = (WIDTH / 2, HEIGHT / 2)
    lines = [_line(places[one], places[other], count) for one, other, count in ties]
    lines += [_line(middle, places[node.key], node.paper_count) for node in ordered]
    drawn = "".join(_node(node, *places[node.key]) for node in ordered)
    return Markup(
        f'<svg class="network" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(label)}">'
        f'<g class="ties">{"".join(lines)}</g>{drawn}<g class="centre">'
        f'<circle cx="{middle[0]:g}" cy="{middle[1]:g}" r="9"/><title>{escape(centre)}</title></g></svg>'
    )


def find_place(number: int, count: int) -> tuple[float, float]:
    """The place of one of so many nodes on the ellipse, from the top and clockwise."""
    angle = 2 * math.pi * (number + 0.5) / count - math.pi / 2
    return round(WIDTH / 2 + ACROSS * math.cos(angle), 1), round(HEIGHT / 2 + DOWN * math.sin(angle), 1)


def _line(one: tuple[float, float], other: tuple[float, float], count: int) -> str:
    ends = f'x1="{one[0]:g}" y1="{one[1]:g}" x2="{other[0]:g}" y2="{other[1]:g}"'
    return f'<line {ends} stroke-width="{thickness(count):.1f}"/>'


def _node(node: Node, x: float, y: float) -> str:
    """A node with its name beside it; what is put in is escaped here, as in drawing.py."""
    size = radius(node.paper_count)
    is_left = x < WIDTH / 2
    lines = fit_name(node.name, x)
    edge, anchor = (x - size - GAP, ' text-anchor="end"') if is_left else (x + size + GAP, "")
    text = "".join(
        f'<text x="{edge:.1f}" y="{y + 4 + LINE * (number - (len(lines) - 1) / 2):.1f}"{anchor}>{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    count = f"{node.paper_count} paper{'' if node.paper_count == 1 else 's'}"
    return (
        f'<a href="{escape(node.href)}" tabindex="-1"><title>{escape(node.name)}: {count}</title>'
        f'<circle cx="{x:g}" cy="{y:g}" r="{size:.1f}"/>{text}</a>'
    )
