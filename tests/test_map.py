"""The map: every dot leads to its paper once, selections are those of the table, names don't overlap, refusals."""

from __future__ import annotations

import re
from html import unescape
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.utils.asgi import Request
from grown import make_site
from page_kinds import fetch, row_path
from page_reading import attributes, check_frame, check_links, read, texts
from phenomena_web.map_drawing import (
    MOST_TITLED,
    SIZES,
    Name,
    draw_dots,
    draw_excerpt,
    draw_map,
    find_names,
    fit_names,
    overlap,
    percent,
    topic_class,
)
from selectolax.lexbor import LexborHTMLParser
from sites import open_site

pytestmark = pytest.mark.anyio
POSITIONS = """paper,x,y,cluster
arxiv-2001-00001,0.25,0.5,1
arxiv-2001-00002,0.75,0.5,1
third-paper,0.5,0.125,2
"""
SELECTIONS = (
    "topic=neural-collapse", "keyword=grokking", "keyword=Neural+Tangent+Kernel&from=2021", "to=2018",
    "from=2020&to=2020", "topic=others&keyword=transformer&from=2022&to=2024", "topic=Neural+Collapse&to=1990",
)  # fmt: skip


def make_paper(number: int = 1, **values: Any) -> dict[str, Any]:
    """A row as the map has it."""
    whole = {"paper": f"p{number}", "x": 0.5, "y": 0.25, "cluster": None, "title": f"Paper <{number}>", "year": 2022}
    return {**whole, "topic": "t", "topic_position": 1, "is_lit": 0, **values}


def href(key: str) -> str:
    return f"/papers/{key}"


async def page_of(site: Datasette, query: str = "") -> LexborHTMLParser:
    return await read(site, f"/map?{query}" if query else "/map")


async def refusal(site: Datasette, path: str) -> tuple[int, str]:
    answer = await site.client.get(path)
    found = re.search(r'<p class="notice">(.*?)</p>', answer.text)
    return answer.status_code, unescape(found[1]) if found else ""


def test_a_dot_is_a_link_in_its_topics_colour() -> None:
    papers = [make_paper(1, is_lit=1), make_paper(2, x=0.12345, y=1.0, topic_position=None)]
    assert draw_dots(papers, href, lit=True) == (
        '<a href="/papers/p1" class="c0 on" tabindex="-1"><title>Paper &lt;1&gt;</title>'
        '<circle cx="50%" cy="25%"/></a>'
        '<a href="/papers/p2" class="c9" tabindex="-1"><title>Paper &lt;2&gt;</title>'
        '<circle cx="12.35%" cy="100%"/></a>'
    )
    assert [topic_class(position) for position in (1, 9, 10, 11, None)] == ["c0", "c8", "c9", "c9", "c9"]
    assert [percent(value) for value in (0.0, 0.1, 0.01, 1.0, 0.33333)] == ["0", "10", "1", "100", "33.33"]


def test_a_map_of_many_papers_leaves_their_titles_to_the_script() -> None:
    papers = [make_paper(number) for number in range(MOST_TITLED + 1)]
    many = draw_map(papers, href, "Map")
    assert (many.count("<title>"), many.count("<circle"), 'class="map many"' in many) == (0, len(papers), True)
    few = draw_map(papers[1:], href, "Map")
    assert (few.count("<title>"), few.count("<circle"), "many" in few) == (MOST_TITLED, MOST_TITLED, False)


def test_the_marked_paper_has_a_ring_and_its_title_and_others_have_not() -> None:
    papers = [make_paper(1, x=0.25), make_paper(2, x=0.75, title="Long " * 20)]
    ring = draw_map(papers, href, "Map", marked="p1").partition('<g class="here">')[2]
    assert ring.partition("</g>")[0] == (
        '<circle cx="25%" cy="25%"/><text x="25%" y="25%" dx="14" dy="5" text-anchor="start">Paper &lt;1&gt;</text>'
    )
    ring = draw_map(papers, href, "Map", marked="p2").partition('<g class="here">')[2]
    assert 'dx="-14" dy="5" text-anchor="end">' + "Long " * 7 + "Long…</text>" in ring
    assert "here" not in draw_map(papers, href, "Map") and "here" not in draw_map(papers, href, "Map", marked="p3")


def test_only_clusters_of_some_size_are_named_the_largest_first() -> None:
    sizes = {"Small": 3, "Least": 4, "Large": 6, None: 9}
    papers = [make_paper(n, cluster=name, x=n / 8, y=n / 8) for name, size in sizes.items() for n in range(size)]
    assert find_names(papers) == [Name("Large", 0.3125, 0.09375, 6), Name("Least", 0.1875, 0.03125, 4)]
    crowd = [make_paper(n) for n in range(1_500)]
    assert find_names([*papers, *crowd]) == [], "beside so many papers, six are no landmark"


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_names_do_not_overlap_or_leave_the_map(size: tuple[int, int]) -> None:
    names = [Name("A cluster’s name" * (1 + n % 2), n % 7 / 7, n % 5 / 5, 99 - n) for n in range(60)]
    fitting = fit_names(names, *size)
    boxes = []
    for one in fitting:
        x, y, half = one.x * size[0], one.y * size[1], len(one.text) * 7.4 / 2
        boxes.append((x - half, y - 8, x + half, y + 8))
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    assert all(
        left >= -0.01 and right <= size[0] + 0.01 and 0 <= top < bottom <= size[1] for left, top, right, bottom in boxes
    )
    assert 5 < len(fitting) < 60 and fitting[0].text == names[0].text, "the largest has its place first"


def test_a_name_wider_than_the_map_is_left_out() -> None:
    assert fit_names([Name("x" * 60, 0.5, 0.5, 9), Name("short", 0.5, 0.5, 9)], 290, 400)[0].text == "short"


def test_an_excerpt_fills_its_frame_with_the_paper_marked() -> None:
    near = [make_paper(1, x=0.5, y=0.5), make_paper(2, x=0.4, y=0.45), make_paper(3, x=0.6, y=0.55)]
    svg = LexborHTMLParser(draw_excerpt(near, href, "Around"))
    assert attributes(svg, ".dots a", "href") == ["/papers/p1", "/papers/p2", "/papers/p3"]
    assert attributes(svg, ".dots circle", "cx") == ["50%", "4%", "96%"]
    assert attributes(svg, ".dots circle", "cy") == ["50%", "8%", "92%"]
    assert [attributes(svg, ".here circle", axis) for axis in ("cx", "cy")] == [["50%"], ["50%"]]
    alike = [make_paper(1), make_paper(2)]
    assert attributes(LexborHTMLParser(draw_excerpt(alike, href, "Around")), ".dots circle", "cx") == ["4%", "4%"]


async def test_every_dot_leads_to_its_paper_exactly_once(site: Datasette, folder: Path) -> None:
    page = await page_of(site)
    check_frame(page, "map")
    check_links(page, "map")
    papers = {row_path("papers", row["id"]): row["title"] for row in fetch(folder, "select id, title from papers")}
    found = attributes(page, ".dots a", "href")
    assert len(found) == len(papers) and dict(zip(found, texts(page, ".dots title"), strict=True)) == {
        path: " ".join(str(title).split()) for path, title in papers.items()
    }
    places = [attributes(page, ".dots circle", axis) for axis in ("cx", "cy")]
    assert len(set(zip(*places, strict=True))) == len(papers)
    assert set(attributes(page, ".dots a", "tabindex")) == {"-1"}, "they are no tab stops"


async def test_dots_have_the_colours_of_the_legend(site: Datasette, folder: Path) -> None:
    page = await page_of(site)
    rows = fetch(folder, "select papers.id, topics.position from papers left join topics on topics.id = topic")
    expected = {row_path("papers", row["id"]): f"c{min(int(str(row['position'])) - 1, 9)}" for row in rows}
    found = zip(attributes(page, ".dots a", "href"), attributes(page, ".dots a", "class"), strict=True)
    assert dict(found) == expected
    legend = attributes(page, "fieldset label[class]", "class")
    assert legend == [f"c{number}" for number in range(len(fetch(folder, "select 1 from topics")))]


@pytest.mark.parametrize("query", SELECTIONS)
async def test_a_selection_lights_the_papers_of_the_list_it_links_to(site: Datasette, query: str) -> None:
    page = await page_of(site, query)
    lit = [address.rpartition("/")[2] for address in attributes(page, ".dots a.on", "href")]
    [address] = [one for one in attributes(page, "#map-lit a", "href") if "/phenomena/papers" in one]
    rows = (await site.client.get(address.replace("/papers?", "/papers.json?_shape=array&_size=max&"))).json()
    assert sorted(lit) == sorted(row_path("papers", row["id"]).rpartition("/")[2] for row in rows)
    assert texts(page, "#map-lit strong") == [f"{len(lit)} of 580 papers"]
    assert len(page.css("svg.map.filtered")) == 1 and len(page.css(".dots a")) == 580
    counts = [int(text.split()[0]) for text in texts(page, "#map-list h3 .quiet")]
    assert sum(counts) == len(lit)
    shown = [address.rpartition("/")[2] for address in attributes(page, "#map-list li a", "href")]
    assert len(shown) == sum(min(count, 5) for count in counts) and set(shown) <= set(lit)


async def test_the_list_has_every_paper_by_cluster(site: Datasette, folder: Path) -> None:
    page = await page_of(site)
    sizes = fetch(folder, "select cluster, count(*) as size from positions group by 1 order by 2 desc, 1")
    names = [node.text(deep=True) for node in page.css("#map-list h3 a")]
    assert names == [row["cluster"] for row in sizes]
    counted = 0
    for address, row in zip(attributes(page, "#map-list h3 a", "href"), sizes, strict=True):
        rows = (await site.client.get(address.replace("/papers?", "/papers.json?_shape=array&_size=max&"))).json()
        assert len(rows) == row["size"], row["cluster"]
        counted += len(rows)
    assert counted == 580


async def test_the_form_keeps_what_was_chosen(site: Datasette) -> None:
    page = await page_of(
        site, "topic=neural-collapse&keyword=continuallearning&from=2020&to=2023&paper=arxiv-2409-15156"
    )
    assert attributes(page, "input[type=radio][checked]", "value") == ["neural-collapse"]
    assert attributes(page, "#map-keyword", "value") == ["Continual Learning"]
    assert texts(page, "select option[selected]") == ["2020", "2023"]
    assert attributes(page, "input[name=paper]", "value") == ["arxiv-2409-15156"]
    assert texts(page, "title")[:1] == [
        "Map of the papers: Neural Collapse, keyword Continual Learning, 2020 to 2023 · Deep-learning phenomena"
    ]
    assert len(page.css("form.on-map button")) == 1, "it works without script"
    years = texts(page, "#map-from option")[1:]
    assert years == sorted(years) and all(int(late) > int(early) for early, late in pairwise(years))


async def test_a_paper_is_pointed_out(site: Datasette) -> None:
    page = await page_of(site, "paper=arxiv-2409-15156")
    assert len(page.css(".here circle")) == 1
    assert attributes(page, "#map-lit a", "href")[-1] == "/phenomena/papers/arxiv-2409-15156"
    assert len(page.css("svg.filtered")) == 0


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("topic=grokkin", "There is no topic “grokkin”. /phenomena/topics lists them all."),
        ("keyword=zzz", "There is no keyword “zzz”. /phenomena/keywords lists them all."),
        ("keyword=<b>'%3B--", "There is no keyword “<b>';--”. /phenomena/keywords lists them all."),
        ("from=20", "from can't be '20'; it is a year of four digits."),
        ("to=x", "to can't be 'x'; it is a year of four digits."),
        ("from=2023&to=2020", "The years end before they begin. Write from=2020 and to=2023."),
        ("paper=nobody", "There is no paper “nobody” on the map. /phenomena/papers lists them all."),
        ("yaer=2020", "This page has no parameter yaer. Did you mean paper?"),
        ("topic=a&topic=b", "topic is given more than once, with different values; give it once."),
    ],
)
async def test_what_there_is_not_is_refused(site: Datasette, query: str, message: str) -> None:
    assert await refusal(site, f"/map?{query}") == (400, message)


async def test_empty_fields_of_the_form_choose_nothing(site: Datasette) -> None:
    page = await page_of(site, "topic=&keyword=+&from=&to=")
    assert len(page.css(".dots a")) == 580 and len(page.css(".dots a.on")) == 0 and len(page.css("svg.filtered")) == 0


async def test_a_database_without_positions_has_no_map(tmp_path: Path) -> None:
    place = open_site(make_site(tmp_path, None))
    assert texts(await read(place, "/map", 404), "h1") == ["There is no such page"]
    assert "/map" not in attributes(await read(place, "/"), "header.site nav a", "href")


async def test_a_small_map_has_the_papers_of_both_topics(tmp_path: Path) -> None:
    (tmp_path / "list.positions.csv").write_text(POSITIONS)
    place = open_site(make_site(tmp_path, None))
    assert "/map" in attributes(await read(place, "/"), "header.site nav a", "href")
    page = await page_of(place, "topic=descent")
    assert attributes(page, ".dots a.on", "href") == ["/phenomena/papers/arxiv-2001-00001"]
    assert texts(page, "#map-list h3") == ["Without a shared keyword 1 paper"]
    assert texts(await page_of(place, "topic=descent&to=2020"), "#map-lit strong") == ["1 of 3 papers"]
    shown = await page_of(place, "topic=descent&from=2021")
    assert texts(shown, "#map-list p")[-1:] == ["No paper on the map is highlighted."]


async def test_a_paper_has_its_place(site: Datasette, folder: Path) -> None:
    await site.invoke_startup()
    fake = Request.fake("/phenomena/papers/arxiv-2409-15156")
    fake.scope["csrftoken"] = str
    text = await site.render_template("_place.html", {"paper": {"id": "arxiv-2409-15156"}}, request=fake)
    place = LexborHTMLParser(text)
    near = """select near.paper from positions as own join positions as near where own.paper = 'arxiv-2409-15156'
        order by (near.x - own.x) * (near.x - own.x) + (near.y - own.y) * (near.y - own.y) limit 41"""
    expected = [row_path("papers", row["paper"]) for row in fetch(folder, near)]
    assert attributes(place, ".dots a", "href") == expected
    assert attributes(place, ".nearest a", "href") == expected[1:6]
    assert attributes(place, ".more a", "href") == ["/map?paper=arxiv-2409-15156"]
    assert len(place.css(".here circle")) == 1
    assert (await site.render_template("_place.html", {"paper": {"id": "nobody"}}, request=fake)).strip() == ""
