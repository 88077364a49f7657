"""Clients that leave before their answer is whole: a server tells of it, and drops what is sent from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


async def while_connected(receive: Any, send: Any, answer: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
    """Have `answer(send)` send what it has until its client has left: the next it would send ends it then."""
    left = asyncio.Event()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        left.set()

    async def send_on(message: dict[str, Any]) -> None:
        if left.is_set():
            raise asyncio.CancelledError  # which nothing takes for an error of the page
        await send(message)

    watching = [asyncio.ensure_future(watch())] if receive else []
    try:
        await answer(send_on)
    except asyncio.CancelledError:
        if not left.is_set():
            raise
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
