"""Admission control: some run, some wait, served round-robin by client, and the others are turned away."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque


class BusyError(Exception):
    """The queue is full."""


class Queue:
    """`places` requests run at a time and `most_waiting` wait; a place that becomes free goes to each client in turn.

    Where the queue is full, a client that waits with fewer requests than another takes the last place of that one.
    """

    def __init__(self, places: int, most_waiting: int) -> None:
        self.free, self.most_waiting = places, most_waiting
        self.waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self.returning: set[asyncio.Future[None]] = set()  # which stay

    def make_room(self, client: str) -> None:
        """Raise BusyError, here or in the request that has to go, where the queue is full."""
        if sum(map(len, self.waiting.values())) < self.most_waiting:
            return
        longest = max(self.waiting.values(), key=len, default=deque())
        new = [place for place in longest if place not in self.returning]
        if not new or len(longest) <= len(self.waiting.get(client, ())) + 1:
            raise BusyError
        longest.remove(new[-1])
        if not new[-1].done():
            new[-1].set_exception(BusyError())

    async def enter(self, client: str, *, was_inside: bool = False) -> None:
        """Wait for a place. Raises BusyError where too many wait, except for a request that had one before."""
        if self.free:
            self.free -= 1
            return
        if not was_inside:
            self.make_room(client)
        place = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(client, deque()).append(place)
        if was_inside:
            self.returning.add(place)
        try:
            await place
        except asyncio.CancelledError:
            if place in self.waiting.get(client, ()):
                self.waiting[client].remove(place)
            elif not place.cancelled() and not place.exception():
                self.leave()  # it was given while the request was given up
            raise
        finally:
            self.returning.discard(place)

    def leave(self) -> None:
        """Give a place back, to whoever is next."""
        while self.waiting:
            client, places = self.waiting.popitem(last=False)
            place = places.popleft() if places else None
            if places:
                self.waiting[client] = places
            if place and not place.done():
                place.set_result(None)
                return
        self.free += 1
