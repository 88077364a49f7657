"""The list's history on the site: new papers by month, what changed since, growth and lag, the order of the feeds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from grown import HISTORY, make_site
from page_kinds import fetch, row_path
from page_reading import attributes, read, texts
from readers import read_atom
from selectolax.lexbor import LexborHTMLParser
from test_charts import check_marks, count_rows, marks

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three papers, of which the history doesn't know the third."""
    return make_site(tmp_path_factory.mktemp("grown"), HISTORY)


@pytest.fixture(scope="module")
def small_site(small: Path) -> Datasette:
    return Datasette(config_dir=small)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    """The same list without a history."""
    return Datasette(config_dir=make_site(tmp_path_factory.mktemp("plain"), None))


async def test_each_month_of_each_year_has_its_papers_by_topic(folder: Path, site: Datasette) -> None:
    rows = fetch(folder, "select p.*, t.name from papers as p left join topics as t on t.id = topic where added > ''")
    years = Counter(str(row["added"])[:4] for row in rows)
    first = await read(site, "/new")
    assert attributes(first, "nav[aria-label='Years of addition'] a", "href") == [
        f"/new?year={year}" for year in sorted(years, reverse=True)
    ]
    assert texts(first, ".chips .quiet") == [
        f"{n} paper{'s' * (n != 1)}" for _, n in sorted(years.items(), reverse=True)
    ]
    shown: dict[str, int] = {}
    for year in years:
        page = await read(site, f"/new?year={year}")
        assert texts(page, "main [aria-current=page]")[0].startswith(year)
        sections = page.css(".months section")
        months = [section.css_first("time").attributes["datetime"] or "" for section in sections]
        assert months == sorted({str(row["added"])[:7] for row in rows if str(row["added"])[:4] == year}, reverse=True)
        for month, section in zip(months, sections, strict=True):
            own = [row for row in rows if str(row["added"]).startswith(month)]
            by_topic = Counter(row["name"] for row in own)
            assert texts(section, "h2 a") == [f"{len(own)} paper{'s' * (len(own) != 1)}"]
            assert attributes_of(section, "h2 a") == [f"/phenomena/papers?added__startswith={month}"]
            if len(own) > 60:
                assert (
                    dict(zip(texts(section, "th"), map(int, texts(section, "td:last-child")), strict=True)) == by_topic
                )
                continue
            headings = texts(section, "h3")
            lists = [attributes_of(one, "li > a") for one in section.css("ul.lines")]
            assert {topic: len(one) for topic, one in zip(headings, lists, strict=True)} == by_topic
            assert sorted(path for paths in lists for path in paths) == sorted(
                row_path("papers", row["id"]) for row in own
            )
            shown |= dict.fromkeys((str(row["id"]) for row in own), 1)
        await check_marks(site, f"/new?year={year}")
    assert len(rows) > len(shown) > 0


def attributes_of(node: object, selector: str) -> list[str]:
    return [one.attributes.get("href") or "" for one in node.css(selector)]  # type: ignore[attr-defined]


async def test_a_paper_is_a_line_with_its_names_day_and_links(small_site: Datasette) -> None:
    page = await read(small_site, "/new")
    assert texts(page, "h1, h2, h3") == ["New in the list", "April 2021 1 paper", "Collapse"]
    assert texts(page, "ul.lines li") == [
        "Second Paper Bo Chen · 2 April 2021 · paper: Second Paper · code: Second Paper · BibTeX: Second Paper"
    ]
    older = await read(small_site, "/new?year=2020")
    assert texts(older, "ul.lines li") == [
        "First Paper Ann Lee, Bo Chen, Cy Moe and 1 more · 31 January 2020 · paper: First Paper · BibTeX: First Paper"
    ]
    assert {"/phenomena/changes", "/-/feed.atom"} <= set(attributes(page, "main a", "href"))


async def test_a_year_without_papers_is_not_found(small_site: Datasette) -> None:
    for year in ("1999", "2022", "0000"):
        assert (await small_site.client.get(f"/new?year={year}")).status_code == 404


@pytest.mark.parametrize("year", ["x", "20222", "-202", "٢٠٢٢", "2022' or 1=1", "<b>"])
async def test_a_malformed_year_is_refused(small_site: Datasette, year: str) -> None:
    page = await read(small_site, f"/new?{urlencode({'year': year})}", 400)
    assert texts(page, ".notice") == [f"year can't be {year!r}; it is a year of four digits."]


async def test_the_latest_papers_are_on_the_front_page(folder: Path, site: Datasette, small_site: Datasette) -> None:
    page = await read(site, "/")
    rows = fetch(folder, "select id, added from papers order by added desc, id desc limit 6")
    assert attributes(page, "section[aria-labelledby=new] li > a", "href") == [
        row_path("papers", row["id"]) for row in rows
    ]
    assert attributes(page, "section[aria-labelledby=new] time", "datetime") == [row["added"] for row in rows]
    small_page = await read(small_site, "/")
    assert texts(small_page, "section[aria-labelledby=new] li") == [
        "Second Paper Bo Chen · Collapse · 2 April 2021 · BibTeX: Second Paper",
        "First Paper Ann Lee, Bo Chen, Cy Moe and 1 more · Collapse · 31 January 2020 · BibTeX: First Paper",
    ]


def history_of(page: LexborHTMLParser) -> list[tuple[str, str]]:
    """Day and text of what a paper's page says of its history, below its place."""
    section = page.css_first("section[aria-labelledby=history]")
    [(place, _), *rows] = zip(texts(section, "dt"), texts(section, "dd"), strict=True)
    assert place == "Place"
    return rows


async def test_a_paper_says_since_when_it_is_listed_and_what_changed(small_site: Datasette) -> None:
    page = await read(small_site, "/phenomena/papers/arxiv-2001-00001")
    assert "· In the list since 31 January 2020" in texts(page, "article > p.quiet")[0]
    assert attributes(page, "article > p.quiet time", "datetime") == ["2020-01-31"]
    assert history_of(page) == [
        ("31 January 2020", "added"),
        ("1 March 2021", "title, keywords and link to code changed"),
        ("2 March 2021", "moved from Old <Topic> to Collapse, digest changed"),
        ("1 April 2021", "also listed under Descent"),
    ]
    assert await count_rows(small_site, attributes(page, "section[aria-labelledby=history] .more a", "href")[0]) == 7


async def test_a_paper_that_was_removed_for_a_time_is_not_listed_since(small_site: Datasette) -> None:
    page = await read(small_site, "/phenomena/papers/arxiv-2001-00002")
    assert "· First listed on 2 April 2021" in texts(page, "article > p.quiet")[0]
    assert history_of(page) == [
        ("2 April 2021", "added"),
        ("3 May 2021", "removed"),
        ("4 May 2021", "moved out of Collapse"),
        ("5 June 2023", "added again, moved to Collapse"),
    ]
    unknown = await read(small_site, "/phenomena/papers/third-paper")
    assert unknown.css("time") == [] and history_of(unknown) == []


async def test_every_change_of_every_paper_is_described(folder: Path, site: Datasette) -> None:
    """By its day, on the pages of the papers with most changes."""
    sql = "select paper from changes where paper is not null group by paper order by count(*) desc, paper limit 8"
    for row in fetch(folder, sql):
        page = await read(site, row_path("papers", row["paper"]))
        days = fetch(folder, "select date from changes where paper = ? order by id", row["paper"])
        [head, first, *later] = attributes(page, "article time", "datetime")
        assert head == first == days[0]["date"]
        assert later == list(dict.fromkeys(one["date"] for one in days[1:]))


async def test_charts_of_growth_and_lag_count_their_rows(folder: Path, site: Datasette) -> None:
    page = await read(site, "/charts")
    assert {"growth", "to-list"} < set(attributes(page, "h2", "id"))
    found = marks(page)
    cells = [one for one in found if one[0].startswith("/phenomena/listings?") and "added__startswith" in one[0]]
    parts = [one for one in found if one[0].startswith("/phenomena/listings?") and "added__lte" in one[0]]
    bars = [one for one in found if one[0].startswith("/phenomena/listing_lag?")]
    for address, text in [*cells, *parts, *bars]:
        assert await count_rows(site, address) == int(text.rpartition(": ")[2]), address
    [size] = fetch(folder, "select count(*) as n, sum(entries_so_far > 0) as filled from topic_additions")
    assert (len(cells), len(parts)) == (size["n"], size["filled"])
    [total] = fetch(folder, "select count(*) as n from papers where submitted is not null and added is not null")
    assert sum(int(text.rpartition(": ")[2]) for _, text in bars) == total["n"]


async def test_growth_and_lag_equal_a_count_in_python(folder: Path) -> None:
    entries = fetch(folder, "select topics.name as topic, added from listings join topics on topics.id = topic")
    for row in fetch(folder, "select * from topic_additions"):
        own = [int(str(one["added"])[:4]) for one in entries if one["topic"] == row["topic"] and one["added"]]
        year = row["added_year"]
        assert (row["entry_count"], row["entries_so_far"]) == (own.count(year), sum(one <= year for one in own))  # type: ignore[arg-type, operator]
    classes = (
        (0, "same month"),
        (2, "1 or 2 months"),
        (5, "3 to 5 months"),
        (11, "6 to 11 months"),
        (23, "12 to 23 months"),
    )
    for row in fetch(folder, "select * from listing_lag"):
        (y1, m1), (y2, m2) = ((int(str(row[name])[:4]), int(str(row[name])[5:7])) for name in ("submitted", "added"))
        months = 12 * (y2 - y1) + m2 - m1
        assert row["lag_months"] == months
        assert row["lag"] == next((name for most, name in classes if months <= most), "24 months or more")


async def test_a_paper_listed_before_it_was_on_arxiv_has_a_class_of_its_own(tmp_path: Path) -> None:
    place = make_site(tmp_path, HISTORY.replace("2020-01-31", "2019-12-31"))
    assert fetch(place, "select lag_months, lag from listing_lag order by 1") == [
        {"lag_months": -1, "lag": "before arXiv"},
        {"lag_months": 15, "lag": "12 to 23 months"},
    ]


async def test_a_feed_is_dated_by_entry_into_the_list_where_that_is_known(small_site: Datasette) -> None:
    feed = read_atom((await small_site.client.get("/-/feed.atom")).content)
    assert [(one.title, one.published, one.updated) for one in feed.entries] == [
        (title, f"{day}T00:00:00Z", f"{day}T00:00:00Z")
        for title, day in (("Third Paper", "2023-01-01"), ("Second Paper", "2021-04-02"), ("First Paper", "2020-01-31"))
    ]
    page = await read(small_site, "/phenomena/papers/arxiv-2001-00001")
    article = json.loads(page.css_first("script[type='application/ld+json']").text())
    assert article["datePublished"] == "2021"  # the venue's year, as before


@pytest.mark.parametrize("query", ["topic=collapse", "author=bochen", "keyword=grokking", "q=paper"])
async def test_every_selection_has_that_order_and_the_same_ids(small_site: Datasette, query: str) -> None:
    whole = read_atom((await small_site.client.get("/-/feed.atom")).content)
    feed = read_atom((await small_site.client.get(f"/-/feed.atom?{query}")).content)
    ids = {one.id for one in feed.entries}
    assert [(one.id, one.published) for one in feed.entries] == [
        (one.id, one.published) for one in whole.entries if one.id in ids
    ]
    assert ids


async def test_without_a_history_there_is_a_sentence_and_no_way_to_it(without: Datasette) -> None:
    page = await read(without, "/new")
    assert texts(page, "main h1, main p") == [
        "New in the list",
        "This database was built without a history of the list, so nobody knows when its papers came in.",
    ]
    front = await read(without, "/")
    assert "/new" not in attributes(front, "a", "href")
    assert front.css("#new, time") == []
    paper = await read(without, "/phenomena/papers/arxiv-2001-00001")
    assert paper.css("time") == [] and history_of(paper) == []
    charts = await read(without, "/charts")
    assert not {"growth", "to-list"} & set(attributes(charts, "h2", "id"))
    assert "Year of addition" not in texts(await read(without, "/phenomena/papers"), ".facet h3")
    assert (await without.client.get("/new?year=2022")).status_code == 200
    feed = read_atom((await without.client.get("/-/feed.atom")).content)
    assert [one.published[:10] for one in feed.entries] == ["2023-01-01", "2020-01-01", "2020-01-01"]


async def test_with_a_history_every_page_leads_to_what_is_new(site: Datasette) -> None:
    for path in ("/", "/phenomena/papers", "/about", "/new"):
        assert "/new" in attributes(await read(site, path), "header nav a", "href")
