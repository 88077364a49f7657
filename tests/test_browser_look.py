"""The look of the site in a real browser: its colour schemes, its menu, dense lists, a paper's first screen, print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browsing import Visit, visiting
from page_kinds import fetch, row_path
from playwright.sync_api import Browser, expect

# The lines of a printed card; of its links only the paper's own has a size.
PRINTED = """card => [...card.querySelectorAll("h2, .by, .about > p"), ...card.querySelectorAll(".links a")]
    .map(one => one.matches(".links a") ? getComputedStyle(one, "::after").content : one.innerText.trim())
    .filter(text => text !== "none")"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(18, 22, 26)", "rgb(255, 255, 255)"


@pytest.mark.parametrize(("system", "colours"), [("light", [LIGHT, DARK, LIGHT]), ("dark", [DARK, LIGHT, DARK])])
def test_the_colour_scheme_is_the_systems_until_chosen(
    browser: Browser,
    server: str,
    system: str,
    colours: list[str],
) -> None:
    with visiting(browser, server, scheme=system) as visit:
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


def test_without_script_no_button_for_colours_but_the_menu(browser: Browser, server: str) -> None:
    with visiting(browser, server, script=False) as visit:
        visit.go("/about")
        expect(visit.page.locator("button.theme")).to_be_hidden()
        expect(visit.page.get_by_role("navigation", name="Site").get_by_role("link", name="Charts")).to_be_visible()


def test_the_menu_is_one_line_on_a_phone_and_shows_where_one_is(browser: Browser, server: str) -> None:
    with visiting(browser, server, width=390) as visit:
        visit.go("/about")
        boxes = [box for link in visit.page.locator("header.site nav a").all() if (box := link.bounding_box())]
        assert len({box["y"] for box in boxes}) == 1
        assert min(box["height"] for box in boxes) >= 24
        expect(visit.page.locator("header.site nav a[aria-current=page]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("path", "field"), [("/about", "site-search"), ("/", "front-search")])
def test_the_slash_goes_to_the_search_but_can_be_typed_there(desk: Visit, path: str, field: str) -> None:
    desk.go(path)
    desk.page.keyboard.press("/")
    assert desk.page.evaluate("document.activeElement.id") == field
    desk.page.keyboard.type("a/b")
    assert desk.page.locator(f"#{field}").input_value() == "a/b"


def test_six_papers_are_on_the_screen_of_a_laptop(desk: Visit) -> None:
    desk.go("/phenomena/papers")
    boxes = [box for card in desk.page.locator("article.card").all()[:7] if (box := card.bounding_box())]
    assert len([box for box in boxes if box["y"] + box["height"] <= 900]) >= 6
    expect(desk.page.locator("article.card .button")).to_have_count(0)


def test_bibtex_is_a_plain_link_where_it_can_t_be_copied(browser: Browser, server: str) -> None:
    with visiting(browser, server, is_new=True) as visit:
        visit.page.add_init_script(
            "Object.defineProperty(navigator.clipboard, 'write', {value: () => Promise.reject()})"
        )
        visit.go("/phenomena/papers")
        link = visit.page.locator("a[data-bibtex]").first
        address = f"{server}{link.get_attribute('href')}"
        with visit.page.expect_request(address), visit.page.expect_download() as got:
            link.click()
        assert got.value.suggested_filename.endswith(".bib")
        assert (visit.errors, visit.strangers) == ([], [])


@pytest.mark.parametrize("script", [True, False])
def test_a_digest_opens_below_its_line(browser: Browser, server: str, folder: Path, script: bool) -> None:
    [paper] = fetch(folder, "select digest from papers order by submitted desc, id limit 1")
    with visiting(browser, server, script=script) as visit:
        visit.go("/phenomena/papers")
        card = visit.page.locator("article.card").first
        digest, below = card.locator("details p"), visit.page.locator("article.card h2").nth(1)
        expect(digest).to_be_hidden()
        before = below.bounding_box()
        card.locator("summary").click()
        expect(digest).to_have_text(str(paper["digest"]))
        after, text, line = below.bounding_box(), digest.bounding_box(), card.locator("summary").bounding_box()
        assert before and after and text and line
        assert after["y"] > before["y"] + 20 and text["y"] >= line["y"] + line["height"] - 1
        assert visit.errors == []


def test_the_first_screen_of_a_paper_has_what_one_came_for(desk: Visit, folder: Path) -> None:
    """For the paper whose title, digest, authors and BibTeX are of the usual length."""
    middle = (
        "select id from papers order by length(title) + length(digest) limit 1 offset (select count(*) / 2 from papers)"
    )
    desk.go(row_path("papers", fetch(folder, middle)[0]["id"]))
    for selector in ("h1", ".authors", "p.actions", "section[aria-labelledby=digest]", "section[aria-labelledby=cite]"):
        box = desk.page.locator(f"article {selector}").first.bounding_box()
        assert box and box["y"] + box["height"] <= 900, selector
    expect(desk.page.get_by_role("button", name="Copy BibTeX")).to_be_in_viewport(ratio=1)


def test_a_list_of_papers_is_printed_as_a_bibliography(desk: Visit, folder: Path) -> None:
    """Title, authors, facts and the paper's address, and at the end that of the page; nothing that a click does."""
    desk.go("/phenomena/papers?_sort=title")
    end = desk.page.locator("footer p.printed")
    expect(end).to_be_hidden()
    desk.page.emulate_media(media="print")
    expect(end).to_have_text(f"{desk.address}/phenomena/papers?_sort=title")
    expect(end).to_be_visible()
    [row] = fetch(folder, "select title, authors, paper_url from papers order by title limit 1")
    card = desk.page.locator("article.card").first
    shown = card.evaluate(PRINTED)
    assert shown[:2] == [row["title"], ", ".join(json.loads(str(row["authors"])))]
    assert shown[3:] == [f'"{row["paper_url"]}"']
    for hidden in (".chips", "details", "button", "a.button"):
        assert [one for one in desk.page.locator(f"main {hidden}").all() if one.is_visible()] == []
