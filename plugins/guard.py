"""Open SQL that can't take the site down: a visitor's statement does what is listed at `/-/allowed`, or answers 400.

Every connection to the published database reads only listed tables with listed functions (an authorizer that refuses
by default), within SQLite's own limits and one cap on its memory. A statement that a visitor wrote is measured before
it runs, by its compiled program: SQLite checks the time only between steps, so the longer a pass through the program
and the slower its functions, the shorter the values it may hold. While it runs, a watch stops it at the time limit or
when memory runs short. What it returns is bounded in values and bytes. The server does not start unless a dozen
hostile statements are refused.
"""

import asyncio
import ctypes
import re
import sys
import threading
from collections import OrderedDict
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path

from datasette import hookimpl
from datasette.database import Database
from datasette.utils import StartupError, module_from_path, sqlite3

COST = module_from_path(str(Path(__file__).with_name("cost.py")), "cost")  # plugins/ is not on the import path
DATABASE = "phenomena"
LISTED = "What is open to visitors is listed at /-/allowed."

FUNCTIONS = {
    "Aggregates": "avg count group_concat max median min percentile string_agg sum total",
    "Windows": "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number",
    "Text": "char concat concat_ws format glob hex instr length like lower ltrim octet_length printf quote replace "
    "rtrim soundex substr substring trim unicode unistr upper",
    "Numbers": "abs acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 "
    "mod pi pow power radians random round sign sin sinh sqrt tan tanh trunc",
    "Dates": "current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch",
    "JSON": "-> ->> json json_array json_array_length json_error_position json_extract json_group_array "
    "json_group_object json_object json_quote json_type json_valid",
    "Choice": "coalesce if ifnull iif likelihood likely nullif typeof unlikely",
    "Search": "bm25 escape_fts fts_query highlight match snippet",
    "About": "sqlite_version",
}
ALLOWED_FUNCTIONS = frozenset(" ".join(FUNCTIONS.values()).split())
PRAGMA_NAMES = (
    "data_version database_list foreign_key_list function_list index_info index_list index_xinfo page_count page_size "
    "schema_version table_info table_list table_xinfo"
)
PRAGMAS = frozenset(PRAGMA_NAMES.split())
NAMING_PRAGMAS = frozenset(p for p in PRAGMAS if p.endswith(("info", "foreign_key_list", "index_list", "table_list")))
CATALOGUE = frozenset({"sqlite_master", "sqlite_schema", "json_each", "json_tree", *(f"pragma_{p}" for p in PRAGMAS)})

LIMITS = {  # Datasette's own pages need 200 of LIKE_PATTERN_LENGTH, and 5,000 variables to label a page's foreign keys
    "LENGTH": 2_000_000,
    "SQL_LENGTH": 65_536,
    "COLUMN": 100,
    "EXPR_DEPTH": 200,
    "COMPOUND_SELECT": 100,
    "VDBE_OP": 25_000,
    "FUNCTION_ARG": 100,
    "ATTACHED": 0,
    "LIKE_PATTERN_LENGTH": 256,
    "VARIABLE_NUMBER": 10_000,
    "TRIGGER_DEPTH": 1,
    "WORKER_THREADS": 0,
}
MAPPED = f"mmap_size={2**28}"  # pages are read where the system has them, and take nothing of the heap
HEAP = 128 * 2**20  # bytes that SQLite may hold in this process
HEAP_FOR_VISITORS = HEAP // 2  # above this, visitors' statements stop, so that pages keep the rest
HEAP_FOR_SORTING = 24 * 2**20  # more than before the statement, where it sorts: SQLite sorts in one step
MEMORY_REFUSAL = "It needs more memory than a visitor's statement may take."
MOST_BYTES = 4 * 2**20  # of one result's texts
MOST_BYTES_AT_ONCE = 16 * 2**20  # that rows fetched together could have at most; Python may hold four times that
MOST_ROWS_AT_ONCE = 50
LONG_TYPES = (str, bytes)
MOST_VALUES = 200_000
BLOB_COST = 300  # bytes; a blob is shown as a link, which repeats the statement
WATCH_SECONDS = 0.005
IDLE_SECONDS = 0.02


def find_memory_meter():
    """SQLite's own count of the bytes it holds; always 0 where the library can't be asked."""
    try:
        meter = ctypes.CDLL(sys.modules["_sqlite3"].__file__).sqlite3_memory_used
    except (AttributeError, KeyError, OSError):
        return lambda: 0
    meter.restype = ctypes.c_int64
    return meter


memory_used = find_memory_meter()


def give_back_memory():
    """Have the C library return what was freed to the system, where it is one that keeps it (glibc)."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


class Watch(threading.Thread):
    """Interrupts connections whose handler says that their time is up, or when memory runs short.

    It looks by itself: being woken for each statement would cost every short one more than the watch is worth.
    """

    def __init__(self):
        super().__init__(name="sql-watch", daemon=True)
        self.watched = {}

    def add(self, conn, is_late):
        self.watched[conn] = is_late
        if not self.is_alive():
            with LOCK:
                if not self.is_alive():
                    self.start()

    def remove(self, conn):
        self.watched.pop(conn, None)

    def run(self):
        pause = threading.Event()
        while True:
            running = list(self.watched.items())
            used = memory_used() if running else 0
            for conn, is_late in running:
                is_short = used > conn.most_memory
                if is_short:
                    conn.refusal = MEMORY_REFUSAL
                if is_short or is_late():
                    conn.interrupt()
            pause.wait(WATCH_SECONDS if running else IDLE_SECONDS)


LOCK = threading.Lock()
WATCH = Watch()


SEARCH_FAULT = re.compile(r"no such column|fts5|unterminated string|unknown special query|unable to use function MATCH")
QUOTES = "put each word that has other characters than letters and digits in double quotes."
SEARCH_ADVICE = (
    f"In a full-text query, write `match fts_query('out-of-distribution')`, which takes any words, or {QUOTES}"
)
RAW_ADVICE = (
    f"This is FTS5's own language, as _searchmode=raw asks for. Leave that out to search for any words, or {QUOTES}"
)


def explain(error, refusal):
    """An SQLite error in a reader's words, as the OperationalError that Datasette shows with the statement."""
    words = str(error)
    if words == "interrupted" and not refusal:
        return error
    if refusal:
        return sqlite3.OperationalError(f"{refusal} {LISTED}")
    if isinstance(error, MemoryError):
        words = MEMORY_REFUSAL
    elif "too big" in words:
        words = "A value grew longer than this statement may hold; slow functions allow only shorter values."
    elif "too" not in words:
        return sqlite3.OperationalError(words)
    return sqlite3.OperationalError(f"{words} {LISTED}" if words.endswith(".") else f"{words}. {LISTED}")


class GuardedCursor(sqlite3.Cursor):
    """Says in words what was refused, and fetches no more than the budget."""

    def execute(self, sql, parameters=()):
        self.connection.refusal = None
        self.sql, self.parameters = sql, parameters
        try:
            if self.connection.is_free:
                self.connection.measure(sql, parameters)
            return super().execute(sql, parameters)
        except BaseException as error:
            raise self.give_up(error) from None

    def fetchmany(self, size=1):
        try:
            return self.fetch_within_budget(size) if self.connection.is_free else super().fetchmany(size)
        except BaseException as error:
            raise self.give_up(error) from None

    def fetchall(self):
        try:
            return self.fetch_within_budget(sys.maxsize) if self.connection.is_free else super().fetchall()
        except BaseException as error:
            raise self.give_up(error) from None

    def give_up(self, error):
        """The error to raise: SQLite's in a reader's words. No open cursor stays in its traceback.

        A traceback may be collected in another thread, which would then wait until this connection is free: the watch,
        or the thread that answers requests.
        """
        refusal = self.connection.refusal
        if not refusal and self.is_fault_of_search(str(error)):
            error = sqlite3.OperationalError(f"{error}. {RAW_ADVICE if ':search' in self.sql else SEARCH_ADVICE}")
        self.close()
        if isinstance(error, MemoryError) or refusal == MEMORY_REFUSAL:
            give_back_memory()
        is_from_sqlite = isinstance(error, (sqlite3.Error, sqlite3.Warning, MemoryError))
        return explain(error, refusal) if is_from_sqlite else error

    def is_fault_of_search(self, words):
        """Whether FTS5 couldn't read the text to look for; it calls words columns, but then the statement compiles."""
        if not re.search(r"_fts|\bmatch\b", self.sql, re.IGNORECASE) or not SEARCH_FAULT.match(words):
            return False
        try:
            sqlite3.Cursor(self.connection).execute(f"explain {self.sql}", self.parameters).close()
        except sqlite3.Error:
            return "MATCH" in words
        return True

    def fetch_within_budget(self, size):
        """Up to `size` rows. Raises OperationalError beyond the values and bytes that one result may have.

        Counted is what an answer is made of: texts; names of columns, which JSON and pages repeat in each row; for a
        blob the link to it.
        """
        rows, length, most_values, most_bytes = [], 0, self.connection.most_values, self.connection.most_bytes
        blob, names = BLOB_COST + 3 * len(self.sql), sum(len(column[0]) for column in self.description or ())
        while len(rows) < size:  # of none, SQLite's module would fetch all
            chunk = super().fetchmany(min(self.connection.rows_at_once, size - len(rows)))
            if not chunk:
                break
            rows += chunk
            length += len(chunk) * names + sum(
                blob + len(value) if type(value) is bytes else len(value if value.isascii() else value.encode())
                for value in chain.from_iterable(chunk)
                if type(value) in LONG_TYPES
            )
            if length > most_bytes:
                raise sqlite3.OperationalError(
                    f"The result is longer than {most_bytes // 2**20} MB; add a limit."
                    + ("" if most_bytes == MOST_BYTES else " As CSV or JSON it may have more.")
                )
            if len(rows) * len(rows[0]) > most_values:
                raise sqlite3.OperationalError(
                    f"The result has more than {most_values:,} values; add a limit or name fewer columns."
                    + ("" if most_values == MOST_VALUES else " As CSV or JSON it may have more.")
                )
        return rows


class GuardedConnection(sqlite3.Connection):
    """A connection that knows why it refused; `is_free` on those that run what visitors wrote."""

    is_free = False
    most_values = MOST_VALUES
    most_bytes = MOST_BYTES
    rows_at_once = 1
    most_memory = HEAP_FOR_VISITORS
    refusal = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.measured = OrderedDict()

    def cursor(self, factory=GuardedCursor):
        return super().cursor(factory)

    def execute(self, sql, parameters=()):
        return self.cursor().execute(sql, parameters)

    def set_progress_handler(self, handler, n):
        """A free connection is watched from outside too: SQLite may take long until it calls a handler."""
        super().set_progress_handler(handler, n)
        if self.is_free and handler is None:
            WATCH.remove(self)
        elif self.is_free:
            WATCH.add(self, handler)

    def measure(self, sql, parameters):
        """Set the length that values may have in this statement, and the memory that it may fill."""
        if sql not in self.measured:
            self.measured[sql] = self.judge_program(sql, parameters)
            while len(self.measured) > 100:
                self.measured.popitem(last=False)
        length, self.rows_at_once, sorts = self.measured[sql]
        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length)
        self.most_memory = min(HEAP_FOR_VISITORS, memory_used() + HEAP_FOR_SORTING) if sorts else HEAP_FOR_VISITORS

    def judge_program(self, sql, parameters):
        """The longest value that a statement may hold, how many of its rows are fetched at once, whether it sorts.

        Raises OperationalError for excess.
        """
        if excess := COST.find_excess(sql):
            raise sqlite3.OperationalError(excess)
        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, COST.LONGEST)
        try:
            with closing(sqlite3.Cursor(self)) as cursor:
                steps = [(step[1], step[3], step[5]) for step in cursor.execute(f"explain {sql}", parameters)]
        except sqlite3.OperationalError as error:
            if 'near "explain"' not in str(error).lower():
                raise
            return COST.LONGEST, 1, False  # the statement itself only explains
        columns = max((number for opcode, number, _ in steps if opcode == "ResultRow"), default=1)
        costly = [(opcode, detail) for opcode, _, detail in steps]
        length = min(COST.longest_value(costly, "_fts" in sql.lower()), MOST_BYTES_AT_ONCE // columns)
        longest = length if COST.makes_text(costly) else COST.LONGEST_STORED
        rows_at_once = min(MOST_ROWS_AT_ONCE, MOST_BYTES_AT_ONCE // (columns * longest))
        return length, rows_at_once, any(opcode == "SorterOpen" for opcode, _, _ in steps)


class GuardedDatabase(Database):
    """The published database; its connections are guarded, including those that Datasette's start had opened before."""

    def __init__(self, datasette, path, is_mutable):
        super().__init__(datasette, path=path, is_mutable=is_mutable)
        self.own = threading.local()
        self.functions, self.limits = FUNCTIONS, LIMITS

    def connect(self, write=False):
        mode = "mode=ro" if self.is_mutable else "immutable=1"
        uri = f"file:{self.path}?{mode}{'&nolock=1' if self.is_mutable and self.ds.nolock else ''}"
        conn = sqlite3.connect(
            uri, uri=True, check_same_thread=False, cached_statements=1000, factory=GuardedConnection
        )
        self._all_file_connections.append(conn)
        return conn

    def open(self, is_free=False):
        """A connection as Datasette and its plugins prepare it."""
        conn = self.connect()
        conn.is_free = is_free
        self.ds._prepare_connection(conn, self.name)
        return conn

    async def execute_fn(self, fn, executor=None, is_free=False):
        if self.ds.executor is None and executor is None:
            return await super().execute_fn(fn)

        def in_thread():
            if not hasattr(self.own, "conn"):
                self.own.conn = self.open(is_free)
            return fn(self.own.conn)

        return await asyncio.get_running_loop().run_in_executor(executor or self.ds.executor, in_thread)


def make_authorizer(conn, tables, closed):
    """Allow what is listed, refuse everything else; the reason is left on the connection."""

    def judge(action, first, second, schema, _):
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return None
        if action == sqlite3.SQLITE_READ:
            name = first.lower()
            is_open = name in tables or (schema is None and not second and name not in closed)  # a table of WITH
            return None if is_open else f"The table {first} is not open to visitors."
        if action == sqlite3.SQLITE_FUNCTION:
            return None if second.lower() in ALLOWED_FUNCTIONS else f"The function {second}() is not open to visitors."
        if action == sqlite3.SQLITE_PRAGMA:
            is_open = first.lower() in PRAGMAS and (second is None or first.lower() in NAMING_PRAGMAS)
            return None if is_open else f"PRAGMA {first} is not open to visitors."
        if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
            return None  # how SQLite declares the columns of json_each and of the search table; nothing is written
        return "The site only reads: a statement must be one SELECT."

    is_free = getattr(conn, "is_free", False)

    def authorize(*args):
        refusal = judge(*args)
        if is_free and memory_used() > HEAP_FOR_VISITORS:
            refusal = MEMORY_REFUSAL
        if refusal and isinstance(conn, GuardedConnection):
            conn.refusal = refusal
        return sqlite3.SQLITE_DENY if refusal else sqlite3.SQLITE_OK

    return authorize


HOSTILE = (
    "select load_extension('x')",
    "select zeroblob(1000000000)",
    "select randomblob(1000000000)",
    "select hex(printf('%.*c', 100000000, 'x'))",
    "select fts3_tokenizer('x')",
    "select * from sqlite_stmt",
    "select * from dbstat",
    "select * from pragma_module_list",
    "attach ':memory:' as other",
    "pragma query_only = 0",
    "create table other (a)",
    "delete from source",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
)


def test_itself(database):
    """Raise StartupError unless the hostile statements are refused."""
    conn = database.open(is_free=True)
    for sql in HOSTILE:
        calls = iter([False] * 10)
        conn.set_progress_handler(lambda calls=calls: next(calls, True), 1000)
        try:
            conn.execute(sql).fetchone()
        except sqlite3.OperationalError:
            continue
        finally:
            conn.set_progress_handler(None, 1000)
        raise StartupError(f"the guard let a hostile statement run, so the server does not start: {sql}")
    conn.close()


@hookimpl(trylast=True)
def prepare_connection(conn, database):
    if database != DATABASE:
        return
    tables = {row[0] for row in conn.execute("select lower(name) from sqlite_master where sql is not null")}
    modules = {row[0] for row in conn.execute("select name from pragma_module_list")}
    pragmas = {f"pragma_{row[0]}" for row in conn.execute("select name from pragma_pragma_list")}
    closed = modules | pragmas | {"sqlite_temp_master", "sqlite_temp_schema"}
    for name, most in LIMITS.items():
        conn.setlimit(getattr(sqlite3, f"SQLITE_LIMIT_{name}"), most)
    for pragma in ("query_only=1", "trusted_schema=0", "temp_store=memory", f"hard_heap_limit={HEAP}", MAPPED):
        conn.execute(f"pragma {pragma}").fetchall()
    conn.set_authorizer(make_authorizer(conn, tables | CATALOGUE, closed - CATALOGUE))


@hookimpl(tryfirst=True)
def startup(datasette):
    published = datasette.databases.get(DATABASE)
    if published is None or not published.path:
        return
    datasette.remove_database(DATABASE)
    guarded = datasette.add_database(GuardedDatabase(datasette, published.path, published.is_mutable), name=DATABASE)
    test_itself(guarded)
