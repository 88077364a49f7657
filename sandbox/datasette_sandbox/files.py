"""How a worker opens a database file, so that it may be replaced on disk."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

FROM_MEMORY = 16 * 2**20  # a file up to this size is read whole, so that it may be replaced on disk


class RefusedError(Exception):
    """Why a statement is not run, or not to its end."""


def open_database(database: dict[str, Any]) -> tuple[sqlite3.Connection, int]:
    """A connection that can't write, and how many bytes it holds in memory.

    A small file that never changes is read from the descriptor that the server opened at its start. Raises RefusedError
    where another file has taken the place of a larger one.
    """
    status = os.fstat(database["descriptor"]) if database["descriptor"] is not None else None
    if status and status.st_size <= FROM_MEMORY and hasattr(sqlite3.Connection, "deserialize"):
        content = os.pread(database["descriptor"], status.st_size, 0)
        if content[18:20] == b"\1\1":  # not in WAL mode, which has no place in memory
            conn = sqlite3.connect(":memory:", cached_statements=0)
            conn.deserialize(content)
            return conn, len(content)
    conn = sqlite3.connect(f"file:{database['path']}?{database['mode']}", uri=True, cached_statements=0)
    if status and not os.path.samestat(status, os.stat(database["path"])):  # noqa: PTH116
        conn.close()
        raise RefusedError("The database was replaced while the site was running. The site must be started again.")
    return conn, 0
