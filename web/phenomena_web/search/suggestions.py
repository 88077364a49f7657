"""Suggestions while a search is typed: topics, keywords, authors, venues and papers whose names have the words.

All names are held in memory by their words, sorted: a suggestion is a few look-ups by prefix. Names that begin with the
text come before those with a word that does, these before others; then the kind decides, and the number of papers.
Where nothing is found, misspelled words are corrected. A paper is found by its authors too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter

from .index import Index, words_of

MOST = 10
OF_A_KIND = {"topic": 2, "keyword": 3, "author": 3, "venue": 1, "paper": 5}  # at first, in this order
MOST_CHARACTERS = 100
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Name:
    """What can be suggested: its kind, key and label, the number of its papers (a paper has none), a line on it."""

    kind: str
    key: str
    label: str
    count: int | None
    detail: str = ""
    also: str = ""  # other words by which it is found

    @property
    def words(self) -> list[str]:
        """The words of its label."""
        return words_of(self.label)


def detail_of(authors: Sequence[str], year: int | None) -> str:
    """Authors and year of a paper, in short.

    >>> detail_of(["Ann Lee", "Bo Chen", "Cy Day"], 2023)
    'Ann Lee and others, 2023'
    """
    names = f"{authors[0]} and others" if len(authors) > 2 else " and ".join(authors)
    return ", ".join(str(one) for one in (names, year) if one)


class Suggestions:
    """The names of a database, found by the beginnings of their words.

    Their numbers are in the order of kind, papers and name, so that numbers are compared where many are found.
    """

    def __init__(self, names: Iterable[Name], index: Index) -> None:
        kinds = list(OF_A_KIND)
        folded = [(kinds.index(name.kind), -(name.count or 0), " ".join(name.words), name) for name in names]
        folded.sort(key=itemgetter(0, 1, 2))
        self.names = [name for *_, name in folded]
        self.index = index
        self.folded = [label for _, _, label, _ in folded]
        places: dict[str, set[int]] = {}
        for number, name in enumerate(self.names):
            for word in {*name.words, *words_of(name.also)}:
                places.setdefault(word, set()).add(number)
        self.words = sorted(places)
        self.places = [places[word] for word in self.words]

    def with_prefix(self, prefix: str) -> set[int]:
        """The numbers of the names with a word that begins so."""
        first, last = (bisect_left(self.words, one) for one in (prefix, prefix + "\U0010ffff"))
        return set().union(*self.places[first:last])

    def with_all(self, words: list[str]) -> set[int]:
        """The numbers of the names with all words, or their beginnings."""
        found = [self.with_prefix(word) for word in words]
        return set.intersection(*found) if found else set()

    def suggest(self, text: str) -> list[Name]:
        """At most MOST names for a text, the best first."""
        words = words_of(text[:MOST_CHARACTERS])[:MOST_WORDS]
        numbers = self.with_all(words)
        if not numbers:
            words = [word if self.with_prefix(word) else self.index.nearest(word) or word for word in words]
            numbers = self.with_all(words)
        return [self.names[number] for number in self.select(self.rank(numbers, " ".join(words)))]

    def rank(self, numbers: Iterable[int], text: str) -> list[int]:
        """Names by how they begin for a text, then in their own order."""
        ranked: tuple[list[int], ...] = [], [], [], []
        for number in sorted(numbers):
            folded = self.folded[number]
            if folded.startswith(text):
                ranked[folded != text].append(number)
            else:
                ranked[2 if f" {text}" in folded else 3].append(number)
        return [*chain(*ranked)]

    def select(self, ranked: Sequence[int]) -> list[int]:
        """The first of each kind, then the others up to MOST, in their order."""
        room = dict(OF_A_KIND)
        first: list[int] = []
        for number in ranked:
            kind = self.names[number].kind
            if room[kind]:
                room[kind] -= 1
                first.append(number)
        chosen = set(first[:MOST])
        chosen.update(islice((number for number in ranked if number not in chosen), MOST - len(chosen)))
        return [number for number in ranked if number in chosen]
