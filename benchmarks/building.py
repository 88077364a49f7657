"""How long a whole build takes and how much memory, by stage and size, beside what it can't do without.

    python benchmarks/building.py --size 254 --size 2500 --size 25000 [--json FILE]

The references are processes of their own too: the interpreter's start alone; reading the list and parsing it with
markdown-it-py as it comes (of large lists a heading at a time, so that the tokens of all need not be in memory); and
inserting the same rows into a new SQLite file, without indexes and full text. Medians of runs in turns; a size of more
than 10,000 papers runs once.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from made_sites import CACHE, build_command, list_of  # noqa: E402
from servers import read_together  # noqa: E402

RUNS, ONCE = 5, 10_000
FIGURES = ("wall", "processor")  # seconds
PARSE = """
import sys
from pathlib import Path
from markdown_it import MarkdownIt
text = Path(sys.argv[1]).read_text("utf-8")
for piece in [text] if len(text) < 5_000_000 else text.split("\\n### "):
    MarkdownIt().parse(piece)
"""
INSERT = """
import sqlite3, sys, time
source, target = sqlite3.connect(sys.argv[1]), sqlite3.connect(sys.argv[2])
target.execute("pragma synchronous = off")
wall = processor = 0
for name, sql in source.execute("select name, sql from sqlite_master where type = 'table'").fetchall():
    if "_fts" in name or name.startswith("sqlite_"):
        continue
    cursor = source.execute(f'select * from "{name}"')
    target.execute(sql)
    holes = ", ".join("?" * len(cursor.description))
    while rows := cursor.fetchmany(50_000):
        started = time.perf_counter(), time.process_time()
        target.executemany(f'insert into "{name}" values ({holes})', rows)
        wall, processor = wall + time.perf_counter() - started[0], processor + time.process_time() - started[1]
started = time.perf_counter(), time.process_time()
target.commit()
print(wall + time.perf_counter() - started[0], processor + time.process_time() - started[1])
"""


@dataclass(frozen=True)
class Run:
    """A process: seconds from start to end, seconds of processors, and the most MB that it and its children held."""

    wall: float
    processor: float
    peak: float
    output: str = ""


def run(command: Sequence[str], meter: bool = False) -> Run:
    """Run a process to its end. Raises CalledProcessError where it fails."""
    started, is_over, most = time.perf_counter(), threading.Event(), 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout

        def watch() -> None:
            nonlocal most
            while not is_over.wait(0.05):
                most = max(most, read_together(process.pid))

        watching = threading.Thread(target=watch)
        if meter:
            watching.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        is_over.set()
        if meter:
            watching.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Run(wall, usage.ru_utime + usage.ru_stime, most, output)


def middle(runs: Sequence[Run]) -> dict[str, float]:
    """The medians of some runs, and the most memory of any."""
    figures = {name: statistics.median(asdict(one)[name] for one in runs) for name in FIGURES}
    return figures | {"peak": max(one.peak for one in runs)}


def measure_size(size: int, cache: Path) -> dict[str, Any]:
    """Builds of a list of so many papers, their stages, and the references."""
    path = list_of(size, cache)
    with tempfile.TemporaryDirectory(dir=cache) as name:
        folder = Path(name)
        commands = {
            "start": [sys.executable, "-c", "pass"],
            "imports": [sys.executable, "-c", "import build"],
            "parser": [sys.executable, "-c", PARSE, str(path)],
            "build": build_command(size, cache, folder, folder / "stages.json"),
        }
        turns = [{name: run(one, name == "build") for name, one in commands.items()} for _ in range(runs_of(size))]
        figures: dict[str, Any] = {name: middle([turn[name] for turn in turns]) for name in commands}
        figures["stages"] = json.loads((folder / "stages.json").read_text())
        figures["build"]["peak"] = max(figures["build"]["peak"], *(one["peak"] for one in figures["stages"].values()))
        insert = [sys.executable, "-c", INSERT, str(folder / "phenomena.db"), str(folder / "rows.db")]
        figures["insert"] = dict(zip(FIGURES, map(float, run(insert).output.split()), strict=True))
        figures["bytes"] = (folder / "phenomena.db").stat().st_size
    return figures


def runs_of(size: int) -> int:
    """How often a size is built."""
    return RUNS if size <= ONCE else 1


def cost_per_entry(size: int, figures: dict[str, Any], figure: str = "wall") -> float:
    """Milliseconds per entry of a build, its start and imports left out."""
    return float(1000 * (figures["build"][figure] - figures["imports"][figure]) / size)


def print_size(size: int, figures: dict[str, Any]) -> None:
    """A size's figures, and its stages."""
    print(f"\n{size:,} papers          seconds  of processors   MB")
    for name in ("start", "imports", "parser", "build"):
        print(f"  {name:20}{figures[name]['wall']:9.2f}{figures[name]['processor']:13.2f}{figures[name]['peak']:9.0f}")
    print(f"  {'insert':20}{figures['insert']['wall']:9.2f}{figures['insert']['processor']:13.2f}")
    ratios = [[figures["build"][figure] / figures[name][figure] for figure in FIGURES] for name in ("parser", "insert")]
    print(f"  build / parser      {ratios[0][0]:9.2f}{ratios[0][1]:13.2f}")
    print(f"  build / insert      {ratios[1][0]:9.2f}{ratios[1][1]:13.2f}")
    print(
        f"  ms per entry        {cost_per_entry(size, figures):9.3f}{cost_per_entry(size, figures, 'processor'):13.3f}"
    )
    for name, stage in figures["stages"].items():
        print(f"  - {name:24}{stage['seconds']:3.2f}{stage['processor']:13.2f}{stage['peak']:9.0f}")


@click.command(help=__doc__)
@click.option("--size", "sizes", multiple=True, type=int, default=(254, 2_500), show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), default=CACHE, help="Where lists are kept.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write all figures to this file too.")
def main(sizes: tuple[int, ...], cache: Path, target: Path | None) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    measured = {}
    for size in sizes:
        measured[size] = measure_size(size, cache)
        print_size(size, measured[size])
    if target:
        target.write_text(json.dumps(measured, indent=1), "utf-8")


if __name__ == "__main__":
    main()
