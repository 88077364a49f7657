"""Feeds: `/-/feed.atom` for all papers and `/-/feed/TOPIC.atom` for one topic, the last submitted first.

A feed reader shows each paper with its authors, digest and key words, and links to its row. Entries keep their ids
wherever the site moves, for they come from the paper's permanent key and not from an address. Dates are those of
submission (the month, else the list's year), so a feed changes only when the list does. Long feeds part into pages,
tied by `next` links. Pages get the addresses in the template variable `feeds`.
"""

import json
import uuid
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from datasette import hookimpl
from datasette.utils.asgi import Response

DATABASE = "phenomena"
ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
PAGE_SIZE = 500
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:phenomena")  # never change it: the ids of all entries hang on it
ADDRESS_SIGNS = "%/:?#[]@!$&'()*+,;=~"  # what an address may hold besides letters and digits
NO_DATE = "1970-01-01T00:00:00Z"

PAPERS = """
select
  papers.id,
  papers.title,
  papers.authors,
  papers.keywords,
  papers.digest,
  papers.paper_url,
  coalesce(papers.submitted || '-01', papers.year || '-01-01') as day
from papers
where :topic is null
  or exists (select 1 from listings where listings.paper = papers.id and listings.topic = :topic)
order by day desc, papers.id desc
limit :size + 1 offset :start
"""

ElementTree.register_namespace("", ATOM)


def permanent_id(kind, key):
    """The id of a feed or entry: a name-based UUID, the same on every host.

    >>> permanent_id("paper", "arxiv-2409-15156")
    'urn:uuid:7f12645e-3320-5bd2-b639-ce5bad8b32a2'
    """
    return uuid.uuid5(NAMESPACE, f"{kind}/{key}").urn


def clean(text):
    """Text without the control characters that XML can't hold."""
    return "".join(
        sign for sign in text or "" if sign in "\t\n\r" or not (ord(sign) < 32 or 0xFFFE <= ord(sign) <= 0xFFFF)
    )


def add(parent, name, text=None, **attributes):
    """A new element; escaping is the library's."""
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = clean(text) or None
    return element


def add_entry(feed, paper, address):
    """One paper."""
    entry = add(feed, "entry")
    add(entry, "id", permanent_id("paper", paper["id"]))
    add(entry, "title", paper["title"])
    add(entry, "link", rel="alternate", type="text/html", href=address)
    if (paper["paper_url"] or "").startswith(("http://", "https://")):
        add(entry, "link", rel="related", href=quote(clean(paper["paper_url"]), safe=ADDRESS_SIGNS))
    add(entry, "updated", date_of(paper))
    add(entry, "published", date_of(paper))
    for name in json.loads(paper["authors"]):
        add(add(entry, "author"), "name", name)
    for word in json.loads(paper["keywords"]):
        add(entry, "category", term=clean(word))
    if paper["digest"]:
        add(entry, "summary", paper["digest"])


def date_of(paper):
    """When a paper was submitted, as Atom writes it; Atom wants a date even where none is known."""
    return f"{paper['day']}T00:00:00Z" if paper["day"] else NO_DATE


def make_feed(name, key, papers, links, row_address):
    """The text of a feed. `links` maps a relation to its address, `row_address` a paper's key to that of its row."""
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    add(feed, "id", permanent_id("feed", key))
    add(feed, "title", name)
    add(feed, "updated", max(map(date_of, papers), default=NO_DATE))
    add(add(feed, "author"), "name", "The authors of the papers")
    for relation, address in links.items():
        add(feed, "link", rel=relation, href=address, type="text/html" if relation == "alternate" else MEDIA_TYPE)
    for paper in papers:
        add_entry(feed, paper, row_address(paper["id"]))
    ElementTree.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode") + "\n"


async def find_topic(datasette, key):
    """The name of a topic, None where the list has no such topic."""
    found = await datasette.get_database(DATABASE).execute("select name from topics where id = :key", {"key": key})
    return found.rows[0]["name"] if found.rows else None


async def show_feed(datasette, request):
    """One page of a feed, or the reason why there is none."""
    topic, number = request.url_vars.get("topic"), request.args.get("page") or "1"
    if not number.isdecimal() or len(number) > 6 or int(number) < 1:
        return Response.text("`page` is a number from 1.\n", status=400)
    name = await find_topic(datasette, topic) if topic and DATABASE in datasette.databases else ""
    if name is None or DATABASE not in datasette.databases:
        return Response.text("There is no such feed; the keys of the topics are in the table topics.\n", status=404)
    page = int(number)
    values = {"topic": topic, "size": PAGE_SIZE, "start": PAGE_SIZE * (page - 1)}
    rows = (await datasette.get_database(DATABASE).execute(PAPERS, values)).rows
    if page > 1 and not rows:
        return Response.text("The feed has no such page.\n", status=404)
    links = find_links(datasette, topic, name, page, is_last=len(rows) <= PAGE_SIZE)

    def absolute(path):
        return datasette.absolute_url(request, path)

    body = make_feed(
        f"Papers: {name}" if name else "Papers",
        topic or "",
        rows[:PAGE_SIZE],
        {relation: absolute(path) for relation, path in links.items()},
        lambda key: absolute(datasette.urls.row(DATABASE, "papers", key)),
    )
    headers = {"cache-control": f"max-age={datasette.setting('default_cache_ttl')}"}
    return Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def find_links(datasette, topic, name, page, is_last):
    """Relation to path: the page itself, the papers it holds, and the page after it."""
    own = datasette.urls.path(feed_path(topic))
    table = datasette.urls.table(DATABASE, "papers")
    if topic:
        table += "?" + urlencode({"topics__arraycontains": name})
    links = {"self": own if page == 1 else f"{own}?page={page}", "alternate": table}
    return links if is_last else {**links, "next": f"{own}?page={page + 1}"}


def feed_path(topic=None):
    """The path of a feed below the site's own."""
    return f"/-/feed/{topic}.atom" if topic else "/-/feed.atom"


async def find_feeds(datasette, request, database, table):
    """The feeds that belong to a page, as title and address: that of all papers, and that of the topic in view."""
    if DATABASE not in datasette.databases:
        return []
    feeds = [{"title": "Papers", "href": datasette.urls.path(feed_path())}]
    topic = request.args.get("topic") if request and table == "papers" else None
    if request and table == "topics":
        topic = request.url_vars.get("pks")
    name = await find_topic(datasette, topic) if topic and database == DATABASE else None
    if name:
        feeds.append({"title": f"Papers: {name}", "href": datasette.urls.path(feed_path(topic))})
    return feeds


@hookimpl
def register_routes():
    return [(r"^/-/feed\.atom$", show_feed), (r"^/-/feed/(?P<topic>[^/]+)\.atom$", show_feed)]


@hookimpl
def extra_template_vars(datasette, request, database, table):
    async def feeds():
        return {"feeds": await find_feeds(datasette, request, database, table)}

    return feeds
