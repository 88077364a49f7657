"""Where a search finds nothing, or very little: what was probably meant, and a note that says what was searched.

The steps, each tried where those before it found nothing: other spellings, acronyms and years; misspelled words;
without words that only a question has; papers that have some of the words. An acronym always stands for its name
too: its letters begin too many other words. A quoted word is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .expressions import Condition, condition
from .known_words import KnownWords
from .language import Filter, Group, Search, Term, Text, parse, quote
from .words import STOP_WORDS

LITTLE = 3  # papers; where fewer are found, other spellings are looked for too
MUCH = 4  # times as many papers; so are they where they find that many
YEAR = re.compile(r"(?:19|20)\d\d")
ANY = "No paper has all of these words; those that have some follow, best first."

Count = Callable[[Condition], int]  # how many papers meet a condition
Changed = tuple[Search, str | None]  # a search after a step, and what the step did to it


@dataclass(frozen=True)
class Found:
    """A search as it was made: the condition, what it was made of, and how that differs from what was typed."""

    typed: str
    search: Search
    condition: Condition
    is_plain: bool  # whether what was typed is words and phrases, read as they stand
    corrections: tuple[str, ...] = ()
    exact: str | None = None  # what to type for exactly the typed words, where they were changed


def single_word(group: Group) -> Text | None:
    """The one word that a group is; None for alternatives, filters and what is in quotes."""
    [word, *others] = group
    return word if isinstance(word, Text) and not word.is_phrase and not others else None


def list_words(words: list[str]) -> str:
    """Words as a list of English: a, b and c."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def is_stop_word(word: str) -> bool:
    """Whether a word is one that a question has and a title need not."""
    return word.lower() in STOP_WORDS


def other_ways(word: Text, known: KnownWords) -> Iterator[Term]:
    """Other ways to find what a word means: spellings, what an acronym stands for, the papers of a year."""
    if not is_stop_word(word.text):
        yield from (Text(one, " " in one, word.column) for one in known.variants(word.text))
    if YEAR.fullmatch(word.text) and not word.column:
        yield Filter("dated", word.text)


def say(terms: list[Term]) -> str | None:
    """What was searched for too."""
    words = [f"the year {term.value}" if isinstance(term, Filter) else term.text for term in terms]
    return f"Searched for {list_words(words)} too." if words else None


def with_variants(search: Search, known: KnownWords) -> Changed:
    """A search for other spellings, acronyms and years too; a search that is one name finds its acronym."""
    words = [word for group in search.groups if (word := single_word(group))]
    whole = " ".join(word.text for word in words)
    if len(words) == len(search.groups) > 1 and (others := known.variants(whole)):
        terms: list[Term] = [Text(one, " " in one) for one in others]
        return replace(search, groups=((Text(whole, True), *terms),)), say(terms)
    groups: list[Group] = []
    found: list[Term] = []
    for group in search.groups:
        word = single_word(group)
        added = list(other_ways(word, known)) if word else []
        if word and added and known.is_acronym(word.text):
            group = (replace(word, is_phrase=True),)
        groups.append((*group, *added))
        found += added
    return replace(search, groups=tuple(groups)), say(found)


def with_words(search: Search, nearest: Callable[[str, str | None], str | None]) -> Changed:
    """A search whose words are replaced by those that were probably meant."""
    groups: list[Group] = []
    changed: list[tuple[str, str]] = []
    for group in search.groups:
        word = single_word(group)
        if word and (meant := nearest(word.text, word.column)):
            changed.append((word.text, meant))
            group = (Text(meant, False, word.column),)
        groups.append(group)
    before, after = ([pair[place] for pair in changed] for place in (0, 1))
    note = f"Searched for {list_words(after)} instead of {list_words(before)}."
    return replace(search, groups=tuple(groups)), note if changed else None


def with_corrections(search: Search, known: KnownWords) -> Changed:
    """A search without misspelled words."""
    return with_words(search, known.nearest)


def with_frequent_words(search: Search, known: KnownWords) -> Changed:
    """A search without words that are misspelled in a paper too."""
    return with_words(search, known.nearest_frequent)


def without_stop_words(search: Search, known: KnownWords) -> Changed:
    """A search without the words that only a question has, unless nothing would be left."""
    dropped = [word for group in search.groups if (word := single_word(group)) and is_stop_word(word.text)]
    kept = tuple(group for group in search.groups if single_word(group) not in dropped)
    if not dropped or not kept:
        return search, None
    return replace(search, groups=kept), f"Left out: {', '.join(word.text for word in dropped)}."


def with_any_word(search: Search, known: KnownWords) -> Changed:
    """A search for papers that have some of the words; filters, quoted phrases and fields hold."""
    loose = [group for group in search.groups if is_loose(group)]
    if len(loose) < 2:
        return search, None
    kept = tuple(group for group in search.groups if group not in loose)
    return replace(search, groups=(*kept, tuple(term for group in loose for term in group))), ANY


def is_loose(group: Group) -> bool:
    """Whether a group is of words in any field, and not a quoted phrase alone."""
    is_anywhere = all(isinstance(term, Text) and not term.column for term in group)
    return is_anywhere and (len(group) > 1 or single_word(group) is not None)


STEPS = (with_variants, with_corrections, without_stop_words, with_frequent_words, with_any_word)
WIDENING = (with_variants, without_stop_words)  # they find what is found already, and more


def count_enough(search: Search, known: KnownWords, found: int) -> int:
    """How many papers a step must find to be taken, where so many are found without it."""
    if any(known.is_acronym(word.text) for group in search.groups if (word := single_word(group))):
        return 1
    return found + 1 if found < LITTLE else found * MUCH


def find(typed: str, known: KnownWords, count: Count) -> Found:
    """The search for what was typed, corrected where it finds nothing or very little."""
    search = parse(typed, known.identify)
    is_plain = search.is_plain
    literal = Found(typed, search, condition(search, known.longer), is_plain)
    if not search.groups:
        return literal
    found = count(literal.condition)
    enough = count_enough(search, known, found)
    notes: list[str] = []
    for step in STEPS if not found else WIDENING if found < LITTLE else STEPS[:1]:
        changed, note = step(search, known)
        if note:
            search, notes = changed, [*notes, note]
            made = condition(search, known.longer)
            if count(made) >= enough:
                return Found(typed, search, made, is_plain, tuple(notes), quote(typed))
    return literal
