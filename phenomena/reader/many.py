"""Lists read side by side, in a pool of processes; the result is in the order of declaration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import click

from .collection import Declared, ReadList
from .dialects.choice import read_entries
from .limits import USUAL, Limits
from .source import ListError, read_source
from .workers import Pool, local_pool, map_in_order, new_pool

AHEAD = 256  # lists that a pool has at once, so as many processes have work; results wait in their memory


def read_declared(one: Declared, limits: Limits = USUAL, pool: Pool | None = None) -> ReadList:
    """Read one list. Raises ListError when it can't be read, holds no paper or too much, or its dialect doesn't fit."""
    source = read_source(one.location, limits)
    reading = read_entries(source, one.location, one.dialect, limits, pool)
    return ReadList(replace(source, lines=(), altered=()), reading, one)  # nobody reads the text again


def try_to_read(one: Declared, limits: Limits) -> ReadList | str:
    """A list, or the message that says why it can't be read: an exception may not come whole from another process."""
    try:
        return read_declared(one, limits)
    except ListError as error:
        return str(error)


def read_lists(
    lists: Sequence[Declared], limits: Limits = USUAL, pool: Pool = local_pool
) -> tuple[list[ReadList], list[str]]:
    """All lists that can be read, and a message for each of the others; one alone is read by its parts.

    Raises ListError when none can. On a terminal a bar shows how many have been read.
    """
    if len(lists) == 1:
        return [read_declared(lists[0], limits, new_pool if pool is local_pool else pool)], []
    results = map_in_order(partial(try_to_read, limits=limits), lists, pool, AHEAD)
    with click.progressbar(
        results, length=len(lists), label="Reading lists", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        all_results = list(shown)
    found = [one for one in all_results if isinstance(one, ReadList)]
    unread = [one for one in all_results if isinstance(one, str)]
    if not found:
        raise ListError("\n".join(unread))
    return found, unread
