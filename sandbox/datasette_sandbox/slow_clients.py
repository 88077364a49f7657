"""Long answers are sent in pieces, as fast as their client takes them; together they hold a bounded number of bytes.

What a client has not taken stays in the server's memory, which a few slow clients would fill. Beyond the bound a long
answer is 503; a client that takes less than a slow line would is cut off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

PIECE = 64 * 1024  # bytes; shorter answers leave whole and are not counted
MOST_HELD = 24 * 2**20  # a body; what it was made from may hold up to four times that beside it
SLOWEST = 50_000  # bytes a second
PATIENCE = 30  # seconds for a piece, and for all of an answer beyond what the slowest client needs
BUSY = "Too many long answers are under way. Please try again in a few seconds."


class Outflow:
    """What all answers under way hold."""

    def __init__(self) -> None:
        self.held = 0

    async def send_body(self, send: Send, opening: Message | None, message: Message, counted: int) -> None:
        """Send a body's message in pieces, after what opens it. Raises TimeoutError when a piece isn't taken."""
        body = message.get("body", b"")
        self.held += counted
        try:
            if opening:
                await send(opening)
            for start in range(0, len(body) or 1, PIECE):
                more = start + PIECE < len(body) or message.get("more_body", False)
                async with asyncio.timeout(PATIENCE):
                    await send({**message, "body": body[start : start + PIECE], "more_body": more})
        finally:
            self.held -= counted

    def bounded(self, send: Send, refuse: Callable[[str], Awaitable[None]], source: int = 0) -> Send:
        """A `send` that keeps to the bounds; `refuse(reason)` answers instead where there is no room.

        `source` is how many bytes an answer that comes in several messages is made from, and so holds until its end.
        """
        start: Message | None = None
        is_over = False
        seconds: float = PATIENCE  # that this client may still make the answer wait

        async def send_bounded(message: Message) -> None:
            nonlocal start, is_over, seconds
            if message["type"] == "http.response.start":
                start = message  # kept until it is known that the body may follow
            elif not is_over:
                opening, start, length = start, None, len(message.get("body", b""))
                seconds += length / SLOWEST
                counted = max(length, source if message.get("more_body") else 0)
                counted = counted if counted > PIECE else 0
                begun = monotonic()
                try:
                    async with asyncio.timeout(seconds):
                        if opening and counted and self.held and self.held + counted > MOST_HELD:
                            is_over = True
                            await refuse(BUSY)
                        else:
                            await self.send_body(send, opening, message, counted)
                except TimeoutError:
                    is_over = True  # the answer stays unfinished, so the server closes the connection
                seconds -= monotonic() - begun

        return send_bounded
