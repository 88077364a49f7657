"""What is kept of answers, how many, and who waits for whom: with an application of which all is known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from datasette_sandbox.sandbox import sandbox_of
from phenomena_web import rules
from phenomena_web.answers import warming
from phenomena_web.answers.middleware import Answers
from phenomena_web.answers.store import LONGEST, Store

pytestmark = pytest.mark.anyio

GZIP = {"accept-encoding": "gzip"}
MB = 2**20
Send = Callable[[dict[str, Any]], Awaitable[None]]
Make = Callable[[dict[str, Any], Send], Awaitable[None]]


class Site:
    """The rules and the answers of a site before an application; `made` counts what that was asked for."""

    def __init__(self, site: Datasette, make: Make | None = None, megabytes: int = 64) -> None:
        self.made: list[str] = []
        self.make = make or respond()
        self.answers = Answers(self.app, site)
        self.answers.store = Store(megabytes * MB)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(rules.with_rules(self.answers, site), raise_app_exceptions=False),
            base_url="http://localhost",
        )

    async def app(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        self.made.append(scope["path"] + "?" + scope["query_string"].decode())
        await self.make(scope, send)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=GZIP | headers)


def respond(body: bytes = b"page", status: int = 200, pieces: int = 1, *headers: tuple[bytes, bytes]) -> Make:
    """An application that answers so, in so many pieces."""

    async def make(scope: dict[str, Any], send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [*headers]})
        for number in range(pieces):
            await send({"type": "http.response.body", "body": body, "more_body": number + 1 < pieces})

    return make


@pytest.fixture
async def started(short_site: Datasette) -> Datasette:
    await short_site.invoke_startup()
    return short_site


async def asked_twice(site: Site, path: str) -> int:
    """How often an answer is made for two requests, which get the same."""
    first, second = await site.get(path), await site.get(path)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    return len(site.made)


@pytest.mark.parametrize(
    ("make", "times"),
    [
        (respond(), 1),
        (respond(b"x" * 70_000, 200, 14), 1),
        (respond(b"x" * LONGEST), 1),
        (respond(b"x" * (LONGEST + 1)), 2),
        (respond(b"x" * 70_000, 200, 15), 2),
        (respond(status=404), 2),
        (respond(status=302), 2),
        (respond(b"", 204), 2),
        (respond(b"page", 200, 1, (b"set-cookie", b"a=b")), 2),
    ],
)
async def test_which_answers_are_kept(started: Datasette, make: Make, times: int) -> None:
    assert await asked_twice(Site(started, make), "/about") == times


@pytest.mark.parametrize(
    ("path", "times"),
    [
        ("/phenomena/papers", 1),
        ("/phenomena/papers?utm_source=a", 1),
        ("/phenomena/papers.csv?_stream=on", 2),
        ("/-/versions.json", 2),
        ("/phenomena.json?sql=select+random()", 2),
        ("/phenomena.json?sql=select+1", 1),
    ],
)
async def test_which_addresses_are_kept(started: Datasette, path: str, times: int) -> None:
    assert await asked_twice(Site(started), path) == times


async def test_nothing_is_kept_without_memory_or_over_it(started: Datasette) -> None:
    assert await asked_twice(Site(started, megabytes=0), "/about") == 2
    assert await asked_twice(Site(started, respond(b"x" * (MB // 2)), megabytes=1), "/about") == 2


async def test_addresses_with_a_query_push_out_no_others(started: Datasette) -> None:
    site = Site(started, respond(b"x" * 100_000), megabytes=1)
    await site.get("/about")
    for number in range(20):
        await site.get(f"/phenomena.json?sql=select+{number}")
    kept = {has_query: len(share) for has_query, share in site.answers.store.shares.items()}
    assert kept == {False: 1, True: 5}
    site.made.clear()
    await site.get("/about")
    await site.get("/phenomena.json?sql=select+19")
    assert site.made == []
    await site.get("/phenomena.json?sql=select+0")
    assert site.made == ["/phenomena.json?sql=select+0"]


async def test_small_answers_are_bounded_too(started: Datasette) -> None:
    site = Site(started, respond(b""), megabytes=1)
    for number in range(600):
        await site.get(f"/phenomena.json?sql=select+{number}")
    assert 200 < len(site.answers.store.shares[True]) < 350
    assert site.answers.store.shares[True].currsize <= MB // 2


class Slowly:
    """An application that answers when it is let."""

    def __init__(self, *outcomes: Make | Exception) -> None:
        self.let, self.outcomes = asyncio.Event(), list(outcomes)

    async def __call__(self, scope: dict[str, Any], send: Send) -> None:
        outcome = self.outcomes.pop(0)
        await self.let.wait()
        if isinstance(outcome, Exception):
            raise outcome
        await outcome(scope, send)


async def ask_at_once(site: Site, slowly: Slowly, count: int, path: str = "/about") -> list[int]:
    """The statuses of requests that came while the first was under way."""
    requests = [asyncio.create_task(site.get(path)) for _ in range(count)]
    while not site.made or len(asyncio.all_tasks()) < count:
        await asyncio.sleep(0)
    slowly.let.set()
    return [(await request).status_code for request in requests]


async def test_an_answer_that_is_being_made_is_waited_for(started: Datasette) -> None:
    slowly = Slowly(respond())
    site = Site(started, slowly)
    assert await ask_at_once(site, slowly, 8) == [200] * 8
    assert (len(site.made), site.answers.store.making) == (1, {})


@pytest.mark.parametrize(
    ("outcome", "status"), [(RuntimeError("gone"), 500), (respond(status=503), 503), (respond(b"x" * 2 * MB), 200)]
)
async def test_what_becomes_of_the_first_is_no_matter_to_the_others(
    started: Datasette, outcome: Make | Exception, status: int
) -> None:
    slowly = Slowly(outcome, respond(), respond(), respond())
    site = Site(started, slowly)
    assert await ask_at_once(site, slowly, 4) == [status, 200, 200, 200]
    assert (len(site.made) in (2, 3, 4), site.answers.store.making) == (True, {})


async def test_a_first_that_gives_up_leaves_the_others_waiting_for_nothing(started: Datasette) -> None:
    slowly = Slowly(respond(), respond())
    site = Site(started, slowly)
    first = asyncio.create_task(site.get("/about"))
    while not site.made:
        await asyncio.sleep(0)
    second = asyncio.create_task(site.get("/about"))
    await asyncio.sleep(0)
    first.cancel()
    slowly.let.set()
    assert (await second).status_code == 200
    assert site.answers.store.making == {}


async def test_a_stream_that_fails_halfway_stays_unfinished(started: Datasette) -> None:
    """Its tag is out by then, and nobody may keep what came as the whole."""

    async def fail(scope: dict[str, Any], send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"rows", "more_body": True})
        with pytest.raises(Exception, match="no such table"):
            await started.get_database("phenomena").execute("select 1 from none_such", log_sql_errors=False)
        await send({"type": "http.response.body", "body": b"and no more"})

    sent: list[dict[str, Any]] = []
    site = Site(started, fail)
    scope = {"type": "http", "scheme": "http", "path": "/phenomena/papers.csv", "query_string": b"_stream=on"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await site.answers({**scope, "headers": [(b"host", b"localhost")]}, None, send)
    assert [message.get("body") for message in sent] == [None, b"rows"]


async def test_only_the_head_of_a_stream_is_made_for_a_head(started: Datasette) -> None:
    pieces: list[int] = []

    async def make(scope: dict[str, Any], send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
        for number in range(1_000):
            pieces.append(number)
            await send({"type": "http.response.body", "body": b"rows", "more_body": True})

    answer = await Site(started, make).client.head("/phenomena/papers.csv?_stream=on")
    assert (answer.status_code, answer.headers["content-type"], answer.content, pieces) == (200, "text/csv", b"", [])


async def test_a_long_answer_from_memory_counts_as_held_while_it_leaves(started: Datasette) -> None:
    site, body = Site(started, respond(b"x" * 200_000)), 200_000
    await site.get("/about")
    outflow, held = sandbox_of(started).outflow, []
    scope = {"type": "http", "scheme": "http", "path": "/about", "query_string": b""}

    async def send(message: dict[str, Any]) -> None:
        held.append((message["type"], outflow.held, len(message.get("body", b""))))

    await site.answers({**scope, "headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]}, None, send)
    assert [one[1] for one in held] == [body] * 5
    assert ([one[2] for one in held], outflow.held) == ([0, 65_536, 65_536, 65_536, 3_392], 0)
    assert len(site.made) == 1


async def test_a_server_makes_its_pages_beside_its_first_requests_and_ends_in_time(
    started: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def get(path: str, **_: object) -> httpx.Response:
        asked.append(path)
        await asyncio.Event().wait()  # for ever
        raise AssertionError

    async def served(scope: dict[str, Any], receive: Any, send: Send) -> None:
        while not asked:
            await asyncio.sleep(0)

    monkeypatch.setattr(started.client, "get", get)
    await warming.with_pages(served, started)({"type": "lifespan"}, None, None)
    assert asked == ["/"]
