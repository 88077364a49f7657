"""The configuration that Datasette reads beside the database: metadata.yml and inspect-data.json, from the schema."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from .queries import LOOKUPS, Parameter, Query
from .records import Records
from .schema.columns import Table, View
from .schema.search_tables import SEARCH_TABLES
from .schema.stored_tables import STORED
from .schema.tables import DERIVED_TABLES, TABLES
from .schema.views import VIEWS

TITLE = "Deep-learning phenomena: papers as data"
DESCRIPTION = (
    "A curated list of papers on the phenomena of deep learning, as a database to browse, search, query and download. "
    "Digests are short summaries written for this edition of the list, not the papers' abstracts."
)
LICENCE_URLS = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "MIT": "https://spdx.org/licenses/MIT.html",
}
HEADER = "# Made by build.py from phenomena/database/schema/ and queries/; edit those, not this file.\n"


def make_metadata(records: Records, queries: Iterable[Query], part: Path, database: str = "phenomena") -> str:
    """The text of metadata.yml: titles, licence, source, descriptions, facets, sort orders and canned queries.

    `part` is the file that holds the records, where examples are looked up by its indexes.
    """
    source = records.tables["source"][0]
    queries = list(queries)
    sources = {parameter.source for query in queries for parameter in query.parameters if parameter.source}
    with closing(sqlite3.connect(part)) as connection:
        examples = {one: example_of(one, connection) for one in sorted(sources)}
    has_lists = len(records.locations) > 1
    tables = (*TABLES, *DERIVED_TABLES, *SEARCH_TABLES, *STORED)
    known = {
        "license": source["licence"],
        "license_url": LICENCE_URLS.get(str(source["licence"])),
        "source": source["title"],
        "source_url": source["homepage"] or source["url"],
    }
    metadata = {
        "title": TITLE,
        "description": DESCRIPTION,
        **{key: value for key, value in known.items() if value},
        "plugins": {"phenomena": {"content_sha256": source["content_sha256"], "lookups": LOOKUPS}},
        "databases": {
            database: {
                "tables": {
                    **{table.name: table_metadata(table, has_lists) for table in tables},
                    **{view.name: view_metadata(view) for view in VIEWS},
                },
                "queries": {query.name: query_metadata(query, examples) for query in queries},
            }
        },
    }
    # in C: the writer in Python takes seconds for a long title among the examples
    return HEADER + yaml.dump(metadata, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)


def table_metadata(table: Table, has_lists: bool) -> Mapping[str, Any]:
    """The metadata of one table; with several lists, they are the first facet of papers and of what is a list's."""
    facets = table.facets
    if has_lists:
        own = ("by:list",) if table.name == "papers" else ("list",) if "list" in table.column_names else ()
        facets = (*own, *facets)
    metadata: dict[str, Any] = {"description": table.meaning, "columns": {c.name: c.meaning for c in table.columns}}
    if facets:
        metadata["facets"] = [facet_metadata(facet) for facet in facets]
    for key, value in (
        ("sort", table.sort),
        ("sort_desc", table.sort_desc),
        ("size", table.page_size),
        ("label_column", table.label),
        ("hidden", table.hidden),
    ):
        if value:
            metadata[key] = value
    return metadata


def view_metadata(view: View) -> Mapping[str, Any]:
    """The metadata of one view."""
    facets = {"facets": [facet_metadata(facet) for facet in view.facets]} if view.facets else {}
    return {"description": view.meaning, "columns": dict(view.columns), **facets}


def facet_metadata(facet: str) -> str | dict[str, str]:
    """A facet by column, or `type:name` for a facet class of the plugins."""
    kind, _, name = facet.rpartition(":")
    return {kind: name} if kind else name


def query_metadata(query: Query, examples: Mapping[str, str | None]) -> Mapping[str, Any]:
    """The metadata of one canned query, with what the site needs for its fields: `examples` by their source."""
    result: dict[str, Any] = {"title": query.title, "description": query.description}
    if query.parameters:
        result["params"] = [parameter.name for parameter in query.parameters]
        result["fields"] = {parameter.name: field_metadata(parameter, examples) for parameter in query.parameters}
    if query.fragment:
        result["fragment"] = query.fragment
    return {**result, "sql": query.sql}


def field_metadata(parameter: Parameter, examples: Mapping[str, str | None]) -> dict[str, Any]:
    """The hint of one field, the source of its values, whether it is required, and an example with results."""
    field = {
        "hint": parameter.meaning,
        "source": parameter.source,
        "required": parameter.is_required,
        "example": examples[parameter.source] if parameter.source else parameter.example,
    }
    return {key: value for key, value in field.items() if value}


def example_of(source: str, connection: sqlite3.Connection) -> str | None:
    """A topic's, the list's first; else the name with most papers, or a column's most frequent value; None without."""
    table, _, column = source.partition(".")
    if table == "topics":
        sql = "select name from topics order by position limit 1"
    elif column:
        sql = (
            f"select cast({column} as text) from {table} where {column} is not null "
            f"group by {column} order by count(*) desc, min(rowid) limit 1"
        )
    else:
        sql = f"select name from {table} order by paper_count desc, name desc limit 1"
    return next((name for (name,) in connection.execute(sql)), None)


def companion(database: Path) -> Path:
    """The metadata file beside a database: `metadata.yml`, which `datasette .` reads, belongs to phenomena.db alone."""
    return database.with_name("metadata.yml" if database.name == "phenomena.db" else f"{database.stem}.metadata.yml")


def make_inspect_data(part: Path, database: Path, records: Records) -> str:
    """The text of inspect-data.json, which makes `datasette .` open databases immutable, with known counts.

    `part` is the new database's file before it replaces the old one. The entries of other databases in the folder stay,
    even where one has the same name in Datasette: without its entry a site doesn't start.
    """
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    tables = {table: {"count": len(rows)} for table, rows in records.tables.items()}
    own: dict[str, object] = {"hash": digest, "size": part.stat().st_size, "file": database.name, "tables": tables}
    own["content_sha256"] = records.tables["source"][0]["content_sha256"]
    return json.dumps(dict(sorted({database.stem: own, **other_databases(database)}.items())), indent=2) + "\n"


def other_databases(database: Path) -> Mapping[str, Any]:
    """The entries of inspect-data.json beside a database that are of other databases in the folder."""
    try:
        entries = dict(json.loads(database.with_name("inspect-data.json").read_text("utf-8")))
        files = {name: database.with_name(entry["file"]) for name, entry in entries.items()}
    except (OSError, ValueError, TypeError, KeyError):  # no file, or none that Datasette could read
        return {}
    return {name: entries[name] for name, file in files.items() if file.name != database.name and file.is_file()}
