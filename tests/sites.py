"""Folders that `datasette .` serves, each with a database built from a list."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from datasette.app import Datasette

import build

ROOT = Path(__file__).parent.parent
ENTRY = re.compile(r"^- .*\n(?:  .*\n)*", re.MULTILINE)  # of phenomena.md, with its fields
FLAT_ENTRY = re.compile(r"(?:^- .*\n)+", re.MULTILINE)  # of the catalogue page
SERVED = ("plugins", "templates", "static", "settings.json")


def make_folder(folder: Path, list_path: Path, is_archived: bool = False) -> Path:
    """A folder as `datasette .` wants it: a database built from a list, beside this project's plugins and templates."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "dist" if is_archived else None
    build.build(str(list_path), folder / "phenomena.db", folder / "metadata.yml", archive)
    for name in SERVED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills, once for all of pytest-xdist's workers: who comes while it is made waits for it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("a+") as state:
        fcntl.flock(state, fcntl.LOCK_EX)
        state.seek(0)
        if not state.read():
            folder.mkdir()
            make(folder)
            state.write("made")
    return folder


def shorten_list(text: str, entry: re.Pattern[str], every: int) -> str:
    """One in so many entries under all headings, and what stands between them."""
    kept = iter(range(len(entry.findall(text))))
    return entry.sub(lambda found: "" if (next(kept) + 1) % every else found[0], text)


def shorten_edition(folder: Path, every: int) -> Path:
    """A list of one in so many entries of phenomena.md, with what lies beside it."""
    head, first, rest = (ROOT / "phenomena.md").read_text("utf-8").partition("\n### ")
    (folder / "phenomena.md").write_text(head + first + shorten_list(rest, ENTRY, every), "utf-8")
    for path in ROOT.glob("phenomena.*.csv"):
        shutil.copy(path, folder)
    return folder / "phenomena.md"


def open_site(folder: Path) -> Datasette:
    """The site of a folder in this process. Its SQL and facets may take 2 s, for the tests share the processors."""
    limits = {"sql_time_limit_ms": 2_000, "facet_time_limit_ms": 2_000}
    settings = json.loads((folder / "settings.json").read_text("utf-8")) | limits
    return Datasette(config_dir=folder, settings=settings)
