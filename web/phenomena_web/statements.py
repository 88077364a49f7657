"""Named SQL of the pages: `templates/sql/NAME.sql`, one statement a file, whose first comment says what it gives."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from datasette.utils import sqlite3, sqlite_timelimit

from .internals import site_folder
from .site import fetch_rows, published

if TYPE_CHECKING:
    from datasette.app import Datasette


@cache
def read_statements(site: Path) -> dict[str, str]:
    """Name to SQL of the files in a site's folder; read once, as plugins are."""
    return {path.stem: path.read_text("utf-8") for path in sorted((site / "templates" / "sql").glob("*.sql"))}


def find_statement(datasette: Datasette, name: str) -> str:
    """The SQL of a name. Raises KeyError for a name that no file has."""
    folder = site_folder(datasette)
    if folder is None:
        raise KeyError(name)
    return read_statements(folder)[name]


@cache
def names_in(sql: str) -> frozenset[str]:
    """The parameters that one of the site's own statements may name."""
    return frozenset(re.findall(r":(\w+)", sql))


def bind(params: Mapping[str, object]) -> dict[str, object]:
    """Values as SQLite takes them: a list as a JSON array."""
    return {key: json.dumps(value) if isinstance(value, list) else value for key, value in params.items()}


async def fetch_together(
    datasette: Datasette, statements: Sequence[tuple[str, Mapping[str, object]]]
) -> list[list[dict[str, Any]]]:
    """All rows of each of some statements of the site's own: SQL and values. One trip to a thread, not one for each.

    Raises QueryInterrupted where one takes longer than a statement may.
    """
    bound = [(sql, bind(params)) for sql, params in statements]

    def read(connection: sqlite3.Connection) -> list[list[dict[str, Any]]]:
        found = []
        for sql, values in bound:
            with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
                try:
                    found.append([dict(row) for row in connection.execute(sql, values)])
                except sqlite3.OperationalError as error:
                    if error.args == ("interrupted",):
                        raise QueryInterrupted(error, sql, values) from error
                    raise
        return found

    return await published(datasette).execute_fn(read)  # type: ignore[no-any-return]


async def fetch_named(datasette: Datasette, name: str, /, **params: object) -> list[dict[str, Any]]:
    """All rows of a named statement; a list is bound as a JSON array. Raises KeyError for a name that no file has."""
    return await fetch_rows(datasette, find_statement(datasette, name), **bind(params))
