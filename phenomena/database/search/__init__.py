"""What searches and suggestions of the site look up, made of the papers: words, acronyms, names."""

from __future__ import annotations

import sqlite3

from .acronyms import write_other_names
from .names import write_names
from .words import write_words


def write_search_tables(connection: sqlite3.Connection) -> None:
    """Create and fill SEARCH_TABLES and the index of names from the tables of papers and what they share."""
    explained = write_words(connection)
    write_names(connection, write_other_names(connection, explained))
