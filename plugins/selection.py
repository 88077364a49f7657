"""Above every list: what it is a selection of, a label for each filter with the address that drops it alone, and orders
in which papers can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import Request
from phenomena_web.internals import describe_filter
from phenomena_web.kinds import read_through
from phenomena_web.statements import fetch_named

Pairs = list[tuple[str, str]]
Chip = dict[str, str]  # kind and label of a filter, and the address without it

# Parameters that hold keys, and of what.
NAMED = {name: kind for kind in ("list", "topic", "keyword", "author") for name in (f"_{kind}", kind)}
NAMED |= {"first_author": "author", "venue": "venue"}
KINDS = {"_year": "list year", "_search": "search", "_where": "SQL", "added__startswith": "added"}
KINDS |= {"first_author": "first author"}
WORDS = {"code_url__notnull": "with code", "code_url__isnull": "without code"}
ORDERS = {  # of papers: what `_sort` and `_sort_desc` say
    "newest first": (None, "submitted"),
    "oldest first": ("submitted", None),
    "by title": ("title", None),
    "by venue year": (None, "venue_year"),
}
CHOOSING = ("_list", "_topic", "_year", "_keyword", "_author", "_where", "_through")
KEPT = ("_sort", "_sort_desc", "_size", "_view")  # what stays when all filters are dropped
WITH_SEARCH = ("_searchmode", "_fts_table", "_fts_pk")  # have no effect without one


def find_filters(pairs: Pairs) -> Iterator[tuple[str, str]]:
    """The parameters of an address that choose rows, each once, in order."""
    for name, value in dict.fromkeys(pairs):
        is_search = name.startswith("_search") and name != "_searchmode"
        is_whole = name in ("_list", "_topic", "_year") and not value  # read as no filter
        if (is_search or name in CHOOSING or not name.startswith("_") or "__" in name) and not is_whole:
            yield name, value


def without(pairs: Pairs, name: str, value: str) -> Pairs:
    """An address's parameters without a filter, from the first page."""
    kept = [pair for pair in pairs if pair not in ((name, value), ("_next", dict(pairs).get("_next")))]
    is_searched = any(other.startswith("_search") and other != "_searchmode" for other, _ in kept)
    return kept if is_searched else [pair for pair in kept if pair[0] not in WITH_SEARCH]


def describe(name: str, value: str, names: Mapping[tuple[str, str], str]) -> tuple[str, str]:
    """Kind and label of a filter.

    >>> describe("year__gt", "2019", {}), describe("_year", "2022", {})
    (('', 'year > 2019'), ('list year', '2022'))
    """
    kind = NAMED.get(name, "")
    if kind and (kind, value) in names:
        return KINDS.get(name, kind), names[kind, value]
    if kind and name.startswith("_"):  # the column of a view may hold names
        return kind, f"“{value}” (no {kind} has this name)"
    if name in KINDS:
        return KINDS[name], f"“{value}”" if name == "_search" else value
    if name.startswith("_search_"):
        return f"search in {name.removeprefix('_search_')}", f"“{value}”"
    if name == "_through":
        table, column = read_through(value)
        return f"by {table}", f"{column} = {json.loads(value)['value']}"
    return "", WORDS[name] if name in WORDS and value == "1" else describe_filter(name, value)


async def find_names(datasette: Datasette, filters: Pairs) -> dict[tuple[str, str], str]:
    """Kind and key to name, for the keys among some filters."""
    keys: dict[str, list[str]] = {kind: [] for kind in dict.fromkeys(NAMED.values())}
    for name, value in filters:
        if name in NAMED:
            keys[NAMED[name]].append(value)
    if not any(keys.values()):
        return {}
    found = await fetch_named(datasette, "names_of_keys", **{f"{kind}s": values for kind, values in keys.items()})
    return {(row["kind"], row["id"]): row["name"] for row in found}


async def find_chips(datasette: Datasette, request: Request) -> list[Chip]:
    """What each filter of a page is, and the address of the page without it."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    filters = list(find_filters(pairs))
    names = await find_names(datasette, filters)
    chips = []
    for name, value in filters:
        kind, label = describe(name, value, names)
        chips.append({"kind": kind, "label": label, "href": address(request, without(pairs, name, value))})
    return chips


def address(request: Request, pairs: Pairs) -> str:
    """The page under some parameters."""
    path: str = request.path
    return path + (f"?{urlencode(pairs)}" if pairs else "")


def find_orders(request: Request, sort: str | None, sort_desc: str | None) -> list[dict[str, Any]]:
    """Label and address of each order of papers, and whether it is the page's; any other order of a page is last.

    A search without a chosen order is in that of relevance.
    """
    orders = {"best match": (None, None), **ORDERS} if request.args.get("_search") else ORDERS
    if (sort, sort_desc) not in orders.values():
        column = (sort or sort_desc or "").replace("_", " ")
        orders = {**orders, f"by {column}" + (", descending" if sort_desc else ""): (sort, sort_desc)}
    return [
        {
            "label": label,
            "href": path_with_replaced_args(request, {"_sort": order[0], "_sort_desc": order[1], "_next": None}),
            "is_current": order == (sort, sort_desc),
        }
        for label, order in orders.items()
    ]


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    if request is None:
        return {}
    pairs = parse_qsl(request.query_string, keep_blank_values=True)

    async def chips() -> list[Chip]:
        return await find_chips(datasette, request)

    return {
        "selection": SimpleNamespace(
            chips=chips,
            cleared=address(request, [pair for pair in pairs if pair[0] in KEPT]),
            orders=lambda sort, sort_desc: find_orders(request, sort, sort_desc),
        )
    }
