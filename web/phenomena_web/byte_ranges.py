"""A file as an answer: whole, or the one range of its bytes that was asked for (RFC 9110, section 14).

So a download that broke off goes on where it ended, and a reader of Parquet fetches only the columns it needs.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

from datasette.utils.asgi import Request, Response

PIECE = 2**20  # bytes that are read at once
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")  # one; of several, the whole file is the answer


class Content(Protocol):
    """Bytes of a known number."""

    @property
    def size(self) -> int: ...

    def read(self) -> AsyncIterator[bytes]:
        """Yield them in pieces."""


@dataclass(frozen=True)
class Stretch:
    """Bytes that lie together in an open file, by its descriptor, so that a range of them can be read."""

    file: int
    start: int
    size: int

    def within(self, places: range) -> Stretch:
        """Those of some places."""
        return Stretch(self.file, self.start + places.start, len(places))

    async def read(self) -> AsyncIterator[bytes]:
        """Yield them in pieces, without moving the file's place, for others read it too."""
        for start in range(0, self.size, PIECE):
            yield await asyncio.to_thread(os.pread, self.file, min(PIECE, self.size - start), self.start + start)


def read_range(text: str, size: int) -> range | None:
    """The places of the bytes that a Range header asks for, empty where the file has none of them; None for all.

    >>> read_range("bytes=2-3", 9), read_range("bytes=7-", 9), read_range("bytes=-2", 9), read_range("bytes=9-", 9)
    (range(2, 4), range(7, 9), range(7, 9), range(0, 0))
    >>> read_range("bytes=3-2", 9), read_range("bytes=-", 9), read_range("bytes=0-1,4-5", 9)
    (None, None, None)
    """
    match = RANGE.fullmatch(text.strip())
    first, last = match.groups() if match else ("", "")
    if not (first or last) or (first and last and int(last) < int(first)):
        return None
    start = int(first) if first else max(0, size - int(last))
    places = range(start, min(int(last) + 1, size) if first and last else size)
    return places or range(0)


class FileResponse(Response):  # type: ignore[misc]  # Datasette has no types
    """The content of a file, read as the client takes it; only what lies together is given in ranges."""

    def __init__(self, request: Request, content: Content, content_type: str, headers: dict[str, str]) -> None:
        status, size = 200, content.size
        if isinstance(content, Stretch):
            headers = {**headers, "Accept-Ranges": "bytes"}
            if (places := read_range(request.headers.get("range", ""), size)) is not None:
                status, content = (206 if places else 416), content.within(places)
                shown = f"{places.start}-{places.stop - 1}" if places else "*"
                headers = {**headers, "Content-Range": f"bytes {shown}/{size}"}
        self.content = content
        super().__init__("", status, {**headers, "Content-Length": str(content.size)}, content_type)

    async def asgi_send(self, send: Any) -> None:
        """Send it, with its length."""
        headers = {**self.headers, "content-type": self.content_type}
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        async for piece in self.content.read():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
