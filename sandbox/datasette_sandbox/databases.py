"""What workers must know of a database, and the SQL functions of plugins, which are called here for them."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import Any

from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import sqlite3

LONGEST_ARGUMENTS = 64 * 1024  # characters


def describe_database(database: Database, functions: list[tuple[str, int, int]]) -> dict[str, Any]:
    """What a worker needs to open a database. A file that never changes stays open, whatever replaces it on disk."""
    stays_open = os.name == "posix" and not database.is_mutable
    return {
        "path": str(database.path),
        "mode": "mode=ro" if database.is_mutable else "immutable=1",
        "descriptor": os.open(database.path, os.O_RDONLY) if stays_open else None,
        "functions": functions,
    }


def prepare_connection(datasette: Any, database: Database) -> sqlite3.Connection:
    """A connection with the SQL functions of plugins."""
    conn = sqlite3.connect(f"file:{database.path}?mode=ro", uri=True, check_same_thread=False)
    pm.hook.prepare_connection(conn=conn, database=database.name, datasette=datasette)
    conn.row_factory = None
    return conn


def learn_functions(datasette: Any, database: Database) -> list[tuple[str, int, int]]:
    """Names, numbers of arguments and flags of the SQL functions of plugins."""
    listing = "select name, narg, flags from pragma_function_list where type = 's'"
    with contextlib.closing(sqlite3.connect(f"file:{database.path}?mode=ro", uri=True)) as plain:
        before = set(plain.execute(listing))
    with contextlib.closing(prepare_connection(datasette, database)) as prepared:
        return sorted(set(prepared.execute(listing)) - before)


class Functions:
    """The SQL functions of plugins for one database, called for workers on a connection that stays open."""

    def __init__(self, datasette: Any, database: Database) -> None:
        self.conn = prepare_connection(datasette, database)
        self.lock = threading.Lock()

    def call(self, name: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
        """What a function gives, as ("value", it) or ("error", why). A worker may ask for anything."""
        if not name.isidentifier():
            return "error", f"There is no function {name}()."
        if len(str(arguments)) > LONGEST_ARGUMENTS:
            return "error", f"The arguments of {name}() are too long."
        sql = f'select "{name}"({", ".join("?" * len(arguments))})'
        try:
            with self.lock:
                return "value", self.conn.execute(sql, arguments).fetchone()[0]
        except sqlite3.Error as error:
            return "error", str(error)
