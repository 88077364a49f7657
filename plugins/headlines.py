"""What a chart shows, as a sentence over it, computed from its rows; empty where the rows bear no claim.

`{{ headline.peak(rows, "topic", "year", "paper_count") or "Papers by topic" }}` says that a topic peaked, if one did.
Every function is pure: rows and names of columns in, text out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl

FEWEST = 20  # papers below which nothing is claimed of a series
PEAK_YEARS = 3
MOST_TIED = 3

Row = Mapping[str, Any]


def percent(part: float, whole: float) -> str:
    """A share in whole per cent; no share of some is shown as none, and none short of all as all.

    >>> percent(1, 3), percent(1, 1000), percent(999, 1000)
    ('33 %', '1 %', '99 %')
    """
    share = round(100 * part / whole)
    return f"{min(max(share, 1 if part else 0), 99 if part < whole else 100)} %"


def join(names: Sequence[object]) -> str:
    """A, B and C."""
    texts = [str(name) for name in names]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def span(first: int, last: int) -> str:
    """2020–22, 1999–2001, or 2020 alone."""
    return (
        str(first)
        if first == last
        else f"{first}–{last % 100:02}"
        if first // 100 == last // 100
        else f"{first}–{last}"
    )


def half(rows: Sequence[Row], year: str, value: str, verb: str = "are from") -> str:
    """The latest year since which at least half of all papers are; none where that is the first year with any."""
    counts = {row[year]: row[value] for row in sorted(rows, key=lambda row: row[year], reverse=True)}
    total = sum(counts.values())
    for start, reached in zip(counts, accumulate(counts.values()), strict=True):
        if total >= FEWEST and 2 * reached >= total:
            earlier = any(count for at, count in counts.items() if at < start)
            share = "Half" if 2 * reached == total else percent(reached, total)
            return f"{share} of the papers {verb} {start} or later" if earlier else ""
    return ""


def find_peak(counts: Mapping[int, int]) -> tuple[float, int, int] | None:
    """Share, first and last year of a peak: the fewest years, up to three, that hold over half of a series.

    None for a series that is small, that ends in its peak (it may still be rising), or whose spans are alike.
    """
    total = sum(counts.values())
    with_papers = [year for year, count in counts.items() if count]
    for length in range(1, PEAK_YEARS + 1):
        sums = {first: sum(counts.get(first + more, 0) for more in range(length)) for first in counts}
        best = max(sums.values(), default=0)
        starts = [first for first, count in sums.items() if count == best]
        if total >= FEWEST and 2 * best > total and len(starts) == 1:
            first, last = starts[0], starts[0] + length - 1
            return (best / total, first, last) if with_papers[0] < first and last < with_papers[-1] else None
    return None


def when(rows: Sequence[Row], year: str = "year", value: str = "paper_count") -> str:
    """`peaked in 2020–22` of one series, empty where it has no peak."""
    best = find_peak(dict(sorted((row[year], row[value]) for row in rows)))
    return f"peaked in {span(best[1], best[2])}" if best else ""


def peak(rows: Sequence[Row], series: str, year: str, value: str) -> str:
    """The series whose peak holds most of it: `Neural Collapse peaked in 2021–23`. No claim where two hold as much."""
    found = []
    for name in dict.fromkeys(row[series] for row in rows):
        counts = {row[year]: row[value] for row in rows if row[series] == name}
        if best := find_peak(dict(sorted(counts.items()))):
            found.append((*best, name))
    found.sort(key=lambda one: -one[0])
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return ""
    _, first, last, name = found[0]
    return f"{name} peaked in {span(first, last)}"


def busiest(rows: Sequence[Row], year: str, value: str, what: str) -> str:
    """The year with most: `2022 has the most papers: 123 of 580`; none where years tie."""
    ranked = sorted(rows, key=lambda row: -row[value])
    total = sum(row[value] for row in rows)
    if len(ranked) < 2 or total < FEWEST or ranked[0][value] == ranked[1][value]:
        return ""
    return f"{ranked[0][year]} has the most {what}: {ranked[0][value]:,} of {total:,}"


def most(rows: Sequence[Row], name: str, value: str, verb: str, what: str = "papers") -> str:
    """The first of a ranking, or the first few that tie: `A and B are listed most often, with 9 papers each`."""
    top = max((row[value] for row in rows), default=0)
    names = [row[name] for row in rows if row[value] == top]
    if not top or len(names) > MOST_TIED or len(rows) < 2 or len(names) == len(rows):
        return ""
    is_one = len(names) == 1
    return f"{join(names)} {'is' if is_one else 'are'} {verb}, with {top:,} {what}{'' if is_one else ' each'}"


def leaders(rows: Sequence[Row], name: str, value: str, what: str, total: int | None = None) -> str:
    """The fewest names, at most three, that hold over half: `ICLR and NeurIPS published 52 % of the papers …`, `what`
    being the papers that are counted, and `total` their number where the rows are only some of them.
    """
    sums: dict[str, int] = {}
    for row in rows:
        sums[row[name]] = sums.get(row[name], 0) + row[value]
    ranked, total = sorted(sums.items(), key=lambda one: -one[1]), total or sum(sums.values())
    for count in range(1, min(MOST_TIED, len(ranked) - 1) + 1):
        reached = sum(one for _, one in ranked[:count])
        if total >= FEWEST and 2 * reached > total and ranked[count - 1][1] > ranked[count][1]:
            names = join([one for one, _ in ranked[:count]])
            return f"{names} published {percent(reached, total)} of the {what}"
    return ""


def shares(rows: Sequence[Row]) -> str:
    """The highest share with code against the latest year's, where their 95 % intervals are apart; years of few are no
    evidence. `62 % of the papers of 2020 link code, none of those of 2025`.
    """
    known = sorted((row for row in rows if row["paper_count"] >= FEWEST), key=lambda row: row["year"])
    if len(known) < 2:
        return ""
    first, last, best = known[0], known[-1], max(known, key=lambda row: row["share"])
    share = {
        row["year"]: percent(row["with_code"], row["paper_count"]) if row["with_code"] else "none" for row in known
    }
    if best is last and first["high"] < last["low"]:
        year, before = last["year"], first["year"]
        return f"{share[year]} of the papers of {year} link code, up from {share[before]} in {before}"
    if last["high"] < best["low"]:
        year, later = best["year"], last["year"]
        return f"{share[year]} of the papers of {year} link code, {share[later]} of those of {later}"
    return ""


def usual(rows: Sequence[Row], label: str, value: str, what: str) -> str:
    """The class of most, where it has at least two fifths and no equal, put with its share into a sentence `what`."""
    total = sum(row[value] for row in rows)
    ranked = sorted(rows, key=lambda row: -row[value])
    if len(ranked) < 2 or total < FEWEST or 5 * ranked[0][value] < 2 * total or ranked[0][value] == ranked[1][value]:
        return ""
    return what.format(percent(ranked[0][value], total), ranked[0][label])


def of_years(papers: Iterable[Row]) -> list[Row]:
    """Papers with a month of submission, or numbers of them, counted by its year, as rows for `half`."""
    years: Counter[int] = Counter()
    for paper in papers:
        if paper["submitted"]:
            years[int(paper["submitted"][:4])] += paper.get("paper_count", 1)
    return [{"year": year, "paper_count": count} for year, count in sorted(years.items())]


@hookimpl
def extra_template_vars() -> dict[str, object]:
    parts = SimpleNamespace(
        when=when,
        half=half,
        peak=peak,
        busiest=busiest,
        most=most,
        leaders=leaders,
        shares=shares,
        usual=usual,
        of_years=of_years,
    )
    return {"headline": parts}
