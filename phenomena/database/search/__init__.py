"""What searches and suggestions of the site look up, made of the papers: words, acronyms, names."""

from __future__ import annotations

import sqlite3

from .acronyms import write_other_names
from .names import write_names
from .words import Words, write_words


def write_search_tables(connection: sqlite3.Connection, words: Words) -> None:
    """Create and fill SEARCH_TABLES and the index of names from the papers' words, and from the tables."""
    write_words(connection, words)
    write_names(connection, write_other_names(connection, words.explained))
