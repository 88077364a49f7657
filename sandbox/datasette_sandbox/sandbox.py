"""The sandbox of one Datasette: its queues, its workers, and how statements reach them."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
import threading
import weakref
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from datasette.database import Database, QueryInterrupted, Results
from datasette.plugins import pm
from datasette.tracer import trace
from datasette.utils import MultiParams, StartupError, disallawed_sql_res, sqlite3, tilde_decode
from datasette.utils.asgi import BadRequest

from .admission import Queue
from .slow_clients import Outflow
from .supervisor import Supervisor
from .visitors import BOUND, VISIT, Visit, brings_sql, is_large, sandboxed_visit
from .worker import CLOSED_TABLES

PLACES, MOST_WAITING = 2, 16
LARGE_PLACES, MOST_LARGE_WAITING = 2, 32
LEAST_SECONDS = 0.01
LONGEST_ARGUMENTS = 64 * 1024  # characters, of a plugin's function
FUNCTIONS = "select name, narg, flags from pragma_function_list where type = 's'"
PARAMETER = re.compile(r"[:@$](\w+)")
BLANK = sqlite3.connect(":memory:", check_same_thread=False, cached_statements=0)  # supplies the rows' column names

CHECKS = (  # what must be refused before the server starts
    "select * from sqlite_stmt",
    "select * from pragma_module_list",
    "select load_extension('x')",
    "attach ':memory:' as other",
    "pragma query_only = 0",
    "create temp table other (a)",
    "delete from sqlite_master",
    "select hex(printf('%.*c', 100000000, 'x'))",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
    "select instr(printf('%0900000d', 0), printf('%0400000d', 1))",
)


class Sandbox:
    """Queues, workers and functions of one Datasette."""

    def __init__(self) -> None:
        self.queue = Queue(PLACES, MOST_WAITING)
        self.large_queue = Queue(LARGE_PLACES, MOST_LARGE_WAITING)
        self.outflow = Outflow()
        self.bound = BOUND
        self.built_in: set[str] = set()  # tables that SQLite has without a database's having them
        self.databases: dict[str, dict[str, Any]] = {}
        self.connections: dict[str, sqlite3.Connection] = {}
        self.calling = threading.Lock()
        self.closing = contextlib.ExitStack()
        self.supervisor: Supervisor | None = None

    async def open(self, datasette: Any) -> None:
        """Open each database in a file, start and check the workers. Raises StartupError if any check gets through."""
        self.bound = BOUND.union(*pm.hook.sandbox_bound_parameters(datasette=datasette))
        for name, database in datasette.databases.items():
            tables = (datasette.metadata("tables", database=name) or {}).values()
            if any(table.get("searchmode") == "raw" for table in tables):
                self.bound -= {"_search"}
            if database.path:
                self.open_database(datasette, database)
        self.supervisor = Supervisor(self.databases, PLACES, self.call)
        self.closing.callback(self.supervisor.close)
        weakref.finalize(datasette, self.closing.close)
        await check_itself(datasette)

    def open_database(self, datasette: Any, database: Database) -> None:
        """Keep what workers need of a database; a file that never changes stays open, whatever replaces it on disk."""
        mode = "mode=ro&nolock=1" if datasette.nolock else "mode=ro"
        conn = sqlite3.connect(f"file:{database.path}?{mode}", uri=True, check_same_thread=False)
        self.connections[database.name] = self.closing.enter_context(contextlib.closing(conn))
        self.built_in |= {row[0] for row in conn.execute(CLOSED_TABLES)}
        functions = set(conn.execute(FUNCTIONS))
        pm.hook.prepare_connection(conn=conn, database=database.name, datasette=datasette)
        conn.row_factory = None
        descriptor = None
        if os.name == "posix" and not database.is_mutable:
            descriptor = os.open(database.path, os.O_RDONLY)
            self.closing.callback(os.close, descriptor)
        self.databases[database.name] = {
            "path": str(database.path),
            "mode": mode if database.is_mutable else "immutable=1",
            "descriptor": descriptor,
            "functions": sorted(set(conn.execute(FUNCTIONS)) - functions),
        }

    def call(self, database: str, name: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
        """What a plugin's function gives, as ("value", it) or ("error", why). A worker may ask for anything."""
        if name not in {one[0] for one in self.databases[database]["functions"]}:
            return "error", f"There is no function {name}()."
        if len(str(arguments)) > LONGEST_ARGUMENTS:
            return "error", f"The arguments of {name}() are too long."
        sql = f'select "{name}"({", ".join("?" * len(arguments))})'
        try:
            with self.calling:
                return "value", self.connections[database].execute(sql, arguments).fetchone()[0]
        except sqlite3.Error as error:
            return "error", str(error)

    def read_visit(self, client: str, path: str, args: MultiParams, extension: str) -> Visit:
        """What a request is, and the queue in which it waits. A path may name a table as SQL does."""
        tables = {tilde_decode(part.removesuffix(f".{extension}")).lower() for part in path.split("/")}
        if brings_sql(args, self.bound) or tables & self.built_in:
            return sandboxed_visit(client, args, extension, self.queue)
        return Visit(client, self.large_queue if is_large(args, extension) else None, is_sandboxed=False)

    async def run(
        self,
        database: Database,
        visit: Visit,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """Database.execute for a visitor's request: in a worker, within the time of one statement for all of it."""
        if database.name not in self.databases or self.supervisor is None:
            raise sqlite3.OperationalError("Visitors' SQL is run on databases in files only.")
        most_rows = int(database.ds.max_returned_rows) if truncate else 0
        if most_rows == (page_size or database.ds.page_size):
            most_rows += 1  # as Datasette counts
        async with visit.lock:
            limit = database.ds.sql_time_limit_ms / 1000
            await visit.enter(limit)
            if visit.seconds_left < -limit:
                raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, params)
            request = {
                "database": database.name,
                "sql": sql,
                "params": plain_parameters(sql, params),
                "seconds": max(LEAST_SECONDS, min(visit.seconds_left, (custom_time_limit or sys.maxsize) / 1000)),
                "most_rows": most_rows or sys.maxsize,
                "most_values": visit.most_values,
                "most_bytes": visit.megabytes * 2**20,
                "link_bytes": visit.link_bytes,
            }
            with trace("sql", database=database.name, sql=sql.strip(), params=params):
                kind, *reply, used = await self.supervisor.run(request)
            visit.seconds_left -= used
        if kind == "interrupted":
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, params)
        if kind == "refused":
            raise (BadRequest if sql in visit.refused_aloud else sqlite3.OperationalError)(reply[0])
        return make_results(request["most_rows"], *reply)


def plain_parameters(sql: str, params: Any) -> Any:
    """Parameters as plain values; those that Datasette computes when asked (`:_now_epoch`) are asked for here."""
    if not isinstance(params, dict):
        return tuple(params or ())
    given = dict(params)  # as they came: an address may name what the statement doesn't ask for
    for name in PARAMETER.findall(sql):
        with contextlib.suppress(KeyError):
            given[name] = params[name]
    return given


def make_results(most_rows: int, names: list[str], values: list[tuple[Any, ...]]) -> Results:
    """Results as Datasette's own, with real rows of sqlite3."""
    columns = ", ".join('null as "' + name.replace('"', '""') + '"' for name in names)
    cursor = BLANK.execute(f"select {columns} where 0") if names else BLANK.cursor()
    rows = list(map(sqlite3.Row, repeat(cursor), values))
    return Results(rows[:most_rows], len(rows) > most_rows, cursor.description)


@contextlib.contextmanager
def as_visitor(datasette: Any, database: str) -> Iterator[Visit]:
    """Statements within run as those of a request that brings them."""
    visit = sandbox_of(datasette).read_visit("", "", MultiParams({"sql": ["select 1"]}), "json")
    mark = VISIT.set(visit)
    try:
        yield visit
    finally:
        visit.leave()
        VISIT.reset(mark)


async def check_itself(datasette: Any) -> None:
    """Send adversarial statements the way a request would. Raises StartupError where one is let through."""
    for name in sandbox_of(datasette).databases:
        for sql in CHECKS:
            with as_visitor(datasette, name), contextlib.suppress(sqlite3.OperationalError, QueryInterrupted):
                await datasette.get_database(name).execute(sql, custom_time_limit=20)
                raise StartupError(f"The sandbox let a statement through, so the server does not start: {sql}")
        with as_visitor(datasette, name):
            await datasette.get_database(name).execute("select 1")


SANDBOXES: weakref.WeakKeyDictionary[Any, Sandbox] = weakref.WeakKeyDictionary()


def sandbox_of(datasette: Any) -> Sandbox:
    """The sandbox of a Datasette; its workers start with the server."""
    return SANDBOXES.get(datasette) or SANDBOXES.setdefault(datasette, Sandbox())


def divert_statements() -> None:
    """Put the sandbox into Database.execute, once in a process, which may have several sites."""
    disallawed_sql_res.clear()  # Datasette looks for the word "pragma" in the text; the workers see what is a pragma
    if hasattr(Database, "execute_unsandboxed"):
        return
    Database.execute_unsandboxed = Database.execute

    @functools.wraps(Database.execute)
    async def execute(database: Database, *args: Any, **options: Any) -> Results:
        visit = VISIT.get()
        if visit and visit.is_sandboxed and database.name != "_internal":
            return await sandbox_of(database.ds).run(database, visit, *args, **options)
        return await database.execute_unsandboxed(*args, **options)

    Database.execute = execute
