"""Dask clusters on this machine, for tests and benchmarks: a scheduler and its workers, each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sites import ROOT

DASK = (sys.executable, "-m", "dask")  # so that workers find this program in their folder
SCHEDULER = re.compile(r"Scheduler at:\s+(tcp://\S+)")
REGISTERED = re.compile(r"Registered to:\s+(tcp://\S+)")

Value = TypeVar("Value")
Result = TypeVar("Result")


@contextmanager
def started(command: Sequence[str], ready: re.Pattern[str], times: int = 1) -> Iterator[tuple[int, str]]:
    """A process whose log says that it is ready, so many times; gives its id and what the pattern's group matched.

    Raises AssertionError with the log where it ends before.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)
    assert process.stderr is not None
    log, found = list[str](), list[str]()
    while len(found) < times and (line := process.stderr.readline()):
        log.append(line)
        found += ready.findall(line)
    if len(found) < times:
        process.communicate()
        raise AssertionError("the process did not start:\n" + "".join(log))
    reader = threading.Thread(target=process.stderr.read, daemon=True)  # a full pipe would stop the process
    reader.start()
    try:
        yield process.pid, found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        reader.join()
        process.stderr.close()


@contextmanager
def start_scheduler() -> Iterator[tuple[int, str]]:
    """A scheduler on 127.0.0.1: its process and address."""
    with started([*DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], SCHEDULER) as scheduler:
        yield scheduler


@contextmanager
def start_workers(address: str, folder: Path, *options: str, count: int = 1) -> Iterator[int]:
    """Workers of a thread each, which keep their files in a folder; gives the process that started them."""
    usual = ["--nworkers", str(count), "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]
    with started([*DASK, "worker", address, *usual, *options], REGISTERED, count) as (process, _):
        yield process


def die_once(mark: Path, run: Callable[[Value], Result], value: Value) -> Result:
    """What a function gives; the process that is first to ask kills itself instead, and leaves a mark."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return run(value)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("killed processes don't go on")
