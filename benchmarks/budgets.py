"""The budgets: what each figure may be at most or must be at least, beside its reference in the same run.

Rows are made of the figures that the other scripts give. A row without a reference is judged by its figure, and one
whose limit is a ratio by that of figure and reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addresses import SEARCHES

Figures = Mapping[str, Any]
SMALL, LARGE, HUGE = 2_500, 25_000, 250_000  # papers: below the first, and from the others on, other budgets hold
SQL_LIMIT = 500  # ms, as in settings.json


@dataclass(frozen=True)
class Row:
    """A budget: the most, or the least, that a figure may be; where `of_reference`, that its ratio to that may be."""

    name: str
    figure: float
    unit: str
    limit: float
    reference: float | None = None
    beside: str = ""  # what the reference is
    of_reference: bool = False
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure by its reference."""
        return self.figure / self.reference if self.reference else None

    @property
    def is_met(self) -> bool:
        """Whether the figure, or its ratio, keeps the limit. A ratio without its reference doesn't."""
        judged = self.ratio if self.of_reference else self.figure
        return judged is not None and (judged >= self.limit if self.at_least else judged <= self.limit)

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table says of it."""
        bound = f"{'at least' if self.at_least else 'at most'} {self.limit:g}{' x' if self.of_reference else ''}"
        reference = "" if self.reference is None else f"{write(self.reference)} {self.beside}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = "met" if self.is_met else "MISSED"
        return self.name, f"{write(self.figure)} {self.unit}", bound, verdict, ratio, reference, self.note


TITLES = ("budget", "figure", "limit", "", "ratio", "reference", "")


def write(value: float) -> str:
    """A figure with three digits that mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def make_table(rows: Iterable[Row]) -> str:
    """All rows in columns."""
    cells = [TITLES, *(row.cells for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(TITLES))]
    right = {1, 4}
    lines = (
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width) for column, (cell, width) in enumerate(pairs)
        )
        for pairs in (list(zip(row, widths, strict=True)) for row in cells)
    )
    return "\n".join(line.rstrip() for line in lines)


def worst(kinds: Mapping[str, Figures], cost: Callable[[Figures], float], limit: float) -> tuple[str, str]:
    """The kind that costs most, and a note on all that exceed a limit."""
    over = sorted((name for name in kinds if cost(kinds[name]) > limit), key=lambda name: -cost(kinds[name]))
    shown = ", ".join(f"{name} {write(cost(kinds[name]))}" for name in over[:4])
    note = f"{len(over)} of {len(kinds)} over: {shown}{', ...' if len(over) > 4 else ''}" if over else ""
    return max(kinds, key=lambda name: cost(kinds[name])), note


def rows_of_serving(size: int, kinds: Mapping[str, Figures]) -> list[Row]:
    """The budgets of a site of so many papers."""
    pages = {name: kind for name, kind in kinds.items() if kind["is_page"]}
    rows = [row_of_faults(size, kinds)]
    if size < SMALL:
        rows += [row_of_plain(size, pages), row_of_front(size, pages["front"]), *rows_of_again(size, kinds)]
    elif size < HUGE:
        searches = {name: kind for name, kind in kinds.items() if name in SEARCHES}
        rows += [row_of_time(f"{size:,} papers, slowest page, median", pages, "p50", 60)]
        rows += [row_of_time(f"{size:,} papers, slowest search or suggestion, median", searches, "p50", 30)]
    else:
        rows += [row_of_time(f"{size:,} papers, slowest page, 99 of 100", pages, "p99", 300)]
    return rows


def row_of_faults(size: int, kinds: Mapping[str, Figures]) -> Row:
    """No statement of any page may come to the SQL limit, and no address may fail."""
    slowest, note = worst(kinds, lambda kind: kind["longest statement"], SQL_LIMIT)
    figure = kinds[slowest]["longest statement"]
    failing = [f"{name}: {kind['faults'][0]}" for name, kind in kinds.items() if kind["faults"]]
    name = f"{size:,} papers, longest statement"
    if failing:
        return Row(name, float("inf"), "ms", SQL_LIMIT, note=f"{len(failing)} fail: {failing[0]}")
    return Row(name, figure, "ms", SQL_LIMIT, kinds[slowest]["first"]["p50"], f"its page ({slowest})", note=note)


def row_of_plain(size: int, pages: Mapping[str, Figures]) -> Row:
    """No page may be slower than a plain Datasette's with the same data."""

    def ratio(kind: Figures) -> float:
        return float(kind["first"]["p50"] / kind["plain"]["p50"])

    slowest, note = worst(pages, ratio, 1)
    first, plain = pages[slowest]["first"]["p50"], pages[slowest]["plain"]["p50"]
    name = f"{size:,} papers, first time, page slowest beside plain"
    return Row(name, first, "ms", 1, plain, f"plain ({slowest})", of_reference=True, note=note)


def row_of_front(size: int, front: Figures) -> Row:
    """The front page must be twice as fast as a plain Datasette's."""
    first, plain = front["first"]["p50"], front["plain"]["p50"]
    return Row(f"{size:,} papers, first time, front page", first, "ms", 0.5, plain, "plain", of_reference=True)


def rows_of_again(size: int, kinds: Mapping[str, Figures]) -> list[Row]:
    """An answer that is kept costs next to nothing: time of the processor, and requests per second of one process."""
    slowest, note = worst(kinds, lambda kind: kind["again"]["processor"], 1)
    cost, first = kinds[slowest]["again"]["processor"], kinds[slowest]["first"]["processor"]
    rows = [
        Row(f"{size:,} papers, again, slowest on the server", cost, "ms", 1, first, f"first ({slowest})", note=note)
    ]
    fewest, note = worst(kinds, lambda kind: -kind["again, sixteen"]["rps"], -1_500)
    rate, first = kinds[fewest]["again, sixteen"]["rps"], kinds[fewest].get("sixteen", kinds[fewest]["first"])["rps"]
    name = f"{size:,} papers, again, fewest requests per second"
    note = note.replace(" -", " ").replace("over", "under")
    return [*rows, Row(name, rate, "/s", 1_500, first, f"first ({fewest})", at_least=True, note=note)]


def row_of_time(name: str, kinds: Mapping[str, Figures], figure: str, limit: float) -> Row:
    """The slowest kind, first time, beside a plain Datasette."""
    slowest, note = worst(kinds, lambda kind: kind["first"][figure], limit)
    kind = kinds[slowest]
    return Row(name, kind["first"][figure], "ms", limit, kind["plain"][figure], f"plain ({slowest})", note=note)


def rows_of_building(sizes: Mapping[int, Figures], costs: Mapping[int, float]) -> list[Row]:
    """The budgets of builds; `costs` are ms per entry, of all processors: long lists are built by several."""
    rows = []
    for size, figures in sizes.items():
        wall, parser = figures["build"]["wall"], figures["parser"]["wall"]
        if size < SMALL:
            note = f"{figures['build']['processor'] / figures['parser']['processor']:.2f} by the processor's time"
            beside = "parser and interpreter"
            rows.append(Row(f"{size:,} papers, build", wall, "s", 3, parser, beside, of_reference=True, note=note))
        if size >= HUGE:
            rows.append(Row(f"{size:,} papers, build", wall, "s", 240, figures["insert"]["wall"], "inserts alone"))
            rows.append(Row(f"{size:,} papers, build, memory", figures["build"]["peak"], "MB", 1_500))
    if len(costs) > 1:
        most, least = max(costs, key=lambda size: costs[size]), min(costs, key=lambda size: costs[size])
        name, beside = f"build, processors' ms per entry ({most:,} papers)", f"ms ({least:,} papers)"
        rows.append(Row(name, costs[most], "ms", 1.3, costs[least], beside, of_reference=True))
    return rows


def rows_of_streams(size: int, figures: Figures) -> list[Row]:
    """The budgets of whole downloads and of a server that has started."""
    rows = []
    idle, plain = figures["idle"]["ours"], figures["idle"]["plain"]
    if size < SMALL:
        held, beside = sum(idle["PSS"].values()), sum(plain["PSS"].values())
        note = "server {server:.0f}, workers {workers:.0f}; RSS {0:.0f} and {1:.0f}".format(
            idle["RSS"]["server"], idle["RSS"]["workers"], **idle["PSS"]
        )
        rows.append(Row(f"{size:,} papers, idle server, PSS", held, "MB", 90, beside, "plain", note=note))
        return rows
    stream, bibtex = figures["CSV"], figures["BibTeX"]
    if size >= HUGE:
        rows.append(Row(f"{size:,} papers, start", idle["start"], "s", 2, plain["start"], "plain"))
    name = f"{size:,} papers, whole CSV"
    note = f"SQLite and csv alone {figures['alone']['rate']:.1f} MB/s"
    beside = figures["plain CSV"]["rate"]
    rows.append(Row(name, stream["rate"], "MB/s", 5, beside, "plain", at_least=True, note=note))
    rows.append(Row(f"{name}, memory growth", stream["growth"], "MB", 20, figures["plain CSV"]["growth"], "plain"))
    rows.append(Row(f"{name}, left early: work after it", figures["left"]["processor"], "s", 0.5))
    if size < HUGE:
        note = f"status {bibtex['status']}, first byte after {bibtex['first']:.2f} s"
        note += f"; RSS, with pages of the file, {bibtex['peak']:.0f}"
        own = bibtex["own"] if bibtex["status"] == 200 else float("inf")
        beside = figures["plain CSV"]["own"]
        rows.append(Row(f"{size:,} papers, .bib, memory", own, "MB", 200, beside, "plain, CSV", note=note))
    return rows


def rows_of_reader(ours: Mapping[str, Figures], plain: Figures) -> list[Row]:
    """What a reader with a phone waits for; the plain Datasette's front page has no chart, only its first paint."""
    front = ours["front"]
    heaviest, note = worst(ours, lambda page: page["bytes"] / 1000, 60)
    weight, asked = ours[heaviest]["bytes"] / 1000, f"{front['requests']:.0f} requests, plain {plain['requests']:.0f}"
    seen, paint = front["chart"], plain["paint"]
    return [
        Row(
            "phone, heaviest page with charts", weight, "KB", 60, plain["bytes"] / 1000, "plain's front page", note=note
        ),
        Row("phone, front page, first chart", seen, "ms", 1_000, paint, "plain's first paint", note=asked),
    ]


def count_met(rows: Sequence[Row]) -> str:
    """How many budgets are met."""
    return f"{sum(row.is_met for row in rows)} of {len(rows)} budgets met"
