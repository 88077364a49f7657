"""What searches and suggestions look up: hidden tables made of the others by database/search/, for the site alone."""

from __future__ import annotations

from .columns import INTEGER, TEXT, Column, Table


def count_of(column: str) -> Column:
    """The number of papers that have a word in a column."""
    return Column(column, INTEGER, f"Number of papers that have it in {column}.", required=True)


WORDS = Table(
    "stored_words",
    "The words of papers, by which searches are completed and misspelled words are corrected.",
    (
        Column("word", TEXT, "The word in lower case without accents."),
        Column("paper_count", INTEGER, "Number of papers that have it in any of the columns.", required=True),
        *map(count_of, ("title", "keywords", "authors", "digest")),
    ),
    ("word",),
    hidden=True,
)
JOINED_WORDS = Table(
    "stored_joined_words",
    "Neighbouring words of titles and keywords, written as one: so a search finds two words that were typed as one.",
    (
        Column("joined", TEXT, "Both words without the space between them."),
        Column("first_length", INTEGER, "Number of characters of the first.", required=True),
    ),
    ("joined",),
    hidden=True,
)
OTHER_NAMES = Table(
    "stored_other_names",
    "What acronyms stand for, and acronyms of names: searched for too.",
    (
        Column("name", TEXT, "Acronym or name, its words in lower case without accents."),
        Column("place", INTEGER, "Place among the other names, from 1; the more frequent first."),
        Column("other", TEXT, "The other name.", required=True),
        Column("is_explained", INTEGER, "1 where a paper explains the acronym, else 0.", required=True),
    ),
    ("name", "place"),
    hidden=True,
)
SUGGESTED_NAMES = Table(
    "stored_names",
    "Names that are suggested while a search is typed; stored_names_fts has their words, by the same numbers.",
    (
        Column("number", INTEGER, "Number by kind, papers and name; 16,777,216 for each kind before its own."),
        Column("row", INTEGER, "Row number in topics, keywords, authors, venues or papers.", required=True),
        Column(
            "label", TEXT, "Empty: the words of the name are in stored_names_fts alone, which lists its rows by this."
        ),
        Column("also", TEXT, "Empty too: so are the other words by which it is found."),
    ),
    ("number",),
    hidden=True,
)
SEARCH_TABLES: tuple[Table, ...] = (WORDS, JOINED_WORDS, OTHER_NAMES, SUGGESTED_NAMES)
NAMES_INDEX = (  # positions of words alone, no text and no lengths
    "CREATE VIRTUAL TABLE stored_names_fts USING fts5(label, also, content='stored_names', content_rowid='number',"
    " columnsize=0, prefix='1 2', tokenize='unicode61 remove_diacritics 0')"
)
