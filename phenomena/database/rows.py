"""Rows that are made when they are asked for, so that a long table is never held as a whole; and their checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from json.encoder import encode_basestring_ascii
from operator import itemgetter
from typing import Any, overload

from .schema.columns import Row, Value
from .schema.tables import table

BATCH = 500  # rows that are hashed at once


class Rows(Sequence[Row]):
    """The rows of one table, made anew in every pass over them; how many there are is known after the first."""

    def __init__(self, make: Callable[[], Iterable[Row]]) -> None:
        self.make = make
        self.length: int | None = None

    def __iter__(self) -> Iterator[Row]:
        length = 0
        for row in self.make():
            length += 1
            yield row
        self.length = length

    def __len__(self) -> int:
        if self.length is None:
            self.length = sum(1 for _ in self.make())
        return self.length

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        return list(self)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as that of a list

    def __repr__(self) -> str:
        return repr(list(self))


class Checksum:
    """SHA-256 of all rows as JSON: the same whatever SQLite's version writes them."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self.tables = tables
        self.known: str | None = None

    @property
    def value(self) -> str:
        """In hexadecimal."""
        if self.known is None:
            for _ in self.each():
                pass
        assert self.known is not None
        return self.known

    def each(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """Each table with its rows, for one pass over all of them, after which the checksum is known."""
        digest = hashlib.sha256()
        for name in sorted(self.tables):
            digest.update(json.dumps(name).encode())
            rows = hashed(table(name).column_names, self.tables[name], digest.update)
            yield name, rows
            for _ in rows:
                pass
        self.known = digest.hexdigest()


def hashed(columns: Iterable[str], rows: Iterable[Row], update: Callable[[bytes], None]) -> Iterator[Row]:
    """Some rows of one table, each of which goes into a checksum too, as JSON with sorted names."""
    names = sorted(columns)
    form = "{" + ", ".join(f"{json.dumps(name)}: %s" for name in names) + "}"
    values_of = itemgetter(*names)
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        update("".join([form % tuple(map(encode_value, values_of(row))) for row in batch]).encode())
        yield from batch


def encode_value(value: Value) -> str:
    """A value as `json.dumps` writes it; most are texts, and calling its encoder for each is slow."""
    if type(value) is str:
        return encode_basestring_ascii(value)
    if type(value) is tuple:
        return "[" + ", ".join(map(encode_basestring_ascii, value)) + "]"
    return ENCODERS[type(value)](value)


ENCODERS: Mapping[type, Callable[[Any], str]] = {int: repr, float: repr, type(None): lambda _: "null"}
