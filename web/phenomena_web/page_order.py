"""The order of a table's rows, and the `_next` by which Datasette finds the page after a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from datasette.database import Database
from datasette.utils import escape_sqlite, path_from_row_pks, tilde_encode

from .internals import order_of_first_page, split_sql
from .page_plan import in_order

Data = dict[str, Any]  # of a table's page, as its JSON has it
FAR = 20_000  # rows between two ends of pages from which on they are looked for separately


@dataclass(frozen=True)
class Order:
    """How the rows of a table are sorted: by a column, if one is chosen, and then by the key. A view has no key."""

    column: str | None
    is_descending: bool
    keys: tuple[str, ...]

    def sql(self, is_backward: bool = False) -> str:
        """The terms of ORDER BY, also from the last row to the first."""
        terms = [(self.column, self.is_descending)] if self.column else []
        terms += [(key, False) for key in self.keys if key != self.column]
        return ", ".join(escape_sqlite(name) + (" desc" if down != is_backward else "") for name, down in terms)

    @property
    def replacement(self) -> tuple[str, str] | None:
        """The end of a first page's SQL as Datasette writes it and as it should be, or None where it is right."""
        if not self.column or not self.keys or self.column == self.keys[0]:
            return None
        return order_of_first_page(self.column, self.is_descending, self.keys)


async def find_tokens(
    db: Database, first: Data, order: Order, places: Collection[int], total: int
) -> dict[int, str | None]:
    """The `_next` of the page after the row at each of some places, from 1; None for the first page, after no row.

    Rows are counted from the end that is nearer, so that the last page costs no more than the first.
    """
    if first["is_view"]:
        return {place: str(place) if place else None for place in places}
    near = {place for place in places if 0 < place <= total // 2}
    tokens: dict[int, str | None] = {0: None}
    for found, is_backward in ((near, False), ({place for place in places if place > total // 2}, True)):
        numbers = {total - place + 1 if is_backward else place: place for place in found}
        for part in split_far(numbers):
            for number, row in (await find_rows(db, first, order, part, is_backward)).items():
                tokens[numbers[number]] = make_token(row, order)
    return tokens


def split_far(numbers: Collection[int]) -> list[list[int]]:
    """Numbers of rows in groups, within which the way is shorter than FAR.

    >>> split_far([200, 400, 90_000, 89_800])
    [[200, 400], [89800, 90000]]
    """
    groups: list[list[int]] = []
    for number in sorted(numbers):
        if groups and number - groups[-1][-1] < FAR:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


async def find_rows(
    db: Database, first: Data, order: Order, numbers: Sequence[int], is_backward: bool
) -> dict[int, Any]:
    """The sort column and keys of the rows at some places, from 1 and sorted, of a table in its order or backward."""
    columns = ", ".join(map(escape_sqlite, [*([order.column] if order.column else []), *order.keys]))
    source, by = in_order(split_sql(first).rpartition(" order by ")[0], order.column), order.sql(is_backward)
    before, count = numbers[0] - 1, numbers[-1] - numbers[0] + 1
    rows = f"select {columns} {source} order by {by} limit {count} offset {before}"
    numbered = f"select *, {before} + row_number() over (order by {by}) as page_end from ({rows})"
    wanted = ", ".join(map(str, numbers))
    found = await db.execute(f"select * from ({numbered}) where page_end in ({wanted})", first["query"]["params"])
    return {row["page_end"]: row for row in found.rows}


def make_token(row: Any, order: Order) -> str:
    """The `_next` of the page after a row, which begins with the column of the order."""
    token: str = path_from_row_pks(row, order.keys, False)
    if not order.column:
        return token
    return f"{'$null' if row[0] is None else tilde_encode(str(row[0]))},{token}"
