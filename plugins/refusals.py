"""What went wrong, in a reader's words and in the format that was asked for: an error of a CSV or JSON is never a page.

A mistake in an address answers 400 and says which; where SQL was typed, its editor comes back with it. A fault of the
site answers 500, says nothing of its inside, and leaves its traceback in the log.
"""

import re
import sys
import traceback
from pathlib import Path

import datasette as datasette_package
from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.utils import sqlite3, tilde_decode
from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError

DATASETTE = str(Path(datasette_package.__file__).parent)
PLUGINS = str(Path(__file__).parent)
FORMAT = re.compile(r"\.(\w+)$")
MISREAD = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError)


def is_misread_address(exception):
    """Whether Datasette's own code failed on a value of the address: it reads most of them without a check."""
    files = [frame.filename for frame in traceback.extract_tb(exception.__traceback__)]
    own = [name for name in files if name.startswith((DATASETTE, PLUGINS))]  # what they call, such as json, aside
    return isinstance(exception, MISREAD) and any(
        name.startswith((f"{DATASETTE}/views/", f"{DATASETTE}/f")) for name in own[-3:]
    )


def judge(exception, time_limit):
    """The status of an exception, and its words; no words for a fault of the site.

    >>> judge(DatasetteError("Cannot sort table by x"), 500)
    (400, 'Cannot sort table by x')
    """
    if isinstance(exception, QueryInterrupted) or getattr(exception, "title", None) == "SQL Interrupted":
        return 400, f"The query took longer than the {time_limit} ms it may take; narrow it, or join less."
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0])
    if isinstance(exception, DatasetteError):
        return (400 if exception.status == 500 else exception.status), exception.message
    if isinstance(exception, sqlite3.Error):
        return 400, str(exception)
    if isinstance(exception, RecursionError):
        return 400, "A value nests too deeply."
    if is_misread_address(exception):
        return 400, "A value in the address can't be read."
    return 500, "Something went wrong here, and is noted in the log."


def find_statement(datasette, request):
    """The SQL that a visitor typed on a database's page and that page's path, so that it can be corrected there."""
    name = request.path.removeprefix(datasette.setting("base_url")).strip("/")
    sql = request.args.get("sql")
    try:
        is_database = bool(datasette.get_database(route=tilde_decode(name)))
    except KeyError:
        is_database = False
    return {"sql": sql, "sql_path": request.path} if sql and is_database else {}


async def answer(datasette, request, status, words):
    """The response, in the format that the path asks for."""
    extension = FORMAT.search(request.path)
    if extension and extension[1] == "json":
        return Response.json({"ok": False, "error": words, "status": status, "title": None}, status=status)
    if extension:
        return Response.text(words + "\n", status=status)
    context = {"ok": False, "error": words, "status": status, "title": None, **find_statement(datasette, request)}
    page = await datasette.render_template([f"{status}.html", "error.html"], context, request=request)
    return Response.html(page, status=status)


@hookimpl(hookwrapper=True)
def handle_exception(datasette, request, exception):
    """Answer instead of Datasette's own handler, which with `rich` installed takes half a second for each error."""

    async def handle():
        status, words = judge(exception, datasette.setting("sql_time_limit_ms"))
        if not isinstance(exception, (Base400, DatasetteError, QueryInterrupted, sqlite3.Error)):
            traceback.print_exception(exception, file=sys.stderr)
        return await answer(datasette, request, status, words)

    outcome = yield
    outcome.force_result([handle])


@hookimpl
def forbidden(datasette, request, message):
    return lambda: answer(datasette, request, 403, str(message))
