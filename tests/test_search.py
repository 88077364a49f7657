"""Search: an answer to whatever is typed, the best first, prefixes, marks, filters and facets together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from datasette.app import Datasette
from odd_searches import ODD
from page_kinds import fetch
from page_reading import attributes, read, texts
from phenomena_web.search.finding import finder_of
from sites import make_folder

pytestmark = pytest.mark.anyio
PAPERS = """# Papers

## Topic One

### Topic One: 2022

- Zebra in the Title [[paper]](https://arxiv.org/abs/2201.00001)
  - Ann Lee. *ICLR 2022*
  - Key Word: Plain.
  - <details><summary>Digest</summary> Nothing of note here at all.</details>
- A Keyword Holds It [[paper]](https://arxiv.org/abs/2201.00002)
  - Bo Chen. *ICLR 2022*
  - Key Word: Zebra.
  - <details><summary>Digest</summary> Nothing of note here at all.</details>

## Topic Two

### Topic Two: 2023

- An Author Has It [[paper]](https://arxiv.org/abs/2301.00003)
  - Cy Zebra. *ICML 2023*
  - Key Word: Plain.
  - <details><summary>Digest</summary> Nothing of note here at all.</details>
- The Digest Has It [[paper]](https://arxiv.org/abs/2301.00004)
  - Pál Erdős. *ICML 2023*
  - Key Word: Double Descent; Plain.
  - <details><summary>Digest</summary> One zebra runs past "a", "b" & <b>c</b>.</details>
"""


async def search(site: Datasette, **values: object) -> list[dict[str, Any]]:
    answer = await site.client.get("/phenomena/search.json?" + urlencode({**values, "_shape": "array"}))
    assert answer.status_code == 200, (values, answer.text[:300])
    rows: list[dict[str, Any]] = answer.json()
    return rows


@pytest.fixture(scope="module")
def zebras(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    place = tmp_path_factory.mktemp("zebras")
    (place / "list.md").write_text(PAPERS)
    return Datasette(config_dir=make_folder(place / "site", place / "list.md"))


def test_there_are_two_hundred_odd_searches() -> None:
    assert len(ODD) >= 200


async def test_odd_searches_have_an_answer(short_site: Datasette) -> None:
    """The canned query knows no filters and corrects nothing; of the same words it finds the same papers."""
    finder, compared = finder_of(short_site), 0
    for typed in ODD:
        start = await short_site.client.get("/phenomena/search?" + urlencode({"q": typed}))
        assert start.status_code == (302 if typed.strip() else 200), typed
        if not typed.strip():
            await read(short_site, "/phenomena/papers?" + urlencode({"_search": typed}))
            continue
        location = urlsplit(start.headers["location"])
        assert (location.path, parse_qsl(location.query)) == ("/phenomena/papers", [("_search", typed)])
        query = start.headers["location"].replace("?", ".json?")
        rows = (await short_site.client.get(f"{query}&_col=id&_shape=array&_size=max")).json()
        page = await read(short_site, start.headers["location"])
        assert texts(page, "p[role=status] strong")[0].split(" of ")[-1] == count_papers(len(rows)), typed
        found = await finder.find(typed)
        if found.condition.is_ranked and len(found.condition.values) == 1 and not found.corrections:
            assert [row["id"] for row in rows] == [hit["paper"] for hit in await search(short_site, q=typed)], typed
            compared += 1
    assert compared > 150


def count_papers(number: int) -> str:
    return f"{number} paper" + ("" if number == 1 else "s")


@pytest.mark.parametrize("suffix", [".json", ".csv"])
async def test_odd_searches_in_the_rows_have_an_answer(short_site: Datasette, suffix: str) -> None:
    """Where the page itself leads is asked for above."""
    for typed in ODD:
        answer = await short_site.client.get(f"/phenomena/papers{suffix}?" + urlencode({"_search": typed}))
        assert answer.status_code == 200, (typed[:80], answer.text[:300])


@pytest.mark.parametrize(("typed", "status"), [("neural NOT collapse", 200), ('"', 400), ("NEAR(", 400)])
async def test_the_language_of_fts5_is_there_for_who_asks(site: Datasette, typed: str, status: int) -> None:
    query = urlencode({"_search": typed, "_searchmode": "raw"})
    assert (await site.client.get(f"/phenomena/papers.json?{query}")).status_code == status


@pytest.mark.parametrize("name", ["topic", "venue", "author", "keyword"])
async def test_odd_filters_are_called_names_that_nobody_has(short_site: Datasette, name: str) -> None:
    for typed in [one for one in ODD if one][::4]:
        answer = await short_site.client.get("/phenomena/search.json?" + urlencode({"q": "neural", name: typed}))
        words = f"No {name} is called “{typed}”. All of them are in /phenomena/{name}s"
        assert (answer.status_code, answer.json()["error"]) == (404, words)


async def test_odd_years_find_nothing(short_site: Datasette) -> None:
    for typed in [one for one in ODD if one][::4]:
        assert await search(short_site, q="neural", year=typed) == [], typed


async def test_characters_that_mean_something_to_sqlite_are_text(site: Datasette) -> None:
    plain = [hit["paper"] for hit in await search(site, q="neural collapse")]
    for typed in (
        "neural* collapse*",
        "(neural collapse)",
        "neural+collapse",
        "^neural AND collapse",
        "NEURAL, collapse!",
    ):
        assert [hit["paper"] for hit in await search(site, q=typed)] == plain != [], typed
    for nothing in (" ", "*", '"', "()", "🙂", "\x00", "++"):
        assert await search(site, q=nothing) == [], nothing


async def test_rank_is_title_keywords_authors_digest(zebras: Datasette) -> None:
    hits = await search(zebras, q="zebra")
    assert [(hit["title"], hit["snippet"]) for hit in hits] == [
        ("Zebra in the Title", "«Zebra» in the Title"),
        ("A Keyword Holds It", '["«Zebra»"]'),
        ("An Author Has It", '["Cy «Zebra»"]'),
        ("The Digest Has It", 'One «zebra» runs past "a", "b" & <b>c</b>.'),
    ]
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)


async def test_marks_are_shown_and_all_else_is_text(zebras: Datasette) -> None:
    page = await read(zebras, "/phenomena/papers?_search=zebra")
    assert texts(page, "mark") == ["Zebra", "Zebra", "zebra"]
    assert texts(page, "article h2 mark") == []
    assert "Cy Zebra" in texts(page, "article p")
    assert page.css("article b") == []


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("zeb tit", ["Zebra in the Title"]),
        ("title zebra", ["Zebra in the Title"]),
        ('"zebra in"', ["Zebra in the Title"]),
        ('"in zebra"', []),
        ("zebra nosuchword", []),
        ("erdos", ["The Digest Has It"]),
        ("ERDÖS", ["The Digest Has It"]),
        ("descents", ["The Digest Has It"]),
        ("double desc", ["The Digest Has It"]),
        ("nothi title", ["Zebra in the Title"]),  # of nothing, whose stem is noth
        ("nothix title", []),
        ("ebra", []),
        ("icml zebra", ["An Author Has It", "The Digest Has It"]),
    ],
)
async def test_words_prefixes_and_phrases(zebras: Datasette, typed: str, titles: list[str]) -> None:
    assert [hit["title"] for hit in await search(zebras, q=typed)] == titles


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"topic": "topic-one"}, ["Zebra in the Title", "A Keyword Holds It"]),
        ({"year": 2023}, ["An Author Has It", "The Digest Has It"]),
        ({"venue": "icml", "keyword": "plain"}, ["An Author Has It", "The Digest Has It"]),
        ({"keyword": "Double Descent"}, ["The Digest Has It"]),
        ({"author": "Cy Zebra"}, ["An Author Has It"]),
        ({"author": "palerdos", "topic": "topic-two", "year": 2023, "venue": "icml"}, ["The Digest Has It"]),
        ({"author": "annlee", "year": 2023}, []),
        ({"year": "2022 or 1=1"}, []),
        ({"topic": "TOPIC ONE", "keyword": "plain"}, ["Zebra in the Title"]),
        ({"author": "Cy-Zebra", "venue": "icml"}, ["An Author Has It"]),
        ({"year": 1066}, []),
    ],
)
async def test_filters_narrow_together(zebras: Datasette, filters: dict[str, object], titles: list[str]) -> None:
    assert [hit["title"] for hit in await search(zebras, q="zebra", **filters)] == titles


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"q": "zebra", "topic": "Topic Two", "year": "2023"}, "_search=zebra&_topic=topic-two&_year=2023"),
        ({"q": "zebra", "topic": "topic two", "venue": "ICML"}, "_search=zebra&_topic=topic-two&venue=icml"),
        ({"q": "zebra", "author": "Cy Zebra", "keyword": "plain"}, "_search=zebra&_author=cyzebra&_keyword=plain"),
        ({"q": "a&b=c", "topic": "", "_show": "all"}, "_search=a%26b%3Dc&_size=1000"),
    ],
)
async def test_a_search_with_filters_leads_to_the_list_of_papers(
    zebras: Datasette, given: dict[str, str], expected: str
) -> None:
    answer = await zebras.client.get("/phenomena/search?" + urlencode(given))
    assert (answer.status_code, answer.headers["location"]) == (302, f"/phenomena/papers?{expected}")
    assert (await zebras.client.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("topic", ["Topic Two", "topic two", "topic-two"])
async def test_a_filter_by_name_is_that_by_key_in_facets_and_downloads(zebras: Datasette, topic: str) -> None:
    table = await read(zebras, "/phenomena/papers?" + urlencode({"_topic": topic, "_search": "zebra"}))
    assert texts(table, ".facet [aria-current]") == ["Remove ✕ Topic Two 2"]
    assert "/phenomena/papers.csv?_topic=topic-two&_search=zebra" in " ".join(
        attributes(table, ".export-links a", "href")
    )
    table = await read(zebras, "/phenomena/papers?" + urlencode({"_topic": topic, "_author": "Cy Zebra"}))
    assert texts(table, ".facet [aria-current]") == ["Remove ✕ Topic Two 1", "Remove ✕ Cy Zebra 1"]
    rows = await zebras.client.get("/phenomena/papers.json?" + urlencode({"_topic": topic, "_shape": "array"}))
    assert {row["title"] for row in rows.json()} == {"The Digest Has It", "An Author Has It"}


async def test_a_filter_that_nobody_is_called_is_said(zebras: Datasette) -> None:
    page = await read(zebras, "/phenomena/search?q=zebra&author=Nobody&topic=none&venue=icml")
    assert texts(page, ".notice p") == [
        "No topic is called “none”. All topics",
        "No author is called “Nobody”. All authors",
        "Search for “zebra” without these filters",
    ]
    assert "/phenomena/search?q=zebra" in attributes(page, ".notice a", "href")
    table = await read(zebras, "/phenomena/papers?_topic=none")
    assert texts(table, "p[role=status]") == ["0 papers"]
    assert texts(table, "ul.selected a") == ["Remove topic “none” (no topic has this name) ✕", "Clear all"]


async def test_downloads_of_the_hits_are_those_hits(site: Datasette, folder: Path) -> None:
    hits = [hit["paper"] for hit in await search(site, q="grokking", year=2023)]
    csv = await site.client.get("/phenomena/search.csv?q=grokking&year=2023")
    assert [line.partition(",")[0] for line in csv.text.splitlines() if line.startswith(tuple(hits))] == hits
    keys = {row["id"]: row["citekey"] for row in fetch(folder, "select id, citekey from papers")}
    bib = await site.client.get("/phenomena/search.bib?q=grokking&year=2023")
    assert sorted(re.findall(r"^@\w+\{([^,]+),", bib.text, re.M)) == sorted(str(keys[hit]) for hit in hits)


async def test_letters_and_accents_apart_are_one(zebras: Datasette) -> None:
    assert [hit["title"] for hit in await search(zebras, q="erdo\u030bs")] == ["The Digest Has It"]


async def test_more_hits_than_a_page_holds_are_counted_and_shown_page_by_page(
    awkward: Path, small_pages: Datasette
) -> None:
    [row] = fetch(awkward, "select count(*) as n from papers_fts('a*')")
    address, titles = "/phenomena/papers?_search=a", list[str]()
    while address:
        page = await read(small_pages, address)
        assert texts(page, "p[role=status] strong")[0].endswith(f" of {row['n']} papers")
        titles += attributes(page, "article.card h2 a", "href")
        address = "".join(attributes(page, "a[rel=next]", "href")).removeprefix("http://localhost")
    assert len(set(titles)) == len(titles) == row["n"]
    assert int(str(row["n"])) > small_pages.max_returned_rows
