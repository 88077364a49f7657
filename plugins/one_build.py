"""What a visitor sees is of one build, from the server's start to its end, whatever is built beside it meanwhile.

Database, metadata.yml and inspect-data.json are read at different moments: the last two when the server starts, the
database whenever one of Datasette's threads first needs it, and again for a download. So at the start every thread
and the sandbox open the database and keep it, the download is read into memory, and all are compared by the checksums
that the build wrote. A set that doesn't belong together doesn't start. A new build is seen after a restart.
"""

import asyncio
import hashlib
import threading
from pathlib import Path

import click
from datasette import hookimpl
from datasette.utils.asgi import Response
from datasette_sandbox import as_visitor

DATABASE = "phenomena"
TIMEOUT = 10  # seconds for all threads to open the database
CONTENT = "select content_sha256 from source"
REMEDY = "run `python build.py`, then start the server again"


def content_hash(conn):
    """The checksum of the rows that a connection sees."""
    return conn.execute(CONTENT).fetchone()[0]


async def open_in_all_threads(datasette):
    """Have each thread open its connection; gives the checksum that each sees. No connection is opened after this."""
    database = datasette.get_database(DATABASE)
    threads = datasette.setting("num_sql_threads")
    together = threading.Barrier(threads or 1)

    def opened(conn):
        together.wait(TIMEOUT)  # a thread that has opened waits, so the next task falls to another
        return content_hash(conn)

    return await asyncio.gather(*(database.execute_fn(opened) for _ in range(threads or 1)))


def objection(datasette, file_hash):
    """Why the database's file is not the one that inspect-data.json and metadata.yml were made for, or None."""
    if (datasette.inspect_data or {}).get(DATABASE, {}).get("hash") != file_hash:
        return f"inspect-data.json was not made for this {DATABASE}.db; {REMEDY}"
    if not (datasette.plugin_config("phenomena") or {}).get("content_sha256"):
        return f"metadata.yml names no checksum of its database; {REMEDY}"
    return None


async def hold(datasette):
    """Open the database for good. Raises ClickException, which ends the command in one line, if builds are mixed."""
    content = await asyncio.to_thread(Path(datasette.get_database(DATABASE).path).read_bytes)
    if reason := objection(datasette, hashlib.sha256(content).hexdigest()):
        raise click.ClickException(reason)
    with as_visitor(datasette, DATABASE):
        of_visitors = (await datasette.get_database(DATABASE).execute(CONTENT)).single_value()
    seen = {of_visitors, *await open_in_all_threads(datasette)}
    if seen != {datasette.plugin_config("phenomena")["content_sha256"]}:
        raise click.ClickException(f"metadata.yml was not made for this {DATABASE}.db; {REMEDY}")
    datasette.held_content = content


async def ask_schemas_once(datasette):
    """Of files that can't change, ask the schema now and never again.

    Datasette asks before each page, also where the statement is then refused: three trips to the pages' threads.
    """

    async def asked():
        return None

    await datasette.refresh_schemas()
    if not any(database.is_mutable for name, database in datasette.databases.items() if name != "_internal"):
        datasette.refresh_schemas = asked


async def open_for_good(datasette):
    """What the server does once, at its start."""
    await hold(datasette)
    await ask_schemas_once(datasette)


async def download(datasette, request):
    """The file that is served; Datasette's own view would read the one that lies in the folder by then."""
    places = [("view-database-download", DATABASE), ("view-database", DATABASE), "view-instance"]
    await datasette.ensure_permissions(request.actor, places)
    if not datasette.setting("allow_download"):
        return Response.text("Database download is forbidden", status=403)
    etag = f'"{datasette.get_database(DATABASE).hash}"'
    headers = {"ETag": etag, "Content-Disposition": f'attachment; filename="{DATABASE}.db"'}
    if request.headers.get("if-none-match") == etag:
        return Response("", status=304, headers=headers)
    return Response(datasette.held_content, headers=headers, content_type="application/octet-stream")


@hookimpl
def startup(datasette):
    if DATABASE in datasette.databases:
        return lambda: open_for_good(datasette)
    return None


@hookimpl
def register_routes():
    return [(rf"^/{DATABASE}\.db$", download)]
