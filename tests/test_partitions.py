"""All tables as partitioned Parquet: the rows of the database with types, keys and order; whole, or the old ones."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from lists import NESTED, make_entry, write_list
from sites import ROOT
from snippets import find_blocks

import build
from phenomena.bundle import partitions, tabular
from phenomena.bundle.tabular import make_parquet
from phenomena.database.publish import OLD, PART, WriteError, beside
from phenomena.database.publish_folder import recover, replacing_folder
from phenomena.database.schema.columns import ARRAY, Table
from phenomena.database.schema.tables import TABLES
from phenomena.reader.grammar.links import Link

CODE = Link("code", "https://github.com/ann/paper")
ENTRIES = [
    replace(one, keywords=("Grokking", "Été")[: one.line % 3], links=(*one.links, CODE)[: 1 + one.line % 2])
    for one in (make_entry(number, topic="Grokking") for number in range(1, 12))
]
SCALE = (ROOT / "docs" / "scale.md").read_text("utf-8")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(build.main, [str(word) for word in words])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database of a list and, in files of at most six rows, its tables as Parquet."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "list.md").write_text(write_list(ENTRIES, NESTED), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tabular, "GROUP_ROWS", 3)
        patch.setattr(tabular, "FILE_GROUPS", 2)
        done = run(folder / "list.md", "--database", folder / "phenomena.db", "--parquet", folder / "parquet")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == f"wrote {folder / 'parquet'}"
    return folder


def rows_of(folder: Path, table: Table) -> list[dict[str, Any]]:
    """The rows of a table in the database, with its arrays read."""
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute(f"select * from {table.name} order by rowid")]
    arrays = [column.name for column in table.columns if column.type == ARRAY]
    return [{**row, **{name: json.loads(row[name]) for name in arrays}} for row in rows]


def parts_of(folder: Path, table: Table) -> list[Path]:
    return sorted((folder / "parquet" / table.name).iterdir())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_files_of_a_table_hold_its_rows_in_order(built: Path, table: Table) -> None:
    expected = rows_of(built, table)
    counts = [pq.ParquetFile(path).metadata.num_rows for path in parts_of(built, table)]
    assert counts == [min(6, len(expected) - start) for start in range(0, max(len(expected), 1), 6)]
    names = [path.name for path in parts_of(built, table)]
    assert names == [f"part-{number:05}.parquet" for number in range(len(counts))]
    read = [row for path in parts_of(built, table) for row in pq.ParquetFile(path).read().to_pylist()]
    assert read == expected


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_are_those_of_the_bundle(built: Path, table: Table, tmp_path: Path) -> None:
    (tmp_path / "whole.parquet").write_bytes(make_parquet(table, []))
    expected = pq.read_schema(tmp_path / "whole.parquet")
    assert all(pq.read_schema(path).equals(expected, check_metadata=True) for path in parts_of(built, table))


def test_keys_are_unique_and_foreign_keys_exist(built: Path) -> None:
    """As the descriptor declares them, asked of DuckDB."""
    package = json.loads((built / "parquet" / "datapackage.json").read_text("utf-8"))
    checked = 0
    for one in package["resources"]:
        own, key = f"'{built}/parquet/{one['name']}/*.parquet'", ", ".join(one["schema"]["primaryKey"])
        assert duckdb.sql(f"select {key} from {own} group by all having count(*) > 1").fetchall() == []
        for foreign in one["schema"].get("foreignKeys", []):
            [column], other = foreign["fields"], foreign["reference"]
            parent = f"'{built}/parquet/{other['resource']}/*.parquet'"
            lost = f"select * from {own} where {column} not in (select id from {parent}) and {column} is not null"
            assert duckdb.sql(lost).fetchall() == []
            checked += 1
    assert checked > 15


def test_the_descriptor_has_every_table_file_and_meaning(built: Path) -> None:
    package = json.loads((built / "parquet" / "datapackage.json").read_text("utf-8"))
    with closing(sqlite3.connect(built / "phenomena.db")) as database:
        [(checksum,)] = database.execute("select content_sha256 from source")
    assert package["content_sha256"] == checksum
    found = {one["name"]: (one["path"], one["bytes"], one["description"]) for one in package["resources"]}
    assert found == {
        table.name: (
            [f"{table.name}/{path.name}" for path in parts_of(built, table)],
            sum(path.stat().st_size for path in parts_of(built, table)),
            table.meaning,
        )
        for table in TABLES
    }
    fields = {one["name"]: [field["name"] for field in one["schema"]["fields"]] for one in package["resources"]}
    assert fields == {table.name: list(table.column_names) for table in TABLES}


def test_the_checksums_are_those_of_all_files(built: Path) -> None:
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=built / "parquet", capture_output=True, text=True)
    files = [path for path in (built / "parquet").rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert done.stdout.splitlines() == sorted(f"{path.relative_to(built / 'parquet').as_posix()}: OK" for path in files)


def test_the_example_queries_give_what_the_database_gives(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built)
    [sql], [code] = find_blocks(SCALE, "sql"), find_blocks(SCALE, "python")
    names: dict[str, Any] = {}
    exec(compile(code, "scale.md", "exec"), names)
    with closing(sqlite3.connect("phenomena.db")) as database:
        expected = database.execute(
            "select keyword, count(*), count(code_url) from paper_keywords join papers on id = paper "
            "group by keyword order by 2 desc, 1"
        ).fetchall()
    assert expected == [("grokking", 8, 4), ("ete", 4, 2)]
    assert duckdb.sql(sql).fetchall() == names["top"].rows() == expected
    import polars as pl  # here, because it takes long

    assert isinstance(names["top"], pl.DataFrame)


def test_parquet_alone_writes_no_database_and_the_same_rows(built: Path, tmp_path: Path) -> None:
    done = run(built / "list.md", "--parquet", tmp_path / "out" / "parquet")
    assert (done.exit_code, [path.name for path in (tmp_path / "out").iterdir()]) == (0, ["parquet"])
    packages = [json.loads((one / "datapackage.json").read_text()) for one in (tmp_path / "out" / "parquet",
                                                                              built / "parquet")]  # fmt: skip
    assert packages[0]["content_sha256"] == packages[1]["content_sha256"]


def files_in(folder: Path) -> Mapping[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_replaced_as_a_whole(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "parquet"
    (target / "papers").mkdir(parents=True)
    (target / "papers" / "part-00099.parquet").write_text("of an earlier, longer list")
    assert run(built / "list.md", "--parquet", target).exit_code == 0
    first = files_in(target)
    assert "papers/part-00099.parquet" not in first
    assert run(built / "list.md", "--parquet", target).exit_code == 0
    assert files_in(target) == first
    assert [path.name for path in tmp_path.iterdir()] == ["parquet"]


def test_a_build_that_fails_leaves_the_old_folder(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "parquet"
    assert run(built / "list.md", "--parquet", target).exit_code == 0
    old = files_in(target)
    monkeypatch.setattr(partitions, "checksum", lambda path: path.with_name("none").read_bytes())
    done = run(built / "list.md", "--parquet", target)
    assert done.exit_code == 1
    assert "none: can't be written (No such file or directory). Check its folder and the disk; the old" in done.output
    assert files_in(target) == old
    assert [path.name for path in tmp_path.iterdir()] == ["parquet"]


def test_what_a_killed_build_left_is_undone(tmp_path: Path) -> None:
    """Killed between both renames, and before them."""
    target = tmp_path / "parquet"
    for left in (beside(target, OLD), beside(target, PART)):
        left.mkdir()
        (left / "one").write_text(left.name)
    recover(target)
    assert files_in(tmp_path) == {"parquet/one": b".parquet.old"}
    beside(target, OLD).mkdir()
    recover(target)
    assert files_in(tmp_path) == {"parquet/one": b".parquet.old"}
    assert [path.name for path in tmp_path.iterdir()] == ["parquet"]


def test_a_folder_that_cant_be_replaced_keeps_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where the old one can't be renamed back."""
    target = tmp_path / "parquet"
    (target / "papers").mkdir(parents=True)
    (target / "papers" / "one").write_text("old")
    rename = Path.replace

    def replace_once(path: Path, other: Path) -> Path:
        if path != target:
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, other)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace_once)
        with pytest.raises(WriteError, match="Permission denied"), replacing_folder(target, {"papers"}):
            pass
    with replacing_folder(target, {"papers"}):
        assert files_in(tmp_path) == {"parquet/papers/one": b"old"}


def test_a_folder_with_other_files_is_left_alone(built: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("The keeper's own.")
    done = run(built / "list.md", "--parquet", tmp_path)
    assert done.exit_code == 1
    assert done.output == f"build.py: {tmp_path}: holds other files (notes.txt). Give a folder of its own.\n"
    assert files_in(tmp_path) == {"notes.txt": b"The keeper's own."}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--check"], "--check writes nothing, and --parquet writes a folder. Leave one of them out."),
        (["--bundle", "out"], "--parquet alone writes no database, and --bundle needs one. Give --database too."),
        (["--place"], "--parquet alone writes no database, and --place needs one. Give --database too."),
        (["--metadata", "m.yml"], "--parquet alone writes no database, and --metadata needs one. Give --database too."),
        (["--guess"], "--guess only prints a draft. Leave --parquet out."),
    ],
)
def test_options_that_make_no_sense_with_it_are_refused(tmp_path: Path, options: Sequence[str], said: str) -> None:
    done = run(ROOT / "phenomena.md", "--parquet", tmp_path / "parquet", *options)
    assert (done.exit_code, done.output.splitlines()[-1]) == (2, f"Error: {said}")
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_it_says_what_to_install(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = run(built / "list.md", "--parquet", tmp_path / "parquet")
    assert (done.exit_code, done.output) == (
        1,
        "build.py: --parquet needs pyarrow. Install: python -m pip install pyarrow "
        "(in a checkout: -r requirements-bundle.txt)\n",
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == []
