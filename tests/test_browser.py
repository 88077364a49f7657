"""The site in a real browser, as visitors use it: charts, search, facets, keyboard, phone, dark mode."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from browsing import Visit, visiting
from page_kinds import CHARTS, fetch, find_page_kinds
from playwright.sync_api import Browser, Page, Response, expect

# Whether the canvas of datasette-vega has more than so many colours: marks give it more than background and axes do.
HAS_MORE = """least => {
    const canvas = document.querySelector('canvas.marks');
    return canvas && new Set(new Uint32Array(
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size > least;
}"""
FOCUSED = """() => {
    const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect();
    return [document.activeElement.textContent.trim(), style.outlineStyle, parseFloat(style.outlineWidth), box.width];
}"""


def read_count(page: Page) -> int:
    """The number of papers that a page of papers or hits states."""
    text = page.locator("main p[role=status] strong").first.inner_text()
    return int(text.split(" of ")[-1].split()[0].replace(",", ""))


def wait_for_chart(page: Page, colours: int = 5) -> None:
    """Wait until the chart of datasette-vega has more than so many colours: its canvas is there before it is drawn."""
    page.locator("canvas.marks").wait_for()
    page.wait_for_function(HAS_MORE, arg=colours)
    links = [link.inner_text() for link in page.locator(".vega-actions a").all() if link.is_visible()]
    assert links == ["Save as SVG", "Save as PNG"]


@pytest.mark.parametrize("width", [1280, 390])
def test_dark_and_light_differ(browser: Browser, server: str, width: int) -> None:
    paper = {}
    for scheme in ("light", "dark"):
        with visiting(browser, server, width, scheme) as visit:
            visit.go("/")
            paper[scheme] = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 26)"}


@pytest.mark.parametrize("script", [True, False])
def test_charts_of_the_front_page_are_seen(browser: Browser, server: str, folder: Path, script: bool) -> None:
    with visiting(browser, server, script=script) as visit:
        visit.go("/")
        [size] = fetch(
            folder,
            """select (select count(*) from topic_years) as cells, (select count(*) from papers) as papers,
            (select count(*) from code_by_year) as years""",
        )
        dots = visit.page.locator("svg.timeline circle")
        assert dots.count() == size["papers"]
        expect(dots.first).to_be_in_viewport()
        widths = dots.evaluate_all("dots => dots.map(dot => dot.getBoundingClientRect().width)")
        assert min(widths) > 5
        assert visit.page.locator("table.grid td a").count() == size["cells"]
        bars = visit.page.locator("section[aria-labelledby=by-year] rect.c0")
        boxes = [box for bar in bars.all() if (box := bar.bounding_box())]
        assert len(boxes) == size["years"] and all(box["width"] > 10 and box["height"] > 1 for box in boxes)


@pytest.mark.parametrize(
    "mark", ["table.grid td.s5 a", "section[aria-labelledby=by-year] svg a", "#keywords ~ table svg a"]
)
def test_a_mark_clicked_leads_to_the_rows_it_counts(desk: Visit, mark: str) -> None:
    desk.go("/")
    link = desk.page.locator(mark).first
    text = link.get_attribute("aria-label") or ""
    link.click()
    expect(desk.page.locator("h1")).to_have_text("Papers")
    assert read_count(desk.page) == int(text.rpartition(": ")[2])


def test_a_search_typed(desk: Visit) -> None:
    desk.go("/")
    desk.page.get_by_label("Search titles, keywords, authors and digests").fill("grok")
    desk.page.keyboard.press("Enter")
    expect(desk.page).to_have_url(re.compile("/phenomena/papers[?]_search=grok$"))
    desk.page.wait_for_load_state()
    hits = read_count(desk.page)
    assert hits == desk.page.locator("article.card").count() > 5
    assert {mark.lower()[:4] for mark in desk.page.locator("mark").all_inner_texts()} == {"grok"}
    facet = desk.page.locator(".facet li").first
    count = int(facet.locator("span").last.inner_text())
    facet.locator("a").click()
    expect(desk.page.locator(".facet li[aria-current]")).to_have_count(1)
    assert read_count(desk.page) == count <= hits


@pytest.mark.parametrize("width", [1280, 390])
def test_a_facet_chosen_and_dropped(browser: Browser, server: str, width: int) -> None:
    with visiting(browser, server, width) as visit:
        visit.go("/phenomena/papers")
        every = read_count(visit.page)
        for name in ("venue", "topic", "year", "keyword", "author"):  # many papers have no venue
            if width == 390:
                visit.page.get_by_role("button", name="Filter").click()
            facet = visit.page.locator("details.facet", has=visit.page.locator(f"#facet-{name}"))
            if facet.get_attribute("open") is None:
                facet.locator("summary").first.click()
            value = facet.locator("li:not([aria-current])").first
            count = int(value.locator("span").last.inner_text())
            value.locator("a").click()
            assert read_count(visit.page) == count <= every
        assert visit.page.locator(".facet li[aria-current]").count() == 5
        visit.page.get_by_role("link", name="Clear all").click()
        assert read_count(visit.page) == every
        assert (visit.errors, visit.strangers) == ([], [])


def test_charts_explored_from_the_front_page(desk: Visit) -> None:
    desk.go("/")
    names = re.compile("Explore")
    for number in range(desk.page.get_by_role("link", name=names).count()):
        desk.go("/")
        desk.page.get_by_role("link", name=names).nth(number).click()
        wait_for_chart(desk.page)
    assert number >= 5


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_drawn_on_direct_arrival(desk: Visit, name: str) -> None:
    desk.go(f"/phenomena/{name}")
    ours = desk.page.locator("main figure.chart rect, main table.bars rect, main table.grid td a").first
    expect(ours).to_be_in_viewport()
    desk.page.get_by_text("Make your own chart").click()
    wait_for_chart(desk.page)
    places = [ours, desk.page.locator("canvas.marks"), desk.page.locator("h2", has_text="SQL")]
    tops = [box["y"] for place in places if (box := place.bounding_box())]
    assert len(tops) == 3 and tops == sorted(tops)
    assert "g.mark=bar" in desk.page.url
    desk.page.get_by_label("Scatter").check()
    expect(desk.page).to_have_url(re.compile("g.mark=circle|g.mark=point"))


def test_an_address_with_a_chart_keeps_it(desk: Visit) -> None:
    desk.go(
        "/phenomena/papers_by_year#g.mark=line&g.x_column=year&g.x_type=ordinal&g.y_column=paper_count&g.y_type=quantitative"
    )
    wait_for_chart(desk.page, colours=3)
    assert "g.mark=line" in desk.page.url


@pytest.mark.parametrize("path", ["/", "/phenomena/papers", "/phenomena/papers?_search=neural", "/charts"])
def test_the_keyboard_goes_all_the_way(desk: Visit, path: str) -> None:
    desk.go(path)
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate(FOCUSED)[0] == "Skip to the content"
    assert desk.page.evaluate(FOCUSED)[3] > 50
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "main"
    for _ in range(30):
        desk.page.keyboard.press("Tab")
        text, style, width, _box = desk.page.evaluate(FOCUSED)
        assert (style, width) == ("solid", 3), text


def test_bibtex_is_copied(desk: Visit, folder: Path) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.go(find_page_kinds(folder)["paper"])
    desk.page.get_by_role("button", name="Copy BibTeX").click()
    expect(desk.page.get_by_role("button", name="Copied")).to_be_visible()
    assert desk.page.evaluate("navigator.clipboard.readText()") == desk.page.locator("#bibtex").text_content()


def test_print_leaves_out_what_paper_can_t_do(desk: Visit, folder: Path) -> None:
    desk.go("/phenomena/papers")
    desk.page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("nav", "form", "aside", ".actions"):
        expect(desk.page.locator(hidden).first).to_be_hidden()
    expect(desk.page.locator("article.card").first).to_be_visible()
    assert desk.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(("width", "top"), [(1280, 300), (390, 400)])
def test_papers_begin_high_on_the_page(browser: Browser, server: str, width: int, top: int) -> None:
    with visiting(browser, server, width) as visit:
        visit.go("/phenomena/papers")
        box = visit.page.locator("article.card").first.bounding_box()
        assert box and box["y"] < top


def test_the_front_page_is_light(browser: Browser, server: str) -> None:
    """It weighs under 60 KB on the wire, heads included, and has no script over 10 KB."""
    responses: list[Response] = []
    with visiting(browser, server, is_new=True) as visit:
        visit.page.on("response", lambda response: responses.append(response))
        visit.go("/")
        sizes = {response.url: response.request.sizes() for response in responses}
    weights = {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}
    assert 1_000 < sum(weights.values()) < 60_000
    assert all(size < 10_000 for url, size in weights.items() if ".js" in url), weights


def test_every_page_is_compressed(server: str, folder: Path) -> None:
    encodings = {}
    with httpx.Client(base_url=server) as client:
        for name, path in find_page_kinds(folder).items():
            encodings[name] = client.get(path).headers.get("content-encoding")
    assert encodings == dict.fromkeys(encodings, "gzip")
