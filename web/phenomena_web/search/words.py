"""Words of texts, and the numbers of names: what a build stores and the site looks up, by the same rules.

The tables are made by the builder, phenomena/database/search/; this is all that it takes from here.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files
from itertools import filterfalse

RULES = tomllib.loads(files(__package__).joinpath("variants.toml").read_text("utf-8"))
STOP_WORDS = frozenset(RULES["stop_words"])
WORD = re.compile(r"[^\W_]+")
COLUMNS = ("title", "keywords", "authors", "digest")  # of papers, whose words are counted
KINDS = ("topic", "keyword", "author", "venue", "paper")  # of what can be suggested, in this order
MOST_OF_A_KIND = 2**24  # names; the first of a kind has its place in KINDS times this as its number
END = "\ue000"  # stands behind each name in its index, as a word that nobody types


def fold(text: str) -> str:
    """Lower case without accents, as the index has its words."""
    if text.isascii():
        return text.lower()
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", text.casefold())))


def words_of(text: str) -> list[str]:
    """The words of a text as the index has them."""
    return WORD.findall(fold(text))
