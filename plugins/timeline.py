"""The front page's timeline: a dot for every paper by month and topic, stacked within a month, a link to the paper.

`/?topic=…&keyword=…&from=2020&to=2022` lights the papers that are meant and dims the others, with their number and a
link to their rows; `/-/timeline.json` gives the same selection to the script. A paper whose month is unknown has a
hollow dot in July of its list year; one without a year stands at the left edge. Across, the drawing is measured in per
cent of its width; down, in em, which are dots: so one drawing fits every screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import groupby
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request
from markupsafe import Markup, escape
from phenomena_web.site import DATABASE, is_published
from phenomena_web.statements import fetch_named

HEAD = 2  # dots above a row, for its name
COLOURS = 9
JULY = 6

Row = Mapping[str, Any]
Url = Callable[[str], str]  # puts a path under the site's address


class Choice(NamedTuple):
    """What is to be lit: keys or empty, years of four digits or empty; a keyword that is unknown keeps its fault."""

    topic: str = ""
    keyword: str = ""
    start: str = ""
    finish: str = ""
    names: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def is_made(self) -> bool:
        """Whether anything is asked for, known or not."""
        return bool(self.topic or self.keyword or self.start or self.finish or self.faults)

    @property
    def filters(self) -> dict[str, str]:
        """The parameters under which the table of papers has the same rows."""
        start, finish = self.start and f"{self.start}-01", self.finish and f"{self.finish}-12"
        asked = {"_topic": self.topic, "_keyword": self.keyword, "submitted__gte": start, "submitted__lte": finish}
        return {name: value for name, value in asked.items() if value}


def describe_span(start: str, finish: str) -> str:
    """The years of submission as a phrase, empty where all are meant."""
    if start and finish:
        return f"submitted in {start}" if start == finish else f"submitted from {start} to {finish}"
    return f"submitted from {start}" if start else f"submitted up to {finish}" if finish else ""


async def find_topic(datasette: Datasette, asked: str) -> tuple[str, str, str]:
    """Key, name and fault of a topic; its key and name are empty where it is unknown."""
    for topic in await fetch_named(datasette, "topics"):
        if asked.casefold() in (topic["id"], topic["name"].casefold()):
            return topic["id"], topic["name"], ""
    return "", "", f"There is no topic “{asked[:60]}”. Choose one of the list."


async def find_keyword(datasette: Datasette, asked: str) -> tuple[str, str, str]:
    """Key, name and fault of a keyword, with the most similar names where it is unknown."""
    for keyword in await fetch_named(datasette, "keyword_named", name=asked):
        return keyword["id"], f"keyword {keyword['name']}", ""
    names = [row["name"] for row in await fetch_named(datasette, "shared_keywords")]
    folded = {name.casefold(): name for name in names}
    within = [name for name in names if asked.casefold() in name.casefold()]
    similar = [folded[name] for name in get_close_matches(asked.casefold()[:60], folded, 3, 0.7)]
    hint = ", ".join(list(dict.fromkeys([*similar, *within]))[:3])
    advice = f"Similar ones are {hint}." if hint else "Choose one of those suggested, or search all texts above."
    return "", "", f"There is no keyword “{asked[:60]}”. {advice}"


async def read_choice(datasette: Datasette, asked: Mapping[str, str]) -> Choice:
    """What the parameters of an address ask for."""
    topic, keyword, start, finish = (asked.get(name, "").strip() for name in ("topic", "keyword", "from", "to"))
    none = ("", "", "")
    topic, topic_name, fault = await find_topic(datasette, topic) if topic else none
    keyword, keyword_name, other_fault = await find_keyword(datasette, keyword) if keyword else none
    order = f"No year is from {start} to {finish}. Exchange the two." if start and finish and start > finish else ""
    names = (topic_name, keyword_name, describe_span(start, finish))
    faults = (fault, other_fault, order)
    return Choice(topic, keyword, start, finish, tuple(filter(None, names)), tuple(filter(None, faults)))


async def fetch_papers(datasette: Datasette, choice: Choice) -> list[dict[str, Any]]:
    """All papers; `is_lit` is 1 for those of the choice, and for none where something in it is unknown."""
    values = {"topic": choice.topic, "keyword": choice.keyword}
    values |= {name: choice.filters.get(f"submitted__{end}", "") for name, end in (("start", "gte"), ("finish", "lte"))}
    papers = await fetch_named(datasette, "timeline_papers", **values)
    return [{**paper, "is_lit": 0} for paper in papers] if choice.faults else papers


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


def draw_dots(papers: Sequence[Row], years: range, height: int, url: Url, is_chosen: bool) -> Iterator[str]:
    """A row's dots from left to right, those of one month above each other; as short as can be, for they are many."""
    stacks: Counter[int] = Counter()
    months = 12 * len(years) or 1
    for paper in papers:
        column = column_of(paper, years.start)
        stacks[column] += 1
        kinds = [*(["u"] if not paper["submitted"] else []), *(["on"] if is_chosen and paper["is_lit"] else [])]
        kind = f' class="{" ".join(kinds)}"' if kinds else ""
        x, y = 100 * (column + 0.5) / months, height - stacks[column] + 0.4
        href = url(f"/{DATABASE}/papers/{tilde_encode(paper['id'])}")
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


def draw_years(years: range, height: int, url: Url) -> Markup:
    """Bands of every second year under the whole drawing, and each year's name over its band, a link that lights it."""
    drawn, width = Markup(""), 100 / (len(years) or 1)
    for place, year in enumerate(years):
        band = Markup('<rect class="band" x="{:.2f}%" width="{:.2f}%" height="{}em"/>')
        drawn += band.format(place * width, width, height) if place % 2 else ""
        link = Markup('<a class="year" href="{}" aria-label="Highlight {}"><text x="{:.2f}%" y="1em">{}</text></a>')
        drawn += link.format(url(f"/?from={year}&to={year}"), year, (place + 0.5) * width, year)
    return drawn


def draw(papers: Sequence[Row], choice: Choice, url: Url) -> Markup:
    """The drawing: years across, a row for each topic; `url` puts a path under the site's address."""
    years, top, rows = years_of(papers), HEAD + 1, Markup("")
    for place, (_, group) in enumerate(groupby(papers, key=lambda paper: paper["topic_id"])):
        own = list(group)
        height = HEAD + max(Counter(column_of(paper, years.start) for paper in own).values())
        dots = draw_dots(own, years, height, url, choice.is_made)
        topic_url = url(f"/?{urlencode({'topic': own[0]['topic_id']})}")
        rows += draw_row(own, place, top, height, Markup("".join(dots)), topic_url)
        top += height
    head = draw_years(years, top, url)
    label = f"{len(papers)} papers by month of submission and topic"
    return Markup('<svg class="timeline{}" width="100%" height="{}em" role="group" aria-label="{}">{}{}</svg>').format(
        " lit" if choice.is_made else "", top, label, head, rows
    )


def summarize(papers: Sequence[Row], choice: Choice, url: Url) -> dict[str, Any]:
    """How many papers are lit and by what, the address of their rows, and what is wrong with the choice."""
    count = sum(paper["is_lit"] for paper in papers)
    return {
        "count": count,
        "count_text": f"{count:,} {'paper' if count == 1 else 'papers'}",
        "names": ", ".join(choice.names),
        "href": url(f"/{DATABASE}/papers" + (f"?{urlencode(choice.filters)}" if choice.filters else "")),
        "fault": " ".join(choice.faults),
    }


def under_base(datasette: Datasette) -> Url:
    """What puts a path under the address of this site."""
    return lambda path: str(datasette.urls.path(path))


async def make_view(datasette: Datasette, request: Request) -> SimpleNamespace:
    """What the front page shows."""
    asked = {name: request.args.get(name) or "" for name in ("topic", "keyword", "from", "to")}
    choice = await read_choice(datasette, asked)
    papers = await fetch_papers(datasette, choice)
    url = under_base(datasette)
    undated = sum(not paper["submitted"] for paper in papers)
    return SimpleNamespace(
        asked=asked | {"topic": choice.topic},
        is_made=choice.is_made,
        svg=draw(papers, choice, url),
        years=years_of(papers),
        undated=undated,
        papers=papers,
        **summarize(papers, choice, url),
    )


async def answer_selection(datasette: Datasette, request: Request) -> Response:
    """The lit papers of a selection as JSON, for the script of the front page."""
    if not is_published(datasette):
        return Response.json({"ok": False, "error": "There is no such page.", "status": 404}, status=404)
    choice = await read_choice(datasette, {name: request.args.get(name) or "" for name in request.args})
    papers = await fetch_papers(datasette, choice)
    url = under_base(datasette)
    lit = [paper["id"] for paper in papers if choice.is_made and paper["is_lit"]]
    return Response.json({"is_made": choice.is_made, **summarize(papers, choice, url), "papers": lit})


@hookimpl
def register_routes() -> list[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]]]:
    return [(r"^/-/timeline\.json$", answer_selection)]


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, object]:
    return {"timeline": partial(make_view, datasette, request)}
