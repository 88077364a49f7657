"""Which characters of a list are kept: one rule for all of its text, applied before anything is read.

Invisible characters can reorder or hide text. By Unicode's categories, all of Cc (controls but the tab),
Cf (bidirectional controls, zero-width characters, soft hyphens, tags), Cs (surrogates), Zl and Zp (separators) and the
noncharacters are removed; those that separate words become a space. A soft hyphen only marks where a word may break,
and would keep that word from being found. Private-use and unassigned characters show at least as a box, and the next
version of Unicode may assign them: they stay.

Two format characters stay where a script needs them, by the rules of RFC 5892 (appendix A) for domain names: the
zero-width joiner and non-joiner between Arabic letters (Persian names) and beside a virama (scripts of India and Sri
Lanka). The joiner also stays within emoji.
"""

from __future__ import annotations

import unicodedata
from itertools import islice
from urllib.parse import quote

INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
NON_JOINER, JOINER = "\u200c", "\u200d"
EMOJI_STYLE = "\ufe0f"
VIRAMA = 9  # a canonical combining class
MAX_NAMED = 5


def clean(text: str) -> str:
    """A line without invisible characters."""
    return text if text.isprintable() else "".join(keep(text, place) for place in range(len(text)))


def keep(text: str, place: int) -> str:
    """What is kept of the character at a place: itself, a space, or nothing."""
    character = text[place]
    if character == "\t" or not is_invisible(character) or is_joining(text, place):
        return character
    return " " if character.isspace() else ""


def is_invisible(character: str) -> bool:
    """Whether a character belongs to the categories above, or is a noncharacter."""
    code = ord(character)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_noncharacter or unicodedata.category(character) in INVISIBLE


def is_joining(text: str, place: int) -> bool:
    """Whether a joiner or non-joiner stands where a script or an emoji needs it."""
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if text[place] not in (JOINER, NON_JOINER) or not before or not after:
        return False
    if VIRAMA in (unicodedata.combining(before), unicodedata.combining(after)):
        return True
    if unicodedata.bidirectional(after) == "AL":  # an Arabic letter; the one before may carry a vowel mark
        return unicodedata.bidirectional(before) in ("AL", "NSM")
    is_emoji = before == EMOJI_STYLE or unicodedata.category(before) in ("So", "Sk")
    return text[place] == JOINER and is_emoji and unicodedata.category(after) == "So"


def left_out(text: str) -> str:
    """The first few characters that `clean` removes from a text, each once, as `U+202E, U+200B`."""
    found = dict.fromkeys(character for place, character in enumerate(text) if keep(text, place) != character)
    names = [f"U+{ord(character):04X}" for character in islice(found, MAX_NAMED)]
    return ", ".join([*names, "…"] if len(found) > MAX_NAMED else names)


def encode_invisible(address: str) -> str:
    """An address with its invisible characters percent-encoded: it still leads to the same place."""
    return "".join(quote(one, errors="surrogateescape") if is_invisible(one) else one for one in address)
