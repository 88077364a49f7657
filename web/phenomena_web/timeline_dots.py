"""The timeline of a list that is short enough for a dot for each paper, and the years across it.

Across, a drawing is measured in per cent of its width; down, in em, which are dots: so one fits every screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from .site import DATABASE, encode_key

HEAD = 2  # dots above a row, for its name
COLOURS = 9
JULY = 6

Row = Mapping[str, Any]
Url = Callable[[str], str]  # puts a path under the site's address


def column_of(paper: Row, first: int) -> int:
    """The months from January of the first year to a paper's own; July where only its list year is known."""
    if paper["submitted"]:
        year, month = paper["submitted"].split("-")[:2]
        return 12 * (int(year) - first) + int(month) - 1
    return 12 * (paper["year"] - first) + JULY if paper["year"] else 0


def years_of(papers: Sequence[Row]) -> range:
    """The years from the first to the last of all papers."""
    years = [int(paper["submitted"][:4]) if paper["submitted"] else paper["year"] for paper in papers]
    known = [year for year in years if year]
    return range(min(known), max(known) + 1) if known else range(0)


def describe_date(paper: Row) -> str:
    """When a paper is from, as its dot has it."""
    return paper["submitted"] or (f"list year {paper['year']}" if paper["year"] else "undated")


def draw_papers(papers: Sequence[Row], years: range, height: int, url: Url, is_chosen: bool) -> Iterator[str]:
    """A row's dots from left to right, those of one month above each other; as short as can be, for they are many."""
    stacks: Counter[int] = Counter()
    months, under = 12 * len(years) or 1, url(f"/{DATABASE}/papers")
    for paper in papers:
        column = column_of(paper, years.start)
        stacks[column] += 1
        kinds = [*(["u"] if not paper["submitted"] else []), *(["on"] if is_chosen and paper["is_lit"] else [])]
        kind = f' class="{" ".join(kinds)}"' if kinds else ""
        x, y = 100 * (column + 0.5) / months, height - stacks[column] + 0.4
        href = f"{under}/{encode_key(paper['id'])}"
        yield (
            f'<a tabindex="-1" href="{href}"{kind}>'
            f'<title>{escape(paper["title"])} ({describe_date(paper)})</title><circle cx="{x:.2f}%" cy="{y:g}em"/></a>'
        )


def draw_row(papers: Sequence[Row], place: int, top: int, height: int, dots: Markup, topic_url: str) -> Markup:
    """A topic: its name, a link that lights it, over its dots."""
    name = Markup('<text y="1em">{} <tspan>{}</tspan></text>').format(papers[0]["topic"], len(papers))
    link = Markup('<a class="topic" href="{}" aria-label="Highlight {}, {} {}">{}</a>').format(
        topic_url, papers[0]["topic"], len(papers), "paper" if len(papers) == 1 else "papers", name
    )
    return Markup('<svg class="c{}" y="{}em" height="{}em"><rect y="100%"/>{}{}</svg>').format(
        place % COLOURS, top, height, link if papers[0]["topic_id"] else name, dots
    )


def draw_years(years: range, height: float, url: Url, most: int | None = None) -> Markup:
    """Bands of every second year under the whole drawing, and each year's name over its band, a link that lights it.

    More than `most` years are written short, as ’23.
    """
    drawn, width = Markup(""), 100 / (len(years) or 1)
    for place, year in enumerate(years):
        band = Markup('<rect class="band" x="{:.2f}%" width="{:.2f}%" height="{}em"/>')
        drawn += band.format(place * width, width, height) if place % 2 else ""
        name = year if most is None or len(years) <= most else f"’{year % 100:02}"
        link = Markup('<a class="year" href="{}" aria-label="Highlight {}"><text x="{:.2f}%" y="1em">{}</text></a>')
        drawn += link.format(url(f"/?from={year}&to={year}"), year, (place + 0.5) * width, name)
    return drawn


def draw_dots(papers: Sequence[Row], is_chosen: bool, url: Url) -> Markup:
    """The drawing: years across, a row for each topic; `url` puts a path under the site's address."""
    years, top, rows = years_of(papers), HEAD + 1, Markup("")
    for place, (_, group) in enumerate(groupby(papers, key=lambda paper: paper["topic_id"])):
        own = list(group)
        height = HEAD + max(Counter(column_of(paper, years.start) for paper in own).values())
        dots = draw_papers(own, years, height, url, is_chosen)
        topic_url = url(f"/?{urlencode({'topic': own[0]['topic_id']})}")
        rows += draw_row(own, place, top, height, Markup("".join(dots)), topic_url)
        top += height
    head = draw_years(years, top, url)
    label = f"{len(papers)} papers by month of submission and topic"
    return Markup('<svg class="timeline{}" width="100%" height="{}em" role="group" aria-label="{}">{}{}</svg>').format(
        " lit" if is_chosen else "", top, label, head, rows
    )
