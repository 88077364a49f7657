"""Some run, some wait, clients in turn; the others are turned away."""

from __future__ import annotations

import asyncio

import pytest
from datasette_sandbox.admission import BusyError, Queue

pytestmark = pytest.mark.anyio


async def wait(queue: Queue, inside: list[str], clients: str) -> list[asyncio.Task[None]]:
    """Have a request of each client ask for a place, one after the other."""

    async def enter(client: str) -> None:
        await queue.enter(client)
        inside.append(client)

    tasks = []
    for client in clients:
        tasks.append(asyncio.create_task(enter(client)))
        await asyncio.sleep(0)
    return tasks


@pytest.mark.parametrize(
    ("asked", "order"),
    [("aaaa", "aaaa"), ("aaaab", "aabaa"), ("aaaabc", "aabcaa"), ("aaabbc", "aabcab"), ("aaaabbcb", "aabcabab")],
)
async def test_clients_take_turns(asked: str, order: str) -> None:
    queue, inside = Queue(1, 10), list[str]()
    tasks = await wait(queue, inside, asked)
    for _ in asked:
        queue.leave()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert "".join(inside) == order
    assert (queue.free, queue.waiting) == (1, {})


async def test_beyond_those_that_may_wait_one_is_turned_away() -> None:
    queue, inside = Queue(2, 3), list[str]()
    tasks = await wait(queue, inside, "aaaaa")
    with pytest.raises(BusyError):
        await queue.enter("a")
    assert inside == ["a", "a"]
    for _ in range(5):
        queue.leave()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert (len(inside), queue.free) == (5, 2)


async def test_a_client_with_fewer_requests_takes_the_last_place_of_one_with_more() -> None:
    queue, inside = Queue(1, 3), list[str]()
    tasks = await wait(queue, inside, "aaaab")
    with pytest.raises(BusyError):
        await tasks[3]
    with pytest.raises(BusyError):
        await queue.enter("b")
    for _ in range(4):
        queue.leave()
        await asyncio.sleep(0)
    assert "".join(inside) == "aaba"


async def test_a_request_that_was_inside_is_not_turned_away() -> None:
    queue, inside = Queue(1, 1), list[str]()
    tasks = await wait(queue, inside, "aa")
    again = asyncio.create_task(queue.enter("a", was_inside=True))
    await asyncio.sleep(0)
    for _ in range(3):
        queue.leave()
        await asyncio.sleep(0)
    await asyncio.gather(again, *tasks)
    assert queue.free == 1


async def test_a_request_that_was_inside_gives_its_place_to_no_other() -> None:
    queue, inside = Queue(1, 1), list[str]()
    tasks = await wait(queue, inside, "a")
    again = [asyncio.create_task(queue.enter("a", was_inside=True)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await queue.enter("b")
    for _ in range(3):
        queue.leave()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, *again)
    assert (queue.free, queue.returning) == (1, set())


@pytest.mark.parametrize("is_given", [False, True])
async def test_a_request_that_gives_up_takes_no_place(is_given: bool) -> None:
    queue, inside = Queue(1, 2), list[str]()
    tasks = await wait(queue, inside, "abc")
    if is_given:
        queue.leave()
    tasks[1].cancel()
    await asyncio.wait(tasks[1:2])
    if not is_given:
        queue.leave()
    await tasks[2]
    assert inside == ["a", "c"]
    queue.leave()
    assert queue.free == 1
