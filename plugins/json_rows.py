"""JSON without an envelope holds all rows, or is refused with the reason: Datasette would silently send the first.

`_shape=array`, `arrayfirst` and `object` of a table or view are made of all its pages, unless the address asks for one
by a number in `_size` or by `_next`. Of a query whose result is cut they answer 400; the other shapes say `truncated`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import MultiParams
from datasette.utils.asgi import Request, Response
from phenomena_web import errors
from phenomena_web.internals import render_json
from phenomena_web.own_requests import read_pages

Data = dict[str, Any]  # of a page, as its JSON has it
BARE_SHAPES = {"array": ("[", "]"), "arrayfirst": ("[", "]"), "object": ("{", "}")}
MOST_BYTES = 16 * 2**20  # of one such answer, which is made whole before it leaves
JSON = "application/json; charset=utf-8"


def find_fault(datasette: Datasette, args: MultiParams, data: Data, shape: str | None) -> str | None:
    """Why the rows at hand can't be given in this shape; None where they can."""
    columns = data.get("columns") or []
    if unknown := [name for name in args.getlist("_json") if columns and name not in columns]:
        return f"_json names the column {unknown[0][:60]!r}, which isn't there; the columns are {', '.join(columns)}."
    if shape == "object" and not data.get("primary_keys"):
        return "_shape=object needs a table with a primary key; use array or objects."
    if shape in BARE_SHAPES and data.get("truncated") and not data.get("table"):
        most = datasette.setting("max_returned_rows")
        return (
            f"The query finds over {most:,} rows; page it with limit and offset, or ask for _shape=objects, cut there."
        )
    return None


async def read_all(datasette: Datasette, request: Request, data: Data, shape: str) -> str:
    """The text of all pages of a table or view as one. Raises ValueError, with the reason, where it gets too long."""
    dropped = {"_size", "_next", "_nofacet", "_nocount"}
    arguments = [p for p in parse_qsl(request.query_string, keep_blank_values=True) if p[0] not in dropped]
    arguments += [("_nofacet", "1"), ("_nocount", "1")]
    is_by_line = shape == "array" and request.args.get("_nl")
    parts: list[str] = []
    length = 0
    async for answer in read_pages(datasette, request, data["database"], data["table"], arguments):
        if answer.status_code != 200:
            raise ValueError(f"The rows can't be read: {answer.json().get('error')}")
        length += len(answer.content)
        if length > MOST_BYTES:
            csv = datasette.urls.table(data["database"], data["table"], format="csv")
            raise ValueError(f"The rows take over {MOST_BYTES // 2**20} MB; download the CSV, which streams: {csv}")
        parts.append(answer.text if is_by_line else answer.text[1:-1])
    opening, closing = BARE_SHAPES[shape]
    return "\n".join(parts) if is_by_line else opening + ", ".join(parts) + closing


async def render(
    datasette: Datasette, request: Request, args: MultiParams, data: Data, view_name: str
) -> dict[str, Any] | Response:
    """Datasette's own JSON, made whole or refused where it would be silently cut."""
    shape = args.get("_shape")
    if data.get("error"):
        return render_json(args, data, view_name)
    if fault := find_fault(datasette, args, data, shape):
        return errors.render("json", 400, fault)
    is_page = (args.get("_size") or "").isdigit() or args.get("_next")
    if shape not in BARE_SHAPES or not data.get("next") or is_page:
        return render_json(args, data, view_name)
    try:
        body = await read_all(datasette, request, data, shape)
    except ValueError as reason:
        return errors.render("json", 400, str(reason))
    kind = "text/plain; charset=utf-8" if shape == "array" and args.get("_nl") else JSON
    return {"body": body, "content_type": kind, "status_code": 200}


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    return {"extension": "json", "render": render}
