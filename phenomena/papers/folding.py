"""Text to keys: what counts as the same keyword, author, topic or venue. Spelling is kept elsewhere, as written.

A key is a function of the one spelling alone, so that it never moves when the list grows. Keys of keywords and
authors have no separators, because hyphens and spaces are just what spellings differ in.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache

from slugify import slugify

SYMBOLS = (("+", " plus "), ("#", " sharp "), ("∞", " infinity "), ("$", " "))
IRREGULAR_PLURALS = {  # the regular rules below would fold these wrongly
    "analyses": "analysis",
    "biases": "bias",
    "hypotheses": "hypothesis",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
}
NOT_PLURAL = re.compile(r"(?:ss|us|is|as|os|ics)$")  # loss, corpus, basis, bias, chaos, dynamics
PLAIN = re.compile(r"[A-Za-z0-9 .:;?!()/_\-]*")  # Neural Collapse (2022)
SEPARATORS = re.compile("[^a-z0-9]+")
KEY_LENGTH = 120


@lru_cache(maxsize=65_536)
def slug(text: str) -> str:
    """Words in ASCII joined by hyphens: `Neural Collapse` to `neural-collapse`. Never empty."""
    if len(text) < KEY_LENGTH and (plain := hyphenate_plain(text)) is not None:
        return plain or hashed(text)
    return slugify(text, replacements=SYMBOLS, max_length=KEY_LENGTH, word_boundary=True) or hashed(text)


def hyphenate(text: str) -> str:
    """Words in ASCII joined by hyphens; symbols separate words as any other character does."""
    plain = hyphenate_plain(text)
    return slugify(text) if plain is None else plain


def hyphenate_plain(text: str) -> str | None:
    """What slugify makes of letters, digits and the usual punctuation, many times faster; None for other text."""
    return SEPARATORS.sub("-", text.lower()).strip("-") if PLAIN.fullmatch(text) else None


@cache
def fold_keyword(text: str) -> str:
    """The key of a keyword: case, accents, hyphens, spaces, a closing stop and the last word's plural are dropped.

    >>> fold_keyword("Neural scaling Laws."), fold_keyword("Pre-training")
    ('neuralscalinglaw', 'pretraining')
    """
    plain = hyphenate_plain(text)
    words = (slugify(text, replacements=SYMBOLS) if plain is None else plain).split("-")
    words[-1] = singular(words[-1])
    return "".join(words)[:KEY_LENGTH] or hashed(text)


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """An English noun without its plural ending, by rule; wrong for some words, which does no harm to keys."""
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    if len(word) < 4 or NOT_PLURAL.search(word) or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if re.search(r"(?:ss|x|ch|sh)es$", word) else word[:-1]


@cache
def fold_author(text: str) -> str:
    """The key of an author: case, spaces, underscores, stops, hyphens and accents are dropped.

    >>> fold_author("Laurent_Viennot"), fold_author("M.Moein Shariatnia")
    ('laurentviennot', 'mmoeinshariatnia')
    """
    return hyphenate(text).replace("-", "")[:KEY_LENGTH] or hashed(text)


def fold_words(text: str) -> str:
    """Words in lower-case ASCII, apart by single spaces, so that text sorts the same everywhere. Never empty."""
    return hyphenate(text).replace("-", " ") or hashed(text)


def hashed(text: str) -> str:
    """A key for text that has no letters or digits: twelve hexadecimal digits of its SHA-256."""
    return "x" + hashlib.sha256(text.encode()).hexdigest()[:12]
