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
from page_reading import attributes, read, texts
from selectolax.lexbor import LexborHTMLParser
from sites import ROOT, make_folder, open_site

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
    """Address and text of every cell, bar and column."""
    links = page.css("table.grid td a, table.bars svg a, svg.columns a")
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


MARKS_OF_FRONT = """select (select count(*) from topic_years) + (select count(*) from code_by_year)
    + min(10, (select count(*) from keywords)) + min(10, (select count(*) from venues))
    + min(10, (select count(*) from authors)) as marks"""
MARKS_OF_CHARTS = """select (select count(*) + sum(paper_count > 0) from topic_years)
    + (select count(*) from code_by_year)
    + coalesce((select count(*) + sum(entries_so_far > 0) from topic_additions), 0)
    + (select count(distinct lag_years) from publication_lag) + (select count(distinct lag) from listing_lag)
    + (select count(distinct venue) * (max(venue_year) - min(venue_year) + 1) from papers where venue_year is not null)
    + min(20, (select count(*) from authors)) as marks"""


@pytest.mark.parametrize(("path", "sql"), [("/", MARKS_OF_FRONT), ("/charts", MARKS_OF_CHARTS)])
async def test_every_mark_counts_the_rows_it_leads_to(place: Path, pages: Datasette, path: str, sql: str) -> None:
    [size] = fetch(place, sql)
    keywords = (await pages.client.get("/phenomena/keywords_over_time.json?_shape=array")).json()
    of_keywords = 0 if path == "/" else len(keywords)
    assert await check_marks(pages, path) == int(str(size["marks"])) + of_keywords


async def test_the_names_beside_a_stack_count_the_rows_they_lead_to(place: Path, pages: Datasette) -> None:
    """In the order of the stack from its top down, as at the end of its last column."""
    links = (await read(pages, "/charts")).css("ul.names a")
    last = fetch(
        place, "select * from topic_additions where added_year = (select max(added_year) from topic_additions)"
    )
    found = [" ".join(link.text().split()) for link in links]
    assert found == [f"{row['topic']} {row['entries_so_far']}" for row in reversed(last)]
    for link, text in zip(links, found, strict=True):
        assert await count_rows(pages, link.attributes["href"] or "") == int(text.rpartition(" ")[2])


async def test_shares_with_code_lead_to_the_papers_with_code(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/")
    section = page.css_first("section[aria-labelledby=code]")
    bars = {(one.attributes["aria-label"] or "").partition(":")[0]: one for one in section.css("svg a")}
    rows = section.css("details.data tr")
    for row in rows:
        year, (with_code, _, papers) = row.css_first("th").text(), row.css("td")[-1].text().partition(" of ")
        assert (year in bars) == (with_code != "0")
        if with_code == "0":
            continue
        link = bars[year].attributes["href"] or ""
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
    for link in page.css("section[aria-labelledby=near] table.bars svg a"):
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
        '<svg class="bar" width="100%" height="24" role="group" aria-label="A &lt;b&gt; &amp; “c”">'
        '<a href="/rows?one=A &lt;b&gt; &amp; “c”&amp;two=2" aria-label="A &lt;b&gt; &amp; “c”: 4">'
        "<title>A &lt;b&gt; &amp; “c”: 4</title>"
        '<rect class="c0" x="0.00%" width="100.00%" y="2" height="20"/></a></svg></td><td>4</td></tr>'
        '<tr><th scope="row" class="short"><a href="/page">Zero</a></th><td class="bar">'
        '<svg class="bar" width="100%" height="24" role="group" aria-label="Zero"></svg>'
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


def test_columns_whole() -> None:
    rows = [{"year": 2022, "paper_count": 0}, {"year": 2023, "paper_count": 4}]
    assert charts.columns(rows, "year", "paper_count", lambda row: f"/?a=1&year={row['year']}", "How & many") == Markup(
        '<figure class="chart"><figcaption>How &amp; many</figcaption>'
        '<svg class="columns" width="100%" height="158" role="group" aria-label="How &amp; many">'
        '<text x="8.33%" y="134">0</text><text class="year" x="8.33%" y="152">2022</text>'
        '<a href="/?a=1&amp;year=2023" aria-label="2023: 4"><title>2023: 4</title>'
        '<rect class="hit" x="16.67%" width="16.67%" y="0" height="138"/>'
        '<rect class="c0" x="18.67%" width="12.67%" y="18" height="120"/><text x="25.00%" y="14">4</text></a>'
        '<text class="year" x="25.00%" y="152">2023</text></svg>'
        '<details class="data"><summary>Numbers</summary><table><caption>How &amp; many</caption><tbody>'
        '<tr><th scope="row">2022</th><td>0</td></tr><tr><th scope="row">2023</th><td>4</td></tr>'
        "</tbody></table></details></figure>"
    )


def test_a_column_of_a_share_has_per_cent_above_and_its_note_as_text() -> None:
    rows = [{"year": 2023, "share": 0.254, "note": "1 of <4>"}]
    html = str(charts.columns(rows, "year", "share", lambda row: "/", "All", 1, "note"))
    assert 'aria-label="2023: 1 of &lt;4&gt;"' in html and ">25 %</text>" in html and "<td>1 of &lt;4&gt;</td>" in html
    assert re.findall(r'class="c0"[^>]+ y="([\d.]+)" height="([\d.]+)"', html) == [("107.5", "30.5")]


def test_years_are_short_where_columns_are_many() -> None:
    rows = [{"year": year, "paper_count": 1} for year in range(2010, 2023)]
    labels = {
        len(one): re.findall(
            'class="year"[^>]+>([^<]+)<', str(charts.columns(one, "year", "paper_count", lambda row: "/", "All"))
        )
        for one in (rows, rows[1:])
    }
    assert labels == {13: [f"’{year}" for year in range(10, 23)], 12: [str(year) for year in range(2011, 2023)]}


def test_stacked_parts_stand_on_each_other_beside_their_names() -> None:
    rows = [
        {"year": year, "name": name, "paper_count": papers}
        for year in (2022, 2023)
        for name, papers in (("A", 3), ("B", 0), ("<C>", 1))
    ]
    html = str(charts.stacked(rows, "year", "name", "paper_count", link, "All"))
    parts = re.findall(r'<rect class="(c\d)" x="([\d.]+)%" width="([\d.]+)%" y="([\d.]+)" height="([\d.]+)"', html)
    assert parts == [
        (shade, x, "38.00", y, height)
        for x in ("6.00", "56.00")
        for shade, y, height in (("c0", "78", "180"), ("c2", "18", "60"))
    ]
    assert re.findall(r'<a class="(k\d)" href="[^"]+"><svg.*?</svg> (\S+) <span class="quiet">(\d)</span>', html) == [
        ("k2", "&lt;C&gt;", "1"), ("k1", "B", "0"), ("k0", "A", "3"),
    ]  # fmt: skip
    assert re.findall("<td>(.)</td>", html) == ["3", "0", "1"] * 2
    summed = str(charts.stacked(rows, "year", "name", "paper_count", link, "All", lambda row: f"/{row['name']}"))
    assert re.findall(r'<a class="k\d" href="([^"]+)"><svg.*?</svg> \S+ <span class="quiet">(\d)</span>', summed) == [
        ("/&lt;C&gt;", "2"), ("/B", "0"), ("/A", "6"),
    ]  # fmt: skip


def test_multiples_have_a_scale_and_a_note_each() -> None:
    rows = [
        {"year": year, "name": name, "paper_count": count}
        for name, count in (("A", 2), ("B", 50))
        for year in (2022, 2023)
    ]
    html = str(
        charts.multiples(
            rows, "year", "name", "paper_count", link, "All", lambda row: "/page", lambda own: f"<{len(own)}>"
        )
    )
    assert re.findall(r'<h3><a href="/page">(.)</a> <span class="quiet">(.*?)</span></h3>', html) == [
        ("A", "&lt;2&gt;"),
        ("B", "&lt;2&gt;"),
    ]
    assert re.findall(r'aria-label="(\w, \d+: \d+)"', html) == [
        f"{name}, {year}: {count}" for name, count in (("A", 2), ("B", 50)) for year in (2022, 2023)
    ]
    assert re.findall(r'class="(c\d)" [^>]* height="([\d.]+)"', html) == [("c0", "64")] * 2 + [("c1", "64")] * 2
    assert html.endswith('<tr><th scope="row">2023</th><td>2</td><td>50</td></tr></tbody></table></details></figure>')


@pytest.mark.parametrize(("count", "shade"), [(0, 0), (1, 1), (20, 1), (21, 2), (60, 3), (99, 5), (100, 5)])
def test_a_cell_is_darker_the_more_it_counts(count: int, shade: int) -> None:
    rows = [{"name": "a", "year": 1, "paper_count": count}, {"name": "b", "year": 1, "paper_count": 100}]
    html = str(charts.grid(rows, "year", "name", "paper_count", link, "All", link))
    assert re.findall(r'<td class="(s\d)"', html) == [f"s{shade}", "s5"]


def test_charts_of_nothing_are_empty_tables() -> None:
    empty = '<table class="bars"><caption>None</caption><tbody></tbody></table>'
    assert charts.bars([], "name", "paper_count", link, "None") == empty
    drawings = [
        charts.columns([], "year", "paper_count", link, "None"),
        charts.stacked([], "year", "name", "paper_count", link, "None"),
        charts.multiples([], "year", "name", "paper_count", link, "None", link, str),
    ]
    assert [str(one).count("<tbody></tbody>") for one in drawings] == [1, 1, 1]
    assert not [one for one in drawings if "<a " in one or "<rect" in one]
    assert "<tbody></tbody>" in charts.grid([], "year", "name", "paper_count", link, "None", link)
    assert charts.filled([], "name", "id") == charts.every_year([]) == charts.totals([], "year", "n") == []


def test_years_between_are_filled_with_zeros() -> None:
    years = [{"year": 2022, "paper_count": 3}, {"year": 2020, "paper_count": 1}]
    assert charts.every_year(years) == [years[1], {"year": 2021, "paper_count": 0}, years[0]]
    rows = [{"name": "A", "id": "a", "year": year, "paper_count": year - 2019} for year in (2020, 2022)]
    assert charts.filled(rows, "name", "id") == [
        {"name": "A", "id": "a", "year": 2020, "paper_count": 1},
        {"name": "A", "id": "a", "year": 2021, "paper_count": 0},
        {"name": "A", "id": "a", "year": 2022, "paper_count": 3},
    ]


def test_thousands_are_grouped_and_short_over_many_columns() -> None:
    """At 390 px thirteen numbers of five digits would run into each other; what a column counts is said in full."""
    rows = [{"name": "a", "year": 2000 + year, "paper_count": count} for year, count in enumerate([999, 1_923, 12_345])]
    many = [*rows, *({"name": "a", "year": 2003 + year, "paper_count": 0} for year in range(6))]
    for shown, numbers in ((rows, ["999", "1,923", "12,345"]), (many, ["999", "1.9k", "12k", *["0"] * 6])):
        html = str(charts.columns(shown, "year", "paper_count", link, "All"))
        assert re.findall(r'<text x="[\d.]+%" y="[\d.]+">([^<]*)<', html) == numbers
        assert 'aria-label="2001: 1923"' in html
        stack = str(charts.stacked(shown, "year", "name", "paper_count", link, "All"))
        assert re.findall(r'<text x="[\d.]+%" y="[\d.]+">([^<]*)<', stack) == [one for one in numbers if one != "0"]
    bars = str(charts.bars(rows, "year", "paper_count", link, "All"))
    assert re.findall(r"<td>([^<]*)</td>", bars) == ["999", "1,923", "12,345"]
    grid = str(charts.grid(rows, "year", "name", "paper_count", link, "All", link))
    assert re.findall(r'aria-label="a, 2001: 1923">([^<]*)<|total">([^<]*)<', grid) == [("1,923", ""), ("", "15,267")]


def test_the_names_with_most_papers_come_first_and_equals_by_name() -> None:
    rows = [
        {"name": name, "id": name.lower(), "year": year, "paper_count": count}
        for name, year, count in (("B", 2020, 2), ("C", 2021, 3), ("A", 2021, 1), ("B", 2022, 2), ("D", 2022, 3))
    ]
    assert charts.ranked(rows, "name", "id") == [
        {"name": name, "id": name.lower(), "paper_count": count}
        for name, count in (("B", 4), ("C", 3), ("D", 3), ("A", 1))
    ]
    found = [(row["name"], row["year"], row["paper_count"]) for row in charts.filled(rows, "name", "id", 2)]
    assert found == [("B", 2020, 2), ("B", 2021, 0), ("B", 2022, 2), ("C", 2020, 0), ("C", 2021, 3), ("C", 2022, 0)]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (40, []),
        (41, ["1 more venue, with 1 paper of a venue year, is among all venues."]),
        (43, ["3 more venues, with 3 papers of a venue year, are among all venues."]),
    ],
)
async def test_a_grid_of_many_venues_says_how_many_more_there_are(
    tmp_path: Path, count: int, sentence: list[str]
) -> None:
    entries = "".join(
        f"- Paper {number}\n  - Ann Lee. *Venue {chr(65 + number // 26)}{chr(65 + number % 26)} 2021*\n"
        for number in (*range(count), 0)
    )
    (tmp_path / "list.md").write_text(f"# A List\n\n## Topic\n\n### Topic: 2021\n\n{entries}")
    folder = make_folder(tmp_path / "site", tmp_path / "list.md")
    page = await read(open_site(folder), "/charts")
    rows = fetch(folder, "select id, name from venues order by paper_count desc, name")
    assert len(rows) == count
    assert texts(page, "section[aria-labelledby=venues] table.grid tbody th") == [row["name"] for row in rows[:40]]
    below = "section[aria-labelledby=venues] p.more:not(.tools)"
    assert texts(page, below) == [f"These are the 40 venues with most papers. {text}" for text in sentence]
    assert attributes(page, f"{below} a", "href") == ["/phenomena/venues" for _ in sentence]


async def test_every_year_says_whose_year_it_is(place: Path, pages: Datasette) -> None:
    """ICLR 2022 is 8 papers by list year and 19 by venue year: a bare "year" leaves open which is meant."""
    for name, path in find_page_kinds(place).items():
        page = await read(pages, path)
        labels = texts(page, "caption, figcaption, section:has(caption, figcaption) h2, .facet h3")
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
            for line in page.css(f"section[aria-labelledby={section}] details.data tr")
        }
        counted = {one["year"]: one["n"] for one in fetch(place, sql, row["id"])}
        assert {year: count for year, count in drawn.items() if count} == counted, section


async def test_headlines_of_the_whole_list_are_what_its_rows_say(folder: Path, site: Datasette) -> None:
    """Computed here in another way: by SQL, or by counting."""
    front, page = await read(site, "/"), await read(site, "/charts")
    [venues] = fetch(
        folder,
        """select round(100.0 * sum(venue in ('iclr', 'neurips')) / count(venue)) as of_all,
        round(100.0 * sum(venue in ('iclr', 'neurips') and venue_year is not null) / count(venue_year)) as with_year,
        round(100.0 * sum(submitted >= '2022') / count(submitted)) as recent from papers""",
    )
    [first] = fetch(folder, "select name, paper_count as n from keywords order by paper_count desc limit 1")
    assert texts(front, "h2#timeline, h2#venues, h2#keywords, h2#by-topic") == [
        f"{venues['recent']:.0f} % of the papers are from 2022 or later",
        "Neural Collapse peaked in 2021–23",
        f"{first['name']} is the most used keyword, with {first['n']} papers",
        f"ICLR and NeurIPS published {venues['of_all']:.0f} % of the papers with a venue",
    ]
    assert texts(page, "h2#venues") == [
        f"ICLR and NeurIPS published {venues['with_year']:.0f} % of the papers with a venue year"
    ]
    sql = "select year, 100.0 * with_code / paper_count as share from code_by_year where paper_count >= 20"
    shares = {row["year"]: f"{row['share']:.0f}" for row in fetch(folder, sql)}
    assert shares[2025] == "0"
    assert texts(page, "h2#code") == [f"{shares[2020]} % of the papers of 2020 link code, none of those of 2025"]
