"""Keeps the worker processes: one for each place and a spare, each with pipes of its own, killed when time is up."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, cast

from .messages import read_message, write_message

SCRIPT = str(Path(__file__).with_name("worker.py"))
KILL_SECONDS = 0.15  # beyond the time limit; a worker stops earlier by itself where SQLite lets it
GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": "131072"}  # has glibc return what a long result took
DIED = "The statement ended the process that ran it, perhaps for lack of memory. Make it smaller, or try again."
PATIENCE = 10  # seconds for a reply that is there to be read
ATTEMPTS = 3
ALARM = -getattr(signal, "SIGALRM", 0)


class Worker:
    """One child process. Its reader and writer is one thread at a time; any may kill it."""

    def __init__(self, databases: dict[str, Any]) -> None:
        descriptors = [one["descriptor"] for one in databases.values() if one["descriptor"] is not None]
        options: dict[str, Any] = {"env": os.environ | GIVE_BACK}
        if os.name == "posix":
            options["pass_fds"] = descriptors
        self.process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-S", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options
        )
        self.stdin, self.stdout = cast(BinaryIO, self.process.stdin), cast(BinaryIO, self.process.stdout)
        try:
            self.ask(databases, lambda *_: None)
        except BaseException:
            self.close()
            raise

    def ask(self, message: Any, call: Callable[[str, tuple[Any, ...]], Any]) -> tuple[Any, ...]:
        """The reply to a message; meanwhile `call` answers for the server's own functions."""
        write_message(self.stdin, message)
        while True:
            self.is_replying = False
            header = self.stdout.read(8)
            self.is_replying = True
            reply: tuple[Any, ...] = read_message(self.stdout, header)
            if reply[0] != "call":
                return reply
            write_message(self.stdin, call(*reply[1:]))

    def has_replied(self) -> bool:
        """Whether a reply waits or is being read: the statement is over then, and only this process is slow."""
        try:
            return self.is_replying or bool(select.select([self.stdout], [], [], 0)[0])
        except (OSError, ValueError):
            return False

    def kill(self) -> None:
        self.process.kill()

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> int:
        """End the process; gives its return code."""
        self.kill()
        for pipe in (self.stdin, self.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        return self.process.wait()


class Job:
    """A statement under way: the worker that has it, and the seconds it may still run. Starting a worker takes none."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.worker: Worker | None = None
        self.since = math.inf
        self.is_over = False

    def watch(self) -> None:
        """Kill the worker when the time is up; look again until then, in the thread that answers requests."""
        left = self.since + self.seconds + KILL_SECONDS - time.monotonic()
        if left <= 0 and not (left > -PATIENCE and self.worker and self.worker.has_replied()):
            self.end()
        else:
            pause = min(left, self.seconds + KILL_SECONDS) if left > 0 else 0.1
            self.timer = asyncio.get_running_loop().call_later(pause, self.watch)

    def end(self) -> None:
        self.is_over = True
        if worker := self.worker:
            worker.kill()

    @contextlib.contextmanager
    def given_to(self, worker: Worker) -> Iterator[None]:
        """Within, the worker has the statement."""
        self.since, self.worker = time.monotonic(), worker
        try:
            if self.is_over:
                worker.kill()
            yield
        finally:
            self.seconds -= time.monotonic() - self.since
            self.since, self.worker = math.inf, None


class Supervisor:
    """Runs statements in workers, and replaces those that die. `call` answers for the server's own functions."""

    def __init__(self, databases: dict[str, Any], places: int, call: Callable[..., Any]) -> None:
        self.databases, self.places, self.call = databases, places, call
        self.idle: deque[Worker] = deque()
        self.busy = 0
        self.is_closed = False
        self.stocking = threading.Lock()
        self.threads = ThreadPoolExecutor(places + 2, thread_name_prefix="sandbox")
        self.stock()

    def stock(self) -> None:
        """Start workers until there is one for each place and a spare."""
        with self.stocking:
            while not self.is_closed and len(self.idle) + self.busy <= self.places:
                self.idle.append(Worker(self.databases))

    def take(self) -> Worker:
        """An idle worker that is alive; a new one where there is none."""
        with contextlib.suppress(IndexError):
            while not (worker := self.idle.popleft()).is_alive():
                worker.close()
            return worker
        return Worker(self.databases)

    async def run(self, request: dict[str, Any]) -> tuple[Any, ...]:
        """The reply to a request, or "interrupted" soon after its seconds are over; and its seconds of work."""
        job = Job(request["seconds"])
        job.watch()
        self.busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, self.attempt, job, request)
        except asyncio.CancelledError:
            job.end()
            raise
        finally:
            self.busy -= 1
            job.timer.cancel()
            if len(self.idle) + self.busy <= self.places and not self.is_closed:
                self.threads.submit(self.stock)

    def attempt(self, job: Job, request: dict[str, Any]) -> tuple[Any, ...]:
        """Ask a worker; ask others where it was killed by someone else, who may be the kernel for lack of memory."""
        call = functools.partial(self.call, request["database"])
        for _ in range(ATTEMPTS):
            try:
                worker = self.take()
            except (EOFError, OSError):
                continue  # it was killed while it started
            try:
                with job.given_to(worker):
                    *reply, used = worker.ask({**request, "seconds": job.seconds}, call)
            except Exception:  # it died, or sent what is no reply
                if worker.close() == ALARM or job.is_over or job.seconds <= 0:
                    return "interrupted", request["seconds"]
                continue
            if self.is_closed:
                worker.close()
            else:
                self.idle.append(worker)
            return (*reply, used)
        return "refused", DIED, request["seconds"]

    def close(self) -> None:
        """End all workers."""
        with self.stocking:
            self.is_closed = True
        while self.idle:
            self.idle.popleft().close()
        self.threads.shutdown(wait=False)
