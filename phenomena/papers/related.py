"""The nearest other papers: cosine of weighted terms, with the shared terms that explain it.

Weights are inverse document frequencies (Spärck Jones 1972, https://doi.org/10.1108/eb026526) times the kind of term: a
shared keyword or author says more than a shared word of the text.
"""

from __future__ import annotations

import heapq
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .folding import singular

NEIGHBOURS = 6
SHARED_TERMS = 6
WEIGHTS = {"keyword": 3.0, "author": 2.0, "title": 1.5, "word": 0.6}
DECIMALS = 4  # of a score
ROUNDING = 10**-DECIMALS
MIN_SCORE = 0.05  # below it, what two papers share is due to chance
MAX_WORD_SHARE = 0.1  # a word of the text in more papers is uninformative
MAX_TERM_PAPERS = 200  # with MAX_PAIRS bounds the work on large lists
MAX_PAIRS = 4_000_000
WORDS = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")  # double, fine-tuning
# words that say nothing about a subject
FILLER = frozenset(Path(__file__).with_name("filler.txt").read_text("utf-8").split())

NOBODY: tuple[list[int], list[float]] = ([], [])

Term = tuple[str, str]  # kind (a key of WEIGHTS), folded text


@dataclass(frozen=True)
class Features:
    """What a paper is compared by: keywords and authors as key to name, and two texts."""

    keywords: Mapping[str, str]
    authors: Mapping[str, str]
    title: str
    digest: str


@dataclass(frozen=True)
class Neighbour:
    """One paper near another: `rank` from 1, `score` above 0 and at most 1, `shared` names the heaviest first."""

    paper: str
    rank: int
    related: str
    score: float
    shared: tuple[str, ...]


def nearest(papers: Iterable[tuple[str, Features]]) -> Iterator[Neighbour]:
    """The neighbours of each paper, in the papers' order, nearest first; ties in the order of the list."""
    index = Index(papers)
    for place, paper in enumerate(index.papers):
        for rank, (score, other) in enumerate(index.best(place), 1):
            yield Neighbour(paper, rank, index.papers[other], min(score, 1.0), index.shared_names(place, other))


class Terms:
    """All terms and their names by number. A term has several names where texts write a word in several forms."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.names: list[str] = []
        self.term_of: list[int] = []  # name to term
        self.numbers: dict[Term, int] = {}
        self.known: dict[tuple[str, str, str], int] = {}
        self.forms: dict[str, dict[str, int | None]] = {"word": {}, "title": {}}

    def number(self, kind: str, text: str, name: str) -> int:
        """The number of a term's name."""
        found = self.known.get((kind, text, name))
        if found is None:
            found = self.known[kind, text, name] = len(self.names)
            term = self.numbers.setdefault((kind, text), len(self.terms))
            if term == len(self.terms):
                self.terms.append((kind, text))
            self.names.append(name)
            self.term_of.append(term)
        return found

    def finish(self) -> None:
        """Forget what only numbering needs: with many papers, more than all that is kept."""
        self.numbers, self.known, self.forms = {}, {}, {}

    def of_words(self, kind: str, words: Iterable[str]) -> dict[int, int]:
        """Terms of some words to their names; of several forms of a word, the last one is the name."""
        forms = self.forms[kind]
        found: dict[int, int] = {}
        for word in words:
            if word not in forms:
                forms[word] = None if word in FILLER else self.number(kind, singular(word), word)
            if (name := forms[word]) is not None:
                found[self.term_of[name]] = name
        return found

    def of_paper(self, features: Features) -> dict[int, int]:
        """Every term of a paper to its name."""
        digest, title = (WORDS.findall(text.casefold())[::-1] for text in (features.digest, features.title))
        found = self.of_words("word", digest) | self.of_words("word", title) | self.of_words("title", title)
        for kind, named in (("author", features.authors), ("keyword", features.keywords)):
            for key, name in named.items():
                number = self.number(kind, key, name)
                found[self.term_of[number]] = number
        return found


class Index:
    """Papers, known by their places, and their terms.

    The vector of a paper is the names of its terms and one length: a term weighs its own weight divided by that length.
    Terms that one paper alone has, or words that too many have, weigh nothing.
    """

    def __init__(self, papers: Iterable[tuple[str, Features]]) -> None:
        self.papers: list[str] = []
        self.terms = Terms()
        frequency: Counter[int] = Counter()
        self.vectors: list[array[int]] = []
        for paper, features in papers:
            self.papers.append(paper)
            found = self.terms.of_paper(features)
            frequency.update(found.keys())
            self.vectors.append(array("I", found.values()))
        self.terms.finish()
        self.weights = weigh(self.terms.terms, frequency, len(self.vectors))
        self.lengths = array("d", map(self.shorten, range(len(self.vectors))))
        self.papers_of = self.invert()
        self.scores = [0.0] * len(self.papers)  # all 0 between calls: adding to a list's items is fast

    def shorten(self, place: int) -> float:
        """Leave out of a paper's vector what weighs nothing. Gives its length."""
        term_of, weights = self.terms.term_of, self.weights
        self.vectors[place] = array("I", [name for name in self.vectors[place] if weights[term_of[name]]])
        found = [weights[term_of[name]] for name in self.vectors[place]]
        return math.sqrt(sum([weight * weight for weight in found])) or 1.0

    def invert(self) -> dict[int, tuple[list[int], list[float]]]:
        """Each term that is compared to the papers that have it, and its weight in each."""
        frequency = Counter(self.terms.term_of[name] for vector in self.vectors for name in vector)
        limit = common_limit(list(frequency.values()))
        found: dict[int, tuple[list[int], list[float]]] = {
            term: ([], []) for term, count in frequency.items() if count <= limit
        }
        for place, vector in enumerate(self.vectors):
            for name in vector:
                term = self.terms.term_of[name]
                if term in found:
                    found[term][0].append(place)
                    found[term][1].append(self.weights[term] / self.lengths[place])
        return found

    def best(self, place: int) -> list[tuple[float, int]]:
        """The scores and the places of a paper's neighbours, nearest first."""
        scores, length = self.scores, self.lengths[place]
        touched: set[int] = set()
        for name in self.vectors[place]:
            term = self.terms.term_of[name]
            own = self.weights[term] / length
            others, weights = self.papers_of.get(term, NOBODY)
            touched.update(others)
            for other, weight in zip(others, weights, strict=True):
                scores[other] += own * weight
        near = [(scores[other], other) for other in touched if scores[other] >= MIN_SCORE and other != place]
        for other in touched:
            scores[other] = 0.0
        if len(near) > NEIGHBOURS:  # most are farther than any rounding could bring near
            last = heapq.nlargest(NEIGHBOURS, near)[-1][0] - ROUNDING
            near = [pair for pair in near if pair[0] >= last]
        best = sorted((-round(score, DECIMALS), other) for score, other in near)[:NEIGHBOURS]
        return [(-score, other) for score, other in best]

    def shared_names(self, place: int, other: int) -> tuple[str, ...]:
        """Names of the shared terms by weight; a word that is part of a shared keyword is not named again."""
        term_of = self.terms.term_of
        theirs = {term_of[name] for name in self.vectors[other]}
        shared = [name for name in self.vectors[place] if term_of[name] in theirs]
        one, two = self.lengths[place], self.lengths[other]

        def order(name: int) -> tuple[float, Term]:
            weight = self.weights[term_of[name]]
            return -(weight / one) * (weight / two), self.terms.terms[term_of[name]]

        chosen: list[str] = []
        for number in sorted(shared, key=order):
            name = self.terms.names[number]
            if not any(name.casefold() in earlier.casefold() for earlier in chosen):
                chosen.append(name)
            if len(chosen) == SHARED_TERMS:
                break
        return tuple(chosen)


def weigh(terms: Iterable[Term], frequency: Mapping[int, int], count: int) -> list[float]:
    """The weight of each term among so many papers; 0 where it is left out."""
    limit = max(2.0, MAX_WORD_SHARE * count)
    return [
        WEIGHTS[kind] * math.log(1 + count / often)
        if (often := frequency[number]) > 1 and (kind != "word" or often <= limit)
        else 0.0
        for number, (kind, _) in enumerate(terms)
    ]


def common_limit(frequencies: Sequence[int]) -> int:
    """The most papers that a compared term may have: MAX_TERM_PAPERS, less where all pairs would be over MAX_PAIRS."""
    pairs = 0
    for frequency, terms in sorted(Counter(frequencies).items()):
        pairs += terms * frequency * frequency
        if pairs > MAX_PAIRS:
            return min(frequency - 1, MAX_TERM_PAPERS)
    return MAX_TERM_PAPERS
