"""Suggestions as a search is typed: names of every kind in one list, the best first, quickly and harmlessly."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from odd_searches import ODD
from phenomena_web.search import suggestions
from phenomena_web.search.suggestions import FEW, MOST, Suggestions

from phenomena.database.search import write_search_tables
from phenomena.database.search.words import count_words
from phenomena.papers.related import Features

pytestmark = pytest.mark.anyio
TABLES = """
create table topics (id text primary key, name text, paper_count integer);
create table keywords (id text primary key, name text, paper_count integer);
create table authors (id text primary key, name text, paper_count integer);
create table venues (id text primary key, name text, paper_count integer, full_name text);
create table papers (id text primary key, title text, authors text, year integer, keywords text, digest text);
"""
NAMES = {
    "papers": [("p1", "Grokking Grows", '["Ann Lee"]', 2023, '["Grokking"]', None)],
    "keywords": [("grokking", "Grokking", 3), ("nogrok", "No Grokking", 9)],
    "authors": [("anngrok", "Ann Grok", 1), ("bogrokker", "Bo Grokker", 5)],
    "topics": [("emergence", "Emergence: Grokking", 40)],
    "venues": [("neurips", "NeurIPS", 7, "Neural Information Processing")],
}


def features_of(paper: Sequence[Any]) -> tuple[str, Features]:
    """What words are counted of: a row of papers, of whose names only the spelling matters."""
    key, title, authors, _, keywords, digest = paper
    named = [{name: name for name in json.loads(names)} for names in (keywords, authors)]
    return key, Features(*named, title=title, digest=digest or "")


@contextmanager
def suggesting(names: Mapping[str, Sequence[tuple[object, ...]]]) -> Iterator[Suggestions]:
    """The suggestions of a database with some names."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(TABLES)
        for table, rows in names.items():
            database.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)
        [words] = count_words(map(features_of, names.get("papers", ())))
        write_search_tables(database, words)
        yield Suggestions(database)


async def suggest(site: Datasette, typed: str) -> list[dict[str, Any]]:
    answer = await site.client.get("/-/suggest?" + urlencode({"q": typed}))
    assert answer.status_code == 200 and answer.json()["q"] == typed
    found: list[dict[str, Any]] = answer.json()["suggestions"]
    return found


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("grok", ["grokking", "p1", "emergence", "nogrok", "bogrokker", "anngrok"]),
        ("grokking", ["grokking", "p1", "emergence", "nogrok"]),
        ("ann", ["anngrok", "p1"]),
        ("lee gro", ["p1"]),
        ("GRÖKKING", ["grokking", "p1", "emergence", "nogrok"]),
        ("groking", ["grokking", "p1", "emergence", "nogrok"]),
        ("neural inf", ["neurips"]),
        ("ing", []),
        ("zzzz", []),
        ("", []),
        ("-()\x00", []),
    ],
)
def test_names_are_ranked_by_how_they_begin_their_kind_and_papers(typed: str, keys: list[str]) -> None:
    with suggesting(NAMES) as names:
        assert [name.key for name in names.suggest(typed)] == keys


def test_each_kind_has_its_place_and_the_rest_is_filled() -> None:
    many = [(f"a{n}", f"Ann {n:02}", n) for n in range(20)]
    with suggesting({"authors": many, "papers": [("p", "Ann", "[]", None, "[]", None)]}) as names:
        found = names.suggest("ann")
    assert [name.key for name in found] == ["p", *(f"a{n}" for n in range(19, 10, -1))]
    assert len(found) == MOST


@pytest.mark.parametrize("few", [FEW, MOST, MOST + 1])
def test_of_many_names_the_first_of_each_kind_are_read(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is said of the others is the same: that they come later."""
    monkeypatch.setattr(suggestions, "FEW", few)
    kinds = ("topics", "keywords", "authors")
    rows = {table: [(f"{table[0]}{n}", f"Ann {n:03}", n) for n in range(60)] for table in kinds}
    rows["authors"].append(("ann", "Ann", 0))
    with suggesting(rows) as names:
        found = [" ".join(one.key for one in names.suggest(text)) for text in ("ann", "05")]
    assert found == ["ann t59 t58 t57 t56 k59 k58 k57 a59 a58", "t59 t58 t57 t56 k59 k58 k57 a59 a58 a57"]


async def test_a_suggestion_has_kind_label_count_detail_and_address(site: Datasette) -> None:
    found = await suggest(site, "edge of stab")
    assert found[0] == {
        "kind": "keyword", "label": "Edge of Stability", "count": 4, "detail": "",
        "address": "/phenomena/keywords/edgeofstability",
    }  # fmt: skip
    assert {one["kind"] for one in found[1:]} == {"paper"}
    assert found[1]["label"].startswith("Gradient Descent on Neural Networks") and found[1]["count"] is None
    assert found[1]["detail"] == "Jeremy M. Cohen and others, 2021"


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [
        ("lottery", "topic", "Lottery Ticket Hypothesis"),
        ("LTH", "topic", "Lottery Ticket Hypothesis"),
        ("frankle", "author", "Jonathan Frankle"),
        ("neurips", "venue", "NeurIPS"),
        ("groking", "keyword", "Grokking"),
        ("erdos", "keyword", "Erdös-Rényi Random Graphs"),
    ],
)
async def test_what_is_begun_comes_first(site: Datasette, typed: str, kind: str, label: str) -> None:
    found = (await suggest(site, typed))[0]
    assert (found["kind"], found["label"]) == (kind, label)
    assert (await site.client.get(found["address"])).status_code == 200


async def test_addresses_are_under_the_base_of_the_site(folder: Any) -> None:
    site = Datasette(config_dir=folder, settings={"base_url": "/list/"})
    answer = await site.client.get("/-/suggest?q=grokking")
    assert answer.json()["suggestions"][0]["address"] == "/list/phenomena/keywords/grokking"


async def test_whatever_is_typed_has_suggestions_or_none(site: Datasette) -> None:
    for typed in ODD:
        assert len(await suggest(site, typed)) <= MOST, typed[:80]


async def test_suggestions_are_data_that_browsers_keep(site: Datasette) -> None:
    answer = await site.client.get("/-/suggest?q=grok")
    headers = {name: answer.headers[name] for name in ("content-type", "cache-control", "access-control-allow-origin")}
    assert headers == {
        "content-type": "application/json; charset=utf-8", "cache-control": "private, max-age=1",
        "access-control-allow-origin": "*",
    }  # fmt: skip
    assert len(answer.content) < 4_000


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/-/suggest?query=a", "This page has no parameter query. Its own are q."),
        ("/-/suggest?q=a&q=b", "q is given more than once, with different values; give it once."),
        ("/-/suggest?q=a&_size=3", "This page has no parameter _size. Its own are q."),
    ],
)
async def test_other_parameters_are_refused(site: Datasette, path: str, words: str) -> None:
    answer = await site.client.get(path)
    assert answer.status_code == 400 and words in answer.text.replace("&#39;", "'")
