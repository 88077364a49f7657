"""Errors of full-text queries in SQL: what FTS5 says, and how to write the query so that it can't fail.

FTS5 calls a word with a hyphen a missing column, and other characters a syntax error, when the statement runs. One that
names a column that is really missing doesn't compile; it keeps SQLite's own message.
"""

from __future__ import annotations

import re
from typing import Any

from datasette.database import Database, QueryInterrupted
from datasette.utils import sqlite3
from datasette.utils.asgi import BadRequest

from .internals import Execute

SEARCH = re.compile(r"_fts|\bmatch\b", re.IGNORECASE)
FAULT = re.compile(r"no such column|fts5|unterminated string|unknown special query|unable to use function MATCH")
QUOTES = "put each word that has other characters than letters and digits in double quotes."
ADVICE = f"In a full-text query, write `match fts_query('out-of-distribution')`, which takes any words, or {QUOTES}"
RAW = f"This is FTS5's own language, as _searchmode=raw asks for. Leave that out to search for any words, or {QUOTES}"


async def is_fault_of_search(execute: Execute, database: Database, sql: str, params: Any, message: str) -> bool:
    """Whether FTS5 couldn't read the text to look for: the statement compiles, and so has no other fault."""
    if not SEARCH.search(sql) or not FAULT.match(message):
        return False
    try:
        await execute(database, f"explain {sql}", params)
    except (sqlite3.Error, BadRequest, QueryInterrupted):
        return "MATCH" in message
    return True


def advising(execute: Execute) -> Execute:
    """Database.execute, whose errors of full-text queries say what to write instead."""

    async def advised(self: Database, sql: str, params: Any = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return await execute(self, sql, params, *args, **kwargs)
        except (sqlite3.OperationalError, BadRequest) as error:
            message = str(error.args[0])
            if not await is_fault_of_search(execute, self, sql, params, message):
                raise
            raise type(error)(f"{message}. {RAW if ':search' in sql else ADVICE}") from error

    return advised
