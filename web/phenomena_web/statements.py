"""Named SQL of the pages: `templates/sql/NAME.sql`, one statement a file, whose first comment says what it gives."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from datasette.app import Datasette

from .site import fetch_rows


@cache
def read_statements(folder: Path) -> dict[str, str]:
    """Name to SQL of the files in a folder; read once, as plugins are."""
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.sql"))}


async def fetch_named(datasette: Datasette, name: str, /, **params: object) -> list[dict[str, Any]]:
    """All rows of a named statement; a list is bound as a JSON array. Raises KeyError for a name that no file has."""
    sql = read_statements(Path(datasette.template_dir) / "sql")[name]
    values = {key: json.dumps(value) if isinstance(value, list) else value for key, value in params.items()}
    return await fetch_rows(datasette, sql, **values)
