"""Headlines of charts: what is claimed of rows, and where nothing is, for they bear no claim."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from types import ModuleType

import pytest
from sites import ROOT

Rows = list[dict[str, object]]


def load_headlines() -> ModuleType:
    """The plugin as a module; plugins are files that Datasette loads by path."""
    spec = importlib.util.spec_from_file_location("headlines_plugin", ROOT / "plugins" / "headlines.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


headlines = load_headlines()


def by_year(counts: Mapping[int, int], **more: object) -> Rows:
    return [{"year": year, "n": count, **more} for year, count in counts.items()]


def ranked(**counts: int) -> Rows:
    return [{"name": name, "n": count} for name, count in counts.items()]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({2020: 10, 2021: 5, 2022: 10, 2023: 15}, "62 % of the papers are from 2022 or later"),
        ({2020: 20, 2021: 10, 2022: 10}, "Half of the papers are from 2021 or later"),
        ({2020: 1, 2021: 999}, "99 % of the papers are from 2021 or later"),
        ({2021: 999, 2020: 1}, "99 % of the papers are from 2021 or later"),  # in any order
        ({}, ""),
        ({2020: 0, 2021: 0}, ""),
        ({2020: 100}, ""),  # one year
        ({2020: 0, 2021: 100}, ""),  # all are
        ({2020: 60, 2021: 40}, ""),  # half is reached with the first only
        ({2020: 9, 2021: 10}, ""),  # too few to speak of
    ],
)
def test_from_which_year_on_half_of_all_are(counts: dict[int, int], words: str) -> None:
    assert headlines.half(by_year(counts), "year", "n") == words


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({2019: 5, 2020: 30, 2021: 5}, (0.75, 2020, 2020)),
        ({2018: 1, 2019: 8, 2020: 8, 2021: 8, 2022: 5}, (24 / 30, 2019, 2021)),
        ({2018: 1, 2020: 30, 2022: 1}, (30 / 32, 2020, 2020)),  # years between are zeros
        ({}, None),
        ({2020: 50}, None),  # one year
        (dict.fromkeys(range(2015, 2025), 10), None),  # flat
        ({2019: 5, 2020: 5, 2021: 30}, None),  # ends in its highest, and may be rising
        ({2019: 5, 2020: 5, 2021: 30, 2022: 0}, None),  # zeros after it are no fall
        ({2019: 30, 2020: 5, 2021: 5}, None),  # begins in it
        ({2019: 1, 2020: 9, 2021: 9, 2022: 0, 2023: 9, 2024: 9, 2025: 1}, None),  # two peaks
        ({2019: 1, 2020: 17, 2021: 1}, None),  # too few
        ({2018: 6, 2019: 6, 2020: 9, 2021: 9, 2022: 9, 2023: 9, 2024: 6}, None),  # none holds more than half
    ],
)
def test_a_peak_is_the_shortest_span_inside_that_holds_over_half(
    counts: dict[int, int], found: tuple[float, int, int] | None
) -> None:
    assert headlines.find_peak(counts) == found
    when = headlines.when(by_year(counts), "year", "n")
    assert when == (f"peaked in {headlines.span(*found[1:])}" if found else "")


@pytest.mark.parametrize(
    ("series", "words"),
    [
        ({"A": {2019: 5, 2020: 30, 2021: 5}, "B": {2019: 9, 2020: 30, 2021: 9}}, "A peaked in 2020"),
        ({"<B>": {1998: 4, 1999: 9, 2000: 9, 2001: 4}, "A": {2019: 1}}, "<B> peaked in 1999–2000"),
        ({"A": {2019: 5, 2020: 30, 2021: 5}, "B": {2019: 5, 2021: 30, 2022: 5}}, ""),  # a tie
        ({"A": {2019: 10, 2020: 10}, "B": {2019: 10, 2020: 10}}, ""),
        ({}, ""),
    ],
)
def test_the_series_with_the_clearest_peak_is_named(series: dict[str, dict[int, int]], words: str) -> None:
    rows = [row for name, counts in series.items() for row in by_year(counts, name=name)]
    assert headlines.peak(rows, "name", "year", "n") == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({2021: 400, 2022: 1200, 2023: 3}, "2022 has the most papers: 1,200 of 1,603"),
        ({2021: 20, 2022: 20}, ""),
        ({2021: 20}, ""),
        ({2021: 2, 2022: 3}, ""),
        ({}, ""),
    ],
)
def test_the_year_of_most(counts: dict[int, int], words: str) -> None:
    assert headlines.busiest(by_year(counts), "year", "n", "papers") == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"Ann": 14, "Bo": 12}, "Ann is listed most often, with 14 papers"),
        ({"Ann": 9, "Bo": 9, "Cy": 2}, "Ann and Bo are listed most often, with 9 papers each"),
        ({"Ann": 9, "Bo": 9, "Cy": 9, "Di": 8}, "Ann, Bo and Cy are listed most often, with 9 papers each"),
        ({"Ann": 9, "Bo": 9, "Cy": 9, "Di": 9, "Ed": 1}, ""),
        ({"Ann": 9, "Bo": 9}, ""),  # all alike
        ({"Ann": 9}, ""),
        ({"Ann": 0, "Bo": 0}, ""),
        ({}, ""),
    ],
)
def test_the_first_of_a_ranking(counts: dict[str, int], words: str) -> None:
    assert headlines.most(ranked(**counts), "name", "n", "listed most often") == words


@pytest.mark.parametrize(
    ("counts", "total", "words"),
    [
        ({"A": 30, "B": 10, "C": 5}, None, "A published 67 % of the papers with a venue"),
        ({"A": 10, "B": 9, "C": 9}, 36, ""),  # B and C are alike: which would be named?
        ({"A": 10, "B": 9, "C": 8, "D": 1}, 40, "A, B and C published 68 % of the papers with a venue"),
        ({"A": 10, "B": 9, "C": 8, "D": 1}, 100, ""),
        ({"A": 10, "B": 10}, None, ""),
        ({"A": 30}, None, ""),
        ({}, None, ""),
    ],
)
def test_the_fewest_that_hold_over_half(counts: dict[str, int], total: int | None, words: str) -> None:
    assert headlines.leaders(ranked(**counts), "name", "n", "papers with a venue", total) == words


def share(year: int, with_code: int, papers: int, low: float, high: float) -> dict[str, object]:
    counts = {"with_code": with_code, "paper_count": papers, "share": with_code / papers}
    return {"year": year, **counts, "low": low, "high": high}


RISE = [share(2020, 10, 100, 0.05, 0.17), share(2021, 30, 100, 0.2, 0.4), share(2022, 60, 100, 0.5, 0.7)]
FALL = [*RISE, share(2023, 0, 40, 0.0, 0.09)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (RISE, "60 % of the papers of 2022 link code, up from 10 % in 2020"),
        (FALL[::-1], "60 % of the papers of 2022 link code, none of those of 2023"),
        ([*RISE, share(2023, 0, 3, 0.0, 0.5)], "60 % of the papers of 2022 link code, up from 10 % in 2020"),
        ([share(2020, 10, 100, 0.05, 0.17), share(2021, 12, 100, 0.06, 0.2)], ""),  # within their intervals
        ([RISE[0], {**RISE[0], "year": 2021}], ""),
        (RISE[:1], ""),
        ([share(2020, 1, 2, 0.1, 0.9), share(2021, 2, 2, 0.95, 1.0)], ""),  # too few
        ([], ""),
    ],
)
def test_shares_are_compared_where_their_intervals_are_apart(rows: Rows, words: str) -> None:
    assert headlines.shares(rows) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"same month": 46, "later": 54 - 20, "much later": 20}, "most often same month (46 %)"),
        ({"a": 50, "b": 50}, ""),
        ({"a": 39, "b": 31, "c": 30}, ""),  # under two fifths
        ({"a": 10, "b": 5}, ""),
        ({"a": 100}, ""),
        ({}, ""),
    ],
)
def test_the_usual_class(counts: dict[str, int], words: str) -> None:
    assert headlines.usual(ranked(**counts), "name", "n", "most often {1} ({0})") == words


def test_papers_are_counted_by_their_year_of_submission() -> None:
    papers = [{"submitted": month} for month in ("2022-03", None, "2020-12", "2022-01")]
    assert headlines.of_years(papers) == [{"year": 2020, "paper_count": 1}, {"year": 2022, "paper_count": 2}]
    assert headlines.of_years([]) == []
