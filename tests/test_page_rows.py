"""Rows that a page fetches ahead: the same as one by one, in one trip to a thread, and none that it doesn't use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.plugins import pm
from datasette.utils import sqlite3
from jinja2 import nodes
from page_kinds import SLOW, find_page_kinds
from phenomena_web.site import published
from phenomena_web.statements import fetch_named, fetch_together
from sites import ROOT

pytestmark = pytest.mark.anyio
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def make_rows(site: Datasette) -> Any:
    """What plugins/pages.py makes for each page."""
    [module] = [plugin for plugin in pm.get_plugins() if getattr(plugin, "PageRows", None)]
    return module.PageRows(site)


@pytest.fixture
def trips(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was done in a thread of the database, a list that grows."""
    made: list[object] = []
    execute = published(site).execute_fn

    async def noted(task: Any) -> Any:
        made.append(task)
        return await execute(task)

    monkeypatch.setattr(published(site), "execute_fn", noted)
    return made


async def test_rows_ahead_are_those_of_each_statement_alone(site: Datasette, trips: list[object]) -> None:
    await site.invoke_startup()
    trips.clear()
    page = make_rows(site)
    await page.ahead("topics", "years_of_topic", "papers_of_topic", "papers_by_year", id="neural-collapse", most=3)
    assert len(trips) == 1
    found = [
        await page.rows("topics"),
        await page.rows("years_of_topic", id="neural-collapse"),
        await page.rows("papers_of_topic", id="neural-collapse", most=3),
        await page.rows("papers_by_year"),
    ]
    assert len(trips) == 1
    assert found[:3] == [
        await fetch_named(site, "topics"),
        await fetch_named(site, "years_of_topic", id="neural-collapse"),
        await fetch_named(site, "papers_of_topic", id="neural-collapse", most=3),
    ]
    answer = await site.client.get("/phenomena/papers_by_year.json?_shape=array")
    assert found[3] == answer.json() and [len(rows) for rows in found[:3]] == [9, 6, 3]


async def test_rows_for_other_values_are_not_those_kept(site: Datasette, trips: list[object]) -> None:
    page = make_rows(site)
    await page.ahead("papers_of_topic", id="neural-collapse", most=3)
    trips.clear()
    kept, more, others = [
        await page.rows("papers_of_topic", id=key, most=most)
        for key, most in (("neural-collapse", 3), ("neural-collapse", 4), ("others", 3))
    ]
    assert len(trips) == 2 and kept == more[:3] and len(more) == 4 and others != kept


async def test_a_list_is_bound_as_an_array(site: Datasette) -> None:
    page = make_rows(site)
    [one, other, *_] = await page.rows("topics")
    papers = [row["id"] for row in await page.rows("papers_of_topic", id=other["id"], most=2)]
    cards = await page.rows("cards", papers=papers)
    assert [card["paper"] for card in cards] == papers and cards[0]["topic_id"] != one["id"]


async def test_an_unknown_name_is_refused(site: Datasette) -> None:
    with pytest.raises(TypeError):
        await make_rows(site).ahead("topics", "no_such_statement")


async def test_each_statement_has_its_time_and_no_more(folder: Path) -> None:
    site = Datasette(immutables=[folder / "phenomena.db"], settings={"sql_time_limit_ms": 20})
    assert await fetch_together(site, [("select 1 as one", {}), ("select :b as b", {"b": 2})]) == [
        [{"one": 1}],
        [{"b": 2}],
    ]
    with pytest.raises(QueryInterrupted):
        await fetch_together(site, [("select 1", {}), (SLOW, {})])
    with pytest.raises(sqlite3.OperationalError, match="no such column: absent"):
        await fetch_together(site, [("select absent", {})])


def names_in(tree: nodes.Node, *calls: str) -> set[str]:
    """The texts that a template gives to functions of these names, as the first argument or as any but by name."""
    found = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr in calls:
            found |= {one.value for one in call.args if isinstance(one, nodes.Const)}
            found |= {
                str(one.nodes[0].value) + kind  # type: ignore[attr-defined]
                for one in call.args
                if isinstance(one, nodes.Concat)
                for kind in ("list", "topic", "author", "keyword", "venue")
            }
    return found


def test_what_is_fetched_ahead_is_asked_for(site: Datasette) -> None:
    trees = {path: site.jinja_env.parse(path.read_text("utf-8")) for path in TEMPLATES}
    asked = set().union(*(names_in(tree, "rows", "canned") for tree in trees.values())) | {"keywords_of_papers"}
    assert set().union(*(names_in(tree, "ahead") for tree in trees.values())) <= asked


MOST = {"front": 3, "charts": 1, "topic": 6, "keyword": 7, "author": 7, "venue": 5, "paper": 5, "new": 2, "topics": 3}


@pytest.mark.parametrize("name", MOST)
async def test_a_page_makes_few_trips(site: Datasette, folder: Path, trips: list[object], name: str) -> None:
    """And each statement of a page that was fetched ahead is found: a wrong value there would cost one more."""
    path = find_page_kinds(folder)[name]
    assert (await site.client.get(path)).status_code == 200
    trips.clear()
    assert (await site.client.get(path)).status_code == 200
    assert len(trips) <= MOST[name], name
