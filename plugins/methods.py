"""Below every table and query: the search described for a methods section, so that someone else can repeat it.

It serves the items of PRISMA-S (https://doi.org/10.1186/s13643-020-01542-z) on database and platform (1), full strategy
(8), limits (9), date (13) and number of records (15). Its SQL runs in the downloaded database without this site: the
values are written into it, and so is the full-text expression that the words of the search became.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from datasette.version import __version__
from phenomena_web.site import fetch_rows

SHOWS_ONLY = re.compile(r"_(view|next|show|size|facet\w*|hide_sql|show_sql)")
TOKEN = re.compile(  # a call that only this site knows, what holds no parameter, or a parameter
    r"\b(?:fts_query|escape_fts)\(\s*(?::(?P<name>\w+)|'(?P<text>(?:[^']|'')*)')\s*\)"
    r"|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?(?:\*/|\Z)"
    r"|:(?P<parameter>\w+)",
    re.IGNORECASE | re.DOTALL,
)


def literal(value: object) -> str:
    """A value as SQL writes it.

    >>> literal("it's"), literal(5), literal(None)
    ("'it''s'", '5', 'null')
    """
    if value is None or isinstance(value, (int, float)):
        return "null" if value is None else str(value)
    return "'" + str(value).replace("'", "''").replace("\0", "'||char(0)||'") + "'"


async def make_plain(datasette: Datasette, sql: str, params: Mapping[str, object]) -> str:
    """A statement with its values in place, and without the functions that only this site has."""
    written: list[str] = []
    end = 0
    for match in TOKEN.finditer(sql):
        replacement = match[0]
        if match["parameter"] in params:
            replacement = literal(params[match["parameter"]])
        elif match["name"] in params or match["text"] is not None:
            text = params[match["name"]] if match["name"] else match["text"].replace("''", "'")
            [found] = await fetch_rows(datasette, "select fts_query(:text) as expression", text=text)
            replacement = literal(found["expression"])
        written += [sql[end : match.start()], replacement]
        end = match.end()
    return "".join([*written, sql[end:]]).strip()


def count_records(found: int | None, is_cut: bool) -> str:
    """How many records there are, as far as the page knows."""
    if found is None:
        return "[number] records"
    return f"{'at least ' if is_cut else ''}{found:,} record{'' if found == 1 else 's'}"


def describe_filters(filters: str | Mapping[str, str], without: str = "") -> str:
    """Filters as text: as a table's page describes them, or the fields of a query that hold something."""
    if not isinstance(filters, str):
        given = {name: value for name, value in filters.items() if value and name != without}
        filters = ", ".join(f"{'words' if name == 'q' else name} “{value}”" for name, value in given.items())
    return " ".join(filters.removeprefix("where ").split())


def make_address(datasette: Datasette, request: Request) -> str:
    """The address of the whole selection."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    query = urlencode([pair for pair in pairs if not SHOWS_ONLY.fullmatch(pair[0])])
    return str(datasette.absolute_url(request, request.path + (f"?{query}" if query else "")))


async def make_card(
    datasette: Datasette,
    request: Request,
    what: str,
    filters: str | Mapping[str, str],
    sql: str | None,
    params: Mapping[str, object] | None,
    found: int | None,
    is_cut: bool,
    the_list: Mapping[str, Any],
) -> str:
    """The text to copy."""
    sql = await make_plain(datasette, sql or "", params or {})
    words, count = describe_filters(filters), count_records(found, is_cut)
    note = f" (the first {found:,} of more; a limit or a narrower search gives all)" if is_cut else ""
    title, site = datasette.metadata("title"), datasette.absolute_url(request, datasette.urls.instance())
    searched, platform = f"{what}: {words}" if words else what, f"Datasette {__version__}"
    limits, checksum = describe_filters(filters, without="q"), the_list["sha256"]
    return (
        f"Database (PRISMA-S item 1): {title}\n"
        f"Platform (1): {platform}, {site}\n"
        f"Built from: {the_list['title']} ({the_list['name']}), SHA-256 {checksum}\n"
        f"Rows served: SHA-256 {the_list['content_sha256']}\n"
        f"Searched (8): {searched}\n"
        f"Address (8): {make_address(datasette, request)}\n"
        f"Limits and restrictions (9): {limits or 'none but those of the strategy'}\n"
        f"Date of search (13): [date]\n"
        f"Total records (15): {count}{note}\n"
        f"Full strategy (8), SQL:\n{sql}\n\n"
        f"Methods sentence: We searched the database “{title}” ({searched}) on the platform {platform} at {site}, "
        f"built from the list “{the_list['title']}” (SHA-256 {checksum[:12]}…), on [date], and identified "
        f"{count}; the full search strategy is given in the supplement."
    )


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, object]:
    return {"search_card": partial(make_card, datasette, request)} if request else {}
