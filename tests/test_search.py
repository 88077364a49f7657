"""Search: an answer to whatever is typed, the best first, prefixes, marks, filters and facets together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from odd_searches import ODD
from page_kinds import fetch
from page_reading import attributes, read, texts
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


async def test_odd_searches_have_an_answer(site: Datasette) -> None:
    for typed in ODD:
        hits = await search(site, q=typed)
        page = await site.client.get("/phenomena/search?" + urlencode({"q": typed}))
        assert page.status_code == 200, typed
        shown = re.findall(r"<strong>([\d,]+) papers?</strong> for", page.text)
        assert shown in ([f"{len(hits):,}"], [] if not hits else None), typed


@pytest.mark.parametrize("suffix", ["", ".json", ".csv"])
async def test_odd_searches_in_the_rows_have_an_answer(site: Datasette, suffix: str) -> None:
    for typed in ODD:
        answer = await site.client.get(f"/phenomena/papers{suffix}?" + urlencode({"_search": typed}))
        assert answer.status_code == 200, (typed[:80], answer.text[:300])


async def test_both_searches_find_the_same(site: Datasette) -> None:
    for typed in [one for one in ODD if one.strip()]:
        hits = await search(site, q=typed)
        query = urlencode({"_search": typed, "_shape": "array", "_size": "max"})
        rows = (await site.client.get(f"/phenomena/papers.json?{query}")).json()
        assert sorted(row["id"] for row in rows) == sorted(hit["paper"] for hit in hits), typed[:80]


@pytest.mark.parametrize(("typed", "status"), [("neural NOT collapse", 200), ('"', 400), ("NEAR(", 400)])
async def test_the_language_of_fts5_is_there_for_who_asks(site: Datasette, typed: str, status: int) -> None:
    query = urlencode({"_search": typed, "_searchmode": "raw"})
    assert (await site.client.get(f"/phenomena/papers.json?{query}")).status_code == status


@pytest.mark.parametrize("name", ["topic", "venue", "author", "keyword"])
async def test_odd_filters_are_called_names_that_nobody_has(site: Datasette, name: str) -> None:
    for typed in [one for one in ODD if one][::4]:
        answer = await site.client.get("/phenomena/search.json?" + urlencode({"q": "neural", name: typed}))
        words = f"No {name} is called “{typed}”. All of them are in /phenomena/{name}s"
        assert (answer.status_code, answer.json()["error"]) == (404, words)


async def test_odd_years_find_nothing(site: Datasette) -> None:
    for typed in [one for one in ODD if one][::4]:
        assert await search(site, q="neural", year=typed) == [], typed


async def test_characters_that_mean_something_to_sqlite_are_text(site: Datasette) -> None:
    plain = [hit["paper"] for hit in await search(site, q="neural collapse")]
    for typed in (
        "neural* collapse*",
        "(neural collapse)",
        "neural+collapse",
        "^neural -collapse",
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
    page = await read(zebras, "/phenomena/search?q=zebra")
    assert texts(page, "mark") == ["Zebra", "Zebra", "Zebra", "zebra"]
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


async def test_a_page_within_filters_names_them_and_can_drop_them(zebras: Datasette) -> None:
    page = await read(zebras, "/phenomena/search?q=zebra&topic=topic-two&year=2023")
    assert texts(page, "p[role=status]") == [
        "2 papers for “zebra”, topic Topic Two (remove), year 2023 (remove)",
    ]
    links = [link.attributes["href"] for link in page.css("p[role=status] a")]
    assert links == ["/phenomena/search?q=zebra&year=2023", "/phenomena/search?q=zebra&topic=topic-two"]
    kept = {
        field.attributes["name"]: attributes(page, f"[name={field.attributes['name']}] [selected]", "value")
        for field in page.css(".big select")
    }
    assert kept == {"topic": ["topic-two"], "year": ["2023"], "venue": []}


@pytest.mark.parametrize("topic", ["Topic Two", "topic two", "topic-two"])
async def test_a_filter_by_name_is_that_by_key_in_facets_and_downloads(zebras: Datasette, topic: str) -> None:
    page = await read(zebras, "/phenomena/search?" + urlencode({"q": "zebra", "topic": topic}))
    assert texts(page, ".facet [aria-current]") == ["Remove ✕ Topic Two 2"]
    assert "/phenomena/search.csv?q=zebra&topic=topic-two" in " ".join(attributes(page, ".export-links a", "href"))
    table = await read(zebras, "/phenomena/papers?" + urlencode({"_topic": topic, "_author": "Cy Zebra"}))
    assert texts(table, ".facet [aria-current]") == ["Remove ✕ Topic Two 1", "Remove ✕ Cy Zebra 1"]
    rows = await zebras.client.get("/phenomena/papers.json?" + urlencode({"_topic": topic, "_shape": "array"}))
    assert {row["title"] for row in rows.json()} == {"The Digest Has It", "An Author Has It"}


async def test_a_filter_that_nobody_is_called_is_said(zebras: Datasette) -> None:
    page = await read(zebras, "/phenomena/search?q=zebra&author=Nobody&topic=none")
    assert texts(page, ".notice p")[:2] == [
        "No topic is called “none”. All topics",
        "No author is called “Nobody”. All authors",
    ]
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


async def test_more_hits_than_a_result_holds_are_counted_and_shown(awkward: Path, small_pages: Datasette) -> None:
    """Datasette's own rows are cut there, and the page reads them whole."""
    [row] = fetch(awkward, "select count(*) as n from papers_fts('a*')")
    page = await read(small_pages, "/phenomena/search?q=a&_show=all")
    assert texts(page, "p[role=status] strong") == [f"{row['n']} papers"]
    assert len(page.css("article.card")) == row["n"] > small_pages.max_returned_rows
