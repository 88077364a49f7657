"""What every page can show: rows by SQL inside a template, the served list's name and checksum, text filters.

In a template: `{% set hits = sql_rows("select ... where id = :id", id=id) %}`; Datasette's templates await it.
"""

import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from datasette import hookimpl
from markupsafe import Markup, escape

DATABASE = "phenomena"
LOOKS = ("_view", "_show", "_facet_size", "_hide_sql", "_show_sql")  # change how a page looks, not what it is about


def served_database(datasette):
    """The published database, or None where a server has none of that name."""
    return datasette.databases.get(DATABASE)


def make_rows(datasette):
    """The template function `sql_rows(sql, **params)`: a list of dicts."""

    async def rows(sql, **params):
        result = await datasette.get_database(DATABASE).execute(sql, params, truncate=False)
        return [dict(row) for row in result.rows]

    return rows


def make_canned(datasette):
    """The template function `canned(name, **params)`: the rows of a canned query; missing parameters are empty."""

    async def canned(name, **params):
        query = await datasette.get_canned_query(DATABASE, name, None)
        values = {**dict.fromkeys(query.get("params") or [], ""), **params}
        result = await datasette.get_database(DATABASE).execute(query["sql"], values, truncate=False)
        return [dict(row) for row in result.rows]

    return canned


def make_source(datasette):
    """The template function `the_list()`: the one row about the list, kept once read, for the file never changes."""
    kept = {}

    async def source():
        if not kept:
            result = await datasette.get_database(DATABASE).execute("select * from source")
            kept.update(dict(result.first()))
        return kept

    return source


def from_json(text):
    """A JSON array as a list; anything else as an empty one."""
    try:
        value = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []


def is_web_address(url):
    """Whether a link may be shown as one: http or https, with a host."""
    try:
        parts = urlsplit(str(url or ""))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def as_words(snippet):
    """A snippet without the signs of a JSON array, for authors and keywords are kept as one."""
    if snippet.startswith('["') or snippet.endswith('"]') or '", "' in snippet:
        return snippet.removeprefix('["').removesuffix('"]').replace('", "', ", ")
    return snippet


def marked(text):
    """«Marks» of a search snippet as HTML marks, the rest escaped."""
    return Markup(str(escape(as_words(text or ""))).replace("«", "<mark>").replace("»", "</mark>"))


def coded(text):
    """Text between back ticks as code, the rest escaped."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text or ""))))


def plain_number(value):
    """12345 as 12,345."""
    return f"{value:,}" if isinstance(value, int) else value


def plural(count, one, many=None):
    """1 paper, 2 papers."""
    return f"{plain_number(count)} {one if count == 1 else many or one + 's'}"


def ids_of(rows, column="id"):
    """The keys of some rows as a JSON array, for json_each."""
    return json.dumps([row[column] for row in rows])


def words_of(rows):
    """Rows of paper, id and name, grouped by paper."""
    groups = {}
    for row in rows:
        groups.setdefault(row["paper"], []).append(row)
    return groups


def tables_told(datasette):
    """The template function `tables_told()`: what metadata says of each table and view, by name."""
    return lambda: datasette.metadata("tables", database=DATABASE) or {}


def page_url(datasette, request):
    """The address by which a page is shared, with the filters that say what it is about."""
    kept = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] not in LOOKS]
    return datasette.absolute_url(request, request.path + (f"?{urlencode(kept)}" if kept else ""))


@hookimpl
def prepare_jinja2_environment(env):
    env.filters.update(
        from_json=from_json,
        marked=marked,
        coded=coded,
        plain_number=plain_number,
        plural=plural,
        is_web_address=is_web_address,
    )


@hookimpl
def extra_template_vars(datasette, request):
    if served_database(datasette) is None:
        return {}
    return {
        "sql_rows": make_rows(datasette),
        "canned": make_canned(datasette),
        "the_list": make_source(datasette),
        "ids_of": ids_of,
        "words_of": words_of,
        "tables_told": tables_told(datasette),
        "page_url": page_url(datasette, request) if request else "",
        "site_url": datasette.absolute_url(request, "/") if request else "",
    }
