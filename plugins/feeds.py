"""Feeds: all papers, or those of a topic, an author, a keyword or a search, the last added to the list first.

`/-/feed.atom?topic=…&author=…&keyword=…&q=…` holds what all of these share, `/-/feed/TOPIC.atom` one topic. A page with
such a selection offers its feed, by a link and in its head. A feed reader shows each paper with its authors, digest and
keywords, and links to its row. Entries keep their ids wherever the site moves, for they come from the paper's permanent
key. Dates are those of entry into the list, from its history (else the month of submission, else the list's year), so
a feed changes only when the list does. Long feeds are divided into pages, joined by `next` links.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response
from phenomena_web.search.finding import finder_of
from phenomena_web.site import DATABASE, encode_key, fetch_rows, is_published
from phenomena_web.statements import fetch_named

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
PAGE_SIZE = 500
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:phenomena")  # never change it: the ids of all entries depend on it
ADDRESS_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"  # what an address may hold besides letters and digits
NO_DATE = "1970-01-01T00:00:00Z"

NOTE = (
    "Dates are days of entry into the list; where its history has none, months of submission, else years of the list. "
    "The latest come first."
)
TABLES = {"topic": "topics", "author": "authors", "keyword": "keywords"}
OF_PAPERS = {"_topic": "topic", "topic": "topic", "_author": "author", "_keyword": "keyword", "_search": "q"}
OF_SEARCH = {"topic": "topic", "author": "author", "keyword": "keyword", "q": "q"}
SHOWS_ONLY = re.compile(r"_(view|show|sort|sort_desc|next|size|col|nocol|facet\w*|hide_sql|show_sql)")
WORD = re.compile(r"[^\W_]")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Row = Mapping[str, Any]
Selection = dict[str, str]  # parameter to key, or to the text of a search

ElementTree.register_namespace("", ATOM)


def permanent_id(kind: str, key: str) -> str:
    """The id of a feed or entry: a name-based UUID, the same on every host.

    >>> permanent_id("paper", "arxiv-2409-15156")
    'urn:uuid:7f12645e-3320-5bd2-b639-ce5bad8b32a2'
    """
    return uuid.uuid5(NAMESPACE, f"{kind}/{key}").urn


def clean(text: str | None) -> str:
    """Text without the characters that XML can't hold."""
    return NOT_XML.sub("", text or "")


def add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    """A new element; escaping is the library's."""
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = clean(text) or None
    return element


def add_entry(feed: ElementTree.Element, paper: Row, address: str) -> None:
    """One paper."""
    entry = add(feed, "entry")
    add(entry, "id", permanent_id("paper", paper["id"]))
    add(entry, "title", paper["title"])
    add(entry, "link", rel="alternate", type="text/html", href=address)
    if (paper["paper_url"] or "").startswith(("http://", "https://")):
        add(entry, "link", rel="related", href=quote(clean(paper["paper_url"]), safe=ADDRESS_CHARACTERS))
    add(entry, "updated", date_of(paper))
    add(entry, "published", date_of(paper))
    for name in json.loads(paper["authors"]):
        add(add(entry, "author"), "name", name)
    for word in json.loads(paper["keywords"]):
        add(entry, "category", term=clean(word))
    if paper["digest"]:
        add(entry, "summary", paper["digest"])


def date_of(paper: Row) -> str:
    """When a paper came into the list, as Atom writes it; Atom wants a date even where none is known."""
    return f"{paper['day']}T00:00:00Z" if paper["day"] else NO_DATE


def make_feed(
    name: str, key: str, papers: Sequence[Row], links: Mapping[str, str], row_address: Callable[[str], str]
) -> str:
    """The text of a feed. `links` maps a relation to its address, `row_address` a paper's key to that of its row."""
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    add(feed, "id", permanent_id("feed", key))
    add(feed, "title", name)
    add(feed, "subtitle", NOTE)
    add(feed, "updated", max(map(date_of, papers), default=NO_DATE))
    add(add(feed, "author"), "name", "The authors of the papers")
    for relation, address in links.items():
        add(feed, "link", rel=relation, href=address, type="text/html" if relation == "alternate" else MEDIA_TYPE)
    for paper in papers:
        add_entry(feed, paper, row_address(paper["id"]))
    ElementTree.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode") + "\n"


async def find_names(datasette: Datasette, selection: Selection) -> dict[str, str] | None:
    """The names behind the keys of a selection, in order; None where one is the key of nothing."""
    names: dict[str, str] = {}
    for parameter, key in selection.items():
        names[parameter] = key
        if table := TABLES.get(parameter):
            found = await fetch_rows(datasette, f"select name from {table} where id = :key", key=key)
            if not found:
                return None
            names[parameter] = found[0]["name"]
    return names


def make_title(names: Mapping[str, str]) -> str:
    """What a feed holds.

    >>> make_title({"topic": "Grokking", "author": "Neel Nanda", "q": "circuits"})
    'Papers: Grokking, author Neel Nanda, search “circuits”'
    """
    words = {"topic": "{}", "author": "author {}", "keyword": "keyword {}", "q": "search “{}”"}
    held = ", ".join(words[parameter].format(name) for parameter, name in names.items())
    return f"Papers: {held}" if held else "Papers"


def make_key(selection: Selection) -> str:
    """What the id of a feed is made of, the same for ever: a topic's own key, else all parameters in order."""
    return selection["topic"] if list(selection) == ["topic"] else urlencode(selection)


def select(given: Mapping[str, str | None]) -> Selection:
    """Parameters of a feed in their order, those without a value left out, white space in a search collapsed."""
    found = {name: " ".join((given.get(name) or "").split()) for name in OF_SEARCH}
    return {name: value for name, value in found.items() if value}


async def show_feed(datasette: Datasette, request: Request) -> Response:
    """One page of a feed, or the reason why there is none."""
    number = request.args.get("page") or "1"
    if not number.isdecimal() or len(number) > 6 or int(number) < 1:
        return Response.text("`page` is a number from 1.\n", status=400)
    path_topic = {"topic": request.url_vars["topic"]} if "topic" in request.url_vars else {}
    selection = select({name: request.args.get(name) for name in OF_SEARCH} | path_topic)
    if "q" in selection and not WORD.search(selection["q"]):
        return Response.text("`q` holds no word to look for.\n", status=400)
    names = await find_names(datasette, selection) if is_published(datasette) else None
    if names is None:
        words = "There is no such feed; keys and names are in the tables topics, authors and keywords.\n"
        return Response.text(words, status=404)
    page = int(number)
    found = await finder_of(datasette).find_papers(selection["q"]) if "q" in selection else None
    given = {name: selection.get(name) for name in TABLES}
    values = {**given, "found": found, "size": PAGE_SIZE, "start": PAGE_SIZE * (page - 1)}
    rows = await fetch_named(datasette, "papers_of_feed", **values)
    if page > 1 and not rows:
        return Response.text("The feed has no such page.\n", status=404)
    links = find_links(datasette, selection, names, page, is_last=len(rows) <= PAGE_SIZE)

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, path))

    rows_at = absolute(datasette.urls.table(DATABASE, "papers"))
    body = make_feed(
        make_title(names),
        make_key(selection) if selection else "",
        rows[:PAGE_SIZE],
        {relation: absolute(path) for relation, path in links.items()},
        lambda key: f"{rows_at}/{encode_key(key)}",
    )
    headers = {"cache-control": f"max-age={datasette.setting('default_cache_ttl')}"}
    return Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def find_links(
    datasette: Datasette, selection: Selection, names: Mapping[str, str], page: int, is_last: bool
) -> dict[str, str]:
    """Relation to path: the page itself, the papers it holds, and the page after it."""
    own = datasette.urls.path(feed_path(selection))
    numbered = own + ("&" if "?" in own else "?") + "page="
    links = {"self": own if page == 1 else f"{numbered}{page}", "alternate": find_page(datasette, selection, names)}
    return links if is_last else {**links, "next": f"{numbered}{page + 1}"}


def find_page(datasette: Datasette, selection: Selection, names: Mapping[str, str]) -> str:
    """The path of the page that shows the papers of a selection."""
    if "q" in selection:
        return str(datasette.urls.path(f"/{DATABASE}/search?{urlencode(selection)}"))
    if list(selection) == ["topic"]:
        query = urlencode({"topics__arraycontains": names["topic"]})
    else:
        query = urlencode({f"_{name}": key for name, key in selection.items()})
    return str(datasette.urls.table(DATABASE, "papers")) + (f"?{query}" if query else "")


def feed_path(selection: Selection) -> str:
    """The path of a feed below the site's own."""
    if list(selection) == ["topic"]:
        return f"/-/feed/{selection['topic']}.atom"
    return f"/-/feed.atom?{urlencode(selection)}" if selection else "/-/feed.atom"


def selection_of(request: Request) -> Selection:
    """The selection that a page shows, empty where no feed holds exactly that."""
    table, key = (tilde_decode(request.url_vars.get(name) or "") for name in ("table", "pks"))
    own = [name for name, of in TABLES.items() if of == table]
    if own and key:
        return {own[0]: key}
    known = {"papers": OF_PAPERS, "search": OF_SEARCH}.get(table, {})
    given = [name for name in request.args if not SHOWS_ONLY.fullmatch(name) and any(request.args.getlist(name))]
    is_whole = len({known.get(name) for name in given}) == len(given) and all(
        name in known and len(request.args.getlist(name)) == 1 for name in given
    )
    is_search = table != "search" or request.args.get("q")
    return select({known[name]: request.args[name] for name in given}) if is_whole and is_search and not key else {}


async def find_feeds(datasette: Datasette, request: Request | None, database: str | None) -> list[dict[str, str]]:
    """The feeds that belong to a page, as title and address: that of all papers, and that of the selection in view."""
    if not is_published(datasette):
        return []
    feeds = [{"title": "Papers", "href": datasette.urls.path(feed_path({}))}]
    selection = selection_of(request) if request and database == DATABASE else {}
    names = await find_names(datasette, selection) if selection else None
    if names and WORD.search(selection.get("q", "x")):
        feeds.append({"title": make_title(names), "href": datasette.urls.path(feed_path(selection)), "note": NOTE})
    return feeds


@hookimpl
def register_routes() -> list[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]]]:
    return [(r"^/-/feed\.atom$", show_feed), (r"^/-/feed/(?P<topic>[^/]+)\.atom$", show_feed)]


@hookimpl
def extra_template_vars(
    datasette: Datasette, request: Request | None, database: str | None
) -> Callable[[], Awaitable[dict[str, object]]]:
    async def feeds() -> dict[str, object]:
        return {"feeds": await find_feeds(datasette, request, database)}

    return feeds
