"""What Datasette 0.65 asks for each page again, though it can't change while the server runs: asked once, and kept; and
what it makes for each page, also where the page doesn't show it: left out there.

These are parts that it doesn't document, as in internals.py; tests/test_asked_once.py and tests/test_page_looks.py have
a test for each.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from copy import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from datasette import facets, utils
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import MultiParams
from datasette.utils.asgi import Request

from .page_looks import has_cells, has_page

if TYPE_CHECKING:
    from datasette.app import Datasette

STRUCTURE = (  # methods of Database that say what tables and views there are, and what is in them
    *("table_names", "view_names", "hidden_table_names", "table_columns", "table_column_details"),
    *("primary_keys", "fts_table", "foreign_keys_for_table", "get_all_foreign_keys", "label_column_for_table"),
    *("get_table_definition", "get_view_definition"),
)
DECIDING, MOST_JUDGED = "datasette.default_permissions", 1_000  # names of tables that a visitor makes up count too


async def ask_schemas_once(datasette: Datasette) -> None:
    """Of files that can't change, ask the schema now and never again.

    Datasette asks before each page, also where the statement is then refused: three trips to the threads of all pages.
    Needed until it leaves immutable files out.
    """

    async def asked() -> None:
        return None

    await datasette.refresh_schemas()
    if not any(database.is_mutable for name, database in datasette.databases.items() if name != "_internal"):
        datasette.refresh_schemas = asked


async def ask_structure_once(database: Database) -> None:
    """Keep what a file that can't change says of its tables and views; names that it has not are asked for each time.

    Datasette asks for each page again, ten to a hundred times, each a trip to a thread: half of the time of a short
    page. Needed until it keeps what immutable files have.
    """
    tables = frozenset(await database.table_names())
    known = {*tables, *await database.view_names()}

    def keep(ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        kept: dict[tuple[str, ...], Any] = {}

        async def answer(*names: str) -> Any:
            if names not in kept:
                found = await ask(*names)
                if names and names[0] not in known:
                    return found
                kept[names] = found
            return copy(kept[names])  # callers add to lists

        return answer

    async def table_exists(name: str) -> bool:
        return name in tables

    for name in STRUCTURE if not database.is_mutable else ():
        setattr(database, name, keep(getattr(database, name)))
    if not database.is_mutable:
        database.table_exists = table_exists  # of the name of each canned query too


def ask_permissions_once(datasette: Datasette) -> None:
    """Judge once what anyone may see, where metadata alone decides it, and nothing may change it while the server runs.

    Datasette judges each table anew for each page, also those that the page only lists, each time with a statement and
    with a copy of all metadata: more than half of the time of the pages that list tables. Needed until it keeps what it
    judged.
    """
    if pm.hook.get_metadata.get_hookimpls():
        return
    looked_up = functools.lru_cache(MOST_JUDGED)(datasette._table_permission_allows)
    datasette._table_permission_allows = looked_up if has_key(datasette.metadata(), "allow") else no_rules
    if {one.plugin_name for one in pm.hook.permission_allowed.get_hookimpls()} == {DECIDING}:
        datasette.permission_allowed = keep_of_anyone(datasette.permission_allowed)


def has_key(part: Any, name: str) -> bool:
    """Whether a key of this name is anywhere in metadata."""
    return isinstance(part, dict) and (name in part or any(has_key(one, name) for one in part.values()))


def no_rules(database: str, table: str) -> list[Any]:
    """In the place of the rules of a table, where metadata has none of any."""
    return []


def keep_of_anyone(judge: Callable[..., Awaitable[bool | None]]) -> Callable[..., Awaitable[bool | None]]:
    """Datasette.permission_allowed that keeps what it judged of visitors who haven't logged in, up to MOST_JUDGED."""
    kept: dict[tuple[Any, ...], bool | None] = {}

    async def judged(actor: Any, action: str, resource: Any = None, default: Any = False) -> bool | None:
        key = (action, resource, default)
        if actor is None and key in kept:
            return kept[key]
        result = await judge(actor, action, resource=resource, default=default)
        if actor is None and len(kept) < MOST_JUDGED:
            kept[key] = result
        return result

    return judged


@functools.cache
def parse_arguments_once() -> None:
    """Parse the query of an address once for the requests that have it, not each time that one is asked for it.

    Datasette parses it some ten times for a page; one of 30 KB takes milliseconds. Needed until Request keeps it.
    """
    parse = functools.lru_cache(maxsize=16)(functools.partial(parse_qs, keep_blank_values=True))

    def args(self: Request) -> MultiParams:
        return MultiParams({name: [*values] for name, values in parse(self.query_string).items()})

    Request.args = property(args)


@functools.cache
def ask_python_once() -> None:
    """Keep what can't change while Python runs: the names of the methods of `str`, and whether SQLite reads JSON.

    Datasette lists those names at each use of one for an address that it made: a tenth of the time of a page with
    facets; and opens a database for each table, to find out of JSON. Needed until it keeps both.
    """
    utils.dir = {str: frozenset(dir(str))}.__getitem__
    facets.detect_json1 = functools.cache(facets.detect_json1)


@functools.cache
def patch_cells() -> None:
    """Make no cells for pages that are `without_cells`, and no table for a row that has a page of its own.

    Datasette makes both for every page, each cell by all plugins: most of the time of a page that shows its rows in
    another way. Needed until a template can ask for them.
    """
    from datasette.views import row, table

    display, data = table.display_columns_and_rows, row.RowView.data

    @functools.wraps(display)
    async def displayed(site: Datasette, of: str, name: str, described: Any, rows: Any, **how: Any) -> Any:
        return await display(site, of, name, described, rows if has_cells.get() else [], **how)

    async def no_context() -> dict[str, Any]:
        return {}

    @functools.wraps(data)
    async def read(self: Any, request: Request, default_labels: bool = False) -> Any:
        found, make_context, templates = await data(self, request, default_labels)
        is_own = has_page(found["database"], found["table"])
        return found, no_context if is_own else make_context, templates

    table.display_columns_and_rows, row.RowView.data = displayed, read
