"""What a visitor sees is of one build, from the server's start to its end, whatever is built beside it meanwhile.

Database, metadata.yml and inspect-data.json are read at different moments: the last two when the server starts, the
database whenever one of Datasette's threads first needs it, and again for a download. So at the start every thread, the
sandbox and the download open the database and keep it, and all are compared by the checksums that the build wrote: of
the rows always, of the file up to 64 MB, for more would take longer to read than everything else that a start does. A
set that doesn't belong together doesn't start. A new build is seen after a restart.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import click
from datasette.utils.asgi import Request, Response
from datasette_sandbox.sandbox import as_visitor

from . import errors
from .archive import archive_of
from .asked_once import ask_permissions_once, ask_schemas_once, ask_structure_once
from .byte_ranges import FileResponse, Stretch
from .internals import inspected_file, open_in_all_threads
from .site import DATABASE, published

if TYPE_CHECKING:
    from datasette.app import Datasette

TIMEOUT = 10  # seconds for all threads to open the database
MOST_HASHED = 64 * 2**20  # bytes of a file that is read at the start
CONTENT = "select content_sha256 from source"
NEWEST = {"stored_words", "stored_joined_words", "stored_other_names", "stored_names", "stored_names_fts"}
REMEDY = "build the database again with the command that made it, then restart the server"

files: weakref.WeakKeyDictionary[Datasette, int] = weakref.WeakKeyDictionary()  # descriptors, for the download


def content_hash(conn: sqlite3.Connection) -> str:
    """The checksum of the rows that a connection sees."""
    return str(conn.execute(CONTENT).fetchone()[0])


def open_file(datasette: Datasette) -> int:
    """The database's file, open as long as the server is there, whatever takes its place in the folder."""
    if datasette not in files:
        files[datasette] = os.open(published(datasette).path, os.O_RDONLY)
        weakref.finalize(datasette, os.close, files[datasette])
    return files[datasette]


def objection(datasette: Datasette, file: int) -> str | None:
    """Why the database's file is not the one that inspect-data.json and metadata.yml were made for, or None."""
    of_metadata = (datasette.plugin_config("phenomena") or {}).get("content_sha256")
    inspected, size = inspected_file(datasette, DATABASE), os.fstat(file).st_size
    is_same = inspected.get("size") == size
    if is_same and size <= MOST_HASHED:
        is_same = inspected.get("hash") == hashlib.sha256(os.pread(file, size, 0)).hexdigest()
    elif is_same:
        is_same = inspected.get("content_sha256") == of_metadata
    if not is_same:
        return f"inspect-data.json was not made for this {DATABASE}.db; {REMEDY}"
    return None if of_metadata else f"metadata.yml names no checksum of its database; {REMEDY}"


async def hold(datasette: Datasette) -> None:
    """Open the database for good. Raises ClickException, which ends the command in one line, if builds are mixed."""
    file = open_file(datasette)
    if reason := await asyncio.to_thread(objection, datasette, file):
        raise click.ClickException(reason)
    with as_visitor(datasette, DATABASE):
        of_visitors = (await published(datasette).execute(CONTENT)).single_value()
    seen = {of_visitors, *await open_in_all_threads(datasette, published(datasette), content_hash, TIMEOUT)}
    if seen != {datasette.plugin_config("phenomena")["content_sha256"]}:
        raise click.ClickException(f"metadata.yml was not made for this {DATABASE}.db; {REMEDY}")
    if not os.path.samestat(os.fstat(file), Path(published(datasette).path).stat()):
        raise click.ClickException(f"{DATABASE}.db was replaced while the server was starting; start it again")
    if missing := NEWEST.difference(await published(datasette).table_names()):
        lack = f"{DATABASE}.db was built by an older version and lacks {', '.join(sorted(missing))}"
        raise click.ClickException(f"{lack}; {REMEDY}")


async def open_for_good(datasette: Datasette) -> None:
    """What the server does once, at its start. Raises ClickException."""
    await hold(datasette)
    archive_of(datasette)
    await ask_schemas_once(datasette)
    await ask_structure_once(published(datasette))
    ask_permissions_once(datasette)


async def download(datasette: Datasette, request: Request) -> Response:
    """The file that is served; Datasette's own view would read the one that lies in the folder by then."""
    places = [("view-database-download", DATABASE), ("view-database", DATABASE), "view-instance"]
    await datasette.ensure_permissions(request.actor, places)
    if not datasette.setting("allow_download"):
        return errors.respond("db", 403, "Database download is forbidden")
    file = Stretch(files[datasette], 0, os.fstat(files[datasette]).st_size)
    named = {"Content-Disposition": f'attachment; filename="{DATABASE}.db"'}
    return FileResponse(request, file, "application/octet-stream", named)
