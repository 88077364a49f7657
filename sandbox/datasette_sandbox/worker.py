"""A worker process: runs one statement at a time, reading only, and sends back a bounded result.

It imports the files beside it and as little of the standard library as that takes, so it starts fast and stays small.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import sys
import time
from itertools import chain

try:
    from .files import RefusedError, open_database
    from .messages import dump_rows, read_message, write_message
except ImportError:  # in a worker, which has no package
    from files import RefusedError, open_database  # type: ignore[import-not-found, no-redef]
    from messages import dump_rows, read_message, write_message  # type: ignore[import-not-found, no-redef]

TYPE_CHECKING = False  # importing it would take a tenth of a worker's start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HEAP = 32 * 2**20  # bytes that SQLite may hold beside a database held in memory
MEMORY = 80 * 2**20  # bytes of address space beside what the process has at its start
NICE = 5
GRACE_SECONDS = 0.1  # beyond the time limit, for a statement that waits for a processor
ALARM_SECONDS = 0.2  # beyond the time limit, for one that can't be interrupted; the server kills a little earlier
REPLY_SECONDS = 10  # for the server to read a reply
STEPS = 4000  # of SQLite between looks at the clock
ROWS_AT_ONCE = 64
MOST_CALLS = 100  # of the server's own functions, with different arguments, in one statement
MOST_ESCAPED = 2  # times the bytes that a result may have, as JSON
BLOB_COST = 300  # bytes; a page or CSV shows a blob as a link, which repeats the statement
STORES = ("file", "memory") if hasattr(signal, "SIGXFSZ") else ("memory",)  # Windows would write the file
NO_FILE = ("SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CANTOPEN")
NO_TEXT = "Could not decode to UTF-8"

LIMITS = {
    "LENGTH": 2_000_000,
    "SQL_LENGTH": 32_768,
    "COLUMN": 500,
    "EXPR_DEPTH": 500,
    "COMPOUND_SELECT": 200,
    "FUNCTION_ARG": 100,
    "LIKE_PATTERN_LENGTH": 256,
    "ATTACHED": 0,
    "WORKER_THREADS": 0,
}
PRAGMA_NAMES = (
    "data_version database_list foreign_key_list function_list index_info index_list "
    "index_xinfo page_count page_size schema_version table_info table_list table_xinfo"
)
PRAGMAS = frozenset(PRAGMA_NAMES.split())
READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})
DECLARING = (sqlite3.SQLITE_UPDATE, "sqlite_master")  # how SQLite declares a table function's columns; writes nothing
CLOSED_FUNCTIONS = frozenset({"fts3_tokenizer", "load_extension"})
OPEN_TABLES = frozenset({"json_each", "json_tree", *(f"pragma_{name}" for name in PRAGMAS)})
CLOSED_TABLES = """
select lower(name) from pragma_module_list
union select 'pragma_' || name from pragma_pragma_list
union values ('sqlite_temp_master'), ('sqlite_temp_schema')
except select lower(name) from sqlite_master where sql is not null
"""


class Session:
    """One open database, and the statements run on it. `call` asks the server for one of its functions."""

    def __init__(self, database: dict[str, Any], call: Callable[[str, tuple[Any, ...]], tuple[str, Any]]) -> None:
        self.refusal: str | None = None
        self.answers: dict[Any, Any] = {}
        self.call = call
        self.conn, held = open_database(database)
        for name, count, flags in database["functions"]:
            self.conn.create_function(name, count, self.proxy(name), deterministic=bool(flags & 0x800))
        self.closed = {row[0] for row in self.conn.execute(CLOSED_TABLES)} - OPEN_TABLES
        for name, most in LIMITS.items():
            self.conn.setlimit(getattr(sqlite3, f"SQLITE_LIMIT_{name}"), most)
        for pragma in ("query_only=1", "trusted_schema=0", f"hard_heap_limit={HEAP + held}"):
            self.conn.execute(f"pragma {pragma}").fetchall()
        self.sort_in("memory")

    def sort_in(self, store: str) -> None:
        """Have SQLite keep what it sorts in memory, or in buffers that it would write to a file when they are full."""
        self.conn.set_authorizer(None)
        try:
            self.conn.execute(f"pragma temp_store={store}")
        finally:
            self.conn.set_authorizer(self.authorize)
        self.store = store

    def proxy(self, name: str) -> Callable[..., Any]:
        """A function that asks the server, once for the same arguments in a statement."""

        def ask(*arguments: Any) -> Any:
            key = (name, repr(arguments))  # 1 and 1.0 are equal
            if key not in self.answers:
                status, value = (
                    "error",
                    f"{name}() may be called with {MOST_CALLS} different arguments in one statement.",
                )
                if len(self.answers) < MOST_CALLS:
                    status, value = self.call(name, arguments)
                if status == "error":
                    self.refusal = value
                    raise RefusedError
                self.answers[key] = value
            return self.answers[key]

        return ask

    def authorize(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        """Allow one SELECT of the database's own tables; leave the reason of a refusal on the session."""
        reason = None
        if action == sqlite3.SQLITE_READ:
            table = str(first).lower()  # which is spelt as in the first statement that named it
            if table == "pragma_database_list" and second == "file":
                return sqlite3.SQLITE_IGNORE  # the path is null
            if table in self.closed:
                reason = f"The table {first} is not open to visitors."
        elif action == sqlite3.SQLITE_FUNCTION:
            if str(second).lower() in CLOSED_FUNCTIONS:
                reason = f"The function {second}() is not open to visitors."
        elif action == sqlite3.SQLITE_PRAGMA:
            if str(first).lower() not in PRAGMAS:
                reason = f"PRAGMA {first} is not open to visitors."
        elif action not in READING and (action, first) != DECLARING:
            reason = "A statement must be one SELECT."
        self.refusal = reason or self.refusal
        return sqlite3.SQLITE_DENY if reason else sqlite3.SQLITE_OK

    def run(self, request: dict[str, Any]) -> tuple[Any, list[bytes]]:
        """The reply to a request, which is the result's columns or why there is none, and the rows as pickles."""
        self.refusal = None
        self.answers.clear()
        seconds: float = request["seconds"]
        started = time.monotonic()
        work = time.process_time() + seconds

        def is_over() -> bool:
            passed = time.monotonic() - started
            return passed >= seconds + GRACE_SECONDS or (passed >= seconds and time.process_time() >= work)

        self.conn.set_progress_handler(is_over, STEPS)
        try:
            names, pieces = self.fetch(request)
            return ("result", names), pieces
        except MemoryError:
            return ("refused", "It needs more memory than a statement may take. Select fewer or shorter values."), []
        except (sqlite3.Error, sqlite3.Warning, RefusedError, OverflowError, ValueError) as error:
            reason = self.refusal or str(error)
        if "too big" in reason:
            reason = f"A value or statement is longer than it may be; the longest value has {LIMITS['LENGTH']:,} bytes."
        return ("interrupted",) if reason == "interrupted" else ("refused", reason), []

    def fetch(self, request: dict[str, Any]) -> tuple[list[str], list[bytes]]:
        """The result. Where what is fast doesn't do, the statement starts again: with sorts in memory, which are slower
        than buffers, but are never full; with texts read as Datasette reads them, which need not be UTF-8.
        """
        store, self.conn.text_factory = STORES[0], str
        while True:
            if store != self.store:
                self.sort_in(store)
            try:
                with contextlib.closing(self.conn.execute(request["sql"], request["params"])) as cursor:
                    return fetch(cursor, request)
            except sqlite3.OperationalError as error:
                if store != STORES[-1] and getattr(error, "sqlite_errorname", "").startswith(NO_FILE):
                    store = STORES[-1]
                elif self.conn.text_factory is str and str(error).startswith(NO_TEXT):
                    self.conn.text_factory = read_text
                else:
                    raise


def read_text(text: bytes) -> str:
    """A text as Datasette reads it."""
    return str(text, "utf-8", "replace")


def read_blob(blob: bytes) -> str:
    """A blob as Datasette writes it in JSON where it can be read as text."""
    return str(blob, "utf-8", "ignore")


def measure_name(name: str) -> int:
    """The bytes of a column's name, as JSON where that writes some characters in six or twelve."""
    return len(name) if name.isascii() and name.isprintable() else 12 * len(name)


def check_size(size: int, most: int) -> None:
    """Raise RefusedError for a result of so many bytes where it may have fewer."""
    if size > most:
        raise RefusedError(f"The result is longer than {most // 2**20} MB; add a limit.")


def fetch(cursor: sqlite3.Cursor, request: dict[str, Any]) -> tuple[list[str], list[bytes]]:
    """Names of columns, and rows as pickles of some each: one row more than asked for where there are more.

    Raises RefusedError beyond the values and bytes a result may have. Counted is what an answer is made of: values;
    names of columns, which JSON and pages repeat in each row; for a blob the link to it.
    """
    names = [column[0] for column in cursor.description or ()]
    per_row, per_blob = sum(map(measure_name, names)), BLOB_COST + request["link_bytes"]
    most_rows, most_bytes = request["most_rows"] + 1, request["most_bytes"]
    pieces: list[bytes] = []
    unseen: list[tuple[Any, ...]] = []  # rows in which no blobs were counted yet, for they don't matter
    count = escaped = 0
    size = per_row
    check_size(size, most_bytes)
    while count < most_rows and (rows := cursor.fetchmany(min(ROWS_AT_ONCE, most_rows - count))):
        pieces.append(dump_rows(rows))
        count += len(rows)
        size += len(pieces[-1]) + len(rows) * per_row
        unseen += rows
        if size + len(unseen) * len(names) * per_blob > most_bytes:
            size += list(map(type, chain.from_iterable(unseen))).count(bytes) * per_blob
            unseen.clear()
        if size > most_bytes // 4:  # then it matters that JSON writes some characters in six
            import json  # seldom

            escaped += len(json.dumps(rows, default=read_blob))
        check_size(max(size, escaped // MOST_ESCAPED), most_bytes)
        if count * len(names) > request["most_values"]:
            most_values = f"{request['most_values']:,} values"
            raise RefusedError(f"The result has more than {most_values}; add a limit or name fewer columns.")
    return names, pieces


def limit_process() -> None:
    """Bound this process's memory and files, as far as the system can, and let the server go first."""
    limits = {"CORE": 0, "FSIZE": 0, "NOFILE": 32}
    with contextlib.suppress(AttributeError, OSError):  # Windows has no nice
        os.nice(NICE)
    with contextlib.suppress(OSError), open("/proc/self/statm", "rb") as statm:  # noqa: PTH123
        limits["AS"] = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE") + MEMORY
    with contextlib.suppress(ImportError):  # nor this
        import resource

        for name, most in limits.items():
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def set_alarm(seconds: float) -> None:
    """Have the kernel end this process after so many seconds, or not at all; Windows has no such alarm."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def main() -> None:
    """Answer requests until the server closes the pipe."""
    with contextlib.suppress(EOFError, BrokenPipeError):
        answer_requests()


def answer_requests() -> None:
    """Answer requests. Raises EOFError or BrokenPipeError when the server has closed the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a server in a terminal ends by it, and its workers by the pipe
    source, target = sys.stdin.buffer, sys.stdout.buffer
    databases = read_message(source)
    limit_process()
    sessions: dict[str, Session] = {}

    def call(*function: Any) -> Any:
        write_message(target, ("call", *function))
        return read_message(source)

    write_message(target, ("ready",))
    while True:
        request = read_message(source)
        started, name = time.process_time(), request["database"]
        set_alarm(request["seconds"] + ALARM_SECONDS)
        try:
            if name not in sessions:
                sessions.clear()  # one database at a time, so that many don't add up
                sessions[name] = Session(databases[name], call)
            reply, rows = sessions[name].run(request)
        except (sqlite3.Error, RefusedError, OSError) as error:
            reply, rows = ("refused", str(error)), []
        set_alarm(REPLY_SECONDS)
        write_message(target, (*reply, time.process_time() - started), *rows)
        set_alarm(0)
