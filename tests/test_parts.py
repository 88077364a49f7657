"""A list read in parts, by any number of processes, is the list read as one."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import NESTED, make_entry, write_list
from sites import ROOT
from test_properties import ANYTHING, LIST, SCRAPS, STYLE

from phenomena.reader.limits import USUAL, Limits
from phenomena.reader.parts import cut, read_part
from phenomena.reader.reading import read_list
from phenomena.reader.source import ListError, Source, make_source
from phenomena.reader.workers import map_in_order

ENTRIES = write_list([make_entry(number, topic="Grokking", year=2020 + number // 3) for number in range(12)], NESTED)
BULLET = "- A Paper [[paper]](https://x.org/a)\n  - Ann Lee. *ICLR 2022*\n"
AWKWARD = {
    "headings of every kind": ENTRIES.replace("### ", "Setext\n===\n\n### ") + "\n# One\n##Two\n## Three ##\n",
    "a topic's years alone": "# L\n\n## Topic\n\n" + "".join(f"### {year}\n\n{BULLET}\n" for year in range(2010, 2020)),
    "a fence over headings": ENTRIES.replace("### ", "```\n### Grokking: 2031\n```\n### ", 2),
    "a fence left open": ENTRIES.replace("### ", "~~~\n### ", 1),
    "a comment over headings": ENTRIES.replace("### ", "<!-- \n## Not\n\n### -->\n### ", 3),
    "a comment in a bullet left open": ENTRIES.replace("  - Key", "  - <!--\n  - Key", 1),
    "an HTML block over headings": ENTRIES.replace("### ", "<div>\n### ", 2).replace("\n- ", "\n<details>\n- ", 1),
    "folded years": ENTRIES.replace("### ", "- <details><summary>Grokking: 2019</summary>\n\n### "),
    "definitions at the end": ENTRIES.replace("[[paper]](", "[paper][1] [[paper]](") + "\n[1]: https://x.org\n",
    "asides with topics below": f"# Contents\n\n## Topic\n\n{BULLET}\n# Resources\n\n### A\n\n## B: 2020\n\n{BULLET}",
    "contents that go on": "## Contents\n\n### A\n\n- [A](#a)\n\n### B\n\n"
    + f"prose\n\n{BULLET}\n### C\n\n{BULLET}" * 3,
    "nested and lazy": f"## T\n\n{BULLET}    - - Key Word: A\n##  T: 2020\n- \n\n{BULLET}lazy\n# E\n- B\n - C\n# F\n -",
    "empty bullets at the cuts": f"## T\n\n{BULLET}-\n## U\n\n{BULLET}- \n### U: 2020\n{BULLET}  -\n## V\n\n{BULLET}-",
    "descriptions and images": "## T\n\n![a](a.png)\n\nOne of it.\n\n## U\n\nTwo.\n\n## T\n\n![b](x:b)\n\nThree.\n\n"
    + BULLET,
}


class Pickling(Executor):
    """A pool of no process: what crosses it is pickled, and computed at once."""

    def submit(self, run: Callable[..., Any], /, *values: Any, **options: Any) -> Future[Any]:
        future = Future[Any]()
        future.set_result(pickle.loads(pickle.dumps(run(*pickle.loads(pickle.dumps(values)), **options))))
        return future


def source_of(text: str) -> Source:
    return make_source(text.encode(), "list.md", None)


def check_parts(text: str, size: int) -> None:
    source = source_of(text)
    assert read_list(source, pool=Pickling, part_lines=size) == read_list(source)


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_an_awkward_list_is_read_in_parts_as_one(text: str) -> None:
    for size in (1, 3, 8, 15):
        check_parts(text, size)
    check_parts(text.replace("\n", "\r\n"), 5)


@settings(max_examples=100)
@given(st.one_of(ANYTHING, SCRAPS), st.integers(1, 9))
def test_any_text_is_read_in_parts_as_one(text: str, size: int) -> None:
    check_parts(text, size)


@given(LIST, STYLE, st.text("-#`~<!>[] \nab", max_size=12), st.integers(0, 400), st.integers(1, 9))
@settings(max_examples=30)
def test_a_damaged_list_is_read_in_parts_as_one(entries: Any, style: Any, scrap: str, place: int, size: int) -> None:
    text = write_list(entries, style)
    check_parts(text[:place] + scrap + text[place:], size)


def test_most_parts_are_read_by_the_pool() -> None:
    parts = cut(source_of(ENTRIES).lines, 10)
    readings = [read_part(part, USUAL) for part in parts]
    assert len(parts) == 4 and [one.section for one in parts[1:]] == [one.section for one in readings[:-1] if one]
    assert sum(len(one.entries) for one in readings if one) == 12


@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_number_of_processes_gives_the_same(count: int) -> None:
    source = source_of("\n".join(AWKWARD.values()))
    pool = partial(ProcessPoolExecutor, count)
    assert read_list(source, pool=pool, part_lines=20) == read_list(source)


def test_what_a_dead_process_had_is_read_here() -> None:
    source = source_of(ENTRIES)
    dying = partial(ProcessPoolExecutor, 2, initializer=os._exit, initargs=(1,))
    assert read_list(source, pool=dying, part_lines=10) == read_list(source)
    assert list(map_in_order(abs, [-1, -2, -3], dying)) == [1, 2, 3]


@pytest.mark.parametrize("pool", ["local_pool", "new_pool"])
def test_no_process_stays_when_the_one_that_started_it_is_killed(pool: str) -> None:
    program = f"""
import os
from phenomena.reader.workers import {pool}
if __name__ == "__main__":
    with {pool}() as executor:
        print(executor.submit(os.getpid).result(), flush=True)
        os.kill(os.getpid(), 9)
"""
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert killed.returncode == -9 and int(killed.stdout) > 1  # and all that held its output have ended


@pytest.mark.parametrize("count", range(1, 12))
def test_a_list_over_the_limits_is_refused_at_the_same_entry(count: int) -> None:
    source, messages = source_of(ENTRIES), set()
    for pool, size in ((None, 99), (Pickling, 1), (Pickling, 15)):
        with pytest.raises(ListError, match=f"^list.md, line [0-9]+: holds over {count} entries") as error:
            read_list(source, limits=Limits(count), pool=pool, part_lines=size)
        messages.add(str(error.value))
    assert len(messages) == 1


def test_a_defect_is_not_hidden_by_the_pool() -> None:
    with pytest.raises(ZeroDivisionError):
        list(map_in_order(partial(divmod, 1), [1, 0, 1], Pickling))
    with pytest.raises(ZeroDivisionError):
        list(map_in_order(partial(divmod, 1), [1, 0, 1], partial(ProcessPoolExecutor, 1)))
