"""Search fields in a real browser: suggestions by keyboard and pointer, the key /, and a plain form without script."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, visiting
from playwright.sync_api import Browser, Page, expect

ACTIVE = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.firstChild.textContent"


def options(page: Page) -> list[str]:
    """The labels of the suggestions that are shown, once there are any."""
    page.get_by_role("option").first.wait_for()
    return [option.locator(".label").inner_text() for option in page.get_by_role("option").all()]


def test_a_suggestion_is_chosen_by_keyboard_alone(desk: Visit) -> None:
    desk.go("/charts")
    page, field = desk.page, desk.page.get_by_role("combobox", name="Search the papers")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("groking/")
    assert options(page)[0] == "Grokking" and field.input_value() == "groking/"
    expect(field).to_have_attribute("aria-expanded", "true")
    assert page.evaluate(ACTIVE) is None
    page.keyboard.press("ArrowDown")
    assert page.evaluate(ACTIVE) == "Grokking"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(ACTIVE) == options(page)[-1]
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.input_value() == "groking/"
    page.keyboard.press("ArrowDown")
    assert options(page)[0] == "Grokking"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/phenomena/keywords/grokking$"))


def test_enter_without_a_choice_searches_for_what_is_typed(desk: Visit) -> None:
    desk.go("/charts")
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("groking")
    options(desk.page)
    desk.page.keyboard.press("Enter")
    expect(desk.page).to_have_url(re.compile("/phenomena/papers[?]_search=groking$"))
    expect(desk.page.locator("#search-notes")).to_contain_text("Searched for grokking instead of groking.")


def test_suggestions_follow_what_is_typed_and_go_with_the_focus(desk: Visit) -> None:
    desk.go("/phenomena/search")
    field = desk.page.locator("#q")
    field.fill("lottery")
    assert options(desk.page)[0] == "Lottery Ticket Hypothesis"
    field.fill("zzzz")
    expect(desk.page.get_by_role("listbox").last).to_be_hidden()
    field.fill("frankle")
    expect(desk.page.get_by_role("option").first).to_contain_text("Jonathan Frankle")
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_role("option").first).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_suggestions_are_accessible_and_chosen_by_pointer(
    browser: Browser, server: str, width: int, scheme: str
) -> None:
    """On a page of few elements, because axe looks at all of them."""
    with visiting(browser, server, width, scheme) as visit:
        visit.go("/new")
        visit.page.locator("header input[type=search]").click()
        visit.page.keyboard.type("neural")
        assert len(options(visit.page)) == 10
        visit.page.keyboard.press("ArrowDown")
        assert [
            one["id"] for one in Axe().run(visit.page, options={"resultTypes": ["violations"]}).response["violations"]
        ] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == width
        boxes = [box for option in visit.page.get_by_role("option").all() if (box := option.bounding_box())]
        assert len(boxes) == 10 and min(box["height"] for box in boxes) >= 24
        visit.page.get_by_role("option").nth(1).click()
        expect(visit.page).to_have_url(re.compile("/phenomena/topics/neural-collapse$"))
        assert (visit.errors, visit.strangers) == ([], [])


def test_without_script_a_search_is_a_plain_form(browser: Browser, server: str) -> None:
    with visiting(browser, server, script=False) as visit:
        visit.go("/charts")
        visit.page.locator("header input[type=search]").fill("grokking year:2023")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("article.card")).to_have_count(6)
        expect(visit.page.locator("#search-notes")).to_contain_text("Searched for papers with all of: grokking;")
