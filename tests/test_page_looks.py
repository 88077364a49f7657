"""Pages of tables that show no table: names as an index, papers as cards, each on a page of its own."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils.asgi import Request
from datasette.views import table
from datasette.views.row import RowView
from page_kinds import find_page_kinds
from phenomena_web.site import DATABASE
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.anyio


async def test_datasette_makes_a_page_of_these_parts(site: Datasette) -> None:
    """What is patched; see the docstring of patch_cells."""
    await site.invoke_startup()
    display = table.display_columns_and_rows
    given = "datasette, database_name, table_name, description, rows, link_column=False, truncate_cells=0"
    assert str(inspect.signature(inspect.unwrap(display))) == f"({given}, sortable_columns=None)"
    assert str(inspect.signature(inspect.unwrap(RowView.data))) == "(self, request, default_labels=False)"
    assert inspect.unwrap(display) is not display and inspect.unwrap(RowView.data) is not RowView.data


async def test_cells_are_made_where_a_page_shows_them(site: Datasette, folder: Path) -> None:
    """All of a page's cells or none: names, cards and the pages of their rows have no table."""
    made: list[str] = []

    class Counter:
        @hookimpl
        def render_cell(self, column: str) -> None:
            made.append(column)

    counter = Counter()
    pm.register(counter)
    try:
        for name, path in find_page_kinds(folder).items():
            if path.startswith("/phenomena/search"):
                continue  # a query, whose cells have another look
            made.clear()
            answer = await site.client.get(path, cookies={"asked": "anew"})
            cells = LexborHTMLParser(answer.text).css("table.rows-and-columns tbody td")
            assert bool(made) == bool(cells), name
    finally:
        pm.unregister(counter)


async def test_a_row_without_a_page_of_its_own_has_its_table(site: Datasette) -> None:
    rows = {"link": ("links", "1"), "topic": ("topics", "neural-collapse")}
    found = {}
    for name, (name_of_table, key) in rows.items():
        asked = Request.fake("/", url_vars={"database": DATABASE, "table": name_of_table, "pks": key, "format": None})
        _, context, templates = await RowView(site).data(asked, default_labels=True)
        found[name] = sorted(await context()), templates[-1]
    whole = ["custom_table_templates", "display_columns", "display_rows", "foreign_key_tables", "metadata", "private"]
    assert found == {"link": (whole, "row.html"), "topic": ([], "row.html")}
    extras = await site.client.get("/phenomena/topics/neural-collapse.json?_extras=foreign_key_tables")
    assert {one["other_table"] for one in extras.json()["foreign_key_tables"]} >= {"papers", "listings"}
