"""The benchmarks: lists made for measuring, the addresses that are measured, and which budgets are met."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from addresses import FORMATS, PLAIN, SEARCHES, find_kinds
from budgets import Row, make_table, rows_of_building, rows_of_serving
from made_lists import make_list, make_lists
from plans import STATEMENTS
from sites import ROOT
from statements import read_pages

import build


def test_each_can_be_imported() -> None:
    """Most are run by hand only, so nothing else finds a name that moved."""
    names = ", ".join(sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py")))
    code = f"import sys; sys.path[:0] = ['benchmarks', 'tests', '.']; import {names}"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a made list of sixty papers."""
    folder = tmp_path_factory.mktemp("made")
    make_list(60, folder / "list.md")
    return folder


def test_a_made_list_is_read_without_errors(made: Path) -> None:
    records = build.read(str(made / "list.md"))
    assert [problem for problem in records.problems if problem.severity == "error"] == []
    assert (len(records.tables["papers"]), len(records.tables["changes"])) == (60, 60)
    assert len(records.tables["topics"]) == 9
    venues = Counter(bool(venue["kind"]) for venue in records.tables["venues"])
    assert venues[True] > venues[False]


def test_the_same_size_gives_the_same_list(made: Path, tmp_path: Path) -> None:
    make_list(60, tmp_path / "list.md")
    for name in ("list.md", "list.history.csv"):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()


def test_made_lists_share_papers(tmp_path: Path) -> None:
    tables = build.read(str(make_lists(3, tmp_path, 20))).tables
    columns = ("name", "entry_count", "paper_count", "own_paper_count")
    assert [tuple(row[name] for name in columns) for row in tables["lists"]] == [
        ("List 0", 20, 20, 12), ("List 1", 20, 20, 12), ("List 2", 20, 20, 12),
    ]  # fmt: skip
    assert len(tables["papers"]) == 48


def test_each_kind_is_measured_beside_a_page_of_the_same_data(made: Path) -> None:
    build.build(str(made / "list.md"), made / "phenomena.db", made / "metadata.yml")
    kinds = {kind.name: kind for kind in find_kinds(made, 2)}
    without_map = {"map", "map of a selection"}  # nobody has placed these papers
    assert (PLAIN.keys() | FORMATS.keys() | SEARCHES) - kinds.keys() == without_map
    assert all(len(kind.ours) == len(kind.plain) in (1, 2) for kind in kinds.values())
    assert not [one for kind in kinds.values() for one in kind.ours if not one.startswith("/") or "{" in one]
    author = kinds["CSV"].ours[0].rpartition("=")[2]
    through = "{%22table%22:%22paper_authors%22,%22column%22:%22author%22,%22value%22:%22" + author + "%22}"
    assert kinds["CSV"].plain[0] == (f"/phenomena/papers.csv?_through={through}",)


def test_all_statements_of_a_page_are_timed(folder: Path) -> None:
    """Those that Datasette runs, and those that the page fetches together in one trip to a thread."""
    [page] = asyncio.run(read_pages(folder, ["/phenomena/venues/iclr"])).values()
    found = [one.sql for one in page.statements]
    assert page.sql_milliseconds > 0 and len(found) == len(set(found))
    assert 'select * from venues where "id"=:p0' in found
    assert {STATEMENTS[name] for name in ("cards", "papers_of_venue", "years_of_venue")} <= set(found)


@pytest.mark.parametrize(
    ("row", "is_met"),
    [
        (Row("figure at its limit", 60, "ms", 60), True),
        (Row("figure over it", 60.1, "ms", 60), False),
        (Row("ratio at its limit", 20, "ms", 0.5, 40, of_reference=True), True),
        (Row("ratio over it, figure under it", 0.3, "ms", 0.5, 0.5, of_reference=True), False),
        (Row("ratio without its reference", 0.3, "ms", 0.5, of_reference=True), False),
        (Row("least, at its limit", 1_500, "/s", 1_500, at_least=True), True),
        (Row("least, under it", 1_499, "/s", 1_500, at_least=True), False),
        (Row("page that failed", float("inf"), "ms", 500), False),
    ],
    ids=lambda value: value.name if isinstance(value, Row) else "",
)
def test_a_budget_is_met_or_missed(row: Row, is_met: bool) -> None:
    assert row.is_met == is_met
    assert ("MISSED" in make_table([row])) != is_met


def kind(first: float, plain: float, again: float = 0.5, faults: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """The figures of a kind of page, in ms; it is served again at a thousand per `again` ms and second."""
    kept = {"processor": again, "rps": 1000 / again}
    ways = {"first": {"p50": first, "p99": 9 * first, "processor": first, "rps": 1000 / first}, "plain": {"p50": plain}}
    served = {"again": kept, "again, sixteen": kept, "longest statement": first / 2}
    return {**ways, **served, "faults": faults, "is_page": True}


def verdicts(rows: list[Row]) -> dict[str, tuple[float, bool, str]]:
    """Figure, verdict and note of each budget."""
    return {row.name.partition(", ")[2]: (row.figure, row.is_met, row.note) for row in rows}


def test_a_site_is_judged_by_its_slowest_page() -> None:
    kinds = {"front": kind(20, 60), "papers": kind(30, 20), "SQL": kind(9, 4, again=2)}
    assert verdicts(rows_of_serving(581, kinds)) == {
        "longest statement": (15, True, ""),
        "first time, page slowest beside plain": (9, False, "2 of 3 over: SQL 2.25, papers 1.5"),
        "first time, front page": (20, True, ""),
        "again, slowest on the server": (2, False, "1 of 3 over: SQL 2"),
        "again, fewest requests per second": (500, False, "1 of 3 under: SQL 500"),
    }


def test_a_large_site_is_judged_by_time_and_by_what_fails() -> None:
    kinds = {"front": kind(20, 60), "papers searched": kind(31, 90, faults=("/papers: 503",))}
    assert verdicts(rows_of_serving(25_000, kinds)) == {
        "longest statement": (float("inf"), False, "1 fail: papers searched: /papers: 503"),
        "slowest page, median": (31, True, ""),
        "slowest search or suggestion, median": (31, False, "1 of 1 over: papers searched 31"),
    }


def test_builds_are_judged_by_the_parser_and_by_each_other() -> None:
    def figures(wall: float, parser: float) -> Mapping[str, Any]:
        return {name: {"wall": one, "processor": one} for name, one in (("build", wall), ("parser", parser))}

    rows = rows_of_building({254: figures(0.6, 0.2), 2_500: figures(4, 1)}, {254: 1.0, 2_500: 1.4})
    assert [(row.name, row.ratio, row.is_met) for row in rows] == [
        ("254 papers, build", pytest.approx(3), True),
        ("build, processors' ms per entry (2,500 papers)", pytest.approx(1.4), False),
    ]
