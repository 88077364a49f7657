"""What a search says of itself: how it was read, and how to write what full-text search could not read."""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode

import pytest
from datasette.app import Datasette
from page_reading import read, texts

pytestmark = pytest.mark.anyio
HELD = "Searched for papers that hold all of: {}."


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("double OR triple", f"{HELD.format('double, or, triple')} OR is read as a word."),
        ("pruning -vision", f"{HELD.format('pruning, vision')} -vision excludes nothing."),
        ("title:word", f"{HELD.format('title, word')} title:word is looked for in every field."),
        ("word*", f"{HELD.format('word')} word*: every word finds longer ones too."),
        (
            "NEAR(a b)",
            f"{HELD.format('near, a, b')} NEAR(a is read as words, wherever they stand. "
            "Of b) only letters and digits are read.",
        ),
        (
            'out-of-distribution "neural collapse"',
            f"""{HELD.format('out, of, distribution, "neural collapse"')} out-of-distribution is read as words of """
            "their own; double quotes keep them together.",
        ),
        ('"lottery ticket', f"{HELD.format('lottery, ticket')} A quotation mark without its pair is left out."),
        ("---", "There is nothing to look for: the search holds no letter or digit."),
        (
            " ".join(f"w{number}" for number in range(26)),
            f"{HELD.format(', '.join(f'w{number}' for number in range(24)))} "
            "The first 24 words are looked for; left out: w24, w25.",
        ),
        ("neural " * 80, f"{HELD.format('neural, neu')} The first 500 characters are read."),
    ],
)
@pytest.mark.parametrize(
    "path", ["/phenomena/search?q=", "/phenomena/papers?_search=", "/phenomena/papers?_search_title="]
)
async def test_what_is_read_otherwise_than_typed_is_said(site: Datasette, path: str, typed: str, note: str) -> None:
    page = await read(site, path + quote_plus(typed))
    assert texts(page, "#search-notes") == [note]


@pytest.mark.parametrize(
    "typed", ["neural collapse", '"neural collapse" pruning', "Erdős, Rényi.", "Erdo\u030bs", "神经网络", "1e9", ""]
)
async def test_what_is_read_as_typed_needs_no_note(site: Datasette, typed: str) -> None:
    for path in ("/phenomena/search?q=", "/phenomena/papers?_search="):
        assert (await read(site, path + quote_plus(typed))).css("#search-notes") == [], path
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
