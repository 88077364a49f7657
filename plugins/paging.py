"""Paging: page after page of a sorted table shows every row once.

Datasette 0.65 sorts its first page by the chosen column alone, and the others by that column and then the key. Where
many rows have the same value, as years do, the pages do not fit: of 254 papers sorted by venue a visitor would see 194.
Here the first page is sorted by the key too; the SQL that the page shows says so.
"""

import functools
from contextvars import ContextVar

from datasette import hookimpl
from datasette.database import Database
from datasette.utils import escape_sqlite, tilde_decode
from datasette.views.table import TableView

mending = ContextVar("mending", default=None)  # what to replace in the SQL of the page being made, and by what


async def find_mending(datasette, request):
    """The end of a first page's SQL as Datasette writes it and as it should be, or None where it is right."""
    names = [tilde_decode(request.url_vars.get(name) or "") for name in ("database", "table")]
    if request.args.get("_next") or names[0] not in datasette.databases:
        return None
    db = datasette.get_database(names[0])
    if not await db.table_exists(names[1]):
        return None
    chosen = request.args if request.args.get("_sort") or request.args.get("_sort_desc") else {}
    metadata = {} if chosen else datasette.table_metadata(*names)
    column = chosen.get("_sort") or metadata.get("sort")
    descending = chosen.get("_sort_desc") or metadata.get("sort_desc")
    keys = await db.primary_keys(names[1]) or ["rowid"]
    if not (column or descending) or (column or descending) in keys[:1]:
        return None
    order = escape_sqlite(column) if column else f"{escape_sqlite(descending)} desc"
    return f"order by {order} limit ", f"order by {order}, {', '.join(map(escape_sqlite, keys))} limit "


def mending_data(data):
    """TableView.data, with the mending in force for the queries that it makes."""

    @functools.wraps(data)
    async def mended(self, request, default_labels=False, _next=None, _size=None):
        pair = None if _next else await find_mending(self.ds, request)
        token = mending.set(pair)
        try:
            answer = await data(self, request, default_labels, _next, _size)
        finally:
            mending.reset(token)
        if pair and isinstance(answer, tuple) and isinstance(answer[0].get("query"), dict):
            answer[0]["query"]["sql"] = answer[0]["query"]["sql"].replace(*pair)
        return answer

    return mended


def mending_execute(execute):
    """Database.execute, with what is to be mended mended."""

    @functools.wraps(execute)
    async def mended(self, sql, *args, **kwargs):
        pair = mending.get()
        return await execute(self, sql.replace(*pair) if pair else sql, *args, **kwargs)

    return mended


@hookimpl
def startup(datasette):
    if not hasattr(TableView.data, "__wrapped__"):  # several sites may run in one process
        TableView.data = mending_data(TableView.data)
        Database.execute = mending_execute(Database.execute)
