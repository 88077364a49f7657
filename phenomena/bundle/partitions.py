"""All tables as partitioned Parquet, for collections beyond one SQLite file: DIR/TABLE/part-00000.parquet and so on.

Rows are written as they are made, so that memory doesn't grow with the table. A table without rows has one file too, so
every pattern `TABLE/*.parquet` finds its columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..database.publish_folder import check_folder, replacing_folder
from ..database.records import Records
from ..database.schema.columns import Row, Table
from ..database.schema.tables import TABLES, table
from ..reader.libraries import check_libraries
from .descriptors import MEDIA_TYPES, make_package, make_table_schema, read_edition
from .tabular import write_parts

DESCRIPTOR, SUMS = "datapackage.json", "SHA256SUMS"
NAMES = frozenset((DESCRIPTOR, SUMS, *(one.name for one in TABLES)))


def check_parquet(folder: Path) -> None:
    """Raise MissingLibraryError without pyarrow, and WriteError for a folder that holds other files."""
    check_libraries("--parquet", ["pyarrow"], "requirements-bundle.txt")
    check_folder(folder, NAMES)


def write_parquet(folder: Path, records: Records) -> Path:
    """Write all rows into a folder that replaces an earlier one, with their description and checksums.

    Returns the folder. Raises WriteError, with the earlier one in place, when it can't be written.
    """
    with replacing_folder(folder, NAMES) as part:
        resources = [write_resource(part, table(name), rows) for name, rows in records.each()]
        edition = read_edition(records)
        package = make_package(edition, resources, {"content_sha256": edition.source["content_sha256"]})
        (part / DESCRIPTOR).write_bytes(package)
        sums = [(checksum(path), path) for path in sorted(part.rglob("*")) if path.is_file()]
        text = "".join(f"{found}  {path.relative_to(part).as_posix()}\n" for found, path in sums)
        (part / SUMS).write_text(text, "utf-8", newline="")
    return folder


def write_resource(folder: Path, table: Table, rows: Iterable[Row]) -> Mapping[str, Any]:
    """Write a table, and describe it as bundle/descriptors.py describes a CSV; `path` has all of its files."""
    paths = write_parts(folder / table.name, table, rows)
    return {
        "name": table.name,
        "type": "table",
        "path": [path.relative_to(folder).as_posix() for path in paths],
        "format": "parquet",
        "mediatype": MEDIA_TYPES[".parquet"],
        "bytes": sum(path.stat().st_size for path in paths),
        "description": table.meaning,
        "schema": {**make_table_schema(table), "missingValues": []},
    }


def checksum(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
