"""The indexes and the pages of their names, in a real browser."""

from __future__ import annotations

from pathlib import Path

from browsing import visiting
from page_kinds import fetch, find_page_kinds, row_path
from playwright.sync_api import Browser, expect

OF_NAMES = ("topic", "author", "author among many", "keyword", "venue")


def test_papers_begin_on_the_first_screen_of_a_phone(browser: Browser, server: str, folder: Path) -> None:
    paths = [row_path("topics", one["id"]) for one in fetch(folder, "select id from topics")]
    kinds = find_page_kinds(folder)
    with visiting(browser, server, width=390) as visit:
        for path in [*paths, *(kinds[name] for name in OF_NAMES)]:
            visit.go(path)
            title = visit.page.locator("article.card").first.bounding_box()
            chart = visit.page.locator("#years").bounding_box()
            assert title and chart and title["y"] < min(780, chart["y"]), path


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
