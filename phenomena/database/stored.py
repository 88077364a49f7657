"""Counts that pages show, written with the rest: one table for each file of stored/, filled by its own SQL.

A table with a key holds it alone, in order (WITHOUT ROWID); its columns are those that the file's SELECT gives.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from .schema.columns import INTEGER, REAL, Column, Table
from .schema.stored_tables import STORED

FOLDER = Path(__file__).with_name("stored")
SQL_TYPES = {INTEGER: "INTEGER", REAL: "REAL"}  # every other column is text


def read_definition(table: Table) -> str:
    """The SELECT that a stored table holds the rows of."""
    return (FOLDER / f"{table.name}.sql").read_text("utf-8").strip()


def write_stored(connection: sqlite3.Connection) -> None:
    """Create and fill all of them. Their definitions may read any table and view, and the stored tables before them."""
    for table in STORED:
        create_stored(connection, table)
        names = join(table.column_names)
        connection.execute(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM ({read_definition(table)})")
        for index in table.indexes:
            connection.execute(f"CREATE INDEX idx_{table.name}_{'_'.join(index)} ON {table.name} ({join(index)})")


def create_stored(connection: sqlite3.Connection, table: Table) -> None:
    """Create a table without rows."""
    columns = [declare(table, column) for column in table.columns]
    key = [f"PRIMARY KEY ({join(table.key)})"] if table.key else []
    connection.execute(
        f"CREATE TABLE {table.name} (\n  "
        + ",\n  ".join([*columns, *key])
        + f"\n) STRICT{', WITHOUT ROWID' if table.key else ''}"
    )


def declare(table: Table, column: Column) -> str:
    """A column as CREATE TABLE has it."""
    required = " NOT NULL" if table.requires(column) else ""
    return f"[{column.name}] {SQL_TYPES.get(column.type, 'TEXT')}{required}"


def join(names: Iterable[str]) -> str:
    """Names of columns as SQL lists them; in brackets, for SQLite takes an unknown name in quotes for a text."""
    return ", ".join(f"[{name}]" for name in names)
