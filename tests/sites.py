"""Folders that `datasette .` serves, each with a database built from a list."""

from __future__ import annotations

from pathlib import Path

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
