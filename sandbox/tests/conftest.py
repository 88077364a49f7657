"""A site of one small database, in this process, without the plugins of any other project."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette
from datasette_sandbox.sandbox import Sandbox, sandbox_of

SCHEMA = """
create table birds (id integer primary key, name text, weight real, egg blob);
insert into birds values (1, 'wren', 9.5, x'00ff'), (2, 'Eurasian blue tit', 11, null), (3, 'küken', null, x'');
create virtual table birds_fts using fts5(name, content=birds);
insert into birds_fts (rowid, name) select id, name from birds;
"""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file."""
    path = tmp_path_factory.mktemp("site") / "birds.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(SCHEMA)
    return path


@pytest.fixture(scope="session")
async def site(path: Path) -> AsyncIterator[Datasette]:
    """A site that serves the file, which never changes; a statement may take three seconds."""
    datasette = Datasette(immutables=[str(path)], settings={"sql_time_limit_ms": 3000, "max_returned_rows": 50})
    await datasette.invoke_startup()
    yield datasette
    sandbox_of(datasette).closing.close()


@pytest.fixture(scope="session")
def sandbox(site: Datasette) -> Sandbox:
    return sandbox_of(site)
