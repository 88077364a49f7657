"""Files of the site are kept by browsers: static files for a year under an address with their hash, pages for an hour.

Datasette 0.65 sends static files without cache headers. A static address ends in the hash of all of them.
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


@hookimpl
def asgi_wrapper():
    def wrap(app):
        async def cached(scope, receive, send):
            path = scope.get("path", "")
            if scope["type"] != "http" or not path.startswith(("/static/", "/-/static/", "/-/static-plugins/")):
                return await app(scope, receive, send)
            age = YEAR if scope.get("query_string") == VERSION.encode() else DAY

            async def send_with_age(message):
                if message["type"] == "http.response.start" and message["status"] == 200:
                    message = {**message, "headers": [*message["headers"], (b"cache-control", age)]}
                await send(message)

            return await app(scope, receive, send_with_age)

        return cached

    return wrap
