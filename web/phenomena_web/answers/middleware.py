"""How a request is answered: not modified, from memory, or made; and who waits for whom.

It stands within the rules, so an address that they refuse gets no tag, no 304 and no place in memory. Tags and 304 need
no answer, so streams have them too. Answers to requests with a cookie or an authorization, and those with SQL that may
change, have none. Nor have those of which a statement failed: some pages then leave out a count or a facet.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from datasette.database import Database
from datasette_sandbox.sandbox import sandbox_of
from datasette_sandbox.slow_clients import PIECE

from .. import rules
from ..caching import STATIC, Ages
from ..public_address import FILE, HOSTLESS, read_address
from ..site import FILES
from .capture import Capture, Enough
from .statements import lasts
from .store import Answer, Headers, store_of
from .tags import accepts_gzip, is_among, make_tag, site_of

if TYPE_CHECKING:
    from datasette.app import Datasette

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
ENCODING = b"Accept-Encoding"
BROKEN_OFF = "The answer broke off: one of its statements ran out of time. Please try again, or ask for fewer rows."
READER = b"Cookie, Authorization, " + ENCODING


@dataclass
class Asked:
    """What a request asks for. Without a tag its answer is made anew; `age` is its Cache-Control, if it gets one."""

    path: str
    tag: bytes | None = None
    age: bytes | None = None
    known: bytes = b""  # the tags of the answers that the client has
    has_query: bool = False
    is_stream: bool = False
    is_head: bool = False
    has_failed: bool = field(default=False, init=False)  # a statement of it

    def seal(self, headers: Headers, status: int = 200) -> Headers:
        """The headers of an answer that was made: its tag and age are put in the place of others."""
        names = {name.lower() for name, _ in headers}
        if status not in (200, 206) or b"set-cookie" in names or self.age is None:
            return add_vary(headers)
        age = (b"cache-control", b"no-store" if self.has_failed else self.age)
        kept = [pair for pair in headers if pair[0].lower() not in (b"cache-control", b"etag", b"vary")]
        sealed = [*kept, age, (b"vary", ENCODING if self.path.startswith(STATIC) else READER)]
        return sealed if self.has_failed or not self.tag else [*sealed, (b"etag", self.tag)]


ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def add_vary(headers: Headers) -> Headers:
    """Headers that say that the answer depends on the encodings a client takes, too."""
    given = [value for name, value in headers if name.lower() == b"vary"]
    others = [one for value in given for one in value.split(b", ") if one.lower() != ENCODING.lower()]
    return [*(pair for pair in headers if pair[0].lower() != b"vary"), (b"vary", b", ".join([*others, ENCODING]))]


def noticing(execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`Database.execute` that notes on the request if a statement fails, for a page may go on without it."""

    async def noticed(self: Database, *args: Any, **kwargs: Any) -> Any:
        try:
            return await execute(self, *args, **kwargs)
        except Exception:
            if asked := ASKED.get():
                asked.has_failed = True
            raise

    return noticed


class Answers:
    """The application behind the answers that are known or kept."""

    def __init__(self, app: Any, datasette: Datasette) -> None:
        self.app, self.datasette = app, datasette
        self.store = store_of(datasette)
        self.ages = Ages(datasette)
        self.address = read_address(datasette.setting("base_url"))
        self.site = site_of(datasette, self.address)

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        """Answer a request; one that the site makes of itself is passed on, for it is a part of another answer."""
        if scope["type"] != "http" or ASKED.get():
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        path = rules.site_path(scope, self.datasette.setting("base_url"))
        is_exact = path.startswith(FILES) or b"range" in headers  # byte by byte, as checksums and ranges say
        encoding = b"gzip" if not is_exact and accepts_gzip(headers.get(b"accept-encoding", b"")) else b"identity"
        asked = self.read(path, scope, headers, encoding)
        replaced = {b"accept-encoding"}
        if asked.is_head or headers.get(b"if-range", asked.tag) != asked.tag:
            replaced.add(b"range")  # the whole is asked for: of another build a range would be of no use
        others = [pair for pair in scope["headers"] if pair[0] not in replaced]
        mark = ASKED.set(asked)
        try:
            await self.respond(asked, {**scope, "headers": [*others, (b"accept-encoding", encoding)]}, receive, send)
        finally:
            ASKED.reset(mark)

    def read(self, path: str, scope: Message, headers: dict[bytes, bytes], encoding: bytes) -> Asked:
        """What a request asks for."""
        query = scope["query_string"].decode("latin-1")
        age = self.ages.of(path, query)
        is_head = scope.get("is_head", False)
        if b"cookie" in headers or b"authorization" in headers:
            return Asked(path, is_head=is_head)  # Datasette says that it is private
        if age is None or not self.site:
            return Asked(path, age=age, is_head=is_head)
        if query and not lasts(self.datasette, query):
            return Asked(path, age=b"no-store", is_head=is_head)
        is_same, is_file = self.address or HOSTLESS.fullmatch(path), FILE.fullmatch(path) is not None
        host = () if is_same else (scope["scheme"].encode(), headers.get(b"host", b""))
        tag = make_tag(self.site, path.encode("latin-1"), scope["query_string"], encoding, *host)
        return Asked(
            path=path,
            tag=tag.removeprefix(b"W/") if is_file and encoding == b"identity" else tag,
            age=age,
            known=b",".join(value for name, value in scope["headers"] if name == b"if-none-match").strip(),
            has_query=bool(query),
            is_stream=is_file or ("_stream" in query and "_stream" in parse_qs(query, keep_blank_values=True)),
            is_head=is_head,
        )

    async def respond(self, asked: Asked, scope: Message, receive: Any, send: Send) -> None:
        """Answer in the cheapest way there is."""
        if asked.tag is None:
            await self.make(asked, scope, receive, send)
        elif is_among(asked.tag, asked.known):
            await self.send_unchanged(asked, send)
        elif answer := await self.find(asked) or await self.make(asked, scope, receive, send):
            await self.send_kept(asked, answer, send)

    async def find(self, asked: Asked) -> Answer | None:
        """The answer from memory; one that somebody else is making is waited for, once."""
        if asked.tag is None or asked.is_stream:
            return None
        if answer := self.store.find(asked.tag, asked.has_query):
            return answer
        await self.store.wait(asked.tag)
        return self.store.find(asked.tag, asked.has_query)

    async def make(self, asked: Asked, scope: Message, receive: Any, send: Send) -> Answer | None:
        """Have an answer made. Gives one that can be kept, which is not sent yet; any other is sent as it is made."""
        is_kept = asked.tag is not None and self.store.is_open and not asked.is_stream
        end = self.store.begin(asked.tag) if is_kept and asked.tag else lambda: None
        capture = Capture(asked, send, is_kept, end)
        try:
            with suppress(Enough):
                await self.app(scope, receive, capture.send)
            if capture.has_broken_off:
                await rules.refuse(send, asked.path, 503, BROKEN_OFF)
            if (answer := capture.answer) and asked.tag:
                self.store.keep(asked.tag, asked.has_query, answer)
            return answer
        finally:
            end()

    async def send_unchanged(self, asked: Asked, send: Send) -> None:
        """304, with the headers by which a client keeps what it has."""
        headers = asked.seal([])
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def send_kept(self, asked: Asked, answer: Answer, send: Send) -> None:
        """An answer from memory. A long one leaves piece by piece and counts as held, as one that was just made."""
        if asked.known == b"*":
            await self.send_unchanged(asked, send)
            return
        if len(answer.body) > PIECE:
            sending, outflow = send, sandbox_of(self.datasette).outflow
            send = outflow.bounded(sending, lambda reason: rules.refuse(sending, asked.path, 503, reason))
        await send({"type": "http.response.start", "status": 200, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})
