"""Positions of the papers on the map: the rows of its file, and places for papers that the file doesn't have.

The file lies beside its list and is named after it: `phenomena.positions.csv` beside `phenomena.md`. A layout may come
out differently on another machine; a database made from the file doesn't. A paper that the list got later is put beside
its related papers, and moves no other.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from ..reader.source import ListError, is_address

SHARE = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")  # 0.4375
NUMBER = re.compile(r"[1-9][0-9]{0,5}")
EDGE = 0.01
NEAR, AROUND = 0.02, 0.06  # how far from its relatives, and from the middle of its topic, a later paper may be put


@dataclass(frozen=True)
class Position:
    """A place on the map: `x` from 0 (left) to 1, `y` from 0 (top) to 1; and the number of its cluster, if any."""

    x: float
    y: float
    cluster: int | None


Tie = tuple[str, str, float]  # two papers, and how alike they are
COLUMNS = ["paper", *(column.name for column in fields(Position))]


def positions_path(location: Path) -> Path:
    """Where the positions of a list are kept: `phenomena.positions.csv` for `phenomena.md`."""
    return location.with_suffix(".positions.csv")


def write_positions(positions: Mapping[str, Position]) -> str:
    """The text of a positions file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((paper, *astuple(position)) for paper, position in positions.items())
    return text.getvalue()


def positions_beside(location: str) -> dict[str, Position] | None:
    """The positions in the file beside a list; None where there is no such file. Raises ListError."""
    path = positions_path(Path(location))
    return read_positions(path) if not is_address(location) and path.exists() else None


def read_positions(path: Path) -> dict[str, Position]:
    """Paper to position, as a file has them. Raises ListError, with the line, where it can't be read."""
    found: dict[str, Position] = {}
    try:
        rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""), strict=True)
        if next(rows, None) != COLUMNS:
            raise ListError(f"{path}, line 1: the columns are not {', '.join(COLUMNS)}. Recreate it with --place.")
        for row in rows:
            place = f"{path}, line {rows.line_num}"
            if row and row[0] in found:
                raise ListError(f"{place}: {row[0]} has a position already. Delete one of the two lines.")
            found[row[0] if row else ""] = parse_position(row, place)
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise ListError(f"{path}: can't be read ({error}). Recreate it with --place, or delete it.") from None
    return found


def parse_position(row: Sequence[str], place: str) -> Position:
    """One row, checked. Raises ListError."""
    if len(row) != len(COLUMNS):
        raise ListError(f"{place}: has {len(row)} fields instead of {len(COLUMNS)}. Recreate it with --place.")
    paper, x, y, cluster = row
    if not (paper and SHARE.fullmatch(x) and SHARE.fullmatch(y) and (not cluster or NUMBER.fullmatch(cluster))):
        needed = "needs a paper, x and y from 0 to 1, and the number of a cluster or nothing"
        raise ListError(f"{place}: {needed}. Correct it, or recreate the file with --place.")
    return Position(float(x), float(y), int(cluster) if cluster else None)


def settle(
    stored: Mapping[str, Position], topics: Mapping[str, str | None], ties: Iterable[Tie]
) -> dict[str, Position]:
    """The position of each listed paper, in the order of `topics`, which maps it to its first topic.

    A paper that isn't stored is put beside the placed papers that are related to it, round by round: those of one round
    don't depend on each other. One without such relatives is put near the middle of its topic, else at the margin.
    """
    relatives = find_relatives(ties)
    placed = {paper: stored[paper] for paper in topics if paper in stored}
    known = dict(placed)
    waiting = [paper for paper in topics if paper not in placed]
    while found := {paper: near for paper in waiting if (near := put_beside(paper, relatives[paper], placed))}:
        placed |= found
        waiting = [paper for paper in waiting if paper not in found]
    for paper in waiting:
        alike = {other: 1.0 for other in known if topics[paper] and topics[other] == topics[paper]}
        placed[paper] = put_beside(paper, alike, known, AROUND) or put_at_margin(paper)
    return {paper: placed[paper] for paper in topics}


def find_relatives(ties: Iterable[Tie]) -> defaultdict[str, dict[str, float]]:
    """Paper to each paper that it is related to, or that is related to it, with how alike they are."""
    relatives: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for one, other, score in ties:
        relatives[one][other] = relatives[other][one] = score
    return relatives


def put_beside(
    paper: str, relatives: Mapping[str, float], placed: Mapping[str, Position], radius: float = NEAR
) -> Position | None:
    """The weighted mean of the relatives' places, a little aside, in the cluster of most weight; None without any."""
    near = sorted((other, weight) for other, weight in relatives.items() if other in placed)
    total = math.fsum(weight for _, weight in near)
    if not total:
        return None
    x = math.fsum(weight * placed[other].x for other, weight in near) / total
    y = math.fsum(weight * placed[other].y for other, weight in near) / total
    clusters: Counter[int] = Counter()
    for other, weight in near:
        if (number := placed[other].cluster) is not None:
            clusters[number] += weight  # type: ignore[assignment]  # a Counter adds up any numbers
    angle, length = 2 * math.pi * fraction(paper, 0), radius * (1 + fraction(paper, 1)) / 2
    cluster = min(clusters, key=lambda number: (-clusters[number], number), default=None)
    return Position(share(x + length * math.cos(angle)), share(y + length * math.sin(angle)), cluster)


def put_at_margin(paper: str) -> Position:
    """A place at the right margin, for a paper that shares nothing with any other."""
    return Position(1 - EDGE, share(fraction(paper, 0)), None)


def fraction(paper: str, number: int) -> float:
    """A number from 0 to 1 that is always the same for a paper."""
    return hashlib.sha256(paper.encode()).digest()[number] / 255


def share(value: float) -> float:
    """A coordinate within the map and off its edges, of four decimals."""
    return round(min(max(value, EDGE), 1 - EDGE), 4)
