"""What a search knows of the papers: their words and how many have each, acronyms, other spellings, identifiers.

All of it is computed from the database when the server starts, in one reading; only the rules of variants.toml are
written by hand.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .expressions import find_longer_words, fold
from .language import WORD, Filter

RULES = tomllib.loads(files(__package__).joinpath("variants.toml").read_text("utf-8"))
STOP_WORDS = frozenset(RULES["stop_words"])
COLUMNS = ("title", "keywords", "authors", "digest")
ACRONYM = re.compile(r"((?:[\w-]+[ \-]){2,6})\(([A-Z][A-Za-z]*[A-Z]s?)\)")  # Neural Tangent Kernel (NTK)
IN_BRACKETS = re.compile(r"\([A-Z][A-Za-z]*[A-Z]s?\)")
MOST_BEFORE = 200  # characters of what an acronym stands for
INITIALS = range(3, 7)  # words of a name whose initials are an acronym
SHORTEST = 4  # characters of a word that may be a misspelling
RARE, MUCH_MORE = 2, 10  # papers with a word that may be misspelled in the list; times as many have what was meant
MAX_EXPANSIONS = 3

Row = Mapping[str, Any]


def words_of(text: str) -> list[str]:
    """The words of a text as the index has them."""
    return WORD.findall(fold(text))


def find_first(prefix: str, words: list[str]) -> list[str]:
    """The first of sorted words with a prefix, in a list that is empty where none has it."""
    place = bisect_left(words, prefix)
    return [one for one in words[place : place + 1] if one.startswith(prefix)]


def most_errors(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or exchanged."""
    return 1 if len(word) < 6 else 2 if len(word) < 10 else 3


@dataclass(frozen=True)
class Index:
    """The words and names of a database."""

    counts: Mapping[str, Mapping[str, int]]  # of each column, word to number of papers
    vocabulary: list[str]  # all words, sorted
    known: Mapping[str, Filter]  # identifiers that look like words
    acronyms: Mapping[str, list[str]]  # acronym to what it stands for, and the other way round
    explained: frozenset[str]  # acronyms that a paper explains, so that they are no other word
    joined: Mapping[str, str]  # two words written as one, to the two
    joined_sorted: list[str]
    totals: Counter[str]  # word to number of papers, in any column

    def has(self, word: str) -> bool:
        """Whether a word is one of the papers', or begins one."""
        folded = fold(word)
        return folded in self.totals or bool(find_longer_words(folded, self.vocabulary))

    def nearest(self, word: str, column: str | None = None) -> str | None:
        """The word of the papers that was probably meant by one that they don't have, the more frequent of two."""
        return None if self.has(word) else self.near(fold(word), column, most_errors(word))

    def nearest_frequent(self, word: str, column: str | None = None) -> str | None:
        """The word that was probably meant by one that a paper misspells: one letter off, and far more frequent."""
        own = self.totals[fold(word)]
        return self.near(fold(word), column, 1, own * MUCH_MORE) if 0 < own <= RARE else None

    def near(self, word: str, column: str | None, most: int, least: int = 0) -> str | None:
        """The nearest word that has at most so many letters wrong, and that `least` papers have."""
        if len(word) < SHORTEST or word.isdigit():
            return None
        counts = self.counts.get(column or "", self.totals)
        words = [one for one, count in counts.items() if count >= least and one != word]
        found = process.extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=20)
        ranked = sorted((distance + (other[0] != word[0]), -counts[other], other) for other, distance, _ in found)
        return ranked[0][2] if ranked else None

    def variants(self, text: str) -> list[str]:
        """Other ways to write a word or phrase that the papers have: spellings, acronyms, two words as one."""
        folded = " ".join(words_of(text))
        found = [*self.acronyms.get(folded, ()), *self.spellings(folded)]
        if len(folded) >= SHORTEST and not self.has(folded):
            found += [self.joined[one] for one in find_first(folded, self.joined_sorted)]
        return [one for one in dict.fromkeys(found) if one != folded]

    def is_acronym(self, word: str) -> bool:
        """Whether a word is an acronym and no other word: a paper explains it, or it is typed in capitals."""
        return word.lower() in self.explained or (word.isupper() and word.lower() in self.acronyms)

    def spellings(self, word: str) -> list[str]:
        """The British or American spellings of a word that the papers have."""
        pairs = [pair for one, other in RULES["spelling"] for pair in ((one, other), (other, one))]
        found = (word.replace(one, other) for one, other in pairs if one in word[2:])
        return [other for other in found if other != word and self.has(other)]


def find_explained(text: str) -> Iterator[tuple[str, str]]:
    """The words before each acronym in brackets, and the acronym; most texts have no bracket, which is soon seen."""
    start = 0
    for brackets in IN_BRACKETS.finditer(text) if "(" in text else ():
        for match in ACRONYM.finditer(text, max(start, brackets.start() - MOST_BEFORE), brackets.end()):
            yield match[1], match[2]
        start = brackets.end()


def read_acronyms(texts: Iterable[str]) -> dict[str, Counter[str]]:
    """Acronyms that texts explain in brackets, each with what it stands for."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for before, acronym in find_explained(text):
            letters = acronym.rstrip("s").lower()
            words = words_of(before)[-len(letters) :]
            if "".join(word[0] for word in words) == letters and all(len(word) > 1 for word in words):
                found[letters][" ".join(words)] += 1
    return found


def initials_of(names: Mapping[str, int]) -> dict[str, Counter[str]]:
    """The initials of names of several words, each with the names weighed by their papers."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, count in names.items():
        words = words_of(name)
        if len(words) in INITIALS and not STOP_WORDS.intersection(words) and not any(map(str.isdigit, words)):
            found["".join(word[0] for word in words)][" ".join(words)] += count
    return found


def make_acronyms(
    papers: Iterable[Row], names: Mapping[str, int], venues: Iterable[Row]
) -> tuple[dict[str, list[str]], frozenset[str]]:
    """Acronyms to what they stand for, the most frequent first, and names to acronyms; those that papers explain."""
    explained = read_acronyms(f"{paper['title']}. {paper['digest'] or ''}" for paper in papers)
    initials = initials_of(names)
    found = {name: list(others) for name, others in RULES["names"].items()}
    for acronym in {**initials, **explained}:
        found.setdefault(acronym, [])
        counted = Counter(explained.get(acronym, {})) + Counter(initials.get(acronym, {}))
        most = max(counted.values(), default=0)
        usual = [name for name, count in counted.most_common(MAX_EXPANSIONS) if count * 2 > most]  # others are slips
        found[acronym].extend(name for name in usual if name not in found[acronym])
    for acronym, expansions in [pair for pair in found.items() if pair[1]]:
        found.setdefault(expansions[0], []).append(acronym)
    for venue in venues:
        if venue["full_name"]:
            found.setdefault(" ".join(words_of(venue["full_name"])), []).append(venue["name"].lower())
    return found, frozenset({*explained, *RULES["names"]})


def make_joined(papers: Iterable[Row]) -> dict[str, str]:
    """Neighbouring words of titles and keywords, written as one, to the two."""
    found: dict[str, str] = {}
    for paper in papers:
        for text in (paper["title"], *json.loads(paper["keywords"])):
            words = words_of(text)
            found |= {one + other: f"{one} {other}" for one, other in pairwise(words)}
    return found


def make_known(papers: Iterable[Row]) -> dict[str, Filter]:
    """Identifiers that could be words: OpenReview's, keys of papers, and citation keys."""
    return {
        paper[column]: Filter(column, paper[column])
        for column in ("citekey", "id", "openreview_id")
        for paper in papers
        if paper[column]
    }


def make_index(papers: Sequence[Row], names: Iterable[Row], venues: Iterable[Row]) -> Index:
    """The index of papers; `names` are those of keywords and topics, with `name` and `paper_count`."""
    counts: dict[str, Counter[str]] = {column: Counter() for column in COLUMNS}
    totals: Counter[str] = Counter()
    for paper in papers:
        found = {column: set(words_of(paper[column] or "")) for column in COLUMNS}
        for column, words in found.items():
            counts[column].update(words)
        totals.update(set().union(*found.values()))
    weights: Counter[str] = Counter()
    for row in names:
        weights[row["name"]] += row["paper_count"]
    acronyms, explained = make_acronyms(papers, weights, venues)
    joined = make_joined(papers)
    known = make_known(papers)
    return Index(counts, sorted(totals), known, acronyms, explained, joined, sorted(joined), totals)
