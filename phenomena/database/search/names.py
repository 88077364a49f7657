"""The names that are suggested while a search is typed, numbered in their order, and the index of their words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from phenomena_web.search.words import END, KINDS, MOST_OF_A_KIND, words_of

from ..schema.search_tables import NAMES_INDEX, SUGGESTED_NAMES
from ..stored import create_stored

READ = {kind: f"select rowid, name, '', paper_count from {kind}s order by rowid" for kind in KINDS} | {
    "venue": "select rowid, name, ifnull(full_name, ''), paper_count from venues order by rowid",
    "paper": "select rowid, title, authors, 0 from papers order by -ifnull(year, 0), rowid",
}


def write_names(connection: sqlite3.Connection, others: Mapping[str, Sequence[str]]) -> None:
    """Write the names, each found by its acronyms too: `others` has those of names in lower case.

    Their order is that of kind, papers and words; of papers with one title the latest comes first.
    """
    create_stored(connection, SUGGESTED_NAMES)
    connection.execute(NAMES_INDEX)
    for place, kind in enumerate(KINDS):
        found = []
        for row, name, also, count in connection.execute(READ[kind]):
            texts = json.loads(also) if kind == "paper" else (also, *others.get(name.lower(), ()))
            found.append((-count, " ".join(words_of(name)), row, " ".join(words_of(" ".join(texts)))))
        found.sort(key=lambda name: name[:2])
        numbered = list(enumerate(found, place * MOST_OF_A_KIND))
        connection.executemany(
            "insert into stored_names (number, row) values (?, ?)",
            ((number, row) for number, (_, _, row, _) in numbered),
        )
        connection.executemany(
            "insert into stored_names_fts (rowid, label, also) values (?, ?, ?)",
            ((number, f"{label} {END}", also) for number, (_, label, _, also) in numbered),
        )
    connection.execute("insert into stored_names_fts (stored_names_fts) values ('optimize')")
