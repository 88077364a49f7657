"""How the bundle describes itself: datapackage.json, croissant.json, CITATION.cff, made from the schema and the rows.

Frictionless describes the CSV files column by column; the other files by size and checksum, because they carry their
own types. Croissant describes the same CSV files in the vocabulary of schema.org.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..database.metadata import DESCRIPTION, LICENCE_URLS, TITLE
from ..database.records import Records
from ..database.schema.columns import INTEGER, REAL, TEXT, Column, Table
from ..database.schema.tables import TABLES
from ..reader.shipped import SHIPPED

CITATION_FILE = SHIPPED / "CITATION.cff"
CONTEXT = json.loads(Path(__file__).with_name("croissant-context.json").read_text("utf-8"))
CROISSANT_TYPES = {INTEGER: "sc:Integer", REAL: "sc:Float"}  # all else is text in a CSV
MEDIA_TYPES = {
    ".db": "application/vnd.sqlite3",
    ".csv": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
    ".json": "application/vnd.citationstyles.csl+json",
}


@dataclass(frozen=True)
class Edition:
    """What all descriptions share: `citation` is what CITATION.cff holds, `source` the row of its table."""

    citation: Mapping[str, Any]
    source: Mapping[str, Any]

    @property
    def licence_url(self) -> str | None:
        """The address of the list's licence, if it states a known one."""
        return LICENCE_URLS.get(str(self.source["licence"]))

    @property
    def version(self) -> str:
        """The release and the rows' checksum: `1.0.0+34a86d67a932`."""
        return f"{self.citation['version']}+{self.source['content_sha256'][:12]}"


def read_edition(records: Records) -> Edition:
    """The edition of these rows. What CITATION.cff says about another list is left out."""
    source = records.tables["source"][0]
    citation = yaml.safe_load(CITATION_FILE.read_text("utf-8"))
    references = [one for one in citation["references"] if one["url"] == source["homepage"]]
    checksum = {"type": "other", "value": source["content_sha256"], "description": "SHA-256 of all rows"}
    own = {"license": source["licence"], "identifiers": [checksum], "references": references}
    return Edition({key: value for key, value in {**citation, **own}.items() if value}, source)


def make_citation_file(edition: Edition) -> bytes:
    """The text of CITATION.cff, with the checksum of the rows."""
    kept = {**edition.citation, "date-released": str(edition.citation["date-released"])}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=110).encode()


def make_datapackage(edition: Edition, files: Mapping[str, bytes]) -> bytes:
    """The text of datapackage.json."""
    return make_package(edition, [make_resource(path, data) for path, data in files.items()])


def make_package(
    edition: Edition, resources: Sequence[Mapping[str, Any]], more: Mapping[str, Any] | None = None
) -> bytes:
    """The text of the datapackage.json of some resources, with `more` properties of its own."""
    source, url = edition.source, edition.licence_url
    package = {
        "name": "phenomena",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": edition.version,
        **(more or {}),
        "created": f"{edition.citation['date-released']}T00:00:00Z",
        "homepage": source["homepage"],
        "keywords": edition.citation["keywords"],
        "licenses": [{"name": source["licence"], "path": url}] if url else None,
        "contributors": [{"title": one["name"], "role": "author"} for one in edition.citation["authors"]],
        "sources": [{"title": source["title"], "path": source["homepage"] or source["name"]}],
        "resources": resources,
    }
    return pretty({key: value for key, value in package.items() if value})


def make_resource(path: str, data: bytes) -> dict[str, Any]:
    """One file; with the table's columns where it is a CSV."""
    place = Path(path)
    table = next((one for one in TABLES if path == f"csv/{one.name}.csv"), None)
    resource = {
        "name": table.name if table else path.replace("/", "-").lower(),
        "type": "table" if table else "file",
        "path": path,
        "format": place.suffix[1:],
        "mediatype": MEDIA_TYPES[place.suffix],
        "hash": f"sha256:{sha256(data)}",
        "bytes": len(data),
    }
    if not table:
        return resource
    return {**resource, "description": table.meaning, "encoding": "utf-8", "schema": make_table_schema(table)}


def make_table_schema(table: Table) -> dict[str, Any]:
    """Columns, keys and the mark of a missing value."""
    foreign = [
        {"fields": [column.name], "reference": {"resource": column.references, "fields": ["id"]}}
        for column in table.columns
        if column.references
    ]
    fields = [make_field(column, table.requires(column)) for column in table.columns]
    schema = {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]}
    return {**schema, "foreignKeys": foreign} if foreign else schema


def make_field(column: Column, required: bool) -> dict[str, Any]:
    """One column; an empty text isn't missing where every row has a text."""
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.meaning}
    if required and column.type == TEXT:
        field["missingValues"] = []
    return {**field, "constraints": {"required": True}} if required else field


def make_croissant(edition: Edition, files: Mapping[str, bytes]) -> bytes:
    """The text of croissant.json."""
    source, citation = edition.source, edition.citation
    dataset = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": "phenomena",
        "description": DESCRIPTION,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "citeAs": f"{citation['authors'][0]['name']}: {citation['title']}, {edition.version}",
        "creator": [{"@type": "sc:Organization", "name": one["name"]} for one in citation["authors"]],
        "datePublished": str(citation["date-released"]),
        "keywords": citation["keywords"],
        "license": edition.licence_url,
        "url": source["homepage"] or source["url"],
        "version": citation["version"],
        "distribution": [make_file_object(path, data) for path, data in files.items()],
        "recordSet": [make_record_set(table) for table in TABLES],
    }
    return pretty({key: value for key, value in dataset.items() if value})


def make_file_object(path: str, data: bytes) -> dict[str, Any]:
    """One file of the bundle."""
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{len(data)} B",
        "encodingFormat": MEDIA_TYPES[Path(path).suffix],
        "sha256": sha256(data),
    }


def make_record_set(table: Table) -> dict[str, Any]:
    """One table, read from its CSV."""
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.meaning,
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [make_record_field(table, column) for column in table.columns],
    }


def make_record_field(table: Table, column: Column) -> dict[str, Any]:
    """One column; a foreign key refers to the other table's CSV, which mlcroissant can join."""
    field = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.meaning,
        "dataType": CROISSANT_TYPES.get(column.type, "sc:Text"),
        "source": make_source(table.name, column.name),
    }
    return {**field, "references": make_source(column.references, "id")} if column.references else field


def make_source(table: str, column: str) -> dict[str, Any]:
    """Where the values of a column are."""
    return {"fileObject": {"@id": f"csv/{table}.csv"}, "extract": {"column": column}}


def pretty(value: object) -> bytes:
    """JSON to read, as UTF-8."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def sha256(data: bytes) -> str:
    """The checksum in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
