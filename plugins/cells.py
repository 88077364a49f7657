"""Cells of tables: identifiers as links, addresses by their host, arrays as lists, marks of a snippet as marks.

Only http and https are ever linked.
"""

from __future__ import annotations

import json
from urllib.parse import quote, urlsplit

from datasette import hookimpl
from datasette.app import Datasette
from markupsafe import Markup, escape
from phenomena_web.site import encode_key

IDENTIFIERS = {
    "arxiv_id": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "openreview_id": "https://openreview.net/forum?id={}",
}
KEYS = {"paper": "papers", "related": "papers", "topic_id": "topics", "venue_id": "venues"}
KEYS |= dict.fromkeys(("keyword_id", "other_id"), "keywords") | dict.fromkeys(("author_id", "coauthor_id"), "authors")
OWN_KEYS = {  # columns that hold keys in a table, and names elsewhere
    ("listings", "topic"): "topics",
    ("paper_authors", "author"): "authors",
    ("paper_keywords", "keyword"): "keywords",
}
ARRAYS = ("authors", "keywords", "topics", "spellings", "shared", "tags")
MANY = 8
LONGEST = 5_000  # characters of a value that is formatted; a longer one is shown plain and cut short


def link(address: str, text: str) -> Markup:
    """A link; Markup.format would give the same, and take most of the time of a long table."""
    return Markup(f'<a href="{escape(address)}">{escape(text)}</a>')


def identifier_cell(column: str, value: str) -> Markup:
    """An identifier as a link to the page its registry gives it."""
    return link(IDENTIFIERS[column].format(quote(value, safe="/.:;()_-")), value)


def address_cell(value: str) -> Markup | None:
    """An http(s) address as a link by its host; any other text as text."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return escape(value)
    address = escape(value)
    return Markup(f'<a href="{address}" title="{address}">{escape(parts.hostname.removeprefix("www."))}</a>')


def array_cell(value: str) -> Markup | None:
    """A JSON array of texts as words, the first of many."""
    try:
        items = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(items, list):
        return None
    words = ", ".join(str(item) for item in items[:MANY]).encode("utf-8", "replace").decode()
    more = f" and {len(items) - MANY} more" if len(items) > MANY else ""
    return escape(words + more)


def snippet_cell(value: str) -> Markup:
    """«Marks» as HTML marks, the rest escaped."""
    return Markup(str(escape(value)).replace("«", "<mark>").replace("»", "</mark>"))


@hookimpl
def render_cell(value: object, column: str, database: str, table: str | None, datasette: Datasette) -> Markup | None:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        return None
    if column in IDENTIFIERS:
        return identifier_cell(column, value)
    if column in ("url", "paper_url", "code_url", "image_url", "homepage"):
        return address_cell(value)
    if column in ARRAYS and value.startswith("["):
        return array_cell(value)
    if column == "snippet":
        return snippet_cell(value)
    if target := OWN_KEYS.get((table or "", column)) or KEYS.get(column):
        base = datasette.setting("base_url")
        return link(f"{base}{database}/{target}/{encode_key(value)}", value)
    return None
