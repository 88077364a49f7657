"""README.md of the bundle: its files, how to read them, and what every column means; made from the schema."""

from __future__ import annotations

from collections.abc import Mapping

from ..database.metadata import DESCRIPTION, TITLE
from ..database.records import Records
from ..database.schema.columns import ARRAY, DATE, INTEGER, MONTH, REAL, TEXT, Column, Table
from ..database.schema.tables import TABLES
from .descriptors import Edition

TYPES = {
    ARRAY: "JSON array of texts",
    DATE: "day",
    INTEGER: "whole number",
    MONTH: "month",
    REAL: "number",
    TEXT: "text",
}
FILES = {
    "phenomena.db": "the whole database (SQLite), with full-text search, indexes and views",
    "csv/": "each table; UTF-8 without a byte order mark, LF, every text in quotes",
    "ndjson/": "each table, one JSON object a line; JSON arrays are arrays",
    "parquet/": "papers and listings, with types and arrays",
    "papers.bib, papers.ris, papers.csl.json": "every paper as BibTeX, RIS and CSL-JSON",
    "datapackage.json": "Frictionless Data Package: types, meanings and keys of the CSV files",
    "croissant.json": "the same for machine-learning tools (Croissant)",
    "CITATION.cff": "how to cite this edition",
    "SHA256SUMS": "checksums; `sha256sum -c SHA256SUMS` checks them",
}
READING = """\
An empty cell of a CSV is a missing value, `null` in the others. Months are `YYYY-MM`. arXiv ids look like numbers but
aren't: read as a number, 2405.14860 becomes 2405.1486, so have `arxiv_id` read as text.

```python
import pandas as pd

papers = pd.read_csv("csv/papers.csv", dtype={"arxiv_id": str}).convert_dtypes()
```
```python
import pandas as pd

papers = pd.read_json("ndjson/papers.ndjson", lines=True, dtype=False)
```
```r
papers <- read.csv("csv/papers.csv", colClasses = c(arxiv_id = "character"), na.strings = "", encoding = "UTF-8")
```
```sql
-- DuckDB, from CSV
select * from read_csv('csv/papers.csv', types = {'arxiv_id': 'VARCHAR'});
```
```sql
-- DuckDB, from Parquet, which has types and lists
with words as (select unnest(keywords) as keyword from 'parquet/papers.parquet')
select keyword, count(*) as paper_count from words group by keyword;
```
"""


def make_dictionary(edition: Edition, records: Records) -> bytes:
    """The text of README.md."""
    tables = [describe_table(table, len(records.tables[table.name])) for table in TABLES]
    parts = [
        f"# {TITLE}",
        DESCRIPTION,
        describe_edition(edition.source),
        "## Files",
        as_table(("file", "holds"), FILES),
    ]
    return "\n\n".join([*parts, READING.rstrip(), "## Tables", *tables]).encode() + b"\n"


def describe_edition(source: Mapping[str, object]) -> str:
    """What this edition was made from, in a few lines."""
    licence = source["licence"] or "not stated by the list"
    return "\n".join(
        [
            f"- List: {source['title']}, {source['paper_count']} papers in {source['entry_count']} entries",
            f"- SHA-256 of the list: `{source['sha256']}`",
            f"- SHA-256 of all rows: `{source['content_sha256']}`",
            f"- Licence: {licence}",
        ]
    )


def describe_table(table: Table, rows: int) -> str:
    """One table: meaning, key, rows and columns."""
    head = ("column", "type", "missing", "meaning")
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *(cells_of(table, one) for one in table.columns))]
    lines.insert(1, "| --- " * len(head) + "|")
    key = ", ".join(f"`{name}`" for name in table.key)
    return f"### {table.name}\n\n{table.meaning} Rows: {rows}. Key: {key}.\n\n" + "\n".join(lines)


def cells_of(table: Table, column: Column) -> tuple[str, ...]:
    """The cells of one column's line."""
    key = f" Key of `{column.references}`." if column.references else ""
    missing = "no" if table.requires(column) else "yes"
    return f"`{column.name}`", TYPES[column.type], missing, column.meaning.replace("|", "\\|") + key


def as_table(head: tuple[str, str], rows: Mapping[str, str]) -> str:
    """A markdown table of two columns."""
    lines = [f"| {' | '.join(head)} |", "| --- | --- |", *(f"| {name} | {text} |" for name, text in rows.items())]
    return "\n".join(lines)
