"""Files of the site are kept by browsers: static files for a year under an address with their hash, pages for an hour.

Datasette 0.65 sends static files, the front page and pages of our own without cache headers. A static address ends in
the hash of all of them; a page is kept for the setting `default_cache_ttl`, as Datasette keeps its other pages.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .internals import site_folder

if TYPE_CHECKING:
    from datasette.app import Datasette

YEAR = b"public, max-age=31536000, immutable"
DAY = b"public, max-age=86400"


@functools.cache
def hash_files(folder: Path) -> str:
    """Eight hexadecimal digits over the files of a folder, as they are when it is first asked for."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def asset_version(datasette: Datasette) -> str:
    """What the address of a static file of this server ends in; empty where it has no folder of its own."""
    folder = site_folder(datasette)
    return hash_files(folder / "static") if folder else ""


def age_of(scope: dict[str, Any], version: str, page_seconds: int) -> bytes | None:
    """How long the answer of an address is kept; None for addresses about the server or a visitor."""
    path = scope["path"]
    if path.startswith(("/static/", "/-/static/", "/-/static-plugins/")):
        return YEAR if scope.get("query_string") == version.encode() else DAY
    return None if path.startswith("/-/") else b"max-age=%d" % page_seconds


def with_ages(app: Any, datasette: Datasette) -> Any:
    """The application, whose answers say how long they are kept, unless they do already."""
    version, page_seconds = asset_version(datasette), datasette.setting("default_cache_ttl")

    async def cached(scope: dict[str, Any], receive: Any, send: Any) -> None:
        age = age_of(scope, version, page_seconds) if scope["type"] == "http" else None
        if age is None:
            await app(scope, receive, send)
            return

        async def send_with_age(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                is_given = any(name.lower() == b"cache-control" for name, _ in message["headers"])
                added = [] if is_given else [(b"cache-control", age)]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await app(scope, receive, send_with_age)

    return cached
