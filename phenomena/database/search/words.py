"""The words of papers, counted; neighbouring words, written as one; and the acronyms that papers explain."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from itertools import pairwise

from phenomena_web.search.words import COLUMNS, words_of

from ..schema.search_tables import JOINED_WORDS, WORDS
from ..stored import create_stored
from .acronyms import Expansions, add_explained

PAPERS = f"select {', '.join(COLUMNS)} from papers order by rowid"


def write_words(connection: sqlite3.Connection) -> Expansions:
    """Write words and joined words, in one reading of the papers; gives the acronyms that they explain."""
    counts = {column: Counter[str]() for column in COLUMNS}
    totals = Counter[str]()
    joined: dict[str, int] = {}
    explained: Expansions = {}
    for paper in connection.execute(PAPERS):
        found = [set(words_of(text or "")) for text in paper]
        for column, words in zip(COLUMNS, found, strict=True):
            counts[column].update(words)
        totals.update(set().union(*found))
        title, keywords, _, digest = paper
        for text in (title, *json.loads(keywords)):
            joined |= {first + second: len(first) for first, second in pairwise(words_of(text))}
        add_explained(explained, f"{title}. {digest or ''}")
    for table in (WORDS, JOINED_WORDS):
        create_stored(connection, table)
    rows = ((word, count, *(one.get(word, 0) for one in counts.values())) for word, count in sorted(totals.items()))
    connection.executemany("insert into stored_words values (?, ?, ?, ?, ?, ?)", rows)
    connection.executemany("insert into stored_joined_words values (?, ?)", sorted(joined.items()))
    return explained
