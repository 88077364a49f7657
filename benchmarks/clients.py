"""Clients that cost next to nothing, and what a server needs for them: times of answers and time of its processor."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from servers import Server, list_children

HEAD = re.compile(rb"HTTP/1\.1 (\d+).*?\r\n\r\n", re.DOTALL)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TAG = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)
CLOSING = b"\r\nconnection: close\r\n"
END_OF_CHUNKS = b"0\r\n\r\n"
IDLE = 0.01  # seconds of the processor in half a second, below which a server has nothing left to do


@dataclass(frozen=True)
class Answer:
    """Status, bytes of the body on the wire, seconds from asking to the last byte, and the ETag."""

    status: int
    size: int
    seconds: float
    tag: str = ""


class Client:
    """One connection that is kept open. It asks as browsers do: compressed answers are welcome.

    `source` is the address that it comes from, one of this machine's.
    """

    def __init__(self, address: str, source: str = "") -> None:
        parts = urlsplit(address)
        self.place, self.source = (parts.hostname or "", parts.port or 80), source
        self.open()

    def open(self) -> None:
        """Connect."""
        self.socket = socket.create_connection(self.place, timeout=120, source_address=(self.source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Ask and read the whole answer. Raises ConnectionError where the server ends it early."""
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{more}\r\n".encode()
        started = time.perf_counter()
        self.socket.sendall(request)
        received = self.receive(bytearray())
        while not (head := HEAD.match(received)):
            received = self.receive(received)
        status, length = int(head[1]), LENGTH.search(head[0])
        if status == 304 or length:
            whole = head.end() + (int(length[1]) if length and status != 304 else 0)
            while len(received) < whole:
                received = self.receive(received)
        else:
            while not received.endswith(END_OF_CHUNKS):
                received = self.receive(received)
        seconds, tag = time.perf_counter() - started, TAG.search(head[0])
        if CLOSING in head[0].lower():  # nginx ends a connection after so many requests
            self.socket.close()
            self.open()
        return Answer(status, len(received) - head.end(), seconds, tag[1].decode() if tag else "")

    def receive(self, received: bytearray) -> bytearray:
        """What was received, and more."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError(f"the server ended the connection after {len(received)} bytes")
        received += data
        return received


def ask_together(
    address: str, paths: Sequence[str], clients: int, source: str = "", headers: Callable[[], dict[str, str]] = dict
) -> tuple[list[Answer], float]:
    """Answers to all paths, asked by so many clients at once, and the seconds from the first to the last.

    `headers` makes those of each request, beside the client's own.
    """
    waiting, answers, faults = list(reversed(paths)), list[Answer](), list[Exception]()
    together = threading.Barrier(clients + 1)

    def ask() -> None:
        with Client(address, source) as client:
            together.wait()
            with contextlib.suppress(IndexError):
                while True:
                    path = waiting.pop()
                    try:
                        answers.append(client.get(path, **headers()))
                    except OSError as fault:
                        faults.append(fault)
                        return

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    together.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if faults:
        raise faults[0]
    return answers, seconds


def processor_seconds(server: Server) -> float:
    """Time of the processor that a server and its workers have had so far, on Linux, in seconds to a microsecond."""
    return seconds_of(server.process.pid)


def seconds_of(parent: int) -> float:
    """The same of a process and its children."""
    spent = 0
    for process in (parent, *list_children(parent)):
        for path in Path(f"/proc/{process}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                spent += int(path.read_text().split()[0])
    return spent / 1e9


def wait_until_idle(server: Server, seconds: float = 30.0) -> float:
    """Wait until a server does nothing; gives the seconds of the processor that it needed until then."""
    begun = before = processor_seconds(server)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        time.sleep(0.5)
        before, earlier = processor_seconds(server), before
        if before - earlier < IDLE:
            break
    return before - begun


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all values lies; of few values the largest."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
