"""What Datasette offers at a table: the menu of each column (sort, facet by this, hide, rows not blank), every shape of
its JSON and CSV, and the lines of the table itself.

Plain links and forms, so that all of it works without script. `table_tools.menus(...)` gives the menus of a page,
`table_tools.kept()` what a form that chooses columns takes along of the address, `table_tools.json()` and
`table_tools.csv()` the addresses of its rows in these formats, `table_tools.cells(rows)` and, of a query,
`table_tools.values(columns, rows)` its lines: a template's own loop over them takes eight times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.utils import path_with_added_args, path_with_replaced_args, to_css_class
from datasette.utils.asgi import Request
from markupsafe import Markup, escape
from phenomena_web import parameters

DATE = re.compile(r"\d{4}-\d\d-\d\d")
CHOSEN = ("_col", "_nocol")

Menu = dict[str, Any]  # the column's name, type, links: pairs of words and path
Column = Mapping[str, Any]  # as Datasette describes it to its template


def kept(request: Request) -> list[tuple[str, str]]:
    """Names and values of an address without the choice of columns and the place in the pages."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    return [pair for pair in pairs if pair[0] not in (*CHOSEN, "_next")]


def sort_links(request: Request, name: str, sort: str | None, sort_desc: str | None) -> list[tuple[str, str]]:
    """Both directions but the one that the rows are in."""
    directions = {"_sort": ("Sort ascending", sort), "_sort_desc": ("Sort descending", sort_desc)}
    return [
        (words, path_with_replaced_args(request, {"_sort": None, "_sort_desc": None, "_next": None, key: name}))
        for key, (words, now) in directions.items()
        if now != name
    ]


def facet_links(request: Request, name: str, values: Collection[Any]) -> list[tuple[str, str]]:
    """By the values of a column, and by what they hold: the items of arrays, the days of dates."""
    texts = [value for value in values if isinstance(value, str) and value]
    found = [("Facet by this", "_facet")]
    if texts and all(text.startswith("[") for text in texts):
        found.append(("Facet by the items", "_facet_array"))
    if texts and all(DATE.match(text) for text in texts):
        found.append(("Facet by day", "_facet_date"))
    page = {"_next": None}
    given = {(key, value) for key, value in parse_qsl(request.query_string)}
    return [
        (words, path_with_added_args(request, {key: name, **page})) for words, key in found if (key, name) not in given
    ]


def menu(
    request: Request,
    column: Column,
    values: Collection[Any],
    sorts: tuple[str | None, str | None],
    keys: Sequence[str],
    facets: Collection[str],
    fixed: Collection[str],
) -> Menu:
    """One column's menu. Under Datasette's own conditions: a key is not hidden, and one that is single not faceted."""
    name = column["name"]
    links = sort_links(request, name, *sorts)
    if list(keys) != [name] and name not in facets:
        links += facet_links(request, name, values)
    if not column["is_pk"] and name not in fixed:
        links.append(("Hide this column", path_with_added_args(request, {"_nocol": name})))
    if any(key in request.args for key in CHOSEN):
        links.append(("Show all columns", path_with_replaced_args(request, dict.fromkeys(CHOSEN))))
    if f"{name}__notblank" not in request.args and any(value in (None, "") for value in values):
        links.append(("Show not-blank rows", path_with_added_args(request, {f"{name}__notblank": "1", "_next": None})))
    kind = f"{column['type'].upper()}{' NOT NULL' if column['notnull'] else ''}"
    return {"name": name, "type": kind.strip(), "links": links}


def menus(
    request: Request,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Mapping[str, Any]]],
    sorts: tuple[str | None, str | None],
    keys: Sequence[str],
    facets: Collection[str],
    is_keyless: bool,
) -> list[Menu]:
    """The menus of all columns that can be sorted: all but the link that Datasette puts before the first.

    `columns` and `rows` are those of the page, `keys` the primary key, `facets` the names of those that it shows. A
    table without key (`is_keyless`) keeps the column that it is sorted by; where there is no key, one column stays.
    """
    own = [column["name"] for column in columns if column["sortable"] and column["name"] != "rowid"]
    fixed = {*(sorts if is_keyless else ()), *(own if not keys and len(own) == 1 else ())}
    values: dict[str, list[Any]] = {column["name"]: [] for column in columns}
    for row in rows:
        for cell in row:
            if cell["column"] in values:
                values[cell["column"]].append(cell["raw"])
    return [
        menu(request, column, values[column["name"]], sorts, keys, facets, fixed)
        for column in columns
        if column["sortable"]
    ]


def json_links(request: Request, has_key: bool) -> list[tuple[str, str]]:
    """The shapes of a page's JSON; `has_key` where the table has a primary key."""
    page = parse_qsl(parameters.for_json(request.query_string), keep_blank_values=True)
    rows = parameters.carried(page, "json")
    shapes: list[tuple[str, list[tuple[str, str]]]] = [
        ("with the page’s metadata", page),
        ("an array of objects", [*rows, ("_shape", "array")]),
        ("one object per line", [*rows, ("_shape", "array"), ("_nl", "on")]),
    ]
    shapes += [("an object by key", [*rows, ("_shape", "object")])] if has_key else []
    return [(words, f"{request.path}.json" + (f"?{urlencode(pairs)}" if pairs else "")) for words, pairs in shapes]


def csv_form(request: Request) -> tuple[str, list[tuple[str, str]]]:
    """The address of a page's CSV, and what its form hides: the filters and the choice of columns."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    return f"{request.path}.csv", [pair for pair in parameters.carried(pairs, "csv") if pair[0] != "_labels"]


def lines(rows: Iterable[Iterable[tuple[str, object]]]) -> Markup:
    """Lines of a table: class and value of each cell."""
    drawn = ("".join(f'<td class="{kind}">{escape(value)}</td>' for kind, value in row) for row in rows)
    return Markup("\n".join(f"<tr>{one}</tr>" for one in drawn))


def values(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """The lines of a query's result, as its page shows the values."""
    kinds = [f"col-{to_css_class(column)}" for column in columns]
    return lines(zip(kinds, row, strict=True) for row in rows)


def cells(rows: Iterable[Iterable[Mapping[str, Any]]]) -> Markup:
    """The lines of a table or row, as Datasette describes their cells to its template."""
    name = cache(to_css_class)
    return lines(
        ((f"col-{name(cell['column'])} type-{cell['value_type']}", cell["value"]) for cell in row) for row in rows
    )


@hookimpl
def extra_template_vars(request: Request | None) -> dict[str, object]:
    if request is None:
        return {}
    tools: dict[str, Callable[..., object]] = {"menus": menus, "kept": kept, "json": json_links, "csv": csv_form}
    of_page = {name: partial(tool, request) for name, tool in tools.items()}
    return {"table_tools": SimpleNamespace(**of_page, cells=cells, values=values)}
