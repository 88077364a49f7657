"""Answers that were made, kept in memory for whoever asks next: the environment variable PHENOMENA_CACHE_MB, or 64.

Those used least recently go first. Addresses with a query can be made up without end, so they have half of the memory:
nobody pushes out the pages that everyone reads by asking for others. 0 keeps none; ETags are sent all the same.
Whoever changes templates or plugins while the server runs starts it with `--reload`, which keeps none either.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import click
from cachetools import LRUCache

from ..internals import is_reloading

if TYPE_CHECKING:
    from datasette.app import Datasette

VARIABLE = "PHENOMENA_CACHE_MB"
DEFAULT = "64"
LONGEST = 2**20  # bytes of an answer as it is sent; longer ones are made each time
BESIDE = 1_500  # bytes that an entry needs beside its text

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """What is sent for an address in one encoding, with the headers it was made with."""

    headers: Headers
    body: bytes

    def size(self) -> int:
        """The bytes that it takes in memory, about."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + BESIDE


class Store:
    """The answers of one server by their tags, and which are being made."""

    def __init__(self, most_bytes: int) -> None:
        self.shares = {has_query: LRUCache[bytes, Answer](most_bytes // 2, Answer.size) for has_query in (False, True)}
        self.making: dict[bytes, asyncio.Event] = {}
        self.is_open = most_bytes > 0

    def find(self, tag: bytes, has_query: bool) -> Answer | None:
        """The answer that is kept under a tag."""
        answer: Answer | None = self.shares[has_query].get(tag)
        return answer

    def keep(self, tag: bytes, has_query: bool, answer: Answer) -> None:
        """Keep an answer, unless it is too long; others may have to go."""
        share = self.shares[has_query]
        if len(answer.body) <= LONGEST and answer.size() <= share.maxsize:
            share[tag] = answer

    def begin(self, tag: bytes) -> Callable[[], None]:
        """Say that an answer is being made; gives what to call when that is over, however it ended."""
        event = asyncio.Event()
        if self.making.setdefault(tag, event) is not event:
            return lambda: None

        def end() -> None:
            if self.making.get(tag) is event:
                del self.making[tag]
            event.set()

        return end

    async def wait(self, tag: bytes) -> None:
        """Wait until an answer is made, or not, where somebody is at it."""
        if event := self.making.get(tag):
            await event.wait()


stores: WeakKeyDictionary[Datasette, Store] = WeakKeyDictionary()


def read_size() -> int:
    """The bytes that answers may take together. Raises ClickException, which ends the command in one line."""
    text = os.environ.get(VARIABLE, "").strip() or DEFAULT
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise click.ClickException(f"{VARIABLE} is {text!r}: it must be a number of megabytes, such as {DEFAULT}")
    return int(text) * 2**20


def store_of(datasette: Datasette) -> Store:
    """The store of a server, one for all its applications. Raises ClickException where its size is none."""
    if datasette not in stores:
        stores[datasette] = Store(0 if is_reloading(datasette) else read_size())
    return stores[datasette]
