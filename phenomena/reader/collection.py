"""Several lists declared in one file: a TOML file that names each list, and what to know of it.

title = "Deep learning, list by list"

[[list]]
location = "phenomena.md"            # a path from this file's folder, or an http(s) address

[[list]]
location = "https://example.org/grokking/README.md"
id = "grokking"                      # by default from its name
name = "Papers on grokking"          # by default the title in its head
licence = "MIT"                      # by default the licence in its head
dialect = "columns"                  # a file, or a preset; by default the built-in grammar
topics = { "Delayed generalisation" = "Grokking and emergence" }   # its topics that are another list's too
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .reading import Reading
from .source import ListError, Source, is_address

MAX_BYTES = 1_000_000
KEYS: Mapping[str, type] = {"location": str, "id": str, "name": str, "licence": str, "dialect": str, "topics": dict}


@dataclass(frozen=True)
class Declared:
    """One list as declared; None where it says nothing. `topics` has shared names by the list's own."""

    location: str
    id: str | None = None
    name: str | None = None
    licence: str | None = None
    dialect: str | None = None
    topics: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadList:
    """A list with what was read of it, and what is declared of it; the source's lines may be left out."""

    source: Source
    reading: Reading
    declared: Declared = field(default_factory=lambda: Declared(""))

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.declared.name or self.reading.head.title or self.source.name

    @property
    def line_count(self) -> int:
        """How many lines it has."""
        return len(self.reading.statuses)


@dataclass(frozen=True)
class Collection:
    """The lists of one database in their order, with the title of them all, if there is one."""

    lists: tuple[Declared, ...]
    title: str | None = None


def is_collection(location: str) -> bool:
    """Whether a location is that of a file which declares lists, and not of a list."""
    return location.lower().endswith(".toml") and not is_address(location)


def collection_at(location: str, dialect: str | None = None) -> Collection:
    """The lists that a file declares, or the one list that is there. Raises ListError as `read_collection` does."""
    if is_collection(location):
        return read_collection(Path(location))
    return Collection((Declared(location, dialect=dialect),))


def read_collection(path: Path) -> Collection:
    """Read a file of lists. Raises ListError, with the list and the key, where it can't be used."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ListError(f"{path}: is over {MAX_BYTES // 1_000_000} MB. Split it into several files.")
        values = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise ListError(f"{path}: can't be read ({error.strerror or error}). Check the path.") from None
    except UnicodeDecodeError:
        raise ListError(f"{path}: is not UTF-8. Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ListError(f"{path}: is not TOML ({error}). Begin each list with [[list]].") from None
    check_keys(values, {"title": str, "list": list}, str(path))
    declared = values.get("list", [])
    if not declared:
        raise ListError(f'{path}: declares no list. Begin each with [[list]] and location = "...".')
    lists = tuple(declare(one, path, number) for number, one in enumerate(declared, 1))
    return Collection(lists, values.get("title"))


def declare(values: object, path: Path, number: int) -> Declared:
    """One list, checked; its paths are from the folder of the file."""
    place = f"{path}, list {number}"
    if not isinstance(values, dict):
        raise ListError(f"{place}: is not a table. Begin each list with [[list]].")
    check_keys(values, KEYS, place)
    if not values.get("location"):
        raise ListError(f'{place}: has no location. Write location = "...", a path or an http(s) address.')
    for own, shared in values.get("topics", {}).items():
        if not isinstance(shared, str) or not shared:
            raise ListError(f'{place}: topic "{own}" has no shared name. Write topics = {{ "{own}" = "Its name" }}.')
    location, dialect = values["location"], values.get("dialect")
    if not is_address(location):
        location = str(path.parent / location)
    if dialect and Path(dialect).suffix:  # else a preset's name
        dialect = str(path.parent / dialect)
    return Declared(**{**values, "location": location, "dialect": dialect})


def check_keys(values: Mapping[str, Any], allowed: Mapping[str, type], place: str) -> None:
    """Raise ListError for an unknown key, or a value of another type."""
    names: Mapping[type, str] = {str: "a string", dict: "a table", list: "a list of tables"}
    for key, value in values.items():
        if key not in allowed:
            raise ListError(f"{place}: unknown key {key}. Use {', '.join(allowed)}.")
        if not isinstance(value, allowed[key]):
            raise ListError(f"{place}: {key} is not {names[allowed[key]]}. Write one.")
