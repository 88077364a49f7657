"""The examples in the code's docstrings are true."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from datasette.utils import module_from_path
from sites import ROOT

PACKAGES = (ROOT / "phenomena", ROOT / "web" / "phenomena_web")
PLUGINS = sorted((ROOT / "plugins").glob("*.py"))
FILES = [*PLUGINS, *sorted(path for package in PACKAGES for path in package.rglob("*.py"))]
EXAMPLES = [path for path in FILES if ">>> " in path.read_text("utf-8")]


def load(path: Path) -> ModuleType:
    """A plugin as Datasette loads it, by a name that no other module has; a module of a package by its own."""
    if path in PLUGINS:
        return module_from_path(str(path), f"plugin_{path.stem}")
    [package] = [folder for folder in PACKAGES if path.is_relative_to(folder)]
    return import_module(".".join(path.relative_to(package.parent).with_suffix("").parts))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_give_what_they_say(path: Path) -> None:
    found = doctest.testmod(load(path))
    assert found.attempted >= path.read_text("utf-8").count(">>> ") > 0
    assert found.failed == 0


def test_the_builder_and_the_plugins_have_examples() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in EXAMPLES} >= {"phenomena", "plugins"}
