"""Rows as files for other programs: CSV, NDJSON and Parquet. The one room that knows pyarrow, and only when asked.

All are UTF-8 without a byte order mark; lines end with LF. A missing value is an empty cell, null, or Parquet's null.
In CSV every text stands in quotes, so an empty text (`""`) and a missing one differ for readers that look.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..database.records import Row, Value
from ..database.schema import INTEGER, REAL, Column, Table

ARRAY, MONTH, WHOLE, NUMBER, PLAIN = "array", "yearmonth", "integer", "number", "string"


def data_type(column: Column) -> str:
    """The type of a column's values as Frictionless calls it; what a text holds is said by the column's meaning."""
    if column.type in (INTEGER, REAL):
        return {INTEGER: WHOLE, REAL: NUMBER}[column.type]
    if "JSON array" in column.meaning:
        return ARRAY
    return MONTH if "YYYY-MM" in column.meaning else PLAIN


def is_required(table: Table, column: Column) -> bool:
    """Whether every row has a value."""
    return column.required or column.name in table.key


def make_csv(table: Table, rows: Sequence[Row]) -> bytes:
    """One header line, then a line a row (more where a text has line feeds); JSON arrays stay JSON."""
    from pyarrow.csv import WriteOptions, write_csv

    written = io.BytesIO()
    write_csv(make_arrow(table, rows, {ARRAY: PLAIN}), written, WriteOptions(quoting_style="needed"))
    return written.getvalue()


def make_ndjson(table: Table, rows: Iterable[Row]) -> bytes:
    """One JSON object a line, arrays as arrays."""
    return "".join(json.dumps(unpack(table, row), ensure_ascii=False) + "\n" for row in rows).encode()


def make_parquet(table: Table, rows: Iterable[Row]) -> bytes:
    """Types, arrays and meanings of the columns kept."""
    from pyarrow.parquet import write_table

    written = io.BytesIO()
    write_table(make_arrow(table, [unpack(table, row) for row in rows]), written, compression="zstd")
    return written.getvalue()


def make_arrow(table: Table, rows: Sequence[Mapping[str, Any]], instead: Mapping[str, str] | None = None) -> Any:
    """An Arrow table with the columns of the schema; `instead` gives other types for some."""
    import pyarrow as pa

    types = {ARRAY: pa.list_(pa.string()), WHOLE: pa.int64(), NUMBER: pa.float64()}
    kinds = {column.name: (instead or {}).get(data_type(column), data_type(column)) for column in table.columns}
    fields = [
        pa.field(
            column.name,
            types.get(kinds[column.name], pa.string()),
            nullable=not is_required(table, column),
            metadata={"description": column.meaning},
        )
        for column in table.columns
    ]
    return pa.Table.from_pylist(list(rows), pa.schema(fields, {"description": table.meaning}))


def unpack(table: Table, row: Row) -> dict[str, Value | list[str]]:
    """A row whose JSON arrays are lists."""
    arrays = {column.name for column in table.columns if data_type(column) == ARRAY}
    return {name: json.loads(str(value)) if name in arrays else value for name, value in row.items()}
