"""Keeps the worker processes: one for each place and a spare, each with pipes of its own, killed when time is up."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import io
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from .messages import AT_ONCE, HEAD, read_parts, write_message

FOLDER = str(Path(__file__).parent)
START = "import sys; sys.path[0] = sys.argv[1]; from worker import main; main()"  # a script would be compiled anew
KILL_SECONDS = 0.15  # beyond the time limit; a worker stops earlier by itself where SQLite lets it
GIVE_BACK = {  # has glibc return what a long result took, but not what the next statement will need again
    "MALLOC_MMAP_THRESHOLD_": str(2 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(4 * 2**20),
}
DIED = "The statement ended the process that ran it, perhaps for lack of memory. Make it smaller, or try again."
ATTEMPTS = 3
LONG = 16 * 1024  # characters of a message; a pipe of Linux takes four times as many bytes at once
ALARM = -getattr(signal, "SIGALRM", 0)


class Worker:
    """One child process. One thread at a time asks it; any may kill it."""

    def __init__(self, databases: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-S", "-c", START, FOLDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=AT_ONCE,
            env=os.environ | GIVE_BACK,
            pass_fds=[one["descriptor"] for one in databases.values() if one["descriptor"] is not None],
        )
        self.stdin, self.stdout = cast(BinaryIO, self.process.stdin), cast(io.BufferedReader, self.process.stdout)
        widen(self.stdout)
        self.is_late = self.is_replying = False
        if self.converse(None, databases)[0] == "died":
            raise OSError("a worker of the sandbox ended while it started")

    async def ask(self, message: Any, call: Callable[..., Any], threads: ThreadPoolExecutor) -> tuple[Any, ...]:
        """The reply to a message, or ("died", return code); meanwhile `call` answers for the server's functions.

        A short reply is read here, for a round trip to a thread takes longer than most statements; what may take long
        or wait is left to a thread.
        """
        loop, parts = asyncio.get_running_loop(), list[Any]()
        if len(repr(message)) > LONG:
            return await loop.run_in_executor(threads, self.converse, call, message)
        try:
            self.write(message)
            await self.wait(loop)
            if self.has_whole_reply():
                parts = read_parts(self.stdout)
                if parts[0][0] != "call":
                    return unpack(parts)
        except NotImplementedError:  # Windows watches no pipes
            pass
        except Exception:  # it died, or sent something that isn't a reply
            return "died", await loop.run_in_executor(threads, self.close)
        return await loop.run_in_executor(threads, self.converse, call, None, parts)

    def write(self, message: Any) -> None:
        """Send a message. Raises OSError where the worker has died."""
        self.is_replying = False
        write_message(self.stdin, message)

    async def wait(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait until part of a reply has arrived, or the worker has died. Raises NotImplementedError on Windows."""
        ready, pipe = loop.create_future(), self.stdout.fileno()
        loop.add_reader(pipe, lambda: None if ready.done() else ready.set_result(None))
        try:
            await ready
        finally:
            loop.remove_reader(pipe)

    def has_whole_reply(self) -> bool:
        """Whether the next reply is here as a whole, once part of it has arrived: reading it then waits for nothing."""
        here = self.stdout.peek(1)
        self.is_replying = bool(here)
        return len(here) >= HEAD + int.from_bytes(here[:HEAD], "little")

    def converse(
        self, call: Callable[..., Any] | None, message: Any = None, parts: Sequence[Any] = ()
    ) -> tuple[Any, ...]:
        """The same, waiting for it: the reply to a message, or to one that was sent, of which parts may be here."""
        try:
            if message is not None:
                self.write(message)
            parts = parts or self.read()
            while call and parts[0][0] == "call":
                self.is_replying = False  # so that the timer stops it meanwhile
                self.write(call(*parts[0][1:]))
                parts = self.read()
            return unpack(parts)
        except Exception:  # it died, or sent something that isn't a reply
            return "died", self.close()

    def read(self) -> list[Any]:
        """Wait for the parts of a reply. Raises what read_parts raises."""
        self.is_replying = bool(self.stdout.peek(1))
        return read_parts(self.stdout)

    def stop(self) -> None:
        """Kill it because time is up, unless its statement is over and only this process is slow to read."""
        if not self.is_replying:
            self.is_late = True
            self.process.kill()

    def close(self) -> int:
        """End the process; gives its return code."""
        self.process.kill()
        for pipe in (self.stdin, self.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        return self.process.wait()


def widen(pipe: BinaryIO) -> None:
    """Have a pipe take as much as is sent at once, where the system has that and lets this user."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, AT_ONCE)


def unpack(parts: Sequence[Any]) -> tuple[Any, ...]:
    """A reply; of a result the rows, which came in parts, are put together."""
    reply, *pieces = parts
    if reply[0] != "result":
        return tuple(reply)
    kind, names, used = reply
    return kind, names, list(chain.from_iterable(pieces)), used


class Supervisor:
    """Runs statements in workers, and replaces those that die. `call` answers for the server's functions."""

    def __init__(self, databases: dict[str, Any], places: int, call: Callable[..., Any]) -> None:
        self.databases, self.places, self.call = databases, places, call
        self.idle: deque[Worker] = deque()
        self.busy = 0
        self.threads = ThreadPoolExecutor(places + 2, thread_name_prefix="sandbox")
        self.starter = ThreadPoolExecutor(1, thread_name_prefix="sandbox")  # so that no statement waits for a start
        self.stock()

    def stock(self) -> None:
        """Start workers until there is one for each place and a spare."""
        while len(self.idle) + self.busy <= self.places:
            self.start()

    def start(self) -> None:
        """Start one more, which is taken next."""
        self.idle.appendleft(Worker(self.databases))

    def take(self) -> Worker | None:
        """An idle worker that is alive, if there is one."""
        while self.idle:
            worker = self.idle.popleft()
            if worker.process.poll() is None:
                return worker
            worker.close()
        return None

    async def run(self, request: dict[str, Any]) -> tuple[Any, ...]:
        """The reply to a request, or "interrupted" soon after its seconds are over; and its seconds of work."""
        self.busy += 1
        try:
            return await self.attempt(request)
        finally:
            self.busy -= 1
            if len(self.idle) + self.busy <= self.places:
                self.starter.submit(self.stock)

    async def attempt(self, request: dict[str, Any]) -> tuple[Any, ...]:
        """Ask a worker; ask new ones where it was killed by someone else, who may be the kernel for lack of memory.

        Those that are idle may have been killed too.
        """
        loop, left = asyncio.get_running_loop(), request["seconds"]
        call = functools.partial(self.call, request["database"])
        for number in range(ATTEMPTS):
            if number or not (worker := self.take()):
                with contextlib.suppress(OSError):
                    await loop.run_in_executor(self.starter, self.start)
                if not (worker := self.take()):
                    continue
            worker.is_late = worker.is_replying = False
            started, timer = loop.time(), loop.call_later(left + KILL_SECONDS, worker.stop)
            try:
                *reply, used = await worker.ask({**request, "seconds": left}, call, self.threads)
            except asyncio.CancelledError:
                worker.process.kill()
                with contextlib.suppress(RuntimeError):  # the server ends
                    self.threads.submit(worker.close)
                raise
            finally:
                timer.cancel()
            if reply != ["died"]:
                self.idle.append(worker)
                if self.places < 0:
                    self.end_idle()
                return (*reply, used)
            left -= loop.time() - started
            if used == ALARM or worker.is_late or left <= 0:
                return "interrupted", request["seconds"]
        return "refused", DIED, request["seconds"]

    def close(self) -> None:
        """End all workers, a busy one after its statement, and start none any more."""
        self.places = -1
        self.starter.shutdown()
        self.end_idle()
        self.threads.shutdown(wait=False)

    def end_idle(self) -> None:
        """End the workers that have nothing to do."""
        while self.idle:
            self.idle.popleft().close()
