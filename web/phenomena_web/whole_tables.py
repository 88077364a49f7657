"""All rows of a table as its page selects and orders them, in pieces: for downloads, which are long.

One statement gives the numbers of the rows in order, eight bytes each. Then each piece finds its rows by number, so
that the last costs what the first does, whatever the order is; nothing is held open in between, and other pages are
answered. Datasette finds each page again from the values of the row before it, by conditions that no index serves.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.database import Database, QueryInterrupted
from datasette.utils import PrefixedUrlString, escape_sqlite
from datasette.utils.asgi import Request, Response
from datasette_sandbox.visitors import VISIT

from .internals import split_sql
from .own_requests import ask
from .search import relevance

if TYPE_CHECKING:
    from datasette.app import Datasette

PIECE = 500  # rows that are read at once
DROPPED = {"_next", "_size", "_shape", "_nl", "_json", "_nofacet", "_nocount", "_stream", "_dl", "_header"}
ONE_PAGE = {"_size": "0", "_shape": "objects", "_nofacet": "1", "_nocount": "1"}

TOO_LONG = "Putting the rows in this order takes too long; leave the order out, or filter the rows."

Pairs = Iterable[tuple[str, str]]


class StreamedResponse(Response):  # type: ignore[misc]  # Datasette has no types
    """An answer of texts that are made while it is sent. Where one can't be made, it is left unfinished."""

    def __init__(self, texts: AsyncIterator[str], content_type: str) -> None:
        super().__init__("", content_type=content_type)
        self.texts = texts

    async def asgi_send(self, send: Any) -> None:
        """Each text leaves when the next is there: a short answer is one message, as others are."""
        started: list[dict[str, Any]] = []

        async def keep_start(message: dict[str, Any]) -> None:
            started.append(message)

        await super().asgi_send(keep_start)
        await send(started[0])
        kept, is_whole = "", False
        try:
            async for text in self.texts:
                if kept:
                    await send({"type": "http.response.body", "body": kept.encode(), "more_body": True})
                kept = text
            is_whole = True
        except (QueryInterrupted, sqlite3.Error) as error:
            sys.stderr.write(f"A download broke off: {error.args[0]}\n")
        await send({"type": "http.response.body", "body": kept.encode(), "more_body": not is_whole})


@dataclass(frozen=True)
class WholeTable:
    """The rows of a table: the SQL behind the list of their columns, its parameters, the columns and their labels.

    A label is the table, key and column that name the value of a foreign key.
    """

    db: Database
    name: str
    source: str
    params: dict[str, Any]
    columns: tuple[str, ...]
    labels: dict[str, tuple[str, str, str]]

    @property
    def heading(self) -> list[str]:
        """The names of the columns; one with labels is followed by theirs."""
        return [name for column in self.columns for name in (column, f"{column}_label")[: 1 + (column in self.labels)]]

    async def read_numbers(self) -> array[int]:
        """The numbers of all rows, in order. Raises QueryInterrupted."""
        source = relevance.without_limit(self.source)
        rows = f"select {escape_sqlite(self.name)}.rowid as number {source} limit -1"  # which keeps the order
        found = await self.db.execute(f"select json_group_array(number) as numbers from ({rows})", self.params)
        return array("q", json.loads(found.single_value()))

    async def read_pieces(
        self, numbers: Sequence[int], columns: Iterable[str] = (), size: int | None = None
    ) -> AsyncIterator[list[Any]]:
        """Yield the rows of these numbers in order, of some columns or all with labels. Raises QueryInterrupted."""
        given = [f"own.{escape_sqlite(column)}" for column in columns]
        selected = ", ".join(given or map(self.select, self.columns))
        rows = f"json_each(:numbers) as piece cross join {escape_sqlite(self.name)} as own on own.rowid = piece.value"
        size = size or PIECE
        for start in range(0, len(numbers), size):
            piece = json.dumps(list(numbers[start : start + size]))
            sql = f"select {selected} from {rows} order by piece.key"
            found = await self.db.execute(sql, {"numbers": piece}, truncate=False)
            yield found.rows

    def select(self, column: str) -> str:
        """The SQL of a column, and of its label."""
        own = f"own.{escape_sqlite(column)}"
        if column not in self.labels:
            return own
        table, key, name = map(escape_sqlite, self.labels[column])
        return f"{own}, (select {name} from {table} where {key} = {own})"


async def find_whole_table(
    datasette: Datasette, request: Request, database: str, table: str, arguments: Pairs
) -> WholeTable | None:
    """The rows of a table under the arguments of its page.

    None for a view or a table without row numbers, for SQL of a visitor, whose time is kept by the statement, and where
    the page isn't answered.
    """
    db, visit = datasette.get_database(database), VISIT.get()
    if (visit and visit.is_sandboxed) or not await has_numbers(db, table) or await has_bytes(db, table):
        return None
    query = urlencode([*(pair for pair in arguments if pair[0] not in DROPPED), *ONE_PAGE.items()])
    address = PrefixedUrlString(f"{datasette.urls.table(database, table, format='json')}?{query}")
    answer = await ask(datasette, request, address)
    if answer.status_code != 200:
        return None
    page = answer.json()
    labels = {
        key["column"]: (key["other_table"], key["other_column"], name)
        for key, name in page["expandable_columns"]
        if key["column"] in page["expanded_columns"] and name
    }
    return WholeTable(db, table, split_sql(page), page["query"]["params"], tuple(page["columns"]), labels)


async def has_numbers(db: Database, table: str) -> bool:
    """Whether there is a table of this name whose rows have numbers: not a view, and not one WITHOUT ROWID."""
    sql = "select 1 from pragma_table_list(:table) where schema = 'main' and type in ('table', 'virtual') and not wr"
    return bool((await db.execute(sql, {"table": table})).rows)


async def has_bytes(db: Database, table: str) -> bool:
    """Whether a table has a column of bytes, which a download gives as addresses."""
    return any(column.type.upper() in ("BLOB", "") for column in await db.table_column_details(table))
