"""CSV for spreadsheets: `.sheet` behind every table, row and query, a CSV that no spreadsheet runs anything from.

A cell that a spreadsheet could read as a formula, because it begins with `=`, `+`, `-` or `@` (full-width forms too,
after white space or not) or with a tab or a line end, gets an apostrophe in front. Plain numbers stay numbers. A byte
order mark makes spreadsheets read the letters rightly. The raw `.csv` beside it has every cell as it is.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import PrefixedUrlString
from datasette.utils.asgi import Request
from phenomena_web import errors
from phenomena_web.own_requests import ask

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*")  # white space, and characters that don't show
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")  # -1, -0.25, 1e-05

csv.field_size_limit(2**31 - 1)  # the cells of a query can be longer than the 128 KB of csv's own limit


def make_safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> make_safe("=1+1"), make_safe(" @SUM(A1)"), make_safe("-1.5"), make_safe("x = 1")
    ("'=1+1", "' @SUM(A1)", '-1.5', 'x = 1')
    """
    if NUMBER.fullmatch(cell):
        return cell
    first = unicodedata.normalize("NFKC", UNSEEN.sub("", cell, count=1)[:1])
    return "'" + cell if first.startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")) else cell


def make_sheet(text: str) -> list[list[str]]:
    """Raw CSV to rows of safe cells, the head first."""
    return [[make_safe(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def write_sheet(rows: list[list[str]]) -> str:
    """Rows to CSV. Every cell is quoted, so that none is split at the semicolon of some countries' spreadsheets."""
    sheet = io.StringIO(newline="")
    sheet.write(BYTE_ORDER_MARK)
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows(rows)
    return sheet.getvalue()


def csv_address(request: Request) -> str:
    """The address of the raw CSV of a page, as the client of this site takes it."""
    arguments = f"?{request.query_string}" if request.query_string else ""
    address: str = PrefixedUrlString(request.path.removesuffix(".sheet") + ".csv" + arguments)
    return address


def is_whole(rows: list[list[str]], data: dict[str, Any], request: Request) -> bool:
    """Whether all rows are there: a raw CSV that breaks off ends in an odd row, or short of the table's count."""
    expected = None if request.args.get("_size", "max").isdigit() else data.get("filtered_table_rows_count")
    return len({len(row) for row in rows}) == 1 and expected in (None, len(rows) - 1)


async def render_sheet(datasette: Datasette, request: Request, data: dict[str, Any]) -> dict[str, Any]:
    """The raw CSV of the same page, made safe; refused where the raw one is, or where it broke off."""
    raw = await ask(datasette, request, csv_address(request))
    if raw.status_code != 200:
        return {"body": raw.text, "content_type": raw.headers["content-type"], "status_code": raw.status_code}
    rows = make_sheet(raw.text)
    if not is_whole(rows, data, request):
        return errors.render("sheet", 400, "The rows broke off; narrow the page.")
    return {"body": write_sheet(rows), "content_type": "text/csv; charset=utf-8", "status_code": 200}


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    return {"extension": "sheet", "render": render_sheet, "can_render": lambda columns: bool(columns)}
