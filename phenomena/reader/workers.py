"""A map over lists, over the parts of one, or over papers, in a pool of processes: those of this machine by default.

A pool is a `concurrent.futures.Executor`, such as a process pool, or the one that a cluster's client gives. Functions
and values that cross it are pickled. What a pool loses is computed here.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import BrokenExecutor, Executor, Future
from itertools import islice
from threading import Thread
from typing import TypeVar

AHEAD = 16  # values that wait for the pool: a bound on memory

Value = TypeVar("Value")
Result = TypeVar("Result")
Pool = Callable[[], Executor]


def local_pool() -> Executor:
    """As many processes as there are processors."""
    from concurrent.futures import ProcessPoolExecutor  # here, because most builds need none and it is slow to import

    return ProcessPoolExecutor(initializer=end_with_parent)


def new_pool() -> Executor:
    """As many processes as there are processors, none of which begins with the memory of this one."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=end_with_parent)


def end_with_parent() -> None:
    """Have a process of a pool end when the one that started it is killed: it would wait for ever."""
    from multiprocessing import parent_process

    def watch() -> None:
        if parent := parent_process():
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def map_in_order(
    run: Callable[[Value], Result], values: Iterable[Value], pool: Pool, ahead: int = AHEAD
) -> Generator[Result, None, None]:
    """The results of a function, in the order of the values, of which so many are sent ahead.

    Where a process of the pool dies, what it had is computed here, and so is all that was to follow. Closed early, it
    begins nothing more.
    """
    coming = iter(values)
    waiting = deque[tuple[Value, Future[Result]]]()
    with pool() as executor:
        try:
            waiting.extend((value, submit(executor, run, value)) for value in islice(coming, ahead))
            while waiting:
                yield take(run, *waiting.popleft())
                waiting.extend((value, submit(executor, run, value)) for value in islice(coming, 1))
        finally:
            for _, future in waiting:
                future.cancel()


def submit(executor: Executor, run: Callable[[Value], Result], value: Value) -> Future[Result]:
    """A result to wait for, even from a pool that is known to be broken."""
    try:
        return executor.submit(run, value)
    except BrokenExecutor as error:
        future = Future[Result]()
        future.set_exception(error)
        return future


def take(run: Callable[[Value], Result], value: Value, future: Future[Result]) -> Result:
    """A result from the pool, else from here."""
    try:
        return future.result()
    except BrokenExecutor:
        return run(value)
