"""Hostile statements: those written by hand, in files by family, and those made from every function there is."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "hostile"
ODD_VALUES = (
    "null", "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "2147483648", "1e308", "-0.0", "9e999",
    "''", "'a'", "x''", "x'00ff'", "'%'", "'$'", "'$[#-1]'", "'{}'", "'[1,[2]]'", "'%999999999d'", "'now'", "char(0)",
    "printf('%0900000d', 0)", "hex(printf('%0400000d', 1))", "'[' || printf('%0900000d', 1) || ']'",
)  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """`words` are those of which the refusal must have one; none where the statement may also answer within bounds."""

    family: str
    words: tuple[str, ...]
    sql: str


def read_hostile() -> list[Hostile]:
    """All statements of the files, each below a comment `-- refused: words|words` or `-- bounded: what it tries`."""
    found = []
    for path in sorted(FOLDER.glob("*.sql")):
        for block in path.read_text("utf-8").strip().split("\n\n"):
            comment, sql = block.split("\n", 1)
            outcome, _, text = comment.removeprefix("-- ").partition(": ")
            found.append(Hostile(path.stem, tuple(text.split("|")) if outcome == "refused" else (), sql))
    return found


def list_functions() -> list[tuple[str, int]]:
    """Name and number of arguments of every function of the SQLite at hand; -1 for any number."""
    with sqlite3.connect(":memory:") as database:
        return sorted(set(database.execute("select name, narg from pragma_function_list")))


def make_calls(count: int, seed: int = 1) -> Iterator[str]:
    """Statements that call each function in turn with huge, negative and odd arguments."""
    chance = random.Random(seed)
    functions = [(name, narg) for name, narg in list_functions() if name[0].isalpha()]
    for name, narg in itertools.islice(itertools.cycle(functions), count):
        values = [chance.choice(ODD_VALUES) for _ in range(narg if narg >= 0 else chance.randint(0, 4))]
        yield f"select length({name}({', '.join(values)})) from topics, topics as more"
