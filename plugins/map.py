"""The page `/map`: all papers placed by likeness, coloured by topic, each dot a link to its paper.

A form lights up the papers of a topic, a keyword or some years, and says how many there are, with a link to them as
rows. `?paper=KEY` points one out. Below is the same as a list, cluster by cluster. A paper's page shows the map around
it. static/map.js adds a card for the dot under the pointer, the arrow keys, zoom, and filtering without a new page.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from markupsafe import Markup
from phenomena_web.errors import respond_to
from phenomena_web.map_drawing import draw_excerpt, draw_map, topic_class
from phenomena_web.site import DATABASE, fetch_rows, is_published
from phenomena_web.statements import fetch_named

SHOWN = 5  # papers of a cluster in the list
NEAREST = 5  # papers named below an excerpt
Rows = Sequence[Mapping[str, Any]]
NO_MAP = "There is no map, because this database was built without positions of its papers. Build it with --place."


class RefusedError(Exception):
    """What an address asks for can't be shown: a status and a message for the visitor."""


class Selection(NamedTuple):
    """The papers to light up; None where nothing was chosen. `topic` and `keyword` are keys."""

    topic: str | None = None
    keyword: str | None = None
    first: int | None = None
    last: int | None = None


async def read_selection(datasette: Datasette, request: Request) -> tuple[Selection, dict[str, str]]:
    """The selection of an address, and the names of its topic and keyword. Raises RefusedError."""
    given = {name: (request.args.get(name) or "").strip() for name in ("topic", "keyword", "from", "to")}
    names: dict[str, str] = {}
    keys: dict[str, str | None] = {"topic": None, "keyword": None}
    for name in keys:
        if given[name]:
            found = await find_named(datasette, f"{name}s", given[name])
            if found is None:
                text = f"There is no {name} “{given[name][:60]}”. /{DATABASE}/{name}s lists them all."
                raise RefusedError(400, text)
            keys[name], names[name] = found["id"], found["name"]
    first, last = (int(given[name]) if given[name] else None for name in ("from", "to"))
    if first and last and first > last:
        raise RefusedError(400, f"The years end before they begin. Write from={last} and to={first}.")
    return Selection(keys["topic"], keys["keyword"], first, last), names


async def find_named(datasette: Datasette, table: str, name: str) -> Mapping[str, Any] | None:
    """Key and name of the topic or keyword that someone means by a key or a name."""
    condition = datasette.plugin_config("phenomena")["lookups"][table]
    found = await fetch_rows(datasette, f"select id, name from {table} where {condition} limit 1", name=name)
    return found[0] if found else None


def make_filters(selection: Selection) -> dict[str, object]:
    """The parameters by which the table of papers shows exactly the papers of a selection."""
    pairs = {
        "_topic": selection.topic,
        "_keyword": selection.keyword,
        "year__gte": selection.first,
        "year__lte": selection.last,
    }
    return {name: value for name, value in pairs.items() if value is not None}


def make_clusters(papers: Rows) -> list[dict[str, Any]]:
    """The clusters with lit papers, the largest first: how many are lit, and those nearest to its middle."""
    groups: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for paper in papers:
        groups[paper["cluster"] or ""].append(paper)
    clusters = []
    for name, group in groups.items():
        x, y = (sum(paper[axis] for paper in group) / len(group) for axis in "xy")
        lit = sorted(
            (paper for paper in group if paper["is_lit"]), key=lambda one: math.dist((x, y), (one["x"], one["y"]))
        )
        if lit:
            clusters.append({"name": name, "count": len(lit), "papers": lit[:SHOWN]})
    return sorted(clusters, key=lambda one: (not one["name"], -one["count"], one["name"]))


def cluster_filter(name: str) -> dict[str, str]:
    """The parameter by which the table of papers shows those of a cluster."""
    return {"_through": json.dumps({"table": "positions", "column": "cluster", "value": name})}


def describe(selection: Selection, names: Mapping[str, str]) -> str:
    """A selection as text, empty for that of all papers.

    >>> describe(Selection("nc", None, 2020, 2023), {"topic": "Neural Collapse"})
    'Neural Collapse, 2020 to 2023'
    """
    first, last = selection.first, selection.last
    years = f"{first} to {last}" if first and last else f"from {first}" if first else f"to {last}" if last else ""
    if first and first == last:
        years = str(first)
    keyword = f"keyword {names['keyword']}" if "keyword" in names else ""
    return ", ".join(part for part in (names.get("topic"), keyword, years) if part)


async def make_page(datasette: Datasette, request: Request) -> dict[str, Any]:
    """What the template shows. Raises RefusedError."""
    selection, names = await read_selection(datasette, request)
    papers = await fetch_named(datasette, "papers_on_map", **selection._asdict())
    if not papers:
        raise RefusedError(404, NO_MAP)
    marked = request.args.get("paper") or None
    here = next((paper for paper in papers if paper["paper"] == marked), None)
    if marked and not here:
        raise RefusedError(400, f"There is no paper “{marked[:60]}” on the map. /{DATABASE}/papers lists them all.")
    filters = make_filters(selection)
    table = partial(address_of, datasette)
    years = sorted({paper["year"] for paper in papers if paper["year"]})
    return {
        "drawing": draw_map(
            papers, partial(paper_page, datasette), f"Map of {len(papers)} papers", marked, lit=bool(filters)
        ),
        "selection": selection,
        "names": names,
        "words": describe(selection, names),
        "count": sum(paper["is_lit"] for paper in papers),
        "total": len(papers),
        "here": here,
        "years": years,
        "papers_url": table(filters),
        "clusters": [
            {**one, "url": table({**filters, **cluster_filter(one["name"])}) if one["name"] else None}
            for one in make_clusters(papers)
        ],
    }


def address_of(datasette: Datasette, filters: Mapping[str, object]) -> str:
    """The table of papers under some filters."""
    return str(datasette.urls.table(DATABASE, "papers")) + (f"?{urlencode(filters)}" if filters else "")


def paper_page(datasette: Datasette, key: str) -> str:
    """The page of a paper."""
    return str(datasette.urls.row(DATABASE, "papers", key))


async def show_map(datasette: Datasette, request: Request) -> Response:
    """The page, or why there is none."""
    if not is_published(datasette):
        return Response.text("There is no such page.", status=404)
    try:
        page = await make_page(datasette, request)
    except RefusedError as refusal:
        return await respond_to(datasette, request, *refusal.args)
    return Response.html(await datasette.render_template("map.html", {"page": page}, request=request))


async def make_place(datasette: Datasette, paper: str) -> dict[str, Any] | None:
    """The map around a paper and the papers nearest to it; None where it has no place."""
    near = await fetch_named(datasette, "papers_near", paper=paper)
    if len(near) < 2:
        return None
    drawing: Markup = draw_excerpt(near, partial(paper_page, datasette), "The map around this paper")
    return {"drawing": drawing, "cluster": near[0]["cluster"], "nearest": near[1 : 1 + NEAREST]}


@hookimpl
def register_routes() -> list[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]]]:
    return [(r"^/map$", show_map)]


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, object]:
    return {"paper_map": SimpleNamespace(place=partial(make_place, datasette), colour=topic_class)}
