"""The rooms and their doors: who may import whom."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT

FLOW = (  # what a build passes through, in order; other rooms may stand anywhere, if no import runs against it
    "problems",
    "characters",
    "source",
    "outline",
    "grammar",
    "sections",
    "reading",
    "head",
    "entries",
    "folding",
    "identifiers",
    "venues",
    "papers",
    "findings",
    "related",
    "citekeys",
    "citations",
    "records",
    "schema",
    "store",
    "queries",
    "metadata",
    "publish",
    "report",
)
ONE_ROOM = {"markdown_it": "outline", "sqlite_utils": "store"}
PACKAGE = ROOT / "phenomena"
PLUGINS = sorted((ROOT / "plugins").glob("*.py"))


def imports(path: Path) -> set[str]:
    """Whole names of all modules that a file imports, those of its own package beginning with a dot."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add("." * node.level + node.module)
        elif isinstance(node, ast.ImportFrom):
            names |= {"." * node.level + alias.name for alias in node.names}
    return names


def rooms_of(path: Path) -> set[str]:
    """The rooms of this package that a file imports."""
    own = {
        name.removeprefix("phenomena.").lstrip(".") for name in imports(path) if name.startswith((".", "phenomena."))
    }
    return {name.partition(".")[0] for name in own}


def test_imports_run_one_way_and_never_against_the_flow() -> None:
    before = {path.stem: rooms_of(path) for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    assert set(FLOW) <= set(before)
    assert {room for rooms in before.values() for room in rooms} <= set(before)
    for earlier, later in pairwise(FLOW):
        before[later].add(earlier)
    assert len(list(TopologicalSorter(before).static_order())) == len(before)  # raises CycleError


def test_the_rooms_of_the_reader_know_nothing_of_the_database() -> None:
    reader = FLOW[: FLOW.index("entries") + 1]
    for room in reader:
        assert not rooms_of(PACKAGE / f"{room}.py") & set(FLOW[len(reader) :]), room


@pytest.mark.parametrize(("library", "room"), ONE_ROOM.items())
def test_a_foreign_library_has_one_room(library: str, room: str) -> None:
    users = {
        path.stem for path in PACKAGE.glob("*.py") if library in {name.partition(".")[0] for name in imports(path)}
    }
    assert users == {room}
    assert library not in {name.partition(".")[0] for name in imports(ROOT / "build.py")}


def test_only_the_network_and_no_clock_is_asked_for_a_list() -> None:
    clocks = {path.stem for path in PACKAGE.glob("*.py") if imports(path) & {"time", "random", "uuid", "secrets"}}
    assert clocks == {"source"}, "source asks the time to end a download"
    network = {path.stem for path in PACKAGE.glob("*.py") if imports(path) & {"httpx", "socket", "urllib.request"}}
    assert network == {"source"}


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.stem)
def test_a_plugin_is_closed_in_itself(plugin: Path) -> None:
    modules = {name.partition(".")[0] for name in imports(plugin)}
    assert not modules & {"phenomena", "build", "sqlite_utils", "markdown_it"}
    assert not {name for name in imports(plugin) if name.startswith(".")}
    assert not modules & {path.stem for path in PLUGINS}, "the command doesn't put plugins on the import path"
    assert ast.get_docstring(ast.parse(plugin.read_text("utf-8"))), "says what the visitor sees"


def test_the_plugin_folder_is_no_package() -> None:
    assert not (ROOT / "plugins" / "__init__.py").exists()


@pytest.mark.parametrize("path", [ROOT / "build.py", *sorted(PACKAGE.glob("*.py"))], ids=lambda path: path.stem)
def test_every_file_and_public_function_says_what_it_promises(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"


@pytest.mark.parametrize("path", [ROOT / "build.py", *sorted(PACKAGE.glob("*.py"))], ids=lambda path: path.stem)
def test_no_function_is_longer_than_forty_lines(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, f"{path.name}: {node.name}"
