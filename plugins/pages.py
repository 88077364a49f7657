"""What every page shows: rows, the list's name and checksum in the footer, its own address, text dressed up by filters.

Each plugin gives templates one name, that of its feature: `site`, `chart`, `link` and so on. This one gives `site`:

    {% set authors = site.rows("authors_of_paper", paper=key) %}

runs `templates/sql/authors_of_paper.sql`; Datasette's templates await it. A page that needs several first says

    {% set _ = site.ahead("authors_of_paper", "links_of_paper", paper=key) %}
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import Environment
from markupsafe import Markup, escape
from phenomena_web.internals import canned_query
from phenomena_web.made_once import made_once
from phenomena_web.site import DATABASE, is_published
from phenomena_web.statements import fetch_named, fetch_together, find_statement, names_in

SECTIONS = (  # of the navigation; a page is in the first that its path begins with
    ("Papers", "/phenomena/papers"),
    ("Lists", "/phenomena/lists"),
    ("Topics", "/phenomena/topics"),
    ("Keywords", "/phenomena/keywords"),
    ("Authors", "/phenomena/authors"),
    ("Venues", "/phenomena/venues"),
    ("Map", "/map"),
    ("New", "/new"),
    ("Charts", "/charts"),
    ("SQL", "/phenomena"),
    ("About", "/about"),
)
START = "/phenomena/search"  # is in none
LOOKS = ("_view", "_show", "_facet_size", "_hide_sql", "_show_sql")  # change how a page looks, not what it is about

Rows = list[dict[str, Any]]


class PageRows:
    """The rows that one page asks for, kept for the rest of it.

    What a template will need can be fetched ahead, all in one trip to a thread; `rows` and `canned` then find it here.
    """

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette
        self.kept: dict[tuple[Any, ...], Rows] = {}

    async def find(self, name: str, params: Mapping[str, object]) -> tuple[str, dict[str, object]]:
        """The SQL of a named statement or canned query, and the values that it names; a query's missing ones empty."""
        try:
            sql, values = find_statement(self.datasette, name), dict(params)
        except KeyError:
            query = await canned_query(self.datasette, DATABASE, name)
            sql, values = query["sql"], {**dict.fromkeys(query.get("params") or [], ""), **params}
        return sql, {key: value for key, value in values.items() if key in names_in(sql)}

    async def ahead(self, *names: str, **params: object) -> None:
        """Fetch the rows of some named statements and canned queries, each of which names some of the parameters."""
        found = [await self.find(name, params) for name in names]
        for (sql, values), rows in zip(found, await fetch_together(self.datasette, found), strict=True):
            self.kept[sql, json.dumps(values, sort_keys=True)] = rows

    async def rows(self, name: str, /, **params: object) -> Rows:
        """The rows of a named statement or canned query."""
        sql, values = await self.find(name, params)
        key = sql, json.dumps(values, sort_keys=True)
        if key not in self.kept:
            [self.kept[key]] = await fetch_together(self.datasette, [(sql, values)])
        return self.kept[key]

    async def keywords_of(self, papers: Sequence[Any]) -> dict[str, Rows]:
        """Paper to id and name of its keywords, for rows with a column `paper`."""
        groups: dict[str, Rows] = {}
        for row in await self.rows("keywords_of_papers", papers=[paper["paper"] for paper in papers]):
            groups.setdefault(row["paper"], []).append(row)
        return groups


async def read_list(datasette: Datasette) -> dict[str, Any]:
    """The template function `site.list()`: the row about the list."""
    [row] = await made_once(datasette, "list", lambda: fetch_named(datasette, "the_list"))
    return row


def find_section(path: str) -> tuple[str, str]:
    """The section that a page is in and how, as aria-current says it; both empty where it is in none.

    >>> find_section("/phenomena/papers"), find_section("/phenomena/papers/a"), find_section("/")
    (('/phenomena/papers', 'page'), ('/phenomena/papers', 'true'), ('', ''))
    """
    for _, section in SECTIONS:
        if path == section:
            return section, "page"
        if path.startswith(f"{section}/") and not path.startswith(START):
            return section, "true"
    return "", ""


async def make_part(datasette: Datasette, site: SimpleNamespace, name: str, current: str, kind: str) -> Markup:
    """The template function `site.part(name)`: HTML that is the same on all pages, or on all of a section.

    Its template knows `urls`, `database`, the section, and of `site` what is not about the page.
    """

    async def render() -> Markup:
        template, own = datasette.jinja_env.get_template(name), {"urls": datasette.urls, "database": DATABASE}
        return Markup(await template.render_async(site=site, current=current, kind=kind, **own))

    return await made_once(datasette, ("part", name, current, kind), render)


def from_json(text: str | None) -> list[Any]:
    """A JSON array as a list; anything else as an empty one."""
    try:
        value = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []


def is_web_address(url: str | None) -> bool:
    """Whether a link may be shown as one: http or https, with a host."""
    try:
        parts = urlsplit(str(url or ""))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def without_array(snippet: str) -> str:
    """A snippet without the quotes and brackets of JSON arrays, which the index has of authors and keywords."""
    if snippet.startswith('["') or snippet.endswith('"]') or '", "' in snippet:
        return snippet.removeprefix('["').removesuffix('"]').replace('", "', ", ")
    return snippet


def marked(text: str | None) -> Markup:
    """«Marks» of a search snippet as HTML marks, the rest escaped."""
    return Markup(str(escape(without_array(text or ""))).replace("«", "<mark>").replace("»", "</mark>"))


def coded(text: str | None) -> Markup:
    """Text between backticks as code, the rest escaped."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text or ""))))


def plain_number(value: object) -> object:
    """12345 as 12,345; what is not a whole number as it is."""
    return f"{value:,}" if isinstance(value, int) else value


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 paper, 2 papers."""
    return f"{plain_number(count)} {one if count == 1 else many or one + 's'}"


def page_url(datasette: Datasette, request: Request) -> str:
    """The address by which a page is shared, with the filters that say what it is about."""
    kept = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] not in LOOKS]
    return str(datasette.absolute_url(request, request.path + (f"?{urlencode(kept)}" if kept else "")))


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    env.filters.update(
        from_json=from_json,
        marked=marked,
        coded=coded,
        plain_number=plain_number,
        plural=plural,
        is_web_address=is_web_address,
    )


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, object]:
    if not is_published(datasette):
        return {}
    page = PageRows(datasette)
    path = "/" + request.path.removeprefix(datasette.setting("base_url")) if request else ""
    site: SimpleNamespace = SimpleNamespace(
        sections=SECTIONS,
        section=find_section(path),
        part=lambda name, current="", kind="": make_part(datasette, site, name, current, kind),
        ahead=page.ahead,
        rows=page.rows,
        canned=page.rows,
        keywords_of=page.keywords_of,
        list=partial(read_list, datasette),
        tables=lambda: datasette.metadata("tables", database=DATABASE) or {},
        page_url=page_url(datasette, request) if request else "",
        address=lambda path: datasette.absolute_url(request, datasette.urls.path(path)),
        url=datasette.absolute_url(request, "/") if request else "",
    )
    return {"site": site}
