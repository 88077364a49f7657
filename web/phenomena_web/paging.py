"""Paging: page after page of a table shows every row once, says where it stands, and leads back as well as on.

Datasette 0.65 sorts its first page by the chosen column alone, and the others by that column and then the key. Where
many rows have the same value, as years do, the pages do not fit: of 254 papers sorted by venue a visitor would see 194.
Here the first page is sorted by the key too; the SQL that the page shows says so.

It also counts the facets of a later page without the rows of the pages before it, and keeps the later page in the
links of its facets. Here they are those of the first page, which are those of the whole selection.

A search of papers is in the order of relevance, unless another is chosen: search/relevance.py has those pages.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from datasette.database import Database, QueryInterrupted
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request

from . import page_looks, page_plan
from .internals import (
    Execute,
    ReadTable,
    WithArguments,
    order_of_first_page,
    split_sql,
    table_metadata,
)
from .page_numbers import find_places, name_pages
from .page_order import Order, find_tokens
from .search import relevance

if TYPE_CHECKING:
    from datasette.app import Datasette

Data = dict[str, Any]  # of a table's page, as its JSON has it
Rewrite = Callable[[str], str]
rewriting: ContextVar[Rewrite | None] = ContextVar("rewriting", default=None)  # of the SQL of this page
COUNTED_ONCE = {"_nofacet": "1", "_nocount": "1"}
UNCOUNTED = ("sheet", "bib", "ris", "csl")  # downloads of all rows, which show no count and no facet; so is CSV


async def find_order(datasette: Datasette, request: Request, database: str, table: str) -> Order:
    """The order of a table that a request asks for, else the one that metadata declares."""
    chosen = request.args if request.args.get("_sort") or request.args.get("_sort_desc") else {}
    metadata = {} if chosen else table_metadata(datasette, database, table)
    column = chosen.get("_sort") or metadata.get("sort")
    descending = chosen.get("_sort_desc") or metadata.get("sort_desc")
    db = datasette.get_database(database)
    keys = await db.primary_keys(table) or ["rowid"] if await db.table_exists(table) else []
    return Order(column or descending, not column, tuple(keys))


def without_next(request: Request) -> Request:
    """The same request for the first page."""
    kept = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] != "_next"]
    return Request({**request.scope, "query_string": urlencode(kept).encode("latin-1")}, request.receive)


def page_size(datasette: Datasette, request: Request, database: str, table: str, size: str | None = None) -> int:
    """How many rows a page has, where no `size` is given that of the request, else of the table's metadata."""
    asked = size or request.args.get("_size") or table_metadata(datasette, database, table).get("size")
    most: int = datasette.setting("max_returned_rows")
    return most if asked == "max" else int(asked or datasette.setting("default_page_size"))


async def find_start(db: Database, data: Data, request: Request, total: int) -> int:
    """The place of a page's first row among all, from 1."""
    if data["is_view"]:
        return int(request.args.get("_next") or 0) + 1
    left = await db.execute(f"select count(*) {split_sql(data).rpartition(' order by ')[0]}", data["query"]["params"])
    return total - int(left.single_value()) + 1


async def find_pages(datasette: Datasette, request: Request, first: Data, start: int) -> Data:
    """What a page that starts at a row says of the pages around it."""
    size, total = page_size(datasette, request, first["database"], first["table"]), first["filtered_table_rows_count"]
    places = find_places(size, total, start)
    if not places:
        return {}
    order = await find_order(datasette, request, first["database"], first["table"])
    tokens = await find_tokens(datasette.get_database(first["database"]), first, order, places, total)
    return name_pages(datasette, request, size, start, tokens)


async def find_place(datasette: Datasette, request: Request, data: Data, first: Data) -> Data:
    """What a page says of its place: its first and last row's, and the addresses of the pages around it."""
    total, rows = first["filtered_table_rows_count"], len(data["rows"])
    if total is None or not rows:
        return {}
    db = datasette.get_database(data["database"])
    try:
        start = await find_start(db, data, request, total) if request.args.get("_next") else 1
        pages = await find_pages(datasette, request, first, start)
    except QueryInterrupted:
        return {}
    return {"first_row": start, "last_row": start + rows - 1, **pages}


async def read_page(
    read: ReadTable,
    datasette: Datasette,
    request: Request,
    default_labels: bool,
    following: str | None,
    size: str | None,
) -> Any:
    """A page as `read` gives it, with the first sorted by the key too."""
    names = [tilde_decode(request.url_vars.get(name) or "") for name in ("database", "table")]
    order = await find_order(datasette, request, *names) if names[0] in datasette.databases else None
    pair = order.replacement if order and not (following or request.args.get("_next")) else None
    rewrite = (lambda sql: sql.replace(*pair)) if pair else str
    return await read_rewritten(read, rewrite, request, default_labels, following, size)


async def read_rewritten(read: ReadTable, rewrite: Rewrite, *asked: Any) -> Any:
    """A page as `read` gives it for what is asked, with its SQL rewritten where it runs and where it is shown."""
    token = rewriting.set(rewrite)
    try:
        answer = await read(*asked)
    finally:
        rewriting.reset(token)
    if isinstance(answer, tuple):
        answer[0]["query"]["sql"] = rewrite(answer[0]["query"]["sql"])
    return answer


async def read_by_relevance(
    read: ReadTable,
    datasette: Datasette,
    request: Request,
    default_labels: bool,
    following: str | None,
    size: str | None,
) -> Any:
    """A page of a search, in the order of relevance."""
    names = [tilde_decode(request.url_vars[name]) for name in ("database", "table")]
    order = await find_order(datasette, request, *names)
    ending, whole_ending = order_of_first_page(order.column or order.keys[0], order.is_descending, order.keys)
    rows, offset = page_size(datasette, request, names[0], names[1], size), relevance.read_offset(request, following)
    rewrite = partial(
        relevance.rank, ending=ending, otherwise=whole_ending.removesuffix(" limit "), size=rows, offset=offset
    )
    ranked = partial(read_rewritten, read, rewrite)
    answer = await relevance.make_page(
        ranked, datasette, request, without_next(request), default_labels, (rows, offset)
    )
    if not isinstance(answer, tuple):
        return answer
    page, make_context, templates = answer

    async def context() -> Data:
        made: Data = await make_context()
        shown = len(page["rows"])
        if not shown:
            return made
        places = find_places(rows, page["filtered_table_rows_count"] or 0, offset + 1)
        pages = name_pages(datasette, request, rows, offset + 1, {place: str(place or "") or None for place in places})
        return made | {"first_row": offset + 1, "last_row": offset + shown, **(pages if places else {})}

    return page, context, templates


async def make_page(
    read: ReadTable,
    datasette: Datasette,
    request: Request,
    default_labels: bool,
    following: str | None,
    size: str | None,
) -> Any:
    """A page of a table that fits those before and after it, with the counts of the whole selection."""
    if default_labels and page_looks.is_without_cells(request):  # else it is not HTML
        read = page_looks.without_cells(read)
    page_plan.is_common.set(False)
    if relevance.is_by_relevance(request):
        return await read_by_relevance(read, datasette, request, default_labels, following, size)
    is_later = bool(request.args.get("_next")) and not following
    is_counted = not is_later and request.url_vars.get("format") not in UNCOUNTED
    asked = request if is_counted else WithArguments(request, COUNTED_ONCE)
    answer = await read_page(read, datasette, asked, default_labels, following, size)
    if not isinstance(answer, tuple) or "facet_results" not in answer[0]:
        return answer  # a redirect, or a canned query, which has the address of a table
    page, make_context, templates = answer
    first, make_first = page, make_context
    if is_later:
        first, make_first, _ = await read_page(read, datasette, without_next(request), default_labels, None, "0")
        page |= {name: first[name] for name in ("facet_results", "filtered_table_rows_count")}

    async def context() -> Data:
        made = {**await make_context(), **await find_place(datasette, request, page, first)}
        made["whole_query"] = first["query"]  # a later page's own leaves out what comes before it
        made["form_hidden_args"] = [pair for pair in made["form_hidden_args"] if pair[0] not in COUNTED_ONCE]
        counted = await make_first() if is_later else made
        return made | {name: counted[name] for name in ("facets_timed_out", "sorted_facet_results")}

    return page, context, templates


def replacing(execute: Execute) -> Execute:
    """Database.execute, with the SQL rewritten as the page at hand wants it.

    Where the column that a page is sorted by is hidden, Datasette asks for it by the key of the page's last row, and
    binds a key that is shown with a label as both.
    """

    async def replaced(self: Database, sql: str, params: Any = None, *args: Any, **kwargs: Any) -> Any:
        rewrite = rewriting.get()
        if rewrite:
            sql = page_plan.plan(rewrite(sql))
            if isinstance(params, dict):
                params = {name: one["value"] if isinstance(one, dict) else one for name, one in params.items()}
        return await execute(self, relevance.count_directly(sql), params, *args, **kwargs)

    return replaced
