"""What the guard holds and what it costs: `python benchmarks/guard.py FOLDER [CALLS]` prints the figures.

FOLDER is one that `datasette .` serves. CALLS (10,000) is how many calls of functions with odd arguments are made.
Pages are timed against the same folder without the guard's plugins.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from hostile_statements import Hostile, make_calls, read_hostile  # noqa: E402
from page_kinds import find_page_kinds, sql_path  # noqa: E402
from servers import start_server  # noqa: E402

GUARD = ("guard.py", "cost.py", "fair_share.py", "refusals.py", "web_rules.py", "outflow.py", "allowed.py")
ROUNDS = 15


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def run_hostile(name: str, folder: Path, statements: list[Hostile]) -> None:
    """Print, by family, how statements were answered and the longest of them."""
    server, times, answers = start_server(folder), defaultdict(list), defaultdict(lambda: defaultdict(int))
    with httpx.Client(base_url=server.address, timeout=120) as client:
        for one in statements:
            start = time.perf_counter()
            status = client.get("/phenomena.json", params={"sql": one.sql}).status_code
            times[one.family].append(time.perf_counter() - start)
            answers[one.family][status] += 1
    peak = server.end()
    print(f"\n{name}: {len(statements)} statements, peak memory {peak} MB")
    for family in times:
        told = ", ".join(f"{count} × {status}" for status, count in sorted(answers[family].items()))
        print(
            f"  {family:20} {told:28} median {statistics.median(times[family]):.3f} s, longest {max(times[family]):.3f}"
        )


async def time_pages(address: str, pages: list[str], rounds: int) -> tuple[list[float], int]:
    """Seconds that each page took, and how many failed."""
    times, failed = [], 0
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        for page in pages * rounds:
            start = time.perf_counter()
            failed += (await client.get(page)).status_code != 200
            times.append(time.perf_counter() - start)
    return times, failed


async def time_under_attack(address: str, pages: list[str]) -> tuple[list[float], int]:
    """The same while twenty clients send hostile statements without a pause."""
    statements = [one.sql for one in read_hostile()]
    ended = asyncio.Event()

    async def attack(first: int) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            number = first
            while not ended.is_set():
                await client.get("/phenomena.json", params={"sql": statements[number % len(statements)]})
                number += 1

    attacks = [asyncio.create_task(attack(number * 8)) for number in range(20)]
    try:
        return await time_pages(address, pages, 8)
    finally:
        ended.set()
        await asyncio.gather(*attacks)


def print_pages(folder: Path) -> None:
    """Print how long pages take, quiet and under attack."""
    server, pages = start_server(folder), [path for path in find_page_kinds(folder).values() if "sql=" not in path]
    for name, timing in (
        ("quiet", time_pages(server.address, pages, 8)),
        ("under 20 hostile clients", time_under_attack(server.address, pages)),
    ):
        times, failed = asyncio.run(timing)
        print(
            f"  {name:26} p50 {percentile(times, 0.5) * 1000:6.1f} ms  p99 {percentile(times, 0.99) * 1000:7.1f} ms"
            f"  {len(times)} pages, {failed} failed"
        )
    print(f"  peak memory {server.end()} MB")


@contextlib.contextmanager
def without_guard(folder: Path) -> Iterator[Path]:
    """The same folder without the guard's plugins."""
    with tempfile.TemporaryDirectory() as place:
        bare = Path(shutil.copytree(folder, Path(place) / "site", ignore=shutil.ignore_patterns(".git", ".venv")))
        for name in GUARD:
            (bare / "plugins" / name).unlink()
        yield bare


def print_ratio(folder: Path) -> None:
    """Print how pages and analysts' statements compare with and without the guard, taken in turns, either first."""
    blocks = (ROOT / "tests" / "analysts.sql").read_text("utf-8").strip().split("\n\n")
    statements = [sql_path(block.split("\n", 1)[1]).replace("?", ".json?", 1) for block in blocks]
    kinds = {"pages": list(find_page_kinds(folder).values()), "analysts' statements": statements}
    with without_guard(folder) as bare:
        guarded, open_server = start_server(folder), start_server(bare)
        for name, addresses in kinds.items():
            best = {server.address: defaultdict(lambda: 9.0) for server in (guarded, open_server)}
            with httpx.Client(timeout=30) as client:
                for _ in range(ROUNDS):
                    for address in addresses:
                        for place, fastest in random.sample(list(best.items()), 2):
                            start = time.perf_counter()
                            client.get(place + address).raise_for_status()
                            fastest[address] = min(fastest[address], time.perf_counter() - start)
            sums = [sum(fastest.values()) for fastest in best.values()]
            print(f"  {name:22} {sums[0]:.3f} s with, {sums[1]:.3f} s without: ratio {sums[0] / sums[1]:.3f}")
        guarded.end(), open_server.end()


def main() -> None:
    folder, calls = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    run_hostile("written by hand", folder, read_hostile())
    run_hostile("made from every function", folder, [Hostile("calls", (), sql) for sql in make_calls(calls)])
    print("\nplain pages")
    print_pages(folder)
    print("\nwith and without the guard, fastest of", ROUNDS)
    print_ratio(folder)


if __name__ == "__main__":
    main()
