"""robots.txt and sitemap.xml: crawlers are led to papers, topics and words, and kept out of SQL and facet mazes."""

from xml.sax.saxutils import escape

from datasette import Response, hookimpl
from datasette.utils import tilde_encode

DATABASE = "phenomena"
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


async def robots(datasette, request):
    """/robots.txt"""
    site = datasette.absolute_url(request, datasette.urls.instance())
    return Response.text(ROBOTS.format(database=DATABASE, site=site))


async def sitemap(datasette, request):
    """/sitemap.xml: fixed pages first, then rows, as many as the protocol allows."""
    paths = ["/", "/charts", "/about", "/problems", *(f"/{DATABASE}/{table}" for table in LISTED)]
    database = datasette.get_database(DATABASE)
    for table in LISTED:
        rows = await database.execute(f"select id from {table} order by rowid limit {MAX_ADDRESSES}", truncate=False)
        paths += [f"/{DATABASE}/{table}/{tilde_encode(row['id'])}" for row in rows.rows]
    urls = (datasette.absolute_url(request, datasette.urls.path(path)) for path in paths[:MAX_ADDRESSES])
    body = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in urls)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</urlset>\n'
    return Response(text, content_type="application/xml; charset=utf-8")


@hookimpl
def register_routes():
    return [(r"^/robots\.txt$", robots), (r"^/sitemap\.xml$", sitemap)]
