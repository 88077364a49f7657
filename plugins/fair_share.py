"""Visitors' SQL takes its own two threads, so that pages are served while it runs; a bounded number of it waits.

Two requests hold results at a time, from their first statement until their answer is made. Beyond the number that may
wait the answer is 503 with Retry-After, at once. A statement counts as a visitor's when it holds text
that came as `?sql=` or `_where=`; all that the pages themselves ask runs in Datasette's threads. What a visitor's
statement returns to a page is bounded more narrowly than as CSV or JSON, for a page takes longer to make. The schema
of files that can't change is asked once, at the start, not with each request.
"""

import asyncio
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field

from datasette import hookimpl
from datasette.utils import StartupError, sqlite3
from datasette.utils.asgi import BadRequest, Base400, Request

DATABASE = "phenomena"
THREADS = 2
MOST_WAITING = 16
MOST_VALUES_ON_A_PAGE = 30_000
MOST_BYTES_ON_A_PAGE = 2 * 2**20
OPENING_SECONDS = 10
DATA_FORMAT = re.compile(r"\.\w+$")


class Busy(Base400):
    """More visitors' statements than may wait."""

    status = 503


@dataclass
class Visitor:
    """What one request brought: its statement and conditions, whether it wants a page; and the share it is in."""

    statements: tuple[str, ...]
    conditions: tuple[str, ...]
    wants_page: bool
    share: object = None
    was_let_in: bool = False
    entering: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wrote(self, sql):
        return any(text in sql for text in self.statements + self.conditions)

    def asked(self, sql):
        """Whether the SQL is the statement itself, not a page's own with the visitor's condition in it."""
        return any(text in sql for text in self.statements)


VISITOR = ContextVar("visitor", default=None)
IS_FREE = ContextVar("is_free", default=False)


def read_visitor(scope):
    """The SQL that a request brings, or None where it brings none."""
    arguments = Request(scope, None).args
    statements, conditions = (
        tuple(text for text in arguments.getlist(name) if text.strip()) for name in ("sql", "_where")
    )
    wants_page = not DATA_FORMAT.search(scope["path"])
    return Visitor(statements, conditions, wants_page) if statements or conditions else None


class Share:
    """The threads for visitors' statements, and how many wait for them."""

    def __init__(self):
        self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="visitors-sql")
        self.places = asyncio.Semaphore(THREADS)
        self.taken = 0

    async def enter(self, visitor):
        """Take a place for a request that has none. Raises Busy when too many wait."""
        async with visitor.entering:
            if visitor.share:
                return
            if self.taken >= THREADS + MOST_WAITING and not visitor.was_let_in:
                raise Busy("Too many visitors' queries are waiting. Please try again in a few seconds.")
            self.taken += 1
            try:
                await self.places.acquire()
            except BaseException:
                self.taken -= 1
                raise
            visitor.share, visitor.was_let_in = self, True

    def leave(self, visitor):
        self.taken -= 1
        self.places.release()
        visitor.share = None

    async def run(self, execute_fn, fn):
        """Run `fn(conn)` in a thread of the share, for a request that keeps its place until its answer is made."""
        visitor = VISITOR.get()
        await self.enter(visitor)

        def bounded(conn):
            conn.most_values = MOST_VALUES_ON_A_PAGE if visitor.wants_page else type(conn).most_values
            conn.most_bytes = MOST_BYTES_ON_A_PAGE if visitor.wants_page else type(conn).most_bytes
            return fn(conn)

        return await execute_fn(bounded, executor=self.executor, is_free=True)

    async def open_all(self, execute_fn):
        """Have each thread open its connection now, so that all see the file that is served."""
        together = threading.Barrier(THREADS)

        def opened(conn):
            together.wait(OPENING_SECONDS)
            return conn.execute("select content_sha256 from source").fetchone()[0]

        tasks = (execute_fn(opened, executor=self.executor, is_free=True) for _ in range(THREADS))
        return set(await asyncio.gather(*tasks))


def part_lanes(database, share):
    """Send visitors' statements to the share, all others where they went before."""
    execute, execute_fn = database.execute, database.execute_fn

    async def execute_in_lane(sql, *args, **kwargs):
        visitor = VISITOR.get()
        mark = IS_FREE.set(visitor is not None and visitor.wrote(sql))
        try:
            return await execute(sql, *args, **kwargs)
        except sqlite3.DatabaseError as error:
            if not IS_FREE.get() or visitor.wants_page or not visitor.asked(sql):
                raise
            raise BadRequest(str(error)) from error  # a format would be empty, for Datasette shows errors on pages
        finally:
            IS_FREE.reset(mark)

    async def execute_fn_in_lane(fn):
        return await (share.run(execute_fn, fn) if IS_FREE.get() else execute_fn(fn))

    database.execute, database.execute_fn = execute_in_lane, execute_fn_in_lane


async def ask_schemas_once(datasette):
    """Of files that can't change, ask the schema now and never again.

    Datasette asks before each page, also where the statement is then refused: three trips to the pages' threads.
    """

    async def asked():
        return None

    await datasette.refresh_schemas()
    if not any(database.is_mutable for name, database in datasette.databases.items() if name != "_internal"):
        datasette.refresh_schemas = asked


@hookimpl
def startup(datasette):
    async def start():
        database = datasette.databases.get(DATABASE)
        if not hasattr(database, "open"):  # there is no guarded database to share
            return
        share = Share()
        of_pages = await database.execute("select content_sha256 from source")
        if await share.open_all(database.execute_fn) != {of_pages.first()[0]}:
            raise StartupError("the database was built anew while the server started; start it again")
        part_lanes(database, share)
        await ask_schemas_once(datasette)

    return start


@hookimpl
def asgi_wrapper():
    def wrap(app):
        async def marked(scope, receive, send):
            if scope["type"] != "http":
                return await app(scope, receive, send)
            visitor, asking = read_visitor(scope), VISITOR.get()
            is_guest = visitor and asking and asking.share  # a page of the site's own, asked for to make this one
            if is_guest:
                visitor.share = asking.share
            mark = VISITOR.set(visitor)

            def leave():
                if visitor and visitor.share and not is_guest:
                    visitor.share.leave(visitor)

            async def send_and_leave(message):
                if message["type"] == "http.response.body":
                    leave()
                await send(message)

            try:
                return await app(scope, receive, send_and_leave)
            finally:
                leave()
                VISITOR.reset(mark)

        return marked

    return wrap
