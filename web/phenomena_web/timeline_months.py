"""The timeline of a list that is too long for a dot for each paper: columns of months, a row for each topic.

The columns of a topic's year are one link to its papers, with their number above; all rows have one scale. Papers whose
month is unknown are counted beside the topic's name. Across, the drawing is measured in per cent of its width; down, in
em, as the one with dots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup, escape

NAME, NUMBER, TALL = 2, 2.6, 5  # em: a topic's name, the numbers of its years, the highest column
HEIGHT = NAME + NUMBER + TALL
WHOLE = 100  # units of the highest column
COLOURS = 9

Row = Mapping[str, Any]
Address = Callable[[Mapping[str, str]], str]  # of the papers under some filters of their table


class Topic(NamedTuple):
    """A row of the drawing: counts of all papers and of those that are lit by month, of those without one by None."""

    key: str
    name: str
    counts: Counter[str | None]
    lit: Counter[str | None]


def read_topics(rows: Sequence[Row], lit: Iterable[Row]) -> list[Topic]:
    """The topics of sql/timeline_months.sql in its order, with the counts of sql/timeline_lit.sql."""
    found: dict[str, Counter[str | None]] = {}
    for row in lit:
        found.setdefault(row["topic_id"], Counter())[row["submitted"]] += row["paper_count"]
    topics = []
    for (key, name), group in groupby(rows, key=lambda row: (row["topic_id"], row["topic"])):
        counts: Counter[str | None] = Counter()
        for row in group:
            counts[row["submitted"]] += row["paper_count"]
        topics.append(Topic(key, name, counts, found.get(key, Counter())))
    return topics


def shorten(count: int) -> str:
    """A number of at most four characters.

    >>> shorten(9999), shorten(12345)
    ('9999', '12k')
    """
    return str(count) if count < 10_000 else f"{count // 1000}k"


def draw_columns(counts: Mapping[str | None, int], year: int, top: int) -> str:
    """The outline of a year's columns, in units of a month across and WHOLE down; empty without papers."""
    found = [counts.get(f"{year}-{month:02}", 0) for month in range(1, 13)]
    heights = [
        max(1, round(WHOLE * count / top, 1)) if count else 0 for count in found
    ]  # one paper is seen beside many
    return "".join(f"M{place}.1 {WHOLE}v-{tall:g}h.8v{tall:g}z" for place, tall in enumerate(heights) if tall)


def draw_year(topic: Topic, place: int, years: range, top: int, papers: Address, is_chosen: bool) -> str:
    """A topic's year: its columns; where some of its papers are lit, a link to these, with their number."""
    year, width = years[place], 100 / len(years)
    kept = topic.lit if is_chosen else topic.counts
    count = sum(kept[f"{year}-{month:02}"] for month in range(1, 13))
    every, lit = (draw_columns(counts, year, top) for counts in (topic.counts, topic.lit))
    if not every:
        return ""
    shapes = f'<path d="{every}"/>' + (f'<path class="on" d="{lit}"/>' if is_chosen and lit else "")
    box = f'x="{place * width:.2f}%" width="{width:.2f}%" y="{NAME + NUMBER}em" height="{TALL}em"'
    drawn = f'<svg {box} viewBox="0 0 12 {WHOLE}" preserveAspectRatio="none">{shapes}</svg>'
    if not count:
        return drawn
    label = escape(f"{topic.name}, {year}: {count:,}")
    span = {"submitted__gte": f"{year}-01", "submitted__lte": f"{year}-12"}
    return (
        f'<a href="{escape(papers(topic_filter(topic) | span))}" aria-label="{label}"><title>{label}</title>{drawn}'
        f'<svg {box}><rect class="hit" y="-{NUMBER}em" width="100%" height="{NUMBER + TALL}em"/>'
        f'<text x="50%" y="-3">{shorten(count)}</text></svg></a>'
    )


def topic_filter(topic: Topic) -> dict[str, str]:
    """The filter of papers by their first topic, or by none."""
    return {"topic": topic.key} if topic.key else {"topic__isnull": "1"}


def draw_head(topic: Topic, topic_url: str, papers: Address, is_chosen: bool) -> Markup:
    """A topic's name and number of papers, a link that lights it; and those papers whose month is unknown."""
    count, undated = topic.counts.total(), (topic.lit if is_chosen else topic.counts)[None]
    name = Markup('<text y="1em">{} <tspan>{:,}</tspan></text>').format(topic.name, count)
    noun = "paper" if count == 1 else "papers"
    link = Markup('<a class="topic" href="{}" aria-label="Highlight {}, {:,} {}">{}</a>')
    drawn = link.format(topic_url, topic.name, count, noun, name) if topic.key else name
    if not undated:
        return drawn
    label = f"{topic.name}, month unknown: {undated:,}"
    return drawn + Markup(
        '<a class="undated" href="{0}" aria-label="{1}"><title>{1}</title>'
        '<text x="100%" y="1em">+{2:,} undated</text></a>'
    ).format(papers(topic_filter(topic) | {"submitted__isnull": "1"}), label, undated)


def draw_rows(
    topics: Sequence[Topic], years: range, first: int, papers: Address, topic_url: Callable[[str], str], is_chosen: bool
) -> Markup:
    """All topics below each other, the first so many em down."""
    top = max((count for topic in topics for month, count in topic.counts.items() if month), default=1)
    drawn = Markup("")
    for number, topic in enumerate(topics):
        cells = "".join(draw_year(topic, place, years, top, papers, is_chosen) for place in range(len(years)))
        drawn += Markup('<svg class="c{}" y="{}em" height="{}em"><rect y="100%"/>{}{}</svg>').format(
            number % COLOURS,
            round(first + number * HEIGHT, 1),
            HEIGHT,
            draw_head(topic, topic_url(topic.key), papers, is_chosen),
            Markup(cells),
        )
    return drawn
