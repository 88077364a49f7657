"""What an entry of a draft is worth: its fields count for it, values that look like another field's against it."""

from __future__ import annotations

import re

from ..drafts import Entry
from .guards import BEGINS_WITH_AND, ENDS_IN_VENUE, MAX_NAME_WORDS, NOT_A_NAME

FIELD_WORTH = 0.25  # of an entry's
DOUBT = 0.6
MARKUP = re.compile(r"\*\*|`|\]\(|<|\*[^*]+\*|\[\[?\w+\]|^[\[*\"“(|]|[|,;:(]$|\. [A-Z]")  # **Title**, [[paper]
NAME = re.compile(
    r"(?:[A-ZÀ-ÞĀ-ſ][\w.'’\-]*|[a-z'’]{1,4})(?:,?\s+(?:[A-ZÀ-ÞĀ-ſ][\w.'’\-]*|[a-z'’]{1,4}))*(?:\s*\([^()]*\))?"
)
MAX_TITLE, MAX_VENUE = 250, 90  # characters
VENUE = re.compile(r"(?!.*\bet al\b)(?=.*[A-Z])[\w'’]")  # ICLR 2022
WORDS = re.compile(r"\w+")


def worth(entry: Entry) -> float:
    """One for the entry, and more for each field that it has; less for each doubt."""
    filled = (entry.authors, entry.venue, entry.year, entry.keywords, entry.digest, entry.links)
    return 1 + FIELD_WORTH * sum(map(bool, filled)) - DOUBT * doubts(entry)


def doubts(entry: Entry) -> int:
    """How many of the values look wrong."""
    title = entry.title
    wrong = [
        len(title.split()) < 2 or len(title) > MAX_TITLE,
        bool(MARKUP.search(title)),
        bool(ENDS_IN_VENUE.search(title[-100:])),
        any(not is_name(name) for name in entry.authors),
        bool(entry.venue) and not is_venue(entry.venue or ""),
    ]
    return sum(wrong)


def is_name(text: str) -> bool:
    """Whether a text can be a person's name."""
    is_odd = NOT_A_NAME.search(text) or len(text.split()) > MAX_NAME_WORDS
    return bool(NAME.fullmatch(text)) and not is_odd


def is_venue(text: str) -> bool:
    """Whether a text can be a venue: short, with a capital letter, and no list of names."""
    is_short = len(text) <= MAX_VENUE and text.count(",") <= 1 and len(WORDS.findall(text)) <= 12
    return is_short and bool(VENUE.match(text)) and not BEGINS_WITH_AND.match(text)
