"""An answer on its way: collected where it can be kept, else passed on as it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from .store import LONGEST, Answer

if TYPE_CHECKING:
    from .middleware import Asked

Message = dict[str, Any]


class Enough(BaseException):
    """Ends the making of an answer of which only the head was asked for. Datasette would answer an Exception."""


class Capture:
    """Takes the messages of an answer. `end` is called as soon as it is known that the answer is not kept."""

    def __init__(
        self, asked: Asked, send: Callable[[Message], Awaitable[None]], is_kept: bool, end: Callable[[], None]
    ) -> None:
        self.asked, self.pass_on, self.end = asked, send, end
        self.is_kept, self.is_tagged = is_kept, False
        self.start: Message = {}
        self.pieces: list[bytes] = []
        self.is_whole = False

    @property
    def has_broken_off(self) -> bool:
        """Whether it was collected and ended too early; nothing of it was sent then."""
        return self.is_kept and bool(self.start) and not self.is_whole

    @property
    def answer(self) -> Answer | None:
        """The answer, where it was collected to its end."""
        if not (self.is_kept and self.is_whole):
            return None
        body = b"".join(self.pieces)
        headers = [pair for pair in self.start["headers"] if pair[0].lower() != b"content-length"]
        return Answer([*headers, (b"content-length", b"%d" % len(body))], body)

    async def send(self, message: Message) -> None:
        """Take a message of the answer."""
        if message["type"] == "http.response.start":
            await self.open(message)
        elif self.is_kept:
            await self.collect(message)
        elif message.get("more_body") or not (self.is_tagged and self.asked.has_failed):
            await self.pass_on(message)  # else it failed halfway and stays unfinished, so nobody keeps it as whole
        await asyncio.sleep(0)  # a long answer lets the others have their turn after each piece

    async def open(self, message: Message) -> None:
        """Judge by its status and headers whether an answer is kept."""
        self.start = {**message, "headers": self.asked.seal(message["headers"], message["status"])}
        self.is_tagged = any(name == b"etag" for name, _ in self.start["headers"])
        self.is_kept = self.is_kept and self.is_tagged
        if not self.is_kept:
            await self.release()

    async def collect(self, message: Message) -> None:
        """Take a piece of a body; an answer that becomes too long is passed on from here."""
        self.pieces.append(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if sum(map(len, self.pieces)) > LONGEST:
            self.is_kept = False
            await self.release()
            await self.pass_on({**message, "body": b"".join(self.pieces)})

    async def release(self) -> None:
        """Let nobody wait for the answer any longer, and begin to send it."""
        self.end()
        await self.pass_on(self.start)
        if self.asked.is_head:
            await self.pass_on({"type": "http.response.body", "body": b""})
            raise Enough
