"""A dialect's declaration: a TOML file of about ten lines, checked whole before anything is read by it.

docs/dialects.md explains each key with examples; `dialects/` holds presets for the usual formats.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..grammar.fields import collapse
from ..shipped import SHIPPED
from ..source import ListError
from .template import Template, TemplateError, parse_template

PRESETS = SHIPPED / "dialects"
MAX_BYTES = 20_000
MAX_TEMPLATES = 20  # of one key
KEYS: Mapping[str, type | tuple[type, ...]] = {
    "unit": str,
    "entry": (str, list),
    "below": (str, list),
    "columns": dict,
    "level": int,
    "year": str,
    "names": str,
    "skip": (str, list),
    "topic": str,
    "topic_level": int,
}
TYPE_NAMES = {str: "a string", int: "a number", dict: "a table", (str, list): "a string or a list of strings"}
CHOICES = {
    "unit": ("bullet", "paragraph", "row", "section"),
    "year": ("entry", "venue", "heading", "none"),
    "names": ("First Last", "Last, First"),
}
LEVELS = ("level", "topic_level")
DATES = ("year", "date")  # fields that hold a year


class DialectError(ListError):
    """A dialect can't be used; the message says where in which file, and what is allowed."""


@dataclass(frozen=True)
class Dialect:
    """How a list writes its entries.

    `columns` has templates by the folded heading of a column. `level` is that of a heading which is an entry's title,
    `topic_level` the deepest that names a topic; `skip` has folded names of sections.
    """

    unit: str
    entry: tuple[Template, ...] = ()
    below: tuple[Template, ...] = ()
    columns: Mapping[str, tuple[Template, ...]] | None = None
    level: int | None = None
    year: str = "heading"
    names: str = "First Last"
    skip: frozenset[str] = frozenset()
    topic: str | None = None
    topic_level: int = 6

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the list has."""
        in_columns = [template for some in (self.columns or {}).values() for template in some]
        return frozenset(name for one in (*self.entry, *self.below, *in_columns) for name in one.fields)


def fold_name(text: str) -> str:
    """The key of a section's name or a column's heading: case, markup and outer punctuation make no difference."""
    return collapse(text).strip("*_`#: ").casefold()


def find_dialect(name: str) -> Path:
    """The file of a dialect, from its path or the name of a preset. Raises DialectError for an unknown name."""
    path = Path(name)
    if path.suffix or len(path.parts) != 1 or path.exists():
        return path
    if name in (names := preset_names()):
        return PRESETS / f"{name}.toml"
    raise DialectError(f"{name}: no such dialect. Give the path of a .toml file, or one of {', '.join(names)}.")


def preset_names() -> list[str]:
    """The presets by name."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def read_dialect(path: Path) -> Dialect:
    """Read a dialect's file. Raises DialectError where it can't be read, or declares what it mustn't."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DialectError(f"{path}: can't be read ({error.strerror or error}). Check the path.") from None
    if len(data) > MAX_BYTES:
        raise DialectError(f"{path}: is over {MAX_BYTES // 1000} KB. A dialect has about ten lines.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise DialectError(f"{path}: is not UTF-8. Save it as UTF-8.") from None
    return parse_dialect(text, str(path))


def parse_dialect(text: str, name: str) -> Dialect:
    """The dialect that a text declares; `name` is that of its file. Raises DialectError as `read_dialect` does."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DialectError(f'{name}: is not TOML ({error}). Write each line as key = "value".') from None
    return Declaration(name, text, values).dialect()


class Declaration:
    """One file's values on their way to a dialect, with the place of each for messages."""

    def __init__(self, name: str, text: str, values: Mapping[str, Any]) -> None:
        self.name = name
        self.lines = text.splitlines()
        self.values = values

    def dialect(self) -> Dialect:
        """The dialect. Raises DialectError for the first thing that is wrong."""
        for key, value in self.values.items():
            self.check_value(key, value)
        if "unit" not in self.values:
            raise DialectError(f"{self.name}: has no unit. Write unit = one of {', '.join(CHOICES['unit'])}.")
        columns = {fold_name(key): self.templates("columns", value) for key, value in self.get("columns", {}).items()}
        dialect = Dialect(
            unit=self.get("unit"),
            entry=self.templates("entry", self.get("entry", [])),
            below=self.templates("below", self.get("below", [])),
            columns=columns or None,
            level=self.get("level"),
            names=self.get("names", "First Last"),
            skip=frozenset(map(fold_name, as_list(self.get("skip", [])))),
            topic=collapse(self.get("topic", "")) or None,
            topic_level=self.get("topic_level", 6),
            year="heading",
        )
        usual = "entry" if dialect.fields & set(DATES) else "heading"
        dialect = Dialect(**{**vars(dialect), "year": self.get("year", usual)})
        self.check_unit(dialect)
        self.check_fields(dialect)
        return dialect

    def get(self, key: str, default: Any = None) -> Any:
        """A value, or the default where it isn't declared."""
        return self.values.get(key, default)

    def check_value(self, key: str, value: object) -> None:
        """Refuse an unknown key, a value of another type, and a choice that isn't one."""
        if key not in KEYS:
            self.refuse(key, f"is not a key of a dialect. The keys are {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]) or isinstance(value, bool):
            self.refuse(key, f"must be {TYPE_NAMES[KEYS[key]]}")
        if key in CHOICES and value not in CHOICES[key]:
            self.refuse(key, f"is {value!r}. It must be one of {', '.join(map(repr, CHOICES[key]))}")
        if key in LEVELS and value not in range(1, 7):
            self.refuse(key, f"is {value}. Headings have levels from 1 to 6")
        if isinstance(value, list) and not all(isinstance(one, str) for one in value):
            self.refuse(key, "holds what isn't a string. It must be a list of strings")

    def check_unit(self, dialect: Dialect) -> None:
        """Refuse keys that the unit has no use for, and a unit without those that it needs."""
        is_row, is_section = dialect.unit == "row", dialect.unit == "section"
        needed = ["columns"] if is_row else ["entry", *(["level"] if is_section else [])]
        useless = ["entry", "below", "level"] if is_row else ["columns", *([] if is_section else ["level"])]
        for key in needed:
            if not self.get(key):
                self.refuse("unit", f"is {dialect.unit!r}, and {key} is missing. Declare it")
        for key in useless:
            if key in self.values:
                self.refuse(key, f"is of no use with unit = {dialect.unit!r}. Delete it")

    def check_fields(self, dialect: Dialect) -> None:
        """Refuse entries without a title, and a year that comes from a field that there isn't."""
        for template in dialect.entry:
            if "title" not in template.fields:
                self.refuse("entry", f"has no {{title}} in {template.written!r}. Every entry needs one")
        if any("title" in template.fields for template in dialect.below):
            self.refuse("below", "has a {title}. It must be in entry, as it begins an entry")
        titled = [some for some in (dialect.columns or {}).values() if any("title" in one.fields for one in some)]
        if dialect.columns and len(titled) != 1:
            self.refuse("columns", f"has a {{title}} in {len(titled)} columns. It must be in one")
        if dialect.year == "entry" and not dialect.fields & set(DATES):
            self.refuse("year", "is 'entry', and no template has a {year} or a {date}")
        if dialect.year == "venue" and "venue" not in dialect.fields:
            self.refuse("year", "is 'venue', and no template has a {venue}")

    def templates(self, key: str, value: object) -> tuple[Template, ...]:
        """Compiled templates, from one or several; refuses each that is wrong at its own line."""
        written = as_list(value)
        if len(written) > MAX_TEMPLATES:
            self.refuse(key, f"has {len(written)} templates; at most {MAX_TEMPLATES} are allowed")
        compiled = []
        for one in written:
            if not isinstance(one, str):
                self.refuse(key, "holds what isn't a string. It must be a string or a list of strings")
            try:
                compiled.append(parse_template(one))
            except TemplateError as error:
                self.refuse(key, f"is {one!r}, but {error}", one)
        return tuple(compiled)

    def refuse(self, key: str, reason: str, text: str = "") -> None:
        """Raise DialectError with the file, the line of a text or else of its key, and the reason."""
        marks = [text] if text else []
        found = [n for n, line in enumerate(self.lines, 1) if any(mark in line for mark in marks)]
        found += [n for n, line in enumerate(self.lines, 1) if line.split("=")[0].strip().strip("[]\"'") == key]
        place = f"{self.name}, line {found[0]}" if found else self.name
        raise DialectError(f"{place}: {key} {reason.rstrip('.')}.")


def as_list(value: object) -> Sequence[Any]:
    """One value as a list of one."""
    return value if isinstance(value, list) else [value]
