"""Authors who are probably one person under two names: with and without a middle name, or with its initial.

A guess, so nobody is merged: the keeper decides. Names are compared only within one family and first name, so the
work grows with the size of the list, not with its square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..reader.drafts import Entry
from .folding import fold_author
from .names import split_name

GIVEN = re.compile(r"[^\s.]+")  # H and S of H.S.; Yu-Xiang as a whole
COMMON_BEARERS = 5  # a family name with more first names than this in the list is a common one
COMMON_FAMILY = re.compile(  # of millions of people, so common even in a list of three papers
    "chen|choi|gao|guo|he|hu|huang|kim|kumar|lee|li|lin|liu|luo|ma|nguyen|park|singh|smith|sun|tran|wang|wu|xie|xu|yang|"
    "zhang|zhao|zheng|zhou|zhu"
)
MAX_TEAM = 100  # authors; a paper with more doesn't show who works with whom


@dataclass(frozen=True)
class Form:
    """One name: its key, its middle names, and the entries that have it."""

    key: str
    middle: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def rank(self) -> tuple[int, int, str]:
        """Sorts the most used name first, then the one with most letters."""
        return -len(self.entries), -sum(map(len, self.middle)), self.key

    @property
    def coauthors(self) -> frozenset[str]:
        """Keys of all who are named beside it."""
        teams = (entry.authors for entry in self.entries if len(entry.authors) <= MAX_TEAM)
        return frozenset(fold_author(name) for team in teams for name in team) - {self.key}


def other_names(entries: Sequence[Entry], names: Mapping[str, str]) -> dict[str, str]:
    """Key of each author who is probably listed under another name too, to that name; `names` is key to name.

    Of several names the most used stays, or the fullest. Under a common family name a co-author must be shared.
    """
    found: dict[str, str] = {}
    for forms, common in similar_names(entries, names):
        best, *others = sorted(forms, key=lambda form: form.rank)
        if others and are_one_person(forms):
            known = best.coauthors if common else frozenset()
            found |= {one.key: names[best.key] for one in others if not common or not known.isdisjoint(one.coauthors)}
    return found


def similar_names(entries: Sequence[Entry], names: Mapping[str, str]) -> Iterator[tuple[list[Form], bool]]:
    """The names that share family name, suffix and first name; and whether the family name is a common one.

    A first name that is only an initial is too little to go by.
    """
    families: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, name in names.items():
        family, given = family_and_given(name)
        if given and len(given[0]) > 1:
            families[family][given[0]].append(key)
    groups = [keys for by_first_name in families.values() for keys in by_first_name.values() if len(keys) > 1]
    entries_of = find_entries(entries, {key for keys in groups for key in keys})
    for family, by_first_name in families.items():
        common = bool(COMMON_FAMILY.fullmatch(family)) or len(by_first_name) > COMMON_BEARERS
        for keys in by_first_name.values():
            if len(keys) > 1:
                middles = [tuple(family_and_given(names[key])[1][1:]) for key in keys]
                forms = [Form(key, middle, tuple(entries_of[key])) for key, middle in zip(keys, middles, strict=True)]
                yield forms, common


def family_and_given(name: str) -> tuple[str, list[str]]:
    """The keys of a family name, with its suffix, and of each given name."""
    parts = split_name(name)
    given = [fold_author(one) for one in GIVEN.findall(" ".join(parts.first))]
    return fold_author(" ".join([*parts.von, *parts.last, *parts.jr])), given


def find_entries(entries: Iterable[Entry], keys: Container[str]) -> dict[str, list[Entry]]:
    """Each of some authors to the entries that have it."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in set(map(fold_author, entry.authors)):
            if key in keys:
                found[key].append(entry)
    return found


def are_one_person(forms: Sequence[Form]) -> bool:
    """Whether all middle names are found in one of the names, and no two of the names are in one entry."""
    fullest = max(forms, key=lambda form: sum(map(len, form.middle)))
    lines = [entry.line for form in forms for entry in form.entries]
    return len(lines) == len(set(lines)) and all(abbreviates(form.middle, fullest.middle) for form in forms)


def abbreviates(middle: Sequence[str], full: Sequence[str]) -> bool:
    """Whether middle names are some of others, in order, each whole or as its initial.

    >>> abbreviates([], ["h", "s"]), abbreviates(["m"], ["michael"]), abbreviates(["x"], ["michael"])
    (True, True, False)
    """
    rest = iter(full)
    return all(any(name in (other, other[0]) for other in rest) for name in middle)
