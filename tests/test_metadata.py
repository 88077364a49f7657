"""metadata.yml and inspect-data.json: everything described, nothing named that isn't there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasette.app import Datasette
from lists import records_of

from phenomena.database.metadata import make_metadata
from phenomena.database.queries import LOOKUPS, Parameter, parse_query, read_queries
from phenomena.database.schema.search_tables import SEARCH_TABLES
from phenomena.database.schema.stored_tables import STORED
from phenomena.database.schema.tables import DERIVED_TABLES, TABLES
from phenomena.database.schema.views import VIEWS
from phenomena.database.store import write_database


@pytest.fixture(scope="module")
def metadata(folder: Path) -> dict[str, Any]:
    loaded = yaml.safe_load((folder / "metadata.yml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def columns(folder: Path) -> dict[str, list[str]]:
    """The columns of every table and view of the database itself."""
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        names = [row[0] for row in database.execute("select name from sqlite_master where type in ('table', 'view')")]
        own = [name for name in names if not name.startswith(("sqlite_", "papers_fts", "stored_names_fts"))]
        return {
            name: [row[0] for row in database.execute("select name from pragma_table_info(?)", [name])] for name in own
        }


def test_every_table_view_and_column_is_described(metadata: dict[str, Any], columns: dict[str, list[str]]) -> None:
    found = metadata["databases"]["phenomena"]["tables"]
    assert {name: list(table["columns"]) for name, table in found.items()} == columns
    for name, table in found.items():
        for meaning in (table["description"], *table["columns"].values()):
            assert meaning.endswith("."), f"{name}: a sentence ends with a full stop: {meaning}"
            assert len(meaning.split()) >= 2, f"{name}: {meaning}"


def test_every_facet_sort_and_label_column_exists(metadata: dict[str, Any], columns: dict[str, list[str]]) -> None:
    for name, table in metadata["databases"]["phenomena"]["tables"].items():
        for facet in table.get("facets", []):
            [facet_column] = facet.values() if isinstance(facet, dict) else [facet]
            facet_column = {("papers", "code"): "code_url"}.get((name, facet_column), facet_column)
            linked = [name for name, own in columns.items() if name.startswith("paper_") and facet_column in own]
            assert facet_column in columns[name] or (name == "papers" and linked), f"{name}: {facet}"
        for key in ("sort", "sort_desc", "label_column"):
            assert table.get(key) in (None, *columns[name]), f"{name}: {key}"


def test_the_list_is_credited(metadata: dict[str, Any]) -> None:
    found = {
        key: bool(metadata.get(key))
        for key in ("title", "description", "license", "license_url", "source", "source_url")
    }
    assert found == dict.fromkeys(found, True)
    assert metadata["license_url"].startswith("https://")
    assert metadata["source_url"].startswith("https://")


def test_a_digest_is_called_a_summary_of_this_edition(metadata: dict[str, Any]) -> None:
    tables = metadata["databases"]["phenomena"]["tables"]
    for name, column in (("papers", "digest"), ("list_entries", "digest"), ("screening", "abstract")):
        meaning = tables[name]["columns"][column]
        assert "edition" in meaning, name
        assert "not the paper's" in meaning, name


def test_no_name_of_the_schema_is_declared_twice() -> None:
    names = [one.name for one in (*TABLES, *DERIVED_TABLES, *SEARCH_TABLES, *STORED, *VIEWS)]
    assert len(names) == len(set(names))
    for table in (*TABLES, *DERIVED_TABLES, *SEARCH_TABLES, *STORED):
        assert len({column.name for column in table.columns}) == len(table.columns)


def test_metadata_names_the_content_it_describes(metadata: dict[str, Any], folder: Path) -> None:
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        [checksum] = database.execute("select content_sha256 from source").fetchone()
    assert metadata["plugins"]["phenomena"]["content_sha256"] == checksum


def test_inspect_data_describes_the_file(folder: Path) -> None:
    found = json.loads((folder / "inspect-data.json").read_text("utf-8"))["phenomena"]
    data = (folder / "phenomena.db").read_bytes()
    assert (found["file"], found["size"], found["hash"]) == (
        "phenomena.db",
        len(data),
        hashlib.sha256(data).hexdigest(),
    )
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        for name, table in found["tables"].items():
            assert database.execute(f"select count(*) from [{name}]").fetchone() == (table["count"],)
        assert database.execute("select content_sha256 from source").fetchone() == (found["content_sha256"],)


@pytest.mark.anyio
async def test_the_site_opens_the_database_immutable_and_shows_every_table(
    site: Datasette, columns: dict[str, Any]
) -> None:
    tables = (await site.client.get("/phenomena.json")).json()
    shown = {table["name"] for table in tables["tables"] if not table["hidden"]}
    assert shown == {table.name for table in TABLES if not table.hidden}
    assert {view["name"] for view in tables["views"]} == {view.name for view in VIEWS}
    public = {name: one.is_mutable for name, one in site.databases.items() if name != "_internal"}
    assert public == {"phenomena": False}


# The files of queries


def test_a_query_file_is_read_whole() -> None:
    query = parse_query(
        "name",
        "-- A title\n-- What it shows,\n-- in two lines.\n-- :topic a topic's name (topics), required\n"
        "-- :kind kind of venue (venues.kind)\n-- :q words (any), e.g. a, b\n-- :r words, required, e.g. c\n"
        "-- fragment: g.mark=bar\nselect 1\n-- a remark stays\nwhere :topic = :q\n",
    )
    assert (query.title, query.description, query.fragment) == ("A title", "What it shows, in two lines.", "g.mark=bar")
    assert query.parameters == (
        Parameter("topic", "a topic's name", source="topics", is_required=True),
        Parameter("kind", "kind of venue", source="venues.kind"),
        Parameter("q", "words", source="any", example="a, b"),
        Parameter("r", "words", is_required=True, example="c"),
    )
    assert query.sql == "select 1\n-- a remark stays\nwhere :topic = :q"


@pytest.mark.parametrize("text", ["select 1", "-- Only a title\nselect 1", "-- :q words\nselect :q"])
def test_a_query_file_without_title_or_description_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"queries/name\.sql: the first comment is the title"):
        parse_query("name", text)


def test_every_query_is_published_with_its_title_and_description(metadata: dict[str, Any]) -> None:
    found = metadata["databases"]["phenomena"]["queries"]
    queries = read_queries()
    assert [query.name for query in queries] == list(found)
    for query in queries:
        assert (found[query.name]["title"], found[query.name]["sql"]) == (query.title, query.sql)
        assert found[query.name]["description"].startswith(query.description.split(". ")[0])
        assert found[query.name].get("params", []) == [one.name for one in query.parameters]
        assert list(found[query.name].get("fields", {})) == [one.name for one in query.parameters]


def test_fields_of_queries_have_hints_and_examples_from_the_list(metadata: dict[str, Any], folder: Path) -> None:
    queries = metadata["databases"]["phenomena"]["queries"]
    assert queries["coauthors_of_an_author"]["fields"] == {
        "author": {
            "hint": "an author's name or key",
            "source": "authors",
            "required": True,
            "example": "Surya Ganguli",
        }
    }
    assert queries["venues_by_year"]["fields"] == {
        "kind": {"hint": "kind of venue", "source": "venues.kind", "example": "conference"}
    }
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        for query in queries.values():
            for field in query.get("fields", {}).values():
                table, _, column = field.get("source", "").partition(".")
                if table:
                    sql = f"select count(*) from {table} where cast({column or 'name'} as text) = ?"
                    assert database.execute(sql, [field["example"]]).fetchone() > (0,), field
    assert metadata["plugins"]["phenomena"]["lookups"] == LOOKUPS


def test_a_list_without_authors_has_no_example_of_one(tmp_path: Path) -> None:
    records = records_of("# A List\n\n## Topic\n\n### Topic: 2022\n\n- A Paper [[paper]](https://x.org/1)\n")
    part = tmp_path / "phenomena.db"
    write_database(part, records)
    queries = yaml.safe_load(make_metadata(records, read_queries(), part))["databases"]["phenomena"]["queries"]
    assert queries["coauthors_of_an_author"]["fields"] == {
        "author": {"hint": "an author's name or key", "source": "authors", "required": True}
    }
    assert queries["papers_by_topic_and_year"]["fields"]["topic"]["example"] == "Topic"
