"""Errors of full-text queries in SQL: what FTS5 says, and how to write the query so that it can't fail.

FTS5 calls a word with a hyphen a missing column, and other characters a syntax error, when the statement runs. One that
names a column that is really missing doesn't compile; it keeps SQLite's own words.
"""

import functools
import re

from datasette import hookimpl
from datasette.database import Database, QueryInterrupted
from datasette.utils import sqlite3
from datasette.utils.asgi import BadRequest

SEARCH = re.compile(r"_fts|\bmatch\b", re.IGNORECASE)
FAULT = re.compile(r"no such column|fts5|unterminated string|unknown special query|unable to use function MATCH")
QUOTES = "put each word that has other characters than letters and digits in double quotes."
ADVICE = f"In a full-text query, write `match fts_query('out-of-distribution')`, which takes any words, or {QUOTES}"
RAW = f"This is FTS5's own language, as _searchmode=raw asks for. Leave that out to search for any words, or {QUOTES}"


async def is_fault_of_search(execute, database, sql, params, words):
    """Whether FTS5 couldn't read the text to look for: the statement compiles, and so has no other fault."""
    if not SEARCH.search(sql) or not FAULT.match(words):
        return False
    try:
        await execute(database, f"explain {sql}", params)
    except (sqlite3.Error, BadRequest, QueryInterrupted):
        return "MATCH" in words
    return True


def advising(execute):
    """Database.execute, whose errors of full-text queries say what to write instead."""

    @functools.wraps(execute)
    async def advised(self, sql, params=None, *args, **kwargs):
        try:
            return await execute(self, sql, params, *args, **kwargs)
        except (sqlite3.OperationalError, BadRequest) as error:
            words = str(error.args[0])
            if not await is_fault_of_search(execute, self, sql, params, words):
                raise
            raise type(error)(f"{words}. {RAW if ':search' in sql else ADVICE}") from error

    return advised


@hookimpl
def startup(datasette):
    if not hasattr(Database, "advised_execute"):  # several sites may run in one process
        Database.execute = Database.advised_execute = advising(Database.execute)
