"""The pages that most visits begin with are made when the server has started, so that the first visitor finds them.

They are made beside the first requests, so the start takes no longer. Where no public address is set, answers repeat
the host that asked, which nobody knows yet: then only the templates and the database's pages are in memory.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..site import DATABASE
from .store import store_of

if TYPE_CHECKING:
    from datasette.app import Datasette

LISTS = ("papers", "topics", "keywords", "authors", "venues")
PATHS = ("/", *(f"/{DATABASE}/{name}" for name in LISTS), "/new", "/charts", "/map")


async def make_pages(datasette: Datasette) -> None:
    """Ask for each page as a browser does. One that can't be made is noted in the log, and stops nothing."""
    for path in PATHS:
        try:
            answer = await datasette.client.get(path, headers={"accept-encoding": "gzip"})
            if answer.status_code not in (200, 404):  # a build without positions has no map
                print(f"{path} could not be made at the start: {answer.status_code}", file=sys.stderr)  # noqa: T201
        except Exception:
            traceback.print_exc(file=sys.stderr)


def with_pages(app: Any, datasette: Datasette) -> Any:
    """The application, which makes pages beside the first requests once its server has started."""

    async def warmed(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan" or not store_of(datasette).is_open:
            await app(scope, receive, send)
            return
        making = asyncio.create_task(make_pages(datasette))
        try:
            await app(scope, receive, send)
        finally:
            making.cancel()
            with suppress(asyncio.CancelledError):
                await making

    return warmed
