"""The page `/-/allowed`: what a visitor's SQL may do, function by function and limit by limit, as the guard has it."""

from datasette import Response, hookimpl

DATABASE = "phenomena"
LIMITS_TOLD = {
    "SQL_LENGTH": "signs in a statement",
    "COLUMN": "columns of a result",
    "COMPOUND_SELECT": "SELECTs joined by UNION",
    "FUNCTION_ARG": "arguments of a function",
    "EXPR_DEPTH": "levels in an expression",
    "LIKE_PATTERN_LENGTH": "bytes in a LIKE pattern",
}


async def list_functions(database):
    """Families of functions, each with those that the SQLite at hand has."""
    rows = await database.execute("select distinct name from pragma_function_list")
    known = {row["name"] for row in rows.rows}
    return {family: [name for name in names.split() if name in known] for family, names in database.functions.items()}


async def show_allowed(datasette, request):
    """The page; without a guarded database there is none."""
    database = datasette.databases.get(DATABASE)
    if not hasattr(database, "functions"):
        return Response.text("There is no such page.", status=404)
    context = {
        "families": await list_functions(database),
        "limits": {told: database.limits[name] for name, told in LIMITS_TOLD.items()},
        "milliseconds": datasette.setting("sql_time_limit_ms"),
        "rows": datasette.setting("max_returned_rows"),
    }
    return Response.html(await datasette.render_template("allowed.html", context, request=request))


@hookimpl
def register_routes():
    return [(r"^/-/allowed$", show_allowed)]
