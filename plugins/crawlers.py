"""robots.txt and sitemap.xml: crawlers are led to papers, topics and keywords, and kept out of SQL and facet mazes."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from xml.sax.saxutils import escape

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from phenomena_web.archive import archive_of
from phenomena_web.site import DATABASE, encode_key, published

LISTED = ("papers", "topics", "keywords", "authors", "venues")
FIXED = ("/", "/new", "/charts", "/about", "/problems", "/data")  # the last where there is an archive
MAX_ADDRESSES = 50_000  # the protocol's limit for one file, https://www.sitemaps.org/protocol.html
ROBOTS = """User-agent: *
Disallow: /{database}?
Disallow: /*?*_facet
Disallow: /*?*_sort
Disallow: /*?*_next
Disallow: /*?*sql=
Disallow: /-/
Allow: /-/feed
Sitemap: {site}sitemap.xml
"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}</urlset>
"""


async def robots(datasette: Datasette, request: Request) -> Response:
    """/robots.txt"""
    site = datasette.absolute_url(request, datasette.urls.instance())
    return Response.text(ROBOTS.format(database=DATABASE, site=site))


def write_sitemap(site: str, fixed: Sequence[str], connection: sqlite3.Connection) -> str:
    """The fixed pages first, then rows, as many as the protocol allows; `site` is the address before each path."""
    paths = [*fixed, *(f"/{DATABASE}/{table}" for table in LISTED)]
    for table in LISTED:
        rows = connection.execute(f"select id from {table} order by rowid limit ?", [MAX_ADDRESSES - len(paths)])
        paths += [f"/{DATABASE}/{table}/{encode_key(key)}" for (key,) in rows]
    return SITEMAP.format("".join(f"<url><loc>{site}{path}</loc></url>\n" for path in paths))  # with nothing to escape


async def sitemap(datasette: Datasette, request: Request) -> Response:
    """/sitemap.xml; of a long list in a thread of its own, for it takes longer than a statement may."""
    site = escape(datasette.absolute_url(request, datasette.urls.path("/"))).removesuffix("/")
    fixed = FIXED if archive_of(datasette) else FIXED[:-1]
    body = await published(datasette).execute_fn(partial(write_sitemap, site, fixed))
    return Response(body, content_type="application/xml; charset=utf-8")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [(r"^/robots\.txt$", robots), (r"^/sitemap\.xml$", sitemap)]
