"""What thousands of lists cost: read by one process and by a Dask cluster, built as SQLite and as Parquet, and queried.

    python benchmarks/scheduler.py --lists 100     25,000 entries, in a few minutes
    python benchmarks/scheduler.py                 2,000 lists of 250 entries each

The cluster is a scheduler and two workers of one thread each on this machine; one worker is killed when it has read a
quarter of the lists. Times are of processors, with all processes that took part, because other programs may run too.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from building import Run  # noqa: E402
from building import run as run_command  # noqa: E402
from clusters import start_scheduler, start_workers  # noqa: E402
from made_lists import make_lists  # noqa: E402
from made_sites import CACHE, GENERATOR, hash_files  # noqa: E402
from servers import list_children, read_peak  # noqa: E402
from snippets import find_blocks  # noqa: E402

SIZE, WORKER_MB = 250, 512
RUNS = 5  # of a query
PARQUET = re.compile(r"'parquet/(\w+)/\*\.parquet'")
READ = """
import gc, sys, time
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from phenomena.reader.cluster import cluster_pool
from phenomena.reader.collection import collection_at
from phenomena.reader.many import read_lists
class Here(Executor):
    def submit(self, run, /, *values):
        future = Future()
        future.set_result(run(*values))
        return future
gc.disable()  # as a build does
lists = collection_at(sys.argv[1]).lists[: int(sys.argv[2])]
with cluster_pool(sys.argv[3]) if len(sys.argv) > 3 else nullcontext(Here) as pool:
    started, processor = time.perf_counter(), time.process_time()
    found, unread = read_lists(lists, pool=pool)
    assert not unread
    print(sum(len(one.reading.entries) for one in found), time.perf_counter() - started,
          time.process_time() - processor)
"""


def processor_seconds(process: int) -> float:
    """The time that a process has had of processors, on Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Cluster:
    """A scheduler and two workers, with the most memory that each of them ever held, in MB."""

    def __init__(self, address: str, scheduler: int, nanny: int) -> None:
        self.address, self.scheduler, self.nanny = address, scheduler, nanny
        self.peaks: dict[int, int] = {}
        self.is_over = threading.Event()
        self.killed: int | None = None

    @property
    def workers(self) -> list[int]:
        """The workers' processes; their starter begins a new one in place of one that died."""
        return [one for one in list_children(self.nanny) if b"spawn_main" in read_command(one)]

    def watch(self) -> None:
        """Note memory until it is over."""
        while not self.is_over.wait(1):
            for one in (self.scheduler, *self.workers):
                self.peaks[one] = max(self.peaks.get(one, 0), read_peak(one) or 0)

    def kill_after(self, count: int) -> None:
        """Kill a worker when so many tasks are done."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            while not self.is_over.wait(1) and not self.killed:
                if client.run_on_scheduler(count_done) >= count:
                    self.killed = self.workers[0]
                    os.kill(self.killed, signal.SIGKILL)

    def spent(self) -> float:
        """Seconds of processors that the scheduler and today's workers have had."""
        return sum(map(processor_seconds, (self.scheduler, *self.workers)))


def count_done(dask_scheduler: Any) -> int:
    """How many tasks a scheduler has seen done, but its own checks."""
    return sum(one.state_counts["memory"] for one in dask_scheduler.task_prefixes.values())


def read_command(process: int) -> bytes:
    """The command line of a process, empty where it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def start_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster whose memory is noted."""
    with (
        start_scheduler() as (scheduler, address),
        start_workers(address, folder, "--memory-limit", f"{WORKER_MB}MB", count=2) as nanny,
    ):
        cluster = Cluster(address, scheduler, nanny)
        watching = threading.Thread(target=cluster.watch)
        watching.start()
        try:
            yield cluster
        finally:
            cluster.is_over.set()
            watching.join()


def run(*words: str | Path) -> Run:
    """Run a Python process, and measure it with its children."""
    return run_command([sys.executable, *map(str, words)], meter=True)


def print_run(name: str, figures: Run, entries: int, more: str = "") -> None:
    """A line of the table."""
    each = 1000 * figures.processor / entries
    print(f"{name:44}{figures.wall:8.0f}{figures.processor:8.0f}{each:9.3f}{figures.peak:8.0f}  {more}")
    sys.stdout.flush()


def measure_reading(lists: Path, count: int, cluster: Cluster) -> None:
    """Reading alone: by one process, a tenth of the lists, and by the cluster, all."""
    alone = run("-c", READ, lists, str(max(count // 10, 10)))
    entries, wall, processor = map(float, alone.output.split())
    print_run("read, one process, a tenth of the lists", replace(alone, wall=wall, processor=processor), int(entries))
    before = cluster.spent()
    shared = run("-c", READ, lists, str(count), cluster.address)
    entries, wall, processor = map(float, shared.output.split())
    total = processor + cluster.spent() - before
    print_run("read, cluster, all its processes", replace(shared, wall=wall, processor=total), int(entries))
    print_run("  of it the reading command's", replace(shared, wall=wall, processor=processor), int(entries))


def measure_builds(lists: Path, count: int, cluster: Cluster, folder: Path) -> None:
    """Both builds, their checksums, and the memory of the cluster's processes, one of which is killed."""
    targets = ["--database", folder / "phenomena.db", "--metadata", folder / "metadata.yml"]
    figures = run("build.py", lists, *targets)
    print_run("build SQLite, local processes", figures, count * SIZE, f"{size_of(folder / 'phenomena.db'):.0f} MB")
    done = count + count // 4  # reading alone came first
    killer = threading.Thread(target=cluster.kill_after, args=[done])
    killer.start()
    figures = run("build.py", lists, "--parquet", folder / "parquet", "--scheduler", cluster.address)
    print_run("build Parquet, cluster, a worker killed", figures, count * SIZE, f"{size_of(folder / 'parquet'):.0f} MB")
    cluster.is_over.set()
    killer.join()
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        [(expected,)] = database.execute("select content_sha256 from source")
    found = json.loads((folder / "parquet" / "datapackage.json").read_text())["content_sha256"]
    print(f"rows of both: {expected[:12]} and {found[:12]}, {'the same' if found == expected else 'NOT THE SAME'}")
    assert found == expected and cluster.killed
    for process, peak in cluster.peaks.items():
        kind = "scheduler" if process == cluster.scheduler else "worker"
        print(f"most memory of {kind} {process}: {peak} MB{', killed' if process == cluster.killed else ''}")


def size_of(path: Path) -> float:
    """MB of a file, or of all in a folder."""
    return sum(one.stat().st_size for one in (path, *path.rglob("*")) if one.is_file()) / 1e6


def measure_queries(folder: Path) -> None:
    """The example queries of docs/scale.md, and the same in SQLite, in turns."""
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    [sql], [polars] = find_blocks(text, "sql"), find_blocks(text, "python")
    os.chdir(folder)
    import duckdb

    with closing(sqlite3.connect("phenomena.db")) as database:
        asked: dict[str, Callable[[], Any]] = {
            "SQLite": lambda: database.execute(PARQUET.sub(r"\1", sql)).fetchall(),
            "DuckDB on Parquet": lambda: duckdb.sql(sql).fetchall(),
            "Polars on Parquet": partial(exec, compile(polars, "scale.md", "exec"), {}),
        }
        times: dict[str, list[float]] = {name: [] for name in asked}
        for name in [*asked] * RUNS:
            started = time.perf_counter()
            asked[name]()
            times[name].append(time.perf_counter() - started)
    for name, seconds in times.items():
        print(f"the most frequent keywords, with code, {name}: {1000 * statistics.median(seconds):.0f} ms")


@click.command(help=__doc__)
@click.option("--lists", "count", default=2_000, show_default=True, help="How many lists of 250 entries.")
@click.option("--cache", type=click.Path(path_type=Path), default=CACHE, help="Where lists are kept.")
def main(count: int, cache: Path) -> None:
    lists = cache / f"lists-{hash_files(GENERATOR)}" / f"{count}x{SIZE}" / "lists.toml"
    if not lists.exists():
        make_lists(count, lists.parent, SIZE)
    with tempfile.TemporaryDirectory(dir=cache) as name:
        folder = Path(name)
        print(f"{count:,} lists, {count * SIZE:,} entries{'':14} seconds, of processors, ms per entry, MB at most")
        with start_cluster(folder) as cluster:
            measure_reading(lists, count, cluster)
            measure_builds(lists, count, cluster, folder)
        measure_queries(folder)


if __name__ == "__main__":
    main()
