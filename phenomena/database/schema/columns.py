"""What a schema is made of: columns with a type and a meaning, in tables and views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from json.encoder import encode_basestring

Value = str | int | float | tuple[str, ...] | None
Row = Mapping[str, Value]  # column to value, in the order of the table's columns


class Type(StrEnum):
    """What a column holds, by its name in Frictionless. Months (YYYY-MM) and days (YYYY-MM-DD) are text."""

    TEXT = "string"
    INTEGER = "integer"
    REAL = "number"
    MONTH = "yearmonth"
    DATE = "date"
    ARRAY = "array"
    BYTES = "any"


TEXT, INTEGER, REAL, MONTH, DATE, ARRAY, BYTES = Type


class Descending(str):
    """The name of a column that an index has from its greatest value down."""


@dataclass(frozen=True)
class Column:
    """One column: `meaning` is a sentence for a stranger, `references` the table whose key it holds."""

    name: str
    type: Type
    meaning: str
    references: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table; a foreign key gets an index besides `indexes`. `facets` in order, `type:name` where not by column;
    `page_size` in rows, where it isn't the site's.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    facets: tuple[str, ...] = ()
    sort: str | None = None
    sort_desc: str | None = None
    page_size: int | None = None
    label: str | None = None
    hidden: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns, in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def all_indexes(self) -> tuple[tuple[str, ...], ...]:
        """Declared indexes, and one for every foreign key that no index or key begins with."""
        led = {columns[0] for columns in (self.key, *self.indexes)}
        return (*self.indexes, *((c.name,) for c in self.columns if c.references and c.name not in led))

    def requires(self, column: Column) -> bool:
        """Whether every row has a value in a column."""
        return column.required or column.name in self.key


@dataclass(frozen=True)
class View:
    """One view; `columns` maps each to its meaning."""

    name: str
    meaning: str
    columns: Mapping[str, str]
    facets: tuple[str, ...] = ()


def encode(value: Value) -> str | int | float | None:
    """A value as SQLite and CSV hold it: an array as JSON, in which letters beyond ASCII stay readable."""
    return "[" + ", ".join(map(encode_basestring, value)) + "]" if isinstance(value, tuple) else value
