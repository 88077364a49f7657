"""What a search knows of the papers: their words and how many have each, acronyms, other spellings, identifiers.

All of it is in tables of the database, made when it is built, and asked by their keys; only a misspelled word is
compared with all words of about its length.
"""

from __future__ import annotations

import sqlite3
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .language import Filter
from .words import COLUMNS, RULES, fold, words_of

LAST = "\U0010ffff"  # sorts behind every letter
SHORTEST = 4  # characters of a word that may be a misspelling
RARE, MUCH_MORE = 2, 10  # papers with a word that may be misspelled in the list; times as many have what was meant
MAX_ENDINGS = 30  # a prefix of more words is short, and is one of their stems too
IDENTIFIERS = ("openreview_id", "id", "citekey")  # that look like words
LONGER = "select word from stored_words where word > ? and word < ? order by word limit ?"
COUNT = "select {} from stored_words where word = ?"
ALIKE = "select group_concat(word, ' ') from stored_words where length(word) between ? and ? and {} >= ? and word != ?"
JOINED = "select joined, first_length from stored_joined_words where joined >= ? and joined < ? order by joined limit 1"
OTHERS = "select other, is_explained from stored_other_names where name = ? order by place"


def most_errors(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or exchanged."""
    return 1 if len(word) < 6 else 2 if len(word) < 10 else 3


class KnownWords:
    """The words and names of a database, by a connection to it; one of another database has none."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def fetch(self, sql: str, *values: object) -> list[tuple[str, int]]:
        """Rows of two columns."""
        return [(row[0], row[1]) for row in self.connection.execute(sql, values)]

    def longer(self, word: str) -> list[str]:
        """The longer words of which a word is a prefix, sorted; none where there are too many."""
        prefix = fold(word)
        found = [row[0] for row in self.connection.execute(LONGER, [prefix, prefix + LAST, MAX_ENDINGS + 1])]
        return found if len(found) <= MAX_ENDINGS else []

    def count(self, word: str, column: str = "paper_count") -> int:
        """The number of papers that have a word, in a column of theirs or any."""
        row = self.connection.execute(COUNT.format(column), [fold(word)]).fetchone()
        return int(row[0]) if row else 0

    def has(self, word: str) -> bool:
        """Whether a word is one of the papers', or begins one of a few."""
        return bool(self.count(word) or self.longer(word))

    def nearest(self, word: str, column: str | None = None) -> str | None:
        """The word of the papers that was probably meant by one that they don't have, the more frequent of two."""
        return None if self.has(word) else self.near(fold(word), column, most_errors(word))

    def nearest_frequent(self, word: str, column: str | None = None) -> str | None:
        """The word that was probably meant by one that a paper misspells: one letter off, and far more frequent."""
        own = self.count(word)
        return self.near(fold(word), column, 1, own * MUCH_MORE) if 0 < own <= RARE else None

    def near(self, word: str, column: str | None, most: int, least: int = 1) -> str | None:
        """The nearest word that has at most so many letters wrong, and that `least` papers have."""
        if len(word) < SHORTEST or word.isdigit():
            return None
        counted = column if column in COLUMNS else "paper_count"
        lengths = len(word) - most, len(word) + most
        [alike] = self.connection.execute(ALIKE.format(counted), [*lengths, least, word]).fetchone()
        words = (alike or "").split(" ")  # one text of all is read many times faster than a row for each
        found = process.extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=None)
        errors = {other: distance + (other[:1] != word[0]) for other, distance, _ in found}
        least_errors = min(errors.values(), default=0)
        nearest = [other for other, number in errors.items() if number == least_errors]
        return min(nearest, key=lambda other: (-self.count(other, counted), other), default=None)

    def variants(self, text: str) -> list[str]:
        """Other ways to write a word or phrase that the papers have: spellings, acronyms, two words as one."""
        folded = " ".join(words_of(text))
        found = [*(other for other, _ in self.fetch(OTHERS, folded)), *self.spellings(folded)]
        if len(folded) >= SHORTEST and not self.has(folded):
            joined = self.fetch(JOINED, folded, folded + LAST)
            found += [f"{one[:length]} {one[length:]}" for one, length in joined]
        return [one for one in dict.fromkeys(found) if one != folded]

    def is_acronym(self, word: str) -> bool:
        """Whether a word is an acronym and no other word: a paper explains it, or it is typed in capitals."""
        return any(explained or word.isupper() for _, explained in self.fetch(OTHERS, word.lower()))

    def spellings(self, word: str) -> list[str]:
        """The British or American spellings of a word that the papers have."""
        pairs = chain.from_iterable(((one, other), (other, one)) for one, other in RULES["spelling"])
        found = (word.replace(one, other) for one, other in pairs if one in word[2:])
        return [other for other in found if other != word and self.has(other)]

    def identify(self, word: str) -> Filter | None:
        """The filter for an identifier of a paper that looks like a word: OpenReview's, a key, a citation key."""
        for column in IDENTIFIERS:
            if self.connection.execute(f"select 1 from papers where {column} = ?", [word]).fetchone():
                return Filter(column, word)
        return None
