"""Suggestions as a search is typed: `/-/suggest?q=…` gives topics, keywords, authors, venues and papers as JSON.

Each has a `kind`, a `label`, the `count` of its papers (null for a paper), a line of `detail`, and the `address` of its
page. A script of the site puts them under every search field; without script the field is a plain form.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from phenomena_web import errors
from phenomena_web.search.suggestions import Name, Suggestions
from phenomena_web.site import DATABASE, is_published, run_in_thread


def find_names(text: str, connection: sqlite3.Connection) -> list[Name]:
    """The names that are suggested for a text."""
    return Suggestions(connection).suggest(text)


async def suggest(datasette: Datasette, request: Request) -> Response:
    """The suggestions for `q`."""
    if not is_published(datasette):
        return errors.respond("json", 404, "There is nothing to search here.")
    text = request.args.get("q") or ""
    found = await run_in_thread(datasette, partial(find_names, text))
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
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [(r"^/-/suggest$", suggest)]
