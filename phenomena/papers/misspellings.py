"""Keywords that look misspelt, judged by words that the list writes far more often.

A guess, so nothing is corrected: the keeper decides. Words are compared through an index of their variants, so the
work grows with the size of the list, not with its square.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, takewhile

from ..reader.drafts import Entry
from .folding import fold_keyword, singular

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")  # descent, pre-training
PART = re.compile(r"[^\W_]+")  # pre
TYPED_TWICE = re.compile(r"(?=(.{2,3})\1)")  # the first inin of ininitialization
LENGTHS = range(6, 31)  # letters; short words are often one letter apart and both correct: mode, model
RATIO = 5  # the correct word is at least this many times as frequent
MAX_WORDS = 5_000  # the most frequent, to which others are compared
MAX_KEYWORD_WORDS = 10  # a longer one is a sentence


def misspelt_keywords(entries: Sequence[Entry], names: Mapping[str, str]) -> dict[str, str]:
    """Key of each keyword that looks misspelt to the keyword that is probably meant; `names` is key to name.

    What counts is how often the list uses a word, in titles and keywords together: “Pruning at Ininitialization” may
    well be used more often than “Pruning at Initialization”, but “initialization” is everywhere.
    """
    counts = Counter(chain.from_iterable(words(text) for entry in entries for text in (entry.title, *entry.keywords)))
    index = index_words(word for word, count in counts.most_common(MAX_WORDS) if count >= RATIO)
    found: dict[str, str] = {}
    for key, name in names.items():
        for candidate in corrections(name, index, counts):
            other = fold_keyword(candidate)
            if other != key and other in names:
                found.setdefault(key, names[other])
    return found


def words(text: str) -> Iterator[str]:
    """Words in lower case and singular; one with hyphens as a whole and as its parts."""
    return (folded for _, folded in places(text.casefold()))


def places(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where each word of a text stands, and the word; one with hyphens as a whole and as its parts."""
    for match in WORD.finditer(text):
        yield match, singular(match[0].replace("-", ""))
        if "-" in match[0]:
            yield from ((part, singular(part[0])) for part in PART.finditer(text, match.start(), match.end()))


def index_words(frequent: Iterable[str]) -> dict[str, list[str]]:
    """Each variant of some words to those words, in their order."""
    index: dict[str, list[str]] = defaultdict(list)
    for word in frequent:
        for variant in variants(word):
            index[variant].append(word)
    return index


def variants(word: str) -> set[str]:
    """A word, and what it is without one of its letters; none for a short one or one with digits."""
    if len(word) not in LENGTHS or not word.isalpha():
        return set()
    return {word, *(word[:place] + word[place + 1 :] for place in range(1, len(word) - 1))}


def corrections(keyword: str, index: Mapping[str, Sequence[str]], counts: Mapping[str, int]) -> Iterator[str]:
    """The keyword with a word replaced by a far more frequent one that is probably meant, the most frequent first."""
    text = keyword.casefold()
    if len(WORD.findall(text)) > MAX_KEYWORD_WORDS:
        return
    for match, word in places(text):
        keys = variants(word)
        keys |= {word[: twice.start()] + word[twice.end(1) :] for twice in TYPED_TWICE.finditer(word) if keys}
        near = {other for key in keys for other in index.get(key, ())}
        for other in sorted(near, key=lambda one: (-counts[one], one)):
            if counts[other] >= RATIO * counts[word] and is_misspelling(word, other):
                yield text[: match.start()] + other + text[match.end() :]


def is_misspelling(word: str, right: str) -> bool:
    """Whether a word is another with one typing error, after its first letter and before its last.

    An error is a letter too many, too few or wrong, two letters swapped, or two or three typed twice. The first and
    the last letter are seldom mistyped, and often distinguish words: symmetry and asymmetry, minima and minimax.

    >>> is_misspelling("ininitialization", "initialization"), is_misspelling("duoble", "double")
    (True, True)
    >>> is_misspelling("representational", "representation"), is_misspelling("probing", "pruning")
    (False, False)
    """
    if word == right or word[0] != right[0] or word[-1] != right[-1]:
        return False
    start = shared_letters(word, right)
    end = shared_letters(word[start:][::-1], right[start:][::-1])
    written, meant = word[start : len(word) - end], right[start : len(right) - end]
    if len(written) <= 1 and len(meant) <= 1:
        return True
    swapped = len(written) == 2 and written == meant[::-1]
    return swapped or (not meant and len(written) <= 3 and word[:start].endswith(written))


def shared_letters(one: str, other: str) -> int:
    """How many letters two words share at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
