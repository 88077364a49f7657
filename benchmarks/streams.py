"""Whole downloads and idle servers: how fast rows come, and the memory that a server holds meanwhile.

    python benchmarks/streams.py --size 25000 [--json FILE]

Asks for the CSV of all papers, uncompressed as pandas does, beside a plain Datasette's and beside SQLite and the module
csv alone on the same rows; leaves it after its first megabyte and notes what the server still does; asks for the other
formats of all papers. Meanwhile it asks for a small page again and again: the slowest answer of that is the stall.
Memory is that of the server and its workers: held alone (PSS), and with what they share (RSS).
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from clients import Client, wait_until_idle  # noqa: E402
from made_sites import CACHE, serve, serve_plain, site_of  # noqa: E402
from servers import Meter, Server, Watch, list_children  # noqa: E402

WHOLE = {  # downloads of all papers; the first is asked of a server that has done nothing yet
    "BibTeX": "/phenomena/papers.bib",
    "CSV": "/phenomena/papers.csv?_stream=on",
    "for spreadsheets": "/phenomena/papers.sheet",
    "RIS": "/phenomena/papers.ris",
    "CSL-JSON": "/phenomena/papers.csl",
    "screening": "/phenomena/screening.csv?_stream=on",
}
SMALL = "/-/versions.json"
MEGABYTE = 2**20
Figures = dict[str, Any]


def memory_of(server: Server) -> Figures:
    """PSS and RSS in MB of a server, and of its workers together, on Linux."""

    def held(process: int, kind: str) -> float:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        found = re.search(rf"^{kind}:\s+(\d+) kB", text, re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0

    workers = list_children(server.process.pid)
    return {
        kind.upper(): {"server": held(server.process.pid, kind), "workers": sum(held(one, kind) for one in workers)}
        for kind in ("Pss", "Rss")
    } | {"worker processes": len(workers)}


class Reader(Watch):
    """Within it, a small page is asked for every 50 ms; `slowest` is its slowest answer, in seconds."""

    def __init__(self, server: Server) -> None:
        super().__init__(0.05)
        self.client, self.slowest = Client(server.address), 0.0

    def look(self) -> None:
        self.slowest = max(self.slowest, self.client.get(SMALL).seconds)

    def run(self) -> None:
        with self.client:
            super().run()


def download(server: Server, path: str, most: int | None = None) -> Figures:
    """Read an answer to its end or to a number of bytes: status, bytes, seconds, and the memory it cost.

    `first` is the time until the first byte of the body, `rate` in MB a second, `stall` the slowest answer of a small
    page meanwhile. Memory is that of server and workers, in MB: `peak` the most, `own` without the pages of files,
    `growth` what was added to that after the first megabyte.
    """
    before, started = memory_of(server)["RSS"], time.perf_counter()
    connecting = closing(HTTPConnection(*place_of(server), timeout=600))
    with connecting as connection, Meter(server) as meter, Reader(server) as reader:
        connection.request("GET", path)
        answer = connection.getresponse()
        size = len(answer.read(1))
        first, early = time.perf_counter() - started, 0
        while (data := answer.read(65_536)) and (most is None or size < most):
            size += len(data)
            early = early or (meter.most_own if size > MEGABYTE else 0)
        seconds = time.perf_counter() - started
    figures = {"status": answer.status, "bytes": size, "first": first, "seconds": seconds, "peak": meter.most}
    return figures | {
        "own": meter.most_own,
        "before": sum(before.values()),
        "growth": meter.most_own - (early or meter.most_own),
        "stall": reader.slowest,
        "rate": size / seconds / 1e6,
    }


def place_of(server: Server) -> tuple[str, int]:
    """Host and port of a server."""
    host, port = server.address.removeprefix("http://").split(":")
    return host, int(port)


def write_rows(folder: Path) -> Figures:
    """The same CSV from SQLite and the module csv alone."""
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?immutable=1", uri=True)) as database:
        started, size = time.perf_counter(), 0
        rows = database.execute("select * from papers order by submitted desc, id")
        while some := rows.fetchmany(1_000):
            text = io.StringIO()
            csv.writer(text).writerows(some)
            size += len(text.getvalue().encode())
    seconds = time.perf_counter() - started
    return {"bytes": size, "seconds": seconds, "rate": size / seconds / 1e6}


def measure_streams(size: int, cache: Path) -> Figures:
    """The downloads of a site of so many papers."""
    folder = site_of(size, cache)
    figures: Figures = {"alone": write_rows(folder)}
    with serve_plain(folder) as plain:
        figures["plain CSV"] = download(plain, WHOLE["CSV"], most=20 * MEGABYTE)  # later pages take ever longer
    with serve(folder, keeps=False) as ours:
        wait_until_idle(ours)
        figures |= {name: download(ours, path) for name, path in WHOLE.items()}
        wait_until_idle(ours)
        download(ours, WHOLE["CSV"], most=MEGABYTE)
        figures["left"] = {"processor": wait_until_idle(ours)}
    return figures


def print_streams(size: int, figures: Figures) -> None:
    """A line for each download, and for each server."""
    print(
        f"\n{size:,} papers       status      MB   seconds    MB/s  / CSV  first byte   stall"
        "  before, peak, growth, own memory"
    )
    for name in (*WHOLE, "plain CSV"):
        one = figures[name]
        shown = f"{one['bytes'] / 1e6:8.2f}{one['seconds']:10.2f}{one['rate']:8.2f}"
        more = f"{one['seconds'] / figures['CSV']['seconds']:7.2f}{one['first']:12.3f}{one['stall']:8.3f}"
        memory = f"{one['before']:15.0f}{one['peak']:6d}{one['growth']:8d}{one['own']:8d}"
        print(f"{name:20}{one['status']:6}{shown}{more}{memory}")
    print(f"SQLite and csv alone {figures['alone']['rate']:.2f} MB/s")
    print(f"work for a client that left after a megabyte {figures['left']['processor']:.3f} s")
    for name, one in figures["idle"].items():
        held = ", ".join(f"{kind} {one[kind]['server']:.0f} + {one[kind]['workers']:.0f} MB" for kind in ("PSS", "RSS"))
        print(f"idle, {name}: server and workers {held}; start {one['start']:.2f} s", flush=True)


def measure_idle(size: int, cache: Path) -> Figures:
    """What idle servers hold, and the seconds until they answer: ours and a plain one."""
    folder = site_of(size, cache)
    figures: Figures = {}
    starts: dict[str, Callable[[Path], Server]] = {"ours": serve, "plain": serve_plain}
    for name, start in starts.items():
        started = time.perf_counter()
        with start(folder) as server:
            seconds = time.perf_counter() - started
            wait_until_idle(server)
            figures[name] = memory_of(server) | {"start": seconds}
    return figures


@click.command(help=__doc__)
@click.option("--size", "sizes", multiple=True, type=int, default=(581,), show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), default=CACHE, help="Where built sites are kept.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write all figures to this file too.")
def main(sizes: tuple[int, ...], cache: Path, target: Path | None) -> None:
    figures = {size: measure_streams(size, cache) | {"idle": measure_idle(size, cache)} for size in sizes}
    for size, found in figures.items():
        print_streams(size, found)
    if target:
        target.write_text(json.dumps(figures, indent=1), "utf-8")


if __name__ == "__main__":
    main()
