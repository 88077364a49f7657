"""Pages of a table: one after another they hold every row once, in one order, whatever they are sorted by."""

from __future__ import annotations

import httpx
import pytest
from datasette.app import Datasette


async def read_pages(site: Datasette, table: str, query: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    following = ""
    while following is not None:
        answer = (await site.client.get(f"/phenomena/{table}.json?_shape=objects&{query}{following}")).json()
        rows += answer["rows"]
        following = f"&_next={answer['next']}" if answer["next"] else None
    return rows


@pytest.mark.anyio
@pytest.mark.parametrize("column", ["topic", "year", "submitted", "venue", "venue_year", "doi", "title", "id"])
@pytest.mark.parametrize("order", ["_sort", "_sort_desc"])
async def test_a_sorted_table_shows_every_row_once(site: Datasette, column: str, order: str) -> None:
    rows = await read_pages(site, "papers", f"{order}={column}&_size=25")
    whole = (await site.client.get(f"/phenomena/papers.json?_shape=array&_size=max&{order}={column}")).json()
    assert len({row["id"] for row in rows}) == 254
    assert rows == whole


@pytest.mark.anyio
@pytest.mark.parametrize("table", ["papers", "authors", "keywords", "paper_authors", "problems", "source_lines"])
async def test_a_table_as_it_comes_shows_every_row_once(site: Datasette, table: str) -> None:
    rows = await read_pages(site, table, "_size=100")
    count = (await site.client.get(f"/phenomena/{table}.json?_size=0")).json()["filtered_table_rows_count"]
    assert len({tuple(map(str, row.values())) for row in rows}) == len(rows) == count


@pytest.mark.anyio
async def test_a_filtered_and_searched_table_too(site: Datasette) -> None:
    for query in ("year=2022&_sort_desc=venue", "_search=lottery&_sort=year", "venue__isnull=1&_sort_desc=venue"):
        rows = await read_pages(site, "papers", f"{query}&_size=7")
        whole = (await site.client.get(f"/phenomena/papers.json?_shape=array&_size=max&{query}")).json()
        assert rows == whole
        assert rows


@pytest.mark.anyio
async def test_the_sql_shown_is_the_sql_run(site: Datasette) -> None:
    answer = (await site.client.get("/phenomena/papers.json?_sort_desc=venue&_size=5&_shape=objects")).json()
    assert answer["query"]["sql"].endswith("order by venue desc, id limit 6")
    again = await site.client.get("/phenomena.json", params={"sql": answer["query"]["sql"], "_shape": "array"})
    assert [row["id"] for row in again.json()][:5] == [row["id"] for row in answer["rows"]]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path",
    [
        "papers.json?_sort=nothing",
        "papers.json?_sort=year&_sort_desc=year",
        "papers.json?_sort=year%20limit%201--",
        "nothing.json?_sort=year",
        "papers.json?_sort=year&_next=x,y,z",
    ],
)
async def test_a_sort_that_can_not_be_is_still_refused(site: Datasette, path: str) -> None:
    assert (await site.client.get(f"/phenomena/{path}")).status_code >= 400


def test_the_real_server_pages_alike(server: str) -> None:
    keys: list[str] = []
    address = f"{server}/phenomena/papers.json?_sort=venue&_shape=objects&_size=60"
    while address:
        answer = httpx.get(address).json()
        keys += [row["id"] for row in answer["rows"]]
        address = answer["next_url"]
    assert len(keys) == len(set(keys)) == 254
