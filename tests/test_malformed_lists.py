"""Malformed lists end in one clear line, or in rows and problems that account for every line, within fixed limits.

The sample has all written by hand, the long ones of 20,000 lines and one of them of as many as there may be too, one of
each family, and one in seven of the tokens repeated in a place, in 8 lines; benchmarks/publish.py takes all, with
59,000 and 200 lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import Forked, forking
from malformed_builds import build, faults
from malformed_lists import BY_HAND, COUNT, FAMILIES, LINES, Malformed, all_lists, by_hand

LISTS = all_lists(most=8, lines=20_000)
HAND, TURN = len(BY_HAND), len(FAMILIES) + 1
LONG = "minimal entries"
SAMPLE = [LISTS[i] for i in sorted({*range(HAND + TURN), *range(HAND, COUNT, TURN)})]
SAMPLE += [one for one in by_hand(LINES) if one.name == LONG]


def test_there_are_as_many_as_promised() -> None:
    assert len(LISTS) == COUNT
    assert len({hashlib.sha256(one.data).digest() for one in LISTS}) == COUNT


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    with forking() as build_one:
        yield build_one


@pytest.mark.parametrize("malformed", SAMPLE, ids=[f"{i}-{one.name}" for i, one in enumerate(SAMPLE)])
def test_a_malformed_list_ends_well(forked: Forked, malformed: Malformed, tmp_path: Path) -> None:
    assert faults(build(forked, malformed, tmp_path), tmp_path) == []
