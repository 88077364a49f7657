"""Malformed lists end in one clear line, or in rows and problems that account for every line, within fixed limits.

The sample has all written by hand and some of each family; benchmarks/publish.py takes all.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from malformed_builds import build, faults
from malformed_lists import BY_HAND, COUNT, Malformed, all_lists

LISTS = all_lists()
SAMPLE = [*LISTS[: len(BY_HAND)], *LISTS[len(BY_HAND) :: 7]]


def test_there_are_as_many_as_promised() -> None:
    assert len(LISTS) == COUNT
    assert len({hashlib.sha256(one.data).digest() for one in LISTS}) == COUNT


@pytest.mark.parametrize("malformed", SAMPLE, ids=[f"{i}-{one.name}" for i, one in enumerate(SAMPLE)])
def test_a_malformed_list_ends_well(malformed: Malformed, tmp_path: Path) -> None:
    assert faults(build(malformed, tmp_path), tmp_path) == []
