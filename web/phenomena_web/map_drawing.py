"""The map as SVG: a dot for each paper, names of clusters where they fit, and an excerpt around one paper.

Places are per cent of the drawing, so dots and names keep their size on a phone and while a visitor zooms; the
stylesheet gives the drawing its height. Names are chosen for three widths, of which the stylesheet shows one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from markupsafe import Markup, escape

COLOURS = 9  # further topics share the last class
MOST_TITLED = 1_500  # papers; with more, titles would make up most of the page
SIZES = {"narrow": (290, 400), "middle": (600, 500), "wide": (960, 600)}  # the least pixels at which names are shown
CHARACTER, LINE = 7.4, 17  # pixels of a name
FEWEST, PORTION = 4, 1 / 250  # papers of a cluster that is named on the map: so many, and such a share of all
SHIFTS = (-1, 0, -2, 1, 2, -3, 3)  # lines by which a name may be moved to find room

Paper = Mapping[str, Any]  # a row of sql/papers_on_map.sql
Address = Callable[[str], str]  # of a paper's page, by its key


@dataclass(frozen=True)
class Name:
    """The name of a cluster: the place of its middle, each from 0 to 1, and its number of papers."""

    text: str
    x: float
    y: float
    size: int


def topic_class(position: int | None) -> str:
    """The class of a topic's colour: c0 for the list's first, c9 from the tenth on and without a topic."""
    return f"c{min(position - 1, COLOURS)}" if position else f"c{COLOURS}"


def draw_dots(papers: Sequence[Paper], href: Address, lit: bool = False) -> Markup:
    """A link for each paper, in the papers' order; with `lit`, those with a true `is_lit` are marked."""
    is_titled = len(papers) <= MOST_TITLED
    return Markup("").join(_dot(paper, href(paper["paper"]), is_titled, lit) for paper in papers)


def _dot(paper: Paper, href: str, is_titled: bool, lit: bool) -> Markup:
    title = f"<title>{escape(paper['title'])}</title>" if is_titled else ""
    classes = topic_class(paper["topic_position"]) + (" on" if lit and paper["is_lit"] else "")
    return Markup(  # not by Markup.format, which takes most of the time of a page with thousands of dots
        f'<a href="{escape(href)}" class="{classes}" tabindex="-1">{title}'
        f'<circle cx="{percent(paper["x"])}%" cy="{percent(paper["y"])}%"/></a>'
    )


def draw_ring(paper: Paper) -> Markup:
    """A mark around one paper's dot, with its title beside it, on the side where there is more room."""
    title = paper["title"] if len(paper["title"]) <= 40 else paper["title"][:39].rstrip() + "…"
    anchor, step = ("end", -14) if paper["x"] > 0.5 else ("start", 14)
    x, y = percent(paper["x"]), percent(paper["y"])
    return Markup(
        '<g class="here"><circle cx="{0}%" cy="{1}%"/>'
        '<text x="{0}%" y="{1}%" dx="{2}" dy="5" text-anchor="{3}">{4}</text></g>'
    ).format(x, y, step, anchor, title)


def find_names(papers: Sequence[Paper]) -> list[Name]:
    """The names of clusters that are large enough, the largest first, each above the middle of its papers."""
    groups: defaultdict[str, list[Paper]] = defaultdict(list)
    fewest = max(FEWEST, PORTION * len(papers))
    for paper in papers:
        if paper["cluster"]:
            groups[paper["cluster"]].append(paper)
    names = [
        Name(text, median(one["x"] for one in group), quantiles((one["y"] for one in group), n=4)[0], len(group))
        for text, group in groups.items()
        if len(group) >= fewest
    ]
    return sorted(names, key=lambda name: (-name.size, name.text))


def fit_names(names: Iterable[Name], width: int, height: int) -> list[Name]:
    """The names that fit in so many pixels without overlap, in their order; moved a little where that finds room."""
    boxes: list[tuple[float, float, float, float]] = []
    fitting = []
    for name in names:
        half = len(name.text) * CHARACTER / 2
        x = min(max(name.x * width, half), max(width - half, half))
        for shift in SHIFTS:
            y = name.y * height + shift * LINE
            box = (x - half, y - LINE / 2, x + half, y + LINE / 2)
            if LINE <= y <= height - LINE and not any(overlap(box, other) for other in boxes) and 2 * half <= width:
                boxes.append(box)
                fitting.append(Name(name.text, x / width, y / height, name.size))
                break
    return fitting


def overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two boxes (left, top, right, bottom) share room."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def draw_names(names: Sequence[Name]) -> Markup:
    """The names of clusters, once for each of the widths."""
    groups = []
    for size, (width, height) in SIZES.items():
        texts = Markup("").join(
            Markup('<text x="{}%" y="{}%">{}</text>').format(percent(one.x), percent(one.y), one.text)
            for one in fit_names(names, width, height)
        )
        groups.append(Markup('<g class="names {}">{}</g>').format(size, texts))
    return Markup("").join(groups)


def draw_map(
    papers: Sequence[Paper], href: Address, label: str, marked: str | None = None, lit: bool = False
) -> Markup:
    """The whole map. `marked` is the key of a paper to point out; with `lit`, papers that aren't lit are faint."""
    [*here] = [paper for paper in papers if paper["paper"] == marked]
    classes = "map" + (" filtered" if lit else "") + (" many" if len(papers) > MOST_TITLED else "")
    return Markup(
        '<svg class="{}" width="100%" role="group" aria-label="{}"><svg class="plane" width="100%" height="100%">'
        '<g class="dots" aria-hidden="true">{}</g><g aria-hidden="true">{}{}</g></svg></svg>'
    ).format(
        classes,
        label,
        draw_dots(papers, href, lit),
        draw_names(find_names(papers)),
        Markup("").join(draw_ring(paper) for paper in here),
    )


def draw_excerpt(papers: Sequence[Paper], href: Address, label: str) -> Markup:
    """The map around a paper: the first of `papers`, which are those nearest to it."""
    left, top = (min(paper[axis] for paper in papers) for axis in "xy")
    width, height = (max(paper[axis] for paper in papers) - start for axis, start in (("x", left), ("y", top)))
    moved = [
        {
            **paper,
            "x": 0.04 + 0.92 * (paper["x"] - left) / (width or 1),
            "y": 0.08 + 0.84 * (paper["y"] - top) / (height or 1),
        }
        for paper in papers
    ]
    names = fit_names(find_names(moved), *SIZES["narrow"])
    texts = Markup("").join(
        Markup('<text x="{}%" y="{}%">{}</text>').format(percent(one.x), percent(one.y), one.text) for one in names
    )
    x, y = percent(moved[0]["x"]), percent(moved[0]["y"])
    ring = Markup('<g class="here"><circle cx="{}%" cy="{}%"/></g>').format(x, y)
    return Markup(
        '<svg class="map excerpt" width="100%" role="group" aria-label="{}">'
        '<g class="dots" aria-hidden="true">{}</g><g aria-hidden="true"><g class="names">{}</g>{}</g></svg>'
    ).format(label, draw_dots(moved, href), texts, ring)


def percent(value: float) -> str:
    """A share as per cent with at most two decimals: `0.4` as `40`."""
    return f"{100 * value:.2f}".rstrip("0").rstrip(".")
