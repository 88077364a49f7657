"""Fields of ready queries and filters: what each takes, a choice of values, and a word when nobody is called so.

Where a key would do, a name does too. The page of a ready query that requires a value starts with an example; a format
(.csv, .json, .bib) without it answers 400. A name that nobody has is said on the page; a format of it answers 404,
where it would hold no rows without a word. What each field takes is in metadata.yml.
"""

import re
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.utils.asgi import Response

DATABASE = "phenomena"
MOST_SUGGESTED = 300
KEYED = {  # pages whose links hold keys: the tables of the parameters that may be given by name
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


async def rows_of(datasette, sql, **values):
    found = await datasette.get_database(DATABASE).execute(sql, values, truncate=False)
    return [dict(row) for row in found.rows]


async def find_named(datasette, table, text):
    """The key and name of the topic, venue, author or keyword that is called so, None where there is none."""
    condition = datasette.plugin_config("phenomena")["lookups"][table]
    sql = f"select id, name from {table} where {condition} order by length(id) desc limit 1"
    found = await rows_of(datasette, sql, name=text)
    return found[0] if found else None


async def find_unknown(datasette, tables, pairs):
    """What was asked for by a name or key that is none: parameter, table and value of each."""
    return [
        (name, tables[name], value)
        for name, value in pairs
        if tables.get(name) and value and not await find_named(datasette, tables[name], value)
    ]


async def with_keys(datasette, tables, pairs):
    """Parameters with names put into keys; what is neither stays."""
    return [
        (name, found["id"] if name in tables and (found := await find_named(datasette, tables[name], value)) else value)
        for name, value in pairs
    ]


def describe_unknown(table, value):
    """The sentence for a name that nobody has."""
    return f"No {table.removesuffix('s')} is called “{value}”."


def fields_of(datasette, page):
    """The fields of a ready query by name, empty for any other page."""
    queries = datasette.metadata("queries", database=DATABASE) or {}
    return (queries.get(page.removeprefix(f"/{DATABASE}/")) or {}).get("fields") or {}


def tables_of(datasette, page):
    """The tables that hold what a page's parameters may be called by, by parameter."""
    lookups = datasette.plugin_config("phenomena")["lookups"]
    fields = fields_of(datasette, page)
    named = {name: field["source"] for name, field in fields.items() if field.get("source") in lookups}
    return named | KEYED.get(page, {})


def name_missing(page, extension, name, field):
    """Which parameter a format lacks, and how to give it."""
    example = urlencode({name: field.get("example", "…")})
    return f"The parameter `{name}` is missing: {field['hint']}. Give it as in {page}.{extension}?{example}"


async def judge(datasette, page, extension, pairs):
    """The response to a request whose fields are not in order, None where they are."""
    fields, given = fields_of(datasette, page), dict(reversed(pairs))
    missing = [name for name, field in fields.items() if field.get("required") and not given.get(name)]
    if extension and missing:
        return refusal(extension, 400, name_missing(page, extension, missing[0], fields[missing[0]]))
    example = {name: fields[name].get("example") for name in missing if fields[name].get("source")}
    if example and all(example.values()):
        kept = [pair for pair in pairs if pair[0] not in example]
        return Response.redirect(datasette.urls.path(f"{page}?{urlencode([*kept, *example.items()])}"))
    unknown = await find_unknown(datasette, tables_of(datasette, page), pairs) if extension else []
    if unknown:
        _, table, value = unknown[0]
        return refusal(extension, 404, f"{describe_unknown(table, value)} All of them are in /{DATABASE}/{table}")
    return None


def refusal(extension, status, words):
    """A short answer: JSON where that is asked for, else plain text."""
    if extension == "json":
        return Response.json({"ok": False, "error": words, "status": status, "title": None}, status=status)
    return Response.text(f"{words}\n", status=status)


def make_fields(datasette):
    """The template function `query_fields(name, values)`: the fields of a query's form, in order."""

    async def query_fields(name, values):
        fields = fields_of(datasette, f"/{DATABASE}/{name}")
        return [await make_field(datasette, key, value, fields.get(key) or {}) for key, value in values.items()]

    return query_fields


async def make_field(datasette, name, value, field):
    """One field: its hint, its choices, whether these are suggestions only, and the words for a value that is none."""
    source = field.get("source")
    table, _, column = (source or "").partition(".")
    found = await find_named(datasette, table, value) if source in CHOICES and value else None
    sql = f"select distinct {column} as value, {column} as label from {table} where {column} is not null order by 1"
    choices = await rows_of(datasette, CHOICES.get(source, sql)) if source else []
    return {
        "name": name,
        "hint": field.get("hint"),
        "example": field.get("example"),
        "value": value,
        "chosen": found["id"] if found else value,
        "shown": found["name"] if found else value,
        "choices": choices[:: -1 if column == "year" else 1],
        "is_suggestion": source in SUGGESTED,
        "table": table,
        "unknown": describe_unknown(table, value) if source in CHOICES and value and not found else None,
    }


@hookimpl
def extra_template_vars(datasette, request):
    async def variables():
        """A page that lacks a value, or names nobody, offers no formats: they would be refused."""
        page = "/" + request.path.removeprefix(datasette.setting("base_url")) if request else ""
        is_known = DATABASE in datasette.databases and (page in KEYED or fields_of(datasette, page))
        pairs = parse_qsl(request.query_string) if is_known else []
        is_refused = is_known and await judge(datasette, page, "json", pairs)
        return {"query_fields": make_fields(datasette), "is_without_formats": bool(is_refused)}

    return variables


@hookimpl
def asgi_wrapper(datasette):
    base = datasette.setting("base_url")

    def wrap(app):
        async def in_order(scope, receive, send):
            path = (scope.get("raw_path") or b"").decode("latin-1").partition("?")[0]
            match = PAGE.fullmatch("/" + path.removeprefix(base))
            page, extension = (match["page"], match["extension"]) if match else ("", None)
            if extension == "atom":
                page = f"{page}.atom"
            known = page in KEYED or fields_of(datasette, page)
            if scope["type"] != "http" or not known or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            is_format = extension in {"csv", "atom", *datasette.renderers}
            if response := await judge(datasette, page, extension if is_format else None, pairs):
                return await response.asgi_send(send)
            keyed = await with_keys(datasette, KEYED.get(page, {}), pairs)
            if keyed != pairs:
                scope = {**scope, "query_string": urlencode(keyed).encode()}
            return await app(scope, receive, send)

        return in_order

    return wrap
