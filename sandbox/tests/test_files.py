"""A worker reads the file that the server opened at its start, whatever stands at its path since."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette_sandbox import files


@pytest.fixture
def opened(path: Path, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A copy of the database, as the server opens one that never changes."""
    copy = Path(shutil.copy(path, tmp_path / "copy.db"))
    descriptor = os.open(copy, os.O_RDONLY)
    yield {"path": str(copy), "mode": "immutable=1", "descriptor": descriptor}
    os.close(descriptor)


def replace(path: Path) -> None:
    """Put another database in the place of one."""
    with closing(sqlite3.connect(path.with_name("other.db"))) as other:
        other.executescript("create table birds (name); insert into birds values ('ostrich')")
    path.with_name("other.db").replace(path)


def remove(path: Path) -> None:
    path.unlink()


def leave(path: Path) -> None:
    """Change nothing."""


@pytest.mark.parametrize(("change", "is_held"), [(leave, False), (replace, True), (remove, True)])
def test_the_servers_own_file_is_read(opened: dict[str, Any], change: Any, is_held: bool) -> None:
    size = Path(opened["path"]).stat().st_size
    change(Path(opened["path"]))
    conn, held = files.open_database(opened)
    with closing(conn):
        assert conn.execute("select name from birds where id = 1").fetchall() == [("wren",)]
        assert held == (size if is_held else 0)


def test_an_open_file_stays_when_it_is_replaced(opened: dict[str, Any]) -> None:
    conn, _ = files.open_database(opened)
    with closing(conn):
        replace(Path(opened["path"]))
        assert conn.execute("select name from birds where id = 1").fetchall() == [("wren",)]


@pytest.mark.parametrize("reason", ["size", "WAL"])
def test_a_replaced_file_that_does_not_fit_memory_is_refused(
    opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    if reason == "size":
        monkeypatch.setattr(files, "FROM_MEMORY", 4096)
    else:
        with closing(sqlite3.connect(opened["path"])) as conn:
            conn.execute("pragma journal_mode=wal")
    replace(Path(opened["path"]))
    with pytest.raises(files.RefusedError, match="was replaced while the site was running"):
        files.open_database(opened)


def test_a_file_that_may_change_is_read_as_it_is(opened: dict[str, Any]) -> None:
    replace(Path(opened["path"]))
    conn, held = files.open_database({**opened, "mode": "mode=ro", "descriptor": None})
    with closing(conn):
        assert (conn.execute("select name from birds").fetchall(), held) == ([("ostrich",)], 0)
