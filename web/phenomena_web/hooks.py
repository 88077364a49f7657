"""All that Datasette calls of this package, and in which order: the order of its hooks is stated here alone.

A request passes, from the outermost: the rules, the answers that are kept, compression, the sandbox, and the plugins of
the site. A statement passes, from the outermost: the order of first pages, the advice on searches, the note of its
failure, the sandbox. A server of anything else than the site is left as it is: one without the published database, or
without its plugins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any

from asgi_gzip import GZipMiddleware
from datasette import hookimpl
from datasette.utils.asgi import Request, Response

from . import archive, asked_once, caching, errors, internals, one_build, paging, rules, search_advice
from .answers import warming
from .answers.middleware import Answers, noticing
from .site import DATABASE, FILES, is_published

if TYPE_CHECKING:
    from datasette.app import Datasette

MAPPED = 2**31  # bytes of the database that are read where they lie in memory, by all threads together
COMPRESSION = 4  # of 1 to 9; at 9 one long answer keeps all others waiting for half a minute


def is_site(datasette: Datasette) -> bool:
    """Whether this server is the site: it has the published database, and plugins of its own beside it."""
    return is_published(datasette) and internals.site_folder(datasette) is not None


@hookimpl(trylast=True)  # the last wraps all others
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any] | None:
    """The application within the rules, its answers compressed and kept."""
    if not is_site(datasette):
        return None

    def wrap(app: Any) -> Any:
        compressed = GZipMiddleware(app, compresslevel=COMPRESSION)
        return warming.with_pages(rules.with_rules(Answers(compressed, datasette), datasette), datasette)

    return wrap


@hookimpl  # after the sandbox's, which is tried first: it wraps Database.execute before, and has workers when asked
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]] | None:
    """Datasette is patched, and the server's one build is opened for good."""
    if not is_site(datasette):
        return None
    internals.patch_statements(noticing, search_advice.advising, paging.replacing)
    internals.patch_table_pages(paging.make_page)
    asked_once.patch_cells()
    asked_once.parse_arguments_once()
    asked_once.ask_python_once()
    internals.patch_rows()
    return lambda: one_build.open_for_good(datasette)


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Pages of the published file are mapped rather than copied: long lists are read twice as fast."""
    if database == DATABASE:
        conn.execute(f"pragma mmap_size = {MAPPED}")


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """The downloads of whole files."""
    if not is_site(datasette):
        return []
    return [(rf"^/{DATABASE}\.db$", one_build.download), (rf"^{FILES}(?P<path>.+)$", archive.download_file)]


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, str]:
    """`asset_version`, in which the addresses of static files end."""
    return {"asset_version": caching.asset_version(datasette)} if is_site(datasette) else {}


@hookimpl(hookwrapper=True)  # of several handlers Datasette calls all, and its own may take half a second
def handle_exception(datasette: Datasette, request: Request, exception: BaseException) -> Generator[None, Any, None]:
    """Our answer instead of all others."""
    outcome = yield
    if is_site(datasette):
        outcome.force_result([lambda: errors.respond_to_exception(datasette, request, exception)])


@hookimpl(tryfirst=True)  # before Datasette's own
def forbidden(datasette: Datasette, request: Request, message: str) -> Callable[[], Awaitable[Response]] | None:
    """An error in the format that was asked for."""
    if not is_site(datasette):
        return None
    return lambda: errors.respond_to(datasette, request, 403, str(message))
