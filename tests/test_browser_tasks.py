"""What a new user came for, in a real browser: each task takes few actions, and its answer is that of the database.

An action is a click, or typing into a field with the Enter that sends it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from browsing import Visit, visiting
from page_kinds import fetch, find_page_kinds, row_path
from playwright.sync_api import Browser, Locator, expect
from readers import read_atom
from test_browser import read_count, wait_for_chart

TOPIC = {"id": "neural-collapse", "name": "Neural Collapse"}
LISTS = ("papers", "papers searched", "topic", "author", "keyword", "venue", "search corrected", "new")
GROKKING = """select title from papers where code_url is not null
    and id in (select paper from listings where year = 2023)
    and rowid in (select rowid from papers_fts where papers_fts match 'grokking')"""
MOST_LISTED = """select authors.id, authors.name from listings
    join paper_authors on paper_authors.paper = listings.paper join authors on authors.id = paper_authors.author
    where listings.topic = ?
    group by 1 order by count(distinct listings.paper) desc, paper_count desc, sort_name limit 1"""
OF_TOPIC = """select papers.*, topics.name as topic_label, venues.name as venue_label,
    authors.name as first_author_label
    from papers left join topics on topics.id = papers.topic left join venues on venues.id = papers.venue
    left join authors on authors.id = papers.first_author
    where papers.id in (select paper from listings where topic = ?)"""
BIBTEX = "select id, bibtex from papers join citations on paper = id where title = ?"


class Actions:
    """What a visitor does on a page, counted."""

    def __init__(self, visit: Visit, start: str) -> None:
        visit.go(start)
        self.page, self.count = visit.page, 0

    def click(self, what: Locator) -> None:
        self.count += 1
        what.click()

    def type(self, field: Locator, text: str, send: str = "Enter") -> None:
        """Click into a field, type instead of what it holds, and send it."""
        self.count += 1
        field.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press(send)


@pytest.mark.parametrize(
    ("typed", "facets"), [("grokking", ["2023", "With code"]), ("grokking year:2023 has:code", [])]
)
def test_grokking_papers_of_2023_with_code_take_three(
    desk: Visit,
    folder: Path,
    typed: str,
    facets: list[str],
) -> None:
    visitor = Actions(desk, "/")
    visitor.type(desk.page.get_by_label("Search titles, keywords, authors and digests"), typed)
    for name in facets:
        visitor.click(desk.page.locator(".facet").get_by_role("link", name=name, exact=True))
    wanted = sorted(str(one["title"]) for one in fetch(folder, GROKKING))
    expect(desk.page.locator("article.card")).to_have_count(len(wanted))
    assert sorted(desk.page.locator("article.card h2").all_inner_texts()) == wanted != []
    assert visitor.count == 1 + len(facets) <= 3


@pytest.mark.parametrize("width", [1280, 390])
def test_the_most_listed_author_of_a_topic_takes_two(
    browser: Browser,
    server: str,
    folder: Path,
    width: int,
) -> None:
    [most] = fetch(folder, MOST_LISTED, TOPIC["id"])
    with visiting(browser, server, width) as visit:
        visitor = Actions(visit, "/")
        visitor.click(visit.page.get_by_role("navigation", name="Site").get_by_role("link", name="Topics"))
        visitor.click(visit.page.get_by_role("link", name=TOPIC["name"], exact=True))
        found = visit.page.locator("dt", has_text="Most listed").locator("+ dd a").first
        expect(found).to_have_text(str(most["name"]))
        expect(found).to_be_in_viewport()
        assert found.get_attribute("href") == row_path("authors", most["id"])
        assert (visitor.count, visit.errors, visit.strangers) == (2, [], [])


def test_bibtex_of_a_paper_takes_one_on_any_list(desk: Visit, folder: Path) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    kinds = find_page_kinds(folder)
    for name in LISTS:
        visitor = Actions(desk, kinds[name])
        link = desk.page.locator("main a[data-bibtex]").last
        title = link.get_attribute("data-bibtex")
        visitor.click(link)
        expect(desk.page.get_by_role("status").last).to_have_text(f"Copied the BibTeX of “{title}”")
        [paper] = fetch(folder, BIBTEX, title)
        assert link.get_attribute("href") == f"{row_path('papers', paper['id'])}.bib"
        assert str(desk.page.evaluate("navigator.clipboard.readText()")).strip() == str(paper["bibtex"]).strip(), name
        assert (visitor.count, desk.page.url) == (1, desk.address + kinds[name])


@pytest.mark.parametrize("view", ["", "&_view=table"])
def test_the_csv_of_a_filter_takes_two(desk: Visit, folder: Path, view: str) -> None:
    visitor = Actions(desk, f"/phenomena/papers?_topic={TOPIC['id']}{view}")
    visitor.click(desk.page.locator("summary", has_text="Download"))
    with desk.page.expect_download() as download:
        visitor.click(desk.page.get_by_role("link", name="CSV", exact=True))
    text = Path(download.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    wanted = [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in fetch(folder, OF_TOPIC, TOPIC["id"])
    ]
    assert sorted(rows, key=lambda row: row["id"]) == sorted(wanted, key=lambda row: row["id"])
    assert len(rows) == read_count(desk.page)
    assert visitor.count == 2


@pytest.mark.parametrize(("start", "place"), [("/", "table.grid"), ("/phenomena/topics", "ul.topics")])
def test_subscribing_to_a_topic_takes_two(desk: Visit, folder: Path, start: str, place: str) -> None:
    visitor = Actions(desk, start)
    visitor.click(desk.page.locator(place).get_by_role("link", name=TOPIC["name"], exact=True))
    link = desk.page.get_by_role("link", name="Subscribe")
    expect(link).to_be_in_viewport(ratio=1)
    with desk.page.expect_response("**/*.atom*") as answer:
        visitor.click(link)
    assert answer.value.url == f"{desk.address}/-/feed/{TOPIC['id']}.atom"
    feed = read_atom(desk.page.request.get(answer.value.url).body())
    wanted = sorted(str(one["title"]) for one in fetch(folder, OF_TOPIC, TOPIC["id"]))
    assert sorted(entry.title for entry in feed.entries) == wanted
    assert visitor.count == 2


def test_a_chart_of_ones_own_from_sql_takes_three(desk: Visit, folder: Path) -> None:
    visitor = Actions(desk, "/phenomena")
    sql = "select year, count(*) as n from papers group by year"
    visitor.type(desk.page.locator(".CodeMirror"), sql, "Control+Enter")
    visitor.click(desk.page.get_by_text("Make your own chart"))
    wait_for_chart(desk.page)
    assert desk.page.url.endswith("#g.mark=bar&g.x_column=year&g.x_type=ordinal&g.y_column=n&g.y_type=quantitative")
    rows = [[cell.inner_text() for cell in row.locator("td").all()] for row in desk.page.locator("tbody tr").all()]
    assert rows == [[str(value) for value in row.values()] for row in fetch(folder, sql)]
    assert visitor.count == 2
