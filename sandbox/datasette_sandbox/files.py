"""How a worker opens a database file, so that it may be replaced on disk."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress

TYPE_CHECKING = False  # as in worker.py
if TYPE_CHECKING:
    from typing import Any

FROM_MEMORY = 16 * 2**20  # a file up to this size is read whole where another has taken its place on disk
MAPPED = 16 * 2**20  # bytes of a file that never changes, which all processes read where they lie in memory


class RefusedError(Exception):
    """Why a statement is not run, or not to its end."""


def open_database(database: dict[str, Any]) -> tuple[sqlite3.Connection, int]:
    """A connection that can't write, and how many bytes it holds in memory.

    Where another file has taken the place of one that never changes, the one that the server opened at its start is
    read from its descriptor. Raises RefusedError where it is too large for that.
    """
    uri, descriptor = f"file:{database['path']}?{database['mode']}", database["descriptor"]
    if descriptor is None:
        return sqlite3.connect(uri, uri=True, cached_statements=0), 0
    with suppress(sqlite3.OperationalError, FileNotFoundError):
        conn = sqlite3.connect(uri, uri=True, cached_statements=0)
        if os.path.samestat(os.fstat(descriptor), os.stat(database["path"])):  # noqa: PTH116
            conn.execute(f"pragma mmap_size={MAPPED}")
            return conn, 0
        conn.close()
    if (size := os.fstat(descriptor).st_size) <= FROM_MEMORY and hasattr(sqlite3.Connection, "deserialize"):
        content = os.pread(descriptor, size, 0)
        if content[18:20] == b"\1\1":  # not in WAL mode, which has no place in memory
            conn = sqlite3.connect(":memory:", cached_statements=0)
            conn.deserialize(content)
            return conn, size
    raise RefusedError("The database was replaced while the site was running. The site must be started again.")
