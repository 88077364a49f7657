"""The page `/-/allowed`: what a visitor's SQL may do, by function and by limit, as the sandbox has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from datasette_sandbox import visitors, worker
from phenomena_web.site import fetch_rows, is_published

LIMIT_LABELS = {
    "LENGTH": "bytes in a value",
    "SQL_LENGTH": "bytes in an address, and so in a statement",
    "COLUMN": "columns of a result",
    "COMPOUND_SELECT": "SELECTs joined by UNION",
    "FUNCTION_ARG": "arguments of a function",
    "EXPR_DEPTH": "levels in an expression",
    "LIKE_PATTERN_LENGTH": "bytes in a LIKE pattern",
}
FUNCTIONS = "select group_concat(distinct type) = 's' as is_plain, name from pragma_function_list group by name"


async def list_functions(datasette: Datasette) -> dict[str, list[str]]:
    """The functions of the SQLite at hand and of the site, in two families."""
    found = [row for row in await fetch_rows(datasette, FUNCTIONS) if row["name"] not in worker.CLOSED_FUNCTIONS]
    return {
        "Functions": [row["name"] for row in found if row["is_plain"]],
        "Aggregate and window functions": [row["name"] for row in found if not row["is_plain"]],
    }


async def show_allowed(datasette: Datasette, request: Request) -> Response:
    """The page; without the database there is none."""
    if not is_published(datasette):
        return Response.text("There is no such page.", status=404)
    context = {
        "families": await list_functions(datasette),
        "pragmas": sorted(worker.PRAGMAS),
        "limits": {label: worker.LIMITS[name] for name, label in LIMIT_LABELS.items()},
        "bounds": visitors,
        "milliseconds": datasette.setting("sql_time_limit_ms"),
        "rows": datasette.setting("max_returned_rows"),
    }
    return Response.html(await datasette.render_template("allowed.html", context, request=request))


@hookimpl
def register_routes() -> list[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]]]:
    return [(r"^/-/allowed$", show_allowed)]


@hookimpl
def sandbox_bound_parameters() -> list[str]:
    """The parameters that this site's plugins read; all are bound as values, so their pages stay the site's own."""
    return ["_abstract", "_author", "_facet_by", "_keyword", "_show", "_topic", "_view", "_year"]
