"""What Datasette calls of the package, in which order, whatever the order in which plugins are found."""

from __future__ import annotations

import inspect
import json
import subprocess
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import datasette_sandbox
import pluggy
import pytest
from datasette import hookspecs
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils.asgi import Request
from datasette.views.table import TableView
from phenomena_web import hooks
from servers import SERVING

PACKAGES = (hooks, datasette_sandbox)


def called(manager: pluggy.PluginManager, hook: str) -> list[str]:
    """The names of the plugins that have a hook, the first called first."""
    return [one.plugin.__name__ for one in reversed(getattr(manager.hook, hook).get_hookimpls())]


def managers() -> Iterator[pluggy.PluginManager]:
    """The packages beside a plugin of the site, registered in each order."""
    plugin = type("other", (), {"asgi_wrapper": hooks.hookimpl(lambda datasette: None)})
    plugin.asgi_wrapper = staticmethod(plugin.asgi_wrapper)
    for order in permutations([*PACKAGES, plugin]):
        manager = pluggy.PluginManager("datasette")
        manager.add_hookspecs(hookspecs)
        for one in order:
            manager.register(one)
        yield manager


def test_the_rules_wrap_all_others_in_whatever_order_plugins_are_found() -> None:
    for manager in managers():
        assert called(manager, "asgi_wrapper")[-1] == "phenomena_web.hooks"
        assert called(manager, "startup") == ["datasette_sandbox", "phenomena_web.hooks"]


@pytest.mark.anyio
async def test_requests_pass_rules_sandbox_and_plugins_in_this_order(site: Datasette) -> None:
    await site.invoke_startup()
    outermost, inner = called(pm, "asgi_wrapper")[:1:-1], called(pm, "asgi_wrapper")[:2]
    assert outermost == ["phenomena_web.hooks", "datasette_sandbox", "downloads.py"]
    assert sorted(inner) == ["fields.py", "search.py"]  # neither needs the other


@pytest.mark.anyio
async def test_statements_and_pages_pass_these_layers(site: Datasette) -> None:
    await site.invoke_startup()
    await Datasette(config_dir=site.config_dir).invoke_startup()  # a second site of this process adds none
    assert layers(Database.execute) == [
        "replaced",
        "advised",
        "noticed",
        "execute",
        "execute",
    ]
    assert layers(TableView.data) == ["paged", "data"]


def layers(function: object) -> list[str]:
    """The functions that wrap one another, the outermost first."""
    inner = getattr(function, "__wrapped__", None)
    return [function.__code__.co_name, *(layers(inner) if inner else [])]  # type: ignore[attr-defined]


@pytest.mark.anyio
async def test_what_is_forbidden_is_said_in_the_format_asked_for(site: Datasette) -> None:
    await site.invoke_startup()
    request = Request.fake("/phenomena/papers.json")
    first = pm.hook.forbidden(datasette=site, request=request, message="view-table")[0]
    response = await first()
    body = {"ok": False, "error": "view-table", "status": 403, "title": None}
    assert (response.status, json.loads(response.body)) == (403, body)


@pytest.mark.anyio
@pytest.mark.parametrize("has_database", [False, True])
async def test_a_server_of_anything_else_is_left_as_it_is(folder: Path, has_database: bool) -> None:
    plain = Datasette([str(folder / "phenomena.db")] if has_database else [], memory=not has_database)
    page, debugging = await plain.client.get("/"), await plain.client.get("/-/threads.json")
    missing = await plain.client.get("/nothing.csv")
    assert (page.status_code, debugging.status_code, missing.status_code) == (200, 200, 404)
    assert "content-security-policy" not in page.headers
    assert missing.headers["content-type"].startswith("text/html")
    assert (await plain.client.get("/phenomena.json")).status_code == (200 if has_database else 404)


@pytest.mark.parametrize(
    "module", ["datasette.app", "datasette.plugins", "datasette.cli", "datasette_sandbox", "phenomena_web.hooks"]
)
def test_either_package_may_be_imported_first(module: str) -> None:
    """Datasette loads its plugins in the middle of its own import."""
    run = subprocess.run([str(SERVING), "-c", f"import {module}"], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_all_hooks_are_in_one_module() -> None:
    assert {name for name, one in inspect.getmembers(hooks) if hasattr(one, "datasette_impl")} == {
        "asgi_wrapper", "extra_template_vars", "forbidden", "handle_exception", "prepare_connection",
        "register_routes", "startup",
    }  # fmt: skip
