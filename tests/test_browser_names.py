"""The indexes and the pages of their names, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import launch, visiting
from page_kinds import fetch, find_page_kinds, row_path
from playwright.sync_api import Browser, Page, expect, sync_playwright

INDEXES = ("topics", "authors", "authors of a letter", "keywords", "keywords of a topic", "venues")
OF_NAMES = ("topic", "author", "author among many", "keyword", "venue")
LOW = """() => [...document.querySelectorAll("ul.names a, nav.letters a, ul.topics a, .more a")].filter(
    link => link.getBoundingClientRect().height < 24).map(link => link.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


def is_wide(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") > width)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_most_listed_author_of_a_topic_takes_two_actions(
    browser: Browser, server: str, folder: Path, width: int
) -> None:
    [most] = fetch(
        folder,
        "select authors.id, name from listings join paper_authors on paper_authors.paper = listings.paper"
        " join authors on authors.id = author where topic = 'neural-collapse' group by 1"
        " order by count(distinct listings.paper) desc, paper_count desc, sort_name limit 1",
    )
    with visiting(browser, server, width) as visit:
        visit.go("/")
        visit.page.get_by_role("navigation", name="Site").get_by_role("link", name="Topics").click()
        visit.page.get_by_role("link", name="Neural Collapse", exact=True).click()
        found = visit.page.locator("dt", has_text="Most listed").locator("+ dd a").first
        expect(found).to_have_text(str(most["name"]))
        expect(found).to_be_in_viewport()
        assert found.get_attribute("href") == row_path("authors", most["id"])
        assert (visit.errors, visit.strangers) == ([], [])


def test_papers_begin_on_the_first_screen_of_a_phone(browser: Browser, server: str, folder: Path) -> None:
    paths = [row_path("topics", one["id"]) for one in fetch(folder, "select id from topics")]
    kinds = find_page_kinds(folder)
    with visiting(browser, server, width=390) as visit:
        for path in [*paths, *(kinds[name] for name in OF_NAMES)]:
            visit.go(path)
            title = visit.page.locator("article.card").first.bounding_box()
            chart = visit.page.locator("#years").bounding_box()
            assert title and chart and title["y"] < min(780, chart["y"]), path


def test_nothing_is_low_or_wide_at_320_pixels(browser: Browser, server: str, folder: Path) -> None:
    kinds = find_page_kinds(folder)
    with visiting(browser, server, width=390) as visit:
        visit.page.set_viewport_size({"width": 320, "height": 640})
        for name in (*INDEXES, *OF_NAMES):
            visit.go(kinds[name])
            assert (is_wide(visit.page, 320), visit.page.evaluate(LOW)) == (False, []), name


def test_a_name_is_found_by_keyboard_without_script(browser: Browser, server: str) -> None:
    with visiting(browser, server, script=False) as visit:
        visit.go("/phenomena/authors")
        visit.page.get_by_label("Find an author by part of the name").fill("FRANKLE")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**spellings__contains=FRANKLE")
        assert visit.page.locator("ul.names li > a").all_inner_texts() == ["Jonathan Frankle"]
        visit.page.locator("ul.names li > a").focus()
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("h1")).to_have_text("Jonathan Frankle")
