"""robots.txt and sitemap.xml: crawlers are led to papers, topics and keywords, and kept out of SQL and facet mazes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from xml.sax.saxutils import escape

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from phenomena_web.archive import archive_of
from phenomena_web.site import DATABASE, fetch_rows, row_path

LISTED = ("papers", "topics", "keywords", "authors", "venues")
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


async def sitemap(datasette: Datasette, request: Request) -> Response:
    """/sitemap.xml: fixed pages first, then rows, as many as the protocol allows."""
    archived = ["/data"] if archive_of(datasette) else []
    paths = ["/", "/new", "/charts", "/about", "/problems", *archived, *(f"/{DATABASE}/{table}" for table in LISTED)]
    for table in LISTED:
        most = MAX_ADDRESSES - len(paths)
        rows = await fetch_rows(datasette, f"select id from {table} order by rowid limit {most}")
        paths += [row_path(table, row["id"]) for row in rows]
    site = escape(datasette.absolute_url(request, datasette.urls.path("/"))).removesuffix("/")
    body = "".join(f"<url><loc>{site}{path}</loc></url>\n" for path in paths)  # which have nothing to escape
    return Response(SITEMAP.format(body), content_type="application/xml; charset=utf-8")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [(r"^/robots\.txt$", robots), (r"^/sitemap\.xml$", sitemap)]
