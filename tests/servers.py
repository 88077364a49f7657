"""Real servers, each a process of its own, for tests and benchmarks."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# The environment of a published site, where there is one: Datasette imports numpy, SciPy and Dask where they are, which
# is a third of the time that a server takes to start, and of its memory.
SERVING = next(filter(Path.exists, (Path(__file__).parent.parent / ".venv/serving/bin/python", Path(sys.executable))))


@dataclass
class Server:
    """A server of one's own, so that its memory is known when it ends; as a context it ends with the block."""

    process: subprocess.Popen[str]
    address: str
    reader: threading.Thread

    def end(self) -> int:
        """End it; gives the most memory it ever held, in MB."""
        held = read_peak(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return held or usage.ru_maxrss // 1024**2

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.end()


class Watch(threading.Thread, ABC):
    """Within it, `look` is called every so many seconds, on a thread of its own."""

    def __init__(self, pause: float) -> None:
        super().__init__(daemon=True)
        self.pause, self.is_over = pause, threading.Event()

    @abstractmethod
    def look(self) -> None: ...

    def run(self) -> None:
        while not self.is_over.wait(self.pause):
            self.look()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.join()


class Meter(Watch):
    """Within it, the most memory that a server and its workers hold together is measured, in MB.

    `most_own` leaves out pages of files that are mapped, which the system takes back where it needs them.
    """

    def __init__(self, server: Server) -> None:
        super().__init__(0.02)
        self.server, self.most, self.most_own = server, 0, 0

    def look(self) -> None:
        resident, own = read_memory(self.server.process.pid)
        self.most, self.most_own = max(self.most, resident), max(self.most_own, own)


def read_together(process: int) -> int:
    """The memory that a process and its children hold, in MB; 0 where the system is not Linux."""
    return read_memory(process)[0]


def read_memory(process: int) -> tuple[int, int]:
    """The same, and what of it is no page of a file."""
    held = in_files = 0
    for one in [process, *list_children(process)]:
        with contextlib.suppress(OSError):
            resident, shared = map(int, Path(f"/proc/{one}/statm").read_text().split()[1:3])
            held, in_files = held + resident, in_files + shared
    page = os.sysconf("SC_PAGE_SIZE")
    return held * page // 1024**2, (held - in_files) * page // 1024**2


def list_children(process: int) -> list[int]:
    """The processes that a process has started and that are not dead, on Linux."""
    children = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process and state != "Z":
                children.append(int(path.parent.name))
    return children


def read_peak(process: int) -> int | None:
    """The most memory that a process held, in MB, as Linux tells it: its usage at the end counts the parent's too."""
    status = Path(f"/proc/{process}/status")
    match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(match[1]) // 1024 if match else None


def start_server(folder: Path, *options: str, python: Path | None = None, **variables: str) -> Server:
    """Serve a folder on a free port of 127.0.0.1; `variables` are put in its environment.

    `python` is that of another environment. Raises AssertionError with the server's log where it doesn't start.
    """
    program = (python or SERVING).with_name("datasette")
    return start_command([str(program), ".", "--host", "127.0.0.1", "--port", "0", *options], folder, **variables)


def start_command(command: Sequence[str], folder: Path, **variables: str) -> Server:
    """The server that a command starts in a folder. Raises AssertionError with its log where it doesn't start."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | variables,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    log: list[str] = []
    for line in process.stderr:
        log.append(line)
        if match := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
            reader = threading.Thread(target=process.stderr.read, daemon=True)  # a full pipe would stop the server
            reader.start()
            return Server(process, match[1], reader)
    process.communicate()
    raise AssertionError("the server did not start:\n" + "".join(log))
