"""What the sandbox holds and what it costs: `python benchmarks/sandbox.py FOLDER [BEFORE]` prints the figures.

FOLDER is one that `datasette .` serves. BEFORE is a clone of an earlier state, with its own `.venv`, to print its
figures beside. Adversarial clients run in a process of their own, so that they don't slow the clock.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import statistics
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from hostile_statements import Hostile, make_calls, make_long_steps, read_hostile  # noqa: E402
from page_kinds import find_page_kinds, sql_path  # noqa: E402
from servers import Meter, Server, list_children, start_server  # noqa: E402

CALLS, STEPS, ROUNDS, PAGE_ROUNDS = 1000, 400, 15, 6
SLOW = {"sql": "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"}
LONG = {"sql": "select printf('%080000d', 1) as x from papers limit 50", "_shape": "array"}


def start(folder: Path, is_before: bool) -> Server:
    return start_server(folder, python=folder / ".venv" / "bin" / "python" if is_before else None)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def run_statements(server: Server, name: str, statements: list[Hostile]) -> None:
    """Print how statements were answered, the slowest of them, and the memory of server and workers."""
    times, answers = list[float](), Counter[int]()
    with httpx.Client(base_url=server.address, timeout=120) as client, Meter(server) as meter:
        for one in statements:
            started = time.perf_counter()
            answers[client.get("/phenomena.json", params={"sql": one.sql}).status_code] += 1
            times.append(time.perf_counter() - started)
    over = sum(seconds > 0.8 for seconds in times)
    statuses = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    print(f"  {name:28} {statuses}; longest {max(times):.2f} s, {over} over 0.8 s; {meter.most} MB")


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
    statements = [one.sql for one in read_hostile()] + list(make_long_steps(100, seed))
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


def print_pages(server: Server, folder: Path) -> None:
    """Print how long pages take, quiet and under attack, and the memory of server and workers."""
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
    for name, times in (("quiet", quiet), ("under attack", attacked), ("/ under attack", front)):
        p50, p99 = (percentile(times, share) * 1000 for share in (0.5, 0.99))
        print(f"  {name:28} p50 {p50:6.1f} ms, p99 {p99:7.1f} ms, longest {max(times) * 1000:7.1f} ms")
    ratio = percentile(attacked, 0.99) / percentile(quiet, 0.99)
    print(f"  {'p99 under attack':28} {ratio:.1f} times the quiet one; {meter.most} MB")


def print_waiting(server: Server) -> None:
    """Print how long another visitor's statement waits behind eighteen slow ones, of the same address and of others."""

    def ask(arguments: dict[str, str], client: str) -> float:
        started = time.perf_counter()
        headers = {"x-forwarded-for": client}
        httpx.get(server.address + "/phenomena.json", params=arguments, headers=headers, timeout=120)
        return time.perf_counter() - started

    for name, others in (("of another address", "10.0.0.2"), ("of the same address", "10.0.0.1")):
        with ThreadPoolExecutor(18) as clients:
            slow = [clients.submit(ask, SLOW, "10.0.0.1") for _ in range(17)]
            time.sleep(0.2)
            waited = ask({"sql": "select 1"}, others)
            for one in slow:
                one.result()
        print(f"  {'a statement ' + name:28} waits {waited:.2f} s behind slow ones")


def print_kills(server: Server) -> None:
    """Print how sixty kills of workers were felt while answers of 4 MB travelled."""

    def ask(_: int) -> int:
        return httpx.get(server.address + "/phenomena.json", params=LONG, timeout=60).status_code

    with ThreadPoolExecutor(8) as clients:
        asked, answers = clients.map(ask, range(600)), Counter[int]()
        for number, status in enumerate(asked):
            answers[status] += 1
            if number % 10 == 0 and (workers := list_children(server.process.pid)):
                os.kill(random.choice(workers), signal.SIGKILL)
    statuses = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    print(f"  {'60 kills':28} {statuses}; later {Counter(ask(0) for _ in range(20))}")


def print_costs(servers: dict[str, Server]) -> None:
    """Print what analysts' statements cost more than before, taken in turns, the fastest of some rounds."""
    blocks = (ROOT / "tests" / "analysts.sql").read_text("utf-8").strip().split("\n\n")
    addresses = [sql_path(block.split("\n", 1)[1]).replace("?", ".json?", 1) for block in blocks]
    best: dict[str, dict[str, float]] = {name: defaultdict(lambda: 9.0) for name in servers}
    lengths = {}
    with httpx.Client(timeout=30) as client:
        for _ in range(ROUNDS):
            for address in addresses:
                for name, server in random.sample(list(servers.items()), len(servers)):
                    started = time.perf_counter()
                    answer = client.get(server.address + address).raise_for_status()
                    best[name][address] = min(best[name][address], time.perf_counter() - started)
                    lengths[address] = len(answer.content)
    more = {address: (best["now"][address] - best["before"][address]) * 1000 for address in addresses}
    for name, chosen in (("up to 100 KB", lambda size: size <= 100_000), ("longer", lambda size: size > 100_000)):
        some = [more[address] for address in addresses if chosen(lengths[address])]
        print(
            f"  {len(some):3} statements {name:14} median {statistics.median(some):+.2f} ms, most {max(some):+.2f} ms"
        )


def main() -> None:
    folders = dict(zip(("now", "before"), (Path(argument).resolve() for argument in sys.argv[1:3]), strict=False))
    for name, folder in folders.items():
        print(f"\n{name}: {folder}")
        server = start(folder, name == "before")
        run_statements(server, "written by hand", read_hostile())
        run_statements(server, "odd calls of every function", [Hostile("", (), sql) for sql in make_calls(CALLS)])
        run_statements(server, "long steps of every function", [Hostile("", (), sql) for sql in make_long_steps(STEPS)])
        print_pages(server, folder)
        print_waiting(server)
        if name == "now":
            print_kills(server)
        server.end()
    if len(folders) == 2:
        print("\nanalysts' statements, now against before, fastest of", ROUNDS)
        servers = {name: start(folder, name == "before") for name, folder in folders.items()}
        print_costs(servers)
        for server in servers.values():
            server.end()


if __name__ == "__main__":
    main()
