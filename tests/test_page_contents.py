"""What each kind of page shows and tells machines, against the rows of the database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from datasette.app import Datasette
from page_kinds import TABLES, VIEWS, fetch, find_page_kinds, row_path
from page_reading import attributes, check_frame, check_links, content_of, read, texts
from sites import ROOT

pytestmark = pytest.mark.anyio
NAMES = ("topics", "authors", "keywords", "venues")  # tables with an index for people


async def test_front(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/")
    counted = fetch(place, "select name, paper_count from topics order by position")
    rows = page.css("section[aria-labelledby=by-topic] tbody tr")
    assert [(row.css_first("th").text(), int(row.css_first("td.total").text())) for row in rows] == [
        (row["name"], row["paper_count"]) for row in counted
    ]
    for section, table in (("keywords", "keywords"), ("venues", "venues"), ("authors", "authors")):
        shown = page.css(f"section[aria-labelledby={section}] tr")
        wanted = fetch(place, f"select name, paper_count from {table} order by paper_count desc, id limit 10")
        got = [(row.css_first("th").text(), int(row.css("td")[-1].text())) for row in shown]
        assert got == [(row["name"], row["paper_count"]) for row in wanted]
    shares = fetch(
        place, "select year, paper_count, with_code || ' of ' || paper_count as note from code_by_year order by year"
    )
    shown = page.css("section[aria-labelledby=by-year] details.data tr")
    assert [(int(row.css_first("th").text()), int(row.css("td")[-1].text())) for row in shown] == [
        (row["year"], row["paper_count"]) for row in shares
    ]
    shown = page.css("section[aria-labelledby=code] details.data tr")
    assert [(int(row.css_first("th").text()), row.css("td")[-1].text()) for row in shown] == [
        (row["year"], row["note"]) for row in shares
    ]
    dataset = json.loads(page.css_first("script[type='application/ld+json']").text())
    metadata = yaml.safe_load((place / "metadata.yml").read_text())
    assert (dataset["@type"], dataset["name"]) == ("Dataset", metadata["title"])
    assert dataset.get("license") == (metadata.get("license_url") or metadata.get("license"))
    assert content_of(page, "description") == content_of(page, "og:description") == [dataset["description"]]
    [source] = fetch(place, "select * from source")
    assert dataset["version"] == str(source["content_sha256"])[:12]
    assert f"{source['problem_count']} problems" in page.css_first("footer").text()


async def test_papers_as_cards_and_as_a_table(place: Path, pages: Datasette) -> None:
    rows = fetch(place, "select * from papers order by submitted desc, id limit 25")
    page = await read(pages, "/phenomena/papers")
    assert texts(page, "article.card h2") == [" ".join(str(row["title"]).split()) for row in rows]
    assert attributes(page, "article.card h2 a", "href") == [row_path("papers", row["id"]) for row in rows]
    words = json.loads(str(rows[0]["keywords"]))
    assert texts(page.css_first("article.card"), ".chips a") == words
    links = [[link.attributes["href"] for link in card.css(".links a")] for card in page.css("article.card")]
    bib = [row_path("papers", row["id"]) + ".bib" for row in rows]
    assert links == [
        [url for url in (row["paper_url"], row["code_url"], own) if url] for row, own in zip(rows, bib, strict=True)
    ]
    digests = [texts(card, "details.digest p") for card in page.css("article.card")]
    assert digests == [[" ".join(str(row["digest"]).split())] if row["digest"] else [] for row in rows]
    [total] = fetch(place, "select count(*) as papers from papers")
    assert texts(page, "p[role=status]") == [f"1–25 of {total['papers']} papers"]
    table = await read(pages, "/phenomena/papers?_view=table")
    assert texts(table, "tbody td.col-title") == [" ".join(str(row["title"]).split()) for row in rows]


async def test_no_papers(pages: Datasette) -> None:
    page = await read(pages, "/phenomena/papers?_search=zzzz")
    assert texts(page, "p[role=status] strong") == ["0 papers"]
    assert page.css("article, aside, table, .export-links") == []
    assert "Nothing matches." in page.css_first(".notice").text()
    assert {"/phenomena/papers", "/phenomena/search?q=zzzz"} <= set(attributes(page, ".notice a", "href"))


@pytest.mark.parametrize("kind", ["paper", "paper of many"])
async def test_a_paper(place: Path, pages: Datasette, kind: str) -> None:
    path = find_page_kinds(place)[kind]
    page = await read(pages, path)
    order = {"paper": "length(title)", "paper of many": "length(authors)"}[kind]
    [row] = fetch(place, f"select * from papers order by {order} desc limit 1")
    authors = fetch(
        place,
        "select id, name from paper_authors join authors on id = author where paper = ? order by position",
        row["id"],
    )
    names = [str(author["name"]) for author in authors]
    assert texts(page, "h1") == [" ".join(str(row["title"]).split())]
    assert texts(page, ".authors a") == names
    assert attributes(page, ".authors a", "href") == [row_path("authors", one["id"]) for one in authors]
    assert " ".join(str(row["digest"]).split()) in texts(page, "section[aria-labelledby=digest] p")
    assert texts(page, ".chips a") == json.loads(str(row["keywords"]))
    related = fetch(place, "select * from related where paper = ? order by rank", row["id"])
    assert attributes(page, "section[aria-labelledby=related] a", "href") == [
        row_path("papers", one["related"]) for one in related
    ]
    shared = [f"shares {', '.join(json.loads(str(one['shared'])))}" for one in related]
    assert texts(page, "section[aria-labelledby=related] .quiet") == shared
    [citation] = fetch(place, "select bibtex from citations where paper = ?", row["id"])
    assert page.css_first("#bibtex").text() == citation["bibtex"]
    [listing] = fetch(place, "select line from listings where paper = ?", row["id"])
    assert f"line {listing['line']} of" in page.css_first("section[aria-labelledby=history] dl").text()


async def test_tags_for_reference_managers_equal_the_row(place: Path, pages: Datasette) -> None:
    sql = """select papers.*, venues.full_name, venues.name, venues.kind from papers
        left join venues on venues.id = venue order by papers.rowid"""
    rows = fetch(place, sql)
    undated = [row for row in rows if row["venue"] and not row["venue_year"]]
    for row in [*rows[::9], *undated[:3]]:
        page = await read(pages, row_path("papers", row["id"]))
        names = json.loads(str(row["authors"]))
        is_published = row["venue"] not in (None, "arxiv")
        date = row["venue_year"] if is_published else row["submitted"] or row["year"]
        year = str(date or "")[:4]
        assert content_of(page, "citation_title") == [row["title"]]
        assert content_of(page, "citation_author") == names
        assert content_of(page, "citation_publication_date") == ([year] if year else [])
        assert content_of(page, "citation_doi") == ([row["doi"]] if row["doi"] else [])
        assert content_of(page, "citation_arxiv_id") == ([row["arxiv_id"]] if row["arxiv_id"] else [])
        assert content_of(page, "citation_keywords") == json.loads(str(row["keywords"]))
        venue = [row["full_name"] or row["name"]] if row["venue"] else []
        named = ("citation_journal_title", "citation_conference_title", "citation_dissertation_name")
        assert [one for tag in named for one in content_of(page, tag)] == venue
        article = json.loads(page.css_first("script[type='application/ld+json']").text())
        assert (article["@type"], article["headline"]) == ("ScholarlyArticle", row["title"])
        assert [one["name"] for one in article.get("author", [])] == names
        assert article.get("datePublished") == (str(date) if date else None)
        assert content_of(page, "description") == ([row["digest"]] if row["digest"] else [])


@pytest.mark.parametrize(
    ("table", "papers"),
    [
        ("topics", "select * from papers where id in (select paper from listings where topic = ?)"),
        ("authors", "select papers.* from paper_authors join papers on papers.id = paper where author = ?"),
        ("keywords", "select papers.* from paper_keywords join papers on papers.id = paper where keyword = ?"),
        ("venues", "select papers.* from papers where venue = ?"),
    ],
)
async def test_a_topic_author_keyword_or_venue(place: Path, pages: Datasette, table: str, papers: str) -> None:
    for row in fetch(place, f"select * from {table} order by paper_count desc, id")[:40:8]:
        page = await read(pages, row_path(table, row["id"]))
        own = fetch(place, f"{papers} order by year desc, submitted desc, papers.rowid", row["id"])
        assert texts(page, "article.card h3") == [
            " ".join(str(one["title"]).split()) for one in own[: 10 if table == "topics" else 25]
        ]
        assert texts(page, "h1") == [row.get("full_name") or row["name"]]
        assert texts(page, "#papers") == [f"{len(own)} paper{'s' if len(own) != 1 else ''}"]
        years = page.css("section[aria-labelledby=years] tr")
        assert sum(int(year.css("td")[-1].text()) for year in years) >= len([one for one in own if one["year"]])
        assert len(page.css("section[aria-labelledby=near]")) == 1
    if table == "authors":
        assert "People who share a name are not distinguished" in page.css_first("dl.facts").text()


async def test_search(place: Path, pages: Datasette) -> None:
    start = await read(pages, "/phenomena/search")
    topics = fetch(place, "select name, paper_count from topics order by position")
    assert texts(start, "main > ul li") == [f"{one['name']}, {one['paper_count']} papers" for one in topics]
    assert start.css("article, .export-links, details") == []
    found = await read(pages, "/phenomena/papers?_search=neural")
    hits = (await pages.client.get("/phenomena/search.json?q=neural&_shape=array")).json()
    assert texts(found, "p[role=status] strong") == [f"1–25 of {len(hits)} papers"]
    assert texts(found, "article.card h2") == [" ".join(hit["title"].split()) for hit in hits[:25]]
    assert {mark.lower()[:6] for mark in texts(found, "mark")} == {"neural"}
    assert not any('["' in text or '"]' in text for text in texts(found, "article.card p"))
    everything = await read(pages, f"/phenomena/papers?_search=neural&_size={len(hits)}")
    assert len(everything.css("article.card")) == len(hits)
    none = await read(pages, "/phenomena/papers?_search=zzzz")
    assert texts(none, "p[role=status] strong") == ["0 papers"]
    assert "Nothing matches" in none.css_first(".notice").text()


async def test_a_query_shows_rows_before_its_sql(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/phenomena/papers_by_year")
    assert texts(page, "head > title") == ["Papers by year · Deep-learning phenomena"]
    rows = fetch(place, "select topic, year, paper_count, topic_id from topic_years order by year, topic_id")
    shown = [tuple(texts(row, "td")) for row in page.css("table.rows-and-columns tbody tr")]
    assert shown == [tuple(str(value) for value in row.values()) for row in rows]
    html = page.css_first("main").html or ""
    assert html.index('<figure class="chart"') < html.index("own-chart") < html.index("rows-and-columns")
    assert html.index("rows-and-columns") < html.index('id="sql-query"')
    assert page.css_first("details.own-chart").attributes["data-settings"].startswith("g.mark=bar")


async def test_problems(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/problems")
    groups = fetch(place, "select code, count(*) as problems from problems group by code")
    shown = {section.css_first("h2").id: len(section.css("li")) for section in page.css("main section")}
    assert shown == {row["code"]: min(int(str(row["problems"])), 200) for row in groups}
    titles = {str(row["title"]) for row in fetch(place, "select title from papers")}
    items = texts(page, "main section li")
    assert [item for item in items for title in titles if len(title) > 30 and item.count(title) > 1] == []


async def test_about_explains_every_column(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/about")
    sections = {section.css_first("h3").id: texts(section, "dt") for section in page.css("main section")}
    assert set(sections) == {*TABLES, *VIEWS}
    for name, columns in sections.items():
        assert columns == [row["name"] for row in fetch(place, f"select name from pragma_table_info('{name}')")], name
    assert all(texts(page, "main section dd"))


async def test_the_database_page_lists_everything(place: Path, pages: Datasette) -> None:
    page = await read(pages, "/phenomena")
    links = set(attributes(page, "main dl a", "href"))
    queries = {f"/phenomena/{path.stem}" for path in (ROOT / "queries").glob("*.sql")}
    metadata = yaml.safe_load((place / "metadata.yml").read_text())["databases"]["phenomena"]["tables"]
    tables = {f"/phenomena/{name}" for name in (*TABLES, *VIEWS) if not metadata[name].get("hidden")}
    assert {link.partition("#")[0] for link in links} == queries | tables
    assert all(texts(page, "main dl dd"))


async def test_generic_tables_and_views_show_their_rows(place: Path, pages: Datasette) -> None:
    for name in (*TABLES, *VIEWS):
        page = await read(pages, f"/phenomena/{name}?_view=table")
        check_frame(page, name)
        check_links(page, name)
        [total] = fetch(place, f"select count(*) as rows from {name}")
        assert len(page.css("tbody tr")) == min(200 if name in NAMES else 25, int(str(total["rows"]))), name
