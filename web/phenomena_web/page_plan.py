"""How SQLite finds a page of some papers: of few by their keys, of many by going through all papers in order.

Left to itself it looks up all papers of a keyword, sorts them with all their columns, and takes the first: for a page
of papers of a topic that has half of them, ten times as long as going through an index of the order, where every other
paper is one. What a page shows as its SQL stays as it is; these are other ways to the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING

from .internals import inspected_file

if TYPE_CHECKING:
    from datasette.app import Datasette

SHARE, LARGE = 20, 5_000  # one paper in so many is common, in a list of at least so many papers
IN_ORDER = ("submitted", "title")  # columns with an index that ends in the key
CHOSEN = " where papers.id in (select "
OF_PAGE = re.compile(
    r"(select [^()]+ from papers)( where papers\.id in \(select .+)( order by .+)( limit \d+)", re.DOTALL
)

is_common: ContextVar[bool] = ContextVar("is_common", default=False)  # whether the papers of the page at hand are


async def judge(datasette: Datasette, database: str, keys: str, params: Mapping[str, str]) -> None:
    """Note for the page at hand whether the papers that it chooses are common; the SQL `keys` gives their keys."""
    tables = inspected_file(datasette, database).get("tables", {})
    count = tables.get("papers", {}).get("count", 0)
    if count >= LARGE:
        enough = count // SHARE
        found = await datasette.execute(database, f"select count(*) from ({keys} limit {enough})", params)
        is_common.set(found.single_value() == enough)


def in_order(source: str, column: str | None) -> str:
    """SQL whose papers are found on the way through an index, where they are common and the order has one."""
    return source.replace(CHOSEN, CHOSEN.replace("papers.id", "+papers.id"), 1) if is_through(column) else source


def is_through(column: str | None) -> bool:
    """Whether a page in the order of a column is found that way."""
    return is_common.get() and column in IN_ORDER


def plan(sql: str) -> str:
    """The SQL of a page as it is run: its rows are read when they are found and sorted. Other statements stay."""
    if not (match := OF_PAGE.fullmatch(sql)):
        return sql
    head, where, order, limit = match.groups()
    column = order.removeprefix(" order by ").partition(",")[0].removesuffix(" desc")
    if is_through(column):
        return in_order(sql, column)
    return f"{head} where id in (select id from papers{where}{order}{limit}){order}"
