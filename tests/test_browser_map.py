"""The map in a real browser: card, mouse, keyboard, finger, zoom, filters in place and without script."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from browsing import Visit, visiting
from page_kinds import fetch
from playwright.sync_api import Browser, Locator, expect

ONE = "arxiv-2309-02390"  # a paper on grokking
LIT = "svg.map .dots a.on"
BOXES = """marks => marks.map(mark => {
    const box = mark.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
})"""


def dot(visit: Visit, key: str) -> Locator:
    return visit.page.locator(f'svg.map .dots a[href="/phenomena/papers/{key}"] circle')


def centre(mark: Locator) -> tuple[float, float]:
    box = mark.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_dot_shows_its_card_and_leads_to_its_paper(desk: Visit, folder: Path) -> None:
    [paper] = fetch(folder, "select title, digest, year from papers where id = ?", ONE)
    desk.go("/map")
    x, y = centre(dot(desk, ONE))
    desk.page.mouse.move(x, y)
    card = desk.page.locator(".map-card")
    expect(card.get_by_role("link")).to_have_text(str(paper["title"]))
    expect(card.locator("p.quiet")).to_have_text(re.compile(f"^{paper['year']} · .*Grokking"))
    expect(card.locator("p").last).to_have_text(re.compile("^" + re.escape(str(paper["digest"])[:60])))
    desk.page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    desk.page.mouse.click(x, y)
    expect(desk.page.locator("h1")).to_have_text(str(paper["title"]))


def test_the_map_is_one_tab_stop_and_arrows_go_from_paper_to_paper(desk: Visit) -> None:
    desk.go("/map")
    desk.page.locator("#map-to").focus()
    stops = []
    for _ in range(3):
        desk.page.keyboard.press("Tab")
        stops.append(desk.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert stops == ["A", "map", "BUTTON"], "the link to the list, the map, its buttons"
    desk.page.locator("#map").focus()
    chosen = desk.page.locator("svg.map a.at")
    desk.page.keyboard.press("ArrowRight")
    expect(chosen).to_have_count(1)
    places = [float(chosen.locator("circle").get_attribute("cx").rstrip("%"))]  # type: ignore[union-attr]
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        desk.page.keyboard.press(key)
        places.append(float(chosen.locator("circle").get_attribute("cx").rstrip("%")))  # type: ignore[union-attr]
    assert places[0] < places[1] < places[2] > places[3]
    expect(desk.page.locator(".map-card p")).not_to_have_count(0)
    title = desk.page.locator(".map-card a").inner_text()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("h1")).to_have_text(title)


def test_a_filter_lights_dots_without_a_new_page(desk: Visit, folder: Path) -> None:
    [of_keyword] = fetch(folder, "select count(*) as size from paper_keywords where keyword = 'grokking'")
    since = "select count(*) as size from papers join paper_keywords on paper = id where keyword = ? and year >= 2023"
    [of_year] = fetch(folder, since, "grokking")
    desk.go("/map?paper=" + ONE)
    desk.page.evaluate("window.isSamePage = true")
    desk.page.get_by_label("Keyword").fill("grokking")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(LIT)).to_have_count(int(str(of_keyword["size"])))
    desk.page.get_by_label("Years from").select_option("2023")
    expect(desk.page.locator(LIT)).to_have_count(int(str(of_year["size"])))
    assert desk.page.url.endswith(f"/map?keyword=grokking&from=2023&paper={ONE}")
    expect(desk.page.locator("#map-list h3").first).to_have_text(re.compile("^Grokking"))
    expect(desk.page).to_have_title("Map of the papers: keyword Grokking, from 2023 · Deep-learning phenomena")
    desk.page.get_by_label("Keyword").fill("nonsense")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#map-lit")).to_have_text(
        "There is no keyword “nonsense”. /phenomena/keywords lists them all."
    )
    assert desk.page.evaluate("window.isSamePage")
    desk.errors.clear()  # the console notes the answer 400


def test_zooming_spreads_dots_that_keep_their_size(desk: Visit) -> None:
    desk.go("/map")
    box = desk.page.locator("svg.map").bounding_box()
    mark = desk.page.locator("svg.map .dots circle").nth(100)
    before, size = centre(mark), mark.bounding_box()
    desk.page.get_by_role("button", name="Zoom in").click()
    after, larger = centre(mark), mark.bounding_box()
    assert box and size and larger and abs(size["width"] - larger["width"]) < 0.1
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for axis in (0, 1):
        assert after[axis] - middle[axis] == pytest.approx(1.6 * (before[axis] - middle[axis]), abs=1)
    desk.page.mouse.move(*middle)
    desk.page.mouse.down()
    desk.page.mouse.move(middle[0] + 80, middle[1] + 40, steps=3)
    desk.page.mouse.up()
    assert centre(mark) == pytest.approx((after[0] + 80, after[1] + 40), abs=1)
    assert desk.page.url.endswith("/map"), "dragging opens no paper"
    desk.page.get_by_role("button", name="Whole map").click()
    assert centre(mark) == pytest.approx(before, abs=1)


def test_a_finger_opens_the_card_first(browser: Browser, server: str) -> None:
    with visiting(browser, server, width=390, touch=True) as visit:
        visit.go("/map")
        mark = dot(visit, ONE)
        mark.scroll_into_view_if_needed()
        visit.page.touchscreen.tap(*centre(mark))
        link = visit.page.locator(".map-card a")
        expect(visit.page.locator(".map-card p").first).to_be_visible()  # the card is whole, and stays as it is
        assert visit.page.url.endswith("/map")
        visit.page.touchscreen.tap(*centre(link))
        expect(visit.page.locator("h1")).to_be_visible()
        expect(visit.page).to_have_url(re.compile("/phenomena/papers/"))


def test_without_script_the_form_and_the_dots_work(browser: Browser, server: str) -> None:
    with visiting(browser, server, script=False) as visit:
        visit.go("/map")
        visit.page.locator("label", has_text="Neural Collapse").click()
        visit.page.get_by_role("button", name="Show").click()
        expect(visit.page).to_have_url(re.compile("topic=neural-collapse"))
        expect(visit.page.locator("#map-lit strong")).to_have_text("22 of 580 papers")
        expect(visit.page.locator("svg.map .names.wide text").first).to_be_visible()
        visit.page.locator(LIT).first.locator("circle").click(force=True)
        expect(visit.page).to_have_url(re.compile("/phenomena/papers/"))


@pytest.mark.parametrize("width", [1280, 390])
def test_names_of_clusters_are_apart(browser: Browser, server: str, width: int) -> None:
    with visiting(browser, server, width) as visit:
        visit.go("/map")
        [frame] = visit.page.locator("svg.map").evaluate_all(BOXES)
        boxes = visit.page.locator("svg.map .names text:visible").evaluate_all(BOXES)
    assert len(boxes) > 12
    assert all(frame[0] <= left and right <= frame[2] for left, _, right, _ in boxes)
    for one, two in combinations(boxes, 2):
        across, down = (min(one[n + 2], two[n + 2]) - max(one[n], two[n]) for n in (0, 1))
        assert across <= 0 or down <= 2, (one, two)  # pixels; a line is a little higher than its letters
