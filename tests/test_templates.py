"""Templates lay out: their SQL has a name and a file, and what else they call is the one name that a plugin gives."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables
from page_kinds import find_page_kinds
from phenomena_web.facet_counts import LONG
from plans import STATEMENTS, example_values, runnable
from sites import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FACETS = ("list", "topic", "year", "venue", "keyword", "author", "code", "added")
KINDS = ("list", "topic", "author", "keyword", "venue")
GIVEN = {  # by each plugin
    "archive": {"archive"},
    "charts": {"chart"},
    "facets": {"facets"},
    "feeds": {"feeds"},
    "fields": {"fields"},
    "headlines": {"headline"},
    "history": {"history"},
    "links": {"link"},
    "map": {"paper_map"},
    "methods": {"search_card"},
    "names": {"names"},
    "own_chart": {"own_chart"},
    "networks": {"network"},
    "pages": {"site"},
    "phenomena_web": {"asset_version"},
    "search": {"finding"},
    "selection": {"selection"},
    "structured_data": {"structured_data"},
    "timeline": {"timeline"},
    "table_tools": {"table_tools"},
    "take": {"take", "alternate_url_json"},  # the second is Datasette's own name
}
HANDED_OVER = {"one", "named", "filter_words", "as_cards", "list", "given", "paper", "authors", "venue"}  # to blocks
HANDED_OVER |= {"part", "totals", "most"}  # to blocks of the indexes and entities
HANDED_OVER |= {
    "what",
    "words",
    "found",
    "card_sql",
    "is_cut",
    "shown_facets",
    "papers_are_above",
}  # to included templates
HANDED_OVER |= {"chart_settings", "sql_text", "sql_hidden"}
HANDED_OVER |= {"topics", "keywords"}  # to the timeline
HANDED_OVER |= {"current", "kind"}  # to the navigation
OF_DATASETTE = """
    allow_download allow_execute_sql body_scripts canned_query columns custom_table_templates database
    display_columns display_rows edit_sql_url error expandable_columns extra_css_urls extra_wheres_for_ui
    facet_results facets_timed_out filter_columns filtered_table_rows_count filters foreign_key_tables
    form_hidden_args format_bytes hide_sql human_description_en metadata named_parameter_values
    next_url primary_key_values primary_keys queries query query_ms raise_404 renderers request rows search self
    show_hidden show_hide_hidden show_hide_link show_hide_text size sort sort_desc status supports_search table
    table_definition tables title truncated url_csv urls use_rowid view_definition views
"""
OF_OUR_PAGES = {"families", "pragmas", "limits", "bounds", "milliseconds", "sql", "sql_path"}  # allowed and error
OF_OUR_PAGES |= {"first_row", "last_row", "previous_url", "whole_query", "pages", "page_number"}  # of a table
OF_OUR_PAGES |= {"page"}  # of the map


@pytest.fixture(scope="module")
def parse(site: Datasette) -> Callable[[Path], nodes.Template]:
    return cache(lambda path: site.jinja_env.parse(path.read_text("utf-8")))


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        connection.create_function("fts_query", 1, lambda text: f'"{text}"*', deterministic=True)
        yield connection


async def find_given(site: Datasette) -> dict[str, dict[str, Any]]:
    """What each plugin of this site gives to the template of a table."""
    await site.invoke_startup()
    context = {"datasette": site, "request": Request.fake("/phenomena/papers"), "view_name": "table"}
    context |= {"template": "table.html", "database": "phenomena", "table": "papers", "columns": []}
    given = {}
    for hook in pm.hook.extra_template_vars.get_hookimpls():
        if hook.plugin_name == "phenomena_web" or (ROOT / "plugins" / hook.plugin_name).is_file():
            variables = await await_me_maybe(hook.function(**{name: context[name] for name in hook.argnames}))
            given[Path(hook.plugin_name).stem] = variables
    return given


def read_texts(tree: nodes.Node) -> list[str]:
    """The texts that stand in a template's own code, as opposed to what it shows."""
    return [node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)]


def statements_of(tree: nodes.Node) -> set[str]:
    """The names that a template gives to `site.rows`; one that is made from the kind of page stands for one of each."""
    names = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr == "rows":
            start = read_texts(call)[0]
            names |= {start} if isinstance(call.args[0], nodes.Const) else {start + kind for kind in KINDS}
    return names


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_holds_sql(parse: Callable[[Path], nodes.Template], path: Path) -> None:
    assert [text for text in read_texts(parse(path)) if re.search(r"\bselect\b", text, re.IGNORECASE)] == []


def test_every_named_statement_is_asked_for_and_none_is_missing(parse: Callable[[Path], nodes.Template]) -> None:
    asked = {name for path in TEMPLATES for name in statements_of(parse(path))}
    for path in [*(ROOT / "plugins").glob("*.py"), *(ROOT / "web").rglob("*.py")]:
        asked |= set(re.findall(r'(?:fetch_named\((?:datasette, )?|self\.rows\()"(\w+)"', path.read_text("utf-8")))
    asked |= {f"facet_{name}" for name in FACETS} | {f"{name}s_among" for name in LONG}
    assert asked == set(STATEMENTS)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_named_statement_says_what_it_gives_and_runs(database: sqlite3.Connection, name: str) -> None:
    sql = STATEMENTS[name]
    assert re.match(r"-- [A-Z][^\n]+\n(-- [^\n]+\n)*(select|with)\b", sql), "a comment first"
    assert database.execute(runnable(name), example_values(sql)).description


@pytest.mark.anyio
async def test_a_plugin_gives_templates_one_name(site: Datasette) -> None:
    assert {plugin: set(given) for plugin, given in (await find_given(site)).items()} == GIVEN


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_templates_know_no_other_names(parse: Callable[[Path], nodes.Template], path: Path) -> None:
    known = set().union(*GIVEN.values()) | set(OF_DATASETTE.split()) | OF_OUR_PAGES | HANDED_OVER
    tree = parse(path)
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    own |= {node.target for node in tree.find_all(nodes.Import)}
    assert find_undeclared_variables(tree) - own - known == set()


@pytest.mark.anyio
async def test_templates_use_all_that_they_are_given(site: Datasette, parse: Callable[[Path], nodes.Template]) -> None:
    given = [one for variables in (await find_given(site)).values() for one in variables.items()]
    offered = {(name, part) for name, value in given if isinstance(value, SimpleNamespace) for part in vars(value)}
    trees = [parse(path) for path in TEMPLATES]
    used = {
        (node.node.name, node.attr)
        for tree in trees
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name)
    }
    names = {node.name for tree in trees for node in tree.find_all(nodes.Name)}
    filters = {node.name for tree in trees for node in tree.find_all(nodes.Filter)}
    assert {one for one in used if one[0] in {name for name, _ in offered}} == offered
    assert {name for name, _ in given} <= names
    assert {"from_json", "marked", "coded", "plain_number", "plural", "is_web_address"} <= filters


@pytest.mark.anyio
async def test_no_page_asks_the_same_twice(site: Datasette, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a named statement nor a canned query, as the search page and the page of a paper once did."""
    await site.invoke_startup()
    ready = {query["sql"] for query in (await site.get_canned_queries("phenomena", None)).values()}
    execute, asked = Database.execute, Counter[tuple[str, str]]()

    async def count(self: Database, sql: str, params: object = None, *args: Any, **options: Any) -> Any:
        if sql in ready or sql in STATEMENTS.values():
            asked[sql, "" if sql in ready else str(params)] += 1
        return await execute(self, sql, params, *args, **options)

    monkeypatch.setattr(Database, "execute", count)
    for name, path in find_page_kinds(folder).items():
        asked.clear()
        assert (await site.client.get(path)).status_code == 200
        assert {sql for (sql, _), times in asked.items() if times > 1} == set(), name


def test_every_script_of_ours_has_names_of_its_own() -> None:
    """As a module: of two plain scripts with one name at the top the later does not run. One runs before the page."""
    written = "".join(path.read_text("utf-8") for path in TEMPLATES)
    tags = re.findall(r"<script([^>]*)static/(\w+)\.js'", written)
    assert {name for tag, name in tags if 'type="module"' not in tag} == {"theme"}
    assert {name for _, name in tags} == {path.stem for path in (ROOT / "static").glob("*.js")}
