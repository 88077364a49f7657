"""Downloads: a CSV of a table is whole, one of a query is whole or refused, and every file is named for what it holds.

The plain `.csv` of a table or view, which Datasette would give a page at a time, streams all rows; a visitor who writes
a number in `_size` still gets that many. The `.csv` of a query that fails, or finds more rows than the site returns,
answers 400, where Datasette would silently send nothing, or the first rows. Files are called
`phenomena-papers-topic-neural-collapse.bib`; a raw CSV says `-raw`, because a spreadsheet may run what is in it.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request
from phenomena_web import errors
from phenomena_web.connections import while_connected
from phenomena_web.own_requests import ask
from phenomena_web.whole_tables import TOO_LONG, StreamedResponse, WholeTable, find_whole_table
from slugify import slugify

Scope = dict[str, Any]
Pairs = list[tuple[str, str]]

ENDINGS = {
    "bib": ".bib",
    "ris": ".ris",
    "csl": "-csl.json",
    "csv": "-raw.csv",
    "sheet": "-for-spreadsheets.csv",
}
NAMED_ARGUMENTS = {"_search", "_sort", "_sort_desc", "_where"}
OF_FILES = {"_dl", "_header", "_stream"}  # parameters that only a CSV understands
MAX_NAME = 100  # characters
PIECE = 16 * 1024  # bytes of rows that leave together


def split_path(path: str, base: str) -> tuple[list[str], str] | None:
    """The parts of a page's path below the site's own, and its format; None where it is no download.

    >>> split_path("/phenomena/papers.bib", "/")
    (['phenomena', 'papers'], 'bib')
    """
    pieces = path.removeprefix(base).strip("/").split("/")
    last, dot, extension = pieces[-1].rpartition(".")
    return ([*pieces[:-1], last], extension) if dot and extension in ENDINGS else None


def name_file(pieces: list[str], extension: str, arguments: Pairs) -> str:
    """A file name in ASCII from a page's path and what it was filtered, searched and sorted by."""
    named = [(name, value) for name, value in arguments if value and (name[0] != "_" or name in NAMED_ARGUMENTS)]
    words = [tilde_decode(piece) for piece in pieces] + [word for pair in named if pair[0] != "sql" for word in pair]
    if any(name == "sql" for name, _ in named):
        words.insert(1, "query")
    stem: str = slugify("-".join(words), max_length=MAX_NAME, word_boundary=True)
    return stem + ENDINGS[extension]


def whole_arguments(arguments: Pairs) -> Pairs:
    """The arguments by which Datasette streams all rows in large pages; without a stream where `_size` is a number."""
    if dict(arguments).get("_size", "max").isdigit():
        return [pair for pair in arguments if pair[0] != "_stream"]
    kept = [(name, value) for name, value in arguments if name not in ("_size", "_stream")]
    return [*kept, ("_stream", "on"), ("_size", "max")]


def find_database(datasette: Datasette, pieces: list[str]) -> Database | None:
    """The database of a path, None where it has none."""
    try:
        return datasette.get_database(route=tilde_decode(pieces[0]))
    except KeyError:
        return None


async def is_table(db: Database, pieces: list[str]) -> bool:
    """Whether a path is that of a table or view; the others are queries and rows."""
    name = tilde_decode(pieces[1]) if len(pieces) == 2 else ""
    return await db.table_exists(name) or name in await db.view_names()


async def find_fault(datasette: Datasette, scope: Scope, pieces: list[str]) -> str | None:
    """Why the CSV of a query is not its whole result; None where it is. The JSON of the same page knows."""
    arguments = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = urlencode([*(pair for pair in arguments if pair[0] not in OF_FILES), ("_shape", "objects")])
    answer = (await ask(datasette, Request(scope, None), f"/{'/'.join(pieces)}.json?{query}")).json()
    if answer.get("truncated"):
        return f"The query finds over {datasette.setting('max_returned_rows')} rows; page it with limit and offset."
    fault: str | None = answer.get("error")
    return fault


def naming(send: Any, name: str, kind: str) -> Any:
    """A `send` that names a file that was found."""

    async def named_send(message: Scope) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-disposition"]
            named = (b"content-disposition", f'{kind}; filename="{name}"'.encode())
            message = {**message, "headers": [*headers, named]}
        await send(message)

    return named_send


async def send_query(app: Any, datasette: Datasette, scope: Scope, receive: Any, send: Any, pieces: list[str]) -> None:
    """Send the CSV of a query or row, held back until it is known to be whole."""
    start: Scope = {}
    body = bytearray()

    async def keep(message: Scope) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            before = len(body)
            body.extend(message.get("body", b""))
            if len(body) // PIECE > before // PIECE:  # nobody takes the rows yet, so nothing else gives others a turn
                await asyncio.sleep(0)

    await app(scope, receive, keep)
    may_be_cut = not body.strip() or body.count(b"\n") >= datasette.setting("max_returned_rows")
    if may_be_cut and start["status"] == 200 and (fault := await find_fault(datasette, scope, pieces)):
        await errors.respond("csv", 400, fault).asgi_send(send)
        return
    await send(start)
    await send({"type": "http.response.body", "body": bytes(body)})


def until_broken(send: Any) -> Any:
    """A `send` that leaves an answer unfinished where its rows break off, so that no client takes them for all.

    Datasette then writes the error's text, which ends no line, and finishes as if nothing had happened. It sends each
    row by itself; here they leave in pieces.
    """
    is_broken, rows = False, bytearray()

    async def send_whole(message: Scope) -> None:
        nonlocal is_broken
        if message["type"] == "http.response.start":
            await send(message)
        elif not is_broken:
            body = message.get("body", b"")
            is_broken = bool(body and not body.endswith(b"\n"))
            rows.extend(b"" if is_broken else body)
            more = is_broken or message.get("more_body", False)
            if is_broken or not more or len(rows) >= PIECE:
                piece = bytes(rows)
                rows.clear()
                await send({**message, "body": piece, "more_body": more})

    return send_whole


async def send_csv(
    app: Any, datasette: Datasette, scope: Scope, receive: Any, send: Any, pieces: list[str], arguments: Pairs
) -> None:
    """Send a raw CSV: whole, or refused, or as many rows as `_size` says."""
    db = find_database(datasette, pieces)
    if db is None or not await is_table(db, pieces):
        await send_query(app, datasette, scope, receive, send, pieces)
        return
    request, whole = Request(scope, receive), None
    if not dict(arguments).get("_size", "max").isdigit():
        whole = await find_whole_table(datasette, request, db.name, tilde_decode(pieces[1]), arguments)
    if whole:
        await send_whole_table(whole, request, send, dict(arguments))
    else:
        query = urlencode(whole_arguments(arguments)).encode()
        await app({**scope, "query_string": query}, receive, until_broken(send))


async def send_whole_table(whole: WholeTable, request: Request, send: Any, arguments: dict[str, str]) -> None:
    """Send all rows of a table as CSV, or a 400 where their order takes too long."""
    try:
        numbers = await whole.read_numbers()
    except QueryInterrupted:
        await errors.respond("csv", 400, TOO_LONG).asgi_send(send)
        return
    kind = "text/csv" if "_dl" in arguments else "text/plain"
    has_heading = arguments.get("_header") != "off"
    response = StreamedResponse(write_csv(whole, numbers, has_heading), f"{kind}; charset=utf-8")
    response.headers["vary"] = "Cookie, Authorization"  # here and below as Datasette answers
    if {"cookie", "authorization"} & set(request.headers):
        response.headers["cache-control"] = "private, no-store"
    await response.asgi_send(send)


async def write_csv(whole: WholeTable, numbers: Sequence[int], has_heading: bool) -> AsyncIterator[str]:
    """Yield the rows of a table as CSV, a piece at a time."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if has_heading:
        writer.writerow(whole.heading)
    async for rows in whole.read_pieces(numbers):
        writer.writerows(rows)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    if not numbers:
        yield text.getvalue()


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    def wrap(app: Any) -> Any:
        async def downloads(scope: Scope, receive: Any, send: Any) -> None:
            path = (scope.get("raw_path") or b"").decode("latin-1")
            found = split_path(path, datasette.setting("base_url")) if scope["type"] == "http" else None
            if not found or not find_database(datasette, found[0]):
                await app(scope, receive, send)
                return
            pieces, extension = found
            arguments = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            is_shown = extension == "csv" and "_dl" not in dict(arguments)
            send = naming(send, name_file(pieces, extension, arguments), "inline" if is_shown else "attachment")

            async def answer(send: Any) -> None:
                if extension == "csv":
                    await send_csv(app, datasette, scope, receive, send, pieces, arguments)
                else:
                    await app(scope, receive, send)

            await while_connected(receive, send, answer)

        return downloads

    return wrap
