"""The look of the site in a real browser: its colour schemes, its menu, dense lists, a paper's first screen, print."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Visit, visiting
from page_kinds import find_page_kinds
from playwright.sync_api import Browser, expect
from test_browser import address, browser, desk  # noqa: F401

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(18, 22, 26)", "rgb(255, 255, 255)"


@pytest.mark.parametrize(("system", "colours"), [("light", [LIGHT, DARK, LIGHT]), ("dark", [DARK, LIGHT, DARK])])
def test_the_colour_scheme_is_the_systems_until_chosen(
    browser: Browser,  # noqa: F811
    address: str,  # noqa: F811
    system: str,
    colours: list[str],
) -> None:
    with visiting(browser, address, scheme=system) as visit:
        visit.go("/about")
        seen, kept = [visit.page.evaluate(BACKGROUND)], []
        for _ in range(3):
            visit.page.get_by_role("button", name="Colours: ").click()
            seen.append(visit.page.evaluate(BACKGROUND))
            kept.append(visit.page.evaluate("localStorage.getItem('theme')"))
            visit.page.reload()
            assert visit.page.evaluate(BACKGROUND) == seen[-1]
        other = "light" if system == "dark" else "dark"
        assert (seen, kept) == ([*colours, colours[0]], [other, system, ""])
        assert visit.errors == []


def test_without_script_no_button_for_colours_but_the_menu(browser: Browser, address: str) -> None:  # noqa: F811
    with visiting(browser, address, script=False) as visit:
        visit.go("/about")
        expect(visit.page.locator("button.theme")).to_be_hidden()
        expect(visit.page.get_by_role("navigation", name="Site").get_by_role("link", name="Charts")).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "current"),
    [
        ("papers", ["Papers page"]),
        ("paper", ["Papers true"]),
        ("topic", ["Topics true"]),
        ("charts", ["Charts page"]),
        ("database", ["SQL page"]),
        ("canned query", ["SQL true"]),
        ("search hits", []),
    ],
)
def test_the_menu_marks_the_current_page(desk: Visit, folder: Path, kind: str, current: list[str]) -> None:  # noqa: F811
    desk.go(find_page_kinds(folder)[kind])
    marked = desk.page.locator("header.site nav a[aria-current]").all()
    assert [f"{one.inner_text()} {one.get_attribute('aria-current')}" for one in marked] == current


def test_the_menu_is_one_line_on_a_phone_and_shows_where_one_is(browser: Browser, address: str) -> None:  # noqa: F811
    with visiting(browser, address, width=390) as visit:
        visit.go("/about")
        boxes = [box for link in visit.page.locator("header.site nav a").all() if (box := link.bounding_box())]
        assert len({box["y"] for box in boxes}) == 1
        assert min(box["height"] for box in boxes) >= 24
        expect(visit.page.locator("header.site nav a[aria-current=page]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("path", "field"), [("/about", "site-search"), ("/", "front-search")])
def test_the_slash_goes_to_the_search_but_can_be_typed_there(desk: Visit, path: str, field: str) -> None:  # noqa: F811
    desk.go(path)
    desk.page.keyboard.press("/")
    assert desk.page.evaluate("document.activeElement.id") == field
    desk.page.keyboard.type("a/b")
    assert desk.page.locator(f"#{field}").input_value() == "a/b"
