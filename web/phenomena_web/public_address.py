"""The public address of the site: the environment variable PHENOMENA_PUBLIC_URL, such as https://papers.example.org.

Where it is set, all absolute addresses (in feeds, JSON-LD, canonical links, Link headers) begin with it, whatever Host
header a request brings. Where it isn't, they repeat that header, so no answer may be kept by a shared cache: one
reader's Host header would reach the others.
"""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

import click

from .site import FILES

VARIABLE = "PHENOMENA_PUBLIC_URL"
HOST = re.compile(r"([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+(:[0-9]{1,5})?|\[[0-9a-fA-F:]+\](:[0-9]{1,5})?")
FILE = re.compile(rf"/[^/.]+\.db|{FILES}.+")
ALIKE = rf"{FILE.pattern}|/static/.*|/-/static(-plugins)?/.*"
HOSTLESS = re.compile(rf"(?!{FILES}croissant\.json)({ALIKE})")  # the same for every host


def parse_address(text: str, base_url: str = "/") -> tuple[str, str]:
    """Scheme and host of a public address. Raises ValueError, with the reason.

    >>> parse_address("https://papers.example.org"), parse_address("http://[::1]:8001/list/", "/list/")
    (('https', 'papers.example.org'), ('http', '[::1]:8001'))
    """
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc):
        raise ValueError("it must be like https://papers.example.org")
    if parts.query or parts.fragment or text.endswith(("?", "#")):
        raise ValueError("nothing may follow its path")
    if parts.path.rstrip("/") + "/" != base_url:
        raise ValueError(f"its path must be that of the setting base_url, {base_url}")
    return parts.scheme, parts.netloc


def read_address(base_url: str) -> tuple[str, str] | None:
    """The public address, None where none is set. Raises ClickException, which ends the command in one line."""
    text = os.environ.get(VARIABLE, "").strip()
    try:
        return parse_address(text, base_url) if text else None
    except ValueError as reason:
        raise click.ClickException(f"{VARIABLE} is {text!r}: {reason}") from None


def put_on(scope: dict[str, Any], address: tuple[str, str]) -> dict[str, Any]:
    """A request as if it had come to the public address."""
    scheme, host = address
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
    return {**scope, "scheme": scheme, "headers": [*headers, (b"host", host.encode())]}


def for_one_reader(headers: dict[bytes, bytes], path: str) -> dict[bytes, bytes]:
    """The headers of an answer that may hold the Host header: only the reader's own browser may keep it."""
    kept = headers.get(b"cache-control", b"")
    if b"max-age" not in kept or b"private" in kept or HOSTLESS.fullmatch(path):
        return headers
    return headers | {b"cache-control": b"private, " + kept}
