"""Exports of a served site: every record, whatever the page, read back by readers that didn't write them."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from awkward import fetch
from datasette.app import Datasette
from page_kinds import fetch as fetch_rows
from page_kinds import row_path
from page_reading import attributes, read
from readers import DIGEST_LABEL, READERS, Cited, read_abstracts, read_atom

FORMATS = ("bib", "ris", "csl")
MEDIA_TYPES = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json; charset=utf-8",
}


def display(name: str) -> str:
    """`Family, Given, Suffix` as the list writes it."""
    family, *rest = name.split(", ")
    return " ".join([*rest[:1], family, *rest[1:]])


def as_listed(one: Cited) -> tuple[object, ...]:
    """What every format says alike of a paper; without the DOI and the year, which differ by kind. A title's two
    hyphens are a dash in LaTeX."""
    return one.key, one.title.replace("–", "--"), tuple(map(display, one.authors)), one.url, one.keywords


def papers_of(folder: Path, where: str = "1", order: str = "rowid") -> list[tuple[object, ...]]:
    """The papers of a built folder as `as_listed` gives them, straight from the file."""
    connection = sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            f"select citekey, title, authors, paper_url, keywords from papers where {where} order by {order}"
        ).fetchall()
    finally:
        connection.close()
    return [(key, title, tuple(json.loads(who)), url, tuple(json.loads(words))) for key, title, who, url, words in rows]


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("number", [0, 1, 100, 101])
async def test_so_many_papers_in_so_many_out(
    awkward: Path, small_pages: Datasette, number: int, extension: str
) -> None:
    response = await fetch(small_pages, f"/phenomena/papers.{extension}?_where=rowid<={number}&_sort=id")
    assert response.headers["content-type"] == MEDIA_TYPES[extension]
    listed = [as_listed(one) for one in READERS[extension](response.text)]
    assert listed == papers_of(awkward, f"rowid <= {number}", "id")
    assert len(listed) == number


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
async def test_the_whole_list_in_every_format(folder: Path, site: Datasette, extension: str) -> None:
    response = await fetch(site, f"/phenomena/papers.{extension}?_sort=id")
    cited = READERS[extension](response.text)
    assert len(cited) == 580
    assert [as_listed(one) for one in cited] == papers_of(folder, order="id")


@pytest.mark.anyio
async def test_all_formats_agree(site: Datasette) -> None:
    texts = {extension: (await fetch(site, f"/phenomena/papers.{extension}")).text for extension in FORMATS}
    cited = {
        extension: [(one.key, one.year, one.doi) for one in READERS[extension](text)]
        for extension, text in texts.items()
    }
    assert cited["bib"] == cited["ris"] == cited["csl"]
    keys = {key for key, _, _ in cited["bib"]}
    for path in ("papers.csv", "papers.sheet"):
        rows = list(csv.DictReader(io.StringIO((await fetch(site, f"/phenomena/{path}")).content.decode("utf-8-sig"))))
        assert {row["citekey"] for row in rows} == keys
        assert len(rows) == len(cited["bib"]) == 580
    assert {
        row["citekey"] for row in (await fetch(site, "/phenomena/papers.json?_shape=array&_size=max")).json()
    } == keys
    feeds = [read_atom((await fetch(site, f"/-/feed.atom?page={page}")).content) for page in (1, 2)]
    assert sum(len(feed.entries) for feed in feeds) == 580


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("page", "where", "order"),
    [
        ("papers", "1", "submitted desc, id"),
        ("papers?topic=neural-collapse&_sort=title", "topic = 'neural-collapse'", "title, id"),
        ("papers?year__gte=2023&_sort_desc=year", "year >= 2023", "year desc, id"),
        ("papers?_sort=venue_year", "1", "venue_year, id"),
        ("papers?venue__isnull=1&_sort=id", "venue is null", "id"),
        (
            "papers?keywords__arraycontains=Grokking&_sort=id",
            "keywords like '%\"Grokking\"%'",
            "id",
        ),
        ("papers?_search=grokking&_sort=id", "rowid in (select rowid from papers_fts('grokking'))", "id"),
        ("papers?_where=year=2022&_sort=id&_ttl=5&_timelimit=300", "year = 2022", "id"),
        ("list_entries?_sort=line", "1", "rowid"),
        ("listings?year=2022", "id in (select paper from listings where year = 2022)", "rowid"),
        ("papers_by_topic_and_year?topic=&year=2022", "id in (select paper from listings where year = 2022)", "rowid"),
        ("papers/arxiv-2409-15156", "id = 'arxiv-2409-15156'", "rowid"),
        ("listings/1", "rowid = 1", "rowid"),
        ("related/arxiv-2409-15156,1", "id = 'arxiv-2409-15156'", "rowid"),
    ],
)
async def test_exactly_the_papers_in_view(
    short: Path, short_site: Datasette, page: str, where: str, order: str, extension: str
) -> None:
    path, _, query = page.partition("?")
    response = await fetch(short_site, f"/phenomena/{path}.{extension}?{query}")
    listed = [as_listed(one) for one in READERS[extension](response.text)]
    assert listed == papers_of(short, where, order)
    assert listed


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("table", ["topics", "authors", "keywords", "venues"])
async def test_the_page_of_a_topic_author_keyword_or_venue_gives_its_papers_in_its_order(
    place: Path, pages: Datasette, table: str, extension: str
) -> None:
    [row] = fetch_rows(place, f"select id, paper_count from {table} order by paper_count desc, id limit 1")
    path = row_path(table, row["id"])
    page = await read(pages, path)
    cited = READERS[extension]((await fetch(pages, f"{path}.{extension}")).text)
    assert len(cited) == row["paper_count"]
    keys = {paper["citekey"]: row_path("papers", paper["id"]) for paper in fetch_rows(place, "select * from papers")}
    shown = attributes(page, "article.card h3 a", "href")
    assert [keys[one.key] for one in cited][: len(shown)] == shown
    offered = [one for one in attributes(page, ".export-links a", "href") if f".{extension}" in one]
    assert [one.partition("?")[0] for one in offered] == [f"/phenomena/papers.{extension}"] * (1 + (extension == "ris"))
    for address in offered:  # of RIS there are two, one of them for screening
        filtered = READERS[extension]((await fetch(pages, address)).text)
        assert sorted(one.key for one in filtered) == sorted(one.key for one in cited)


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
async def test_the_citations_of_nobody_are_not_found(site: Datasette, extension: str) -> None:
    assert (await site.client.get(f"/phenomena/authors/nobody.{extension}")).status_code == 404


@pytest.fixture(scope="module")
def one_page(awkward: Path) -> Datasette:
    """The site of `small_pages` with pages of the usual size: one for all cases, for each holds memory of SQLite's."""
    return Datasette(config_dir=awkward)


@pytest.mark.anyio
@pytest.mark.parametrize("page", ["papers", "screening", "list_entries", "paper_authors", "source_lines", "links"])
@pytest.mark.parametrize("query", ["", "_sort={}", "_sort_desc={}"])
async def test_many_pages_give_the_same_as_one(
    one_page: Datasette, small_pages: Datasette, page: str, query: str
) -> None:
    query = query.format({"paper_authors": "author", "source_lines": "status", "links": "label"}.get(page, "year"))
    assert (await fetch(small_pages, f"/phenomena/{page}.ris?{query}")).text == (
        await fetch(one_page, f"/phenomena/{page}.ris?{query}")
    ).text


@pytest.mark.anyio
async def test_a_query_names_papers_by_paper_or_id(site: Datasette) -> None:
    sql = "select {} from papers order by citekey limit 120"
    keys = [
        row["citekey"]
        for row in (await fetch(site, f"/phenomena.json?sql={sql.format('citekey')}&_shape=array")).json()
    ]
    for columns in ("id", "id as paper", "title, id", "id as paper, 'x' as id"):
        text = (await fetch(site, f"/phenomena.bib?sql={sql.format(columns)}")).text
        assert [one.key for one in READERS["bib"](text)] == keys


@pytest.mark.anyio
async def test_rows_of_one_paper_give_one_citation_and_rows_of_none_give_none(site: Datasette) -> None:
    one = "select id as paper from papers where rowid = 1"
    sql = f"{one} union all {one} union all select null"
    assert len(READERS["csl"]((await fetch(site, f"/phenomena.csl?sql={sql}")).text)) == 1
    problems = (await fetch(site, "/phenomena/problems.json?_shape=array&_size=max")).json()
    assert len(READERS["ris"]((await fetch(site, "/phenomena/problems.ris")).text)) == len(
        {row["paper"] for row in problems if row["paper"]}
    )


@pytest.mark.anyio
@pytest.mark.parametrize(("extension", "empty"), [("bib", ""), ("ris", ""), ("csl", "[]\n")])
async def test_no_rows_give_a_valid_empty_file(site: Datasette, extension: str, empty: str) -> None:
    for path in (f"papers.{extension}?year=1900", f"search.{extension}?q=xyzzy"):
        response = await fetch(site, f"/phenomena/{path}")
        assert (response.text, response.headers["content-type"]) == (empty, MEDIA_TYPES[extension])


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("phenomena/authors.{}", "no column `paper`"),
        ("phenomena/resources.{}", "no column `paper`"),
        ("phenomena/topic_years.{}", "no column `paper`"),
        ("phenomena/problems_by_code.{}", "no column `paper`"),
        ("phenomena.{}?sql=select+id+from+topics", "nor an `id` that holds keys of papers only"),
        ("phenomena.{}?sql=select+1+as+paper", "1 is not a paper's key"),
        ("phenomena.{}?sql=select+'<b>'+as+paper", "'<b>' is not a paper's key"),
        ("phenomena.{}?sql=select+x'00'+as+paper", "is not a paper's key"),
        ("phenomena.{}?sql=select+listings.paper+from+listings,listings+as+b", "cut at 5000 rows"),
        ("phenomena.{}", "Their columns are: none."),
        ("phenomena.{}?sql=selct", ""),
    ],
)
async def test_what_names_no_papers_is_refused(site: Datasette, page: str, words: str, extension: str) -> None:
    response = await site.client.get("/" + page.format(extension))
    assert response.status_code == 400
    assert words in response.text
    assert "content-disposition" not in response.headers


def as_in_latex(text: str) -> str:
    """Text without what LaTeX doesn't tell apart: dashes from hyphens in pairs, curly quotes from straight ones."""
    return text.translate({ord("–"): "--", ord("“"): '"', ord("”"): '"'})


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("page", "where"),
    [
        ("papers", "1"),
        ("papers?topic=neural-collapse", "topic = 'neural-collapse'"),
        ("search?q=grokking", "rowid in (select rowid from papers_fts('grokking*'))"),
        ("papers/arxiv-2409-15156", "id = 'arxiv-2409-15156'"),
        ("listings?year=2022", "id in (select paper from listings where year = 2022)"),
    ],
)
async def test_records_for_screening_hold_labelled_digests(
    folder: Path, site: Datasette, page: str, where: str, extension: str
) -> None:
    path, _, query = page.partition("?")
    plain = (await fetch(site, f"/phenomena/{path}.{extension}?{query}")).text
    text = (await fetch(site, f"/phenomena/{path}.{extension}?{query}&_abstract=digest")).text
    assert READERS[extension](text) == READERS[extension](plain)
    assert read_abstracts(extension, plain) == {}
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        rows = connection.execute(f"select citekey, digest from papers where digest is not null and {where}")
        expected = {key: f"{DIGEST_LABEL} {digest}" for key, digest in rows}
    found = read_abstracts(extension, text)
    assert {key: as_in_latex(digest) for key, digest in found.items()} == {
        key: as_in_latex(digest) for key, digest in expected.items()
    }
    assert found


@pytest.mark.anyio
async def test_digests_of_any_characters_come_back(awkward: Path, small_pages: Datasette) -> None:
    digest = '=1+1 is digest number 7, with "quotes", commas and ünïcode.'
    for extension in FORMATS:
        text = (await fetch(small_pages, f"/phenomena/papers.{extension}?_abstract=digest")).text
        assert len(found := read_abstracts(extension, text)) == 101
        assert f"{DIGEST_LABEL} {digest}" in found.values()


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("value", ["", "Digest", "abstract", "1"])
async def test_no_other_abstract_is_promised(site: Datasette, value: str, extension: str) -> None:
    response = await site.client.get(f"/phenomena/papers.{extension}?_abstract={value}")
    assert response.status_code == 400
    assert "`_abstract` can only be `digest`" in response.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (
            "papers?topic=neural-collapse",
            "/phenomena/papers.ris?topic=neural-collapse&amp;_abstract=digest",
        ),
        ("papers?_search=grokking", "/phenomena/papers.ris?_search=grokking&amp;_abstract=digest"),
        ("listings/1", "/phenomena/listings/1.ris?_abstract=digest"),
        ("coauthors", None),
    ],
)
async def test_pages_offer_records_for_screening(site: Datasette, page: str, shown: str | None) -> None:
    links = re.findall(r'href="([^"]*)"[^>]*>RIS for screening<', (await fetch(site, f"/phenomena/{page}")).text)
    assert links == ([shown] if shown else [])


@pytest.mark.anyio
async def test_what_is_not_there_is_not_found(site: Datasette) -> None:
    for path in ("nothing.bib", "papers/nothing.ris", "nothing.csv", "nothing.sheet"):
        assert (await site.client.get(f"/phenomena/{path}")).status_code == 404


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("papers", True),
        ("screening", True),
        ("papers/arxiv-2409-15156", True),
        ("authors", False),
        ("coauthors", False),
    ],
)
async def test_pages_link_to_citations_where_they_have_them(site: Datasette, page: str, shown: bool) -> None:
    html = (await fetch(site, f"/phenomena/{page}")).text
    assert [f"{page.split('/')[-1]}.{extension}" in html for extension in FORMATS] == [shown] * 3
