"""What a search says of itself: how it was read, and how to write what full-text search could not read."""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode

import pytest
from datasette.app import Datasette
from page_reading import read, texts

pytestmark = pytest.mark.anyio
HELD = "Searched for papers with {}."


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("double OR triple", HELD.format("double or triple")),
        ("pruning -vision", HELD.format("pruning; but without: vision")),
        ("title:double", HELD.format("double in the title")),
        ("deep:neural", f"{HELD.format('all of: deep; neural')} deep:neural is looked for in every field."),
        ("double*", f"{HELD.format('double')} double*: the asterisk isn't needed; every word matches as a prefix."),
        ("word AND vision", None),
        ("double OR", f"{HELD.format('all of: double; or')} OR is read as a word."),
        ("neural NOT author:word", HELD.format("neural; but without: word in the authors")),
        (
            "NEAR(a b)",
            f"{HELD.format('all of: near; a; b')} NEAR(a is read as words, wherever they stand. "
            "Of b) only letters and digits are read.",
        ),
        (
            'out-of-distribution "neural networks"',
            f"{HELD.format('all of: out; of; distribution; “neural networks”')} out-of-distribution is read as "
            "separate words; double quotes keep them together.",
        ),
        ('"lottery ticket', f"{HELD.format('all of: lottery; ticket')} An unmatched quotation mark is ignored."),
        ("---", "There is nothing to look for: the search holds no letter or digit."),
        (
            " ".join(f"w{number}" for number in range(26)),
            f"{HELD.format('all of: ' + '; '.join(f'w{number}' for number in range(24)))} "
            "The first 24 words are looked for; left out: w24, w25.",
        ),
        ("neural " * 80, f"{HELD.format('all of: neural; neu')} The first 500 characters are read."),
    ],
)
@pytest.mark.parametrize("name", ["_search", "_search_title", "_search_digest"])
async def test_what_is_read_otherwise_than_typed_is_said(
    site: Datasette, name: str, typed: str, note: str | None
) -> None:
    page = await read(site, f"/phenomena/papers?{name}={quote_plus(typed)}")
    assert texts(page, "#search-notes .searched > p") == ([note] if note else [])


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("year:2020-2023 has:code", HELD.format("all of: list year 2020–2023; code")),
        ("year:2020-", HELD.format("list year 2020 or later")),
        ("year:..2020", HELD.format("list year 2020 or earlier")),
        ("-year:2020 -has:venue", "Searched for papers without: list year 2020; a venue."),
        ("topic:pruning OR year:2021", HELD.format("topic pruning or list year 2021")),
        ("https://arxiv.org/abs/2201.02177v3", HELD.format("arXiv 2201.02177")),
        (
            "year:soon",
            f"{HELD.format('all of: year; soon')} year:soon names no year and is read as words: write year:2021, "
            "or year:2020-2023.",
        ),
        (
            "has:depth",
            f"{HELD.format('all of: has; depth')} has:depth is read as words: has: knows code, digest, link, venue, "
            "keywords, arxiv, doi.",
        ),
    ],
)
async def test_filters_in_a_search_are_said(site: Datasette, typed: str, note: str) -> None:
    page = await read(site, f"/phenomena/papers?_search={quote_plus(typed)}")
    assert texts(page, "#search-notes .searched > p") == [note]


@pytest.mark.parametrize(
    "typed", ["neural collapse", '"neural collapse" pruning', "Erdős, Rényi.", "Erdo\u030bs", "神经网络", "1e9", ""]
)
async def test_what_is_read_as_typed_needs_no_note(site: Datasette, typed: str) -> None:
    for name in ("_search", "_search_title"):
        assert (await read(site, f"/phenomena/papers?{name}={quote_plus(typed)}")).css("#search-notes") == [], name
    assert (await read(site, "/phenomena/papers?_searchmode=raw&_search=a+OR+b")).css("#search-notes") == []


async def test_a_word_typed_twice_is_looked_for_once(site: Datasette) -> None:
    [row] = (await site.client.get("/phenomena.json?sql=select+fts_query('a+b+a+\"x+y\"+b')&_shape=arrays")).json()[
        "rows"
    ]
    assert [one.strip("()").split(" OR ")[0] for one in row[0].split(" AND ")] == ['"a"*', '"b"*', '"x y"']


ADVICE = (
    "In a full-text query, write `match fts_query('out-of-distribution')`, which takes any words, or put each word "
    "that has other characters than letters and digits in double quotes."
)
RAW = (
    "This is FTS5's own language, as _searchmode=raw asks for. Leave that out to search for any words, or put each "
    "word that has other characters than letters and digits in double quotes."
)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("papers_fts match 'out-of-distribution'", f"no such column: of. {ADVICE}"),
        ("papers_fts match 'c++'", f'fts5: syntax error near "+". {ADVICE}'),
        ("papers_fts match '\"neural'", f"unterminated string. {ADVICE}"),
        ("papers_fts match :q", f"no such column: b. {ADVICE}"),
        ("title match 'neural' and nosuch = 1", "no such column: nosuch"),
        ("title = '", 'unrecognized token: "\'"'),
    ],
)
async def test_an_error_of_the_search_language_points_to_the_function(
    site: Datasette, condition: str, words: str
) -> None:
    sql = f"select title from papers_fts where {condition}"
    query = urlencode({"sql": sql, "q": "a-b"} if ":q" in sql else {"sql": sql})
    for extension in (".json", ".csv"):
        answer = await site.client.get(f"/phenomena{extension}?{query}")
        assert answer.status_code == 400
        assert (answer.json()["error"] if extension == ".json" else answer.text.strip()) == words
    page = await read(site, f"/phenomena?{query}", 400)
    assert texts(page, ".notice") == [f"The database says: {words.replace('`', '')}"]


async def test_an_error_of_raw_search_says_how_to_leave_it(site: Datasette) -> None:
    answer = await site.client.get("/phenomena/papers.json?_searchmode=raw&_search=a-b")
    assert (answer.status_code, answer.json()["error"]) == (400, f"no such column: b. {RAW}")


async def test_what_the_advice_says_works(site: Datasette) -> None:
    for match in ("fts_query('out-of-distribution')", "'\"out-of-distribution\"'"):
        sql = f"select count(*) as n from papers_fts where papers_fts match {match}"
        [row] = (await site.client.get(f"/phenomena.json?{urlencode({'sql': sql, '_shape': 'array'})}")).json()
        assert row["n"] > 0
