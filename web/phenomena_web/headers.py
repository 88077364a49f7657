"""The headers of every answer: what a browser may run and keep, who may read it, and for how long.

Scripts of this site only, none written into a page; `eval` only on the pages where datasette-vega draws. Data is never
sent as a page, and may be read from other sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .parameters import for_json
from .public_address import for_one_reader
from .site import DATABASE

RETRY_SECONDS = b"3"
DATA = re.compile(r"\.(?!html$)\w+$|^/-/suggest$")
ALTERNATE = b'; rel="alternate"'
BASIC = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
}
SHARED = {
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": b"Link, ETag, Content-Disposition, Retry-After, Accept-Ranges, Content-Range, "
    b"Repr-Digest",
}
POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self'{styles}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_POLICY = POLICY.format(scripts="", styles="").encode()
CHART_POLICY = POLICY.format(scripts=" 'unsafe-eval'", styles=" 'unsafe-inline'").encode()
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'; sandbox"


def is_chart_page(path: str, query: str) -> bool:
    """Whether datasette-vega may draw: on a query, and on a table, view or canned query."""
    parts = path.strip("/").split("/")
    return parts[0] == DATABASE and (len(parts) == 2 or (len(parts) == 1 and "sql=" in query))


def is_page(headers: dict[bytes, bytes]) -> bool:
    """Whether an answer is HTML."""
    return headers.get(b"content-type", b"").lower().startswith(b"text/html")


def is_data(path: str) -> bool:
    """Whether an address is answered with data, which other sites may read: not a page, and no file of pages."""
    return DATA.search(path) is not None and not path.startswith(("/static/", "/-/static"))


def link_of_json(link: bytes) -> bytes:
    """The Link header of a page, whose JSON Datasette gives the page's whole query, with what that JSON understands."""
    address, _, rest = link.partition(ALTERNATE)
    place, _, asked = address.decode("latin-1").partition("?")
    asked = for_json(asked) if not place.endswith("/.json") else ""  # that of the front page has all databases
    return (place + (f"?{asked}" if asked else "")).encode("latin-1") + ALTERNATE + rest


def choose_headers(
    status: int, headers: Iterable[tuple[bytes, bytes]], path: str, query: str, is_public: bool
) -> list[tuple[bytes, bytes]]:
    """The headers of a response as they leave: what the site promises put over what the view set."""
    pairs = [(name.lower(), value) for name, value in headers]
    kept = {name: value for name, value in pairs if name != b"set-cookie"}
    if is_page(kept) and (status >= 400 or 200 <= status < 300) and DATA.search(path):
        kept[b"content-type"] = b"text/plain; charset=utf-8"
    if is_page(kept):
        kept[b"content-security-policy"] = CHART_POLICY if is_chart_page(path, query) else PAGE_POLICY
    elif status == 304:  # what it has goes over what the browser keeps, so a page must not get the policy of data
        kept |= SHARED if is_data(path) else {}
    elif not path.startswith(("/static/", "/-/static")):
        kept |= SHARED | {b"content-security-policy": DATA_POLICY}
    if ALTERNATE in kept.get(b"link", b""):
        kept[b"link"] = link_of_json(kept[b"link"])
    if status == 503:
        kept[b"retry-after"] = RETRY_SECONDS
    if not is_public:
        kept = for_one_reader(kept, path)
    return [*(kept | BASIC).items(), *(pair for pair in pairs if pair[0] == b"set-cookie")]
