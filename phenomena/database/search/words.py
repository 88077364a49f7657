"""The words of papers, counted; neighbouring words, written as one; and the acronyms that papers explain."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from phenomena_web.search.words import COLUMNS, words_of

from ...papers.related import Features
from ..schema.columns import encode
from ..schema.search_tables import JOINED_WORDS, WORDS
from ..stored import create_stored
from .acronyms import Expansions, add_explained


@dataclass
class Words:
    """Words to the papers that have them, in all and for each of COLUMNS; neighbours written as one to the length of
    the first; and acronyms.
    """

    totals: Counter[str] = field(default_factory=Counter)
    counts: tuple[Counter[str], ...] = field(default_factory=lambda: tuple(Counter() for _ in COLUMNS))
    joined: dict[str, int] = field(default_factory=dict)
    explained: Expansions = field(default_factory=dict)


def count_words(papers: Iterable[tuple[str, Features]]) -> Iterator[Words]:
    """The words of all papers: one result."""
    words = Words()
    for _, paper in papers:
        keywords = tuple(paper.keywords.values())
        texts = (paper.title, encode(keywords), encode(tuple(paper.authors.values())), paper.digest)
        found = [set(words_of(str(text))) for text in texts]
        for count, own in zip(words.counts, found, strict=True):
            count.update(own)
        words.totals.update(set().union(*found))
        for text in (paper.title, *keywords):
            words.joined |= {first + second: len(first) for first, second in pairwise(words_of(text))}
        add_explained(words.explained, f"{paper.title}. {paper.digest}")
    yield words


def write_words(connection: sqlite3.Connection, words: Words) -> None:
    """Write words and joined words."""
    for table in (WORDS, JOINED_WORDS):
        create_stored(connection, table)
    counted = sorted(words.totals.items())
    rows = ((word, count, *(one.get(word, 0) for one in words.counts)) for word, count in counted)
    connection.executemany("insert into stored_words values (?, ?, ?, ?, ?, ?)", rows)
    connection.executemany("insert into stored_joined_words values (?, ?)", sorted(words.joined.items()))
