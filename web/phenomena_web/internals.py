"""The parts of Datasette 0.65 that it doesn't document and this site uses: here, in asked_once.py, and nowhere else.

Each says what it is for, and until which change of Datasette it is needed. Any release may change these parts, so
tests/test_internals.py has a test for each, which fails when what the site relies on is gone. It also tests the plain
functions of datasette.utils, which are imported where they are needed. A patch changes a class, so it is made once in
a process, however many sites that serves; hooks.py says in which order.
"""

from __future__ import annotations

import asyncio
import functools
import threading
import traceback
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import datasette as datasette_package
from datasette.database import Database
from datasette.filters import Filters
from datasette.renderer import json_renderer
from datasette.utils import CustomRow, MultiParams, escape_sqlite
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.views.table import TableView as Table


Execute = Callable[..., Awaitable[Any]]
ReadTable = Callable[[Request, bool, str | None, str | None], Awaitable[Any]]
MISREAD = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError)
DATASETTE = str(Path(datasette_package.__file__).parent)
PACKAGE = str(Path(__file__).parent)


@functools.cache
def patch_statements(*wraps: Callable[[Execute], Execute]) -> None:
    """Wrap Database.execute, through which the statements of all pages go; the last wraps the others.

    For the order of a table's first page, and for errors of full-text queries. Needed until first pages are sorted by
    the key too, and there is a hook for errors of statements.
    """
    for wrap in wraps:
        Database.execute = functools.wraps(Database.execute)(wrap(Database.execute))


@functools.cache
def patch_table_pages(make_page: Callable[..., Awaitable[Any]]) -> None:
    """Have `make_page(read, datasette, request, default_labels, next, size)` make the pages of tables.

    `read(request, default_labels, next, size)` is TableView.data: it gives a response, such as a redirect, or a tuple
    of the page's data, a coroutine function that gives the rest of its template's context, and names of templates.
    Needed until later pages have the facets and the count of the whole selection.
    """
    from datasette.views.table import TableView  # loads this package, where it is imported first

    data = TableView.data

    @functools.wraps(data)
    async def paged(
        self: Table,
        request: Request,
        default_labels: bool = False,
        _next: str | None = None,
        _size: str | None = None,
    ) -> Any:
        read = functools.partial(data, self)
        return await make_page(read, self.ds, request, default_labels, _next, _size)

    TableView.data = paged


class WithArguments(Request):  # type: ignore[misc]
    """A request whose pages are made as if it had more parameters, which their links don't repeat.

    A table's page reads `request.args`, and makes links of `request.query_string`.
    """

    def __init__(self, request: Request, arguments: Mapping[str, str]) -> None:
        super().__init__(request.scope, request.receive)
        self.added = {name: [value] for name, value in arguments.items()}

    @property
    def args(self) -> MultiParams:
        given = super().args
        return MultiParams({name: given.getlist(name) for name in given} | self.added)


def order_of_first_page(column: str, is_descending: bool, keys: Collection[str]) -> tuple[str, str]:
    """The end of a first page's SQL as Datasette writes it, and with the key behind the column, as later pages have it.

    Needed until first pages are sorted by the key too.
    """
    first = escape_sqlite(column) + (" desc" if is_descending else "")
    return f"order by {first} limit ", f"order by {first}, {', '.join(map(escape_sqlite, keys))} limit "


def without_search_filter(filters: list[Any]) -> list[Any]:
    """What plugins filter the rows of a page by, without Datasette's own full-text search.

    Needed until a plugin can replace it.
    """
    return [one for one in filters if not getattr(one, "__qualname__", "").startswith("search_filters.")]


def split_sql(data: Mapping[str, Any]) -> str:
    """The SQL of a table's page behind its list of columns, up to its limit.

    Needed until a page gives its conditions separately.
    """
    columns = ", ".join(map(escape_sqlite, data["columns"]))
    sql: str = data["query"]["sql"]
    return sql.removeprefix(f"select {columns} ").rpartition(" limit ")[0]


def find_conditions(sql: str, table: str) -> str:
    """What the SQL of a table's facets says of its rows, with `where`; empty for all rows.

    Needed until a facet gets its conditions separately.
    """
    return sql.partition(f" from {escape_sqlite(table)} ")[2].strip()


async def open_in_all_threads(
    datasette: Datasette, database: Database, read: Callable[[Any], Any], timeout: float
) -> list[Any]:
    """Have each thread open its connection, which it keeps; gives what `read` gives of each. Later none is opened.

    A thread that has opened waits, so that the next task falls to another; it gives up after `timeout` seconds.
    Needed until a database can be opened from a file that stays open.
    """
    threads = datasette.setting("num_sql_threads") or 1
    together = threading.Barrier(threads)

    def opened(conn: Any) -> Any:
        together.wait(timeout)
        return read(conn)

    return await asyncio.gather(*(database.execute_fn(opened) for _ in range(threads)))


def filter_operators() -> Collection[str]:
    """What may stand behind `__` in a filter. Needed until Datasette refuses those that it doesn't know."""
    return Filters._filters_by_key.keys()  # type: ignore[no-any-return]


def describe_filter(name: str, value: str) -> str:
    """A filter of a column as Datasette's pages say it: `year > 2019`. Needed until pages list their filters."""
    description: str = Filters([(name, value)]).human_description_en()
    return description.removeprefix("where ")


def output_formats(datasette: Datasette) -> Collection[str]:
    """The formats that are rendered, plugins' too; CSV is none of them. Needed until an unknown format isn't a page."""
    return datasette.renderers.keys()  # type: ignore[no-any-return]


@functools.cache
def patch_rows() -> None:
    """Have a row with labels raise IndexError for a column that it lacks, as other rows do.

    Then a page may hide the column that it is sorted by. Needed until Datasette catches its own rows' KeyError there.
    """

    def lack(row: CustomRow, column: str) -> None:
        raise IndexError(f"This row has no column {column}.")

    CustomRow.__missing__ = lack


def render_json(args: MultiParams, data: dict[str, Any], view_name: str) -> Response:
    """A page's JSON in the shape that is asked for; it changes `data`. Needed until no shape of it is silently cut."""
    return json_renderer(args, data, view_name)


def inspected_file(datasette: Datasette, name: str) -> Mapping[str, Any]:
    """What inspect-data.json says of a database's file, such as `hash` and `size`; empty where it names none.

    Needed until Datasette compares it itself.
    """
    return (datasette.inspect_data or {}).get(name, {})  # type: ignore[no-any-return]


def all_settings(datasette: Datasette) -> dict[str, Any]:
    """The settings of a server by name. Needed until it is documented."""
    return datasette.settings_dict()  # type: ignore[no-any-return]


def is_reloading(datasette: Datasette) -> bool:
    """Whether the server was started with `--reload`, by who changes its files. Needed until a plugin can ask."""
    return not datasette.cache_headers


def site_folder(datasette: Datasette) -> Path | None:
    """The folder with plugins/, templates/ and static/; None for a server without plugins of its own.

    Needed until a plugin can ask for the configuration directory.
    """
    return Path(datasette.plugins_dir).parent if datasette.plugins_dir else None


def code_folders(datasette: Datasette) -> list[Path]:
    """The folders of plugins, templates and static files. Needed until a plugin can ask for them."""
    mounted = [folder for _, folder in datasette.static_mounts]
    return [Path(folder) for folder in (datasette.plugins_dir, datasette.template_dir, *mounted) if folder]


def whole_application(datasette: Datasette) -> Any:
    """The application that `datasette.client` asks, with all wrappers. Needed until that gives answers as they come."""
    return datasette.client.app


def table_metadata(datasette: Datasette, database: str, table: str) -> dict[str, Any]:
    """What metadata says of a table, with what it inherits. Needed until that is documented."""
    return datasette.table_metadata(database, table)  # type: ignore[no-any-return]


async def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, Any]]:
    """Canned queries by name. Needed until Datasette refuses parameters that a query doesn't name."""
    return await datasette.get_canned_queries(database, None)  # type: ignore[no-any-return]


async def canned_query(datasette: Datasette, database: str, name: str) -> dict[str, Any]:
    """One canned query: its SQL and its parameters. Needed until a query's rows can be had without a request."""
    return await datasette.get_canned_query(database, name, None)  # type: ignore[no-any-return]


def read_error(exception: BaseException) -> tuple[int, str] | None:
    """Status and message of an error that Datasette's pages raise for a mistake of the visitor, None for any other.

    Needed until it answers a statement that can't be read with 400.
    """
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0])
    if isinstance(exception, DatasetteError):
        return (400 if exception.status == 500 else exception.status), exception.message
    return None


def is_misread_address(datasette: Datasette, exception: BaseException) -> bool:
    """Whether Datasette's own code failed on a value of the address: it reads most of them without a check.

    Then one of the last three frames of Datasette, this package and the folder of plugins (what they call aside) is in
    its views, filters or facets. Needed until it checks what it reads.
    """
    folders = tuple(filter(None, (DATASETTE, PACKAGE, datasette.plugins_dir)))
    own = [one.filename for one in traceback.extract_tb(exception.__traceback__) if one.filename.startswith(folders)]
    return isinstance(exception, MISREAD) and any(
        name.startswith((f"{DATASETTE}/views/", f"{DATASETTE}/f")) for name in own[-3:]
    )
