"""The front page's timeline: a dot for every paper by month and topic, stacked within a month, a link to the paper.

A list of more than MOST_DOTS papers has columns of months instead, each year's a link to its papers: a page with more
dots would weigh more than 60 KB.

`/?topic=…&keyword=…&from=2020&to=2022` lights the papers that are meant and dims the others, with their number and a
link to their rows; `/-/timeline.json` gives the same selection to the script. A paper whose month is unknown has a
hollow dot in July of its list year; one without a year stands at the left edge. Across, the drawing is measured in per
cent of its width; down, in em, which are dots: so one drawing fits every screen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from markupsafe import Markup
from phenomena_web.site import DATABASE, is_published
from phenomena_web.statements import fetch_named
from phenomena_web.timeline_dots import HEAD, draw_dots, draw_years, years_of
from phenomena_web.timeline_months import HEIGHT, draw_rows, read_topics

MOST_DOTS = 700
MOST_YEARS = 10  # of a long list, whose four digits fit a phone

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
    order = ""
    if start and finish and start > finish:
        order = f"The years end before they begin. Write from={finish} and to={start}."
    names = (topic_name, keyword_name, describe_span(start, finish))
    faults = (fault, other_fault, order)
    return Choice(topic, keyword, start, finish, tuple(filter(None, names)), tuple(filter(None, faults)))


async def fetch_papers(datasette: Datasette, choice: Choice) -> list[dict[str, Any]]:
    """All papers; `is_lit` is 1 for those of the choice, and for none where something in it is unknown."""
    values = {"topic": choice.topic, "keyword": choice.keyword}
    values |= {name: choice.filters.get(f"submitted__{end}", "") for name, end in (("start", "gte"), ("finish", "lte"))}
    papers = await fetch_named(datasette, "timeline_papers", **values)
    return [{**paper, "is_lit": 0} for paper in papers] if choice.faults else papers


async def fetch_lit(datasette: Datasette, choice: Choice, months: Sequence[Row]) -> list[Row]:
    """How many papers of each topic and month are lit; where only years are asked for, they are some of `months`."""
    filters = choice.filters
    start, finish = filters.get("submitted__gte", ""), filters.get("submitted__lte", "")
    if choice.faults or not choice.is_made:
        return []
    if choice.topic or choice.keyword:
        values = {"topic": choice.topic, "keyword": choice.keyword, "start": start, "finish": finish}
        return list(await fetch_named(datasette, "timeline_lit", **values))
    return [
        row
        for row in months
        if (row["submitted"] or "") >= start and (row["submitted"] or "unknown") <= (finish or "z")
    ]


def draw_months(months: Sequence[Row], lit: Sequence[Row], choice: Choice, url: Url) -> Markup:
    """The drawing of a list that is too long for dots."""
    topics, years = read_topics(months, lit), years_of([row for row in months if row["submitted"]])
    top = HEAD + 1

    def papers(filters: Mapping[str, str]) -> str:
        return url(f"/{DATABASE}/papers?{urlencode(choice.filters | dict(filters))}")

    def topic_url(key: str) -> str:
        return url(f"/?{urlencode({'topic': key})}")

    rows = draw_rows(topics, years, top, papers, topic_url, choice.is_made)
    height = round(top + len(topics) * HEIGHT, 1)
    label = f"{sum(row['paper_count'] for row in months):,} papers by month of submission and topic"
    head = Markup('<g class="years">{}</g>').format(draw_years(years, height, url, MOST_YEARS))
    drawn = Markup('<svg class="timeline grouped{}" width="100%" height="{}em" role="group" aria-label="{}">{}{}</svg>')
    return drawn.format(" lit" if choice.is_made else "", height, label, head, rows)


def summarize(count: int, choice: Choice, url: Url) -> dict[str, Any]:
    """How many papers are lit and by what, the address of their rows, and what is wrong with the choice."""
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


async def make_view(datasette: Datasette, request: Request, paper_count: int) -> SimpleNamespace:
    """What the front page of a list of so many papers shows."""
    asked = {name: request.args.get(name) or "" for name in ("topic", "keyword", "from", "to")}
    choice = await read_choice(datasette, asked)
    url = under_base(datasette)
    has_dots = paper_count <= MOST_DOTS
    if has_dots:
        papers = await fetch_papers(datasette, choice)
        svg, count = draw_dots(papers, choice.is_made, url), sum(paper["is_lit"] for paper in papers)
    else:
        papers = await fetch_named(datasette, "timeline_months")
        lit = await fetch_lit(datasette, choice, papers)
        svg, count = draw_months(papers, lit, choice, url), sum(row["paper_count"] for row in lit)
    return SimpleNamespace(
        asked=asked | {"topic": choice.topic},
        is_made=choice.is_made,
        has_dots=has_dots,
        svg=svg,
        years=years_of(papers),
        undated=sum(row.get("paper_count", 1) for row in papers if not row["submitted"]),
        papers=papers,
        **summarize(count, choice, url),
    )


async def answer_selection(datasette: Datasette, request: Request) -> Response:
    """The lit papers of a selection as JSON, for the script of a front page with dots; without, `papers` is null."""
    if not is_published(datasette):
        return Response.json({"ok": False, "error": "There is no such page.", "status": 404}, status=404)
    choice = await read_choice(datasette, {name: request.args.get(name) or "" for name in request.args})
    months = await fetch_named(datasette, "timeline_months")
    lit: list[str] | None = None
    if sum(row["paper_count"] for row in months) <= MOST_DOTS:
        lit = [paper["id"] for paper in await fetch_papers(datasette, choice) if choice.is_made and paper["is_lit"]]
    count = sum(row["paper_count"] for row in await fetch_lit(datasette, choice, months))
    summary = summarize(count, choice, under_base(datasette))
    return Response.json({"is_made": choice.is_made, **summary, "papers": lit})


@hookimpl
def register_routes() -> list[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]]]:
    return [(r"^/-/timeline\.json$", answer_selection)]


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, object]:
    parts = SimpleNamespace(view=partial(make_view, datasette, request), has_dots=lambda count: count <= MOST_DOTS)
    return {"timeline": parts}
