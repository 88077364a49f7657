"""The nearest other papers: cosine of weighted terms, with the shared terms that explain it.

Weights are inverse document frequencies (Spärck Jones 1972, https://doi.org/10.1108/eb026526) times the kind of term: a
shared keyword or author says more than a shared word of the text.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .folding import singular

NEIGHBOURS = 6
SHARED_TERMS = 6
WEIGHTS = {"keyword": 3.0, "author": 2.0, "title": 1.5, "word": 0.6}
MIN_SCORE = 0.05  # below it, what two papers share is due to chance
MAX_WORD_SHARE = 0.1  # a word of the text in more papers is uninformative
MAX_TERM_PAPERS = 200  # with MAX_PAIRS bounds the work on large lists
MAX_PAIRS = 4_000_000
WORDS = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")  # double, fine-tuning
# words that say nothing about a subject
FILLER = frozenset(Path(__file__).with_name("filler.txt").read_text("utf-8").split())

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


def nearest(papers: Mapping[str, Features]) -> Iterator[Neighbour]:
    """The neighbours of each paper, in the papers' order, nearest first; ties in the order of the list."""
    names = {paper: term_names(features) for paper, features in papers.items()}
    vectors = weigh(names)
    inverted: dict[Term, list[str]] = defaultdict(list)
    for paper, vector in vectors.items():
        for term in vector:
            inverted[term].append(paper)
    order = {paper: place for place, paper in enumerate(papers)}
    limit = common_limit([len(sharing) for sharing in inverted.values()])
    for paper, vector in vectors.items():
        scores: dict[str, float] = defaultdict(float)
        for term, weight in vector.items():
            if len(inverted[term]) <= limit:
                for other in inverted[term]:
                    scores[other] += weight * vectors[other][term]
        others = ((round(score, 4), other) for other, score in scores.items() if other != paper and score >= MIN_SCORE)
        best = heapq.nsmallest(NEIGHBOURS, others, key=lambda pair: (-pair[0], order[pair[1]]))
        for rank, (score, other) in enumerate(best, 1):
            yield Neighbour(paper, rank, other, min(score, 1.0), shared_names(paper, other, vectors, names))


def common_limit(frequencies: Sequence[int]) -> int:
    """The most papers that a compared term may have: MAX_TERM_PAPERS, less where all pairs would be over MAX_PAIRS."""
    pairs = 0
    for frequency, terms in sorted(Counter(frequencies).items()):
        pairs += terms * frequency * frequency
        if pairs > MAX_PAIRS:
            return min(frequency - 1, MAX_TERM_PAPERS)
    return MAX_TERM_PAPERS


def term_names(features: Features) -> dict[Term, str]:
    """Every term of a paper with the name to show for it."""
    terms: dict[Term, str] = {}
    for kind, text in (("word", features.digest), ("title", features.title)):
        found = [word for word in WORDS.findall(text.casefold()) if word not in FILLER]
        terms.update({("word", singular(word)): word for word in reversed(found)})
        if kind == "title":
            terms.update({("title", singular(word)): word for word in reversed(found)})
    terms.update({("author", key): name for key, name in features.authors.items()})
    terms.update({("keyword", key): name for key, name in features.keywords.items()})
    return terms


def weigh(names: Mapping[str, Mapping[Term, str]]) -> dict[str, dict[Term, float]]:
    """Unit vectors; terms that one paper alone has, or words that too many have, are left out."""
    frequency = Counter(term for terms in names.values() for term in terms)
    limit = max(2.0, MAX_WORD_SHARE * len(names))
    vectors: dict[str, dict[Term, float]] = {}
    for paper, terms in names.items():
        kept = [term for term in terms if frequency[term] > 1 and (term[0] != "word" or frequency[term] <= limit)]
        vector = {term: WEIGHTS[term[0]] * math.log(1 + len(names) / frequency[term]) for term in kept}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vectors[paper] = {term: weight / length for term, weight in vector.items()}
    return vectors


def shared_names(
    paper: str, other: str, vectors: Mapping[str, Mapping[Term, float]], names: Mapping[str, Mapping[Term, str]]
) -> tuple[str, ...]:
    """Names of the shared terms by weight; a word that is part of a shared keyword is not named again."""
    shared = [term for term in vectors[paper] if term in vectors[other]]
    shared.sort(key=lambda term: (-vectors[paper][term] * vectors[other][term], term))
    chosen: list[str] = []
    for term in shared:
        name = names[paper][term]
        if not any(name.casefold() in earlier.casefold() for earlier in chosen):
            chosen.append(name)
        if len(chosen) == SHARED_TERMS:
            break
    return tuple(chosen)
