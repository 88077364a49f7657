"""Adversarial statements: those written by hand, in files by family, and those made from every function there is."""

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

LONG_TEXTS = (
    "t", "'%' || t", "'[' || t || ']'", "replace(t, '0', '0,')", "replace(t, '0', '%d ')", "replace(t, '0', '[0-9]*')",
    "replace(t, '0', 'a* or ') || 'b'", "'$' || replace(t, '0', '[0]')",
)  # fmt: skip
SEARCHES = ("snippet(papers_fts, -1, 'a', 'b', 'c', 64)", "highlight(papers_fts, 0, t, t)", "bm25(papers_fts)")


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


def make_long_steps(count: int, seed: int = 2) -> Iterator[str]:
    """Statements that call each function, table function and search in turn with the longest values there are."""
    chance = random.Random(seed)
    calls = [(name, narg) for name, narg in list_functions() if name[0].isalpha()]
    tables = [(name, narg) for name in ("json_each", "json_tree") for narg in (1, 2)]
    for number, (name, narg) in enumerate(itertools.islice(itertools.cycle(calls + tables), count)):
        values = ", ".join(chance.choice(LONG_TEXTS) for _ in range(narg if narg >= 0 else chance.randint(1, 3)))
        long = f"with long as materialized (select printf('%0{chance.choice((2000, 60000, 400000))}d', 1) as t)"
        if (name, narg) in tables:
            yield f"{long} select count(fullkey) from long, {name}({values})"
        elif number % 10 == 0:
            searched = f"papers_fts match {chance.choice(LONG_TEXTS)}"
            yield f"{long} select length({chance.choice(SEARCHES)}) from long, papers_fts where {searched}"
        else:
            yield f"{long} select max(length({name}({values}))) from long, papers a, papers b"
