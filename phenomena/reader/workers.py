"""A map over lists, or over the parts of one, in any pool of processes: those of this machine by default.

A pool is a `concurrent.futures.Executor`, such as a process pool, or the one that a cluster's client gives. Functions
and values that cross it are pickled. What a pool loses is computed here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")
Pool = Callable[[], Executor]


def local_pool() -> Executor:
    """As many processes as there are processors."""
    from concurrent.futures import ProcessPoolExecutor  # here, because most builds need none and it is slow to import

    return ProcessPoolExecutor()


def map_in_order(run: Callable[[Value], Result], values: Sequence[Value], pool: Pool) -> Generator[Result, None, None]:
    """The results of a function, in the order of the values.

    Where a process of the pool dies, what it had is computed here, and so is all that was to follow. Closed early, it
    begins nothing more.
    """
    with pool() as executor:
        waiting = deque[Future[Result]]()
        try:
            waiting.extend(submit(executor, run, value) for value in values)
            for value in values:
                yield take(waiting.popleft(), run, value)
        finally:
            for future in waiting:
                future.cancel()


def submit(executor: Executor, run: Callable[[Value], Result], value: Value) -> Future[Result]:
    """A result to wait for, even from a pool that is known to be broken."""
    try:
        return executor.submit(run, value)
    except BrokenExecutor as error:
        future = Future[Result]()
        future.set_exception(error)
        return future


def take(future: Future[Result], run: Callable[[Value], Result], value: Value) -> Result:
    """A result from the pool, else from here."""
    try:
        return future.result()
    except BrokenExecutor:
        return run(value)
