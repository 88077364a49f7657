"""Fields of canned queries and filters: what each takes, a choice of values, and a notice when a name is unknown.

Where a key would do, a name does too. The page of a canned query that requires a value starts with an example; a format
(.csv, .json, .bib) without it answers 400. An unknown name is reported on the page; a format of it answers 404
instead of an empty result. What each field takes is in metadata.yml.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from markupsafe import Markup, escape
from phenomena_web.errors import respond
from phenomena_web.internals import output_formats
from phenomena_web.made_once import made_once
from phenomena_web.site import DATABASE, fetch_rows, find_named, is_published

MOST_SUGGESTED = 300
KEYED: dict[
    str, dict[str, str]
] = {  # pages whose links hold keys: the tables of the parameters that may be given by name
    f"/{DATABASE}/papers": {"_topic": "topics", "_keyword": "keywords", "_author": "authors"},
    f"/{DATABASE}/search": {"topic": "topics", "venue": "venues", "author": "authors", "keyword": "keywords"},
    "/-/feed.atom": {"topic": "topics", "author": "authors", "keyword": "keywords"},
}
CHOICES = {
    "topics": "select id as value, name as label from topics order by position",
    "venues": f"select id as value, name as label from venues order by paper_count desc, name limit {MOST_SUGGESTED}",
    "authors": f"select name as value from authors order by paper_count desc limit {MOST_SUGGESTED}",
    "keywords": f"select name as value from keywords order by paper_count desc limit {MOST_SUGGESTED}",
}
SUGGESTED = ("authors", "keywords")  # too many for a menu: a field of text, with suggestions
PAGE = re.compile(r"(?P<page>.*?)(?:\.(?P<extension>\w+))?/?")

Field = dict[str, Any]
Pairs = list[tuple[str, str]]
Find = Callable[[str, str], Awaitable[dict[str, Any] | None]]  # by table and text, as find_named


def finding_once(datasette: Datasette) -> Find:
    """`find_named` for one request, which asks for the same name in several places."""
    found: dict[tuple[str, str], dict[str, Any] | None] = {}

    async def find(table: str, text: str) -> dict[str, Any] | None:
        if (table, text) not in found:
            found[table, text] = await find_named(datasette, table, text)
        return found[table, text]

    return find


async def find_unknown(find: Find, tables: Mapping[str, str], pairs: Pairs) -> list[tuple[str, str, str]]:
    """What was asked for by an unknown name or key: parameter, table and value of each."""
    return [
        (name, tables[name], value)
        for name, value in pairs
        if tables.get(name) and value and not await find(tables[name], value)
    ]


async def with_keys(find: Find, tables: Mapping[str, str], pairs: Pairs) -> Pairs:
    """Parameters whose names are replaced by keys; what is neither stays."""
    return [
        (name, found["id"] if name in tables and (found := await find(tables[name], value)) else value)
        for name, value in pairs
    ]


def describe_unknown(table: str, value: str) -> str:
    """The sentence for an unknown name."""
    return f"No {table.removesuffix('s')} is called “{value}”."


def fields_of(datasette: Datasette, page: str) -> dict[str, Field]:
    """The fields of a canned query by name, empty for any other page."""
    queries = datasette.metadata("queries", database=DATABASE) or {}
    return (queries.get(page.removeprefix(f"/{DATABASE}/")) or {}).get("fields") or {}


def tables_of(datasette: Datasette, page: str) -> dict[str, str]:
    """Parameter to the table that holds its names and keys."""
    lookups = datasette.plugin_config("phenomena")["lookups"]
    fields = fields_of(datasette, page)
    named = {name: field["source"] for name, field in fields.items() if field.get("source") in lookups}
    return named | KEYED.get(page, {})


def name_missing(page: str, extension: str, name: str, field: Field) -> str:
    """Which parameter a format lacks, and how to give it."""
    example = urlencode({name: field.get("example", "…")})
    return f"The parameter `{name}` is missing: {field['hint']}. Give it as in {page}.{extension}?{example}"


async def judge(datasette: Datasette, find: Find, page: str, extension: str | None, pairs: Pairs) -> Response | None:
    """The response to a request that lacks a field or has an unknown name in one, None for any other."""
    fields, given = fields_of(datasette, page), dict(reversed(pairs))
    missing = [name for name, field in fields.items() if field.get("required") and not given.get(name)]
    if extension and missing:
        return respond(extension, 400, name_missing(page, extension, missing[0], fields[missing[0]]))
    example = {name: fields[name].get("example") for name in missing if fields[name].get("source")}
    if example and all(example.values()):
        kept = [pair for pair in pairs if pair[0] not in example]
        return Response.redirect(datasette.urls.path(f"{page}?{urlencode([*kept, *example.items()])}"))
    unknown = await find_unknown(find, tables_of(datasette, page), pairs) if extension else []
    if extension and unknown:
        _, table, value = unknown[0]
        return respond(extension, 404, f"{describe_unknown(table, value)} All of them are in /{DATABASE}/{table}")
    return None


def make_fields(datasette: Datasette, find: Find) -> Callable[[str | None, Mapping[str, str]], Awaitable[list[Field]]]:
    """The template function `fields.of(query, values)`: the fields of a query's form, in order, kept for the page."""
    kept: list[Field] = []

    async def read_fields(query: str | None, values: Mapping[str, str]) -> list[Field]:
        if not kept:
            fields = fields_of(datasette, f"/{DATABASE}/{query}")
            for name, value in values.items():
                kept.append(await make_field(datasette, find, name, value, fields.get(name) or {}))
        return kept

    return read_fields


def draw_options(choices: Iterable[Mapping[str, Any]], chosen: str | None = None) -> Markup:
    """The options of a menu, or of suggestions, which have no labels."""
    return Markup(
        "".join(
            f'<option value="{escape(one["value"])}"{" selected" if str(one["value"]) == chosen else ""}>'
            + (f"{escape(one['label'])}</option>\n" if "label" in one else "")
            for one in choices
        )
    )


def draw_menu(choices: Sequence[Mapping[str, Any]], value: str, chosen: str) -> Markup:
    """The options of a menu; a value that is none of them stays chosen."""
    all_of_them, is_known = {"value": "", "label": "All"}, chosen in {str(one["value"]) for one in choices}
    unknown = [] if is_known or not value else [{"value": value, "label": value}]
    return draw_options([all_of_them, *choices, *unknown], chosen if is_known else value or None)


async def read_choices(datasette: Datasette, source: str) -> tuple[list[dict[str, Any]], Markup]:
    """The choices of a field, and for suggestions their options: too many to draw them for each page."""
    table, _, column = source.partition(".")
    sql = f"select distinct {column} as value, {column} as label from {table} where {column} is not null order by 1"
    choices = await fetch_rows(datasette, CHOICES.get(source, sql))
    choices = choices[:: -1 if column == "year" else 1]
    return choices, draw_options(choices) if source in SUGGESTED else Markup("")


async def make_field(datasette: Datasette, find: Find, name: str, value: str, field: Field) -> Field:
    """One field: its hint, its options, whether these are a menu, and a sentence on an unknown value."""
    source = field.get("source") or ""
    table = source.partition(".")[0]
    found = await find(table, value) if source in CHOICES and value else None
    chosen = found["id"] if found else value
    read = partial(read_choices, datasette, source)
    choices, options = await made_once(datasette, ("choices", source), read) if source else ([], Markup(""))
    is_menu = bool(choices) and source not in SUGGESTED
    return {
        "name": name,
        "hint": field.get("hint"),
        "example": field.get("example"),
        "value": value,
        "chosen": chosen,
        "shown": found["name"] if found else value,
        "options": draw_menu(choices, value, chosen) if is_menu else options,
        "is_menu": is_menu,
        "table": table,
        "unknown": describe_unknown(table, value) if source in CHOICES and value and not found else None,
    }


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> Callable[[], Awaitable[dict[str, object]]]:
    async def variables() -> dict[str, object]:
        """A page that lacks a value, or has an unknown name, offers no formats: they would be refused."""
        page = "/" + request.path.removeprefix(datasette.setting("base_url")) if request else ""
        is_known = is_published(datasette) and (page in KEYED or fields_of(datasette, page))
        find = finding_once(datasette)
        pairs = parse_qsl(request.query_string) if request and is_known else []
        is_refused = is_known and await judge(datasette, find, page, "json", pairs)
        return {"fields": SimpleNamespace(of=make_fields(datasette, find), are_refused=bool(is_refused))}

    return variables


@hookimpl(tryfirst=True)  # within the plugin for downloads, which names a file by what was asked for
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    base = datasette.setting("base_url")

    def wrap(app: Any) -> Any:
        async def in_order(scope: dict[str, Any], receive: Any, send: Any) -> Any:
            path = (scope.get("raw_path") or b"").decode("latin-1").partition("?")[0]
            match = PAGE.fullmatch("/" + path.removeprefix(base))
            page, extension = (match["page"], match["extension"]) if match else ("", None)
            if extension == "atom":
                page = f"{page}.atom"
            known = page in KEYED or fields_of(datasette, page)
            if scope["type"] != "http" or not known or not is_published(datasette):
                return await app(scope, receive, send)
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            is_format = extension in {"csv", "atom", *output_formats(datasette)}
            find = finding_once(datasette)
            if response := await judge(datasette, find, page, extension if is_format else None, pairs):
                return await response.asgi_send(send)
            keyed = await with_keys(find, KEYED.get(page, {}), pairs)
            if keyed != pairs:
                scope = {**scope, "query_string": urlencode(keyed).encode()}
            return await app(scope, receive, send)

        return in_order

    return wrap
