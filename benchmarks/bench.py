"""All budgets in one table, met or missed: `make bench`, or `make bench SIZES="254 581 2500 25000 250000"`.

    python benchmarks/bench.py [--size 581 ...] [--only serving ...]

Measures builds, serving, whole downloads, memory and a reader's phone, prints the figures of each as they come and the
budgets at the end, and writes all of it to results.json beside this file. README.md says how to read it.
"""

from __future__ import annotations

import json
import platform
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import building  # noqa: E402
import pages  # noqa: E402
import serving  # noqa: E402
import streams  # noqa: E402
from budgets import Row, count_met, make_table, rows_of_building, rows_of_reader, rows_of_serving  # noqa: E402
from budgets import rows_of_streams as rows_of_downloads  # noqa: E402
from made_sites import CACHE, EDITION, serve, serve_plain, site_of  # noqa: E402
from page_kinds import find_page_kinds  # noqa: E402

SIZES = (254, EDITION, 2_500, 25_000)
ONLY_BUILT = 2_500
WITH_CHARTS = ("front", "topic", "author", "keyword", "venue", "charts", "map")
Measured = tuple[dict[str, Any], list[Row]]


def measure_building(sizes: Sequence[int], cache: Path) -> Measured:
    """Builds of all sizes; the edition is served only."""
    figures = {}
    for size in sizes:
        if size != EDITION:
            figures[size] = building.measure_size(size, cache)
            building.print_size(size, figures[size])
    costs = {size: building.cost_per_entry(size, found, "processor") for size, found in figures.items()}
    return {str(size): found for size, found in figures.items()}, rows_of_building(figures, costs)


def measure_serving(sizes: Sequence[int], cache: Path) -> Measured:
    """Every kind of page and format."""
    figures = {size: serving.measure_size(size, cache) for size in sizes if size != ONLY_BUILT}
    rows = [row for size, kinds in figures.items() for row in rows_of_serving(size, kinds)]
    return {str(size): kinds for size, kinds in figures.items()}, rows


def measure_streams(sizes: Sequence[int], cache: Path) -> Measured:
    """Whole downloads, memory and start."""
    figures = {}
    for size in sizes:
        if size == EDITION or size > ONLY_BUILT:
            figures[size] = streams.measure_streams(size, cache) | {"idle": streams.measure_idle(size, cache)}
            streams.print_streams(size, figures[size])
    rows = [row for size, found in figures.items() for row in rows_of_downloads(size, found)]
    return {str(size): found for size, found in figures.items()}, rows


def measure_reader(_: Sequence[int], cache: Path) -> Measured:
    """The pages with charts of the edition on a phone."""
    folder = site_of(EDITION, cache)
    paths = {name: path for name, path in find_page_kinds(folder).items() if name in WITH_CHARTS}
    with serve(folder) as ours:
        figures = pages.measure(ours, paths)
    with serve_plain(folder) as server:
        plain = pages.measure(server, {"front": "/"})["front"]
    return {"ours": figures, "plain": plain}, rows_of_reader(figures, plain)


PARTS: dict[str, Callable[[Sequence[int], Path], Measured]] = {
    "building": measure_building,
    "serving": measure_serving,
    "streams": measure_streams,
    "reader": measure_reader,
}


@click.command(help=__doc__)
@click.option("--size", "sizes", multiple=True, type=int, default=SIZES, show_default=True, help="Number of papers.")
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), default=list(PARTS), help="Measure only this.")
@click.option("--cache", type=click.Path(path_type=Path), default=CACHE, help="Where lists and built sites are kept.")
@click.option("--json", "target", type=click.Path(path_type=Path), default=Path(__file__).with_name("results.json"))
def main(sizes: tuple[int, ...], only: tuple[str, ...], cache: Path, target: Path) -> None:
    started, rows, figures = time.perf_counter(), list[Row](), dict[str, Any]()
    cache.mkdir(parents=True, exist_ok=True)
    for name in only:
        print(f"\n# {name}", flush=True)
        figures[name], found = PARTS[name](sorted(sizes), cache)
        rows += found
    machine = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "machine": platform.platform()}
    judged = [asdict(row) | {"ratio": row.ratio, "is_met": row.is_met} for row in rows]
    target.write_text(json.dumps({"machine": machine, "budgets": judged, "figures": figures}, indent=1), "utf-8")
    print(f"\n# budgets\n{make_table(rows)}\n{count_met(rows)}; {time.perf_counter() - started:.0f} s; {target}")


if __name__ == "__main__":
    main()
