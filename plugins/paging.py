"""Paging: page after page of a table shows every row once, says where it stands, and leads back as well as on.

Datasette 0.65 sorts its first page by the chosen column alone, and the others by that column and then the key. Where
many rows have the same value, as years do, the pages do not fit: of 254 papers sorted by venue a visitor would see 194.
Here the first page is sorted by the key too; the SQL that the page shows says so.

It also counts the facets of a later page without the rows of the pages before it, and keeps the later page in the
links of its facets. Here they are those of the first page, which are those of the whole selection.
"""

import functools
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.database import Database, QueryInterrupted
from datasette.utils import (
    MultiParams,
    escape_sqlite,
    path_from_row_pks,
    path_with_replaced_args,
    tilde_decode,
    tilde_encode,
)
from datasette.utils.asgi import Request
from datasette.views.table import TableView

replacement = ContextVar("replacement", default=None)  # of text in the SQL of the page being made
COUNTED_ONCE = ("_nofacet", "_nocount")


@dataclass(frozen=True)
class Order:
    """How the rows of a table are sorted: by a column, if one is chosen, and then by the key. A view has no key."""

    column: str | None
    is_descending: bool
    keys: tuple[str, ...]

    @property
    def replacement(self):
        """The end of a first page's SQL as Datasette writes it and as it should be, or None where it is right."""
        if not self.column or not self.keys or self.column == self.keys[0]:
            return None
        first = escape_sqlite(self.column) + (" desc" if self.is_descending else "")
        return f"order by {first} limit ", f"order by {first}, {', '.join(map(escape_sqlite, self.keys))} limit "


class Uncounted(Request):
    """A request for a later page, whose facets and count are those of the first."""

    @property
    def args(self):
        given = super().args
        return MultiParams({name: given.getlist(name) for name in given} | {name: ["1"] for name in COUNTED_ONCE})


async def find_order(datasette, request, database, table):
    """The order of a table that a request asks for, else the one that metadata declares."""
    chosen = request.args if request.args.get("_sort") or request.args.get("_sort_desc") else {}
    metadata = {} if chosen else datasette.table_metadata(database, table)
    column = chosen.get("_sort") or metadata.get("sort")
    descending = chosen.get("_sort_desc") or metadata.get("sort_desc")
    db = datasette.get_database(database)
    keys = await db.primary_keys(table) or ["rowid"] if await db.table_exists(table) else []
    return Order(column or descending, not column, tuple(keys))


def without_next(request):
    """The same request for the first page."""
    kept = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] != "_next"]
    return Request({**request.scope, "query_string": urlencode(kept).encode("latin-1")}, request.receive)


def page_size(datasette, request):
    """How many rows a page has."""
    asked = request.args.get("_size")
    return datasette.max_returned_rows if asked == "max" else int(asked or datasette.page_size)


def split_sql(data):
    """The SQL of a page behind its list of columns, up to its limit."""
    columns = ", ".join(map(escape_sqlite, data["columns"]))
    return data["query"]["sql"].removeprefix(f"select {columns} ").rpartition(" limit ")[0]


async def find_start(db, data, request, total):
    """The place of a page's first row among all, from 1."""
    if data["is_view"]:
        return int(request.args.get("_next") or 0) + 1
    left = await db.execute(f"select count(*) {split_sql(data).rpartition(' order by ')[0]}", data["query"]["params"])
    return total - left.single_value() + 1


async def find_token(db, first, order, place):
    """The `_next` of the page after the row at a place, from 1; None for the first page."""
    if place < 1:
        return None
    if first["is_view"]:
        return str(place)
    columns = [*([order.column] if order.column else []), *order.keys]
    sql = f"select {', '.join(map(escape_sqlite, columns))} {split_sql(first)} limit 1 offset {place - 1}"
    row = (await db.execute(sql, first["query"]["params"])).first()
    token = path_from_row_pks(row, order.keys, False)
    if not order.column:
        return token
    return f"{'$null' if row[0] is None else tilde_encode(str(row[0]))},{token}"


async def find_place(datasette, request, data, first):
    """What a page says of its place: its first and last row's, and the address of the page before it."""
    total, rows = first["filtered_table_rows_count"], len(data["rows"])
    if total is None or not rows:
        return {}
    db = datasette.get_database(data["database"])
    try:
        start = await find_start(db, data, request, total) if request.args.get("_next") else 1
        place = {"first_row": start, "last_row": start + rows - 1}
        if start > 1:
            order = await find_order(datasette, request, data["database"], data["table"])
            token = await find_token(db, first, order, start - 1 - page_size(datasette, request))
            place["previous_url"] = datasette.urls.path(path_with_replaced_args(request, {"_next": token}))
    except QueryInterrupted:
        return {}
    return place


def paged_data(data):
    """TableView.data whose pages fit together, with the counts of the whole selection on each."""

    async def one_page(view, request, default_labels, _next, _size):
        names = [tilde_decode(request.url_vars.get(name) or "") for name in ("database", "table")]
        order = await find_order(view.ds, request, *names) if names[0] in view.ds.databases else None
        pair = order.replacement if order and not (_next or request.args.get("_next")) else None
        token = replacement.set(pair)
        try:
            answer = await data(view, request, default_labels, _next, _size)
        finally:
            replacement.reset(token)
        if pair and isinstance(answer, tuple):
            answer[0]["query"]["sql"] = answer[0]["query"]["sql"].replace(*pair)
        return answer

    @functools.wraps(data)
    async def paged(self, request, default_labels=False, _next=None, _size=None):
        is_later = bool(request.args.get("_next")) and not _next
        asked = Uncounted(request.scope, request.receive) if is_later else request
        answer = await one_page(self, asked, default_labels, _next, _size)
        if not isinstance(answer, tuple) or "facet_results" not in answer[0]:
            return answer  # a redirect, or a canned query, which has the address of a table
        page, make_context, templates = answer
        first, make_first = page, make_context
        if is_later:
            first, make_first, _ = await one_page(self, without_next(request), default_labels, None, "0")
            page |= {name: first[name] for name in ("facet_results", "filtered_table_rows_count")}

        async def context():
            made = {**await make_context(), **await find_place(self.ds, request, page, first)}
            made["whole_query"] = first["query"]  # a later page's own leaves out what comes before it
            made["form_hidden_args"] = [pair for pair in made["form_hidden_args"] if pair[0] not in COUNTED_ONCE]
            counted = await make_first() if is_later else made
            return made | {name: counted[name] for name in ("facets_timed_out", "sorted_facet_results")}

        return page, context, templates

    return paged


def replacing_execute(execute):
    """Database.execute, with the replacement in force made in the SQL."""

    @functools.wraps(execute)
    async def replaced(self, sql, *args, **kwargs):
        pair = replacement.get()
        return await execute(self, sql.replace(*pair) if pair else sql, *args, **kwargs)

    return replaced


@hookimpl
def startup(datasette):
    if not hasattr(TableView.data, "__wrapped__"):  # several sites may run in one process
        TableView.data = paged_data(TableView.data)
        Database.execute = replacing_execute(Database.execute)
