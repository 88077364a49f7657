"""The bar above a list: a label for each filter with the address without it, orders, downloads, numbered pages."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from datasette.app import Datasette
from datasette.utils.asgi import Request
from downloading import count_held
from page_kinds import fetch
from page_reading import attributes, read, texts
from selectolax.lexbor import LexborHTMLParser, LexborNode

pytestmark = pytest.mark.anyio
THROUGH = json.dumps({"table": "paper_keywords", "column": "keyword", "value": "pruning"})
FIVE = "_topic=neural-collapse&_keyword=neuralcollapse&venue=iclr&code_url__isnull=1&_search=neural"


def chips(page: LexborHTMLParser) -> list[tuple[str, str]]:
    """Label and address of each filter that a page names."""
    return [(label(one), one.attributes["href"] or "") for one in page.css("ul.selected a:not(.clear)")]


def label(link: LexborNode) -> str:
    return " ".join(link.text().split()).removeprefix("Remove ").removesuffix(" ✕")


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        (FIVE, ["topic Neural Collapse", "keyword Neural Collapse", "venue ICLR", "without code", "search “neural”"]),
        ("_year=2022&_author=jonathanfrankle", ["list year 2022", "author Jonathan Frankle"]),
        ("_keyword=grokking&_keyword=pruning", ["keyword Grokking", "keyword Pruning"]),
        ("code_url__notnull=1&added__startswith=2023", ["with code", "added 2023"]),
        ("year__gt=2019&year=2021", ["year > 2019", "year = 2021"]),
        ("topic=grokking", ['topic = "grokking"']),
        ("first_author=jonathanfrankle", ["first author Jonathan Frankle"]),
        ("_where=year+%3C+2025&_where=year+%3E+2020", ["SQL year < 2025", "SQL year > 2020"]),
        ("_search_title=neural", ["search in title “neural”"]),
        (urlencode({"_through": THROUGH}), ["by paper_keywords keyword = pruning"]),
        ("_search=", ["search “”"]),
        ("_author=", ["author “” (no author has this name)"]),
        (
            urlencode({"title__contains": "<script>ran.push(1)</script>"}),
            ['title contains "<script>ran.push(1)</script>"'],
        ),
        (
            urlencode({"_where": "year > 2000 " + "and year > 2000 " * 20}),
            ["SQL " + ("year > 2000 and " * 6)[:79] + "…"],
        ),
    ],
)
async def test_each_filter_is_named(site: Datasette, query: str, labels: list[str]) -> None:
    page = await read(site, f"/phenomena/papers?{query}")
    assert [one for one, _ in chips(page)] == labels
    assert texts(page, ".to-filter") == ([f"Filter ({len(labels)})"] if page.css("aside") else [])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "_topic=",
        "_year=",
        "_view=table&_sort=title&_size=5&_facet=year&_facet_size=max&_facet_by=topic&_col=title&_nocount=1",
        "_searchmode=raw",
        "_next=2022-11%2Carxiv-2211-01786",
    ],
)
async def test_what_chooses_no_rows_is_no_filter(site: Datasette, query: str) -> None:
    page = await read(site, f"/phenomena/papers?{query}")
    assert page.css("ul.selected") == []
    assert texts(page, ".to-filter") == ["Filter"]


@pytest.mark.parametrize(
    "path", ["authors?paper_count__gt=3&_view=table", "topic_years?topic=Grokking", "changes?kind=added"]
)
async def test_filters_of_other_tables_are_named_too(site: Datasette, path: str) -> None:
    page = await read(site, f"/phenomena/{path}")
    table, _, query = path.partition("?")
    words = {"paper_count__gt=3&_view=table": "paper_count > 3", "topic=Grokking": 'topic = "Grokking"'}
    kept = "?_view=table" if "_view" in query else ""
    assert chips(page) == [(words.get(query, 'kind = "added"'), f"/phenomena/{table}{kept}")]


async def test_each_filter_is_dropped_alone(site: Datasette) -> None:
    """From the first page, with what else the address says; a search takes its mode along."""
    given = parse_qsl(f"{FIVE}&_searchmode=raw&_sort=title&_size=2&_next=x%2Cy&_view=table")
    page = await read(site, f"/phenomena/papers?{urlencode(given)}")
    filters = given[:5]
    assert len(chips(page)) == 5
    for (name, value), (_, href) in zip(filters, chips(page), strict=True):
        kept = [pair for pair in given if pair not in ((name, value), ("_next", "x,y"))]
        kept = [pair for pair in kept if name != "_search" or pair[0] != "_searchmode"]
        assert (urlsplit(href).path, parse_qsl(urlsplit(href).query)) == ("/phenomena/papers", kept)
    [cleared] = attributes(page, "ul.selected .clear", "href")
    assert parse_qsl(urlsplit(cleared).query) == [("_sort", "title"), ("_size", "2"), ("_view", "table")]


async def test_of_two_keywords_one_is_dropped(site: Datasette) -> None:
    page = await read(site, "/phenomena/papers?_keyword=grokking&_keyword=pruning")
    assert [href for _, href in chips(page)] == [
        "/phenomena/papers?_keyword=pruning",
        "/phenomena/papers?_keyword=grokking",
    ]


@pytest.mark.parametrize(
    ("query", "current"),
    [
        ("", "newest first"),
        ("_sort=submitted", "oldest first"),
        ("_sort=title&_view=table", "by title"),
        ("_sort_desc=venue_year", "by venue year"),
        ("_sort_desc=author_count", "by author count, descending"),
        ("_sort=year", "by year"),
    ],
)
async def test_the_order_is_said_and_can_be_chosen(site: Datasette, query: str, current: str) -> None:
    first = await read(site, f"/phenomena/papers?_size=3&_keyword=grokking&{query}")
    page = await read(site, attributes(first, "a[rel=next]", "href")[0].removeprefix("http://localhost"))
    [menu] = [one for one in page.css("details.menu") if texts(one, "summary")[0].startswith("Sort")]
    orders = ["newest first", "oldest first", "by title", "by venue year"]
    assert texts(menu, "summary") == [f"Sort: {current}"]
    assert texts(menu, "a") == orders + ([] if current in orders else [current])
    assert texts(menu, "[aria-current]") == [current]
    for href, wanted in zip(
        [link.attributes["href"] or "" for link in menu.css("a")],
        [("_sort_desc", "submitted"), ("_sort", "submitted"), ("_sort", "title"), ("_sort_desc", "venue_year")],
        strict=False,
    ):
        kept = [pair for pair in parse_qsl(query) if pair[0] == "_view"]
        found = parse_qsl(urlsplit(href).query)
        assert sorted(found) == sorted([("_size", "3"), ("_keyword", "grokking"), *kept, wanted])


async def test_all_formats_are_one_menu_with_the_count(site: Datasette) -> None:
    names = ["JSON", "CSV", "CSV for spreadsheets"], ["BibTeX", "RIS", "CSL-JSON", "RIS for screening"]
    for path, words in (
        ("papers?_topic=neural-collapse", ["All 22 papers as"]),
        ("papers?id=arxiv-2409-15156", ["This paper as"]),
        ("links", ["All 745 rows as", "The papers named there, each once, as"]),
    ):
        page = await read(site, f"/phenomena/{path}")
        assert texts(page, ".export-links p") == words
        lists = [texts(one, "a") for one in page.css(".export-links ul")]
        assert lists == ([names[0] + names[1]] if len(words) == 1 else list(names))
    assert texts(await read(site, "/phenomena/resources"), ".export-links li") == names[0]


async def test_a_page_of_a_selection_has_the_bar_of_its_papers(site: Datasette, folder: Path) -> None:
    """The macro with which the page of a topic says what can be done with all of its papers."""
    await site.invoke_startup()
    template = site.jinja_env.from_string(
        '{% import "_selection.html" as bar with context %}{{ bar.of_papers(address, 3, feed) }}'
    )
    feed = {"href": "/-/feed/x.atom", "title": "Papers: X", "note": "Dates."}
    context = {"renderers": site.renderers, "address": "/phenomena/papers?_topic=x%26y", "feed": feed}
    request = Request({**Request.fake("/phenomena/topics/x").scope, "csrftoken": str}, None)
    html = await site.render_template(template, context, request=request)
    bar = LexborHTMLParser(html)
    assert texts(bar, ".export-links p") == ["All 3 papers as"]
    assert attributes(bar, "a.tool", "href") == ["/phenomena/papers?_topic=x%26y", "/-/feed/x.atom"]
    paths = attributes(bar, ".export-links a", "href")
    assert paths[:2] == [
        "/phenomena/papers.json?_topic=x%26y&_shape=array",
        "/phenomena/papers.csv?_topic=x%26y&_stream=on",
    ]
    assert [urlsplit(path).path.rpartition(".")[2] for path in paths] == [
        *("json", "csv", "sheet", "bib", "ris", "csl", "ris")
    ]
    [topic] = fetch(folder, "select id, paper_count from topics order by paper_count limit 1")
    for path in (path.replace("x%26y", str(topic["id"])) for path in paths):
        answer = await site.client.get(path)
        assert count_held(urlsplit(path).path, answer.text) == topic["paper_count"], path


@pytest.mark.parametrize(
    "path",
    [
        "papers?_sort=venue&_size=30",
        "changes?_sort=field&_size=100",
        "papers?_search=neural&_size=15",
        "list_entries?_size=40",
        "related?_size=300",
    ],
)
async def test_numbers_lead_to_their_pages(short_site: Datasette, path: str) -> None:
    first = await read(short_site, f"/phenomena/{path}")
    total = int(texts(first, "p[role=status] strong")[0].split()[2].replace(",", ""))
    size = int(dict(parse_qsl(urlsplit(path).query))["_size"])
    last = -(-total // size)
    seen, waiting = {1: f"/phenomena/{path}"}, {1}
    while waiting:
        number = waiting.pop()
        page = await read(short_site, seen[number])
        start = size * (number - 1) + 1
        assert texts(page, "p[role=status] strong")[0].startswith(f"{start:,}–{min(total, start + size - 1):,} of")
        assert texts(page, "nav.pages [aria-current=page]") == [f"{number:,}"]
        links = {int(one.text().replace(",", "")): one for one in page.css("nav.pages a[aria-label]")}
        assert sorted(links) == sorted({1, *range(max(1, number - 2), min(last, number + 2) + 1), last})
        for other, link in links.items():
            waiting |= {other} - set(seen)
            seen.setdefault(other, link.attributes["href"] or "")
    assert sorted(seen) == list(range(1, last + 1)) and last > 2


async def test_a_page_that_holds_all_has_no_numbers(site: Datasette) -> None:
    for path in ("papers?_topic=neural-collapse&_size=22", "papers?_search=zzzz", "topics", "papers?_size=0"):
        assert (await read(site, f"/phenomena/{path}")).css("nav.pages") == []
