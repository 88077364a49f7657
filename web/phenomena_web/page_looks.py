"""Which pages of tables and rows have no cells: names are an index there, papers are cards."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request

from .site import DATABASE

if TYPE_CHECKING:
    from .internals import ReadTable

INDEXES = ("topics", "authors", "keywords", "venues")
WITH_PAGES = {
    (DATABASE, table) for table in (*INDEXES, "papers", "lists")
}  # tables whose rows have a page of their own
UNDERSTOOD = {"_sort", "_sort_desc", "_next", "_size", "_ttl"}  # by an index, besides filters by column

has_cells: ContextVar[bool] = ContextVar("has_cells", default=True)  # of the page at hand


def fits_index(names: Iterable[str]) -> bool:
    """Whether an index honours all of some parameters; others, such as facets and columns, want the table."""
    return all(name in UNDERSTOOD or not name.startswith("_") for name in names)


def has_page(database: str, table: str) -> bool:
    """Whether a table's rows have a page of their own."""
    return (database, table) in WITH_PAGES


def is_without_cells(request: Request) -> bool:
    """Whether the page of a table shows its rows as an index or as cards."""
    names = request.url_vars.get("database"), request.url_vars.get("table")
    if names == (DATABASE, "papers"):
        return bool(request.args.get("_view") != "table")
    return names[0] == DATABASE and names[1] in INDEXES and fits_index(request.args)


def without_cells(read: ReadTable) -> ReadTable:
    """The reader of a table's pages, for those that show neither its cells nor the labels of its keys."""

    async def read_bare(request: Request, _labels: bool, following: str | None, size: str | None) -> Any:
        answer = await read(request, False, following, size)
        if not isinstance(answer, tuple):
            return answer
        data, make_context, templates = answer

        async def context() -> Any:
            mark = has_cells.set(False)
            try:
                return await make_context()
            finally:
                has_cells.reset(mark)

        return data, context, templates

    return read_bare
