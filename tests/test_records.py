"""Entries to rows: papers merged, keys folded, problems tied to papers; nearest papers; the list's own head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from lists import FLAT, NESTED, make_entry, read_text, records_of, write_list

from phenomena.database.name_rows import make_keywords, sort_name
from phenomena.database.schema.tables import TABLES
from phenomena.papers.grouping import make_catalogue
from phenomena.papers.related import Features, nearest
from phenomena.reader.grammar.links import Link
from phenomena.reader.head import Head, parse_head

ONE = make_entry(1, keywords=("Neural Scaling Law", "Grokking"), authors=("Léon Bottou", "Bo Chen"))
AGAIN = make_entry(
    2,
    topic="Other Topic",
    year=2021,
    title="Paper Number One",
    authors=("Leon Bottou",),
    venue="NeurIPS 2022",
    keywords=("Neural Scaling Laws", "New"),
    links=(Link("paper", "https://arxiv.org/pdf/2201.00001v2"), Link("code", "https://github.com/a/b")),
)
THIRD = make_entry(
    3, title="A Third", authors=("Leon Bottou", "Leon_Bottou"), keywords=("Neural Scaling Laws",), venue=None
)
TEXT = write_list([ONE, THIRD, AGAIN], NESTED)


@pytest.fixture(scope="module")
def tables() -> Mapping[str, Any]:
    return records_of(TEXT).tables


def test_every_table_of_the_schema_has_rows_of_its_columns(tables: Mapping[str, Any]) -> None:
    assert set(tables) == {table.name for table in TABLES}
    for table in TABLES:
        for row in tables[table.name]:
            assert set(row) == {column.name for column in table.columns}, table.name


def test_two_entries_of_one_paper_are_one_row_and_the_first_mention_wins(tables: Mapping[str, Any]) -> None:
    assert len(tables["papers"]) == 2
    assert tables["papers"][0] == {
        "id": "arxiv-2201-00001",
        "title": "Paper Number 1",
        "topic": "topic",
        "year": 2022,
        "submitted": "2022-01",
        "added": None,
        "venue": "iclr",
        "venue_year": 2022,
        "authors": ("Leon Bottou", "Bo Chen"),
        "author_count": 2,
        "first_author": "leonbottou",
        "keywords": ("Neural Scaling Laws", "Grokking", "New"),
        "topics": ("Topic", "Other Topic"),
        "digest": "What paper 1 found.",
        "paper_url": "https://arxiv.org/abs/2201.00001",
        "code_url": "https://github.com/a/b",
        "code_host": "github.com",
        "arxiv_id": "2201.00001",
        "doi": None,
        "openreview_id": None,
        "citekey": "bottou2022paper",
    }


def test_listings_keep_each_entry_as_written(tables: Mapping[str, Any]) -> None:
    rows = [
        (
            row["id"],
            row["paper"],
            row["topic"],
            row["year"],
            row["position"],
            row["title"],
            row["authors"],
            row["venue"],
        )
        for row in tables["listings"]
    ]
    assert rows == [
        (1, "arxiv-2201-00001", "topic", 2022, 1, "Paper Number 1", ("Léon Bottou", "Bo Chen"), "ICLR 2022"),
        (2, "arxiv-2201-00003", "topic", 2022, 2, "A Third", ("Leon Bottou",), None),
        (3, "arxiv-2201-00001", "other-topic", 2021, 1, "Paper Number One", ("Leon Bottou",), "NeurIPS 2022"),
    ]


def test_topics_count_distinct_papers(tables: Mapping[str, Any]) -> None:
    columns = ("id", "name", "position", "image_url", "description", "paper_count", "first_year", "last_year")
    assert [dict(row) for row in tables["topics"]] == [
        dict(zip(columns, ("topic", "Topic", 1, None, None, 2, 2022, 2022), strict=True)),
        dict(zip(columns, ("other-topic", "Other Topic", 2, None, None, 1, 2021, 2021), strict=True)),
    ]


def test_spellings_share_a_row_and_are_all_kept(tables: Mapping[str, Any]) -> None:
    assert {row["id"]: (row["name"], row["paper_count"], row["spellings"]) for row in tables["authors"]} == {
        "bochen": ("Bo Chen", 1, ("Bo Chen",)),
        "leonbottou": ("Leon Bottou", 2, ("Leon Bottou", "Léon Bottou", "Leon_Bottou")),
    }
    assert {row["id"]: (row["name"], row["paper_count"]) for row in tables["keywords"]} == {
        "grokking": ("Grokking", 1),
        "neuralscalinglaw": ("Neural Scaling Laws", 2),
        "new": ("New", 1),
    }


def test_a_keyword_belongs_to_the_topic_with_most_of_its_papers() -> None:
    places = [("B", "x"), ("A", "x"), ("A", "x"), ("B", "tie"), ("A", "tie"), (None, "lost")]
    entries = [make_entry(number, topic=topic, keywords=(word,)) for number, (topic, word) in enumerate(places, 1)]
    twice = (Link("paper", "https://arxiv.org/abs/2301.00001"),)  # one paper under both topics
    entries += [make_entry(line, topic=topic, keywords=("y",), links=twice) for line, topic in ((7, "A"), (8, "B"))]
    found = {row["name"]: row["topic"] for row in make_keywords(make_catalogue(entries))}
    assert found == {"x": "a", "tie": "b", "lost": None, "y": "b"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Philip H.S. Torr", "torr philip h s"),
        ("Benjamin Van Roy", "van roy benjamin"),
        ("Santiago Ramón y Cajal", "ramon y cajal santiago"),
        ("Robert Smith, Jr.", "smith robert jr"),
        ("Laurent_Viennot", "laurent viennot"),
        ("OpenAI", "openai"),
        ("张伟", "zhang wei"),
        ("∞", "x78d9ce976067"),
    ],
)
def test_names_are_sorted_by_family_name_in_ascii(name: str, expected: str) -> None:
    assert sort_name(name) == expected


def test_links_are_kept_as_written_with_those_of_digests() -> None:
    entry = make_entry(
        1,
        links=(Link("paper", ""), Link("Book", "HTTPS://WWW.X.example.org/A"), Link("code", "ftp://x.example.org")),
        digest="See [the [long] blog](https://blog.example.org/a_(b)).",
    )
    columns = ("id", "paper", "label", "url", "host", "field")
    blog = "https://blog.example.org/a_(b)"
    rows = [
        (1, "paper-number-1", "paper", "", None, "title"),
        (2, "paper-number-1", "Book", "HTTPS://WWW.X.example.org/A", "x.example.org", "title"),
        (3, "paper-number-1", "code", "ftp://x.example.org", None, "title"),
        (4, "paper-number-1", "the [long] blog", blog, "blog.example.org", "digest"),
    ]
    found = records_of(write_list([entry], NESTED)).tables["links"]
    assert [dict(row) for row in found] == [dict(zip(columns, row, strict=True)) for row in rows]


def test_a_problem_names_its_line_its_paper_and_the_remedy() -> None:
    entry = make_entry(1, keywords=())
    [row] = records_of(write_list([entry], NESTED)).tables["problems"]
    assert dict(row) == {
        "id": 1,
        "list": "a-list",
        "line": 9,
        "severity": "warning",
        "code": "missing-keywords",
        "paper": "arxiv-2201-00001",
        "field": "keywords",
        "message": "Line 9: the entry has no keywords. Add `- Key Word: One; Another.`",
        "excerpt": "Paper Number 1",
    }


def test_an_excerpt_is_short() -> None:
    text = "## Topic\n\n### Topic: 2022\n\n" + "stray words " * 100
    [row] = records_of(text).tables["problems"]
    assert len(row["excerpt"]) == 160
    assert row["excerpt"].endswith("…")


def test_the_source_row_counts_and_checks(tables: Mapping[str, Any]) -> None:
    [row] = tables["source"]
    counts = ("line_count", "entry_count", "paper_count", "problem_count")
    assert {name: row[name] for name in ("title", "name", "url", "bytes", *counts)} == {
        "title": "A List",
        "name": "list.md",
        "url": None,
        "bytes": len(TEXT.encode()),
        "line_count": TEXT.count("\n"),
        "entry_count": 3,
        "paper_count": 2,
        "problem_count": len(tables["problems"]),
    }


def test_the_content_checksum_moves_with_any_row_and_with_nothing_else() -> None:
    def checksum(text: str) -> object:
        return records_of(text).tables["source"][0]["content_sha256"]

    assert checksum(TEXT) == checksum(TEXT)
    assert checksum(TEXT) != checksum(TEXT.replace("found", "saw"))


# Related papers

PAPERS = {
    "a": Features(
        {"grok": "Grokking", "wd": "Weight Decay"}, {"lee": "Ann Lee"}, "Grokking Explained", "Delayed generalization."
    ),
    "b": Features({"grok": "Grokking"}, {"chen": "Bo Chen"}, "Grokking Again", "Delayed generalization, weights."),
    "c": Features({"wd": "Weight Decay"}, {"lee": "Ann Lee"}, "Decay", "Another text."),
    "d": Features({"nc": "Neural Collapse"}, {"diaz": "Cy Diaz"}, "Simplex", "Frames."),
}


def test_related_papers_share_terms_and_are_as_near_both_ways() -> None:
    found = list(nearest(PAPERS.items()))
    scores = {(one.paper, one.related): one.score for one in found}
    assert {(other, paper): score for (paper, other), score in scores.items()} == scores
    assert all(one.shared and 0 < one.score <= 1 and one.paper != one.related for one in found)
    assert {one.paper for one in found} == {"a", "b", "c"}, "a paper that shares nothing has no neighbour"


def test_related_papers_are_ranked_from_one_nearest_first() -> None:
    for paper in PAPERS:
        own = [one for one in nearest(PAPERS.items()) if one.paper == paper]
        assert [one.rank for one in own] == list(range(1, len(own) + 1))
        assert [one.score for one in own] == sorted((one.score for one in own), reverse=True)


def test_shared_terms_name_keywords_and_authors_as_shown() -> None:
    shared = {(one.paper, one.related): one.shared for one in nearest(PAPERS.items())}
    assert shared["a", "c"] == ("Weight Decay", "Ann Lee")
    assert shared["a", "b"][0] == "Grokking"
    assert "grokking" not in shared["a", "b"], "a word within a shared keyword isn't named again"


def test_related_papers_depend_on_nothing_but_the_papers() -> None:
    assert list(nearest(PAPERS.items())) == list(nearest(PAPERS.items()))
    forward = {(one.paper, one.related, one.score) for one in nearest(PAPERS.items())}
    backward = {(one.paper, one.related, one.score) for one in nearest(reversed(PAPERS.items()))}
    assert forward == backward


# The head of a list

README = """\
# A [List](https://x.example.org) [![Awesome](https://b.example.org/a.svg)](https://b.example.org)

About it.

Homepage: <https://x.example.org/list>
Tags: one, two three
License: CC0-1.0
"""
CATALOGUE = """\
A service.

https://x.example.org/list

What it lists.
https://x.example.org/list

List: a-list

deep-learning grokking neural-collapse

Last synced: 23 days ago
"""
HOME = "https://x.example.org/list"
HEADS = (
    ("", Head()),
    (
        "# A List\n\nAbout it,\nin two lines.\n\n## Topic\n\nHomepage: https://x.org",
        Head("A List", "About it, in two lines."),
    ),
    (README, Head("A List", "About it.", HOME, ("one", "two", "three"), "CC0-1.0")),
    (CATALOGUE, Head("a-list", "What it lists.", HOME, ("deep-learning", "grokking", "neural-collapse"))),
    ("Homepage: not an address\n", Head()),
)


@pytest.mark.parametrize(("text", "head"), HEADS)
def test_a_head_says_what_the_list_is(text: str, head: Head) -> None:
    assert parse_head(text.splitlines()) == head


def test_flat_and_nested_lists_give_the_same_rows_but_for_their_source() -> None:
    flat, nested = (records_of(write_list([ONE, THIRD, AGAIN], style)).tables for style in (FLAT, NESTED))
    own = {"source", "lists"}  # which have the checksum of the text
    assert {name: flat[name] for name in flat.keys() - own} == {name: nested[name] for name in nested.keys() - own}
    assert flat["papers"][0]["authors"] == ("Leon Bottou", "Bo Chen")
    assert len(read_text(TEXT).entries) == 3
