"""The timeline of the front page: a dot for every paper, and those lit are the rows of the table of papers."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from page_kinds import fetch, row_path
from page_reading import attributes, check_frame, read, texts
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sites import make_folder

pytestmark = pytest.mark.anyio
DOTS = "svg.timeline a[tabindex]"
SOME = """# A List

## Late & “Rare”

### Late & “Rare”: 2021

- Newest [[paper]](https://arxiv.org/abs/2112.00001)
  - Ann Lee.
  - Key Word: Loss-Landscape Shapes; Width.
- Same “Month” <b> [[paper]](https://arxiv.org/abs/2112.00002)
  - Ann Lee.
  - Key Word: Width.

### Late & “Rare”: 2020

- Month Unknown [[paper]](https://x.org/paper)
  - Bo Chen.
  - Key Word: Width.

## Early

### Early: 2021

- Newest [[paper]](https://arxiv.org/abs/2112.00001)
  - Ann Lee.
- First [[paper]](https://arxiv.org/abs/2001.00003)
  - Bo Chen.
"""


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    place = tmp_path_factory.mktemp("timeline")
    (place / "list.md").write_text(SOME)
    return Datasette(config_dir=make_folder(place / "site", place / "list.md"))


def place_of(dot: LexborNode) -> tuple[float, float]:
    circle = dot.css_first("circle").attributes
    return float((circle["cx"] or "").rstrip("%")), float((circle["cy"] or "").removesuffix("em"))


def lit(page: LexborHTMLParser) -> list[str]:
    return attributes(page, f"{DOTS}.on", "href")


async def test_every_paper_has_one_dot_that_leads_to_it(place: Path, pages: Datasette) -> None:
    """In the row of its first topic, in the column of its month, on top of the others of that month."""
    page = await read(pages, "/")
    rows = fetch(place, "select papers.*, topics.name from papers left join topics on topics.id = topic")
    papers = {row_path("papers", row["id"]): row for row in rows}
    assert sorted(attributes(page, DOTS, "href")) == sorted(papers)
    years = [int(text) for text in texts(page, "svg.timeline a.year")]
    stacks = set()
    for row in page.css("svg.timeline > svg"):
        found = row.css("a[tabindex]")
        name = texts(row, "text")[0]  # type: ignore[arg-type]
        for dot in found:
            paper = papers[dot.attributes["href"] or ""]
            assert name == f"{paper['name'] or 'No topic'} {len(found)}"
            date = paper["submitted"] or (f"list year {paper['year']}" if paper["year"] else "undated")
            assert dot.css_first("title").text() == f"{paper['title']} ({date})"
            month = str(paper["submitted"] or f"{paper['year'] or years[0]}-{'07' if paper['year'] else '01'}")
            column = 12 * (int(month[:4]) - years[0]) + int(month[5:7]) - 1
            x, y = place_of(dot)
            assert x == pytest.approx(100 * (column + 0.5) / (12 * len(years)), abs=0.005)
            assert ("u" in (dot.attributes.get("class") or "").split()) == (paper["submitted"] is None)
            stacks.add((name, column, y))
    assert len(stacks) == len(papers)
    assert years == list(range(years[0], years[-1] + 1))
    for (name, column, y), (other, other_column, below) in pairwise(sorted(stacks)):
        assert (name, column) != (other, other_column) or below == y + 1
    assert lit(page) == [] and "lit" not in attributes(page, "svg.timeline", "class")[0].split()


async def check_lit(site: Datasette, query: str) -> int:
    """The dots that are lit, the number stated and the rows it leads to are the same, on the page and in the JSON."""
    page = await read(site, f"/?{query}")
    check_frame(page, query)
    [link] = page.css(".status .lit a")
    rows = (
        await site.client.get((link.attributes["href"] or "").replace("?", ".json?") + "&_shape=array&_size=max")
    ).json()
    assert Counter(lit(page)) == Counter(row_path("papers", row["id"]) for row in rows)
    assert link.text() == f"{len(rows):,} paper{'s' if len(rows) != 1 else ''}"
    assert page.css(".status .lit[hidden], .status .clear[hidden], .status .notice:not([hidden])") == []
    found = (await site.client.get(f"/-/timeline.json?{query}")).json()
    assert Counter(row_path("papers", key) for key in found["papers"]) == Counter(lit(page))
    assert (found["count"], found["href"]) == (len(rows), link.attributes["href"])
    assert (found["is_made"], found["fault"], found["names"]) == (True, "", texts(page, ".status .lit span")[0])
    return len(rows)


async def test_a_topic_keyword_or_span_lights_its_rows(place: Path, pages: Datasette) -> None:
    topics = fetch(place, "select id, paper_count from topics order by position")
    for row in topics[:2]:
        assert await check_lit(pages, f"topic={row['id']}") == row["paper_count"]
    keywords = fetch(place, "select id, name, paper_count from keywords order by paper_count desc, id limit 3")
    for row in keywords:
        assert await check_lit(pages, f"keyword={row['id']}") == row["paper_count"]
    [row] = fetch(place, "select count(*) as n from papers where substr(submitted, 1, 4) between '2020' and '2021'")
    assert await check_lit(pages, "from=2020&to=2021") == row["n"]
    every = f"topic={topics[1]['id']}&keyword={quote(str(keywords[0]['name']))}&from=2019&to="
    assert await check_lit(pages, every) <= int(str(keywords[0]["paper_count"]))


async def test_grokking_lights_what_sql_counts(folder: Path, site: Datasette) -> None:
    sql = "select count(distinct paper) as n from paper_keywords where keyword = 'grokking'"
    [row] = fetch(folder, sql)
    assert await check_lit(site, "keyword=Grokking") == row["n"] == 14


async def test_links_for_a_topic_and_a_year_light_them(some: Datasette) -> None:
    page = await read(some, "/")
    assert attributes(page, "a.topic", "href") == ["/?topic=late-rare", "/?topic=early"]
    assert attributes(page, "a.topic", "aria-label") == [
        "Highlight Late & “Rare”, 3 papers",
        "Highlight Early, 1 paper",
    ]
    assert attributes(page, "a.year", "href") == ["/?from=2020&to=2020", "/?from=2021&to=2021"]
    counts = [await check_lit(some, link.removeprefix("/?")) for link in attributes(page, "a.topic, a.year", "href")]
    assert sorted(counts) == [1, 2, 2, 3]  # a paper under two topics is lit by both


async def test_a_drawing_whole(some: Datasette) -> None:
    """Dots of one month stand on each other; one without a month is hollow, in July of its list year."""
    page = await read(some, "/?keyword=loss+landscape+shape")
    assert [(texts(dot, "title")[0], dot.attributes.get("class"), place_of(dot)) for dot in page.css(DOTS)] == [
        ("Newest (2021-12)", "on", (97.92, 3.4)),
        ("Same “Month” <b> (2021-12)", None, (97.92, 2.4)),
        ("Month Unknown (list year 2020)", "u", (27.08, 3.4)),
        ("First (2020-01)", None, (2.08, 2.4)),
    ]
    assert attributes(page, "svg.timeline, svg.timeline > svg", "height") == ["10em", "4em", "3em"]
    assert texts(page, ".status .lit") == ["1 paper highlighted: keyword Loss-Landscape Shapes"]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("keyword=widht", "There is no keyword “widht”. Similar ones are Width."),
        ("keyword=wid", "There is no keyword “wid”. Similar ones are Width."),
        ("keyword=%3Cb%3Ezz", "There is no keyword “<b>zz”. Choose one of those suggested, or search all texts above."),
        ("topic=late", "There is no topic “late”. Choose one of the list."),
        ("from=2021&to=2020", "The years end before they begin. Write from=2020 and to=2021."),
        ("topic=x&keyword=" + "y" * 99, "There is no topic “x”. Choose one of the list. "
         f"There is no keyword “{'y' * 60}”. Choose one of those suggested, or search all texts above."),
    ],
)  # fmt: skip
async def test_what_can_not_be_lit_is_explained_and_lights_nothing(some: Datasette, query: str, fault: str) -> None:
    page = await read(some, f"/?{query}")
    check_frame(page, query)
    assert texts(page, ".status .notice:not([hidden])") == [fault]
    assert len(page.css(".status .lit[hidden]")) == 1 and lit(page) == [] and len(page.css("svg.timeline.lit")) == 1
    found = (await some.client.get(f"/-/timeline.json?{query}")).json()
    assert (found["fault"], found["papers"], found["count"]) == (fault, [], 0)


@pytest.mark.parametrize("query", ["", "?topic=&keyword=&from=&to=", "?keyword=+"])
async def test_an_empty_choice_dims_nothing(some: Datasette, query: str) -> None:
    page = await read(some, f"/{query}")
    assert page.css("svg.timeline.lit, .on, .status .notice:not([hidden]), .status .lit:not([hidden])") == []
    assert len(page.css(DOTS)) == 4
    assert (await some.client.get(f"/-/timeline.json{query}")).json()["papers"] == []


async def test_the_form_keeps_what_was_asked(some: Datasette) -> None:
    page = await read(some, "/?topic=early&keyword=no+such+%22&from=2020&to=2021")
    assert attributes(page, "form.light option[selected]", "value") == ["early", "", ""]
    assert texts(page, "form.light option[selected]") == ["Early", "2020", "2021"]
    assert attributes(page, "#light-keyword", "value") == ['no such "']


async def test_a_list_without_topics_and_dates_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("# A List\n\n- Alone [[paper]](https://x.org/1)\n  - Ann Lee.\n")
    site = Datasette(config_dir=make_folder(tmp_path / "site", tmp_path / "list.md"))
    page = await read(site, "/")
    assert texts(page, DOTS) == ["Alone (undated)"]
    assert page.css("a.topic, a.year") == []
    assert [place_of(dot) for dot in page.css(DOTS)] == [(50.0, 2.4)]


async def test_the_json_of_the_front_page_is_not_asked_for_a_selection(some: Datasette) -> None:
    """It lists databases, and would refuse these parameters."""
    answer = await some.client.get("/?keyword=width")
    assert answer.headers["link"] == 'http://localhost/.json; rel="alternate"; type="application/json+datasette"'
    page = await read(some, "/?keyword=width")
    assert attributes(page, "link[type='application/json+datasette']", "href") == ["http://localhost/.json"]
    assert (await some.client.get("/.json")).status_code == 200
