"""Where the time of a page goes: its statements, each timed alone on a connection of its own, and the rest.

    python benchmarks/statements.py "papers searched" --size 25000     the kinds are those of benchmarks/serving.py
    python benchmarks/statements.py /phenomena/papers?_topic=others

Prints how long the page takes in this process, the time of each of its statements, and the rest: Datasette, templates,
and the way to the threads and back.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from addresses import find_kinds  # noqa: E402
from datasette.app import Datasette  # noqa: E402
from datasette.plugins import pm  # noqa: E402
from datasette.tracer import capture_traces, trace_child_tasks  # noqa: E402
from made_sites import CACHE, site_of  # noqa: E402
from phenomena_web.statements import bind, fetch_together  # noqa: E402

ANEW = {"cookie": "asked=anew"}  # for which no answer is taken from memory, nor kept
ROUNDS = 5
PATIENCE = 0.1  # seconds: a statement that takes longer is run once, a page three times


@dataclass(frozen=True)
class Statement:
    """A statement of a page, and how long it takes alone, in ms."""

    sql: str
    milliseconds: float


@dataclass(frozen=True)
class Page:
    """How long a page takes in this process, in ms, and the statements it runs."""

    milliseconds: float
    statements: tuple[Statement, ...]

    @property
    def sql_milliseconds(self) -> float:
        """Its statements alone, one after another."""
        return sum(one.milliseconds for one in self.statements)


@contextlib.contextmanager
def tracing() -> Iterator[list[dict[str, Any]]]:
    """The statements that run within: as Datasette's tracer notes them, and those that a page fetches together."""
    traces: list[dict[str, Any]] = []

    async def noted(datasette: Datasette, statements: Sequence[tuple[str, Mapping[str, Any]]]) -> Any:
        traces.extend(
            {"type": "sql", "database": "phenomena", "sql": sql, "params": bind(params)} for sql, params in statements
        )
        return await fetch_together(datasette, statements)

    with trace_child_tasks(), capture_traces(traces), contextlib.ExitStack() as patches:
        for plugin in (one for one in pm.get_plugins() if hasattr(one, "fetch_together")):
            patches.enter_context(patch.object(plugin, "fetch_together", noted))
        yield traces


class Reader:
    """A site in this process, without answers that are kept, and a connection to its database."""

    def __init__(self, folder: Path) -> None:
        settings = json.loads((folder / "settings.json").read_text("utf-8")) | {"sql_time_limit_ms": 60_000}
        self.site = Datasette(config_dir=folder, settings=settings)  # a slow statement is to be measured, not ended
        self.database = sqlite3.connect(f"file:{folder / 'phenomena.db'}?immutable=1", uri=True)

    async def open(self) -> None:
        """Start the site, and give the connection the functions of its plugins."""
        await self.site.invoke_startup()
        pm.hook.prepare_connection(conn=self.database, database="phenomena", datasette=self.site)

    def time_statement(self, sql: str, params: Mapping[str, Any] | Sequence[Any] | None) -> Statement:
        """Run a statement alone, often enough for a median."""
        times: list[float] = []
        while not times or (times[0] < PATIENCE and len(times) < ROUNDS):
            started = time.perf_counter()
            self.database.execute(sql, params or {}).fetchall()
            times.append(time.perf_counter() - started)
        return Statement(sql, 1000 * statistics.median(times))

    async def read_page(self, path: str) -> Page:
        """Ask for a page until it is warm, note its statements, and time them."""
        times: list[float] = []
        while len(times) < 2 or (times[1] < PATIENCE and len(times) < ROUNDS):
            with tracing() as traces:
                started = time.perf_counter()
                await self.site.client.get(path, headers=ANEW)
                times.append(time.perf_counter() - started)
        own = [one for one in traces if one["type"] == "sql" and one["database"] == "phenomena"]
        statements = tuple(self.time_statement(one["sql"], one["params"]) for one in own)
        return Page(1000 * statistics.median(times[1:]), statements)


async def read_pages(folder: Path, paths: Sequence[str]) -> dict[str, Page]:
    """What is found of each address."""
    reader = Reader(folder)
    await reader.open()
    return {path: await reader.read_page(path) for path in paths}


def print_page(path: str, page: Page) -> None:
    """The statements of a page, the longest first, and the rest."""
    print(f"{path}\n{page.milliseconds:9.2f} ms  the page in this process")
    print(f"{page.sql_milliseconds:9.2f} ms  its {len(page.statements)} statements, one after another, alone")
    print(f"{page.milliseconds - page.sql_milliseconds:9.2f} ms  the rest")
    together = defaultdict[str, list[float]](list)
    for statement in page.statements:
        together[" ".join(statement.sql.split())].append(statement.milliseconds)
    for sql, times in sorted(together.items(), key=lambda pair: -sum(pair[1])):
        print(f"{sum(times):9.2f} ms  {f'{len(times)} x ' if len(times) > 1 else ''}{sql[:180]}")


@click.command(help=__doc__)
@click.argument("kinds", nargs=-1, required=True)
@click.option("--size", default=581, show_default=True, help="Number of papers.")
@click.option("--cache", type=click.Path(path_type=Path), default=CACHE, help="Where built sites are kept.")
def main(kinds: tuple[str, ...], size: int, cache: Path) -> None:
    folder = site_of(size, cache)
    known = {kind.name: kind.ours[0] for kind in find_kinds(folder, 1)}
    if unknown := [name for name in kinds if name not in known and not name.startswith("/")]:
        raise click.UsageError(f"No kind is called {unknown[0]!r}. The kinds are: {', '.join(known)}.")
    for path, page in asyncio.run(read_pages(folder, [known.get(name, name) for name in kinds])).items():
        print_page(path, page)


if __name__ == "__main__":
    main()
