"""The rooms and their doors: who may import whom."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest
from sites import ROOT

ROOMS = ("reader", "papers", "map", "citations", "database", "bundle", "command")  # each imports only those before it
ONE_ROOM = {
    "markdown_it": "reader/outline.py", "distributed": "reader/cluster.py", "sqlite_utils": "database/store.py",
    "igraph": "map/layout.py", "pyarrow": "bundle/tabular.py",
}  # fmt: skip
PACKAGE = ROOT / "phenomena"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
FILES = [ROOT / "build.py", *sorted(PACKAGE.rglob("*.py")), *sorted((ROOT / "web").rglob("*.py"))]
PLUGINS = sorted((ROOT / "plugins").glob("*.py"))
WEB = sorted((ROOT / "web" / "phenomena_web").glob("*.py"))
INTERNAL = {  # attributes of Datasette's objects that its documentation doesn't have
    "renderers", "inspect_data", "refresh_schemas", "table_metadata", "get_canned_query", "get_canned_queries",
    "static_mounts", "plugins_dir", "template_dir", "config_dir", "executor", "max_returned_rows", "page_size",
}  # fmt: skip
PATCHED = {"datasette", "Datasette", "Database", "TableView", "database", "db"}  # names of what nobody else may change
DOCUMENTED = {  # what any file may import of Datasette
    "datasette": {"hookimpl", "Response"},
    "datasette.app": {"Datasette"},
    "datasette.database": {"Database", "QueryInterrupted"},
    "datasette.facets": {"Facet"},
    "datasette.filters": {"FilterArguments"},
    "datasette.utils.asgi": {"BadRequest", "Request", "Response"},
    "datasette.version": {"__version__"},
}


@cache  # each file is asked about by several tests
def imports(path: Path) -> set[str]:
    """Whole names of all modules that a file imports, and of what it takes from them; its own begin with dots."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (f"{node.module}." if node.module else "")
            names |= {start.rstrip(".") or start, *(start + alias.name for alias in node.names)}
    return names


def module_of(path: Path) -> str:
    """A file of the package as imports name it: `reader.outline`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def modules_of(path: Path) -> set[str]:
    """The modules of this package that a file imports, as `reader.outline`."""
    package = ".".join(path.parent.relative_to(ROOT).parts)
    whole = {resolve_name(name, package) if name.startswith(".") else name for name in imports(path)}
    return {name.removeprefix("phenomena.") for name in whole} & {module_of(module) for module in MODULES}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def place_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_each_room_imports_only_rooms_before_it() -> None:
    assert {room_of(path) for path in MODULES} == set(ROOMS)
    against = {
        (place_of(path), module)
        for path in MODULES
        for module in modules_of(path)
        if ROOMS.index(module.partition(".")[0]) > ROOMS.index(room_of(path))
    }
    assert against == set()


def test_no_modules_import_each_other() -> None:
    before = {module_of(path): modules_of(path) for path in MODULES}
    assert sum(map(len, before.values())) > len(before)
    assert len(list(TopologicalSorter(before).static_order())) == len(before)  # raises CycleError


@pytest.mark.parametrize(("library", "place"), ONE_ROOM.items())
def test_a_foreign_library_has_one_module(library: str, place: str) -> None:
    users = {place_of(path) for path in MODULES if library in {name.partition(".")[0] for name in imports(path)}}
    assert users == {place}
    assert library not in {name.partition(".")[0] for name in imports(ROOT / "build.py")}


def test_the_builder_has_the_sites_rules_for_words_and_nothing_else_of_it() -> None:
    taken = {(path.parent.name, name) for path in MODULES for name in imports(path) if "phenomena_web" in name}
    assert {(folder, name.removesuffix(name.partition(".words")[2])) for folder, name in taken} == {
        ("search", "phenomena_web.search.words")
    }


def test_only_the_network_and_no_clock_is_asked_for_a_list() -> None:
    clocks = {place_of(path) for path in MODULES if imports(path) & {"time", "random", "uuid", "secrets"}}
    asking = {"reader/source.py", "map/layout.py"}
    assert clocks == asking, "source asks the time to end a download; a layout begins at random, with a fixed seed"
    network = {place_of(path) for path in MODULES if imports(path) & {"httpx", "socket", "urllib.request"}}
    assert network == {"reader/source.py"}


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.stem)
def test_a_plugin_is_closed_in_itself(plugin: Path) -> None:
    modules = {name.partition(".")[0] for name in imports(plugin)}
    assert not modules & {"phenomena", "build", "sqlite_utils", "markdown_it"}
    assert not {name for name in imports(plugin) if name.startswith(".")}
    assert not modules & {path.stem for path in PLUGINS}, "the command doesn't put plugins on the import path"
    assert not modules & {"importlib", "runpy", "imp"}, "loads no other by its path"
    assert "datasette.utils.module_from_path" not in imports(plugin)
    assert ast.get_docstring(ast.parse(plugin.read_text("utf-8"))), "says what the visitor sees"


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.stem)
def test_what_plugins_share_knows_neither_them_nor_the_builder(path: Path) -> None:
    modules = {name.partition(".")[0] for name in imports(path)}
    assert not modules & {"phenomena", "build", "sqlite_utils", "markdown_it", "importlib", "runpy"}
    assert not modules & {plugin.stem for plugin in PLUGINS}
    assert "datasette.utils.module_from_path" not in imports(path)


def internals_in(path: Path) -> set[str]:
    """The parts of Datasette that a file uses and its documentation doesn't have; functions of utils are free."""
    used = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            is_changed = isinstance(node.ctx, ast.Store) and named(node.value) in PATCHED
            used |= {node.attr} if is_changed or node.attr in INTERNAL else set()
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "datasette":
            names = {alias.name for alias in node.names}
            free = {name for name in names if node.module == "datasette.utils" and not name.startswith("_")}
            used |= names - free - DOCUMENTED.get(node.module or "", set())
    return used


@pytest.mark.parametrize("path", [*PLUGINS, *WEB], ids=lambda path: path.stem)
def test_internals_of_datasette_are_used_in_two_modules(path: Path) -> None:
    assert bool(internals_in(path)) == (path.name in ("internals.py", "asked_once.py")), internals_in(path)


def named(node: ast.expr) -> str:
    """The name that an expression consists of, empty for any other."""
    return node.id if isinstance(node, ast.Name) else ""


def names_of_database(path: Path) -> list[int]:
    """The lines on which a file writes the database's name; metadata has the plugins' settings under the same word."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    settings = [one for call in calls if call.func.attr == "plugin_config" for one in call.args]  # type: ignore[attr-defined]
    constants = [node for node in nodes if isinstance(node, ast.Constant) and node.value == "phenomena"]
    return [node.lineno for node in constants if node not in settings]


def test_the_name_of_the_database_is_declared_once() -> None:
    found = {path.name: names_of_database(path) for path in (*PLUGINS, *WEB)}
    assert [name for name, lines in found.items() for _ in lines] == ["site.py"]


def test_the_plugin_folder_is_no_package() -> None:
    assert not (ROOT / "plugins" / "__init__.py").exists()


def test_every_file_and_public_function_says_what_it_promises() -> None:
    silent = []
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        named = [one for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
        public = [one for one in named if not one.name.startswith("_")]
        silent += [
            f"{path.name}: {getattr(one, 'name', 'the file')}" for one in (tree, *public) if not ast.get_docstring(one)
        ]
    assert silent == []


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{path.name}: {node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert long == []
