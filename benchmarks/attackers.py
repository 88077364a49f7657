"""Clients that would harm a site, in a process of their own, which leaves the processor to everything else."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote_plus

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from clients import Client  # noqa: E402

ABUSIVE = "127.0.0.1"
SLOW = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n limit "
COMING = 10.0  # seconds: client_header_timeout of nginx.conf
STREAM = "/phenomena/papers.csv?_stream=on"
OVER: list[Event] = []  # of this process: when it is to end what it does
KEPT: list[socket.socket] = []  # its slow clients


@contextlib.contextmanager
def attacking(function: Callable[..., Counter[int]], *arguments: object) -> Iterator[Future[Counter[int]]]:
    """Within it, another process runs a function below; then it is ended, and has its result.

    That process has the lowest priority: attackers have machines of their own.
    """
    context = get_context("spawn")
    is_ready, is_over = context.Event(), context.Event()
    with ProcessPoolExecutor(1, context, begin, (is_ready, is_over)) as process:
        result = process.submit(function, *arguments)
        is_ready.wait()
        try:
            yield result
        finally:
            is_over.set()


def begin(is_ready: Event, is_over: Event) -> None:
    """Prepare the process."""
    os.nice(19)
    OVER[:] = [is_ready, is_over]


def open_slowly(address: str, number: int) -> socket.socket:
    """A slow client, of an address of its own: every second one sends its header slowly, the others read slowly."""
    host, _, port = address.rpartition("/")[2].partition(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.bind((f"127.2.{number // 250}.{number % 250 + 1}", 0))
    client.connect((host, int(port)))
    path = (STREAM, "/")[number // 2 % 2]
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: slow\r\n".encode() + b"\r\n" * (number % 2))
    client.setblocking(False)
    return client


def step(address: str, number: int) -> None:
    """Send a byte, or read a few. A client that was cut off, or has everything, comes again."""
    try:
        is_open = KEPT[number].recv(100) != b"" if number % 2 else KEPT[number].send(b"x") == 1
    except BlockingIOError:
        return
    except OSError:
        is_open = False
    if not is_open:
        KEPT[number].close()
        KEPT[number] = open_slowly(address, number)


def trickle(address: str, count: int) -> Counter[int]:
    """So many slow clients, at a few bytes a second each.

    They come within as long as the proxy waits for a header, so that every second as many are cut off and come again.
    """
    is_ready, is_over = OVER
    for number in range(count):
        KEPT.append(open_slowly(address, number))
        is_over.wait(COMING / count)
    is_ready.set()
    for number in itertools.cycle(range(count)):
        if is_over.wait(1 / count):
            break
        step(address, number)
    return Counter()


def slow_statement() -> str:
    """An address whose statement takes all its time, and which nobody has asked for."""
    return f"/phenomena.json?sql={quote_plus(SLOW)}{random.randrange(10**9)}"


def unheard_of() -> str:
    """A search that nobody has made."""
    return f"/phenomena/papers?_search={random.randrange(10**9)}+OR+learning&_facet_size=max"


FLOODS: dict[Callable[[], str], int] = {  # and how many clients do so
    slow_statement: 12,
    unheard_of: 12,
    lambda: STREAM: 6,
    lambda: "/": 6,
}


def flood(address: str, make: Callable[[], str], statuses: Counter[int]) -> None:
    """One client that asks without a pause until it is over; a stream that is cut off has status 0."""
    while not OVER[1].is_set():
        with Client(address, ABUSIVE) as client, contextlib.suppress(OSError):
            statuses[0] += 1
            while not OVER[1].is_set():
                statuses[client.get(make()).status] += 1
            statuses[0] -= 1


def attack(address: str) -> Counter[int]:
    """Ask for what costs most from one address; gives how often each status came."""
    statuses = Counter[int]()
    threads = [
        threading.Thread(target=flood, args=[address, make, statuses])
        for make, count in FLOODS.items()
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    OVER[0].set()
    for thread in threads:
        thread.join()
    return statuses
