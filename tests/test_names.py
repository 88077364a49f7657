"""The indexes for people: every name once, in a known order, with its numbers; and when the table comes instead."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from datasette.plugins import pm
from markupsafe import escape
from page_kinds import fetch, row_path
from page_reading import attributes, read, texts
from selectolax.lexbor import LexborHTMLParser
from sites import make_folder, open_site

pytestmark = pytest.mark.anyio
TABLES = ("topics", "authors", "keywords", "venues")
MOST_BYTES = 60_000


def links_of(page: LexborHTMLParser) -> list[str]:
    """Where the names of an index lead, in order."""
    return attributes(page, "ul.names li > a, ul.topics h2 a", "href")


def rows_of(folder: Path, table: str, sql: str) -> list[str]:
    """The pages of a table's rows in an order, or some of them."""
    return [row_path(table, row["id"]) for row in fetch(folder, f"select id from {table} {sql}")]


async def walk(site: Datasette, path: str, relation: str) -> list[LexborHTMLParser]:
    """The pages from an address on, by their links to the next or the previous."""
    pages = [await read(site, path)]
    while found := attributes(pages[-1], f"a[rel={relation}]", "href"):
        pages.append(await read(site, found[0].removeprefix("http://localhost")))
    return pages


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("topics", "order by position"),
        ("topics?_sort_desc=paper_count", "order by paper_count desc, id"),
        ("authors", "order by paper_count desc, id"),
        ("authors?_sort=sort_name", "order by sort_name, id"),
        ("keywords?_sort_desc=paper_count", "order by paper_count desc, id"),
        ("keywords?_sort=name&_size=70", "order by name, id"),
        ("venues?_sort_desc=paper_count", "order by paper_count desc, id"),
    ],
)
async def test_an_index_has_every_name_once_in_its_order(site: Datasette, folder: Path, path: str, order: str) -> None:
    table = path.partition("?")[0]
    forth = await walk(site, f"/phenomena/{path}", "next")
    assert [link for page in forth for link in links_of(page)] == rows_of(folder, table, order)
    if len(forth) > 1:
        last = attributes(forth[-2], "a[rel=next]", "href")[0]
        back = await walk(site, last.removeprefix("http://localhost"), "prev")
        assert [links_of(page) for page in reversed(back)] == [links_of(page) for page in forth]


async def test_letters_hold_every_author_by_family_name(site: Datasette, folder: Path) -> None:
    page = await read(site, "/phenomena/authors")
    letters = attributes(page, "nav.letters a", "href")
    found = []
    for letter in letters:
        pages = await walk(site, letter, "next")
        assert texts(pages[0], "nav.letters a[aria-current]") == [letter.partition("startswith=")[2][0].upper()]
        found += [link for one in pages for link in links_of(one)]
    assert found == rows_of(folder, "authors", "order by sort_name, id")
    assert texts(page, "nav.letters a") == [chr(number) for number in range(ord("A"), ord("Z") + 1)]


async def test_keywords_stand_under_the_topic_that_uses_them_most(site: Datasette, folder: Path) -> None:
    page = await read(site, "/phenomena/keywords")
    topics = fetch(folder, "select id, name from topics order by position")
    assert texts(page, "section h2") == [topic["name"] for topic in topics]
    assert texts(page, "p[role=status]") == ["489 keywords"]
    for topic, section in zip(topics, page.css("main section"), strict=True):
        own = rows_of(folder, "keywords", f"where topic = '{topic['id']}' order by paper_count desc, name")
        assert [link.attributes["href"] for link in section.css("li > a")] == own[:12]
        more = [link.attributes["href"] for link in section.css(".more a")]
        assert more == ([f"/phenomena/keywords?topic={topic['id']}"] if len(own) > 12 else [])
        rest = await walk(site, more[0], "next") if more else []
        assert {link for one in rest for link in links_of(one)} == (set(own) if more else set())


async def test_venues_stand_by_kind_with_full_name_and_years(site: Datasette, folder: Path) -> None:
    page = await read(site, "/phenomena/venues")
    kinds = ["conference", "journal", "thesis"]
    assert texts(page, "section h2") == ["Conferences", "Journals", "Theses"]
    venues = fetch(
        folder,
        "select venues.*, min(year) || iif(min(year) = max(year), '', '–' || max(year)) as years from venues"
        " join papers on venue = venues.id group by venues.id order by paper_count desc, venues.id",
    )
    venues.sort(key=lambda venue: kinds.index(str(venue["kind"])))
    assert texts(page, "ul.names li > a") == [venue["name"] for venue in venues]
    assert texts(page, "span.full") == [
        str(venue["full_name"] or "") if venue["full_name"] != venue["name"] else "" for venue in venues
    ]
    assert [int(text.split()[0]) for text in texts(page, ".count")] == [venue["paper_count"] for venue in venues]
    assert texts(page, "ul.names .years") == [venue["years"] for venue in venues]


async def test_a_sparkline_says_the_papers_of_each_list_year(site: Datasette, folder: Path) -> None:
    queries = {
        "keywords": "select keyword as id, year, count(*) from paper_keywords join papers on papers.id = paper",
        "venues": "select venue as id, year, count(*) from papers where venue is not null",
        "topics": "select topic as id, year, count(distinct paper) from listings",
    }
    for table, sql in queries.items():
        counts: dict[str, list[str]] = {}
        for key, year, count in map(dict.values, fetch(folder, f"{sql} group by 1, 2 order by 1, 2")):
            counts.setdefault(row_path(table, key), []).append(f"{year}: {count}")
        page = await read(site, f"/phenomena/{table}")
        assert attributes(page, "svg.trend", "aria-label") == [", ".join(counts[link]) for link in links_of(page)]
        assert texts(page, "svg.trend title") == attributes(page, "svg.trend", "aria-label")


def test_a_bar_is_as_high_as_its_share_and_one_paper_is_low(site: Datasette, trends: Callable[..., object]) -> None:
    rows = [("many", 2020, 8), ("many", 2022, 2), ("one", 2021, 1), ("one", 2022, 0), ("none", None, 3)]
    drawn = trends([{"id": key, "year": year, "paper_count": count} for key, year, count in rows], 2020, 2022)
    assert {key: str(svg).partition('/><path d="')[2].partition('"')[0] for key, svg in drawn.items()} == {
        "many": "M0 18v-18h5V18zM12 18v-4h5V18z",
        "one": "M6 18v-4h5V18z",
    }


@pytest.fixture
def trends(site: Datasette) -> Callable[..., object]:
    [module] = [plugin for plugin in pm.get_plugins() if getattr(plugin, "LOW_TOP", None)]
    found: Callable[..., object] = module.trends
    return found


async def test_a_part_of_any_spelling_finds_the_name(site: Datasette) -> None:
    page = await read(site, "/phenomena/authors?spellings__contains=frankle")
    assert texts(page, "ul.names li > a") == ["Jonathan Frankle"]
    assert attributes(page, "form.find input", "value") == ["frankle"]
    assert texts(page, "p[role=status]") == ['1 author where name contains "frankle" · All authors']
    letter = await read(site, "/phenomena/authors?sort_name__startswith=x")
    assert texts(letter, "p[role=status]") == ['17 authors where family name begins with "x" · All authors']
    other = await read(site, "/phenomena/keywords?spellings__contains=lottery+ticket+hypothesis")
    assert "Lottery Ticket Hypothesis" in texts(other, "ul.names li > a")


async def test_what_finds_nothing_says_so_and_stays_text(site: Datasette) -> None:
    words = '"><script>alert(1)</script>'
    for table in TABLES:
        answer = await site.client.get(f"/phenomena/{table}?{urlencode({'name__contains': words})}")
        assert (answer.status_code, words in answer.text, str(escape(words)) in answer.text) == (200, False, True)
        assert "Nothing matches." in answer.text


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "query",
    ["_view=table", "_facet=paper_count", "_nocol=name", "_where=1", "_sort=name&_col=name", "_labels=off"],
)
async def test_what_an_index_has_no_place_for_gives_the_table(site: Datasette, table: str, query: str) -> None:
    page = await read(site, f"/phenomena/{table}?{query}")
    assert (len(page.css("table.rows-and-columns")), links_of(page)) == (1, [])


async def test_filters_sort_and_size_hold_in_both(site: Datasette, folder: Path) -> None:
    query = "paper_count__gt=3&last_year=2023&_sort=name&_size=5"
    wanted = "where paper_count > 3 and last_year = 2023 order by name, id limit 5"
    for table in ("authors", "keywords"):
        index = await read(site, f"/phenomena/{table}?{query}")
        rows = await read(site, f"/phenomena/{table}?{query}&_view=table")
        assert links_of(index) == attributes(rows, "td.col-id a", "href") == rows_of(folder, table, wanted)
        assert texts(index, "p[role=status] strong") == [
            text.replace("rows", table) for text in texts(rows, "p[role=status] strong")
        ]


@pytest.mark.parametrize("table", TABLES)
async def test_an_index_leads_to_its_table_and_takes_the_filters_along(site: Datasette, table: str) -> None:
    page = await read(site, f"/phenomena/{table}?paper_count__gt=1")
    assert f"/phenomena/{table}?paper_count__gt=1&_view=table" in attributes(page, ".bar-line a", "href")
    rows = await read(site, f"/phenomena/{table}?paper_count__gt=1&_view=table")
    assert f"/phenomena/{table}?paper_count__gt=1" in attributes(rows, ".selection a", "href")
    downloads = attributes(page, ".export-links a", "href")
    labels = "&_labels=on" if table == "keywords" else ""
    assert f"/phenomena/{table}.csv?paper_count__gt=1&_stream=on{labels}" in downloads
    for path in downloads:
        assert (await site.client.get(path)).status_code == 200, path


@pytest.mark.parametrize("path", ["authors", "keywords", "keywords?_sort_desc=paper_count", "topics", "venues"])
async def test_an_index_is_light(site: Datasette, path: str) -> None:
    answer = await site.client.get(f"/phenomena/{path}")
    assert 2_000 < len(gzip.compress(answer.content)) < MOST_BYTES / 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("authors?letter=f", 400),
        ("authors?_letter=f", 400),
        ("keywords?_view=names", 400),
        ("topics?name__starts=N", 400),
    ],
)
async def test_what_no_index_knows_is_refused(site: Datasette, path: str, status: int) -> None:
    assert (await site.client.get(f"/phenomena/{path}")).status_code == status


async def test_a_topic_page_teaches(site: Datasette, folder: Path) -> None:
    for topic in fetch(folder, "select * from topics"):
        page = await read(site, row_path("topics", topic["id"]))
        assert texts(page, "p.description") == [topic["description"]]
        own = "from papers where id in (select paper from listings where topic = ?)"
        [first] = fetch(
            folder, f"select * {own} and submitted is not null order by submitted, rowid limit 1", topic["id"]
        )
        [code] = fetch(
            folder, f"select count(code_url) as n, round(avg(code_url is not null) * 100) as share {own}", topic["id"]
        )
        most = fetch(
            folder,
            "select authors.id, name, count(distinct listings.paper) as n from listings"
            " join paper_authors on paper_authors.paper = listings.paper join authors on authors.id = author"
            " where topic = ? group by 1 order by 3 desc, paper_count desc, sort_name limit 10",
            topic["id"],
        )
        facts = texts(page, "dl.facts dd")
        assert facts == [
            f"{topic['paper_count']}, list years {topic['first_year']} to {topic['last_year']};"
            f" {code['n']} with code ({code['share']:.0f} %)",
            " ".join(f"{first['title']}, arXiv {first['submitted']}".split()),
            ", ".join(f"{one['name']} {one['n']}" for one in most[:3]),
        ]
        assert texts(page, "section[aria-labelledby=authors] th") == [one["name"] for one in most]
        assert attributes(page, "section[aria-labelledby=authors] th a", "href") == [
            row_path("authors", one["id"]) for one in most
        ]


async def test_a_card_of_a_topic_has_the_first_sentence(site: Datasette, folder: Path) -> None:
    page = await read(site, "/phenomena/topics")
    found = fetch(folder, "select description from topics order by position")
    assert texts(page, "ul.topics li > p:not(.quiet)") == [
        str(one["description"]).split(". ")[0].rstrip(".") + "." for one in found
    ]


async def test_a_topic_without_description_has_no_empty_paragraph(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("## Grokking\n\n- A Paper [[paper]](https://x.example.org/a)\n", "utf-8")
    place = make_folder(tmp_path / "site", tmp_path / "list.md")
    site = open_site(place)
    for path in ("/phenomena/topics", "/phenomena/topics/grokking"):
        page = await read(site, path)
        assert [text for text in texts(page, "p.description, ul.topics p") if not text] == []
        assert (await site.client.get("/phenomena/authors")).status_code == 200
    assert texts(await read(site, "/phenomena/keywords"), "p.notice") == [
        "Nothing matches. You can start again with all keywords."
    ]
