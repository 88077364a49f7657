"""Requests that the site makes of itself: another format of a page, and all pages of a table for a download."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import httpx
from datasette.utils import PrefixedUrlString
from datasette.utils.asgi import Request

from .internals import whole_application

if TYPE_CHECKING:
    from datasette.app import Datasette


async def ask(datasette: Datasette, request: Request, address: str) -> httpx.Response:
    """The answer of an address of this site to whoever made a request."""
    headers = {name: value for name in ("cookie", "authorization") if (value := request.headers.get(name))}
    headers["accept-encoding"] = "identity"  # or it would be compressed, and unpacked again here
    answer: httpx.Response = await datasette.client.get(address, headers=headers)
    return answer


async def stream(datasette: Datasette, request: Request, path: str, send: Any) -> None:
    """Send what another path of this site answers to the same request, a message at a time, as it is made."""
    headers = [pair for pair in request.scope["headers"] if pair[0] != b"accept-encoding"]
    headers.append((b"accept-encoding", b"identity"))
    scope = {**request.scope, "path": unquote(path), "raw_path": path.encode("latin-1"), "headers": headers}
    await whole_application(datasette)(scope, request.receive, send)


async def read_pages(
    datasette: Datasette, request: Request, database: str, table: str, arguments: Iterable[tuple[str, object]]
) -> AsyncIterator[httpx.Response]:
    """Yield the JSON answers of all pages, the first that is not 200 as the last; `arguments` name no page or size."""
    address = datasette.urls.table(database, table, format="json")
    whole = [*arguments, ("_size", datasette.setting("max_returned_rows"))]
    following: list[tuple[str, object]] = []
    while True:
        query = urlencode([*whole, *following])
        answer = await ask(datasette, request, PrefixedUrlString(f"{address}?{query}"))
        yield answer
        if answer.status_code != 200 or "next" not in answer.links:
            return
        following = [("_next", parse_qs(urlsplit(answer.links["next"]["url"]).query)["_next"][0])]
