"""Adversarial statements: those written by hand, in files by family, and those generated, by family too."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "adversarial"
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
class Statement:
    """`reasons`: one of them is in the refusal; none where the statement may also be answered within bounds."""

    family: str
    reasons: tuple[str, ...]
    sql: str


def read_statements() -> list[Statement]:
    """All statements of the files, each below a comment `-- refused: reason|reason` or `-- bounded: what it tries`."""
    found = []
    for path in sorted(FOLDER.glob("*.sql")):
        for block in path.read_text("utf-8").strip().split("\n\n"):
            comment, sql = block.split("\n", 1)
            outcome, _, text = comment.removeprefix("-- ").partition(": ")
            found.append(Statement(path.stem, tuple(text.split("|")) if outcome == "refused" else (), sql))
    return found


def list_functions() -> list[tuple[str, int]]:
    """Name and number of arguments of every function of the SQLite at hand; -1 for any number."""
    with sqlite3.connect(":memory:") as database:
        return sorted(set(database.execute("select name, narg from pragma_function_list")))


def make_calls(count: int, seed: int = 1) -> Iterator[str]:
    """Each function of the SQLite at hand in turn, with huge, negative and odd arguments."""
    chance = random.Random(seed)
    functions = [(name, narg) for name, narg in list_functions() if name[0].isalpha()]
    for name, narg in itertools.islice(itertools.cycle(functions), count):
        values = [chance.choice(ODD_VALUES) for _ in range(narg if narg >= 0 else chance.randint(0, 4))]
        yield f"select length({name}({', '.join(values)})) from topics, topics as more"


def make_long(chance: random.Random) -> str:
    """A CTE of one row with a long text."""
    return f"with long as materialized (select printf('%0{chance.choice((2000, 60000, 400000))}d', 1) as t)"


def make_function_steps(count: int, seed: int = 2) -> Iterator[str]:
    """Each function of the SQLite at hand in turn, with the longest values there are."""
    chance = random.Random(seed)
    functions = [(name, narg) for name, narg in list_functions() if name[0].isalpha()]
    for name, narg in itertools.islice(itertools.cycle(functions), count):
        values = ", ".join(chance.choice(LONG_TEXTS) for _ in range(narg if narg >= 0 else chance.randint(1, 3)))
        yield f"{make_long(chance)} select max(length({name}({values}))) from long, papers a, papers b"


def make_table_function_steps(count: int, seed: int = 3) -> Iterator[str]:
    """Each table function and module of the SQLite at hand in turn, with the longest values there are."""
    chance = random.Random(seed)
    with sqlite3.connect(":memory:") as database:
        modules = sorted(row[0] for row in database.execute("select name from pragma_module_list"))
    for number, name in enumerate(itertools.islice(itertools.cycle(["json_each", "json_tree", *modules]), count)):
        values = ", ".join(chance.choice(LONG_TEXTS) for _ in range(1 + number % 2))
        counted = "fullkey" if name.startswith("json_") else "*"
        yield f"{make_long(chance)} select count({counted}) from long, {name}({values})"


def make_formats(count: int, seed: int = 4) -> Iterator[str]:
    """Formatting functions with long formats, wide fields and long values."""
    chance = random.Random(seed)
    fields = ("%d ", "%s", "%q", "%Q", "%w", "%c", "%,d", "%.99f ", "%99999d", "%*d", "%!g", "%Y-%m-%d", "%J%s")
    for name in itertools.islice(itertools.cycle(("printf", "format", "strftime")), count):
        form = f"replace(substr(t, 1, {chance.choice((500, 5000, 60000))}), '0', '{chance.choice(fields)}')"
        values = ", ".join(chance.choice(("t", "1e308", "-1", "'now'", "null")) for _ in range(chance.randint(1, 3)))
        yield f"{make_long(chance)} select max(length({name}({form}, {values}))) from long, papers"


def make_searches(count: int, seed: int = 5) -> Iterator[str]:
    """Snippets, highlights and ranks of full-text queries of many phrases."""
    chance = random.Random(seed)
    for shown in itertools.islice(itertools.cycle(SEARCHES), count):
        terms = chance.choice(("a* or ", '"the" or ', "of + the or ", "near(a b) or ", "- or "))
        phrases = f"replace(substr(t, 1, {chance.choice((20, 200, 2000))}), '0', '{terms}') || 'b'"
        phrases = chance.choice((phrases, chance.choice(LONG_TEXTS)))
        yield f"{make_long(chance)} select max(length({shown})) from long, papers_fts where papers_fts match {phrases}"


def make_sorts(count: int, seed: int = 6) -> Iterator[str]:
    """Sorts, groups and windows by many keys that are equal in all rows."""
    chance = random.Random(seed)
    for clause in itertools.islice(itertools.cycle(("order by", "group by", "over")), count):
        keys = ", ".join(f"length(substr(a.title, 1, {number % 7})) * 0" for number in range(chance.choice((20, 100))))
        shown = f"row_number() over (order by {keys}) from" if clause == "over" else "a.id from"
        yield f"select {shown} papers a, papers b {'' if clause == 'over' else f'{clause} {keys}'} limit 1"


GENERATED: dict[str, Callable[[int], Iterator[str]]] = {
    "odd calls of every function": make_calls,
    "long steps of every function": make_function_steps,
    "long steps of every table function": make_table_function_steps,
    "formatting": make_formats,
    "full-text snippets of many phrases": make_searches,
    "sorts by many equal keys": make_sorts,
}
