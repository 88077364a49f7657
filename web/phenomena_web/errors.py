"""What went wrong, as a message for the visitor and in the format that was asked for.

An error of a CSV or JSON is never a page. A mistake in an address answers 400 and says which; where SQL was typed, its
editor comes back with it. A fault of the site answers 500, says nothing of its inside, and is noted in the log.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from typing import TYPE_CHECKING

from datasette.database import QueryInterrupted
from datasette.utils import sqlite3, tilde_decode
from datasette.utils.asgi import Request, Response

from .internals import is_misread_address, read_error

if TYPE_CHECKING:
    from datasette.app import Datasette

EXTENSION = re.compile(r"\.(\w+)$")


def read_extension(path: str) -> str:
    """The format that a path asks for; empty for a page.

    >>> read_extension("/phenomena/papers.json"), read_extension("/phenomena/papers")
    ('json', '')
    """
    match = EXTENSION.search(path)
    return match[1] if match else ""


def describe(status: int, message: str) -> dict[str, object]:
    """An error as Datasette's JSON and its page of errors have it."""
    return {"ok": False, "error": message, "status": status, "title": None}


def body(extension: str | None, status: int, message: str) -> tuple[str, str]:
    """The text of an error and its media type: JSON where the format is `json`, else a line of plain text."""
    if extension == "json":
        return json.dumps(describe(status, message)), "application/json; charset=utf-8"
    return f"{message}\n", "text/plain; charset=utf-8"


def respond(extension: str | None, status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """The response with a message."""
    text, media_type = body(extension, status, message)
    return Response(text, status, headers, media_type)


def render(extension: str, status: int, message: str) -> dict[str, object]:
    """The same as output renderers give it: of a Response from them Datasette would change the status."""
    text, media_type = body(extension, status, message)
    return {"body": text, "content_type": media_type, "status_code": status}


async def respond_to(datasette: Datasette, request: Request, status: int, message: str) -> Response:
    """The same in the format that a request's path asks for: a page where it asks for none."""
    if extension := read_extension(request.path):
        return respond(extension, status, message)
    context = {**describe(status, message), **find_statement(datasette, request)}
    page = await datasette.render_template([f"{status}.html", "error.html"], context, request=request)
    return Response.html(page, status=status)


def find_statement(datasette: Datasette, request: Request) -> dict[str, str]:
    """The SQL that a visitor typed on a database's page and that page's path, so that it can be corrected there."""
    name = request.path.removeprefix(datasette.setting("base_url")).strip("/")
    sql = request.args.get("sql")
    try:
        is_database = bool(datasette.get_database(route=tilde_decode(name)))
    except KeyError:
        is_database = False
    return {"sql": sql, "sql_path": request.path} if sql and is_database else {}


def judge(exception: BaseException, time_limit: int, is_misread: bool = False) -> tuple[int, str]:
    """The status and the message of an exception; `time_limit` in ms; `is_misread` where an odd address caused it.

    >>> judge(sqlite3.OperationalError("no such column: x"), 500)
    (400, 'no such column: x')
    """
    if isinstance(exception, QueryInterrupted) or getattr(exception, "title", None) == "SQL Interrupted":
        return 400, f"The query took longer than its limit of {time_limit} ms. Add a filter, or use fewer joins."
    if known := read_error(exception):
        return known
    if isinstance(exception, sqlite3.Error):
        return 400, str(exception)
    if isinstance(exception, RecursionError):
        return 400, "A value nests too deeply."
    if is_misread:
        return 400, "A value in the address can't be read. Correct or remove it."
    return 500, "Something went wrong here. The error is in the server's log."


def find_limit(datasette: Datasette, request: Request) -> int:
    """The ms that a request's statements may take: those of the settings, or fewer where its `_timelimit` says so."""
    most, asked = int(datasette.setting("sql_time_limit_ms")), request.args.get("_timelimit") or ""
    return min(most, int(asked)) if asked.isdecimal() and asked.strip("0") and len(asked) < 10 else most


async def respond_to_exception(datasette: Datasette, request: Request, exception: BaseException) -> Response:
    """Answer instead of Datasette's own handler, which with `rich` installed takes half a second for each error."""
    is_misread = is_misread_address(datasette, exception)
    status, message = judge(exception, find_limit(datasette, request), is_misread)
    if not (read_error(exception) or isinstance(exception, (QueryInterrupted, sqlite3.Error))):
        traceback.print_exception(exception, file=sys.stderr)
    return await respond_to(datasette, request, status, message)
