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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from .messages import read_parts, write_message

FOLDER = str(Path(__file__).parent)
START = "import sys; sys.path[0] = sys.argv[1]; from worker import main; main()"  # a script would be compiled anew
KILL_SECONDS = 0.15  # beyond the time limit; a worker stops earlier by itself where SQLite lets it
GIVE_BACK = {  # has glibc return what a long result took, but not what the next statement will need again
    "MALLOC_MMAP_THRESHOLD_": str(2 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(4 * 2**20),
}
DIED = "The statement ended the process that ran it, perhaps for lack of memory. Make it smaller, or try again."
ATTEMPTS = 3
ALARM = -getattr(signal, "SIGALRM", 0)


class Worker:
    """One child process. One thread at a time asks it; any may kill it."""

    def __init__(self, databases: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-S", "-c", START, FOLDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | GIVE_BACK,
            pass_fds=[one["descriptor"] for one in databases.values() if one["descriptor"] is not None],
        )
        self.stdin, self.stdout = cast(BinaryIO, self.process.stdin), cast(io.BufferedReader, self.process.stdout)
        self.is_late = self.is_replying = False
        if self.ask(databases, None)[0] == "died":
            raise OSError("a worker of the sandbox ended while it started")

    def ask(self, message: Any, call: Callable[..., Any] | None) -> tuple[Any, ...]:
        """The reply to a message, or ("died", return code); meanwhile `call` answers for the server's functions."""
        try:
            while True:
                self.is_replying = False
                write_message(self.stdin, message)
                self.is_replying = bool(self.stdout.peek(1))
                reply, *pieces = read_parts(self.stdout)
                if reply[0] == "result":
                    kind, names, used = reply
                    return kind, names, list(chain.from_iterable(pieces)), used
                if reply[0] != "call" or not call:
                    return tuple(reply)
                message = call(*reply[1:])
        except Exception:  # it died, or sent what is no reply
            return "died", self.close()

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
                *reply, used = await loop.run_in_executor(self.threads, worker.ask, {**request, "seconds": left}, call)
            except asyncio.CancelledError:
                worker.process.kill()  # its thread then closes it
                raise
            finally:
                timer.cancel()
            if reply != ["died"]:
                self.idle.append(worker)
                return (*reply, used)
            left -= loop.time() - started
            if used == ALARM or worker.is_late or left <= 0:
                return "interrupted", request["seconds"]
        return "refused", DIED, request["seconds"]

    def close(self) -> None:
        """End all workers, and start none any more."""
        self.places = -1
        self.starter.shutdown()
        while self.idle:
            self.idle.popleft().close()
        self.threads.shutdown(wait=False)
