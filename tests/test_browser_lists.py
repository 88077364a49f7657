"""Lists in a real browser: the bar's menus, facets beside the list and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, visiting
from page_kinds import fetch
from playwright.sync_api import Browser, Page, expect
from test_browser_pages import WCAG

LISTS = ("papers", "papers?_view=table", "papers?_search=neural&_facet_size=max&_topic=others", "links", "authors")
SMALL = """() => [...document.querySelectorAll('.selection :is(a, button, summary, input), .facets :is(a, summary)')]
    .concat([...document.querySelectorAll('nav.pages a')])
    .filter(one => one.checkVisibility() && one.offsetWidth > 1 && one.getBoundingClientRect().height < 24)
    .map(one => one.outerHTML)"""
CUT_OFF = """() => [...document.querySelectorAll('[open] > .panel')].map(one => one.getBoundingClientRect())
    .filter(box => box.left < 0 || box.right > innerWidth || box.width < 50).length"""
INSIDE = "document.querySelector('dialog').contains(document.activeElement)"


def test_menus_close_as_menus_do(desk: Visit) -> None:
    desk.go("/phenomena/papers")
    panels = desk.page.locator(".menu .panel")
    sort, download = (desk.page.locator("summary", has_text=text) for text in ("Sort", "Download"))
    sort.click()
    download.click()
    assert [panel.is_visible() for panel in panels.all()] == [False, True]
    desk.page.keyboard.press("Escape")
    expect(download).to_be_focused()
    sort.click()
    desk.page.locator("h1").click()
    assert [panel.is_visible() for panel in panels.all()] == [False, False]


def test_the_address_is_copied(desk: Visit) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.go("/phenomena/papers?_topic=neural-collapse&_sort=title")
    desk.page.get_by_role("button", name="Copy link").click()
    expect(desk.page.get_by_role("button", name="Copied")).to_be_visible()
    assert desk.page.evaluate("navigator.clipboard.readText()") == desk.page.url


def test_facets_stay_beside_the_list(desk: Visit) -> None:
    desk.go("/phenomena/papers")
    desk.page.locator("article.card").last.scroll_into_view_if_needed()
    expect(desk.page.locator("#facet-topic")).to_be_in_viewport()


def test_all_values_of_a_facet_come_in_place_and_can_be_searched(desk: Visit, folder: Path) -> None:
    desk.go("/phenomena/papers")
    facet = desk.page.locator("details.facet", has=desk.page.locator("#facet-author"))
    facet.locator("summary").first.click()
    facet.locator(".more summary").click()
    before = desk.page.url
    facet.get_by_role("link", name="All authors").click()
    [total] = fetch(folder, "select count(*) as n from authors")
    expect(facet.locator("li")).to_have_count(int(str(total["n"])))
    assert desk.page.url == before
    for text, found in (("nobody wrote this", 0), ("alvaro garcia f", 1)):
        facet.get_by_label("Find author").fill(text)
        expect(facet.locator(".more li:visible")).to_have_count(found)
    expect(facet.locator(".more li:visible")).to_contain_text("Álvaro García Faura")


def check_sheet(page: Page) -> None:
    """The open sheet has the facets, and hides nothing that it can't scroll to."""
    expect(page.locator("#facet-topic")).to_be_in_viewport()
    page.locator("#facet-added").scroll_into_view_if_needed()
    expect(page.locator("#facet-added")).to_be_in_viewport()


def test_on_a_phone_facets_are_a_sheet(phone: Visit) -> None:
    phone.go("/phenomena/papers?_topic=neural-collapse")
    expect(phone.page.locator("#facet-topic")).to_be_hidden()
    opener = phone.page.get_by_role("button", name="Filter (1)")
    opener.click()
    check_sheet(phone.page)
    found = Axe().run(phone.page, options=WCAG).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert phone.page.evaluate(SMALL) == []
    for _ in range(3):
        phone.page.keyboard.press("Tab")
        assert phone.page.evaluate(INSIDE)
    phone.page.keyboard.press("Escape")
    expect(phone.page.locator("#facet-topic")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    phone.page.get_by_role("link", name="Close").click()
    expect(phone.page.locator("#facet-topic")).to_be_hidden()


def test_without_script_the_sheet_has_an_address(browser: Browser, server: str) -> None:
    with visiting(browser, server, width=390, script=False) as visit:
        visit.go("/phenomena/papers")
        expect(visit.page.locator("#facet-topic")).to_be_hidden()
        expect(visit.page.get_by_text("Copy link")).to_be_hidden()
        visit.page.get_by_role("link", name="Filter", exact=True).click()
        check_sheet(visit.page)
        visit.page.get_by_role("link", name="Close").click()
        expect(visit.page.locator("#facet-topic")).to_be_hidden()
        visit.page.get_by_role("link", name="Filter", exact=True).click()
        visit.page.locator(".facet").get_by_role("link", name="Neural Tangent Kernel").first.click()
        expect(visit.page.locator("ul.selected")).to_contain_text("Neural Tangent Kernel")
        expect(visit.page.locator("#facet-topic")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_menus_of_a_list_fit_and_its_targets_are_large(
    browser: Browser,
    server: str,
    width: int,
) -> None:
    with visiting(browser, server, width) as visit:
        for path in LISTS:
            visit.go(f"/phenomena/{path}")
            for menu in visit.page.locator("details.menu summary").all():
                menu.click()
            assert visit.page.evaluate(CUT_OFF) == 0, path
            assert visit.page.evaluate(SMALL) == [], path
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert (visit.errors, visit.strangers) == ([], [])
