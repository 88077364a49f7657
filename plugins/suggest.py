"""Suggestions as a search is typed: `/-/suggest?q=…` gives topics, keywords, authors, venues and papers as JSON.

Each has a `kind`, a `label`, the `count` of its papers (null for a paper), a line of `detail`, and the `address` of its
page. A script of the site puts them under every search field; without script the field is a plain form.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from phenomena_web import errors
from phenomena_web.search.finding import open_finder
from phenomena_web.search.suggestions import Name, Suggestions, detail_of
from phenomena_web.site import DATABASE, fetch_pieces, is_published

COUNTED = {"topic": "topics", "keyword": "keywords", "author": "authors", "venue": "venues"}

opened: WeakKeyDictionary[Datasette, Suggestions] = WeakKeyDictionary()  # a server's


async def read_names(datasette: Datasette) -> list[Name]:
    """All that can be suggested."""
    names: list[Name] = []
    acronyms = (await open_finder(datasette)).index.acronyms
    for kind, table in COUNTED.items():
        also = "full_name" if kind == "venue" else "null"
        for row in await fetch_pieces(datasette, table, f"id, name, paper_count, {also} as also"):
            other = " ".join([row["also"] or "", *acronyms.get(row["name"].lower(), ())])
            names.append(Name(kind, row["id"], row["name"], row["paper_count"], row["also"] or "", other))
    papers = await fetch_pieces(datasette, "papers", "id, title, authors, year")
    papers.sort(key=lambda paper: -(paper["year"] or 0))  # those of a year in the order of the list
    return [*names, *map(name_of_paper, papers)]


def name_of_paper(paper: Mapping[str, Any]) -> Name:
    """A paper as it is suggested."""
    authors = json.loads(paper["authors"])
    return Name("paper", paper["id"], paper["title"], None, detail_of(authors, paper["year"]), " ".join(authors))


async def open_suggestions(datasette: Datasette) -> Suggestions:
    """The suggestions of a server, made when they are first asked for."""
    if datasette not in opened:
        opened[datasette] = Suggestions(await read_names(datasette), (await open_finder(datasette)).index)
    return opened[datasette]


async def suggest(datasette: Datasette, request: Request) -> Response:
    """The suggestions for `q`."""
    if not is_published(datasette):
        return errors.respond("json", 404, "There is nothing to search here.")
    text = request.args.get("q") or ""
    found = (await open_suggestions(datasette)).suggest(text)
    rows = [
        {
            "kind": name.kind,
            "label": name.label,
            "count": name.count,
            "detail": name.detail,
            "address": datasette.urls.row(DATABASE, f"{name.kind}s", name.key),
        }
        for name in found
    ]
    headers = {"cache-control": f"max-age={datasette.setting('default_cache_ttl')}"}
    return Response.json({"q": text, "suggestions": rows}, headers=headers)


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    async def read() -> None:
        if is_published(datasette):
            await open_suggestions(datasette)

    return read


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [(r"^/-/suggest$", suggest)]
