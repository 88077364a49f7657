"""Pages of some papers are found in another way than their SQL says, and hold the same rows in the same order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from phenomena_web import page_plan
from phenomena_web.page_plan import in_order, is_common, plan
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.anyio
OF_KEYWORD = "papers.id in (select paper from paper_keywords where keyword = :k)"
PAGE = f"select id, digest from papers where {OF_KEYWORD} order by submitted desc, id limit 26"
IN_ORDER = PAGE.replace("papers.id in", "+papers.id in")
COMMON = ("_keyword=lotterytickethypothesis", "_topic=lottery-ticket-hypothesis", "_year=2022")
COMMON += ("_list=deep-learning-phenomena-a-list-of-papers",)  # one paper of twenty or more
SELECTIONS = (*COMMON, "_keyword=lotterytickethypothesis&_topic=lottery-ticket-hypothesis")
SELECTIONS += ("_topic=neural-tangent-kernel&_year=2020", "_keyword=neuralcollapse&_year=2016")
SORTS = ("", "&_sort=title", "&_sort_desc=author_count")


def run_as_common(sql: str) -> str:
    """A page's statement as it is run where its papers are common."""
    token = is_common.set(True)
    try:
        return plan(sql)
    finally:
        is_common.reset(token)


async def read_all(site: Datasette, selection: str) -> list[Any]:
    """The rows of all pages, and the addresses of the pages to which the first leads."""
    rows, following = [], f"/phenomena/papers.json?{selection}&_size=300"
    while following:
        answer = (await site.client.get(following, headers={"cookie": "asked=anew"})).json()
        rows += answer["rows"]
        following = answer["next_url"] and answer["next_url"].removeprefix("http://localhost")
    page = await site.client.get(f"/phenomena/papers?{selection}", headers={"cookie": "asked=anew"})
    links = LexborHTMLParser(page.text).css("nav.pages a")
    return [rows, [link.attributes["href"] for link in links]]


def test_rows_are_read_when_their_keys_are_sorted() -> None:
    keys = PAGE.replace("select id, digest", "select id")
    assert plan(PAGE) == f"select id, digest from papers where id in ({keys}) order by submitted desc, id"


@pytest.mark.parametrize("column", ["submitted", "title"])
def test_common_papers_are_found_on_the_way_through_the_index_of_their_order(folder: Path, column: str) -> None:
    page = PAGE.replace("submitted", column)
    assert run_as_common(page) == IN_ORDER.replace("submitted", column)
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as database:
        steps = [row[3] for row in database.execute(f"explain query plan {run_as_common(page)}", {"k": "x"})]
    assert steps[0] == f"SCAN papers USING INDEX idx_papers_{column}_id"


def test_an_order_without_such_an_index_is_sorted() -> None:
    assert run_as_common(PAGE.replace("submitted", "venue")) == plan(PAGE.replace("submitted", "venue")) != PAGE
    assert in_order(f"from papers where {OF_KEYWORD}", "title") == f"from papers where {OF_KEYWORD}"


@pytest.mark.parametrize(
    "sql",
    [
        f"select count(*) from papers where {OF_KEYWORD}",
        f"select topic as value, count(*) as n from papers where {OF_KEYWORD} group by topic order by n limit 31",
        f"select topic, count(*) from (select * from papers where {OF_KEYWORD}) group by topic order by 2 limit 9",
        f"select * from (select *, row_number() over () as n from ({PAGE})) where n in (25)",
        "select id, digest from papers where venue = :v order by submitted desc, id limit 26",
        "select id, digest from papers order by submitted desc, id limit 26",
        f"select id from authors where {OF_KEYWORD} order by id limit 26",
        f"select id, digest from papers where {OF_KEYWORD} limit 26",
    ],
)
def test_other_statements_stay(sql: str) -> None:
    assert plan(sql) == run_as_common(sql) == sql


async def test_pages_hold_the_same_rows_in_every_order(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    """As their SQL gives them, whether only all papers are common or any number of them."""
    selections = [f"{one}{sort}" for one in SELECTIONS for sort in SORTS]
    monkeypatch.setattr(page_plan, "plan", str)
    wanted = [await read_all(site, one) for one in selections]
    assert {len(rows) for rows, _ in wanted} >= {0, 580} and any(links for _, links in wanted)
    monkeypatch.setattr(page_plan, "plan", plan)
    monkeypatch.setattr(page_plan, "LARGE", 1)
    for share in (1, 10_000):
        monkeypatch.setattr(page_plan, "SHARE", share)
        assert [await read_all(site, one) for one in selections] == wanted


async def test_what_is_common_is_judged_for_each_page(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the number of papers; a choice of two is looked up, for nobody knows how many they share."""
    monkeypatch.setattr(page_plan, "LARGE", 1)
    monkeypatch.setattr(page_plan, "SHARE", 20)
    found = {}
    for selection in (*SELECTIONS, "_keyword=scalinglaws", "venue=iclr", "_author=nobody"):
        await site.client.get(f"/phenomena/papers.json?{selection}", headers={"cookie": "asked=anew"})
        found[selection] = is_common.get()
    assert found == dict.fromkeys(found, False) | dict.fromkeys(COMMON, True)
