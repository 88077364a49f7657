"""Visitors' SQL runs in processes that can be killed; README.md says what is promised and how it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from datasette import hookimpl
from datasette.plugins import pm
from datasette.utils.asgi import Request, Response

from . import visitors
from .admission import BusyError
from .sandbox import as_visitor, divert_statements, sandbox_of
from .visitors import VISIT, Visit, find_fault, read_extension

__all__ = ["as_visitor"]

RETRY_SECONDS = "3"
BUSY_SECONDS = 1  # until a request is turned away, so that one that comes again at once costs little
BUSY = "Too many visitors' queries or large answers are under way. Please try again in a few seconds."

pm.add_hookspecs(visitors)


@hookimpl(tryfirst=True)  # a plugin that changes statements in Database.execute then does so before they come here
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    divert_statements()
    return lambda: sandbox_of(datasette).open(datasette)


async def refuse(send: Any, scope: dict[str, Any], status: int, reason: str) -> None:
    """A short answer in Datasette's place: JSON where that is asked for, else plain text."""
    headers = {"retry-after": RETRY_SECONDS} if status == 503 else {}
    response = Response.text(f"{reason}\n", status, headers)
    if scope["path"].endswith(".json"):
        response = Response.json({"ok": False, "error": reason, "status": status, "title": None}, status, headers)
    await response.asgi_send(send)


async def enter(visit: Visit, seconds: float, scope: dict[str, Any], receive: Any) -> bool:
    """Wait for a place as long as the client does; gives whether there is one. Raises BusyError where too many wait."""
    if not visit.queue or visit.queue.free or scope["method"] not in ("GET", "HEAD"):
        await visit.enter(seconds)  # the body of another method must stay to be read
        return True

    async def disconnect() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    entering, leaving = asyncio.create_task(visit.enter(seconds)), asyncio.create_task(disconnect())
    try:
        await asyncio.wait((entering, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        entering.cancel()
        leaving.cancel()
    await asyncio.wait((entering, leaving))
    if not entering.cancelled():
        entering.result()
    return visit.is_inside


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    def wrap(app: Any) -> Any:
        async def admitted(scope: dict[str, Any], receive: Any, send: Any) -> Any:
            if scope["type"] != "http":
                return await app(scope, receive, send)
            args, extension = Request(scope, receive).args, read_extension(scope["path"], datasette.renderers)
            if fault := find_fault(args, extension):
                return await refuse(send, scope, 400, fault)
            sandbox, outer = sandbox_of(datasette), VISIT.get()
            visit = sandbox.read_visit(str((scope.get("client") or ("",))[0]), scope["path"], args, extension)
            visit.link_bytes = len(escape(scope["query_string"].decode("latin-1")))
            # A request that the site makes of itself shares its place: it would wait forever for one that this one has.
            if outer and (outer.is_sandboxed or (outer.queue and outer.queue is visit.queue)):
                return await app(scope, receive, send)

            async def send_and_leave(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.body" and (visit.is_sandboxed or not message.get("more_body")):
                    visit.leave()  # as soon as its answer is made
                await bounded(message)

            held = visit.megabytes * 2**20 if visit.is_sandboxed else 0
            bounded = sandbox.outflow.bounded(send, lambda reason: refuse(send, scope, 503, reason), held)
            mark = VISIT.set(visit)
            try:
                if await enter(visit, datasette.sql_time_limit_ms / 1000, scope, receive):
                    await app(scope, receive, send_and_leave)
            except BusyError:
                await asyncio.sleep(BUSY_SECONDS)
                await refuse(send, scope, 503, BUSY)
            finally:
                visit.leave()
                VISIT.reset(mark)

        return admitted

    return wrap
