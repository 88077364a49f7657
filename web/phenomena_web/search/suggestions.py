"""Suggestions while a search is typed: topics, keywords, authors, venues and papers whose names have the words.

The names are in an index of the database, in the order of kind, papers and name: a suggestion is a few look-ups by
prefix, of which only the first names are read. Names that begin with the text come before those with a word that does,
these before others; then the kind decides, and the number of papers. Where nothing is found, misspelled words are
corrected. A paper is found by its authors too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from .known_words import KnownWords
from .words import END, KINDS, MOST_OF_A_KIND, words_of

MOST = 10
OF_A_KIND = dict(zip(KINDS, (2, 3, 3, 1, 5), strict=True))  # at first, in this order
MOST_CHARACTERS = 100
MOST_WORDS = 6
FEW = 50  # names that are read at once, at least MOST
FOUND = """select rowid from stored_names_fts
where stored_names_fts match ? and rowid >= ? order by rowid limit ?"""
ROW = "where rowid = (select row from stored_names where number = ?)"
NAMES = {kind: f"select id, name, paper_count, '', null from {kind}s {ROW}" for kind in KINDS} | {
    "venue": f"select id, name, paper_count, ifnull(full_name, ''), null from venues {ROW}",
    "paper": f"select id, title, null, authors, year from papers {ROW}",
}


@dataclass(frozen=True, slots=True)
class Name:
    """What is suggested: its kind, key and label, the number of its papers (a paper has none), a line on it."""

    kind: str
    key: str
    label: str
    count: int | None
    detail: str = ""


def detail_of(authors: Sequence[str], year: int | None) -> str:
    """Authors and year of a paper, in short.

    >>> detail_of(["Ann Lee", "Bo Chen", "Cy Day"], 2023)
    'Ann Lee and others, 2023'
    """
    names = f"{authors[0]} and others" if len(authors) > 2 else " and ".join(authors)
    return ", ".join(str(one) for one in (names, year) if one)


def kind_of(number: int) -> str:
    """The kind of a name."""
    return KINDS[number // MOST_OF_A_KIND]


class Suggestions:
    """The names of a database, found by the beginnings of their words, by a connection to it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def fetch(self, match: str, start: int, most: int) -> list[int]:
        """The numbers of the first names from a number on that an FTS5 expression matches."""
        return [row[0] for row in self.connection.execute(FOUND, [match, start, most])]

    def first(self, match: str) -> list[int]:
        """The numbers of the names that an FTS5 expression matches, of many the first of each kind, in their order."""
        found: list[int] = []
        start = 0
        while start < len(KINDS) * MOST_OF_A_KIND:
            piece = self.fetch(match, start, FEW)
            found += piece
            if len(piece) < FEW:
                break
            last = piece[-1] // MOST_OF_A_KIND
            is_enough = sum(number // MOST_OF_A_KIND == last for number in piece) >= MOST
            start = (last + is_enough) * MOST_OF_A_KIND
        return list(dict.fromkeys(found))

    def has(self, words: Sequence[str]) -> bool:
        """Whether there is a name with all words, or longer ones."""
        return bool(self.fetch(with_all(words), 0, 1))

    def suggest(self, text: str) -> list[Name]:
        """At most MOST names for a text, the best first."""
        words = words_of(text[:MOST_CHARACTERS])[:MOST_WORDS]
        if not words:
            return []
        if not self.has(words):
            known = KnownWords(self.connection)
            words = [word if self.has([word]) else known.nearest(word) or word for word in words]
        return [self.read(number) for number in select(self.rank(words))]

    def rank(self, words: list[str]) -> list[int]:
        """The first names of each kind with all words, by how they begin, then in their own order.

        Those that can't be among the names that are suggested may be missing.
        """
        text = " ".join(words)
        is_it, begins = f'label : ^ "{text} {END}"', f'label : ^ "{text}" *'
        has_it, others = f'label : "{text}" *', with_all(words)
        orders = (is_it, f"({begins}) NOT ({is_it})", f"({has_it}) NOT ({begins})", f"({others}) NOT ({has_it})")
        ranked: list[int] = []
        for match in orders:
            ranked += self.first(match)
            if len(first_of_kinds(ranked)) >= MOST:
                break
        return ranked

    def read(self, number: int) -> Name:
        """The name of a number."""
        kind = kind_of(number)
        key, label, count, detail, year = self.connection.execute(NAMES[kind], [number]).fetchone()
        return Name(kind, key, label, count, detail_of(json.loads(detail), year) if kind == "paper" else detail)


def with_all(words: Sequence[str]) -> str:
    """The FTS5 expression for names with all words, or longer ones."""
    return " AND ".join(f'"{word}" *' for word in words)


def first_of_kinds(ranked: Sequence[int]) -> list[int]:
    """The first of each kind, in their order."""
    room = dict(OF_A_KIND)
    first: list[int] = []
    for number in ranked:
        kind = kind_of(number)
        if room[kind]:
            room[kind] -= 1
            first.append(number)
    return first


def select(ranked: Sequence[int]) -> list[int]:
    """The first of each kind, then the others up to MOST, in their order."""
    chosen = set(first_of_kinds(ranked)[:MOST])
    chosen.update(islice((number for number in ranked if number not in chosen), MOST - len(chosen)))
    return [number for number in ranked if number in chosen]
