"""Whatever a plain Datasette offers an analyst is on this site too: feature by feature, on the same database.

The features are the table in features.md. What it says of Datasette's own pages is tried on a real Datasette without
this project's templates and plugins, so that no row can be met by a page that lacks the feature.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from datasette.app import Datasette
from page_kinds import sql_path
from page_reading import attributes, texts
from selectolax.lexbor import LexborHTMLParser
from servers import start_server
from sites import ROOT

pytestmark = pytest.mark.anyio
CODE = "/phenomena/links?label=code&_sort=id"
NARROW = "/phenomena/links?label=code&_nocol=host"
SORTED = "/phenomena/papers?_view=table&_sort_desc=year"
YEAR = sql_path("select title, year from papers where year = :y limit 3") + "&y=2022"
ITEMS = {  # of a column's menu: words in Datasette's script, and a link of ours on a page
    "Sort ascending": (CODE, "div.column-menu a[href$='label=code&_sort=host']"),
    "Sort descending": (CODE, "div.column-menu a[href$='label=code&_sort_desc=host']"),
    "Facet by this": (CODE, "div.column-menu a[href$='&_facet=field']"),
    "Hide this column": (CODE, "div.column-menu a[href$='&_nocol=field']"),
    "Show all columns": (NARROW, "div.column-menu a[href$='/links?label=code']"),
    "Show not-blank rows": (SORTED, "div.column-menu a[href$='&venue__notblank=1']"),
    "Type: ": (CODE, "div.column-menu :: field TEXT NOT NULL"),
    "columnDescription": (CODE, "div.column-menu :: Host of the address in lower case"),
}
ROWS = re.findall(
    r"^\| (.+?) \| (/.+?) \| (.+?) \| (.+?) \|$", (ROOT / "tests" / "features.md").read_text("utf-8"), re.M
)
FEATURES = [(feature, page, theirs, theirs if ours == "same" else ours) for feature, page, theirs, ours in ROWS]


def holds(page: LexborHTMLParser, wanted: str) -> bool:
    """Whether a page has a node of a selector, with the words that may follow it."""
    selector, _, words = wanted.partition(" :: ")
    return any(words in text for text in texts(page, selector))


@pytest.fixture(scope="module")
def plain(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A Datasette of the same database, with no plugin or template.

    Of the metadata it has the columns of links, one hidden table and one query.
    """
    place = tmp_path_factory.mktemp("plain")
    for name in ("phenomena.db", "inspect-data.json"):
        shutil.copy(folder / name, place)
    metadata = yaml.safe_load((folder / "metadata.yml").read_text("utf-8"))["databases"]["phenomena"]
    queries = {name: metadata["queries"][name] for name in ("papers_by_year",)}
    tables = {"links": {"columns": metadata["tables"]["links"]["columns"]}, "citations": {"hidden": True}}
    kept = {"databases": {"phenomena": {"queries": queries, "tables": tables}}}
    (place / "metadata.yml").write_text(yaml.safe_dump(kept), "utf-8")
    server = start_server(place, "--setting", "truncate_cells_html", "160", DATASETTE_LOAD_PLUGINS="")
    with server, httpx.Client(base_url=server.address) as client:
        yield client


@pytest.fixture(scope="module")
def kept() -> dict[tuple[str, str], LexborHTMLParser]:
    """Pages by server and path: several features are on one."""
    return {}


def test_every_row_of_the_table_is_read() -> None:
    lines = (ROOT / "tests" / "features.md").read_text("utf-8").count("\n| ")
    assert len(FEATURES) == lines - 1 > 70


@pytest.mark.parametrize(("path", "wanted"), [(row[1], row[2]) for row in FEATURES], ids=[row[0] for row in FEATURES])
def test_datasette_has_it(
    plain: httpx.Client, kept: dict[tuple[str, str], LexborHTMLParser], path: str, wanted: str
) -> None:
    if ("plain", path) not in kept:
        kept["plain", path] = LexborHTMLParser(plain.get(path).text)
    assert holds(kept["plain", path], wanted)


@pytest.mark.parametrize(("path", "wanted"), [(row[1], row[3]) for row in FEATURES], ids=[row[0] for row in FEATURES])
async def test_this_site_has_it(
    site: Datasette, kept: dict[tuple[str, str], LexborHTMLParser], path: str, wanted: str
) -> None:
    if ("ours", path) not in kept:
        kept["ours", path] = LexborHTMLParser((await site.client.get(path)).text)
    assert holds(kept["ours", path], wanted)


@pytest.mark.parametrize("words", ITEMS)
async def test_the_menu_of_a_column_has_every_item(site: Datasette, plain: httpx.Client, words: str) -> None:
    path, wanted = ITEMS[words]
    assert words in plain.get("/-/static/table.js").text
    assert holds(LexborHTMLParser((await site.client.get(path)).text), wanted)


async def test_a_menu_offers_nothing_that_is_done_or_refused(site: Datasette) -> None:
    """Under Datasette's own conditions: no sort that holds, no facet or hiding of the key; all links answer 200."""
    page = LexborHTMLParser((await site.client.get("/phenomena/links?_sort=label&_facet=label&label__notblank=1")).text)
    links = {texts(menu, "b")[0]: texts(menu, "a") for menu in page.css("div.column-menu")}
    assert links["id"] == ["Sort ascending", "Sort descending"]
    assert links["label"] == ["Sort descending", "Hide this column"]
    assert links["field"] == ["Sort ascending", "Sort descending", "Facet by this", "Hide this column"]
    statuses = {
        link: (await site.client.get(link)).status_code
        for link in {*attributes(page, "div.column-menu a", "href"), *attributes(page, "main p a[href*=json]", "href")}
    }
    assert len(statuses) > 15
    assert statuses == dict.fromkeys(statuses, 200)


@pytest.mark.parametrize(
    "query",
    [
        "_filter_column=host&_filter_op=exact&_filter_value=github.com",
        "_filter_column=host&_filter_op=isnull__1&_filter_value=",
        "_filter_column_1=label&_filter_op_1=exact&_filter_value_1=code&_filter_column=&_filter_op=exact&_filter_value=",
        "_filter_column_1=&_filter_op_1=exact&_filter_value_1=code&_filter_column=id&_filter_op=gt&_filter_value=9",
        "_filter_column_1=id&_filter_op_1=gt&_filter_value_1=9&_filter_column_7=id&_filter_op_7=lt&_filter_value_7=20",
        "_sort=host&_sort_by_desc=on",
    ],
)
async def test_the_form_leads_where_datasettes_does(site: Datasette, plain: httpx.Client, query: str) -> None:
    answers = plain.get(f"/phenomena/links?{query}"), await site.client.get(f"/phenomena/links?{query}")
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert (await site.client.get(answers[1].headers["location"])).status_code == 200


async def test_the_operators_and_columns_are_datasettes(site: Datasette, plain: httpx.Client) -> None:
    pages = [LexborHTMLParser(one.text) for one in (plain.get(CODE), await site.client.get(CODE))]
    for field in ("_filter_op", "_filter_column", "_filter_op_1"):
        first, second = (attributes(page, f"select[name={field}] option", "value") for page in pages)
        assert first == second
        first, second = (texts(page, f"select[name={field}] option")[1:] for page in pages)
        assert first == second and len(first) > 5


@pytest.mark.parametrize("query", ["_col=host&_col=label", "_nocol=host&_nocol=url", "_col=host&_nocol=host"])
async def test_columns_are_chosen_as_in_datasette(site: Datasette, plain: httpx.Client, query: str) -> None:
    pages = [
        LexborHTMLParser(one.text)
        for one in (plain.get(f"/phenomena/links?{query}"), await site.client.get(f"/phenomena/links?{query}"))
    ]
    first, second = ([name.split()[0] for name in texts(page, "table.rows-and-columns th")] for page in pages)
    assert first == second
    shown = attributes(pages[1], ".column-choice input[checked]", "value")
    assert sorted(shown) == sorted(set(first) - {"id"})
    assert attributes(pages[1], ".column-line a", "href") == ["/phenomena/links"]


async def test_a_choice_of_columns_keeps_the_filters(site: Datasette) -> None:
    page = LexborHTMLParser((await site.client.get(f"{NARROW}&_facet=field&_next=26")).text)
    pairs = zip(
        *(attributes(page, ".column-choice input[type=hidden]", name) for name in ("name", "value")), strict=True
    )
    assert list(pairs) == [("label", "code"), ("_facet", "field")]


async def test_the_schema_beside_the_editor_is_that_of_the_database(site: Datasette) -> None:
    page = LexborHTMLParser((await site.client.get(YEAR)).text)
    shown = {table.attributes["data-table"]: attributes_of(table, "data-column") for table in page.css("[data-table]")}
    known = (await site.client.get("/phenomena.json")).json()
    tables = {one["name"]: one["columns"] for one in known["tables"]}
    assert {name: shown[name] for name in tables} == tables
    assert set(shown) - set(tables) == {one["name"] for one in known["views"]}
    assert holds(page, "[data-table=links] li :: paper text → papers")


def attributes_of(node: LexborHTMLParser, name: str) -> list[str]:
    return [one.attributes[name] or "" for one in node.css(f"[{name}]")]
