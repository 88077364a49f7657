"""Acronyms and what they stand for: explained by papers in brackets, initials of keywords and topics, and by rule.

The rules are those of the site's search, variants.toml.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from phenomena_web.search.words import RULES, STOP_WORDS, words_of

from ..schema.search_tables import OTHER_NAMES
from ..stored import create_stored

ACRONYM = re.compile(r"((?:[\w-]+[ \-]){2,6})\(([A-Z][A-Za-z]*[A-Z]s?)\)")  # Neural Tangent Kernel (NTK)
IN_BRACKETS = re.compile(r"\([A-Z][A-Za-z]*[A-Z]s?\)")
MOST_BEFORE = 200  # characters of what an acronym stands for
INITIALS = range(3, 7)  # words of a name whose initials are an acronym
MAX_EXPANSIONS = 3
KEYWORDS = "select name, paper_count from keywords order by rowid"
TOPICS = "select name, 0 from topics order by rowid"
VENUES = "select name, full_name from venues where full_name is not null order by rowid"

Expansions = dict[str, Counter[str]]  # acronym to what it stands for, counted
OtherNames = dict[str, list[str]]


def find_explained(text: str) -> Iterator[tuple[str, str]]:
    """The words before each acronym in brackets, and the acronym; most texts have no bracket, which is soon seen."""
    start = 0
    for brackets in IN_BRACKETS.finditer(text) if "(" in text else ():
        for match in ACRONYM.finditer(text, max(start, brackets.start() - MOST_BEFORE), brackets.end()):
            yield match[1], match[2]
        start = brackets.end()


def add_explained(found: Expansions, text: str) -> None:
    """Count the acronyms that a text explains in brackets, each with what it stands for."""
    for before, acronym in find_explained(text):
        letters = acronym.rstrip("s").lower()
        words = words_of(before)[-len(letters) :]
        if "".join(word[0] for word in words) == letters and all(len(word) > 1 for word in words):
            found.setdefault(letters, Counter())[" ".join(words)] += 1


def initials_of(names: Mapping[str, int]) -> Expansions:
    """The initials of names of several words, each with the names weighed by their papers."""
    found: Expansions = {}
    for name, count in names.items():
        words = words_of(name)
        if len(words) in INITIALS and not STOP_WORDS.intersection(words) and not any(map(str.isdigit, words)):
            found.setdefault("".join(word[0] for word in words), Counter())[" ".join(words)] += count
    return found


def make_other_names(explained: Expansions, names: Mapping[str, int], venues: Iterable[tuple[str, str]]) -> OtherNames:
    """Acronyms to what they stand for, the most frequent first, and names to acronyms.

    `names` are those of keywords and topics with their papers, `venues` short and full names.
    """
    initials = initials_of(names)
    found = {name: list(others) for name, others in RULES["names"].items()}
    for acronym in {**initials, **explained}:
        found.setdefault(acronym, [])
        counted = explained.get(acronym, Counter()) + initials.get(acronym, Counter())
        most = max(counted.values(), default=0)
        usual = [name for name, count in counted.most_common(MAX_EXPANSIONS) if count * 2 > most]  # others are slips
        found[acronym].extend(name for name in usual if name not in found[acronym])
    for acronym, expansions in [pair for pair in found.items() if pair[1]]:
        found.setdefault(expansions[0], []).append(acronym)
    for name, full_name in venues:
        found.setdefault(" ".join(words_of(full_name)), []).append(name.lower())
    return found


def write_other_names(connection: sqlite3.Connection, explained: Expansions) -> OtherNames:
    """Write the acronyms, given those that papers explain; gives them."""
    names = Counter[str]()
    for sql in (KEYWORDS, TOPICS):
        for name, count in connection.execute(sql):
            names[name] += count
    found = make_other_names(explained, names, connection.execute(VENUES))
    known = {*explained, *RULES["names"]}
    create_stored(connection, OTHER_NAMES)
    connection.executemany(
        "insert into stored_other_names values (?, ?, ?, ?)",
        (
            (name, place, other, int(name in known))
            for name in sorted(found)
            for place, other in enumerate(found[name], 1)
        ),
    )
    return found
