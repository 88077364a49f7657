"""The published database: its name, and rows of it."""

from __future__ import annotations

import re
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.database import Database
from datasette.utils import tilde_encode

if TYPE_CHECKING:
    from datasette.app import Datasette

DATABASE = "phenomena"
PLAIN = re.compile(r"[A-Za-z0-9_-]*")


def encode_key(key: str) -> str:
    """A key as the path of its row's page has it.

    >>> encode_key("arxiv-2409-15156"), encode_key("a/b")
    ('arxiv-2409-15156', 'a~2Fb')
    """
    return key if PLAIN.fullmatch(key) else tilde_encode(key)  # which takes most of the time of a page of many links


def row_path(table: str, key: str) -> str:
    """The page of a row, under the site's address."""
    return f"/{DATABASE}/{table}/{encode_key(key)}"


def is_published(datasette: Datasette) -> bool:
    """Whether this server has the database at all; one that serves others only has none of its features."""
    return DATABASE in datasette.databases


def published(datasette: Datasette) -> Database:
    """The database. Raises KeyError where the server has none of that name."""
    return datasette.get_database(DATABASE)


async def fetch_rows(datasette: Datasette, sql: str, **params: object) -> list[dict[str, Any]]:
    """All rows of a statement of the site's own, as dicts; values are bound by name."""
    result = await published(datasette).execute(sql, params, truncate=False)
    return [dict(row) for row in result.rows]


async def fetch_pieces(datasette: Datasette, table: str, columns: str, size: int = 5000) -> list[dict[str, Any]]:
    """Some columns of all rows of a table, by their numbers, so that no thread is held for long.

    For the start of the server: a file that isn't in memory yet may take longer than a visitor's statement may.
    """
    sql = f"select rowid as number, {columns} from {table} where rowid > ? order by rowid limit {size}"

    def read(last: int, connection: sqlite3.Connection) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(sql, [last])]

    rows: list[dict[str, Any]] = []
    while piece := await published(datasette).execute_fn(partial(read, rows[-1]["number"] if rows else 0)):
        rows += piece
    return rows


async def find_named(datasette: Datasette, table: str, text: str) -> dict[str, Any] | None:
    """The key and name of the topic, venue, author or keyword of this name or key, None where there is none."""
    condition = datasette.plugin_config("phenomena")["lookups"][table]
    sql = f"select id, name from {table} where {condition} order by length(id) desc limit 1"
    found = await fetch_rows(datasette, sql, name=text)
    return found[0] if found else None
