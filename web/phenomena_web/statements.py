"""Named SQL of the pages: `templates/sql/NAME.sql`, one statement a file, whose first comment says what it gives."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .internals import site_folder
from .site import fetch_rows

if TYPE_CHECKING:
    from datasette.app import Datasette


@cache
def read_statements(folder: Path) -> dict[str, str]:
    """Name to SQL of the files in a folder; read once, as plugins are."""
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.sql"))}


def find_statement(datasette: Datasette, name: str) -> str:
    """The SQL of a name. Raises KeyError for a name that no file has."""
    folder = site_folder(datasette)
    if folder is None:
        raise KeyError(name)
    return read_statements(folder / "templates" / "sql")[name]


async def fetch_named(datasette: Datasette, name: str, /, **params: object) -> list[dict[str, Any]]:
    """All rows of a named statement; a list is bound as a JSON array. Raises KeyError for a name that no file has."""
    values = {key: json.dumps(value) if isinstance(value, list) else value for key, value in params.items()}
    return await fetch_rows(datasette, find_statement(datasette, name), **values)
