"""Facets beside the papers: their order, counts against SQL and links, alone and together with other filters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from page_kinds import VIEWS, fetch
from page_reading import read, texts
from phenomena_web import facet_counts

pytestmark = pytest.mark.anyio
VALUES = "[aria-labelledby=facet-{}]"  # the lists of a facet's values: those at first, and those behind a fold
ALL = "/phenomena/papers.json?_facet_size=max&_size=max"
COUNTS = {
    "topic": """select topics.id, topics.name, count(distinct paper) from listings join topics on topics.id = topic
        where paper in ({}) group by 1 order by 3 desc, topics.position""",
    "year": "select year, count(distinct paper) from listings where paper in ({}) group by 1 order by 1 desc",
    "venue": """select venues.id, name, count(*) from papers join venues on venues.id = venue
        where papers.id in ({}) group by 1 order by 3 desc, 2""",
    "keyword": """select keywords.id, name, count(*) from paper_keywords join keywords on keywords.id = keyword
        where paper in ({}) group by 1 order by 3 desc, 2""",
    "author": """select authors.id, name, count(*) from paper_authors join authors on authors.id = author
        where paper in ({}) group by 1 order by 3 desc, 2""",
    "code": """select iif(code_url is null, 'isnull', 'notnull'),
        iif(code_url is null, 'Without code', 'With code'), count(*) from papers
        where id in ({}) group by 1 order by 1 desc""",
    "added": """select substr(added, 1, 4), count(*) from papers
        where id in ({}) and added is not null group by 1 order by 1 desc""",
}


async def get_json(site: Datasette, path: str) -> Any:
    answer = await site.client.get(path)
    assert answer.status_code == 200, (path, answer.text[:500])
    return answer.json()


def counts(facet: Mapping[str, Any]) -> list[tuple[object, ...]]:
    return [(one["value"], one["label"], one["count"]) for one in facet["results"]]


def counted(place: Path, name: str, papers: str) -> list[tuple[object, ...]]:
    rows = [tuple(row.values()) for row in fetch(place, COUNTS[name].format(papers))]
    return [(row[0], row[0], row[1]) for row in rows] if name in ("year", "added") else rows


def page_ids(page: Mapping[str, Any]) -> list[str]:
    return [row[page["columns"].index("id")] for row in page["rows"]]


async def test_the_order_is_fixed_and_every_count_is_complete(place: Path, pages: Datasette) -> None:
    found = (await get_json(pages, ALL))["facet_results"]
    assert list(found) == ["topic", "year", "venue", "keyword", "author", "code", "added"]
    for name, facet in found.items():
        own = counted(place, name, "select id from papers")
        assert counts(facet) == own[: len(facet["results"])]
        assert facet["truncated"] == (len(own) > len(facet["results"])), name
    for name in ("topic", "year", "venue", "keyword", "code", "added"):
        assert counts(found[name]) == counted(place, name, "select id from papers")


async def test_all_facets_are_counted_by_one_statement(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.invoke_startup()
    execute, asked = Database.execute, []

    async def count(self: Database, sql: str, *args: Any, **options: Any) -> Any:
        asked.append(sql)
        return await execute(self, sql, *args, **options)

    monkeypatch.setattr(Database, "execute", count)
    await get_json(site, "/phenomena/papers.json?_keyword=grokking")
    assert len([sql for sql in asked if sql.startswith("with page as ")]) == 1
    asked.clear()
    await get_json(site, "/phenomena/papers.json")
    assert len([sql for sql in asked if "facet_sets" in sql]) == 1
    assert [sql for sql in asked if "page" in sql] == []
    asked.clear()
    await get_json(site, "/phenomena/authors.json")
    assert [sql for sql in asked if "page" in sql] == []


@pytest.mark.parametrize(
    "query", ["code_url__isnull=1", "_search=a", "year__gt=2019", "_topic=empirical-study&_year=2022"]
)
@pytest.mark.parametrize("size", ["3", "max"])
async def test_sets_give_what_a_statement_gives(
    site: Datasette, query: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = f"/phenomena/papers.json?_size=0&_facet_size={size}&{query}", []
    given = facet_counts.PAPERS_A_VALUE, facet_counts.MOST_SETS
    for few, *others in ((10**9, *given), (0, *given), (0, 0, given[1]), (0, 0, 0), (0, 0, 10**9)):
        monkeypatch.setattr(facet_counts, "FEW", few)
        for name, value in zip(("PAPERS_A_VALUE", "MOST_SETS"), others, strict=True):
            monkeypatch.setattr(facet_counts, name, value)
        found.append((await get_json(site, path))["facet_results"])
    assert found == 5 * found[:1]
    assert all(facet["results"] for facet in found[0].values())


async def test_facets_that_take_too_long_are_named_and_the_others_are_whole(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Authors of most papers are decided by their sets; where these don't decide, they are counted row by row."""
    count = facet_counts.count_by_statement

    async def late(selection: Any, names: list[str], most: int) -> Any:
        if "author" in names:
            raise QueryInterrupted(Exception(), "", {})
        return await count(selection, names, most)

    monkeypatch.setattr(facet_counts, "count_by_statement", late)
    path = "/phenomena/papers?code_url__isnull=1&_facet_size=max"
    page = await read(site, path)
    assert texts(page, ".facet h3") == ["Topic", "List year", "Venue", "Keyword", "Code", "Year of addition"]
    assert texts(page, "p.notice") == ["Took too long to count: author. Filter the rows first."]
    assert "Author" in texts(await read(site, "/phenomena/papers?code_url__isnull=1&_facet_size=3"), ".facet h3")


async def test_the_order_of_the_address_does_not_matter(site: Datasette) -> None:
    path = "/phenomena/papers?_facet_by=author&_facet_by=topic&_facet=submitted"
    page = await read(site, path)
    own = ["Topic", "List year", "Venue", "Keyword", "Author", "Code", "Year of addition"]
    assert texts(page, ".facet h3") == [*own, "Submitted"]


@pytest.mark.parametrize(
    ("query", "papers"),
    [
        ("_search=neural", "select papers.id from papers_fts('neural*') as f join papers on papers.rowid = f.rowid"),
        ("_keyword=pruning", "select paper from paper_keywords where keyword = 'pruning'"),
        (
            "_keyword=grokking&_author=neelnanda&_search=grokking",
            """select papers.id from papers_fts('grokking*') as f join papers on papers.rowid = f.rowid
            join paper_keywords as k on k.paper = papers.id and keyword = 'grokking'
            join paper_authors as a on a.paper = papers.id and author = 'neelnanda'""",
        ),
        (
            "_keyword=neuraltangentkernel&_keyword=lotterytickethypothesis",
            """select paper from paper_keywords where keyword in ('neuraltangentkernel', 'lotterytickethypothesis')
            group by paper having count(*) = 2""",
        ),
        (
            "_author=jonathanfrankle&_author=michaelcarbin&venue=iclr",
            """select papers.id from papers join paper_authors on paper = papers.id where venue = 'iclr'
            and author in ('jonathanfrankle', 'michaelcarbin') group by 1 having count(*) = 2""",
        ),
        (
            "_topic=neural-collapse&_year=2022",
            "select paper from listings where topic = 'neural-collapse' and year = 2022",
        ),
        ("submitted__startswith=2021", "select id from papers where submitted like '2021%'"),
        (
            "code_url__notnull=1&_keyword=grokking",
            """select id from papers join paper_keywords on paper = id
            where code_url is not null and keyword = 'grokking'""",
        ),
        ("code_url__isnull=1&year=2023", "select id from papers where code_url is null and year = 2023"),
        (
            "added__startswith=2023&_keyword=grokking",
            """select id from papers join paper_keywords on paper = id
            where added like '2023%' and keyword = 'grokking'""",
        ),
    ],
)
@pytest.mark.parametrize("few", [facet_counts.FEW, 0], ids=["as they come", "by sets"])
async def test_counts_equal_sql_under_filters(
    site: Datasette, folder: Path, query: str, papers: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facet_counts, "FEW", few)
    page = await get_json(site, f"{ALL}&{query}")
    wanted = sorted(row["id"] for row in fetch(folder, f"select id from papers where id in ({papers})"))
    assert sorted(page_ids(page)) == wanted != []
    assert page["filtered_table_rows_count"] == len(wanted)
    for name, facet in page["facet_results"].items():
        assert counts(facet) == counted(folder, name, papers)[: len(facet["results"])], name


@pytest.mark.parametrize("query", ["", "_search=neural", "_keyword=pruning&_topic=empirical-study"])
async def test_each_value_leads_to_as_many_rows_and_back(site: Datasette, query: str) -> None:
    page = await get_json(site, f"/phenomena/papers.json?_size=5&_facet_size=4&{query}")
    before = sorted(parse_qsl(f"_size=5&_facet_size=4&{query}"))
    for facet in page["facet_results"].values():
        for value in facet["results"]:
            then = await get_json(site, to_local(value["toggle_url"]))
            if value["selected"]:
                assert len(parse_qsl(urlsplit(value["toggle_url"]).query)) == len(before) - 1
                continue
            assert then["filtered_table_rows_count"] == value["count"], (facet["name"], value)
            [back] = [
                one
                for one in then["facet_results"][facet["name"]]["results"]
                if str(one["value"]) == str(value["value"])
            ]
            assert back["selected"]
            assert sorted(parse_qsl(urlsplit(back["toggle_url"]).query)) == before


def to_local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


async def test_a_link_forgets_the_page_it_stands_on(site: Datasette) -> None:
    first = await get_json(site, "/phenomena/papers.json?_size=2&_keyword=pruning")
    second = await get_json(site, to_local(first["next_url"]))
    assert not set(page_ids(first)) & set(page_ids(second))
    links = [one["toggle_url"] for facet in second["facet_results"].values() for one in facet["results"]]
    assert links and not any("_next" in link for link in links)
    [selected] = [one for one in second["facet_results"]["keyword"]["results"] if one["selected"]]
    assert parse_qsl(urlsplit(selected["toggle_url"]).query) == [("_size", "2"), ("_sort_desc", "submitted")]


async def test_years_go_with_the_topic_that_is_chosen(place: Path, pages: Datasette) -> None:
    for topic in fetch(place, "select id from topics"):
        page = await get_json(pages, f"/phenomena/papers.json?_size=1&_topic={topic['id']}")
        sql = "select year, year, count(distinct paper) from listings where topic = ? group by 1 order by 1 desc"
        wanted = [(row["year"], row["year"], row["count(distinct paper)"]) for row in fetch(place, sql, topic["id"])]
        assert counts(page["facet_results"]["year"]) == wanted


async def test_more_shows_all_that_the_page_may(site: Datasette, folder: Path) -> None:
    page = await read(site, "/phenomena/papers")
    more = {link.text(): link.attributes["href"] for link in page.css(".facet .more > p a")}
    assert list(more) == ["All keywords", "All authors"]
    assert str(more["All keywords"]).endswith("?_facet_size=max#facet-keyword")
    whole = await read(site, str(more["All keywords"]))
    [total] = fetch(folder, "select count(*) as n from keywords")
    assert len(whole.css(f"{VALUES.format('keyword')} li")) == total["n"]


async def test_few_values_are_shown_and_the_others_fold(site: Datasette) -> None:
    page = await read(site, "/phenomena/papers?_keyword=neuralcollapse")
    facets = {texts(facet, "h3")[0]: facet for facet in page.css("details.facet")}
    assert {name: "open" in facet.attributes for name, facet in facets.items()} == {
        "Topic": True,
        "List year": True,
        "Venue": False,
        "Keyword": True,
        "Author": False,
        "Code": True,
        "Year of addition": False,
    }
    found = (await get_json(site, "/phenomena/papers.json?_keyword=neuralcollapse"))["facet_results"]
    for name, facet in zip(found, facets.values(), strict=True):
        labels = [str(value["label"]) for value in found[name]["results"]]
        assert [text.removeprefix("Remove ✕ ") for text in texts(facet, "li a")] == labels
        folded = [len(one.css("li")) for one in facet.css(".more")]
        assert folded == ([] if len(labels) <= 8 else [len(labels) - 6]), name
        assert not any("open" in one.attributes for one in facet.css(".more"))


async def test_a_chosen_value_is_never_folded(site: Datasette, folder: Path) -> None:
    """Of the authors of one paper all are counted once, and stand by name."""
    [author] = fetch(
        folder,
        """select id, name from (select id, name, paper_count, row_number() over (order by name) as rank
            from paper_authors join authors on id = author where paper =
            (select paper from paper_authors group by paper order by count(*) desc limit 1))
        where paper_count = 1 and rank > 8 limit 1""",
    )
    page = await read(site, f"/phenomena/papers?_author={author['id']}")
    [facet] = [one for one in page.css("details.facet") if texts(one, "h3") == ["Author"]]
    assert "open" in facet.attributes
    assert texts(facet, "ul:not(.more ul) li")[6:] == [f"Remove ✕ {author['name']} 1"]
    assert (len(facet.css(".more li")), facet.css(".more [aria-current]")) == (23, [])


@pytest.mark.parametrize("query", ["_author=", "_year=1066", "_year=x"])
async def test_a_key_that_nobody_has_finds_nothing_or_is_no_filter(site: Datasette, query: str) -> None:
    page = await get_json(site, f"/phenomena/papers.json?{query}")
    assert page["filtered_table_rows_count"] == 0
    assert [facet["results"] for facet in page["facet_results"].values()] == [[]] * 7
    html = await read(site, f"/phenomena/papers?{query}")
    assert html.css("article, aside") == []


@pytest.mark.parametrize("extension", ["json", "csv", "bib"])
@pytest.mark.parametrize(("name", "key"), [("keyword", "nobody"), ("topic", "none"), ("author", "x' or 1=1")])
async def test_a_name_that_nobody_has_is_said(site: Datasette, name: str, key: str, extension: str) -> None:
    answer = await site.client.get(f"/phenomena/papers.{extension}?{urlencode({f'_{name}': key})}")
    assert answer.status_code == 404
    words = f"No {name} is called “{key}”. All of them are in /phenomena/{name}s"
    assert (answer.json()["error"] if extension == "json" else answer.text.strip()) == words
    html = await read(site, f"/phenomena/papers?{urlencode({f'_{name}': key})}")
    assert texts(html, "ul.selected a")[:-1] == [f"Remove {name} “{key}” (no {name} has this name) ✕"]
    assert html.css("article, aside") == []


async def test_a_facet_of_no_known_name_is_refused(site: Datasette) -> None:
    answer = await site.client.get("/phenomena/papers.json?_facet_by=nothing")
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("it may be list, topic, year, venue, keyword, author, code, added.")


async def test_filters_are_described(site: Datasette) -> None:
    page = await read(site, "/phenomena/papers?_topic=neural-collapse&_year=2022&_keyword=neuralcollapse")
    assert texts(page, "title") == [
        "Papers where list year 2022, topic “Neural Collapse” and keyword “Neural Collapse” · Deep-learning phenomena"
    ]
    assert texts(page, "p[role=status]") == ["6 papers"]


async def test_other_tables_know_nothing_of_these_facets(site: Datasette, folder: Path) -> None:
    for query in ("_facet_by=topic", "_keyword=pruning", "_topic=x"):
        assert (await site.client.get(f"/phenomena/authors.json?{query}")).status_code == 400
    links = await get_json(site, "/phenomena/links.json")
    assert list(links["facet_results"]) == ["label", "host"]


@pytest.mark.parametrize("name", VIEWS)
async def test_numbers_in_views_can_be_chosen(site: Datasette, folder: Path, name: str) -> None:
    [row] = fetch(folder, f"select * from {name} limit 1")
    for column, value in row.items():
        if isinstance(value, int | float):
            found = fetch(folder, f'select count(*) as n from {name} where "{column}" = ?', value)
            page = await get_json(site, f"/phenomena/{name}.json?{column}={value}&_size=1")
            assert page["filtered_table_rows_count"] == found[0]["n"], column


async def test_years_of_other_tables_stand_in_time_order(site: Datasette) -> None:
    page = await read(site, "/phenomena/listings")
    years = texts(page, f"{VALUES.format('year')} a")
    assert years == sorted(years, reverse=True) and len(years) > 5


async def test_facets_of_hits_keep_the_query(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/phenomena/papers?_search=neural")
    assert texts(page, ".facet h3")[:3] == ["Topic", "List year", "Venue"]
    for item in page.css(".facet li"):
        address = item.css_first("a").attributes["href"] or ""
        assert dict(parse_qsl(urlsplit(address).query))["_search"] == "neural"
        narrowed = await read(pages, address.removeprefix("http://localhost"))
        assert texts(narrowed, "p[role=status] strong")[0].split(" of ")[-1].split()[0] == texts(item, "span")[-1], (
            address
        )
    years = [int(year) for year in texts(page, f"{VALUES.format('year')} a")]
    assert years == sorted(years, reverse=True)


async def test_a_search_in_these_rows_keeps_each_filter_once(site: Datasette) -> None:
    """The form sent `_keyword` twice, and the page then named the keyword twice."""
    query = "_topic=empirical-study&_keyword=neuralscalinglaw&year__gt=2019&_where=year+%3C+2025&_sort=title&_next=x,y"
    page = await read(site, f"/phenomena/papers?{query}")
    form = page.css_first("form[aria-label='These rows']")
    sent = [(field.attributes["name"], field.attributes.get("value")) for field in form.css("input")]
    assert sorted(sent) == sorted(
        [
            ("_search", ""),
            ("_topic", "empirical-study"),
            ("_keyword", "neuralscalinglaw"),
            ("year__gt", "2019"),
            ("_where", "year < 2025"),
            ("_sort", "title"),
        ]
    )
    again = await read(site, f"/phenomena/papers?{urlencode(sent)}")
    [words] = texts(again, "ul.selected")
    assert [words.count(name) for name in ("Empirical Study", "Neural Scaling Laws", "2019")] == [1, 1, 1]
