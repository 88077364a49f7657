"""What the sandbox holds and what it costs: `python benchmarks/sandbox.py FOLDER` prints figures beside their bars.

FOLDER is one that `datasette .` serves. The cost of statements is taken against the same site without the sandbox. No
server keeps answers, so that each statement is run. Adversarial clients run in a process of their own, so that they
don't slow the clock. Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from adversarial_statements import GENERATED, read_statements  # noqa: E402
from clients import Client, percentile  # noqa: E402
from page_kinds import find_page_kinds, sql_path  # noqa: E402
from servers import Meter, Server, list_children, start_server  # noqa: E402

COUNTS = {"odd calls of every function": 1000, "long steps of every function": 400}
COUNT, ROUNDS, TIMES, PAGE_ROUNDS = 100, 51, 8, 6
MORE = {"up to": 1, "over": 4}  # ms that a statement may cost more, by whether its answer has 100 KB
MOST_SECONDS = 0.5 + 0.3  # the limit, and what a statement may last longer
MOST_MEGABYTES = 400
SLOW = {"sql": "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"}
LONG = {"sql": "select printf('%080000d', 1) as x from papers limit 50", "_shape": "array"}
LARGE = ("coauthors?_size=1000", "coauthors.json?_size=max", "coauthors.csv", "coauthors.json?_where=1&_size=max")
WITHOUT = "from datasette.plugins import pm\n\npm.unregister(name='sandbox')\n"
KEPT = {"PHENOMENA_CACHE_MB": "0"}  # each answer is made anew
MISSED: list[str] = []


def report(name: str, value: float, bar: float, unit: str, more: str = "") -> None:
    """Print a figure beside its bar, the most it may be; remember it where it is missed."""
    print(f"  {name:48} {value:8.2f} {unit:3} (bar {bar:g}){' MISSED' if value > bar else ''}  {more}")
    if value > bar:
        MISSED.append(name)


def count_statuses(statuses: list[int], allowed: set[int]) -> str:
    """How often each status came; another than the allowed ones is a miss."""
    counts = Counter(statuses)
    report("unexpected statuses", sum(counts[status] for status in counts.keys() - allowed), 0, "")
    return ", ".join(f"{count} × {status}" for status, count in sorted(counts.items()))


def measure_statements(server: Server, name: str, statements: list[str]) -> None:
    """How statements are answered, the slowest of them, and the memory of server and workers.

    A slow one is asked up to three times: a statement that runs long does so each time, a machine pauses once.
    """
    times, statuses = list[float](), list[int]()
    with httpx.Client(base_url=server.address, timeout=120) as client, Meter(server) as meter:
        for sql in statements:
            tries = list[float]()
            while len(tries) < 3 and not (tries and tries[-1] <= MOST_SECONDS):
                answer = client.get("/phenomena.json", params={"sql": sql})
                tries.append(answer.elapsed.total_seconds())
            statuses.append(answer.status_code)
            times.append(min(tries))
    report(name, max(times), MOST_SECONDS, "s", count_statuses(statuses, {200, 400}))
    report("  server and workers", meter.most, MOST_MEGABYTES, "MB")


async def time_pages(address: str, pages: list[str]) -> list[float]:
    """Seconds that each page took; infinite where it failed."""
    times = []
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        for page in pages * PAGE_ROUNDS:
            started = time.perf_counter()
            answer = await client.get(page)
            times.append(time.perf_counter() - started if answer.status_code == 200 else float("inf"))
    return times


def attack(address: str, seed: int) -> None:
    """Twenty clients that send adversarial statements without a pause, until the process is ended."""
    statements = [one.sql for one in read_statements()]
    statements += [sql for make in GENERATED.values() for sql in make(20)]
    random.Random(seed).shuffle(statements)

    async def send(first: int) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            number = first
            while True:
                await client.get("/phenomena.json", params={"sql": statements[number % len(statements)]})
                number += 1

    async def send_all() -> None:
        await asyncio.gather(*(send(number * 12) for number in range(20)))

    asyncio.run(send_all())


def measure_pages(server: Server, folder: Path) -> None:
    """How long pages take, quiet and under attack, and the memory of server and workers."""
    pages = [path for path in find_page_kinds(folder).values() if "sql=" not in path]
    quiet = asyncio.run(time_pages(server.address, pages))
    attackers = multiprocessing.get_context("spawn").Process(target=attack, args=(server.address, 1), daemon=True)
    attackers.start()
    with Meter(server) as meter:
        httpx.get(server.address + "/phenomena.json", params=SLOW, timeout=60)
        attacked = asyncio.run(time_pages(server.address, pages))
        front = asyncio.run(time_pages(server.address, ["/"] * 20))
    attackers.terminate()
    attackers.join()
    for name, times in (("quiet", quiet), ("under attack", attacked)):
        print(f"  pages, {name:20} p50 {percentile(times, 0.5) * 1000:.1f} ms, longest {max(times) * 1000:.1f} ms")
    calm, loud = percentile(quiet, 0.99), percentile(attacked, 0.99)
    report(
        "pages' p99 under attack, of the quiet one", loud / calm, 3, "×", f"{loud * 1000:.0f} / {calm * 1000:.0f} ms"
    )
    report("/ under attack, the longest", max(front), 1, "s")
    report("  server and workers", meter.most, MOST_MEGABYTES, "MB")


def measure_waiting(server: Server) -> None:
    """How long another visitor's statement waits behind seventeen slow ones, of the same address and of another."""

    def ask(arguments: dict[str, str], client: str) -> float:
        started = time.perf_counter()
        headers = {"x-forwarded-for": client}
        httpx.get(server.address + "/phenomena.json", params=arguments, headers=headers, timeout=120)
        return time.perf_counter() - started

    for name, client in (("of another address", "10.0.0.2"), ("of the same address", "10.0.0.1")):
        with ThreadPoolExecutor(18) as clients:
            slow = [clients.submit(ask, SLOW, "10.0.0.1") for _ in range(17)]
            time.sleep(0.2)
            waited = ask({"sql": "select 1"}, client)
            for one in slow:
                one.result()
        report(f"a statement {name} waits", waited, 6, "s")


def measure_kills(server: Server) -> None:
    """How sixty kills of workers are felt while answers of 4 MB travel."""

    def ask(_: int) -> int:
        return httpx.get(server.address + "/phenomena.json", params=LONG, timeout=60).status_code

    with ThreadPoolExecutor(8) as clients:
        statuses = list[int]()
        for number, status in enumerate(clients.map(ask, range(600))):
            statuses.append(status)
            if number % 10 == 0 and (workers := list_children(server.process.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(random.choice(workers), signal.SIGKILL)
    print("  60 kills:", count_statuses(statuses, {200, 400, 503}))
    print("  later statements:", count_statuses([ask(0) for _ in range(20)], {200}))


def measure_memory(server: Server) -> None:
    """What many long results, many large pages and many slow clients hold together."""

    def ask(path: str) -> int:
        return httpx.get(f"{server.address}/{path}", timeout=60).status_code

    long = f"phenomena.json?{urlencode(LONG)}"
    place = ("127.0.0.1", int(server.address.rpartition(":")[2]))
    for name, paths in (("long results", [long] * 40), ("large pages", [f"phenomena/{one}" for one in LARGE * 6])):
        with ThreadPoolExecutor(40) as clients, Meter(server) as meter:
            print(f"  {len(paths)} {name}:", count_statuses(list(clients.map(ask, paths)), {200, 503}))
        report(f"{name} at once: server and workers", meter.most, MOST_MEGABYTES, "MB")
    with Meter(server) as meter, contextlib.ExitStack() as clients:
        for _ in range(24):
            client = clients.enter_context(socket.create_connection(place, timeout=60))
            client.sendall(f"GET /{long} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            client.recv(12, socket.MSG_WAITALL)
    report("slow clients: server and workers", meter.most, MOST_MEGABYTES, "MB")


@contextlib.contextmanager
def without_sandbox(folder: Path) -> Iterator[Path]:
    """The same folder with a plugin that takes the sandbox out."""
    with tempfile.TemporaryDirectory() as name:
        plain = Path(name)
        (plain / "plugins").mkdir()
        (plain / "plugins" / "without_sandbox.py").write_text(WITHOUT)
        for path in [*folder.glob("plugins/*.py"), *folder.glob("[!.]*")]:
            if path.name != "plugins":
                (plain / path.relative_to(folder)).symlink_to(path)
        yield plain


def measure_costs(servers: dict[str, Server]) -> None:
    """What analysts' statements cost more than without the sandbox, by the median of pairs of answers in turn.

    One beyond its bar is asked on, and its new pairs join the others: the median of few differs by more than a bar from
    time to time where a statement takes long. Beside it stands the difference of the fastest answers, which a busy
    machine changes less.
    """
    text = (ROOT / "tests" / "analysts.sql").read_text("utf-8")
    blocks = (block.split("\n", 1) for block in text.strip().split("\n\n"))
    addresses = {title[3:]: sql_path(sql).replace("?", ".json?", 1) for title, sql in blocks}
    pairs: dict[str, list[dict[str, float]]] = {title: [] for title in addresses}
    with httpx.Client(base_url=servers["sandbox"].address, timeout=30) as client:
        lengths = {title: len(client.get(one).raise_for_status().content) for title, one in addresses.items()}
    kinds = {title: "over" if length > 100_000 else "up to" for title, length in lengths.items()}
    asked = list(addresses)
    with contextlib.ExitStack() as stack:
        clients = {name: stack.enter_context(Client(server.address)) for name, server in servers.items()}
        for _ in range(TIMES):
            for title in asked * ROUNDS:
                turns = random.sample(list(clients), 2)
                pairs[title].append({name: 1000 * clients[name].get(addresses[title]).seconds for name in turns})
            costs = {title: statistics.median(one["sandbox"] - one["plain"] for one in pairs[title]) for title in pairs}
            asked = [title for title in asked if costs[title] > MORE[kinds[title]]]
    best = {title: {name: min(one[name] for one in some) for name in servers} for title, some in pairs.items()}
    for kind, bar in MORE.items():
        slowest = sorted((-costs[title], title) for title in addresses if kinds[title] == kind)
        fastest = max(best[title]["sandbox"] - best[title]["plain"] for _, title in slowest)
        note = ", ".join(f"{title} {-more:+.2f}" for more, title in slowest[:3])
        middle = -statistics.median(more for more, _ in slowest)
        name = f"{len(slowest)} statements {kind} 100 KB, the most"
        report(
            name, -slowest[0][0], bar, "ms", f"({note}; median {middle:+.2f}; of the fastest at most {fastest:+.2f})"
        )


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    server = start_server(folder, **KEPT)
    print("adversarial statements: seconds until the answer")
    measure_statements(server, "written by hand", [one.sql for one in read_statements()])
    for family, make in GENERATED.items():
        measure_statements(server, family, list(make(COUNTS.get(family, COUNT))))
    print("pages and other visitors")
    measure_pages(server, folder)
    measure_waiting(server)
    server.end()
    patient = start_server(folder, "--setting", "sql_time_limit_ms", "10000", **KEPT)  # many clients share a processor
    measure_kills(patient)
    measure_memory(patient)
    patient.end()
    print(f"what analysts' statements cost more than without the sandbox, median of {ROUNDS} pairs or more")
    with without_sandbox(folder) as plain:
        servers = {"sandbox": start_server(folder, **KEPT), "plain": start_server(plain, **KEPT)}
        measure_costs(servers)
        for one in servers.values():
            one.end()
    sys.exit(f"missed: {', '.join(MISSED)}" if MISSED else 0)


if __name__ == "__main__":
    main()
