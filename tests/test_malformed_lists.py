"""Malformed lists end in one clear line, or in rows and problems that account for every line, within fixed limits.

The sample has all written by hand and some of each family; benchmarks/publish.py takes all.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from malformed_lists import COUNT, Malformed, all_lists, build, by_hand, faults

LISTS = all_lists()
HAND = len(list(by_hand()))
SAMPLE = [*LISTS[:HAND], *LISTS[HAND::7]]


def test_there_are_as_many_as_promised() -> None:
    assert len(LISTS) == COUNT
    assert len({one.data for one in LISTS}) == COUNT


@pytest.mark.parametrize("malformed", SAMPLE, ids=[f"{i}-{one.name}" for i, one in enumerate(SAMPLE)])
def test_a_malformed_list_ends_well(malformed: Malformed, tmp_path: Path) -> None:
    assert faults(malformed, build(malformed, tmp_path), tmp_path) == []
