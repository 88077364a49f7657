"""Lists read side by side, in as many processes as there are processors; the result is in the order of declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from .collection import Declared, ReadList
from .dialects.choice import read_entries
from .limits import USUAL, Limits
from .source import ListError, read_source

Results = Iterator[ReadList | str]


def read_declared(one: Declared, limits: Limits = USUAL) -> ReadList:
    """Read one list. Raises ListError when it can't be read, holds no paper or too much, or its dialect doesn't fit."""
    source = read_source(one.location, limits)
    return ReadList(source, read_entries(source, one.location, one.dialect, limits), one)


def try_to_read(one: Declared, limits: Limits) -> ReadList | str:
    """A list, or the message that says why it can't be read: an exception may not come whole from another process."""
    try:
        return read_declared(one, limits)
    except ListError as error:
        return str(error)


def pass_on(results: Results, _: int) -> Results:
    """Show no progress."""
    return results


def read_lists(
    lists: Sequence[Declared], limits: Limits = USUAL, progress: Callable[[Results, int], Results] = pass_on
) -> tuple[list[ReadList], list[str]]:
    """All lists that can be read, and a message for each of the others; one alone is read here. Raises ListError when
    none can.

    `progress` passes the results on while they come in, to show how many of how many there are.
    """
    if len(lists) == 1:
        return [read_declared(lists[0], limits)], []
    with ProcessPoolExecutor() as pool:
        results = list(progress(pool.map(partial(try_to_read, limits=limits), lists), len(lists)))
    found = [one for one in results if isinstance(one, ReadList)]
    unread = [one for one in results if isinstance(one, str)]
    if not found:
        raise ListError("\n".join(unread))
    return found, unread
