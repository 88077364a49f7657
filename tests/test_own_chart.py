"""The picture that "Make your own chart" opens with, by the values of a result; none where none makes sense."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import datasette_vega
import pytest
from datasette.app import Datasette
from page_kinds import sql_path
from page_reading import attributes, read
from sites import ROOT
from test_charts import check_marks, count_rows

pytestmark = pytest.mark.anyio


def load_plugin() -> ModuleType:
    """The plugin as a module; plugins are files that Datasette loads by path."""
    spec = importlib.util.spec_from_file_location("own_chart_plugin", ROOT / "plugins" / "own_chart.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


own_chart = load_plugin()
TOPIC = {"value": "neural-collapse", "label": "Neural Collapse"}
OTHER = {"value": "grokking", "label": "Grokking & more"}


def picture(mark: str, x: str, x_type: str, y: str, y_type: str, color: str = "") -> dict[str, str]:
    """The settings of datasette-vega, as its fragment has them."""
    found = {"g.mark": mark, "g.x_column": x, "g.x_type": x_type, "g.y_column": y, "g.y_type": y_type}
    return found | ({"g.color_column": color} if color else {})


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        (["year", "papers"], [(2020, 3), (2021, 5)], picture("bar", "year", "ordinal", "papers", "quantitative")),
        (["papers", "year"], [(3, 2020), (5, 2021)], picture("bar", "year", "ordinal", "papers", "quantitative")),
        (["month", "n"], [("2020-01", 3), ("2020-02", 5)], picture("line", "month", "temporal", "n", "quantitative")),
        (["added", "share"], [("2020-01-31", 0.5), ("2021-02-01", 1)],
         picture("line", "added", "temporal", "share", "quantitative")),
        (["topic", "year", "n"], [("a", 2020, 1), ("b", 2020, 2), ("a", 2021, 3)],
         picture("bar", "year", "ordinal", "n", "quantitative", "topic")),
        (["name", "n"], [("Ann", 3), ("Bo", 5)], picture("bar", "n", "quantitative", "name", "nominal")),
        (["name", "first_year", "n"], [("Ann", 2020, 3), ("Bo", 2021, 5)],
         picture("bar", "n", "quantitative", "name", "nominal")),
        (["a", "b"], [(1, 2), (3, 4)], picture("circle", "a", "quantitative", "b", "quantitative")),
        (["id", "a", "line", "b"], [(7, 1, 5, 2), (8, 3, 6, 4)],
         picture("circle", "a", "quantitative", "b", "quantitative")),
        (["year", "n"], [(2020, 1), (2020, 2)], picture("circle", "year", "ordinal", "n", "quantitative")),
        (["topic", "year"], [("a", 2020), ("a", 2020)], picture("circle", "year", "ordinal", "topic", "nominal")),
        (["topic", "year", "n"], [(TOPIC, 2020, 1), (OTHER, 2020, 2), (TOPIC, 2021, 3)],
         picture("bar", "year", "ordinal", "n", "quantitative", "topic.label")),
        (["kind of it", "n=&"], [("a", 3), ("b", 5)], picture("bar", "n=&", "quantitative", "kind of it", "nominal")),
        (["title", "abstract"], [("t" * 61, "a" * 99), ("u", "b")],
         picture("circle", "title", "nominal", "abstract", "nominal")),
        (["n", "nothing"], [(1, None), (2, None)], picture("circle", "n", "quantitative", "nothing", "nominal")),
    ],
)  # fmt: skip
def test_the_picture_suits_the_values(columns: list[str], rows: list[Any], expected: dict[str, str]) -> None:
    settings = own_chart.settings(columns, rows)
    assert dict(parse_qsl(settings)) == expected
    assert "+" not in settings, "datasette-vega would not read it as a space"


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ([], []),
        (["year", "n"], []),
        (["year", "n"], [(2020, 1)]),  # datasette-vega draws no single row
        (["n"], [(1,), (2,)]),
        (["a.b", "c[0]"], [(1, 2), (3, 4)]),  # Vega would read a path
        (["count(*)", "it's"], [(1, 2), (3, 4)]),
    ],
)
def test_there_is_no_picture_of_what_can_not_be_drawn(columns: list[str], rows: list[Any]) -> None:
    assert own_chart.settings(columns, rows) == ""


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("paper_count", [1, 2.5], "number"),
        ("year", [2020, 3020], "number"),
        ("year", [2020.5], "number"),
        ("n", [2020, 2021], "number"),
        ("paper_id", ["a"], "other"),
        ("citekey", ["a2020b"], "other"),
        ("position", [1, 2], "other"),
        ("authors", ['["Ann Lee"]'], "other"),
        ("url", ["https://arxiv.org"], "other"),
        ("mixed", ["a", 1], "other"),
        ("blob", [b"a"], "other"),
        ("empty", [], "other"),
        ("added", ["2020-05-01", "unknown"], "category"),
        ("idea", ["a", "b"], "category"),
    ],
)
def test_the_kind_of_a_column(name: str, values: list[Any], kind: str) -> None:
    assert own_chart.kind_of(name, values) == kind


async def test_the_script_is_that_of_the_package_but_for_its_theme(site: Datasette) -> None:
    [path] = Path(datasette_vega.__file__).parent.glob("static/*.js")
    answer = await site.client.get(own_chart.PATH)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.text.count(own_chart.OUR_THEME) == 1
    assert answer.text.replace(own_chart.OUR_THEME, own_chart.THEME) == path.read_text("utf-8")
    assert "window.chartConfig = " in (ROOT / "static" / "vega.js").read_text("utf-8")


async def test_a_chart_is_offered_where_the_rows_are_and_loads_when_it_is_opened(site: Datasette) -> None:
    for path, mark in (("/phenomena/topic_years", "bar"), (sql_path("select year, n from t"), "")):
        sql = "with t(year, n) as (values (2020, 1), (2021, 2)) select year, n from t"
        page = await read(site, path if mark else sql_path(sql))
        [settings] = attributes(page, "details.own-chart", "data-settings")
        assert settings.startswith("g.mark=bar&g.x_column=year&g.x_type=ordinal&")
        [script] = attributes(page, "details.own-chart", "data-script")
        assert (await site.client.get(script)).status_code == 200
        assert not any("datasette_vega" in source or source == script for source in attributes(page, "script", "src"))
    for path in (sql_path("select 1"), "/phenomena/topics?name=none", "/phenomena/papers"):
        assert attributes(await read(site, path), "details.own-chart", "data-script") == []


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("papers_by_year?topic=neural-collapse", 5),
        ("keywords_over_time?keyword=grokking", 3),
        ("most_listed_authors?topic=Neural+Collapse", 10),
        ("coauthors_of_an_author?author=Jonathan+Frankle", 20),
    ],
)
async def test_marks_of_a_ready_query_count_the_rows_they_lead_to(site: Datasette, query: str, marks: int) -> None:
    """Under the query's own value too: the bars of authors within a topic lead to their papers of that topic."""
    assert await check_marks(site, f"/phenomena/{query}") >= marks


async def test_shares_of_a_ready_query_lead_to_the_papers_of_its_topic(site: Datasette) -> None:
    page = await read(site, "/phenomena/share_with_code_by_year?topic=neural-collapse")
    for row in page.css("table.bars tr:has(a)"):
        link = row.css_first("svg a").attributes["href"] or ""
        assert "topic=neural-collapse" in link
        assert str(await count_rows(site, link)) == row.css("td")[-1].text().partition(" of ")[0]
    assert len(page.css("table.bars svg a")) > 2
