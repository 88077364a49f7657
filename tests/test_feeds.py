"""Feeds as feedparser reads them: every paper, ids that stay, dates of entry into the list."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from page_kinds import fetch
from readers import read_atom
from sites import make_folder

ENTRY = """
- {title} [[paper]]({url})
  - Zoë & Söhne, O'Neil <script>.
  - Key Word: R&D; "Quotes".
  - <details><summary>Digest</summary> a < b && c > d, ünïcode </details>
"""


def papers_of(folder: Path, topic: str | None = None) -> list[dict[str, Any]]:
    """Papers of a built folder, the last added to the list first."""
    connection = sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        rows = connection.execute(
            "select *, coalesce(added, submitted || '-01', year || '-01-01') as day from papers "
            "where :topic is null or id in (select paper from listings where topic = :topic) "
            "order by day desc, id desc",
            {"topic": topic},
        ).fetchall()
    finally:
        connection.close()
    return [dict(row) for row in rows]


async def read_feed(site: Datasette, path: str, host: str = "localhost") -> Any:
    response = await site.client.get(path, headers={"host": host})
    assert (response.status_code, response.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    return read_atom(response.content)


async def read_entries(site: Datasette, path: str, host: str = "localhost") -> list[Any]:
    """The entries of all pages of a feed."""
    entries, following = [], path
    while following:
        feed = await read_feed(site, following, host)
        entries += feed.entries
        following = next(
            (link.href.removeprefix(f"http://{host}") for link in feed.feed.links if link.rel == "next"), ""
        )
    return entries


@pytest.mark.anyio
@pytest.mark.parametrize("topic", [None, "neural-collapse"])
async def test_a_feed_has_every_paper_the_last_added_first(
    short: Path, short_site: Datasette, topic: str | None
) -> None:
    path = f"/-/feed/{topic}.atom" if topic else "/-/feed.atom"
    feed, entries, papers = (
        await read_feed(short_site, path),
        await read_entries(short_site, path),
        papers_of(short, topic),
    )
    assert len(papers) == (6 if topic else 144)
    assert [
        (
            entry.title,
            entry.link,
            entry.updated,
            entry.published,
            [author.name for author in entry.authors],
            [tag.term for tag in entry.get("tags", [])],
            entry.get("summary"),
        )
        for entry in entries
    ] == [
        (
            paper["title"],
            f"http://localhost/phenomena/papers/{paper['id']}",
            f"{paper['day']}T00:00:00Z",
            f"{paper['day']}T00:00:00Z",
            json.loads(paper["authors"]),
            json.loads(paper["keywords"]),
            paper["digest"],
        )
        for paper in papers
    ]
    assert feed.feed.updated == f"{papers[0]['day']}T00:00:00Z"
    assert feed.feed.title == ("Papers: Neural Collapse" if topic else "Papers")


@pytest.mark.anyio
async def test_ids_are_the_papers_own_on_every_host_and_in_every_feed(short_site: Datasette) -> None:
    here = {entry.link: entry.id for entry in await read_entries(short_site, "/-/feed.atom")}
    there = await read_entries(short_site, "/-/feed.atom", host="papers.example.org")
    topic = await read_feed(short_site, "/-/feed/neural-collapse.atom")
    assert len(set(here.values())) == 144
    assert list(here.values()) == [entry.id for entry in there]
    assert {entry.link: entry.id for entry in topic.entries}.items() <= here.items()
    assert (await read_feed(short_site, "/-/feed.atom")).feed.id != topic.feed.id
    assert here["http://localhost/phenomena/papers/arxiv-2409-15156"] == "urn:uuid:7f12645e-3320-5bd2-b639-ce5bad8b32a2"


@pytest.mark.anyio
async def test_the_same_list_gives_the_same_feed(site: Datasette) -> None:
    encodings = ({"accept-encoding": one} for one in ("gzip", "identity"))  # each is made anew
    first, second = [await site.client.get("/-/feed.atom", headers=one) for one in encodings]
    assert first.content == second.content
    assert first.headers["cache-control"] == "private, max-age=1"


@pytest.mark.anyio
async def test_a_feed_links_to_itself_and_to_its_papers(site: Datasette) -> None:
    feed = await read_feed(site, "/-/feed/neural-collapse.atom")
    links = {link.rel: link.href for link in feed.feed.links}
    assert links == {
        "self": "http://localhost/-/feed/neural-collapse.atom",
        "alternate": "http://localhost/phenomena/papers?topics__arraycontains=Neural+Collapse",
    }
    page = links["alternate"].removeprefix("http://localhost")
    rows = await site.client.get(page.replace("papers?", "papers.json?_size=max&_shape=array&"))
    assert len(rows.json()) == len(feed.entries)


IN_TOPIC = "id in (select paper from listings where topic = 'neural-collapse')"
BY_FRANKLE = "id in (select paper from paper_authors where author = 'jonathanfrankle')"
WITH_PRUNING = "id in (select paper from paper_keywords where keyword = 'pruning')"
WITH_SURVEY = WITH_PRUNING.replace("pruning", "survey")
LOTTERY = "rowid in (select rowid from papers_fts('lottery'))"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "where", "title", "alternate"),
    [
        ("author=jonathanfrankle", BY_FRANKLE, "author Jonathan Frankle", "papers?_author=jonathanfrankle"),
        ("author=Jonathan+Frankle", BY_FRANKLE, "author Jonathan Frankle", "papers?_author=jonathanfrankle"),
        ("keyword=pruning", WITH_PRUNING, "keyword Pruning", "papers?_keyword=pruning"),
        ("topic=neural-collapse", IN_TOPIC, "Neural Collapse", "papers?topics__arraycontains=Neural+Collapse"),
        ("q=+lottery&topic=", LOTTERY, "search “lottery”", "search?q=lottery"),
        (
            "keyword=survey&q=lottery&author=jonathanfrankle",
            f"{BY_FRANKLE} and {WITH_SURVEY} and {LOTTERY}",
            "author Jonathan Frankle, keyword Survey, search “lottery”",
            "search?author=jonathanfrankle&keyword=survey&q=lottery",
        ),
    ],
)
async def test_a_feed_of_a_selection_holds_what_its_page_shows(
    folder: Path, site: Datasette, query: str, where: str, title: str, alternate: str
) -> None:
    feed = await read_feed(site, f"/-/feed.atom?{query}")
    order = "order by coalesce(added, submitted || '-01', year || '-01-01') desc, id desc"
    wanted = [row["id"] for row in fetch(folder, f"select id from papers where {where} {order}")]
    assert [entry.link.rpartition("/")[2] for entry in feed.entries] == wanted != []
    assert (feed.feed.title, feed.feed.subtitle) == (
        f"Papers: {title}",
        "Dates are days of entry into the list; where its history has none, months of submission, else years of the "
        "list. The latest come first.",
    )
    [page] = [link.href for link in feed.feed.links if link.rel == "alternate"]
    assert page == f"http://localhost/phenomena/{alternate}"
    path, _, parameters = page.removeprefix("http://localhost").partition("?")
    rows = (await site.client.get(f"{path}.json?{parameters}&_shape=array")).json()
    assert sorted(row.get("paper") or row["id"] for row in rows) == sorted(wanted)


@pytest.mark.anyio
async def test_the_id_of_a_feed_is_that_of_its_selection(site: Datasette) -> None:
    queries = ("", "topic=neural-collapse", "author=neelnanda", "keyword=grokking", "q=grokking", "q=pruning")
    ids = [(await read_feed(site, f"/-/feed.atom?{query}")).feed.id for query in queries]
    assert len(set(ids)) == len(ids)
    assert ids[1] == (await read_feed(site, "/-/feed/neural-collapse.atom")).feed.id
    first = await read_feed(site, "/-/feed.atom?author=neelnanda&keyword=grokking")
    assert first.feed.id == (await read_feed(site, "/-/feed.atom?keyword=Grokking&q=&author=Neel+Nanda")).feed.id
    assert first.feed.id == "urn:uuid:f1aedf73-8929-55a5-bb58-36973be20e5c"


@pytest.fixture(scope="module")
def long_list(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    """The site of 501 papers, one more than a page of a feed holds; their texts are hard to write in XML."""
    place = tmp_path_factory.mktemp("feeds")
    urls = ["https://x.org/{a} b?c=1&d=<e>", "javascript:alert(1)", "https://x.org/ü"]
    entries = [
        ENTRY.format(title=f'<script>alert({n})</script> & "x" ]]> \x0b{n}', url=urls[n % 3]) for n in range(501)
    ]
    (place / "list.md").write_text("# A List\n\n## A & B\n\n### A & B: 2022\n" + "".join(entries), "utf-8")
    return Datasette(config_dir=make_folder(place / "site", place / "list.md"))


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/-/feed/a-b.atom", "/-/feed.atom?topic=a-b&q=alert"])
async def test_a_long_feed_is_divided_into_pages(long_list: Datasette, path: str) -> None:
    first = await read_feed(long_list, path)
    following = {link.rel: link.href for link in first.feed.links}["next"]
    second = await read_feed(long_list, following.removeprefix("http://localhost"))
    assert (len(first.entries), len(second.entries)) == (500, 1)
    assert len({entry.id for entry in [*first.entries, *second.entries]}) == 501
    assert "next" not in {link.rel for link in second.feed.links}
    assert first.feed.title == ("Papers: A & B, search “alert”" if "?" in path else "Papers: A & B")


@pytest.mark.anyio
async def test_no_text_breaks_the_xml(long_list: Datasette) -> None:
    text = (await long_list.client.get("/-/feed.atom")).text
    assert "<script>" not in text
    [entry] = [entry for entry in read_atom(text.encode()).entries if "alert(7)" in entry.title]
    assert entry.title == '<script>alert(7)</script> & "x" ]]> 7'
    assert entry.summary == "a < b && c > d, ünïcode"
    assert [author.name for author in entry.authors] == ["Zoë", "Söhne", "O'Neil <script>"]
    assert [tag.term for tag in entry.tags] == ["R&D", '"Quotes"']
    assert "javascript:" not in text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/-/feed/nothing.atom", 404),
        ("/-/feed/neural-collapse'--.atom", 404),
        ("/-/feed.atom?topic=nothing", 404),
        ("/-/feed.atom?author=nobody&q=x", 404),
        ("/-/feed.atom?keyword=%00", 404),
        ("/-/feed.atom?q=---", 400),
        ("/-/feed.atom?page=3", 404),
        ("/-/feed.atom?page=0", 400),
        ("/-/feed.atom?page=-1", 400),
        ("/-/feed.atom?page=x", 400),
        ("/-/feed.atom?page=9999999", 400),
    ],
)
async def test_what_is_no_feed_is_refused(site: Datasette, path: str, status: int) -> None:
    response = await site.client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (status, "text/plain; charset=utf-8")


@pytest.mark.anyio
async def test_without_the_database_there_is_no_feed() -> None:
    empty = Datasette(memory=True, plugins_dir=str(Path(__file__).parent.parent / "plugins"))
    assert (await empty.client.get("/-/feed.atom")).status_code == 404
