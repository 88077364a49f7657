"""Rows to a SQLite file, from scratch. The one module that uses sqlite-utils.

Tables, keys and indexes come from the schema; views from views/NAME.sql. Arrays are encoded here, as JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path
from typing import Any

from .facet_sets import write_facet_sets
from .records import Records, begin
from .schema.columns import ARRAY, BYTES, INTEGER, REAL, Descending, Row, Table, encode
from .schema.tables import DERIVED_TABLES, SEARCH_COLUMNS, SEARCH_TABLE, TABLES, TOKENIZER
from .schema.tables import table as declared
from .schema.views import VIEWS
from .search import write_search_tables
from .search.words import count_words
from .stored import write_stored

# sqlite-utils loads pandas and numpy where they are installed, for their types; a build is twice as fast without.
unloaded = {"pandas", "numpy"} - sys.modules.keys()
sys.modules.update(dict.fromkeys(unloaded))  # type: ignore[arg-type]
from sqlite_utils import Database  # noqa: E402
from sqlite_utils.db import DescIndex, ForeignKey  # noqa: E402

for name in unloaded:
    del sys.modules[name]

VIEW_FOLDER = Path(__file__).with_name("views")
CACHE_KILOBYTES = 65_536  # for sorting indexes; SQLite's default is 2 MB
PYTHON_TYPES = {INTEGER: int, REAL: float, BYTES: bytes}  # every other column is text


def write_database(path: Path, records: Records) -> None:
    """Write all rows into a new file. Raises ValueError if a row breaks the schema: a defect of this program.

    The file needs no journal and is synced once, when it is whole: until then nobody reads it.
    """
    database = Database(path, execute_plugins=False)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KILOBYTES}"):
            database.conn.execute(f"PRAGMA {pragma}")
        for table in TABLES:
            create_table(database, table)
        for name, rows in records.each():
            insert(database, declared(name), rows)
        words_of_papers = begin(count_words, records.catalogue)
        for table in TABLES:
            create_indexes(database, table)
        write_search(database)
        for table in DERIVED_TABLES:
            create_table(database, table)
            create_indexes(database, table)
        write_facet_sets(database.conn)
        [words] = words_of_papers()
        write_search_tables(database.conn, words)
        for view in VIEWS:
            database.create_view(view.name, (VIEW_FOLDER / f"{view.name}.sql").read_text("utf-8").strip())
        write_stored(database.conn)
        database.conn.execute("ANALYZE")
        database.conn.commit()
        broken = database.conn.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise ValueError(f"rows point at keys that don't exist: {broken[:3]}")
    finally:
        database.conn.close()


def insert(database: Database, table: Table, rows: Iterable[Row]) -> None:
    """Add rows to a table, all in one transaction, without the inspection of each that sqlite-utils makes."""
    values_of = itemgetter(*table.column_names)
    values: Iterable[tuple[Any, ...]] = map(values_of, rows)
    if any(column.type == ARRAY for column in table.columns):
        values = (tuple(map(encode, row)) for row in values)
    places = ", ".join("?" * len(table.columns))
    with database.conn:
        database.conn.executemany(f"INSERT INTO [{table.name}] VALUES ({places})", values)


def create_table(database: Database, table: Table) -> None:
    """One STRICT table with its foreign keys."""
    database.table(table.name).create(
        {column.name: PYTHON_TYPES.get(column.type, str) for column in table.columns},
        pk=table.key if len(table.key) > 1 else table.key[0],
        foreign_keys=[
            ForeignKey(table.name, column.name, column.references, "id")
            for column in table.columns
            if column.references
        ],
        not_null={column.name for column in table.columns if table.requires(column)},
        strict=True,
    )


def create_indexes(database: Database, table: Table) -> None:
    """The declared indexes and one per foreign key; a citation key is unique."""
    for columns in table.all_indexes:
        directed = [DescIndex(name) if isinstance(name, Descending) else name for name in columns]
        database.table(table.name).create_index(directed, unique=columns == ("citekey",))


def write_search(database: Database) -> None:
    """The full-text index beside its table; external content, so no text is stored twice."""
    papers = database.table(SEARCH_TABLE)
    papers.enable_fts(SEARCH_COLUMNS, fts_version="FTS5", tokenize=TOKENIZER)
    papers.optimize()
