"""All tables in the order of their creation, and what full-text search covers.

The store creates the tables from this declaration and metadata.yml is made from it; no column exists that isn't here.
"""

from __future__ import annotations

from .columns import Table
from .list_tables import LIST_TABLES
from .paper_tables import PAPER_TABLES

TABLES: tuple[Table, ...] = (*PAPER_TABLES, *LIST_TABLES)

SEARCH_TABLE = "papers"
SEARCH_COLUMNS = ("title", "keywords", "authors", "venue", "digest")
TOKENIZER = "porter unicode61 remove_diacritics 2"


def table(name: str) -> Table:
    """The table of that name; KeyError without one."""
    return {one.name: one for one in TABLES}[name]
