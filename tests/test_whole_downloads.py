"""Every download link and every snippet of a page gives as many rows as the page states, or says why it doesn't."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from datasette.app import Datasette
from datasette.utils import LimitedWriter
from datasette.views import base
from downloading import check_downloads, count_held, count_stated, find_addresses
from page_kinds import TABLES, VIEWS, fetch, find_page_kinds, sql_path
from page_reading import attributes, read, texts

pytestmark = pytest.mark.anyio
THROUGH = urlencode({"_through": '{"table":"paper_keywords","column":"keyword","value":"pruning"}'})
MORE = {
    "later page": "papers?_next=2024-06,arxiv-2406-04267&_sort_desc=submitted",
    "with facets": "papers?_view=table&_facet=venue&_facet_size=max&_facet_by=topic",
    "filtered": "papers?year__gte=2023&_topic=neural-collapse&_nocol=digest",
    "searched": "papers?_search=neural&_sort=title&_size=5",
    "through": f"papers?{THROUGH}",
    "later page of a table": "links?_next=90&_size=10",
    "later page of a view": "coauthors?_next=2000&_size=100",
    "filtered view": "coauthors?paper_count__gt=1",
    "a few papers": "papers?_search=grokking",
}
CUT = sql_path("select author, coauthor from coauthors")
RAN = sql_path("select paper, line from list_entries where year = :year") + "&year=2023&_hide_sql=1"


async def test_downloads_of_every_kind_of_page_hold_what_it_states(place: Path, pages: Datasette) -> None:
    found = [await check_downloads(pages, await read(pages, path)) for path in find_page_kinds(place).values()]
    assert len([one for one in found if one]) > 15


@pytest.mark.parametrize("name", [*TABLES, *VIEWS])
async def test_downloads_of_every_table_and_view_hold_all_its_rows(place: Path, pages: Datasette, name: str) -> None:
    page = await read(pages, f"/phenomena/{name}")
    [total] = fetch(place, f"select count(*) as n from {name}")
    if total["n"]:
        assert count_stated(page) == total["n"]
        assert await check_downloads(pages, page) >= 3


@pytest.mark.parametrize("name", MORE)
async def test_downloads_of_a_part_hold_all_of_that_part(short_site: Datasette, name: str) -> None:
    assert await check_downloads(short_site, await read(short_site, f"/phenomena/{MORE[name]}")) >= 3


async def test_downloads_of_a_result_hold_all_of_it(site: Datasette) -> None:
    assert await check_downloads(site, await read(site, RAN)) >= 3
    assert (
        await check_downloads(site, await read(site, sql_path("select author, coauthor from coauthors limit 5000")))
        >= 3
    )


async def test_nothing_of_a_cut_result_is_downloaded(site: Datasette) -> None:
    page = await read(site, CUT)
    assert texts(page, ".export-links") == [
        "The result is cut at 5,000 rows, so it can’t be downloaded: add a limit, or page it with limit and offset."
    ]
    assert attributes(page, ".export-links a", "href") == []
    for address in find_addresses(page):
        answer = await site.client.get(address)
        assert (answer.status_code, "5,000 rows" in answer.text or "5000 rows" in answer.text) == (400, True), address


@pytest.mark.parametrize("shape", ["array", "arrayfirst", "array&_nl=on"])
async def test_a_result_that_is_cut_is_no_bare_json(site: Datasette, shape: str) -> None:
    answer = await site.client.get(CUT.replace("/phenomena", "/phenomena.json") + f"&_shape={shape}")
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        "The query finds over 5,000 rows; page it with limit and offset, or ask for _shape=objects, cut there."
    )
    result = (await site.client.get(CUT.replace("/phenomena", "/phenomena.json") + "&_shape=objects")).json()
    assert (result["truncated"], len(result["rows"])) == (True, 5_000)


async def test_every_bare_shape_of_a_table_holds_all_rows(small_pages: Datasette) -> None:
    """Of pages of 7: as many as in one page, in the order of the pages."""
    path = "/phenomena/papers.json?_sort=title&_json=authors&_labels=on&_col=title&_col=authors&_col=topic"
    rows: list[dict[str, object]] = []
    following = ""
    while following is not None:
        answer = (await small_pages.client.get(f"{path}&_shape=objects{following}")).json()
        rows += answer["rows"]
        following = "&" + urlencode({"_next": answer["next"]}) if answer["next"] else None
    shapes = {
        shape: await small_pages.client.get(f"{path}&_shape={shape}") for shape in ("array", "arrayfirst", "object")
    }
    assert len(rows) == 101
    assert shapes["array"].json() == rows
    assert shapes["arrayfirst"].json() == [row["id"] for row in rows]
    assert shapes["object"].json() == {row["id"]: row for row in rows}
    assert isinstance(rows[0]["authors"], list) and isinstance(rows[0]["topic"], dict)
    lines = await small_pages.client.get(f"{path}&_shape=array&_nl=on")
    assert [json.loads(line) for line in lines.text.split("\n")] == rows
    assert all("link" not in answer.headers for answer in (*shapes.values(), lines))


@pytest.mark.parametrize("path", ["screening.csv?_stream=on", "screening.sheet", "papers.csv?_where=1"])
async def test_no_download_is_cut_at_a_number_of_bytes(
    short_site: Datasette, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a megabyte were a byte: of very many papers these are longer than the 100 MB that Datasette would allow."""

    class Counting(LimitedWriter):  # type: ignore[misc]  # Datasette has no types
        def __init__(self, writer: Any, limit_mb: int) -> None:
            super().__init__(writer, limit_mb / 2**20)

    monkeypatch.setattr(base, "LimitedWriter", Counting)
    answer = await short_site.client.get(f"/phenomena/{path}")
    assert (answer.status_code, count_held(urlsplit(path).path, answer.text)) == (200, 144)


async def test_under_a_base_url_too(short: Path) -> None:
    site = Datasette(config_dir=short, settings={"base_url": "/under/", "max_returned_rows": 100})
    for file in ("papers.json?_shape=array", "papers.bib", "screening.ris", "papers.csv", "papers.sheet"):
        answer = await site.client.get(f"/phenomena/{file}")
        assert count_held(urlsplit(file).path, answer.text) == 144


async def test_the_shape_that_datasette_vega_appends_may_stand_there_already(short_site: Datasette) -> None:
    page = await read(short_site, "/phenomena/links?_size=3")
    [first, *_] = attributes(page, ".export-links a[href*=json]", "href")
    rows = (await short_site.client.get(f"{first}&_shape=array&_shape=array")).json()
    assert (len(rows), set(rows[0]) >= {"label", "host"}) == (count_stated(page), True)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("coauthors.json?_shape=object", "_shape=object needs a table with a primary key; use array or objects."),
        ("papers_by_year.json?_shape=object", "_shape=object needs a table with a primary key; use array or objects."),
        ("topics.json?_json=nothing&_shape=array", "_json names the column 'nothing', which isn't there;"),
        ("papers_by_year.json?_json=nothing", "_json names the column 'nothing', which isn't there;"),
    ],
)
async def test_what_json_can_not_hold_is_refused(site: Datasette, path: str, words: str) -> None:
    answer = await site.client.get(f"/phenomena/{path}")
    assert (answer.status_code, answer.json()["error"][: len(words)]) == (400, words)


async def test_an_array_that_grows_too_long_points_to_the_csv(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    render = site.renderers["json"][0]
    monkeypatch.setitem(render.__globals__, "MOST_BYTES", 1_000_000)
    answer = await site.client.get("/phenomena/coauthors.json?_shape=array")
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "The rows take over 0 MB; download the CSV, which streams: /phenomena/coauthors.csv",
    )
