"""Charts in a real browser: the timeline by mouse, finger and keyboard, cards beside marks, pictures to take along."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browsing import Visit, visiting
from page_kinds import fetch, row_path
from playwright.sync_api import Browser, Locator, expect

SVG = "{http://www.w3.org/2000/svg}"
DOTS = "svg.timeline a[tabindex]"
OF_KEYWORD = "select distinct paper from paper_keywords where keyword = ?"


def lit(visit: Visit) -> set[str]:
    return set(visit.page.locator(f"{DOTS}.on").evaluate_all("dots => dots.map(dot => dot.getAttribute('href'))"))


def centre(mark: Locator) -> tuple[float, float]:
    box = mark.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_keyword_typed_lights_its_papers_without_a_new_page(desk: Visit, folder: Path) -> None:
    papers = {row_path("papers", row["paper"]) for row in fetch(folder, OF_KEYWORD, "grokking")}
    desk.go("/")
    desk.page.evaluate("window.isSamePage = true")
    desk.page.get_by_role("combobox", name="Keyword", exact=True).fill("Grokking")
    desk.page.keyboard.press("Enter")
    status = desk.page.locator(".status")
    expect(status.get_by_role("link", name=f"{len(papers)} papers")).to_be_visible()
    assert lit(desk) == papers
    assert desk.page.url.endswith("/?keyword=Grokking")
    assert desk.page.evaluate("window.isSamePage")
    desk.page.get_by_role("combobox", name="Keyword", exact=True).fill("groking")
    desk.page.keyboard.press("Enter")
    expect(status.locator(".notice")).to_have_text("There is no keyword “groking”. Similar ones are Grokking.")
    assert lit(desk) == set()
    desk.page.get_by_role("link", name="Show all").click()
    expect(status.locator(".hint")).to_be_visible()
    assert desk.page.url == desk.address + "/" and desk.page.locator("svg.timeline.lit").count() == 0


def test_years_dragged_over_and_a_topic_are_lit_together(desk: Visit, folder: Path) -> None:
    desk.go("/")
    first, last = (centre(desk.page.get_by_role("link", name=f"Highlight {year}")) for year in (2020, 2022))
    desk.page.mouse.move(first[0], first[1] + 30)
    desk.page.mouse.down()
    desk.page.mouse.move(*last, steps=4)
    desk.page.mouse.up()
    expect(desk.page.locator(".status")).to_contain_text("submitted from 2020 to 2022")
    desk.page.get_by_role("link", name=re.compile("^Highlight Neural Collapse")).click()
    expect(desk.page.locator(".status")).to_contain_text("highlighted: Neural Collapse, submitted from 2020 to 2022")
    sql = """select id from papers where submitted between '2020-01' and '2022-12' and id in
        (select paper from listings where topic = 'neural-collapse')"""
    assert lit(desk) == {row_path("papers", row["id"]) for row in fetch(folder, sql)}
    assert desk.page.url.endswith("/?topic=neural-collapse&from=2020&to=2022")


def test_a_dot_under_the_mouse_shows_its_paper(desk: Visit, folder: Path) -> None:
    [paper] = fetch(folder, "select * from papers where id = 'arxiv-2201-02177'")
    desk.go("/")
    dot = desk.page.locator(f"{DOTS}[href='{row_path('papers', paper['id'])}']")
    dot.scroll_into_view_if_needed()
    desk.page.mouse.move(*centre(dot.locator("circle")))
    card = desk.page.locator(".mark-card")
    expect(card.get_by_role("link")).to_have_text(str(paper["title"]))
    expect(card).to_contain_text(str(paper["digest"]))
    desk.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    dot.click()
    expect(desk.page.locator("h1")).to_have_text(str(paper["title"]))


def test_dots_are_one_stop_for_the_tab_key_and_arrows_go_between_them(desk: Visit) -> None:
    desk.go("/")
    assert desk.page.locator("svg.timeline a[tabindex='0']").count() == 1
    dots = desk.page.locator("svg.timeline > svg").nth(1).locator("a[tabindex]")
    desk.page.locator("svg.timeline a[tabindex='0']").focus()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Home")
    expect(dots.first).to_be_focused()
    expect(dots.first).to_have_attribute("tabindex", "0")
    desk.page.keyboard.press("ArrowRight")
    expect(dots.nth(1)).to_be_focused()
    desk.page.keyboard.press("End")
    expect(dots.last).to_be_focused()
    desk.page.keyboard.press("ArrowRight")
    expect(dots.last).to_be_focused()  # no dot beyond
    expect(desk.page.locator(".mark-card")).to_contain_text(
        re.sub(r" \([^()]+\)$", "", dots.last.get_attribute("aria-label") or "")
    )
    assert desk.page.locator("svg.timeline a[tabindex='0']").count() == 1


def test_a_finger_sees_a_card_first_and_follows_a_mark_then(browser: Browser, server: str) -> None:
    with visiting(browser, server, width=390, touch=True) as visit:
        visit.go("/")
        page, card = visit.page, visit.page.locator(".mark-card")
        dot = page.locator(DOTS).nth(300)
        dot.scroll_into_view_if_needed()
        page.touchscreen.tap(*centre(dot.locator("circle")))
        expect(card.get_by_role("link")).to_have_attribute("href", re.compile("^/phenomena/papers/"))
        assert page.url == server + "/"
        column = page.locator("section[aria-labelledby=by-year] svg a").nth(4)
        column.tap()
        expect(card).to_contain_text(re.sub(r"\d+$", "", column.get_attribute("aria-label") or ""))
        column.tap()
        expect(page.locator("h1")).to_have_text("Papers")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_has_the_headline_the_marks_and_the_colours_in_view(
    browser: Browser, server: str, folder: Path, scheme: str, tmp_path: Path
) -> None:  # fmt: skip
    with visiting(browser, server, scheme=scheme) as visit:
        visit.go("/")
        section = visit.page.locator("section.lights")
        with visit.page.expect_download() as download:
            section.get_by_role("button", name="Download SVG").click()
        download.value.save_as(tmp_path / "picture.svg")
        headline = section.locator("h2").inner_text()
        back = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (visit.errors, visit.strangers) == ([], [])
    root = ElementTree.parse(tmp_path / "picture.svg").getroot()
    [papers] = fetch(folder, "select count(*) as n from papers")
    circles = root.findall(f"{SVG}circle")
    assert len(circles) == papers["n"]
    assert all(0 < float(one.get("cx", "")) < float(root.get("width", "")) for one in circles)
    assert root[0].get("fill") == back
    words = [one.text for one in root.findall(f"{SVG}text")]
    assert " ".join(words[: len(headline.split())]) == headline  # type: ignore[arg-type]
    assert str(words[-1]).endswith(f"{server}/")


@pytest.mark.parametrize(
    ("path", "chart"), [("/", "table.grid"), ("/charts", "section[aria-labelledby=growth] svg.columns")]
)
def test_a_chart_of_many_links_is_one_stop_and_arrows_go_on(desk: Visit, path: str, chart: str) -> None:
    desk.go(path)
    links = desk.page.locator(chart).first.locator("a[href]")
    stops = links.evaluate_all("links => links.filter(link => link.tabIndex >= 0).length")
    assert (stops, links.count() > 10) == (1, True)
    links.first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowLeft", 0)):
        desk.page.keyboard.press(key)
        expect(links.nth(place)).to_be_focused()
    desk.page.keyboard.press("End")
    assert links.first.get_attribute("tabindex") == "-1"
    expect(links.first).not_to_be_focused()
    desk.page.keyboard.press("Home")
    expect(links.first).to_be_focused()
    assert links.evaluate_all("links => links.filter(link => link.tabIndex >= 0).length") == 1


def test_a_picture_is_copied(desk: Visit) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.go("/charts")
    desk.page.locator("section[aria-labelledby=by-year]").get_by_role("button", name="Copy as PNG").click()
    expect(desk.page.get_by_role("button", name="Copied")).to_be_visible()
    types = desk.page.evaluate("navigator.clipboard.read().then(items => items.flatMap(item => item.types))")
    assert types == ["image/png"]


def test_without_script_the_form_lights_and_no_button_needs_one(browser: Browser, server: str, folder: Path) -> None:
    with visiting(browser, server, script=False) as visit:
        visit.go("/")
        assert [one for one in visit.page.locator("button[data-picture], .scripted").all() if one.is_visible()] == []
        visit.page.get_by_role("combobox", name="Keyword", exact=True).fill("grokking")
        visit.page.get_by_role("button", name="Highlight").click()
        papers = fetch(folder, OF_KEYWORD, "grokking")
        expect(visit.page.locator(".status .lit a")).to_have_text(f"{len(papers)} papers")
        assert lit_without_script(visit) == {row_path("papers", row["paper"]) for row in papers}


def lit_without_script(visit: Visit) -> set[str]:
    return {dot.get_attribute("href") or "" for dot in visit.page.locator(f"{DOTS}.on").all()}
