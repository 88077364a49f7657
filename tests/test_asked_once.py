"""What the site asks Datasette once: each answer is the same as before, and what relies on it fails when it is gone."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from datasette import facets, utils
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import PrefixedUrlString
from datasette.utils.asgi import Request
from page_kinds import find_page_kinds
from phenomena_web import asked_once
from phenomena_web.site import DATABASE, published

pytestmark = pytest.mark.anyio


async def test_pages_ask_for_the_schemas_through_one_method(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.invoke_startup()
    asked = []

    async def ask() -> None:
        asked.append("schemas")

    monkeypatch.setattr(site, "refresh_schemas", ask)
    assert (await site.client.get(f"/{DATABASE}/topics.json")).status_code == 200
    assert asked and set(asked) == {"schemas"}
    assert str(inspect.signature(Datasette.refresh_schemas)) == "(self)"


async def test_permissions_of_tables_are_read_from_metadata_once(folder: Path) -> None:
    denied = {"topics": {"allow": False}}
    site = Datasette(files=[folder / "phenomena.db"], metadata={"databases": {DATABASE: {"tables": denied}}})
    asked_once.ask_permissions_once(site)

    async def statuses(*names: str) -> list[int]:
        return [(await site.client.get(f"/{DATABASE}/{name}.json")).status_code for name in names]

    assert await statuses("topics", "venues") == [403, 200]
    site._metadata_local["databases"][DATABASE]["tables"] = {key: {"allow": False} for key in ("venues", "authors")}
    assert await statuses("topics", "venues", "authors") == [403, 200, 403]


async def test_where_metadata_has_no_rule_none_is_looked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of another database count as rules: then each table is looked up, as Datasette does it."""
    looked_up: list[str] = []
    monkeypatch.setattr(Datasette, "_table_permission_allows", lambda self, of, table: looked_up.append(table) or [])
    for rules in ({}, {"databases": {"other": {"tables": {"topics": {"allow": {"id": "*"}}}}}}):
        site = Datasette(files=[folder / "phenomena.db"], metadata={"title": "allow", **rules})
        asked_once.ask_permissions_once(site)
        assert (await site.client.get(f"/{DATABASE}/topics.json")).status_code == 200
        assert looked_up == ["topics"] * len(rules)


async def test_what_anyone_may_see_is_judged_once_and_what_others_may_each_time(folder: Path) -> None:
    assert str(inspect.signature(Datasette.permission_allowed)) == "(self, actor, action, resource=None, default=False)"
    allowed = {"topics": {"allow": {"id": "a"}}, "venues": {"allow": False}}
    site = Datasette(files=[folder / "phenomena.db"], metadata={"databases": {DATABASE: {"tables": allowed}}})
    asked_once.ask_permissions_once(site)
    found = [
        await site.permission_allowed(actor, "view-table", (DATABASE, name), default=True)
        for _ in range(2)
        for name in ("topics", "TOPICS", "venues", "authors")
        for actor in (None, {"id": "a"}, {"id": "b"})
    ]
    assert found == 2 * [*2 * [False, True, False], False, False, False, True, True, True]


async def test_where_another_plugin_decides_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    implementations = pm.hook.permission_allowed.get_hookimpls()
    assert [one.plugin_name for one in implementations] == [asked_once.DECIDING]
    monkeypatch.setattr(asked_once, "DECIDING", "another")
    site = Datasette(files=[folder / "phenomena.db"])
    asked_once.ask_permissions_once(site)
    assert site.permission_allowed.__func__ is Datasette.permission_allowed


async def test_made_up_names_fill_no_memory() -> None:
    asked: list[Any] = []

    async def judge(actor: Any, action: str, resource: Any = None, default: Any = False) -> bool:
        asked.append(resource)
        return True

    judged = asked_once.keep_of_anyone(judge)
    for number in range(2 * asked_once.MOST_JUDGED):
        assert await judged(None, "view-table", ("phenomena", str(number)))
    asked.clear()
    for number in range(2 * asked_once.MOST_JUDGED):
        assert await judged(None, "view-table", ("phenomena", str(number)))
    assert asked == [("phenomena", str(number)) for number in range(asked_once.MOST_JUDGED, 2 * asked_once.MOST_JUDGED)]


async def test_structure_is_asked_once_and_answered_as_before(folder: Path) -> None:
    plain, kept = (Datasette(immutables=[folder / "phenomena.db"]).get_database(DATABASE) for _ in range(2))
    await asked_once.ask_structure_once(kept)
    of_all = {"table_names", "view_names", "hidden_table_names", "get_all_foreign_keys"}
    tables = [("papers",), ("PAPERS",), ("topic_years",), ("papers_fts",), ("no_such_table",)]
    for method in (*asked_once.STRUCTURE, "table_exists"):
        for names in [()] if method in of_all else tables:
            answers = [await getattr(one, method)(*names) for one in (plain, kept, kept)]
            assert answers[1:] == 2 * answers[:1], (method, names)


async def test_a_kept_list_is_the_callers_own(folder: Path) -> None:
    database = Datasette(immutables=[folder / "phenomena.db"]).get_database(DATABASE)
    await asked_once.ask_structure_once(database)
    (await database.table_columns("topics")).append("mine")
    assert "mine" not in await database.table_columns("topics")


async def test_a_file_that_may_change_is_asked_each_time(folder: Path) -> None:
    database = Datasette(files=[folder / "phenomena.db"]).get_database(DATABASE)
    await asked_once.ask_structure_once(database)
    assert [name for name in vars(database) if name in (*asked_once.STRUCTURE, "table_exists")] == []


async def test_what_python_can_do_is_asked_once_and_answered_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    address, asked = PrefixedUrlString("/a?b=c"), []
    monkeypatch.setattr(utils, "dir", lambda of: asked.append(of) or dir(of), raising=False)
    monkeypatch.setattr(facets, "detect_json1", lambda: asked.append("JSON") or utils.detect_json1())
    plain = (address.partition("?"), address + "d", address.upper(), address.split("?"))
    plain_facets = facets.register_facet_classes()
    assert set(asked) == {str, "JSON"} and asked.count(str) >= 3
    asked_once.ask_python_once.__wrapped__()
    asked.clear()
    kept = (address.partition("?"), address + "d", address.upper(), address.split("?"))
    assert repr(kept) == repr(plain) and set(map(type, kept)) == {tuple, PrefixedUrlString, list}
    assert [facets.register_facet_classes() for _ in range(2)] == 2 * [plain_facets] and asked == ["JSON"]
    with pytest.raises(AttributeError, match="shout"):
        address.shout()


async def test_no_page_asks_twice(site: Datasette, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements about the schema, and judgements of who may see a table, are none of a page's that was made before."""
    await site.invoke_startup()
    asked: list[str] = []
    execute = published(site).execute

    async def noted(sql: str, *args: Any, **options: Any) -> Any:
        asked.append(sql)
        return await execute(sql, *args, **options)

    kinds = find_page_kinds(folder)
    for name in ("front", "papers", "topic", "database", "canned query", "SQL", "view", "row"):
        assert (await site.client.get(kinds[name])).status_code == 200
        monkeypatch.setattr(published(site), "execute", noted)
        anew = await site.client.get(kinds[name], headers={"cookie": "kept=no"})  # not taken from memory
        assert anew.status_code == 200
        monkeypatch.setattr(published(site), "execute", execute)
    assert [sql for sql in asked if "sqlite_master" in sql] == [] and asked


async def test_an_address_is_parsed_once_and_read_as_before(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.invoke_startup()
    assert isinstance(inspect.getattr_static(Request, "args"), property)
    for query in ("", "a", "a=&a=1&b=%20+%26&%C3%A9=%C3%A9&=x", "a;b=1&a=2"):
        args = Request.fake(f"/?{query}").args
        assert {name: args.getlist(name) for name in args} == parse_qs(query, True)
        args.getlist("a").append("more")
        assert Request.fake(f"/?{query}").args.getlist("a") == parse_qs(query, True).get("a", [])
    parsed = Request.fake("/?once=1").args
    monkeypatch.setattr("urllib.parse.parse_qsl", None)
    assert Request.fake("/?once=1").args.getlist("once") == parsed.getlist("once") == ["1"]
