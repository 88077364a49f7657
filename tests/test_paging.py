"""Pages of a table: one after another they hold every row once, in one order, whatever they are sorted by."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from datasette.app import Datasette
from page_kinds import TABLES, VIEWS, fetch
from page_reading import attributes, read, texts
from phenomena_web import page_order
from phenomena_web.site import published


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
async def test_a_sorted_table_shows_every_row_once(short_site: Datasette, column: str, order: str) -> None:
    rows = await read_pages(short_site, "papers", f"{order}={column}&_size=7")
    whole = (await short_site.client.get(f"/phenomena/papers.json?_shape=array&_size=max&{order}={column}")).json()
    assert len({row["id"] for row in rows}) == 144
    assert rows == whole


@pytest.mark.anyio
@pytest.mark.parametrize("table", ["papers", "authors", "keywords", "paper_authors", "problems", "source_lines"])
async def test_a_table_as_it_comes_shows_every_row_once(short_site: Datasette, table: str) -> None:
    rows = await read_pages(short_site, table, "_size=40")
    count = (await short_site.client.get(f"/phenomena/{table}.json?_size=0")).json()["filtered_table_rows_count"]
    assert len({tuple(map(str, row.values())) for row in rows}) == len(rows) == count


@pytest.mark.anyio
async def test_a_filtered_and_searched_table_too(short_site: Datasette) -> None:
    for query in ("year=2022&_sort_desc=venue", "_search=lottery&_sort=year", "venue__isnull=1&_sort_desc=venue"):
        rows = await read_pages(short_site, "papers", f"{query}&_size=7")
        whole = (await short_site.client.get(f"/phenomena/papers.json?_shape=array&_size=max&{query}")).json()
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
    ("path", "status", "reason"),
    [
        ("papers.json?_sort=nothing", 400, "papers has no column nothing for _sort."),
        ("papers.json?_sort=year&_sort_desc=year", 400, "Cannot use _sort and _sort_desc at the same time"),
        ("papers.json?_sort=year%20limit%201--", 400, "papers has no column year limit 1-- for _sort."),
        ("nothing.json?_sort=year", 404, "Table not found"),
        ("papers.json?_sort=year&_next=x,y,z", 400, 'near ")": syntax error'),
    ],
)
async def test_a_sort_that_can_not_be_is_still_refused(site: Datasette, path: str, status: int, reason: str) -> None:
    answer = await site.client.get(f"/phenomena/{path}")
    assert (answer.status_code, answer.json()["error"]) == (status, reason)


# Path of a table's first page: its facets and filters, sorts whose pages begin with a missing value, rows of no key.
WALKED = [
    "papers?_size=30",
    "papers?_sort=venue&_size=20&_facet=venue_year",
    "papers?_sort_desc=venue&_size=40&_facet_size=max",
    "papers?_search=neural&_size=15",
    "papers?_keyword=neuraltangentkernel&_sort=title&_size=4",
    "papers?_view=table&_topic=lottery-ticket-hypothesis&_size=5&_facet_array=authors",
    "papers?_where=year%20%3E%202020&_size=25&_facet=code_host",
    "papers?_col=title&_sort=year&_size=40",
    "list_entries?_size=40",
    "problems?_size=5",
    "coauthors?_size=1000",
    "source_lines?_size=250&_facet=field",
]


def counts_of(facets: dict[str, dict[str, object]]) -> dict[str, list[tuple[object, object]]]:
    return {
        name: sorted((str(one["value"]), one["count"]) for one in facet["results"])  # type: ignore[attr-defined]
        for name, facet in facets.items()
    }


@pytest.mark.anyio
@pytest.mark.parametrize("path", WALKED)
async def test_every_page_has_the_counts_and_facets_of_the_whole(short_site: Datasette, path: str) -> None:
    assert await walk(short_site, path) > 1


@pytest.mark.anyio
@pytest.mark.parametrize("name", [*TABLES, *VIEWS])
async def test_every_page_of_every_table_has_the_counts_of_the_whole(place: Path, pages: Datasette, name: str) -> None:
    [total] = fetch(place, f"select count(*) as n from {name}")
    size = min(5000, max(1, int(str(total["n"])) // 4))
    assert await walk(pages, f"{name}?_size={size}&_facet_size=max") >= min(4, int(str(total["n"])))


@pytest.mark.anyio
@pytest.mark.parametrize("name", TABLES)
async def test_a_table_goes_on_where_the_column_that_it_is_sorted_by_is_hidden(
    short_site: Datasette, short: Path, name: str
) -> None:
    """With labels, as on the page: Datasette finds the next page by the key, which may be a label too."""
    columns = fetch(short, "select name, pk from pragma_table_info(?)", name)
    keys, column = [one["name"] for one in columns if one["pk"]], next(one["name"] for one in columns if not one["pk"])
    whole = (await short_site.client.get(f"/phenomena/{name}.json?_shape=objects&_sort={column}&_size=4")).json()
    path = f"/phenomena/{name}.json?_shape=objects&_sort={column}&_nocol={column}&_labels=on&_size=2"
    first = (await short_site.client.get(path)).json()
    rows = first["rows"]
    if first["next"]:
        rows += (await short_site.client.get(f"{path}&{urlencode({'_next': first['next']})}")).json()["rows"]
    assert column not in rows[0]
    bare = [{key: one["value"] if isinstance(one := row[key], dict) else one for key in keys} for row in rows]
    assert bare == [{key: row[key] for key in keys} for row in whole["rows"]]


@pytest.mark.anyio
async def test_the_column_that_rows_without_a_key_are_sorted_by_is_not_offered_to_be_hidden(site: Datasette) -> None:
    offered = attributes(await read(site, "/phenomena/papers_fts?_sort=title"), "div.column-menu a", "href")
    assert [link for link in offered if "_nocol=title" in link] == []
    assert len([link for link in offered if "_nocol=keywords" in link]) == 1


@pytest.mark.anyio
async def test_the_last_column_of_a_view_is_not_offered_to_be_hidden(site: Datasette) -> None:
    for hidden, count in (("?_col=share&_col=filled", 2), ("?_col=share&_col=filled&_nocol=share", 0)):
        offered = attributes(await read(site, f"/phenomena/coverage{hidden}"), "div.column-menu a", "href")
        assert len([link for link in offered if link.count("_nocol") > hidden.count("_nocol")]) == count


async def walk(site: Datasette, path: str) -> int:
    """Go through all pages, check that total and facets are the same on each, and give the number of pages."""
    found, following = [], ""
    while following is not None:
        address = path.replace("?", ".json?").replace("_view=table&", "")
        answer = (await site.client.get(f"/phenomena/{address}{following}")).json()
        found.append((answer["filtered_table_rows_count"], counts_of(answer["facet_results"])))
        following = f"&_next={answer['next']}" if answer["next"] else None
    assert all(one == found[0] for one in found)
    return len(found)


@pytest.mark.anyio
@pytest.mark.parametrize("path", [path for path in WALKED if not path.startswith("coauthors")])
async def test_pages_say_where_they_stand_and_lead_back_as_they_led_on(short_site: Datasette, path: str) -> None:
    kept = dict(parse_qsl(urlsplit(path).query))
    address, walked, last = f"/phenomena/{path}", [], 0
    while True:
        page = await read(short_site, address)
        first, last, total = numbers(texts(page, "p[role=status] strong")[0], last)
        walked.append((address, (first, last, total)))
        back = attributes(page, "a[rel=prev]", "href")
        assert len(back) == (len(walked) > 1)
        if back:
            again = await read(short_site, back[0])
            assert numbers(texts(again, "p[role=status] strong")[0], 0) == walked[-2][1]
        for link in attributes(page, ".facet li a", "href"):
            assert "_next" not in dict(parse_qsl(urlsplit(link).query)), link
        hidden = page.css("form.fields input[type=hidden]")
        pairs = [(one.attributes["name"], one.attributes["value"]) for one in hidden]
        assert len(pairs) == len(set(pairs)) and not {"_next", "_nofacet", "_nocount"} & {name for name, _ in pairs}
        onward = attributes(page, "a[rel=next]", "href")
        if not onward:
            break
        address = onward[0].removeprefix("http://localhost")
    assert last == total and len(walked) == -(-total // int(kept["_size"]))


def numbers(status: str, before: int) -> tuple[int, int, int]:
    """First, last and total of "26–50 of 254 papers"; the first follows the last of the page before."""
    match = re.fullmatch(r"([\d,]+)–([\d,]+) of ([\d,]+) (?:papers|rows)", status)
    assert match, status
    first, last, total = (int(one.replace(",", "")) for one in match.groups())
    assert first == before + 1 or not before
    return first, last, total


@pytest.mark.anyio
async def test_a_page_that_holds_all_or_nothing_says_so_plainly(site: Datasette) -> None:
    for query, status in (
        ("_search=zzzz", "0 papers"),
        ("_topic=neural-collapse&_size=100", "22 papers"),
    ):
        page = await read(site, f"/phenomena/papers?{query}")
        assert texts(page, "p[role=status] strong") == [status]
        assert page.css("a[rel=prev], a[rel=next]") == []


@pytest.mark.anyio
@pytest.mark.parametrize("far", [1, 20, 1_000_000])
async def test_far_pages_are_found_as_near_ones(
    site: Datasette, folder: Path, monkeypatch: pytest.MonkeyPatch, far: int
) -> None:
    """Ends of pages that lie far from each other are looked for separately, and found where they are."""
    monkeypatch.setattr(page_order, "FAR", far)
    first = (await site.client.get("/phenomena/papers.json?_sort_desc=year&_size=7")).json()
    places = [0, 7, 14, 21, 280, 287, 294, 574]
    order = page_order.Order("year", True, ("id",))
    rows = fetch(folder, "select year, id from papers order by year desc, id")
    assert await page_order.find_tokens(published(site), first, order, places, len(rows)) == {
        place: f"{rows[place - 1]['year']},{rows[place - 1]['id']}" if place else None for place in places
    }


@pytest.mark.anyio
async def test_facets_of_a_later_page_lead_to_first_pages(site: Datasette) -> None:
    """A link that kept `_next` would skip rows; a count without the pages before would be too small."""
    first = (await site.client.get("/phenomena/papers.json?_size=25")).json()
    later = (await site.client.get(f"/phenomena/papers.json?_size=25&{urlencode({'_next': first['next']})}")).json()
    assert later["facet_results"] == first["facet_results"]
    assert later["facet_results"]["topic"]["results"][0]["count"] == 232


def test_the_real_server_pages_alike(server: str) -> None:
    keys: list[str] = []
    address = f"{server}/phenomena/papers.json?_sort=venue&_shape=objects&_size=60"
    while address:
        answer = httpx.get(address).json()
        keys += [row["id"] for row in answer["rows"]]
        address = answer["next_url"]
    assert len(keys) == len(set(keys)) == 580
