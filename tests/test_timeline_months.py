"""The timeline of a list that is too long for dots: columns of months, and links of years to what they count."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from datasette.app import Datasette
from datasette.plugins import pm
from page_kinds import fetch
from page_reading import attributes, check_frame, read, texts
from phenomena_web.timeline_months import draw_rows, read_topics
from selectolax.lexbor import LexborHTMLParser
from sites import make_folder, open_site
from test_timeline import DOTS, SOME

pytestmark = pytest.mark.anyio
CELLS = "svg.timeline.grouped > svg > a:not(.topic)"


@pytest.fixture(autouse=True)
def few_dots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of more than three papers is too long."""
    [module] = [plugin for plugin in pm.get_plugins() if getattr(plugin, "MOST_DOTS", None)]
    monkeypatch.setattr(module, "MOST_DOTS", 3)


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    place = tmp_path_factory.mktemp("months")
    (place / "list.md").write_text(SOME)
    return Datasette(config_dir=make_folder(place / "site", place / "list.md"))


def numbers(page: LexborHTMLParser) -> dict[str, int]:
    """The counts of the drawing by the address that each leads to."""
    labels = attributes(page, CELLS, "aria-label")
    return {
        href: int(label.rpartition(": ")[2].replace(",", ""))
        for href, label in zip(attributes(page, CELLS, "href"), labels, strict=True)
    }


async def check_numbers(site: Datasette, query: str) -> int:
    """Each number of the drawing leads to so many rows, and all together to those that the page states; gives these."""
    page = await read(site, f"/?{query}")
    check_frame(page, query)
    found = numbers(page)
    keys: Counter[str] = Counter()
    for href, count in found.items():
        rows = (await site.client.get(href.replace("?", ".json?") + "&_shape=array&_size=max")).json()
        assert len(rows) == count, href
        keys.update(row["id"] for row in rows)
    assert set(keys.values()) <= {1}
    if query:
        [link] = page.css(".status .lit a")
        assert link.text() == f"{len(keys):,} paper{'' if len(keys) == 1 else 's'}"
        answer = (await site.client.get(f"/-/timeline.json?{query}")).json()
        assert (answer["count"], answer["papers"], answer["fault"]) == (len(keys), None, "")
    return len(keys)


async def test_a_drawing_whole(some: Datasette) -> None:
    page = await read(some, "/")
    drawn = [
        (row.attributes["class"], texts(row, "text"), attributes(row, "path", "d"))  # type: ignore[arg-type]
        for row in page.css("svg.timeline.grouped > svg")
    ]
    assert drawn == [
        ("c0", ["Late & “Rare” 3", "+1 undated", "2"], ["M11.1 100v-100h.8v100z"]),
        ("c1", ["Early 1", "1"], ["M0.1 100v-50h.8v50z"]),
    ]
    assert numbers(page) == {
        "/phenomena/papers?topic=late-rare&submitted__isnull=1": 1,
        "/phenomena/papers?topic=late-rare&submitted__gte=2021-01&submitted__lte=2021-12": 2,
        "/phenomena/papers?topic=early&submitted__gte=2020-01&submitted__lte=2020-12": 1,
    }
    assert attributes(page, "a.topic, a.year", "href") == [
        *("/?from=2020&to=2020", "/?from=2021&to=2021", "/?topic=late-rare", "/?topic=early"),
    ]
    assert texts(page, "p.status .hint")[0].startswith("Each column is a month, each number a year. Keywords:")
    assert texts(page, "section.lights > p.quiet")[0].startswith("1 paper without a known month: counted beside")
    assert page.css(DOTS) == [] and "column for every month" in (await some.client.get("/charts")).text


async def test_lit_papers_are_drawn_over_all(some: Datasette) -> None:
    page = await read(some, "/?keyword=loss+landscape+shape")
    assert [(one.attributes.get("class"), one.attributes["d"]) for one in page.css("svg.timeline.lit path")] == [
        (None, "M11.1 100v-100h.8v100z"), ("on", "M11.1 100v-50h.8v50z"), (None, "M0.1 100v-50h.8v50z"),
    ]  # fmt: skip
    [[href, count]] = numbers(page).items()
    assert dict(parse_qsl(urlsplit(href).query)) == {
        "_keyword": "losslandscapeshape",
        "topic": "late-rare",
        "submitted__gte": "2021-01",
        "submitted__lte": "2021-12",
    }
    assert count == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("keyword=width", 3),
        ("topic=early", 2),  # a paper under two topics is lit by both, in the row of its first
        ("topic=early&keyword=width", 1),
        ("from=2021&to=2021", 2),
        ("from=2021", 2),
        ("to=2020", 1),
        ("keyword=width&to=2020", 0),
    ],
)
async def test_numbers_are_those_of_the_rows(some: Datasette, query: str, count: int) -> None:
    assert await check_numbers(some, query) == count


async def test_numbers_of_a_real_list_are_those_of_its_rows(place: Path) -> None:
    pages = open_site(place)  # one that has no answers in memory, drawn with dots
    page = await read(pages, "/")
    [row] = fetch(place, "select count(*) as n from papers")
    assert sum(numbers(page).values()) == row["n"]
    [keyword] = fetch(place, "select id, paper_count from keywords order by paper_count desc, id limit 1")
    assert await check_numbers(pages, f"keyword={keyword['id']}") == keyword["paper_count"]


@pytest.mark.parametrize("query", ["keyword=widht", "topic=late", "from=2021&to=2020", "topic=early&keyword=zzz"])
async def test_what_can_not_be_lit_lights_nothing(some: Datasette, query: str) -> None:
    page = await read(some, f"/?{query}")
    check_frame(page, query)
    assert len(texts(page, ".status .notice:not([hidden])")) == len(page.css("svg.timeline.lit")) == 1
    assert numbers(page) == {} and page.css("path.on") == []
    answer = (await some.client.get(f"/-/timeline.json?{query}")).json()
    assert (answer["count"], answer["papers"], bool(answer["fault"])) == (0, None, True)


async def test_as_many_papers_as_may_have_dots_have_them(some: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    [module] = [plugin for plugin in pm.get_plugins() if getattr(plugin, "MOST_DOTS", None)]
    monkeypatch.setattr(module, "MOST_DOTS", 4)
    answer = await some.client.get("/", headers={"cookie": "kept=no"})  # made anew, not taken from memory
    page = LexborHTMLParser(answer.text)
    assert len(page.css(DOTS)) == 4 and page.css("svg.grouped, svg.timeline path") == []
    assert (await some.client.get("/-/timeline.json?keyword=width")).json()["papers"] != []


async def test_a_list_without_topics_and_months_is_drawn(tmp_path: Path) -> None:
    entries = "".join(f"- Paper {n} [[paper]](https://x.org/{n})\n  - Ann Lee.\n" for n in range(4))
    (tmp_path / "list.md").write_text(f"# A List\n\n{entries}")
    site = Datasette(config_dir=make_folder(tmp_path / "site", tmp_path / "list.md"))
    page = await read(site, "/")
    assert texts(page, "svg.timeline.grouped text") == ["No topic 4", "+4 undated"]
    assert await check_numbers(site, "") == 4 and page.css("a.topic, a.year, svg.timeline path") == []


def test_a_drawing_weighs_the_same_however_many_papers_there_are() -> None:
    """Nine topics and thirteen years of every month: under 12 KB compressed, of the 60 that the page may weigh."""
    rows = [
        {"topic_id": f"topic-{topic}", "topic": f"Topic {topic}", "submitted": f"{year}-{month:02}"}
        | {"paper_count": 1 + (topic * year * month * 7919) % 4000}
        for topic in range(9)
        for year in range(2014, 2027)
        for month in range(1, 13)
    ]
    drawn = draw_rows(
        read_topics(rows, ()),
        range(2014, 2027),
        3,
        lambda filters: "/phenomena/papers?" + "&".join(f"{name}={value}" for name, value in filters.items()),
        lambda key: f"/?topic={key}",
        False,
    )
    assert (drawn.count('class="hit"'), len(gzip.compress(drawn.encode(), 4)) < 12_000) == (9 * 13, True)
