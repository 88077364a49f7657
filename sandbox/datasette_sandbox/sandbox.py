"""The sandbox of one Datasette: its queues, its workers, and the way statements take to them."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from datasette.database import Database, QueryInterrupted, Results
from datasette.plugins import pm
from datasette.tracer import trace
from datasette.utils import StartupError, disallawed_sql_res, sqlite3
from datasette.utils.asgi import BadRequest, Request

from .admission import Queue
from .databases import Functions, describe_database, learn_functions
from .messages import load_plain
from .slow_clients import Outflow
from .supervisor import Supervisor
from .visitors import BOUND, VISIT, Visit, brings_sql, is_large, read_client, sandboxed_visit

PLACES, MOST_WAITING = 2, 16
LARGE_PLACES, MOST_LARGE_WAITING = 2, 32
LEAST_SECONDS = 0.01
PARAMETER = re.compile(r"[:@$](\w+)")
NO_FILE = "Visitors' SQL is run on databases in files only."

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
        self.databases: dict[str, dict[str, Any]] = {}
        self.functions: dict[str, Functions] = {}
        self.supervisor: Supervisor | None = None

    async def open(self, datasette: Any) -> None:
        """Open each database in a file, start the workers, and check them. Raises StartupError where they let go."""
        self.bound = BOUND.union(*pm.hook.sandbox_bound_parameters(datasette=datasette))
        for name, database in datasette.databases.items():
            if is_searched_raw(datasette, name):
                self.bound -= {"_search"}
            if database.path:
                self.databases[name] = describe_database(database, learn_functions(datasette, database))
                self.functions[name] = Functions(datasette, database)
        self.supervisor = Supervisor(self.databases, PLACES, lambda name, *call: self.functions[name].call(*call))
        weakref.finalize(datasette, self.close)
        await check_itself(datasette, self.databases)

    def close(self) -> None:
        """End the workers."""
        if self.supervisor:
            self.supervisor.close()
        for one in self.databases.values():
            if one["descriptor"] is not None:
                os.close(one["descriptor"])
        self.databases.clear()
        for one_database in self.functions.values():
            one_database.conn.close()

    def read_visit(self, request: Request, extension: str) -> Visit:
        """What a request is, and the queue in which it waits."""
        if brings_sql(request.args, self.bound):
            return sandboxed_visit(request, extension, self.queue)
        queue = self.large_queue if is_large(request, extension) else None
        return Visit(read_client(request.scope), queue, is_sandboxed=False)

    async def run(self, database: Database, visit: Visit, sql: str, params: Any, options: dict[str, Any]) -> Results:
        """Database.execute for a visitor's request: in a worker, within the time of one statement for all of it."""
        if database.name not in self.databases or self.supervisor is None:
            raise sqlite3.OperationalError(NO_FILE)
        limit = database.ds.sql_time_limit_ms / 1000
        async with visit.lock:
            await visit.enter(limit)
            seconds = max(LEAST_SECONDS, min(visit.seconds_left, (options["custom_time_limit"] or 10**6) / 1000))
            request = {
                "database": database.name,
                "sql": sql,
                "params": plain_parameters(sql, params),
                "seconds": seconds,
                "most_rows": find_most_rows(database.ds, options),
                "most_values": visit.most_values,
                "most_bytes": visit.most_bytes,
            }
            kind, *reply, used = await self.supervisor.run(request)
            visit.seconds_left -= used
        if kind == "interrupted":
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, params)
        if kind == "refused":
            raise sqlite3.OperationalError(reply[0])
        return make_results(*reply)


def find_most_rows(datasette: Any, options: dict[str, Any]) -> int | None:
    """How many rows a result may have before it is cut, as Datasette counts; None where it is not to be cut."""
    most = int(datasette.max_returned_rows)
    if not options["truncate"] or not most:
        return None
    return most + 1 if most == (options["page_size"] or datasette.page_size) else most


def plain_parameters(sql: str, params: Any) -> Any:
    """Parameters as plain values; those that Datasette computes when asked (`:_now_epoch`) are asked for here."""
    if isinstance(params, dict):
        given = dict(params.items())
        for name in set(PARAMETER.findall(sql)) - given.keys() if type(params) is not dict else ():
            with contextlib.suppress(KeyError, TypeError):
                given[name] = params[name]
        return {name: plain_value(value) for name, value in given.items()}
    return [plain_value(value) for value in params or ()]


def plain_value(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def make_results(names: list[str], pieces: list[bytes], is_cut: bool) -> Results:
    """Results as Datasette's own, with real rows of sqlite3."""
    columns = ", ".join('null as "' + name.replace('"', '""') + '"' for name in names)
    with contextlib.closing(sqlite3.connect(":memory:")) as conn:
        cursor = conn.execute(f"select {columns}") if names else conn.cursor()
        cursor.fetchall()
        rows = [sqlite3.Row(cursor, row) for piece in pieces for row in load_plain(piece)]
        return Results(rows, is_cut, cursor.description)


def is_searched_raw(datasette: Any, database: str) -> bool:
    """Whether a table's metadata takes `_search` in the language of full-text queries."""
    tables = datasette.metadata("tables", database=database) or {}
    return any(table.get("searchmode") == "raw" for table in tables.values())


@contextlib.contextmanager
def as_visitor(datasette: Any, database: str) -> Iterator[Visit]:
    """Statements within run as those of a request that brings them."""
    request = Request({"query_string": b"sql=select+1", "path": f"/{database}"}, None)
    visit = sandbox_of(datasette).read_visit(request, "json")
    mark = VISIT.set(visit)
    try:
        yield visit
    finally:
        visit.leave()
        VISIT.reset(mark)


async def check_itself(datasette: Any, databases: Iterable[str]) -> None:
    """Send adversarial statements the way a request would. Raises StartupError where one is let through."""
    for name in databases:
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


def sandboxed(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Database.execute, which sends the statements of visitors' requests to the sandbox."""

    @functools.wraps(execute)
    async def execute_here_or_there(
        self: Database,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        visit = VISIT.get()
        options = {"truncate": truncate, "custom_time_limit": custom_time_limit, "page_size": page_size}
        if visit is None or not visit.is_sandboxed or self.name == "_internal":
            return await execute(self, sql, params, log_sql_errors=log_sql_errors, **options)
        with trace("sql", database=self.name, sql=sql.strip(), params=params):
            try:
                return await sandbox_of(self.ds).run(self, visit, sql, params, options)
            except sqlite3.OperationalError as error:
                if sql not in visit.refused_aloud:
                    raise
                raise BadRequest(str(error)) from error

    return execute_here_or_there


def divert_statements() -> None:
    """Put the sandbox into Database.execute, once in a process, which may have several sites."""
    if not hasattr(Database, "sandboxed_execute"):
        Database.execute = Database.sandboxed_execute = sandboxed(Database.execute)
    disallawed_sql_res.clear()  # Datasette looks for the word "pragma" in the text; the workers see what is a pragma
