"""CSV for spreadsheets: `.sheet` behind every table, row and query, a CSV that no spreadsheet runs anything from.

A cell that a spreadsheet could read as a formula, because it begins with `=`, `+`, `-` or `@` (full-width forms too,
after white space or not) or with a tab or a line end, gets an apostrophe in front. Plain numbers stay numbers. A byte
order mark makes spreadsheets read the letters rightly. The raw `.csv` beside it has every cell as it is; the sheet is
made of it piece by piece while it comes, so it is whole, refused or unfinished where the raw one is.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import string
import unicodedata
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from phenomena_web.own_requests import stream

Message = dict[str, Any]

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*")  # white space, and characters that don't show
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")  # -1, -0.25, 1e-05
PLAIN = {"", *string.ascii_letters, *string.digits, *string.punctuation} - {*"=+-@"}  # no formula begins with them
PIECE = 16 * 1024  # bytes that are converted at once, if a record ends among them

csv.field_size_limit(2**31 - 1)  # the cells of a query can be longer than the 128 KB of csv's own limit


def make_safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> make_safe("=1+1"), make_safe(" @SUM(A1)"), make_safe("-1.5"), make_safe("x = 1")
    ("'=1+1", "' @SUM(A1)", '-1.5', 'x = 1')
    """
    if cell[:1] in PLAIN or NUMBER.fullmatch(cell):
        return cell
    first = unicodedata.normalize("NFKC", UNSEEN.sub("", cell, count=1)[:1])
    return "'" + cell if first.startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")) else cell


def convert(records: str) -> str:
    """Records of raw CSV as those of a sheet.

    Every cell is quoted, so that none is split at the semicolon of some countries' spreadsheets.
    """
    sheet = io.StringIO(newline="")
    rows = csv.reader(io.StringIO(records, newline=""))
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows([make_safe(cell) for cell in row] for row in rows)
    return sheet.getvalue()


def find_end(text: str, is_quoted: bool) -> int:
    """Where the last record that ends in a piece of CSV ends, 0 where none does; `is_quoted` says how the piece ends.

    >>> find_end('a,"b,\\r\\n', True), find_end('a\\r\\n"b\\r\\n', True), find_end('b"\\r\\nc', False)
    (0, 3, 4)
    """
    end = len(text)
    while end >= 0:
        start = text.rfind('"', 0, end)
        if not is_quoted and (line := text.rfind("\n", start + 1, end)) >= 0:
            return line + 1
        end, is_quoted = start, not is_quoted
    return 0


class Sheet:
    """A sheet made of raw CSV that comes in pieces, in time and memory that don't grow with the length of the whole."""

    def __init__(self) -> None:
        self.decode = codecs.getincrementaldecoder("utf-8")().decode
        self.begun: list[str] = []  # what is there of a record that has not ended
        self.is_quoted = False  # at its end
        self.opening = BYTE_ORDER_MARK

    def add(self, piece: bytes, is_last: bool) -> bytes:
        """The sheet of what ends in this piece and isn't given yet; after the last piece, of all that is left."""
        text = self.decode(piece, is_last)
        self.is_quoted ^= text.count('"') % 2 == 1
        end = len(text) if is_last else find_end(text, self.is_quoted)
        if not end and not is_last:
            self.begun.append(text)
            return b""
        records, self.begun = "".join([*self.begun, text[:end]]), [text[end:]]
        opening, self.opening = self.opening, ""
        return (opening + convert(records)).encode()


class SheetResponse(Response):  # type: ignore[misc]  # Datasette has no types
    """The raw CSV of a page made safe while it comes; what is answered in its place passes as it is."""

    def __init__(self, datasette: Datasette, request: Request) -> None:
        super().__init__(content_type="text/csv; charset=utf-8")
        self.datasette, self.request = datasette, request

    async def asgi_send(self, send: Any) -> None:
        """Send the sheet. A last piece that never comes is never sent."""
        sheet: Sheet | None = None

        async def send_safe(message: Message) -> None:
            nonlocal sheet
            if message["type"] == "http.response.start" and message["status"] == 200:
                sheet = Sheet()
                headers = {**self.headers, "content-type": self.content_type}
                message = {**message, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
            if message["type"] == "http.response.start" or not sheet:
                await send(message)
            else:
                await send_pieces(sheet, message)

        async def send_pieces(sheet: Sheet, message: Message) -> None:
            raw = message.get("body", b"")
            for start in range(0, len(raw) or 1, PIECE):
                more = start + PIECE < len(raw) or message.get("more_body", False)
                body = sheet.add(raw[start : start + PIECE], not more)
                if body or not more:
                    await send({**message, "body": body, "more_body": more})

        await stream(self.datasette, self.request, self.request.path.removesuffix(".sheet") + ".csv", send_safe)


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    return {"extension": "sheet", "render": SheetResponse, "can_render": lambda columns: bool(columns)}
