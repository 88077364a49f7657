"""Folders that `datasette .` serves, each with a database built from a list."""

from __future__ import annotations

import json
from pathlib import Path

from datasette.app import Datasette

import build

ROOT = Path(__file__).parent.parent
SERVED = ("plugins", "templates", "static", "settings.json")


def make_folder(folder: Path, list_path: Path) -> Path:
    """A folder as `datasette .` wants it: a database built from a list, beside this project's plugins and templates."""
    folder.mkdir(parents=True, exist_ok=True)
    build.build(str(list_path), folder / "phenomena.db", folder / "metadata.yml")
    for name in SERVED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def open_site(folder: Path) -> Datasette:
    """The site of a folder in this process. Its SQL may take 2 s, for the tests share the processors."""
    settings = json.loads((folder / "settings.json").read_text("utf-8")) | {"sql_time_limit_ms": 2_000}
    return Datasette(config_dir=folder, settings=settings)
