"""What the site relies on in Datasette without its documentation saying so: a test for each part of internals.py."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path
from typing import Any

import datasette.utils
import pytest
import yaml
from datasette.app import Datasette
from datasette.database import Database
from datasette.facets import ColumnFacet, Facet
from datasette.filters import Filters
from datasette.plugins import pm
from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, NotFound, Request
from datasette.views.base import DatasetteError
from datasette.views.table import TableView
from page_kinds import find_page_kinds
from phenomena_web import internals, own_requests, parameters
from phenomena_web.search.expressions import RANKED
from phenomena_web.site import DATABASE, published

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parent.parent
FUNCTIONS = {  # of datasette.utils, which the site imports where it needs them
    "escape_sqlite": "(s)",
    "path_from_row_pks": "(row, pks, use_rowid, quote=True)",
    "path_with_added_args": "(request, args, path=None)",
    "path_with_removed_args": "(request, args, path=None)",
    "path_with_replaced_args": "(request, args, path=None)",
    "to_css_class": "(s)",
}


async def read_table(site: Datasette, query: str, request: type[Any] | None = None) -> tuple[Any, ...]:
    """What Datasette's own TableView.data gives for the table of papers."""
    await site.invoke_startup()
    asked = Request.fake(f"/{DATABASE}/papers?{query}", url_vars={"database": DATABASE, "table": "papers"})
    if request:
        asked = request(asked, {"_nofacet": "1", "_nocount": "1"})
    found: tuple[Any, ...] = await inspect.unwrap(TableView.data)(TableView(site), asked)
    return found


async def test_statements_are_executed_with_these_options(site: Datasette) -> None:
    await site.invoke_startup()
    plain = inspect.unwrap(Database.execute)
    options = "params=None, truncate=False, custom_time_limit=None, page_size=None, log_sql_errors=True"
    assert str(inspect.signature(plain)) == f"(self, sql, {options})"
    assert plain is not Database.execute


async def test_the_page_of_a_table_is_made_of_data_context_and_templates(site: Datasette) -> None:
    data, context, templates = await read_table(site, "_sort=venue")
    plain = inspect.unwrap(TableView.data)
    assert str(inspect.signature(plain)) == "(self, request, default_labels=False, _next=None, _size=None)"
    assert {"facet_results", "filtered_table_rows_count", "rows", "columns", "query", "is_view"} <= data.keys()
    assert (data["database"], data["table"], len(data["rows"])) == (DATABASE, "papers", 25)
    assert {"facets_timed_out", "sorted_facet_results", "form_hidden_args"} <= (await context()).keys()
    assert templates[-1] == "table.html"


@pytest.mark.parametrize(("query", "is_descending"), [("_sort=venue", False), ("_sort_desc=venue", True)])
async def test_a_first_page_is_sorted_by_its_column_alone(site: Datasette, query: str, is_descending: bool) -> None:
    before, after = internals.order_of_first_page("venue", is_descending, ("id",))
    first, later = [(await read_table(site, one))[0]["query"]["sql"] for one in (query, f"{query}&_next=iclr,x")]
    assert first.endswith(f" {before}26") and later.endswith(f" {after}26")


async def test_the_sql_of_a_page_names_its_columns_and_ends_in_a_limit(site: Datasette) -> None:
    data, _, _ = await read_table(site, "_sort=venue&year=2022")
    assert internals.split_sql(data) == 'from papers where "year" = :p0 order by venue'


async def test_the_search_of_a_table_is_one_filter_among_others(site: Datasette) -> None:
    """Each is a function that gives its conditions; the site's own search stands in the place of Datasette's."""
    await site.invoke_startup()
    asked = Request.fake(f"/{DATABASE}/authors?_search=a", url_vars={"database": DATABASE, "table": "authors"})
    given = {"request": asked, "database": DATABASE, "table": "authors", "datasette": site}
    filters = pm.hook.filters_from_request(**given)
    kept = internals.without_search_filter(filters)
    assert len(kept) == len(filters) - 1
    [dropped] = [one for one in filters if one not in kept]
    assert (dropped.__module__, (await dropped()).extra_context) == ("datasette.filters", {"supports_search": False})


async def test_a_search_in_papers_has_the_condition_of_the_site(site: Datasette) -> None:
    data, context, _ = await read_table(site, "_search=-neural")
    assert "where not papers.rowid in (select rowid from papers_fts where papers_fts match :without)" in str(data)
    assert ((await context())["search"], (await context())["supports_search"]) == ("-neural", True)


async def test_more_arguments_change_a_page_and_not_its_links(site: Datasette) -> None:
    data, context, _ = await read_table(site, "_size=3&_facet=year&year__gt=2000", internals.WithArguments)
    assert (data["facet_results"], data["filtered_table_rows_count"]) == ({}, None)
    assert "_nofacet" not in data["next_url"] and "_nocount" not in data["next_url"]
    assert "_size=3" in data["next_url"] and "_nofacet" not in str((await context())["sorted_facet_results"])


async def test_a_page_may_hide_the_column_that_it_is_sorted_by(site: Datasette) -> None:
    data, _, _ = await read_table(site, "_nocol=submitted&_sort_desc=submitted&_labels=on&_size=3")
    assert "submitted" not in data["columns"] and "_next=2" in data["next_url"]
    with pytest.raises(IndexError, match="This row has no column b"):
        datasette.utils.CustomRow(["a"], {"a": 1})["b"]


async def test_a_later_page_counts_its_facets_without_the_rows_before(site: Datasette) -> None:
    """The reason to make pages of tables anew; where it is gone, so may the patch be."""
    counts = []
    for query in ("_facet=year", "_facet=year&_next=2022,zz&_sort=year"):
        data, _, _ = await read_table(site, query)
        counts.append(sum(one["count"] for one in data["facet_results"]["year"]["results"]))
    assert counts[0] == 580 > counts[1] > 0


async def test_each_thread_keeps_its_connection(site: Datasette) -> None:
    await site.invoke_startup()
    first, again = [await internals.open_in_all_threads(site, published(site), id, 10) for _ in range(2)]
    assert len(set(first)) == site.setting("num_sql_threads") == 3
    assert set(again) == set(first)


def test_filters_are_known_by_their_operators() -> None:
    known = {"exact", "not", "contains", "gt", "gte", "in", "notin", "isnull", "notnull", "arraycontains", "date"}
    assert known <= set(internals.filter_operators())


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("year", "2022", "year = 2022"),
        ("year__gt", "2019", "year > 2019"),
        ("title__contains", "a 'b'", "title contains \"a 'b'\""),
        ("code_url__isnull", "1", "code_url is null"),
        ("title__nothing", "1", ""),
    ],
)
def test_a_filter_is_described_as_pages_describe_it(name: str, value: str, words: str) -> None:
    assert internals.describe_filter(name, value) == words


async def test_a_filter_of_an_unknown_operator_is_ignored(site: Datasette) -> None:
    data, _, _ = await read_table(site, "title__contians=zzzz")
    assert data["filtered_table_rows_count"] == 580


async def test_formats_are_known_by_their_extensions(site: Datasette) -> None:
    assert set(internals.output_formats(site)) == {"json", "blob", "bib", "ris", "csl", "sheet"}


async def test_the_json_of_a_page_is_a_body_with_its_type_and_status(site: Datasette) -> None:
    data, _, _ = await read_table(site, "_size=1&_shape=array")
    made = internals.render_json(MultiParams({"_shape": ["arrayfirst"]}), data, "table")
    assert (made.body, made.status) == (f'["{data["rows"][0][0]}"]', 200)
    assert made.content_type == "application/json; charset=utf-8"


def test_what_is_known_of_the_file_is_read_from_inspect_data(site: Datasette, folder: Path) -> None:
    content = (folder / "phenomena.db").read_bytes()
    inspected = {**internals.inspected_file(site, DATABASE)}
    assert {name: inspected[name] for name in ("hash", "size")} == {
        "hash": hashlib.sha256(content).hexdigest(), "size": len(content),
    }  # fmt: skip
    assert internals.inspected_file(Datasette(memory=True), DATABASE) == {}


def test_all_settings_are_known_by_name(site: Datasette) -> None:
    settings = internals.all_settings(site)
    assert (settings["base_url"], settings["max_returned_rows"], settings["sql_time_limit_ms"]) == ("/", 5_000, 2_000)


def test_a_server_that_reloads_sends_no_cache_headers(site: Datasette) -> None:
    assert not internals.is_reloading(site)
    assert internals.is_reloading(Datasette(memory=True, cache_headers=False))


def test_templates_and_static_files_lie_beside_the_plugins(site: Datasette) -> None:
    assert internals.site_folder(site) == ROOT
    assert (Path(site.template_dir).resolve(), site.static_mounts) == (
        ROOT / "templates", [("static", str(ROOT / "static"))],
    )  # fmt: skip
    assert internals.code_folders(site) == [ROOT / name for name in ("plugins", "templates", "static")]
    assert internals.site_folder(Datasette(memory=True)) is None
    assert internals.code_folders(Datasette(memory=True)) == []


async def test_the_application_of_the_client_answers_message_by_message(site: Datasette) -> None:
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    request = Request({**Request.fake("/phenomena/papers.json?_size=1").scope, "headers": []}, None)
    await own_requests.stream(site, request, "/phenomena/topics.csv", keep)
    answer = await site.client.get("/phenomena/topics.csv?_size=1")
    assert sent[0]["type"] == "http.response.start" and not sent[-1].get("more_body", False)
    assert b"".join(one["body"] for one in sent[1:]) == answer.content
    assert (sent[0]["status"], answer.text.count("\r\n")) == (200, 2)


async def test_metadata_and_queries_are_those_of_the_configuration(site: Datasette, folder: Path) -> None:
    metadata = yaml.safe_load((folder / "metadata.yml").read_text("utf-8"))["databases"][DATABASE]
    papers = metadata["tables"]["papers"]
    assert internals.table_metadata(site, DATABASE, "papers").items() >= papers.items()
    assert papers["sort_desc"] == "submitted" and "sort" not in papers
    assert internals.table_metadata(site, DATABASE, "nothing") == {}
    queries = await internals.canned_queries(site, DATABASE)
    assert {name: one["sql"] for name, one in queries.items()} == {
        name: one["sql"] for name, one in metadata["queries"].items()
    }
    assert await internals.canned_query(site, DATABASE, "search") == queries["search"]


def test_errors_of_pages_have_a_status_and_a_message() -> None:
    errors = [BadRequest("a"), NotFound("b"), DatasetteError("c", status=403), DatasetteError("d"), ValueError("e")]
    assert list(map(internals.read_error, errors)) == [(400, "a"), (404, "b"), (403, "c"), (400, "d"), None]


def test_a_value_that_datasette_fails_on_is_known_by_its_own_frames(site: Datasette) -> None:
    with pytest.raises(ValueError) as of_datasette:
        Filters([("id__in", "[")]).build_where_clauses("papers")
    assert internals.is_misread_address(site, of_datasette.value)
    with pytest.raises(TypeError) as of_this_package:
        parameters.shorten(None)  # type: ignore[arg-type]
    assert not internals.is_misread_address(site, of_this_package.value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_utils_take_what_they_are_given(name: str) -> None:
    assert str(inspect.signature(getattr(datasette.utils, name))) == FUNCTIONS[name]


def test_functions_of_utils_give_what_is_relied_upon() -> None:
    request = Request.fake("/a?b=1&c=2")
    assert datasette.utils.escape_sqlite("order") == "[order]"
    assert datasette.utils.path_from_row_pks({"id": "a/b"}, ["id"], False) == "a~2Fb"
    assert datasette.utils.path_with_added_args(request, {"b": 3}) == "/a?b=1&c=2&b=3"
    assert datasette.utils.path_with_removed_args(request, {"b"}) == "/a?c=2"
    assert datasette.utils.path_with_replaced_args(request, {"b": 3, "c": None}) == "/a?b=3"
    assert datasette.utils.PrefixedUrlString("/a") + "/b" == datasette.utils.PrefixedUrlString("/a/b")


async def test_an_address_with_its_prefix_is_asked_for_as_it_is(folder: Path) -> None:
    site = Datasette(config_dir=folder, settings={"base_url": "/list/"})
    for address in ("/robots.txt", datasette.utils.PrefixedUrlString("/list/robots.txt")):
        assert (await site.client.get(address)).status_code == 200


async def test_every_kind_of_page_is_made_by_the_patched_method(site: Datasette, folder: Path) -> None:
    """Canned queries have the address of a table, and come through it as pages without facets."""
    kinds = find_page_kinds(folder)
    assert (await site.client.get(kinds["canned query"])).status_code == 200
    assert TableView.data is not inspect.unwrap(TableView.data)


async def test_the_sql_of_a_facet_ends_in_its_conditions(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []

    async def note(self: Facet) -> Any:
        found.append(internals.find_conditions(self.sql, "papers"))
        return [], []

    monkeypatch.setattr(ColumnFacet, "facet_results", note)
    for query in ("", "?year=2022", "?_search=grokking&_keyword=grokking"):
        await site.client.get(f"/phenomena/papers.json{query}")
    assert found == [
        "",
        'where "year" = :p0',
        f"where papers.id in (select paper from paper_keywords where keyword = :_keyword0) and {RANKED}",
    ]
