"""Files of the site are kept by browsers: static files for a year under an address with their hash, pages for an hour.

Datasette 0.65 sends static files, the front page and pages of our own without cache headers. A static address ends in
the hash of all of them; a page is kept for the setting `default_cache_ttl`, as Datasette keeps its other pages.
"""

import hashlib
from pathlib import Path

from datasette import hookimpl

STATIC = Path(__file__).parent.parent / "static"
YEAR = b"public, max-age=31536000, immutable"
DAY = b"public, max-age=86400"


def asset_version():
    """Eight hexadecimal digits over the contents of static/."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.glob("*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


VERSION = asset_version()


@hookimpl
def extra_template_vars():
    return {"asset_version": VERSION}


def age_of(scope, page_seconds):
    """How long what an address gives is kept; None for addresses that tell of the server or of a visitor."""
    path = scope["path"]
    if path.startswith(("/static/", "/-/static/", "/-/static-plugins/")):
        return YEAR if scope.get("query_string") == VERSION.encode() else DAY
    return None if path.startswith("/-/") else b"max-age=%d" % page_seconds


@hookimpl
def asgi_wrapper(datasette):
    def wrap(app):
        async def cached(scope, receive, send):
            age = age_of(scope, datasette.setting("default_cache_ttl")) if scope["type"] == "http" else None
            if age is None:
                return await app(scope, receive, send)

            async def send_with_age(message):
                if message["type"] == "http.response.start" and message["status"] == 200:
                    told = any(name.lower() == b"cache-control" for name, _ in message["headers"])
                    added = [] if told else [(b"cache-control", age)]
                    message = {**message, "headers": [*message["headers"], *added]}
                await send(message)

            return await app(scope, receive, send_with_age)

        return cached

    return wrap
