"""Search in the list of papers: the language of the search box, corrections, notes on both, and marked snippets.

`/phenomena/papers?_search=…` is a search like any other list of papers, with its facets, orders and downloads; without
another order the most relevant papers come first. `/phenomena/search` is the page to start from, and leads there. In
SQL, `fts_query(text)` reads words as the search box does and gives a full-text query that can't fail; filters such as
`year:` are words to it. Other searches of the site's tables are read by it too: Datasette's own function for them,
`escape_fts`, lets a lone quotation mark through, which is an error. `_searchmode=raw` still takes FTS5's own language.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Generator
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.filters import FilterArguments
from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import Request, Response
from phenomena_web.internals import without_search_filter
from phenomena_web.search.finding import find_snippets, finder_of, fts_query, typed_search
from phenomena_web.search.language import parse
from phenomena_web.search.wording import notes_on
from phenomena_web.site import DATABASE, find_named, is_published

START = f"/{DATABASE}/search"
AS_FILTERS = {"topic": "_topic", "year": "_year", "author": "_author", "keyword": "_keyword", "venue": "venue"}
MOST_SHOWN = 1000  # papers, of a page that shows all
NAMED = {"topic": "topics", "author": "authors", "keyword": "keywords", "venue": "venues"}
EXAMPLES = (  # what can be typed, and what it finds
    ("lottery pruning", "with all of the words, whole or as their beginnings"),
    ('"neural collapse"', "with the phrase, exactly"),
    ("grokking OR emergence", "with either"),
    ("grokking -transformer", "without a word"),
    ("title:memorization author:zhang", "with words in the title, author:, keyword:, venue: or digest:"),
    ("year:2020-2023 sharpness", "of list years; also year:2021, year:2022- and year:-2019"),
    ("has:code double descent", "with code; also has:digest, has:venue, has:keywords, has:link, has:arxiv and has:doi"),
    ("topic:emergence grokking", "of a topic, by any part of its name"),
    ("2201.02177", "of an arXiv id, a DOI, an OpenReview id, or an address of one"),
    ("frankle 2020", "of an author and a year"),
)
Rows = list[dict[str, Any]]


async def search_filter(datasette: Datasette, typed: str) -> FilterArguments:
    """The condition of a search, as Datasette takes the filters of a page."""
    found = await finder_of(datasette).find(typed)
    changes = f" ({' '.join(found.corrections)})" if found.corrections else ""
    context = {"supports_search": True, "search": typed}
    words = [f'search matches "{typed}"{changes}']
    return FilterArguments([found.condition.sql], dict(found.condition.values), words, context)


async def find_list(datasette: Datasette, pairs: list[tuple[str, str]]) -> str | None:
    """The address of the list of papers for the fields of the search page; None where a name in them is unknown."""
    given = {name: value for name, value in pairs if value.strip()}
    query = {"_search": given["q"]}
    for name, parameter in AS_FILTERS.items():
        if name not in given:
            continue
        found = await find_named(datasette, NAMED[name], given[name]) if name in NAMED else {"id": given[name]}
        if found is None:
            return None
        query[parameter] = found["id"]
    if given.get("_show") == "all":
        query["_size"] = str(min(MOST_SHOWN, datasette.setting("max_returned_rows")))
    return str(datasette.urls.path(f"/{DATABASE}/papers?{urlencode(query)}"))


async def describe_page(datasette: Datasette, request: Request) -> dict[str, Any]:
    """What the page of a search says of it: sentences, corrections, the address of the exact search, its SQL."""
    if typed := typed_search(request):
        found = await finder_of(datasette).find(typed)
        exact = path_with_replaced_args(request, {"_search": found.exact, "_next": None}) if found.exact else None
        return {
            "corrections": found.corrections,
            "sentences": [] if found.is_plain else notes_on(found.search, typed),
            "exact": exact,
            "typed": typed,
            "sql": found.condition.sql,
            "values": found.condition.values,
        }
    is_raw = request.args.get("_searchmode") == "raw"
    names = [] if is_raw else [name for name in request.args if re.fullmatch(r"_search_\w+", name)]
    texts = [request.args.get(name) or "" for name in names if name != "_searchmode"]
    return {"sentences": [one for text in texts for one in notes_on(parse(text, has_filters=False), text)]}


async def with_snippets(datasette: Datasette, request: Request, papers: Rows) -> Rows:
    """Papers of a page, each with the piece that shows what was found; as they are where nothing was looked for."""
    typed = typed_search(request)
    if not typed or not papers:
        return papers
    keys = [paper["paper"] for paper in papers]
    found = await find_snippets(datasette, typed, keys)
    return [{**paper, "snippet": found.get(paper["paper"])} for paper in papers]


@hookimpl(trylast=True)  # after Datasette's own functions, one of which is replaced
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    def query(text: str | None) -> str:
        return fts_query(text, conn if database == DATABASE else None)

    for name in ("fts_query", "escape_fts"):
        conn.create_function(name, 1, query, deterministic=True)


@hookimpl(hookwrapper=True)  # in the place of Datasette's own filter
def filters_from_request(
    request: Request, database: str, table: str, datasette: Datasette
) -> Generator[None, Any, None]:
    outcome = yield
    if (database, table) == (DATABASE, "papers") and (typed := typed_search(request, database, table)):
        others = without_search_filter(outcome.get_result())
        outcome.force_result([*others, lambda: search_filter(datasette, typed)])


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, object]:
    if request is None:
        return {}

    async def notes() -> dict[str, Any]:
        return await describe_page(datasette, request)

    async def snippets(papers: Rows) -> Rows:
        return await with_snippets(datasette, request, papers)

    return {"finding": SimpleNamespace(notes=notes, snippets=snippets, examples=EXAMPLES)}


@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    base = datasette.setting("base_url")

    def wrap(app: Any) -> Any:
        async def leading_on(scope: dict[str, Any], receive: Any, send: Any) -> None:
            path = (scope.get("raw_path") or b"").decode("latin-1").partition("?")[0]
            if "/" + path.removeprefix(base) == START and is_published(datasette):
                pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
                has_words = dict(pairs).get("q", "").strip()
                if has_words and (address := await find_list(datasette, pairs)):
                    await Response.redirect(address).asgi_send(send)
                    return
            await app(scope, receive, send)

        return leading_on

    return wrap
