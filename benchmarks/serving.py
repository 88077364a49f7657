"""How fast a site answers, beside a plain Datasette of the same file: every kind of page and format.

    python benchmarks/serving.py --size 581 --size 25000 [--kind papers] [--json FILE]

Prints a line for each kind, times in ms: the first answer to an address (of 50 and of 99 in 100 requests), the plain
Datasette's answers with the same data and their ratio, those to the same address, the page's SQL alone, the processor's
time; the same address asked again; and requests per second, with one client and with sixteen.

The plain Datasette's pages with the same data are all those that a reader would have to open there for what our one
page shows: of a topic, its row, the table of its papers and its years; of a keyword, author or venue, the row and the
table of its papers; of a paper, the row and its related papers. `same` is the row alone, which names no paper.

All three servers are real ones with the settings of the site: two of ours, of which one keeps no answers, and the
plain one. They are asked in turns. The files lie in memory and the templates are compiled before the clock starts.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import httpx

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from addresses import Kind, find_kinds  # noqa: E402
from clients import Answer, Client, ask_together, percentile, processor_seconds, wait_until_idle  # noqa: E402
from made_sites import CACHE, serve, serve_plain, site_of  # noqa: E402
from servers import Server  # noqa: E402
from statements import read_pages  # noqa: E402

MOST_KEYS, CLIENTS = 8, 16
ROUNDS = 3  # of sixteen clients that ask for the same
FEWEST, MOST, SECONDS = 8, 40, 0.8  # requests of a kind with one client, and for how long it is asked
GAVE_UP = ("timed out", "interrupted", "took too long")
Figures = dict[str, Any]  # of one kind: a dict for each way of asking it, times in ms


def summarize(answers: Sequence[Answer], seconds: float, processor: float | None = None) -> dict[str, float]:
    """The percentiles of some answers, how many came in a second, and the processor's time of each, in ms."""
    times = [1000 * one.seconds for one in answers]
    figures = {"p50": statistics.median(times), "p99": percentile(times, 0.99), "rps": len(times) / seconds}
    figures |= {"bytes": statistics.median(one.size for one in answers), "requests": len(times)}
    return figures | ({} if processor is None else {"processor": 1000 * processor / len(times)})


def find_faults(address: str, paths: Sequence[str]) -> list[str]:
    """What is wrong with the answers to some addresses, each asked once."""
    faults = []
    with httpx.Client(base_url=address, timeout=120) as client:
        for path in dict.fromkeys(paths):
            answer = client.get(path)
            words = [words for words in GAVE_UP if words in answer.text] if answer.status_code == 200 else []
            if answer.status_code != 200 or words:
                faults.append(f"{path}: {answer.status_code} {', '.join(words)}".rstrip())
    return faults


def ask_in_turns(kind: Kind, ours: Server, plain: Server) -> Figures:
    """One client asks us and the plain Datasette's pages with the same data, in turns."""
    first, theirs = list[Answer](), list[Answer]()
    before, until = [processor_seconds(one) for one in (ours, plain)], time.perf_counter() + SECONDS
    with Client(ours.address) as our_client, Client(plain.address) as plain_client:
        while len(first) < FEWEST or (time.perf_counter() < until and len(first) < MOST):
            turn = len(first) % len(kind.ours)
            first.append(our_client.get(kind.ours[turn]))
            if time.perf_counter() < until or not theirs:
                theirs.append(add_up([plain_client.get(path) for path in kind.plain[turn]]))
    spent = [processor_seconds(one) - earlier for one, earlier in zip((ours, plain), before, strict=True)]
    figures = {"first": (first, spent[0]), "plain": (theirs, spent[1])}
    return {name: summarize(some, sum(one.seconds for one in some), cpu) for name, (some, cpu) in figures.items()}


def ask_same(kind: Kind, plain: Server) -> Figures:
    """The plain Datasette's page of our addresses, where it has one that isn't measured already."""
    paths = [path for path, elsewhere in zip(kind.ours, kind.plain, strict=True) if elsewhere != (path,)]
    if not paths or find_faults(plain.address, paths[:1]):
        return {}
    with Client(plain.address) as client:
        answers = [client.get(path) for path in paths * 2]
    return {"same address": summarize(answers[len(paths) :], sum(one.seconds for one in answers))}


def add_up(answers: Sequence[Answer]) -> Answer:
    """Answers that show together what one of ours shows."""
    return Answer(answers[0].status, sum(one.size for one in answers), sum(one.seconds for one in answers))


def ask_again(path: str, kept: Server) -> Figures:
    """The same address again and again: with one client, with one that has the answer already, and with sixteen.

    Sixteen share the processors with the server; of three rounds, each a fraction of a second, the middle one counts.
    """
    with Client(kept.address) as client:
        known = [client.get(path) for _ in range(3)]
        count = max(FEWEST, min(500, int(SECONDS / 2 / known[-1].seconds)))
        figures = {"again": ask_often(client, kept, path, count)}
        if known[-1].tag:
            figures["unchanged"] = ask_often(client, kept, path, count, If_None_Match=known[-1].tag)
    rounds = [ask_together(kept.address, [path] * max(CLIENTS, count), CLIENTS) for _ in range(ROUNDS)]
    together, seconds = sorted(rounds, key=lambda one: one[1])[ROUNDS // 2]
    return figures | {"again, sixteen": summarize(together, seconds)}


def ask_often(client: Client, server: Server, path: str, count: int, **headers: str) -> dict[str, float]:
    """One address, so many times."""
    before, started = processor_seconds(server), time.perf_counter()
    answers = [client.get(path, **headers) for _ in range(count)]
    seconds = time.perf_counter() - started
    return summarize(answers, seconds, processor_seconds(server) - before)


def ask_all_at_once(kind: Kind, ours: Server, plain: Server, first: float, theirs: float) -> Figures:
    """Sixteen clients ask for addresses of a kind, first ours and then the plain Datasette's of the same data."""
    figures = {}
    pages = tuple(path for paths in kind.plain for path in paths)
    for name, address, paths, each in (("", ours.address, kind.ours, first), (", plain", plain.address, pages, theirs)):
        count = max(CLIENTS, min(160, int(1000 * SECONDS / each)))
        if count * each / 1000 < 5 * SECONDS:
            answers, seconds = ask_together(address, [paths[turn % len(paths)] for turn in range(count)], CLIENTS)
            figures[f"sixteen{name}"] = summarize(answers, seconds)
    return figures


def measure_kind(kind: Kind, ours: Server, kept: Server, plain: Server) -> Figures:
    """All figures of a kind but its SQL."""
    pages = [path for paths in kind.plain for path in paths]
    faults = {"faults": find_faults(ours.address, kind.ours), "plain faults": find_faults(plain.address, pages)}
    figures = ask_in_turns(kind, ours, plain) | ask_same(kind, plain)
    at_once = ask_all_at_once(kind, ours, plain, figures["first"]["p50"], figures["plain"]["p50"])
    return faults | figures | ask_again(kind.ours[0], kept) | at_once | {"is_page": kind.is_page}


def measure_size(size: int, cache: Path, wanted: Sequence[str] = ()) -> dict[str, Figures]:
    """The figures of all kinds of a site, or of those wanted, a line printed for each."""
    folder = site_of(size, cache)
    kinds = [kind for kind in find_kinds(folder, MOST_KEYS) if not wanted or kind.name in wanted]
    pages = asyncio.run(read_pages(folder, [kind.ours[0] for kind in kinds]))
    measured: dict[str, Figures] = {}
    print(f"\n{size:,} papers\n{HEADER}")
    with ExitStack() as stack:
        ours = stack.enter_context(serve(folder, keeps=False))
        kept, plain = stack.enter_context(serve(folder)), stack.enter_context(serve_plain(folder))
        for server in (ours, kept, plain):
            wait_until_idle(server)
        for kind in kinds:
            page = pages[kind.ours[0]]
            longest = max((one.milliseconds for one in page.statements), default=0.0)
            sql = {"sql": page.sql_milliseconds, "statements": len(page.statements), "longest statement": longest}
            measured[kind.name] = measure_kind(kind, ours, kept, plain) | sql
            print(line(kind.name, measured[kind.name]), flush=True)
    return measured


COLUMNS = (
    *(("first p50", "first", "p50"), ("p99", "first", "p99"), ("CPU", "first", "processor")),
    *(("plain p50", "plain", "p50"), ("CPU", "plain", "processor"), ("same", "same address", "p50")),
    *(("again", "again", "p50"), ("CPU", "again", "processor"), ("1: req/s", "again", "rps")),
    *(("16: first", "sixteen", "rps"), ("plain", "sixteen, plain", "rps"), ("16: again", "again, sixteen", "rps")),
)
HEADER = f"{'':26}" + "".join(f"{title:>10}" for title, *_ in COLUMNS) + f"{'SQL':>9}{'/ plain':>9}{'CPU':>6}"


def line(name: str, figures: Figures) -> str:
    """A kind's figures, in columns."""
    cells = [figures.get(way, {}).get(figure) for _, way, figure in COLUMNS]
    ratios = [figures["first"][figure] / figures["plain"][figure] for figure in ("p50", "processor")]
    faults = f"  {len(figures['faults'])} faults: {figures['faults'][0]}" if figures["faults"] else ""
    note = "  plain: " + figures["plain faults"][0][-40:] if figures["plain faults"] else ""
    shown = "".join(f"{'-' if cell is None else f'{cell:.2f}':>10}" for cell in cells)
    return f"{name[:25]:26}{shown}{figures['sql']:9.2f}{ratios[0]:9.2f}{ratios[1]:6.2f}{faults}{note}"


@click.command(help=__doc__)
@click.option("--size", "sizes", multiple=True, type=int, default=(581,), show_default=True, help="Number of papers.")
@click.option("--kind", "wanted", multiple=True, help="Only this kind of page or format; all by default.")
@click.option("--cache", type=click.Path(path_type=Path), default=CACHE, help="Where built sites are kept.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write all figures to this file too.")
def main(sizes: tuple[int, ...], wanted: tuple[str, ...], cache: Path, target: Path | None) -> None:
    measured = {size: measure_size(size, cache, wanted) for size in sizes}
    if target:
        target.write_text(json.dumps(measured, indent=1), "utf-8")


if __name__ == "__main__":
    main()
