"""A function from many values to many results, run in another process while this one does something else.

Values are sent, and results kept there until they are asked for, in batches. What the process loses is computed here.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar
from zlib import compress, decompress

from .workers import end_with_parent

BATCH = 500

Value = TypeVar("Value")
Result = TypeVar("Result")


class Beside(Generic[Value, Result]):
    """The results of a function over values, which begins in a process of its own as soon as this is made.

    It is a function of its module; values and results are pickled. `make` gives the values, again where the process
    ends early: then the function runs here, and gives what is missing. In later passes it runs here too.
    """

    def __init__(self, run: Callable[[Iterator[Value]], Iterator[Result]], make: Callable[[], Iterator[Value]]) -> None:
        self.run, self.make = run, make
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=answer, args=(run, theirs), daemon=True)
        self.process.start()
        theirs.close()
        Thread(target=self.send, daemon=True).start()

    def send(self) -> None:
        """Send all values, until the process ends."""
        try:
            send_all(self.connection, map(pickle.dumps, chain(batches(self.make()), [[]])))
        except Exception:
            self.process.kill()  # it would wait for ever; the values fail again here, where it shows

    def __iter__(self) -> Iterator[Result]:
        count = 0
        with suppress(EOFError, OSError), self.connection:
            while batch := pickle.loads(decompress(self.connection.recv_bytes())):
                count += len(batch)
                yield from batch
            self.process.join()
            return
        yield from islice(self.run(self.make()), count, None)


def answer(run: Callable[[Iterator[Value]], Iterator[Result]], connection: Connection) -> None:
    """The work of the other process: run the function over the values that come, and send its results."""
    gc.disable()  # it makes no cycles, and then ends
    end_with_parent()
    waiting = SimpleQueue[bytes]()
    sender = Thread(target=send_all, args=(connection, iter(waiting.get, b"")), daemon=True)
    sender.start()
    with suppress(EOFError, OSError):  # nobody waits for them any more
        for batch in batches(run(value for values in iter(connection.recv, []) for value in values)):
            waiting.put(pack(batch))
        waiting.put(pack([]))
        waiting.put(b"")
        sender.join()


def pack(batch: Sequence[object]) -> bytes:
    """A batch of results as it waits: pickled, and a third as long by the quickest compression."""
    return compress(pickle.dumps(batch), 1)


def send_all(connection: Connection, batches: Iterable[bytes]) -> None:
    """Send pickled batches as they come."""
    with suppress(OSError):
        for batch in batches:
            connection.send_bytes(batch)


def batches(values: Iterable[Value]) -> Iterator[list[Value]]:
    """All values, so many at once."""
    remaining = iter(values)
    return iter(lambda: list(islice(remaining, BATCH)), [])
