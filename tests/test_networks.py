"""The networks of authors and keywords: their neighbours, the ties among them, and the markup of a small one."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from page_kinds import fetch, row_path
from page_reading import attributes, read, texts
from phenomena_web.network_drawing import Node, draw_network, find_place, fit_name, order_nodes, radius, thickness
from phenomena_web.statements import fetch_named

pytestmark = pytest.mark.anyio


def node(key: str, paper_count: int = 1) -> Node:
    return Node(key, f"{key.upper()} <x>", f"/{key}", paper_count)


def test_a_small_network_whole() -> None:
    assert draw_network("Me & you", [node("a"), node("b", 4)], [("a", "b", 2)], "Of me") == (
        '<svg class="network" viewBox="0 0 460 400" role="group" aria-label="Of me"><g class="ties">'
        '<line x1="314" y1="200" x2="146" y2="200" stroke-width="2.0"/>'
        '<line x1="230" y1="200" x2="314" y2="200" stroke-width="1.3"/>'
        '<line x1="230" y1="200" x2="146" y2="200" stroke-width="3.4"/></g>'
        '<a href="/a" tabindex="-1"><title>A &lt;x&gt;: 1 paper</title><circle cx="314" cy="200" r="5.2"/>'
        '<text x="325.2" y="204.0">A &lt;x&gt;</text></a>'
        '<a href="/b" tabindex="-1"><title>B &lt;x&gt;: 4 papers</title><circle cx="146" cy="200" r="7.4"/>'
        '<text x="132.6" y="204.0" text-anchor="end">B &lt;x&gt;</text></a>'
        '<g class="centre"><circle cx="230" cy="200" r="9"/><title>Me &amp; you</title></g></svg>'
    )


def test_neighbours_that_share_most_stand_beside_each_other() -> None:
    nodes = [node(key) for key in "abcde"]
    ordered = order_nodes(nodes, [("a", "d", 1), ("a", "c", 3), ("c", "e", 2), ("d", "e", 9)])
    assert [one.key for one in ordered] == ["a", "c", "e", "d", "b"]
    assert [one.key for one in order_nodes(nodes, [])] == list("abcde")
    assert order_nodes([], []) == []


def test_places_are_apart_and_within_the_drawing() -> None:
    places = [find_place(number, 20) for number in range(20)]
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) > 20 for a, b in combinations(places, 2))
    assert all(0 < x < 460 and 0 < y < 400 for x, y in places)


def test_sizes_grow_up_to_a_bound() -> None:
    assert [round(radius(count), 1) for count in (1, 4, 9, 1_000)] == [5.2, 7.4, 9.6, 14]
    assert [thickness(count) for count in (1, 2, 1_000)] == [1.2999999999999998, 2.0, 6]


@pytest.mark.parametrize(
    ("name", "x", "shown"),
    [
        ("Short", 314, ["Short"]),
        ("Gintare Karolina Dziugaite", 314, ["Gintare Karolina", "Dziugaite"]),
        ("Out-of-Distribution Generalization", 146, ["Out-of-", "Distribution", "Generalization"]),
        ("Out-of-Distribution Generalization", 240, ["Out-of-Distribution", "Generalization"]),
        (
            "One name that has too many words for three lines",
            314,
            ["One name that has", "too many words", "for three lines"],
        ),
        (
            "Far too many words for what three lines may hold",
            314,
            ["Far too many", "words for what", "three lines may…"],
        ),
        ("A very long name for somebody altogether new", 314, ["A very long name", "for somebody", "altogether new"]),
        ("Honorificabilitudinitatibus", 314, ["Honorificabilitu…"]),
    ],
)
def test_names_are_broken_or_cut_to_the_room_they_have(name: str, x: float, shown: list[str]) -> None:
    assert fit_name(name, x) == shown


AUTHORS = """select coauthor_id as other, coauthor as name, paper_count from coauthors where author_id = ?
    order by paper_count desc, coauthor limit 16"""
KEYWORDS = """select case keyword_id when ?1 then other_id else keyword_id end as other,
    case keyword_id when ?1 then other else keyword end as name, paper_count
    from keyword_pairs where ?1 in (keyword_id, other_id) order by paper_count desc, name limit 16"""
AMONG = {
    "authors": "select sum(paper_count) as papers, count(*) as pairs from coauthors where author_id < coauthor_id "
    "and author_id in (select value from json_each(?1)) and coauthor_id in (select value from json_each(?1))",
    "keywords": "select sum(paper_count) as papers, count(*) as pairs from keyword_pairs where "
    "keyword_id in (select value from json_each(?1)) and other_id in (select value from json_each(?1))",
}


@pytest.mark.parametrize(
    ("table", "key", "sql"), [("authors", "jonathanfrankle", AUTHORS), ("keywords", "grokking", KEYWORDS)]
)
async def test_a_network_has_the_neighbours_and_ties_of_the_views(
    site: Datasette, folder: Path, table: str, key: str, sql: str
) -> None:
    page = await read(site, row_path(table, key))
    expected: list[dict[str, Any]] = fetch(folder, sql, key)
    found = dict(zip(attributes(page, "svg.network a", "href"), texts(page, "svg.network a title"), strict=True))
    assert len(found) == len(expected) == 16
    assert found == {
        row_path(table, one["other"]): f"{one['name']}: {one['paper_count']} paper{'s' * (one['paper_count'] > 1)}"
        for one in expected
    }
    listed = attributes(page, "section[aria-labelledby=near] table.bars th a", "href")
    listed = listed or attributes(page, "section[aria-labelledby=near] table.bars td.bar a", "href")
    assert set(listed) == set(found), "the same neighbours as a list"
    [among] = fetch(folder, AMONG[table], json.dumps([one["other"] for one in expected]))
    widths = [float(width) for width in attributes(page, "svg.network line", "stroke-width")]
    assert len(widths) == among["pairs"] + 16
    papers = round(sum((width - 0.6) / 0.7 for width in widths[: among["pairs"]]))
    assert papers == among["papers"] > 0


async def test_the_first_co_authors_come_with_the_number_of_all(site: Datasette, folder: Path) -> None:
    """Not one more is read than is shown; of those that share as many papers, the first by name."""
    people = fetch(folder, "select id from authors where rowid % 20 = 0 or paper_count > 4 order by id")
    found, expected = [], []
    for one in people:
        found += await fetch_named(site, "coauthors_of_author", id=one["id"], most_people=16)
        [all_of_them] = fetch(folder, "select count(*) as n from coauthors where author_id = ?", one["id"])
        expected += [row | {"n": all_of_them["n"]} for row in fetch(folder, AUTHORS, one["id"])]
    assert [tuple(row.values()) for row in found] == [
        (row["name"], row["paper_count"], row["other"], row["n"]) for row in expected
    ]
    page = await read(site, row_path("authors", "jonathanfrankle"))
    [first] = await fetch_named(site, "coauthors_of_author", id="jonathanfrankle", most_people=1)
    assert texts(page, "section[aria-labelledby=near] p.more a") == [f"All {first['coauthor_count']} co-authors"]


async def test_whoever_has_two_neighbours_or_fewer_has_a_list_only(site: Datasette, folder: Path) -> None:
    [lonely] = fetch(folder, "select author_id as id from coauthors group by 1 having count(*) = 2 order by 1 limit 1")
    page = await read(site, row_path("authors", lonely["id"]))
    assert len(page.css("svg.network")) == 0
    assert len(page.css("section[aria-labelledby=near] table.bars tr")) == 2
