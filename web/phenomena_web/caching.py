"""How long browsers and proxies keep what the site answers: static files for a year, pages and data for a second.

A static address ends in the hash of all static files. With the hash of another version, which pages of another replica
name while a new version takes over, it is not the file that was meant, and nobody keeps it. Everything else is asked
for again with its ETag, which costs one round trip: so a new build is seen at once, and a page never shows data of
another one. A second, the setting `default_cache_ttl`, is the shortest time for which proxies such as nginx keep an
answer at all. There is no `must-revalidate`, which would forbid them to use it while the site is down. `_ttl` sets
another time, as Datasette's documentation says.
"""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from .internals import site_folder

if TYPE_CHECKING:
    from datasette.app import Datasette

YEAR = b"public, max-age=31536000, immutable"
DAY = b"public, max-age=86400"
NOT_KEPT = b"no-cache"
OF_BUILD = re.compile(r"(?!/-/).*|/-/(feed\.atom|feed/[^/]+\.atom|timeline\.json|suggest)")  # not about the server
STATIC = ("/static/", "/-/static/", "/-/static-plugins/")


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


class Ages:
    """The Cache-Control of a server's answers, by their addresses."""

    def __init__(self, datasette: Datasette) -> None:
        self.version, self.seconds = asset_version(datasette), datasette.setting("default_cache_ttl")

    def of(self, path: str, query: str) -> bytes | None:
        """What answers of an address below the site's own are sent with; None where they are about the server."""
        if path.startswith(STATIC):
            return YEAR if query == self.version else NOT_KEPT if query else DAY
        if not OF_BUILD.fullmatch(path):
            return None
        given = parse_qs(query).get("_ttl", [""])[0] if "_ttl" in query else ""
        seconds = int(given) if given.isdecimal() else self.seconds
        return b"max-age=%d" % seconds if seconds else NOT_KEPT
