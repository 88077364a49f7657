"""A small network as SVG: one node in the middle, its neighbours around it, and the ties among them.

Neighbours that are tied stand beside each other. The layout is the same for the same rows.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

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
    return Markup(
        '<svg class="network" viewBox="0 0 {} {}" role="group" aria-label="{}"><g class="ties">{}</g>{}'
        '<g class="centre"><circle cx="{:g}" cy="{:g}" r="9"/><title>{}</title></g></svg>'
    ).format(
        WIDTH,
        HEIGHT,
        label,
        Markup("").join(lines),
        Markup("").join(_node(node, *places[node.key]) for node in ordered),
        *middle,
        centre,
    )


def find_place(number: int, count: int) -> tuple[float, float]:
    """The place of one of so many nodes on the ellipse, from the top and clockwise."""
    angle = 2 * math.pi * (number + 0.5) / count - math.pi / 2
    return round(WIDTH / 2 + ACROSS * math.cos(angle), 1), round(HEIGHT / 2 + DOWN * math.sin(angle), 1)


def _line(one: tuple[float, float], other: tuple[float, float], count: int) -> Markup:
    return Markup('<line x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}" stroke-width="{:.1f}"/>').format(
        *one, *other, thickness(count)
    )


def _node(node: Node, x: float, y: float) -> Markup:
    size = radius(node.paper_count)
    is_left = x < WIDTH / 2
    lines = fit_name(node.name, x)
    text = Markup("").join(
        Markup('<text x="{:.1f}" y="{:.1f}"{}>{}</text>').format(
            x - size - GAP if is_left else x + size + GAP,
            y + 4 + LINE * (number - (len(lines) - 1) / 2),
            Markup(' text-anchor="end"') if is_left else "",
            line,
        )
        for number, line in enumerate(lines)
    )
    count = f"{node.paper_count} paper{'' if node.paper_count == 1 else 's'}"
    return Markup(
        '<a href="{}" tabindex="-1"><title>{}: {}</title><circle cx="{:g}" cy="{:g}" r="{:.1f}"/>{}</a>'
    ).format(node.href, node.name, count, x, y, size, text)
