"""A chart of a visitor's own from any rows: datasette-vega, in the site's colours, opened on a picture that suits them.

`own_chart.settings(columns, rows)` chooses mark and columns by the values of a result, as the fragment that
datasette-vega reads: bars or a line over time, bars by category, two numbers as dots; identifiers never.
datasette-vega has no option for its theme: its script is served here with that one expression replaced, so that our
static/vega.js gives the theme. It is loaded only when a visitor opens the chart.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import datasette_vega
from datasette import Response, hookimpl
from datasette.app import Datasette

PATH = "/-/static-vega.js"
THEME, OUR_THEME = 'theme:"quartz"', "config:window.chartConfig()"
SAMPLED = 500  # rows
MOST_BARS = 60
MOST_COLOURS = 12
IDENTIFIER = re.compile(r"(^|.*_)(id|key|citekey|rowid|sha256|hash|line|position|rank|paper)")
READABLE = re.compile(r"[^.\[\]\\'\"]+")  # by Vega, which takes a dot for a path
DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")

Values = list[Any]


class Column(NamedTuple):
    """A column by what its values are."""

    name: str
    kind: str  # of kind_of
    values: tuple[str, ...]  # one for each row of the sample, "" where there is none

    @property
    def distinct(self) -> int:
        return len(set(self.values))

    @property
    def is_single(self) -> bool:
        """Whether no value comes twice."""
        return self.distinct == len(self.values)


def kind_of(name: str, values: Values) -> str:
    """`year`, `day`, `number`, `category`, or `other` for identifiers, long texts and mixed values.

    >>> kind_of("year", [2020, 2021]), kind_of("added", ["2020-05-01"]), kind_of("share", [0.5, 1]), kind_of("id", [1])
    ('year', 'day', 'number', 'other')
    """
    if not values or IDENTIFIER.fullmatch(name) or not READABLE.fullmatch(name):
        return "other"
    if all(isinstance(value, (int, float)) for value in values):
        is_year = "year" in name and all(isinstance(value, int) and 1000 <= value <= 2999 for value in values)
        return "year" if is_year else "number"
    if not all(isinstance(value, str) for value in values):
        return "other"
    if all(DAY.fullmatch(value) for value in values):
        return "day"
    is_short = all(len(value) <= 60 and not value.startswith(("[", "http")) for value in values)
    return "category" if is_short else "other"


def read_columns(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Column]:
    """The columns of a result. A key with a label counts as the label, under the name that datasette-vega gives it."""
    sample = [tuple(row) for row, _ in zip(rows, range(SAMPLED), strict=False)]
    found = []
    for place, name in enumerate(columns):
        cells = [row[place] for row in sample]
        is_labelled = any(isinstance(cell, dict) for cell in cells) and bool(READABLE.fullmatch(name))
        values = [cell["label"] if isinstance(cell, dict) else cell for cell in cells]
        kind = kind_of("label" if is_labelled else name, [value for value in values if value is not None])
        texts = tuple("" if value is None else str(value) for value in values)
        found.append(Column(f"{name}.label" if is_labelled else name, kind, texts))
    return found


def choose(columns: Sequence[Column]) -> dict[str, str] | None:
    """Mark, columns and types of a sensible picture of some rows; None where there are too few rows or columns."""
    if len(columns) < 2 or len(columns[0].values) < 2:
        return None
    by_kind: dict[str, list[Column]] = {}
    for column in columns:
        by_kind.setdefault(column.kind, []).append(column)
    times = [*by_kind.get("year", ()), *by_kind.get("day", ())]
    numbers, categories = by_kind.get("number", []), by_kind.get("category", [])
    bars = [one for one in categories if one.is_single and one.distinct <= MOST_BARS]
    if numbers and bars:
        return picture("bar", (numbers[0], "quantitative"), (bars[0], "nominal"))
    if times and (numbers or categories):
        return over_time(times, numbers, categories)
    if len(numbers) > 1:
        return picture("circle", (numbers[0], "quantitative"), (numbers[1], "quantitative"))
    readable = [one for one in columns if READABLE.fullmatch(one.name.removesuffix(".label"))]
    if len(readable) < 2:
        return None
    first, second, *_ = sorted(readable, key=lambda one: one.kind == "other")  # in their order otherwise
    return picture("circle", (first, type_of(first)), (second, type_of(second)))


def over_time(times: Sequence[Column], numbers: Sequence[Column], categories: Sequence[Column]) -> dict[str, str]:
    """Bars of years or a line of days, of one series or one for each category; else dots by category, or by number."""
    for time in (time for time in times if numbers):
        mark, x, y = "bar" if time.kind == "year" else "line", (time, type_of(time)), (numbers[0], "quantitative")
        if time.is_single:
            return picture(mark, x, y)
        for one in (one for one in categories if 1 < one.distinct <= MOST_COLOURS):
            if len(set(zip(time.values, one.values, strict=True))) == len(time.values):
                return picture(mark, x, y, one)
    time = max(times, key=lambda one: one.distinct)
    few = [one for one in categories if 1 < one.distinct <= MOST_BARS]
    other = min(few, key=lambda one: one.distinct) if few else (*numbers, *categories)[0]
    return picture("circle", (time, type_of(time)), (other, type_of(other)))


def type_of(column: Column) -> str:
    """The scale on which Vega puts a column."""
    return {"year": "ordinal", "day": "temporal", "number": "quantitative"}.get(column.kind, "nominal")


def picture(mark: str, x: tuple[Column, str], y: tuple[Column, str], colour: Column | None = None) -> dict[str, str]:
    """The settings of datasette-vega."""
    found = {"mark": mark, "x_column": x[0].name, "x_type": x[1], "y_column": y[0].name, "y_type": y[1]}
    return found | ({"color_column": colour.name} if colour else {})


def settings(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The fragment that opens datasette-vega on a picture of these rows; empty where there is none."""
    found = choose(read_columns(columns, rows))
    pairs = {f"g.{name}": value for name, value in (found or {}).items()}
    return urlencode(pairs, quote_via=quote, safe="")


def records(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of a canned query as the charts of the server take them."""
    return [dict(row) for row in rows]


@functools.cache
def themed_script() -> tuple[str, str]:
    """The script of datasette-vega with our theme, and eight digits of its hash.

    Raises ValueError where the installed version has no such theme, or more than one place for it.
    """
    [path] = Path(datasette_vega.__file__).parent.glob("static/*.js")
    text = path.read_text("utf-8")
    if text.count(THEME) != 1:
        raise ValueError(f"{path}: {THEME} stands there {text.count(THEME)} times, not once; see what replaced it.")
    text = text.replace(THEME, OUR_THEME)
    return text, hashlib.sha256(text.encode()).hexdigest()[:8]


async def serve_script() -> Response:
    """The script, under an address with its hash, so that a browser may keep it."""
    text, _ = themed_script()
    headers = {"cache-control": "max-age=31536000, immutable"}
    return Response(text, content_type="text/javascript; charset=utf-8", headers=headers)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return [(rf"^{re.escape(PATH)}$", serve_script)]


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, object]:
    script = datasette.urls.path(f"{PATH}?{themed_script()[1]}")
    return {"own_chart": SimpleNamespace(settings=settings, records=records, script=script)}
