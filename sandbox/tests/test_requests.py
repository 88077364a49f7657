"""A request waits for its place as long as its client does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from datasette.app import Datasette
from datasette_sandbox.sandbox import PLACES, Sandbox

pytestmark = pytest.mark.anyio


async def open_request(site: Datasette, gone: asyncio.Event, sent: list[dict[str, Any]]) -> None:
    """Ask for a statement as a server does, until the client is gone."""
    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        if message := next(messages, None):
            return message
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/birds.json", "raw_path": b"/birds.json", "headers": []}
    await site.app()({**scope, "query_string": b"sql=select+1", "client": ("here", 1), "scheme": "http"}, receive, send)


@pytest.mark.parametrize("is_gone", [True, False])
async def test_a_client_that_is_gone_gives_up_its_place(site: Datasette, sandbox: Sandbox, is_gone: bool) -> None:
    for _ in range(PLACES):
        await sandbox.queue.enter("another")
    gone, sent = asyncio.Event(), list[dict[str, Any]]()
    request = asyncio.create_task(open_request(site, gone, sent))
    while not sandbox.queue.waiting:
        await asyncio.sleep(0)
    if is_gone:
        gone.set()
        await request
        assert not any(sandbox.queue.waiting.values())
    for _ in range(PLACES):
        sandbox.queue.leave()
    await request
    assert [message.get("status") for message in sent[:1]] == ([] if is_gone else [200])
    assert sandbox.queue.free == PLACES
