"""Charts: every cell and bar leads to exactly the rows it counts, and the markup of small cases whole."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from datasette.app import Datasette
from markupsafe import Markup
from page_kinds import fetch, find_page_kinds, row_path
from page_reading import read, texts
from selectolax.lexbor import LexborHTMLParser
from sites import ROOT, make_folder

pytestmark = pytest.mark.anyio
TWO_TOPICS = """# A List

## Collapse

### Collapse: 2020

- Shared Paper [[paper]](https://arxiv.org/abs/2001.00001)
  - Ann Lee. *ICLR 2021*
  - Key Word: Grokking.

### Collapse: 2021

- Own Paper [[paper]](https://arxiv.org/abs/2101.00002)
  - Ann Lee, Bo Chen.
  - Key Word: Grokking.

## Descent

### Descent: 2023

- Shared Paper [[paper]](https://arxiv.org/abs/2001.00001)
  - Ann Lee. *ICLR 2021*
  - Key Word: Grokking.
- A Third [[paper]](https://arxiv.org/abs/2301.00003) [[code]](https://github.com/a/b)
  - Bo Chen. *ICML 2023*
  - Key Word: Pruning.
"""


def load_charts() -> ModuleType:
    """The plugin as a module; plugins are files that Datasette loads by path."""
    spec = importlib.util.spec_from_file_location("charts_plugin", ROOT / "plugins" / "charts.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


charts = load_charts()


def marks(page: LexborHTMLParser) -> list[tuple[str, str]]:
    """Address and text of every cell and bar."""
    links = page.css("table.grid td a, table.bars svg a")
    return [(link.attributes["href"] or "", link.attributes["aria-label"] or "") for link in links]


async def count_rows(site: Datasette, address: str) -> int:
    path, _, query = address.partition("?")
    answer = await site.client.get(f"{path}.json?{query}&_shape=array&_size=max")
    assert answer.status_code == 200, address
    return len(answer.json())


async def check_marks(site: Datasette, path: str) -> int:
    """Compare the count that each mark of a page states with the rows behind it; gives the number of marks."""
    page = await read(site, path)
    tables = [one for one in marks(page) if one[0].startswith("/phenomena/") and one[0].count("/") == 2]
    found = [one for one in tables if "code_url__notnull" not in one[0]]  # bars of shares have a test of their own
    for address, text in found:
        stated = text.rpartition(": ")[2]
        assert await count_rows(site, address) == int(stated), (path, address, text)
    return len(found)


@pytest.mark.parametrize("path", ["/", "/charts"])
async def test_every_mark_counts_the_rows_it_leads_to(place: Path, pages: Datasette, path: str) -> None:
    [size] = fetch(place, "select count(*) as cells, sum(paper_count > 0) as filled from topic_years")
    assert await check_marks(pages, path) >= int(str(size["cells"])) + int(str(size["filled"]))


async def test_shares_with_code_lead_to_the_papers_with_code(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/")
    rows = page.css("section[aria-labelledby=code] tr")
    for row in rows:
        with_code, _, papers = row.css("td")[-1].text().partition(" of ")
        assert len(row.css("svg a")) == (with_code != "0")
        if with_code == "0":
            continue
        link = row.css_first("svg a").attributes["href"] or ""
        assert await count_rows(pages, link) == int(with_code)
        assert await count_rows(pages, link.replace("&code_url__notnull=1", "")) == int(papers)
    assert len(rows) == len(fetch(place, "select year from code_by_year"))


@pytest.mark.parametrize("table", ["topics", "keywords", "authors", "venues"])
async def test_bars_by_year_of_one_page_count_their_rows(place: Path, pages: Datasette, table: str) -> None:
    for row in fetch(place, f"select id from {table} order by paper_count desc, id limit 3"):
        assert await check_marks(pages, row_path(table, row["id"])) > 0


async def test_neighbours_count_the_papers_they_share(place: Path, pages: Datasette) -> None:
    [one] = fetch(place, "select id from keywords order by paper_count desc, id limit 1")
    page = await read(pages, row_path("keywords", one["id"]))
    for link in page.css("section[aria-labelledby=near] svg a"):
        other = (link.attributes["href"] or "").rpartition("/")[2]
        stated = int((link.attributes["aria-label"] or "").rpartition(": ")[2])
        assert await count_rows(pages, f"/phenomena/papers?_keyword={one['id']}&_keyword={other}") == stated


async def test_problem_bars_lead_to_the_group(place: Path, pages: Datasette) -> None:
    groups = {row["code"]: row["n"] for row in fetch(place, "select code, count(*) as n from problems group by code")}
    found = [(urlsplit(one), text) for one, text in marks(await read(pages, "/charts")) if one.startswith("/problems")]
    assert {address.fragment: text for address, text in found} == {code: f"{code}: {n}" for code, n in groups.items()}


@pytest.fixture(scope="module")
def two_topics(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    place = tmp_path_factory.mktemp("two")
    (place / "list.md").write_text(TWO_TOPICS)
    return Datasette(config_dir=make_folder(place / "site", place / "list.md"))


async def test_a_paper_under_two_topics_counts_under_each_in_its_year(two_topics: Datasette) -> None:
    page = await read(two_topics, "/")
    cells = {text: address for address, text in marks(page)[:8]}
    assert cells == {
        f"{topic}, {year}: {count}": f"/phenomena/papers?_topic={topic.lower()}&_year={year}"
        for topic, counts in (("Collapse", (1, 1, 0, 0)), ("Descent", (0, 0, 0, 2)))
        for year, count in zip(range(2020, 2024), counts, strict=True)
    }
    for path in ("/", "/charts", "/phenomena/topics/collapse", "/phenomena/topics/descent", "/phenomena/venues/iclr"):
        assert await check_marks(two_topics, path) > 0
    rows = (await two_topics.client.get("/phenomena/papers.json?_topic=descent&_year=2020&_shape=array")).json()
    assert rows == []


def link(row: dict[str, object]) -> str:
    return f"/rows?one={row['name']}&two=2"


def test_bars_whole() -> None:
    rows = [{"name": "A <b> & “c”", "paper_count": 4}, {"name": "Zero", "paper_count": 0}]
    assert charts.bars(rows, "name", "paper_count", link, "How & many", page=lambda row: "/page") == Markup(
        '<table class="bars"><caption>How &amp; many</caption><tbody>'
        '<tr><th scope="row"><a href="/page">A &lt;b&gt; &amp; “c”</a></th><td class="bar">'
        '<svg width="100%" height="24" role="group" aria-label="A &lt;b&gt; &amp; “c”">'
        '<a href="/rows?one=A &lt;b&gt; &amp; “c”&amp;two=2" aria-label="A &lt;b&gt; &amp; “c”: 4">'
        "<title>A &lt;b&gt; &amp; “c”: 4</title>"
        '<rect class="c0" x="0.00%" width="100.00%" y="2" height="20"/></a></svg></td><td>4</td></tr>'
        '<tr><th scope="row" class="short"><a href="/page">Zero</a></th><td class="bar">'
        '<svg width="100%" height="24" role="group" aria-label="Zero"></svg>'
        "</td><td>0</td></tr></tbody></table>"
    )


def test_grid_whole() -> None:
    rows = [{"name": "<i>", "year": year, "paper_count": papers} for year, papers in ((2022, 0), (2023, 10))]
    assert charts.grid(rows, "year", "name", "paper_count", link, "All", link) == Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="All"><table class="grid"><caption>All</caption>'
        '<thead><tr><td></td><th scope="col"><abbr title="2022">’22</abbr></th>'
        '<th scope="col"><abbr title="2023">’23</abbr></th><th scope="col">All</th></tr></thead><tbody>'
        '<tr><th scope="row"><a href="/rows?one=&lt;i&gt;&amp;two=2">&lt;i&gt;</a></th>'
        '<td class="s0"><a href="/rows?one=&lt;i&gt;&amp;two=2" aria-label="&lt;i&gt;, 2022: 0">0</a></td>'
        '<td class="s5"><a href="/rows?one=&lt;i&gt;&amp;two=2" aria-label="&lt;i&gt;, 2023: 10">10</a></td>'
        '<td class="total">10</td></tr></tbody></table></div>'
    )


def test_stacked_parts_stand_end_to_end_with_a_letter_each() -> None:
    rows = [{"year": 2023, "name": name, "paper_count": papers} for name, papers in (("A", 3), ("B", 0), ("C", 1))]
    html = str(charts.stacked(rows, "year", "name", "paper_count", link, "All"))
    assert re.findall(r'<rect class="(c\d)" x="([\d.]+)%" width="([\d.]+)%"', html) == [
        ("c0", "0.00", "75.00"),
        ("c2", "75.00", "25.00"),
    ]
    assert re.findall(r'aria-hidden="true">(\w)<', html) == ["A", "B", "C", "A", "C"]  # the legend, then the parts
    assert html.endswith("<td>4</td></tr></tbody></table>")


@pytest.mark.parametrize(("count", "shade"), [(0, 0), (1, 1), (20, 1), (21, 2), (60, 3), (99, 5), (100, 5)])
def test_a_cell_is_darker_the_more_it_counts(count: int, shade: int) -> None:
    rows = [{"name": "a", "year": 1, "paper_count": count}, {"name": "b", "year": 1, "paper_count": 100}]
    html = str(charts.grid(rows, "year", "name", "paper_count", link, "All", link))
    assert re.findall(r'<td class="(s\d)"', html) == [f"s{shade}", "s5"]


def test_charts_of_nothing_are_empty_tables() -> None:
    empty = '<table class="bars"><caption>None</caption><tbody></tbody></table>'
    assert charts.bars([], "name", "paper_count", link, "None") == empty
    assert charts.stacked([], "year", "name", "paper_count", link, "None") == f'<ul class="legend"></ul>{empty}'
    assert "<tbody></tbody>" in charts.grid([], "year", "name", "paper_count", link, "None", link)
    assert charts.filled([], "name", "id") == charts.every_year([]) == []


def test_years_between_are_filled_with_zeros() -> None:
    years = [{"year": 2022, "paper_count": 3}, {"year": 2020, "paper_count": 1}]
    assert charts.every_year(years) == [years[0], {"year": 2021, "paper_count": 0}, years[1]]
    rows = [{"name": "A", "id": "a", "year": year, "paper_count": year - 2019} for year in (2020, 2022)]
    assert charts.filled(rows, "name", "id") == [
        {"name": "A", "id": "a", "year": 2020, "paper_count": 1},
        {"name": "A", "id": "a", "year": 2021, "paper_count": 0},
        {"name": "A", "id": "a", "year": 2022, "paper_count": 3},
    ]


async def test_every_year_says_whose_year_it_is(place: Path, pages: Datasette) -> None:
    """ICLR 2022 is 8 papers by list year and 19 by venue year: a bare "year" leaves open which is meant."""
    for name, path in find_page_kinds(place).items():
        page = await read(pages, path)
        labels = texts(page, "caption, section:has(caption) h2, .facet h3")
        bare = [
            text
            for text in labels
            if re.search(r"\byears?\b", text.lower())
            and not re.search("(list|venue) year|year of addition", text.lower())
        ]
        assert bare == [], name


async def test_a_venue_counts_both_its_years(place: Path, pages: Datasette) -> None:
    [row] = fetch(
        place, "select venue as id from papers where venue_year <> year group by venue order by count(*) desc"
    )[:1]
    page = await read(pages, row_path("venues", row["id"]))
    for section, column in (("years", "year"), ("venue-years", "venue_year")):
        sql = f"select {column} as year, count(*) as n from papers where venue = ? and {column} is not null group by 1"
        drawn = {
            int(line.css_first("th").text()): int(line.css("td")[-1].text())
            for line in page.css(f"section[aria-labelledby={section}] tr")
        }
        counted = {one["year"]: one["n"] for one in fetch(place, sql, row["id"])}
        assert {year: count for year, count in drawn.items() if count} == counted, section
