"""What pages share is made once for a build: the same on each of them, and anew where build or code may change."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasette.app import Datasette
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables
from page_kinds import find_page_kinds
from page_reading import read, texts
from phenomena_web.made_once import made_once
from sites import ROOT

pytestmark = pytest.mark.anyio
SHARED = {"rows", "list", "sections"}  # of `site`, what is not about the page


async def make_twice(site: Datasette) -> list[int]:
    """What two pages get, each of which would make another number."""
    numbers = iter(range(2))

    async def make() -> int:
        return next(numbers)

    return [await made_once(site, "a number", make) for _ in range(2)]


async def test_it_is_kept_only_where_neither_build_nor_code_can_change(folder: Path) -> None:
    file = folder / "phenomena.db"
    assert await make_twice(Datasette(immutables=[file])) == [0, 0]
    assert await make_twice(Datasette(files=[file])) == [0, 1]
    assert await make_twice(Datasette(immutables=[file], cache_headers=False)) == [0, 1]


async def test_what_could_not_be_made_is_made_by_the_next_page(folder: Path) -> None:
    site = Datasette(immutables=[folder / "phenomena.db"])

    async def fail() -> int:
        raise ValueError("not yet")

    with pytest.raises(ValueError, match="not yet"):
        await made_once(site, "a number", fail)
    assert await make_twice(site) == [0, 0]


async def test_parts_that_pages_share_know_nothing_of_a_page(site: Datasette) -> None:
    await site.invoke_startup()
    trees = [site.jinja_env.parse(path.read_text("utf-8")) for path in (ROOT / "templates").rglob("*.html")]
    calls = [call for tree in trees for call in tree.find_all(nodes.Call)]
    parts = {call.args[0].value for call in calls if isinstance(call.node, nodes.Getattr) and call.node.attr == "part"}
    assert parts == {"_nav.html", "_schema.html", "_footer.html"}
    for name in parts:
        tree = site.jinja_env.parse((ROOT / "templates" / name).read_text("utf-8"))
        assert find_undeclared_variables(tree) <= {"site", "urls", "database", "current", "kind"}, name
        used = [one for one in tree.find_all(nodes.Getattr) if isinstance(one.node, nodes.Name)]
        assert {one.attr for one in used if one.node.name == "site"} <= SHARED, name


async def test_the_schema_beside_each_editor_is_all_of_it(site: Datasette, folder: Path) -> None:
    kinds = find_page_kinds(folder)
    database = site.get_database("phenomena")
    hidden = ("papers_fts", "stored_", "sqlite_")
    names = [one for one in [*await database.table_names(), *await database.view_names()] if not one.startswith(hidden)]
    columns = {name: await database.table_columns(name) for name in names}
    for kind in ("database", "SQL", "SQL without rows"):
        page = await read(site, kinds[kind])
        shown = page.css("details.schema details")
        found = {one.attributes["data-table"]: [li.attributes["data-column"] for li in one.css("li")] for one in shown}
        assert found == columns, kind


async def test_menus_and_suggestions_are_the_same_for_all_and_what_was_asked_for_is_not(site: Datasette) -> None:
    pages = [await read(site, f"/phenomena/papers_by_year?topic={topic}") for topic in ("", "neural-collapse", "zzzz")]
    menus = [texts(page, "#qp-topic option") for page in pages]
    assert menus[0] == menus[1] == menus[2][:-1] and menus[2][-1] == "zzzz" and menus[0][0] == "All"
    assert [texts(page, "#qp-topic option[selected]") for page in pages] == [[], ["Neural Collapse"], ["zzzz"]]
    authors = [await read(site, f"/phenomena/coauthors_of_an_author?author={name}") for name in ("nobody", "a%22>b")]
    lists = [[one.attributes["value"] for one in page.css("#qp-author-choices option")] for page in authors]
    assert lists[0] == lists[1] and len(lists[0]) == 300
    assert [page.css_first("#qp-author").attributes["value"] for page in authors] == ["nobody", 'a">b']


async def test_the_page_of_the_only_list_is_marked_as_data(site: Datasette, folder: Path) -> None:
    """For the menu has no lists then."""
    for path in (find_page_kinds(folder)["list"], "/phenomena/lists"):
        page = await read(site, path)
        assert texts(page, "header.site nav a[aria-current=true]") == ["SQL"], path
        assert "Lists" not in texts(page, "header.site nav a")
