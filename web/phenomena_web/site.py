"""The published database: its name, and rows of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.database import Database, QueryInterrupted
from datasette.utils import sqlite_timelimit, tilde_encode

if TYPE_CHECKING:
    from datasette.app import Datasette

DATABASE = "phenomena"
FILES = "/data/"  # the address below which the files of the archive are
PLAIN = re.compile(r"[A-Za-z0-9_-]*")
Result = TypeVar("Result")


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


async def run_in_thread(datasette: Datasette, read: Callable[[sqlite3.Connection], Result]) -> Result:
    """What a function of several statements gives, in one of the database's threads.

    All of them together may take the time of one. Raises QueryInterrupted where they take longer.
    """
    most = datasette.setting("sql_time_limit_ms")

    def run(connection: sqlite3.Connection) -> Result:
        try:
            with sqlite_timelimit(connection, most):
                return read(connection)
        except sqlite3.OperationalError as error:
            if error.args == ("interrupted",):
                raise QueryInterrupted(error, None, None) from error
            raise

    result: Result = await published(datasette).execute_fn(run)
    return result


async def find_named(datasette: Datasette, table: str, text: str) -> dict[str, Any] | None:
    """The key and name of the topic, venue, author or keyword of this name or key, None where there is none."""
    condition = datasette.plugin_config("phenomena")["lookups"][table]
    sql = f"select id, name from {table} where {condition} order by length(id) desc limit 1"
    found = await fetch_rows(datasette, sql, name=text)
    return found[0] if found else None
