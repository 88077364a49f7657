"""Rows as files for other programs: CSV, NDJSON and Parquet. The one module that uses pyarrow, imported when asked for.

All are UTF-8 without a byte order mark; lines end with LF. A missing value is an empty cell, null, or Parquet's null.
In CSV every text is in quotes, so an empty text (`""`) and a missing one differ for readers that look.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from ..database.schema.columns import ARRAY, INTEGER, REAL, TEXT, Row, Table, Type, encode

COMPRESSION = "zstd"  # of Parquet
GROUP_ROWS = 20_000  # that are in memory at once, and that readers of Parquet skip or take together
FILE_GROUPS = 5


def make_csv(table: Table, rows: Iterable[Row]) -> bytes:
    """A header, then a line per row (more where a text has line feeds); arrays are JSON, as in the database."""
    from pyarrow.csv import WriteOptions, write_csv

    written = io.BytesIO()
    encoded = [{name: encode(value) for name, value in row.items()} for row in rows]
    write_csv(make_arrow(table, encoded, {ARRAY: TEXT}), written, WriteOptions(quoting_style="needed"))
    return written.getvalue()


def make_ndjson(rows: Iterable[Row]) -> bytes:
    """One JSON object per line, arrays as arrays."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def make_parquet(table: Table, rows: Iterable[Row]) -> bytes:
    """Types, arrays and meanings of the columns kept."""
    from pyarrow.parquet import write_table

    written = io.BytesIO()
    write_table(make_arrow(table, rows), written, compression=COMPRESSION)
    return written.getvalue()


def write_parts(folder: Path, table: Table, rows: Iterable[Row]) -> Sequence[Path]:
    """Write Parquet as rows come, in files of so many; gives their paths, at least one: also no rows have columns."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    folder.mkdir()
    schema, remaining, paths = make_arrow_schema(table), iter(rows), list[Path]()
    group = list(islice(remaining, GROUP_ROWS))
    while group or not paths:
        paths.append(folder / f"part-{len(paths):05}.parquet")
        with ParquetWriter(paths[-1], schema, compression=COMPRESSION) as writer:
            for _ in range(FILE_GROUPS):
                writer.write_batch(pa.RecordBatch.from_pylist(group, schema))
                if not (group := list(islice(remaining, GROUP_ROWS))):
                    break
    return paths


def make_arrow(table: Table, rows: Iterable[Row], instead: Mapping[Type, Type] | None = None) -> Any:
    """An Arrow table with the columns of the schema; `instead` gives other types for some."""
    import pyarrow as pa

    return pa.Table.from_pylist(list(rows), make_arrow_schema(table, instead))


def make_arrow_schema(table: Table, instead: Mapping[Type, Type] | None = None) -> Any:
    """Names, types and meanings of the columns."""
    import pyarrow as pa

    types = {ARRAY: pa.list_(pa.string()), INTEGER: pa.int64(), REAL: pa.float64()}
    fields = [
        pa.field(
            column.name,
            types.get((instead or {}).get(column.type, column.type), pa.string()),
            nullable=not table.requires(column),
            metadata={"description": column.meaning},
        )
        for column in table.columns
    ]
    return pa.schema(fields, {"description": table.meaning})
