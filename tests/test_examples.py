"""The examples in the code's docstrings are true."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest
from conftest import ROOT
from datasette.utils import module_from_path

FILES = [ROOT / "build.py", *sorted((ROOT / "phenomena").glob("*.py")), *sorted((ROOT / "plugins").glob("*.py"))]
EXAMPLES = [path for path in FILES if ">>> " in path.read_text("utf-8")]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_give_what_they_say(path: Path) -> None:
    is_own = path.parent.name == "phenomena"
    found = doctest.testmod(
        import_module(f"phenomena.{path.stem}") if is_own else module_from_path(str(path), path.stem)
    )
    assert found.attempted >= path.read_text("utf-8").count(">>> ") > 0
    assert found.failed == 0
