"""All tables in the order of their creation, and what full-text search covers.

The store creates the tables from this declaration and metadata.yml is made from it; no column exists that isn't here.
"""

from __future__ import annotations

from .columns import BYTES, INTEGER, TEXT, Column, Table
from .list_tables import LIST_TABLES, LISTS_TABLE
from .paper_tables import PAPER_TABLES

TABLES: tuple[Table, ...] = (LISTS_TABLE, *PAPER_TABLES, *LIST_TABLES)

DERIVED_TABLES: tuple[Table, ...] = (  # made of the others, for the site alone; no part of the archive
    Table(
        "stored_facet_sets",
        "Which papers have each value of a facet, for values of two papers or more of keywords and authors.",
        (
            Column("facet", TEXT, "Facet: list, topic, year, venue, keyword, author, code or added."),
            Column("within", TEXT, "For a topic, the list year, for a year, the topic of the entries; empty for any."),
            Column("value", TEXT, "Value of the facet, as the address of a page has it."),
            Column("paper_count", INTEGER, "Number of papers with the value.", required=True),
            Column("papers", BYTES, "Their row numbers as a portable Roaring bitmap.", required=True),
        ),
        ("facet", "within", "value"),
        indexes=(("facet", "within", "paper_count"),),
        hidden=True,
    ),
)

SEARCH_TABLE = "papers"
SEARCH_COLUMNS = ("title", "keywords", "authors", "venue", "digest")
TOKENIZER = "porter unicode61 remove_diacritics 2"


def table(name: str) -> Table:
    """The table of that name; KeyError without one."""
    return {one.name: one for one in TABLES}[name]
