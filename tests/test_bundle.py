"""The bundle holds one set of rows in every format, the same bytes each time, and is written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import bibtexparser
import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
import rispy
import yaml
from builds import Forked, forking, run_forked
from pybtex.database import parse_string
from sites import ROOT, shorten_edition
from snippets import find_blocks, run_snippet

from phenomena.bundle.archive import make_zip, validate
from phenomena.database.schema.columns import ARRAY, MONTH
from phenomena.database.schema.tables import TABLES

ODD_LIST = """\
## Odd <script>alert(1)</script> Topic

### Odd <script>alert(1)</script> Topic: 2023

- =SUM(A1) "quoted", \\alpha & {braces} $x_1$ <script>alert('é')</script> [[paper]](https://example.org/a?b=1&c=ü)
  - Paul Erdös, Łukasz O'Neil. *NeurIPS 2022*
  - Key Word: A "quoted" word; 深層学習.
  - <details><summary>Digest</summary> A line, with "quotes"; and \\\\ back-slashes. </details>
- A second paper, of no year [[paper]]()
  - NA.
"""
NAMES = [table.name for table in TABLES]
FILES = [
    "SHA256SUMS",
    "README.md",
    "CITATION.cff",
    "datapackage.json",
    "croissant.json",
    "phenomena.db",
    "papers.bib",
    "papers.ris",
    "papers.csl.json",
    *(f"csv/{name}.csv" for name in NAMES),
    *(f"ndjson/{name}.ndjson" for name in NAMES),
    "parquet/papers.parquet",
    "parquet/listings.parquet",
]
WITHOUT = (
    "import sys, runpy; sys.modules[{!r}] = None; sys.argv = sys.argv[1:]; "
    "sys.path.insert(0, sys.argv[0].removesuffix('build.py')); runpy.run_path(sys.argv[0], run_name='__main__')"
)


def command(folder: Path, location: Path, *options: str) -> list[str]:
    """The command line that builds into a folder."""
    targets = ["--database", str(folder / "phenomena.db"), "--metadata", str(folder / "metadata.yml")]
    return [str(ROOT / "build.py"), str(location), *targets, *options]


def run(
    folder: Path, location: Path, *options: str, start: tuple[str, ...] = (), **more: Any
) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, *start, *command(folder, location, *options)]
    return subprocess.run(words, capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    """Builds of bundles, and frictionless, each in a process of its own that has the libraries loaded."""
    with forking("build", "frictionless.__main__", "pyarrow.csv", "pyarrow.parquet") as run_one:
        yield run_one


def make_bundle(forked: Forked, folder: Path, location: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Build into a folder with the command, and a bundle."""
    return run_forked(forked, folder, command(folder, location, "--bundle", str(out)))


def unpack(forked: Forked, folder: Path, location: Path) -> Path:
    """Build a bundle with the command and unpack it."""
    done = make_bundle(forked, folder, location, folder / "out")
    assert (done.returncode, done.stderr) == (0, "")
    (bundle,) = (folder / "out").iterdir()
    with ZipFile(bundle) as archive:
        archive.extractall(folder / "bundle")
    return folder / "bundle"


@pytest.fixture(scope="module")
def ours(forked: Forked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of one in four entries of phenomena.md, unpacked; the zip lies in ../out."""
    folder = tmp_path_factory.mktemp("ours")
    return unpack(forked, folder, shorten_edition(folder, 4))


@pytest.fixture(scope="module")
def odd(forked: Forked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a list of odd texts, without licence and homepage, unpacked."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "list.md").write_text(ODD_LIST, "utf-8")
    return unpack(forked, folder, folder / "list.md")


@pytest.fixture(params=["ours", "odd"])
def bundle(request: pytest.FixtureRequest) -> Path:
    """Each of the two, unpacked."""
    return Path(request.getfixturevalue(request.param))


def zip_of(bundle: Path) -> Path:
    (path,) = (bundle.parent / "out").iterdir()
    return path


def rows_of(bundle: Path, name: str, arrays: bool = True) -> list[dict[str, Any]]:
    """The rows of a table in the bundle's database; `arrays` reads the JSON arrays."""
    with closing(sqlite3.connect(f"file:{bundle / 'phenomena.db'}?immutable=1", uri=True)) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute(f"select * from {name} order by rowid")]
    (table,) = (one for one in TABLES if one.name == name)
    lists = [one.name for one in table.columns if arrays and one.type == ARRAY]
    return [{**row, **{column: json.loads(row[column]) for column in lists}} for row in rows]


def test_the_files(bundle: Path) -> None:
    with ZipFile(zip_of(bundle)) as archive:
        assert archive.namelist() == FILES
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_whole_edition_has_a_bundle(forked: Forked, tmp_path: Path) -> None:
    """It validates itself before it is written."""
    done = make_bundle(forked, tmp_path, ROOT / "phenomena.md", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_it_is_named_by_its_rows(bundle: Path) -> None:
    (source,) = rows_of(bundle, "source")
    assert zip_of(bundle).name == f"phenomena-{source['content_sha256'][:12]}.zip"


def test_same_input_same_bytes(ours: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "TZ": "Asia/Tokyo"}
    location = ours.parent / "phenomena.md"
    done = run(tmp_path, location, "--bundle", str(tmp_path / "a" / "b"), env=environment, cwd=tmp_path)
    assert done.returncode == 0
    (again,) = (tmp_path / "a" / "b").iterdir()
    assert (again.name, again.read_bytes()) == (zip_of(ours).name, zip_of(ours).read_bytes())
    assert done.stdout.splitlines()[-1] == f"wrote {again}"


def test_checksums(bundle: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=bundle, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert sorted(done.stdout.splitlines()) == sorted(f"{name}: OK" for name in FILES[1:])


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_equal_in_all_formats(bundle: Path, name: str) -> None:
    plain, lines = bundle / "csv" / f"{name}.csv", bundle / "ndjson" / f"{name}.ndjson"
    count = len(rows_of(bundle, name))
    counts = {
        "pandas csv": len(pd.read_csv(plain)),
        "pandas ndjson": len(pd.read_json(lines, lines=True)),
        "duckdb csv": duckdb.read_csv(str(plain)).shape[0],
        "duckdb ndjson": duckdb.read_json(str(lines), format="newline_delimited").shape[0] if count else 0,
    }
    if name in ("papers", "listings"):
        parquet = bundle / "parquet" / f"{name}.parquet"
        counts["pyarrow"] = pq.read_table(parquet).num_rows
        counts["pandas parquet"] = len(pd.read_parquet(parquet))
        counts["duckdb parquet"] = duckdb.read_parquet(str(parquet)).shape[0]
    assert counts == dict.fromkeys(counts, count)


def test_citations_are_complete_and_in_order(bundle: Path) -> None:
    keys = [row["citekey"] for row in rows_of(bundle, "papers")]
    bibtex = (bundle / "papers.bib").read_text("utf-8")
    found = {
        "pybtex": list(parse_string(bibtex, "bibtex").entries),
        "bibtexparser": [entry.key for entry in bibtexparser.parse_string(bibtex).entries],
        "rispy": [record["id"] for record in rispy.loads((bundle / "papers.ris").read_text("utf-8"))],
        "csl": [item["id"] for item in json.loads((bundle / "papers.csl.json").read_text("utf-8"))],
    }
    assert found == dict.fromkeys(found, keys)


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_holds_the_rows_and_tells_empty_from_missing(bundle: Path, name: str) -> None:
    read = duckdb.read_csv(
        str(bundle / "csv" / f"{name}.csv"), header=True, all_varchar=True, allow_quoted_nulls=False, delimiter=","
    )
    found = [dict(zip(read.columns, row, strict=True)) for row in read.fetchall()]
    expected = [
        {key: value if value is None else str(value) for key, value in row.items()}
        for row in rows_of(bundle, name, arrays=False)
    ]
    assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_keeps_to_the_conventions_of_readers(bundle: Path, name: str) -> None:
    data = (bundle / "csv" / f"{name}.csv").read_bytes()
    text = data.decode("utf-8")
    assert (text.startswith("\ufeff"), "\r" in text, text.endswith("\n")) == (False, False, True)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    expected = [
        {key: "" if value is None else str(value) for key, value in row.items()}
        for row in rows_of(bundle, name, arrays=False)
    ]
    assert rows == expected


@pytest.mark.parametrize("name", NAMES)
def test_an_ndjson_holds_the_rows(bundle: Path, name: str) -> None:
    lines = (bundle / "ndjson" / f"{name}.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows_of(bundle, name)


@pytest.mark.parametrize("name", ["papers", "listings"])
def test_a_parquet_holds_the_rows_and_their_meaning(bundle: Path, name: str) -> None:
    read = pq.read_table(bundle / "parquet" / f"{name}.parquet")
    assert read.to_pylist() == rows_of(bundle, name)
    (table,) = (one for one in TABLES if one.name == name)
    meanings = {field.name: field.metadata[b"description"].decode() for field in read.schema}
    assert meanings == {column.name: column.meaning for column in table.columns}


def test_what_a_text_holds() -> None:
    """The schema declares it; no column may be taken for what it isn't."""
    found = {
        (table.name, column.name): column.type
        for table in TABLES
        for column in table.columns
        if column.type in (ARRAY, MONTH)
    }
    assert found == {
        ("papers", "submitted"): MONTH,
        ("papers", "authors"): ARRAY,
        ("papers", "keywords"): ARRAY,
        ("papers", "topics"): ARRAY,
        ("listings", "authors"): ARRAY,
        ("listings", "keywords"): ARRAY,
        ("authors", "spellings"): ARRAY,
        ("keywords", "spellings"): ARRAY,
        ("related", "shared"): ARRAY,
        ("lists", "tags"): ARRAY,
        ("source", "tags"): ARRAY,
    }


@pytest.mark.parametrize("packed", [True, False])
def test_frictionless_validates(forked: Forked, bundle: Path, packed: bool) -> None:
    path = zip_of(bundle) if packed else bundle / "datapackage.json"
    program = str(Path(sys.executable).with_name("frictionless"))
    done = run_forked(forked, bundle, [program, "validate", str(path), "--json"])
    report = json.loads(done.stdout)
    assert (done.returncode, report["valid"], report["warnings"]) == (0, True, [])
    counts = {task["name"]: task["stats"].get("rows", 0) for task in report["tasks"] if task["type"] == "table"}
    assert counts == {name: len(rows_of(bundle, name)) for name in NAMES}


def test_the_datapackage_says_what_every_column_means(bundle: Path) -> None:
    package = json.loads((bundle / "datapackage.json").read_text("utf-8"))
    described = {
        one["name"]: {field["name"]: field["description"] for field in one["schema"]["fields"]}
        for one in package["resources"]
        if "schema" in one
    }
    assert described == {table.name: {column.name: column.meaning for column in table.columns} for table in TABLES}


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("csv/papers.csv", b'"a-second-paper-of-no-year"', b'"a-third-paper-of-no-year"'),  # a key that others point at
        ("csv/papers.csv", b",2023,", b",a year,"),
        ("phenomena.db", b"SQLite format 3", b"SQLite format 4"),
        ("papers.bib", b"@", b""),
    ],
)
def test_a_bundle_with_a_fault_is_refused(odd: Path, place: str, old: bytes, new: bytes) -> None:
    with ZipFile(zip_of(odd)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert old in files[place]
    files[place] = files[place].replace(old, new, 1)
    with pytest.raises(ValueError, match="the bundle doesn't validate"):
        validate(make_zip(files))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # in mlcroissant's own code
def test_croissant_reads_every_table(bundle: Path) -> None:
    import mlcroissant  # here, because all workers import all tests, and this takes half a second

    dataset = mlcroissant.Dataset(bundle / "croissant.json")
    assert dataset.metadata.ctx.issues.errors == set()
    found = {name: list(dataset.records(name)) for name in NAMES}
    assert {name: len(records) for name, records in found.items()} == {
        name: len(rows_of(bundle, name)) for name in NAMES
    }
    titles = [record["listings/title"].decode() for record in found["listings"]]
    assert titles == [row["title"] for row in rows_of(bundle, "listings")]


def test_the_citation_file_names_the_edition(bundle: Path) -> None:
    citation = yaml.safe_load((bundle / "CITATION.cff").read_text("utf-8"))
    (source,) = rows_of(bundle, "source")
    expected = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    checksum = {"type": "other", "value": source["content_sha256"], "description": "SHA-256 of all rows"}
    expected["date-released"] = str(expected["date-released"])
    if not source["licence"]:
        del expected["license"], expected["references"]  # they are those of our list
    assert citation == {**expected, "identifiers": [checksum]}


def test_the_readme_says_what_every_column_means(bundle: Path) -> None:
    readme = (bundle / "README.md").read_text("utf-8")
    missing = [
        (table.name, column.name)
        for table in TABLES
        for column in table.columns
        if f"| `{column.name}` |" not in readme or column.meaning not in readme
    ]
    assert missing == []
    assert [line[4:] for line in readme.splitlines() if line.startswith("### ")] == NAMES


def test_the_readme_commands_run(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pandas from CSV and JSON, DuckDB from CSV: all keep the ids; then DuckDB from Parquet."""
    monkeypatch.chdir(ours)
    *commands, count = find_blocks((ours / "README.md").read_text("utf-8"), "python", "sql")
    ids = [row["arxiv_id"] for row in rows_of(ours, "papers")]
    assert [run_snippet(command) for command in commands] == [ids] * 3
    found = dict(duckdb.sql(count).fetchall())
    assert found == {row["name"]: row["paper_count"] for row in rows_of(ours, "keywords")}


@pytest.mark.parametrize("library", ["pyarrow", "frictionless"])
def test_without_a_library_it_says_what_to_install(tmp_path: Path, library: str) -> None:
    start = ("-c", WITHOUT.format(library))
    done = run(tmp_path, ROOT / "phenomena.md", "--bundle", str(tmp_path / "out"), start=start)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"build.py: --bundle needs {library}. Install: python -m pip install {library} "
        "(in a checkout: -r requirements-bundle.txt)\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_build_without_a_bundle_needs_no_library_of_it(odd: Path, tmp_path: Path) -> None:
    start = ("-c", f"import sys; sys.modules['frictionless'] = None; {WITHOUT.format('pyarrow')}")
    done = run(tmp_path, odd.parent / "list.md", start=start)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("place", "code", "words"), [(".", 2, "is a file"), ("deeper", 1, "can't be written")])
def test_a_place_that_is_no_folder_is_refused(
    forked: Forked, odd: Path, tmp_path: Path, place: str, code: int, words: str
) -> None:
    (tmp_path / "out").write_text("a file stands where the folder should be")
    done = make_bundle(forked, tmp_path, odd.parent / "list.md", tmp_path / "out" / place)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out").is_file()


def test_a_bundle_that_can_not_be_written_leaves_the_old_one(forked: Forked, odd: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    old = tmp_path / "out" / zip_of(odd).name
    old.write_text("old")
    (tmp_path / "out" / f".{old.name}.part").mkdir()  # a folder where the temporary file should go
    done = make_bundle(forked, tmp_path, odd.parent / "list.md", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert "can't be written" in done.stderr
    assert old.read_text() == "old"


def test_a_list_without_a_paper_gives_no_bundle(forked: Forked, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("no list\n")
    done = make_bundle(forked, tmp_path, tmp_path / "list.md", tmp_path / "out")
    assert (done.returncode, sorted(path.name for path in tmp_path.iterdir())) == (1, ["list.md"])


def test_the_sums_are_those_of_the_database_served(ours: Path) -> None:
    """The database beside the bundle and the one in it are the same file."""
    beside = hashlib.sha256((ours.parent / "phenomena.db").read_bytes()).hexdigest()
    assert f"{beside}  phenomena.db" in (ours / "SHA256SUMS").read_text().splitlines()
