"""What the proxy of deploy/ is measured with: two builds of the edition, replicas that can be replaced, and clients."""

from __future__ import annotations

import contextlib
import hashlib
import random
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from page_kinds import fetch, find_page_kinds, row_path  # noqa: E402
from proxies import BALANCER, find_ports, proxying, start_replica  # noqa: E402
from servers import Server  # noqa: E402
from sites import make_folder, shorten_edition  # noqa: E402

VISITED = ("/", "/charts", "/map", "/new", "/phenomena/papers", "/phenomena/topics", "/phenomena/keywords")
DATA = ("/phenomena/papers.json?_size=20", "/phenomena/keyword_years.csv", "/phenomena/papers.bib?year=2021")
FRESH = {"names": ("authors", "keywords"), "papers": ("papers", "listings")}  # tables; pages of papers cost the same
TIMED = re.compile(rb'</strong> in [\d.,]+ m?s|"query_ms": *[\d.e-]+')  # how long a statement took
ENCODINGS = ("gzip", "identity")
CUT_OFF, NO_ANSWER = 0, -1  # statuses: the head of an answer came, or nothing


def build_twice(folder: Path) -> dict[str, Path]:
    """The site of half the edition, and that of the whole, as an old and a new build."""
    (folder / "half").mkdir()
    lists = {"old": shorten_edition(folder / "half", 2), "new": ROOT / "phenomena.md"}
    return {name: make_folder(folder / name, path) for name, path in lists.items()}


def somebody() -> dict[str, str]:
    """The header by which the balancer says who asks: nobody asks twice, so no limit per address is met."""
    return {"X_Forwarded_For": f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"}


def rows_of(folder: Path, tables: Sequence[str]) -> list[str]:
    """The pages of all rows of some tables, which nobody has asked for yet, in a random order."""
    found = [row_path(table, row["id"]) for table in tables for row in fetch(folder, f"select id from {table}")]
    random.Random(1).shuffle(found)
    return found


def paths_of(*folders: Path) -> list[str]:
    """The kinds of page that all builds have, and data in several formats."""
    kinds = [set(find_page_kinds(folder).values()) for folder in folders]
    return sorted(set.intersection(*kinds)) + list(DATA)


class Replicas:
    """Replicas of a site on ports of their own."""

    def __init__(self, folder: Path, count: int) -> None:
        self.ports = find_ports(count)
        self.servers = [start_replica(folder, port) for port in self.ports]
        self.addresses = [server.address for server in self.servers]

    def __enter__(self) -> Replicas:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            if server.process.returncode is None:
                server.end()

    def replace(self, number: int, folder: Path) -> None:
        """Start one on its port with a folder's site, after ending the one that is there."""
        if self.servers[number].process.returncode is None:
            self.servers[number].end()
        self.servers[number] = start_replica(folder, self.ports[number])


class Bench:
    """Two builds in a folder, the pages of the new one that nobody has asked for, and a proxy at a time."""

    def __init__(self, nginx: str, folder: Path) -> None:
        self.nginx, self.place = nginx, folder / "proxy"
        self.builds = build_twice(folder)
        self.fresh = {kind: iter(rows_of(self.builds["new"], tables)) for kind, tables in FRESH.items()}

    def take(self, count: int, kind: str = "names") -> list[str]:
        """So many pages that nobody has asked for."""
        return [next(self.fresh[kind]) for _ in range(count)]

    @contextlib.contextmanager
    def proxy(self, replicas: Replicas, count: int | None = None) -> Iterator[str]:
        """The address of a proxy with an empty cache before the first replicas."""
        shutil.rmtree(self.place, ignore_errors=True)
        with proxying(self.nginx, self.place, replicas.addresses[:count], TRUSTED=BALANCER) as address:
            yield address

    @contextlib.contextmanager
    def proxy_again(self, replicas: Replicas) -> Iterator[str]:
        """The address of one with the cache of the last one."""
        with proxying(self.nginx, self.place, replicas.addresses, TRUSTED=BALANCER) as address:
            yield address

    @property
    def master(self) -> int:
        """The process of nginx whose children answer."""
        return int((self.place / "state" / "nginx.pid").read_text())


@dataclass(frozen=True)
class Visit:
    """One answer: what was asked for, when (time.perf_counter), its status, its tag, and a checksum of its body."""

    path: str
    encoding: str
    started: float
    status: int
    tag: str = ""
    digest: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What a build's answer to an address is known by, whatever its encoding."""
        return self.path, self.tag, self.digest


def ask(client: httpx.Client, path: str, encoding: str, known: Visit | None = None) -> Visit:
    """Ask for an answer, with the tag of an earlier one, whose body a 304 is."""
    headers = {"accept-encoding": encoding, "x-forwarded-for": somebody()["X_Forwarded_For"]}
    headers |= {"if-none-match": known.tag} if known else {}
    started, status, tag = time.perf_counter(), NO_ANSWER, ""
    try:
        with client.stream("GET", path, headers=headers) as answer:
            status, tag = CUT_OFF, answer.headers.get("etag", "")
            content = answer.read()
            status = answer.status_code
    except httpx.HTTPError:
        return Visit(path, encoding, started, status)
    if status == 304 and known:
        return Visit(path, encoding, started, status, tag, known.digest)
    return Visit(path, encoding, started, status, tag, hashlib.sha256(TIMED.sub(b"", content)).hexdigest())


def ask_all(address: str, paths: Sequence[str]) -> list[Visit]:
    """The answers to paths, in turn."""
    with httpx.Client(base_url=address, timeout=60, transport=httpx.HTTPTransport(local_address=BALANCER)) as client:
        return [ask(client, path, "gzip") for path in paths]


def know(server: Server, paths: Sequence[str]) -> set[tuple[str, str, str]]:
    """What a replica's answers are known by, asked without a proxy."""
    return {visit.identity for visit in ask_all(server.address, paths)}


@dataclass
class Readers:
    """Within it, some readers ask for paths in turn, in two encodings, every second time with the tag they have."""

    address: str
    paths: Sequence[str]
    count: int = 3
    visits: list[Visit] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def read(self, number: int) -> None:
        """One reader's visits."""
        known: dict[tuple[str, str], Visit] = {}
        transport = httpx.HTTPTransport(local_address=BALANCER)
        choose = random.Random(number)
        with httpx.Client(base_url=self.address, timeout=60, transport=transport) as client:
            while not self.is_over.is_set():
                place = (choose.choice(self.paths), choose.choice(ENCODINGS))
                visit = ask(client, *place, known.get(place) if choose.random() < 0.5 else None)
                self.visits.append(visit)
                if visit.tag:
                    known[place] = visit

    def __enter__(self) -> Readers:
        self.threads = [threading.Thread(target=self.read, args=[number]) for number in range(self.count)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def wait_for(self, more: int) -> None:
        """Wait until so many more visits are over."""
        wanted = len(self.visits) + more
        while len(self.visits) < wanted:
            time.sleep(0.02)
