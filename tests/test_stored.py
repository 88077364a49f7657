"""Counts that are stored when a list is built: each is what its definition gives, and what pages and views show."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette

from phenomena.database import stored
from phenomena.database.schema.columns import INTEGER, TEXT, Column, Table
from phenomena.database.schema.search_tables import SEARCH_TABLES
from phenomena.database.schema.stored_tables import STORED
from phenomena.database.stored import FOLDER, read_definition, write_stored


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        yield connection


def test_each_stored_table_has_one_definition() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == {table.name for table in STORED}
    assert all(table.name.startswith("stored_") and table.hidden for table in STORED)


@pytest.mark.parametrize("table", STORED, ids=lambda table: table.name)
def test_a_stored_table_holds_what_its_definition_gives(database: sqlite3.Connection, table: Table) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    defined, kept = (
        sorted(database.execute(f"select {names} from {source}").fetchall(), key=repr)
        for source in (f"({read_definition(table)})", table.name)
    )
    assert kept == defined and kept
    assert database.execute(f"select * from {table.name} limit 0").description == tuple(
        (column.name, *[None] * 6) for column in table.columns
    )


@pytest.mark.parametrize("table", (*STORED, *SEARCH_TABLES), ids=lambda table: table.name)
def test_a_stored_table_is_as_declared(database: sqlite3.Connection, table: Table) -> None:
    [sql] = database.execute("select sql from sqlite_master where name = ?", [table.name]).fetchone()
    assert sql.endswith(") STRICT, WITHOUT ROWID" if table.key else ") STRICT")
    keys = database.execute("select name from pragma_table_info(?) where pk order by pk", [table.name]).fetchall()
    assert tuple(name for (name,) in keys) == table.key
    kinds = dict(database.execute("select name, type from pragma_table_info(?)", [table.name]).fetchall())
    assert kinds == {one.name: {"integer": "INTEGER", "number": "REAL"}.get(one.type, "TEXT") for one in table.columns}
    found = database.execute("select name from pragma_index_list(?) where origin = 'c'", [table.name]).fetchall()
    columns = {
        tuple(one for (one,) in database.execute("select name from pragma_index_info(?)", [name])) for (name,) in found
    }
    assert columns == set(table.indexes)


def test_counts_are_those_of_the_papers(database: sqlite3.Connection) -> None:
    """Counted again in Python, from the ties alone: topics by year, keywords beside each other, the newest papers."""
    filed = set(database.execute("select topic, year, paper from listings where topic is not null"))
    counts = {(topic, year): n for topic, year, n in database.execute("select * from stored_topic_years")}
    assert {key: n for key, n in counts.items() if n} == {
        key: sum(one[:2] == key for one in filed) for key in {one[:2] for one in filed}
    }
    listed = set(database.execute("select list, topic, paper from listings"))
    years = {paper: (year, code) for paper, year, code in database.execute("select id, year, code_url from papers")}
    of_lists = Counter((name, years[paper][0]) for name, paper in {(one[0], one[2]) for one in listed})
    assert dict(of_lists) == {
        (name, year): n for name, year, n, _ in database.execute("select * from stored_list_years")
    }
    coded = sum(years[paper][1] is not None for _, paper in {(one[0], one[2]) for one in listed})
    assert database.execute("select sum(with_code) from stored_list_years").fetchone() == (coded,)
    of_topics = Counter((name, topic) for name, topic, _ in listed if topic)
    assert dict(of_topics) == {(name, one): n for name, one, n in database.execute("select * from stored_list_topics")}
    words: dict[str, list[str]] = {}
    for paper, keyword in database.execute("select paper, keyword from paper_keywords order by keyword"):
        words.setdefault(paper, []).append(keyword)
    pairs = [(one, two) for found in words.values() for one in found for two in found if one < two]
    stored_pairs = {(one, two): n for one, two, n in database.execute("select * from stored_keyword_pairs")}
    assert stored_pairs == {pair: pairs.count(pair) for pair in set(pairs)}
    order = "order by year is null, year desc, submitted is null, submitted desc, rowid limit 25"
    for (keyword,) in database.execute("select id from keywords order by paper_count desc limit 20").fetchall():
        of_keyword = f"select id from papers where id in (select paper from paper_keywords where keyword = ?) {order}"
        newest = "select paper from stored_newest_papers where kind = 'keyword' and id = ? order by place"
        assert database.execute(newest, [keyword]).fetchall() == database.execute(of_keyword, [keyword]).fetchall()


@pytest.mark.parametrize(
    ("columns", "key", "definition", "fault"),
    [
        ((Column("a", TEXT, ""), Column("b", INTEGER, "")), ("a",), "select 'x' as a", "no such column: b"),
        ((Column("a", INTEGER, ""),), (), "select 'x' as a", "cannot store TEXT value in INTEGER column"),
        ((Column("a", TEXT, "", required=True),), (), "select null as a", "NOT NULL constraint failed"),
        ((Column("a", TEXT, ""),), ("a",), "select 'x' as a union all select 'x'", "UNIQUE constraint failed"),
    ],
)
def test_rows_that_break_a_declaration_are_not_written(
    monkeypatch: pytest.MonkeyPatch, columns: tuple[Column, ...], key: tuple[str, ...], definition: str, fault: str
) -> None:
    monkeypatch.setattr(stored, "STORED", (Table("stored_x", "", columns, key),))
    monkeypatch.setattr(stored, "read_definition", lambda table: definition)
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.Error, match=fault):
        write_stored(connection)


@pytest.mark.anyio
async def test_stored_tables_are_hidden_beside_the_index_of_search(site: Datasette) -> None:
    for page in ("/phenomena", "/about"):
        assert "stored_" not in (await site.client.get(page)).text
    tables = (await site.client.get("/phenomena.json")).json()["tables"]
    assert [one["name"] for one in tables if one["name"].startswith("stored_")] == []
    every = (await site.client.get("/phenomena?_show_hidden=1")).text
    assert all(f'href="/phenomena/{table.name}"' in every for table in (*STORED, *SEARCH_TABLES))
    rows = (await site.client.get("/phenomena/stored_letters.json?_shape=array&_size=max")).json()
    assert sum(row["author_count"] for row in rows) == 1754
