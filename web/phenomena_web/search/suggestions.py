"""Suggestions while a search is typed: topics, keywords, authors, venues and papers whose names have the words.

All names are held in memory by their words, sorted: a suggestion is a few look-ups by prefix. Names that begin with the
text come before those with a word that does, these before others; then the kind decides, and the number of papers.
Where nothing is found, misspelled words are corrected. A paper is found by its authors too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .index import Index, words_of

MOST = 10
OF_A_KIND = {"topic": 2, "keyword": 3, "author": 3, "venue": 1, "paper": 5}  # at first, in this order
MOST_CHARACTERS = 100
MOST_WORDS = 6


@dataclass(frozen=True)
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
    """The names of a database, found by the beginnings of their words."""

    def __init__(self, names: Iterable[Name], index: Index) -> None:
        self.names = list(names)
        self.index = index
        self.folded = [" ".join(name.words) for name in self.names]
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
        ranked = sorted(numbers, key=lambda number: self.rank(number, " ".join(words)))
        return self.select([self.names[number] for number in ranked])

    def rank(self, number: int, text: str) -> tuple[int, int, int, str]:
        """What a name is sorted by for a text: how it begins, its kind, its papers, and itself."""
        name, folded = self.names[number], self.folded[number]
        begins = 0 if folded == text else 1 if folded.startswith(text) else 2 if f" {text}" in folded else 3
        return begins, list(OF_A_KIND).index(name.kind), -(name.count or 0), folded

    def select(self, ranked: list[Name]) -> list[Name]:
        """The first of each kind, then the others up to MOST, in their order."""
        room = dict(OF_A_KIND)
        first: list[Name] = []
        for name in ranked:
            if room[name.kind]:
                room[name.kind] -= 1
                first.append(name)
        chosen = set(first[:MOST])
        chosen |= set([name for name in ranked if name not in chosen][: MOST - len(chosen)])
        return [name for name in ranked if name in chosen]
