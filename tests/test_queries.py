"""Canned queries: each runs, with its examples and with nothing, and holds what it promises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from datasette.app import Datasette
from page_kinds import fetch
from page_reading import attributes, read, texts

from phenomena.database.queries import LOOKUPS, Query, read_queries

QUERIES = read_queries()
FRANKLE = ("jonathanfrankle", "Jonathan Frankle", "JONATHAN FRANKLE", "jonathan-frankle")
COLLAPSE = ("neural-collapse", "Neural Collapse", "neural collapse", "NEURAL-COLLAPSE")
SCALING = ("neuralscalinglaw", "Neural Scaling Laws", "neural scaling laws", "Neural-Scaling Law")
NEURIPS = ("neurips", "NeurIPS", "NEURIPS", "conference on neural information processing systems")


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        connection.create_function("fts_query", 1, lambda text: f'"{text}"*', deterministic=True)
        yield connection


def examples(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: field["example"] for name, field in fields.items()}


def names(query: Query) -> list[str]:
    return [parameter.name for parameter in query.parameters]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_looks_names_up_as_the_rest_of_the_site_does(query: Query) -> None:
    written = " ".join(query.sql.split()).replace("( ", "(").replace(" )", ")")
    for parameter in query.parameters:
        if parameter.source in LOOKUPS:
            assert LOOKUPS[parameter.source].replace(":name", f":{parameter.name}") in written, parameter.name


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
@pytest.mark.anyio
async def test_a_query_runs_with_its_examples_and_with_nothing(site: Datasette, folder: Path, query: Query) -> None:
    queries = yaml.safe_load((folder / "metadata.yml").read_text())["databases"]["phenomena"]["queries"]
    given = examples(queries[query.name].get("fields", {}))
    assert list(given) == names(query)
    least = {one.name: given[one.name] for one in query.parameters if one.is_required}
    assert await rows_of(site, query.name, least), "with nothing but what it requires"
    for parameter in () if query.name == "search" else query.parameters:  # words and a filter need not go together
        assert await rows_of(site, query.name, least | {parameter.name: given[parameter.name]}), parameter.name
    await rows_of(site, query.name, given)


@pytest.mark.parametrize("query", [query for query in QUERIES if query.parameters], ids=lambda query: query.name)
@pytest.mark.anyio
async def test_a_query_takes_any_value_or_says_that_none_is_called_so(site: Datasette, query: Query) -> None:
    """In a format that can't say more, rows of nothing would be an answer to another question."""
    tables = {one.name: one.source for one in query.parameters if one.source in LOOKUPS}
    for value in ("'", '"', "%", "no such thing", "1e999", "\N{SNOWMAN}" * 50, "'; drop table papers; --"):
        values = dict.fromkeys(names(query), value)
        answer = await site.client.get(f"/phenomena/{query.name}.json?{urlencode({**values, '_shape': 'array'})}")
        if tables:
            table = next(iter(tables.values()))
            words = f"No {table[:-1]} is called “{value}”. All of them are in /phenomena/{table}"
            assert (answer.status_code, answer.json()["error"]) == (404, words)
        else:
            assert (answer.status_code, answer.json()) == (200, [])
        page = await read(site, f"/phenomena/{query.name}?{urlencode(values)}")
        shown = page.css_first("main").text()
        assert all(f"No {table[:-1]} is called “{value}”." in shown for table in tables.values())


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("coauthors_of_an_author", ({"author": one} for one in FRANKLE)),
        ("papers_by_topic_and_year", ({"topic": one, "year": "2022"} for one in COLLAPSE)),
        ("papers_by_year", ({"topic": one} for one in COLLAPSE)),
        ("share_with_code_by_year", ({"topic": one} for one in COLLAPSE)),
        ("most_listed_authors", ({"topic": one} for one in COLLAPSE)),
        ("keywords_over_time", ({"keyword": one} for one in SCALING)),
        ("search", ({"q": "network", "topic": one} for one in COLLAPSE)),
        ("search", ({"q": "lottery", "author": one} for one in FRANKLE)),
        ("search", ({"q": "scaling", "keyword": one} for one in SCALING)),
        ("search", ({"q": "neural", "venue": one} for one in NEURIPS)),
    ],
)
async def test_a_name_does_as_well_as_a_key(
    site: Datasette, database: sqlite3.Connection, query: str, values: Iterator[dict[str, str]]
) -> None:
    """On the site, and in a database that was downloaded."""
    [sql] = [one.sql for one in QUERIES if one.name == query]
    every = {one.name: "" for one in QUERIES if one.name == query for one in one.parameters}
    found = [(await rows_of(site, query, given), given) for given in values]
    assert found[0][0] and all(rows == found[0][0] for rows, _ in found)
    if query != "search":
        assert all(len(database.execute(sql, every | given).fetchall()) == len(found[0][0]) for _, given in found)


@pytest.mark.anyio
async def test_a_page_that_requires_a_value_starts_with_an_example(site: Datasette) -> None:
    answer = await site.client.get("/phenomena/coauthors_of_an_author?_hide_sql=1")
    assert (answer.status_code, answer.headers["location"]) == (
        302,
        "/phenomena/coauthors_of_an_author?_hide_sql=1&author=Surya+Ganguli",
    )
    page = await read(site, answer.headers["location"])
    assert len(page.css("table.rows-and-columns tbody tr")) == len(
        await rows_of(site, "coauthors_of_an_author", {"author": "Surya Ganguli"})
    )


@pytest.mark.anyio
@pytest.mark.parametrize("given", ["", "?author="])
@pytest.mark.parametrize("extension", ["json", "csv", "bib", "sheet"])
async def test_a_format_without_what_it_requires_is_refused(site: Datasette, extension: str, given: str) -> None:
    answer = await site.client.get(f"/phenomena/coauthors_of_an_author.{extension}{given}")
    words = (
        "The parameter `author` is missing: an author's name or key. "
        f"Give it as in /phenomena/coauthors_of_an_author.{extension}?author=Surya+Ganguli"
    )
    assert answer.status_code == 400
    assert (answer.json()["error"] if extension == "json" else answer.text.strip()) == words


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "tag", "name", "hint"),
    [
        ("coauthors_of_an_author?author=x", "input", "author", "An author's name or key, such as Surya Ganguli"),
        ("keywords_over_time", "input", "keyword", "A keyword's name or key, such as Lottery Ticket Hypothesis"),
        ("papers_by_year", "select", "topic", "A topic's name or key, such as Empirical Study"),
        ("papers_by_topic_and_year", "select", "year", "Year of the list's heading, such as 2022"),
        ("venues_by_year", "select", "kind", "Kind of venue, such as conference"),
        ("search?year=2020", "select", "venue", "A venue's name or key, such as ICLR"),
    ],
)
async def test_a_field_offers_its_values_and_says_what_it_takes(
    site: Datasette, folder: Path, path: str, tag: str, name: str, hint: str
) -> None:
    page = await read(site, f"/phenomena/{path}")
    field = page.css_first(f"{tag}[name={name}]")
    assert texts(page, f"#{field.attributes['aria-describedby']}") == [hint]
    if tag == "input":
        offered = attributes(page, f"datalist#{field.attributes['list']} option", "value")
        sql = f"select name from {name}s order by paper_count desc limit 300"
        assert offered == [row["name"] for row in fetch(folder, sql)]
        return
    wanted = {
        "topic": "select id as value, name as label from topics order by position",
        "year": "select distinct year as value, year as label from listings where year order by 1 desc",
        "kind": "select distinct kind as value, kind as label from venues where kind is not null order by 1",
        "venue": "select id as value, name as label from venues order by paper_count desc, name",
    }[name]
    offered = [(one.attributes["value"], one.text()) for one in field.css("option")]
    assert offered == [("", "All"), *((str(row["value"]), str(row["label"])) for row in fetch(folder, wanted))]


@pytest.mark.anyio
@pytest.mark.parametrize(("given", "chosen"), [("neural collapse", "neural-collapse"), ("nothing", "nothing")])
async def test_what_was_given_is_chosen(site: Datasette, given: str, chosen: str) -> None:
    page = await read(site, "/phenomena/papers_by_year?" + urlencode({"topic": given}))
    assert attributes(page, "select[name=topic] option[selected]", "value") == [chosen]


@pytest.mark.anyio
async def test_an_author_nobody_is_called_is_named_with_a_way_to_all(site: Datasette) -> None:
    page = await read(site, "/phenomena/coauthors_of_an_author?author=Jonathn+Frankle")
    assert texts(page, ".notice") == ["No author is called “Jonathn Frankle”. All authors"]
    assert attributes(page, ".notice a", "href") == ["/phenomena/authors"]


async def rows_of(site: Datasette, name: str, values: Mapping[str, str]) -> list[dict[str, object]]:
    response = await site.client.get(f"/phenomena/{name}.json?{urlencode({**values, '_shape': 'array'})}")
    assert response.status_code == 200, f"{values}: {response.text[:300]}"
    rows = response.json()
    assert isinstance(rows, list)
    return rows


# What the queries promise, against a count of the tables


@pytest.mark.anyio
async def test_papers_by_topic_and_year_agree_with_the_listings(site: Datasette, database: sqlite3.Connection) -> None:
    for topic, year in (("neural-collapse", "2022"), ("neural-collapse", ""), ("", "2022"), ("", "")):
        sql = "select paper from listings where :topic in ('', topic) and :year in ('', year || '') order by id"
        expected = [row[0] for row in database.execute(sql, {"topic": topic, "year": year})]
        rows = await rows_of(site, "papers_by_topic_and_year", {"topic": topic, "year": year})
        assert [row["paper"] for row in rows] == expected


@pytest.mark.anyio
async def test_papers_without_a_link_are_those_with_none(site: Datasette, database: sqlite3.Connection) -> None:
    expected = {row[0] for row in database.execute("select id from papers where paper_url is null")}
    assert {row["paper"] for row in await rows_of(site, "papers_without_a_link", {})} == expected != set()


@pytest.mark.anyio
async def test_problems_by_code_count_every_problem(site: Datasette, database: sqlite3.Connection) -> None:
    rows = await rows_of(site, "problems_by_code", {})
    counted = dict(database.execute("select code, count(*) from problems group by code").fetchall())
    assert {row["code"]: row["problem_count"] for row in rows} == counted


@pytest.mark.anyio
async def test_the_share_with_code_lies_within_its_interval(site: Datasette) -> None:
    rows = await rows_of(site, "share_with_code_by_year", {"topic": ""})
    for row in rows:
        papers, with_code, share, low, high = (
            float(str(row[key])) for key in ("paper_count", "with_code", "share", "low", "high")
        )
        assert share == round(with_code / papers, 4)
        assert 0 <= low <= share <= high <= 1


@pytest.mark.anyio
async def test_search_ranks_the_title_first_and_narrows(site: Datasette) -> None:
    everything = await rows_of(site, "search", {"q": "grokking"})
    assert "grokking" in str(everything[0]["title"]).casefold()
    scores = [float(str(row["score"])) for row in everything]
    assert scores == sorted(scores, reverse=True)
    assert all("«" in str(row["snippet"]) for row in everything)
    year = everything[0]["year"]
    narrowed = await rows_of(site, "search", {"q": "grokking", "year": str(year)})
    assert [row["paper"] for row in narrowed] == [row["paper"] for row in everything if row["year"] == year]
    assert await rows_of(site, "search", {"q": "grokking", "year": "1066"}) == []
    for refused, status in (({"q": "grokking", "author": "nobody at all"}, 404), ({"q": ""}, 400), ({}, 400)):
        assert (await site.client.get(f"/phenomena/search.json?{urlencode(refused)}")).status_code == status
