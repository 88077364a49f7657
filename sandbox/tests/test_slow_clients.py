"""Long answers leave in pieces, within a bound on what all of them hold, and no faster than they are taken."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from datasette_sandbox import slow_clients

START = {"type": "http.response.start", "status": 200, "headers": []}
PIECE = slow_clients.PIECE
pytestmark = pytest.mark.anyio


class Sent:
    """A client that takes everything, and remembers it; or that takes `most` messages and no more."""

    def __init__(self, most: int | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        self.refusals: list[str] = []
        self.most = most

    async def send(self, message: dict[str, Any]) -> None:
        if self.most is not None and len(self.messages) >= self.most:
            await asyncio.Event().wait()
        self.messages.append(message)

    async def refuse(self, words: str) -> None:
        self.refusals.append(words)

    def bodies(self) -> list[tuple[bytes, bool]]:
        return [(message["body"], message.get("more_body", False)) for message in self.messages[1:]]


def body(content: bytes, **more: bool) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, **more}


async def send_all(outflow: Any, sent: Sent, *messages: dict[str, Any]) -> None:
    send = outflow.bounded(sent.send, sent.refuse)
    for message in (START, *messages):
        await send(message)


@pytest.mark.parametrize(
    ("messages", "bodies"),
    [
        ([body(b"")], [(b"", False)]),
        ([body(b"a" * PIECE)], [(b"a" * PIECE, False)]),
        ([body(b"a" * PIECE + b"b")], [(b"a" * PIECE, True), (b"b", False)]),
        ([body(b"ab" * PIECE)], [(b"ab" * (PIECE // 2), True), (b"ab" * (PIECE // 2), False)]),
        (
            [body(b"a" * PIECE + b"b", more_body=True), body(b"c")],
            [(b"a" * PIECE, True), (b"b", True), (b"c", False)],
        ),
    ],
)
async def test_an_answer_leaves_whole(messages: list[dict[str, Any]], bodies: list[tuple[bytes, bool]]) -> None:
    outflow, sent = slow_clients.Outflow(), Sent()
    await send_all(outflow, sent, *messages)
    assert (sent.messages[0], sent.bodies(), sent.refusals, outflow.held) == (START, bodies, [], 0)


@pytest.mark.parametrize(
    ("held", "length", "is_sent"),
    [
        (0, 3 * PIECE, True),
        (1, 2 * PIECE - 1, True),
        (1, 2 * PIECE, False),
        (2 * PIECE, 2 * PIECE, False),
        (2 * PIECE, PIECE, True),
    ],
)
async def test_beyond_the_bound_only_short_answers_are_sent(
    monkeypatch: pytest.MonkeyPatch, held: int, length: int, is_sent: bool
) -> None:
    monkeypatch.setattr(slow_clients, "MOST_HELD", 2 * PIECE)
    outflow, sent = slow_clients.Outflow(), Sent()
    outflow.held = held
    await send_all(outflow, sent, body(b"a" * length, more_body=True), body(b"b"))
    assert b"".join(content for content, _ in sent.bodies()) == (b"a" * length + b"b" if is_sent else b"")
    assert sent.refusals == ([] if is_sent else [slow_clients.BUSY])
    assert outflow.held == held


@pytest.mark.parametrize("held", [0, slow_clients.MOST_HELD])
async def test_a_client_that_takes_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(slow_clients, "PATIENCE", 0)
    monkeypatch.setattr(slow_clients, "SLOWEST", 10**9)
    outflow, sent = slow_clients.Outflow(), Sent(most=0)
    outflow.held = held
    send = outflow.bounded(sent.send, lambda _: sent.send(START))
    for message in (START, body(b"a" * 3 * PIECE, more_body=True), body(b"b")):
        await send(message)
    assert (sent.messages, outflow.held) == ([], held)


async def test_a_client_that_takes_a_little_at_a_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message in time, all together slower than the slowest client may be."""
    now = 0

    class Slow(Sent):
        async def send(self, message: dict[str, Any]) -> None:
            nonlocal now
            await asyncio.sleep(0)
            now += slow_clients.PATIENCE
            await super().send(message)

    monkeypatch.setattr(slow_clients, "monotonic", lambda: now)
    outflow, sent = slow_clients.Outflow(), Slow()
    await send_all(outflow, sent, *[body(b"a", more_body=True)] * 9, body(b"b"))
    assert (sent.bodies(), outflow.held) == ([(b"a", True)], 0)


@pytest.mark.parametrize(("held", "is_sent"), [(0, True), (1, True), (PIECE + 1, False)])
async def test_what_an_answer_in_parts_is_made_from_counts(
    monkeypatch: pytest.MonkeyPatch, held: int, is_sent: bool
) -> None:
    monkeypatch.setattr(slow_clients, "MOST_HELD", 2 * PIECE)
    outflow, sent = slow_clients.Outflow(), Sent()
    outflow.held = held
    send = outflow.bounded(sent.send, sent.refuse, 2 * PIECE - 1)
    for message in (START, body(b"a", more_body=True), body(b"b")):
        await send(message)
    assert (len(sent.bodies()), len(sent.refusals)) == ((2, 0) if is_sent else (0, 1))
    assert outflow.held == held


async def test_a_client_that_stops_taking_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "PATIENCE", 0)
    monkeypatch.setattr(slow_clients, "SLOWEST", 10**9)
    outflow, sent = slow_clients.Outflow(), Sent(most=2)
    await send_all(outflow, sent, body(b"a" * 3 * PIECE, more_body=True), body(b"b"))
    assert (sent.bodies(), outflow.held) == ([(b"a" * PIECE, True)], 0)
