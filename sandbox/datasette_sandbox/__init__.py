"""Visitors' SQL runs in processes that can be killed; README.md says what is promised and how it is done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.plugins import pm
from datasette.utils.asgi import Request

from . import hookspecs
from .admission import BusyError
from .sandbox import as_visitor, divert_statements, sandbox_of
from .visitors import VISIT, Visit, find_fault, read_extension

__all__ = ["as_visitor"]

RETRY_SECONDS = b"3"
BUSY_SECONDS = 1  # until a request is turned away, so that one that comes again at once costs little
BUSY = "Too many visitors' queries or large answers are under way. Please try again in a few seconds."

pm.add_hookspecs(hookspecs)


@hookimpl(tryfirst=True)  # a plugin that changes statements in Database.execute then does so before they come here
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    divert_statements()
    return lambda: sandbox_of(datasette).open(datasette)


async def refuse(send: Any, scope: dict[str, Any], status: int, reason: str) -> None:
    """A short answer in Datasette's place: JSON where that is asked for, else plain text."""
    kind, body = b"text/plain; charset=utf-8", f"{reason}\n"
    if scope["path"].endswith(".json"):
        kind = b"application/json; charset=utf-8"
        body = json.dumps({"ok": False, "error": reason, "status": status, "title": None})
    headers = [(b"content-type", kind), *([(b"retry-after", RETRY_SECONDS)] if status == 503 else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def leaving(send: Any, visit: Visit) -> Any:
    """A `send` that gives the request's place back as soon as its answer is made."""

    async def send_and_leave(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body" and (visit.is_sandboxed or not message.get("more_body")):
            visit.leave()
        await send(message)

    return send_and_leave


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    def wrap(app: Any) -> Any:
        async def admitted(scope: dict[str, Any], receive: Any, send: Any) -> Any:
            if scope["type"] != "http":
                return await app(scope, receive, send)
            request, extension = Request(scope, receive), read_extension(scope["path"])
            if fault := find_fault(request, extension):
                return await refuse(send, scope, 400, fault)
            sandbox, outer = sandbox_of(datasette), VISIT.get()
            visit = sandbox.read_visit(request, extension)
            if outer and outer.covers(visit):
                return await app(scope, receive, send)
            try:
                await visit.enter(datasette.sql_time_limit_ms / 1000)
            except BusyError:
                await asyncio.sleep(BUSY_SECONDS)
                return await refuse(send, scope, 503, BUSY)
            mark = VISIT.set(visit)
            slowly = sandbox.outflow.bounded(send, lambda reason: refuse(send, scope, 503, reason))
            try:
                return await app(scope, receive, leaving(slowly, visit))
            finally:
                visit.leave()
                VISIT.reset(mark)

        return admitted

    return wrap
