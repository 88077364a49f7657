"""How the tests are shared among workers: files whole, the longest first."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from sharing import LONGEST, TOGETHER, place_of, share_of

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("nodeid", "share"),
    [
        ("tests/test_bundle.py::test_the_files", "tests/test_bundle.py"),
        ("tests/test_bundle.py::test_a_fault[papers.bib-@-b::c]", "tests/test_bundle.py"),
        ("sandbox/tests/test_worker.py::test_refusals[a/b]", "sandbox/tests/test_worker.py"),
        ("tests/test_whole_downloads.py::test_of_kinds[short]", "tests/test_crawl.py"),
    ],
)
def test_a_file_is_one_share(nodeid: str, share: str) -> None:
    assert share_of(nodeid) == share


def test_the_files_named_are_there() -> None:
    names = {*LONGEST, *TOGETHER, *TOGETHER.values()}
    assert {name for name in names if not (TESTS / f"{name}.py").is_file()} == set()


def test_the_browser_begins_and_stays_open() -> None:
    queue = sorted((path.name for path in TESTS.glob("test_*.py")), key=place_of)
    kinds = [kind for kind, _ in groupby(queue, lambda name: name.startswith("test_browser"))]
    assert (kinds, queue[0]) == ([True, False], "test_browser_pages.py")
