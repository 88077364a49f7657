"""What a visitor sees is of one build, from the server's start to its end, whatever is built beside it meanwhile.

Database, metadata.yml and inspect-data.json are read at different moments: the last two when the server starts, the
database whenever one of Datasette's threads first needs it, and again for a download. So at the start every thread
and the sandbox open the database and keep it, the download is read into memory, and all are compared by the checksums
that the build wrote. A set that doesn't belong together doesn't start. A new build is seen after a restart.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import click
from datasette.utils.asgi import Request, Response
from datasette_sandbox import as_visitor

from . import errors
from .asked_once import ask_permissions_once, ask_schemas_once, ask_structure_once
from .internals import inspected_hash, open_in_all_threads
from .site import DATABASE, published

if TYPE_CHECKING:
    from datasette.app import Datasette

TIMEOUT = 10  # seconds for all threads to open the database
CONTENT = "select content_sha256 from source"
REMEDY = "run `python build.py`, then start the server again"

contents: WeakKeyDictionary[Datasette, bytes] = WeakKeyDictionary()  # a server's database, as it is downloaded


def content_hash(conn: sqlite3.Connection) -> str:
    """The checksum of the rows that a connection sees."""
    return str(conn.execute(CONTENT).fetchone()[0])


def objection(datasette: Datasette, file_hash: str) -> str | None:
    """Why the database's file is not the one that inspect-data.json and metadata.yml were made for, or None."""
    if inspected_hash(datasette, DATABASE) != file_hash:
        return f"inspect-data.json was not made for this {DATABASE}.db; {REMEDY}"
    if not (datasette.plugin_config("phenomena") or {}).get("content_sha256"):
        return f"metadata.yml names no checksum of its database; {REMEDY}"
    return None


async def hold(datasette: Datasette) -> None:
    """Open the database for good. Raises ClickException, which ends the command in one line, if builds are mixed."""
    content = await asyncio.to_thread(Path(published(datasette).path).read_bytes)
    if reason := objection(datasette, hashlib.sha256(content).hexdigest()):
        raise click.ClickException(reason)
    with as_visitor(datasette, DATABASE):
        of_visitors = (await published(datasette).execute(CONTENT)).single_value()
    seen = {of_visitors, *await open_in_all_threads(datasette, published(datasette), content_hash, TIMEOUT)}
    if seen != {datasette.plugin_config("phenomena")["content_sha256"]}:
        raise click.ClickException(f"metadata.yml was not made for this {DATABASE}.db; {REMEDY}")
    contents[datasette] = content


async def open_for_good(datasette: Datasette) -> None:
    """What the server does once, at its start. Raises ClickException."""
    await hold(datasette)
    await ask_schemas_once(datasette)
    await ask_structure_once(published(datasette))
    ask_permissions_once(datasette)


async def download(datasette: Datasette, request: Request) -> Response:
    """The file that is served; Datasette's own view would read the one that lies in the folder by then."""
    places = [("view-database-download", DATABASE), ("view-database", DATABASE), "view-instance"]
    await datasette.ensure_permissions(request.actor, places)
    if not datasette.setting("allow_download"):
        return errors.respond("db", 403, "Database download is forbidden")
    etag = f'"{published(datasette).hash}"'
    headers = {"ETag": etag, "Content-Disposition": f'attachment; filename="{DATABASE}.db"'}
    if request.headers.get("if-none-match") == etag:
        return Response("", status=304, headers=headers)
    return Response(contents[datasette], headers=headers, content_type="application/octet-stream")
