"""Entries grouped into distinct papers, each with a permanent key; and what each of its fields is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..reader.drafts import Entry
from ..reader.grammar.links import Link
from .folding import fold_author, fold_keyword, hashed, slug
from .identifiers import Identifiers, find_identifiers
from .venues import Venue, parse_venue


@dataclass(frozen=True, slots=True)
class Paper:
    """A distinct paper with its entries in list order, none of them empty.

    `authors` are the names as written in the first entry that has any, without a second mention; `keywords` those of
    all entries, each key once.
    """

    id: str
    entries: tuple[Entry, ...]
    identifiers: Identifiers
    authors: tuple[str, ...]
    keywords: tuple[str, ...]

    def first(self, value: Callable[[Entry], str | int | None]) -> str | int | None:
        """The first entry's value that isn't missing."""
        return next((found for entry in self.entries if (found := value(entry)) is not None), None)

    @property
    def year(self) -> int | None:
        """The list's year, of the first entry that has one."""
        return next((entry.year for entry in self.entries if entry.year is not None), None)

    @property
    def venue(self) -> tuple[Venue, int | None] | None:
        """Venue and its year, of the first entry that has one."""
        written = next((entry.venue for entry in self.entries if entry.venue), None)
        return parse_venue(written) if written else None


@dataclass(frozen=True)
class Catalogue:
    """A list's entries and distinct papers, and every spelling of each author and keyword, the most used first."""

    entries: Sequence[Entry]
    papers: Sequence[Paper]
    author_spellings: Mapping[str, tuple[str, ...]]
    keyword_spellings: Mapping[str, tuple[str, ...]]

    @cached_property
    def paper_at(self) -> Mapping[int, str]:
        """The line on which each entry begins, to its paper's key."""
        return {entry.line: paper.id for paper in self.papers for entry in paper.entries}

    @cached_property
    def author_names(self) -> Mapping[str, str]:
        """Key to most used spelling."""
        return {key: written[0] for key, written in self.author_spellings.items()}

    @cached_property
    def keyword_names(self) -> Mapping[str, str]:
        """Key to most used spelling."""
        return {key: written[0] for key, written in self.keyword_spellings.items()}

    def authors_of(self, paper: Paper) -> dict[str, str]:
        """Key to most used spelling of a paper's authors, in order."""
        return {key: self.author_names[key] for key in map(fold_author, paper.authors)}

    def keywords_of(self, paper: Paper) -> dict[str, str]:
        """Key to most used spelling of a paper's keywords, in order."""
        return {key: self.keyword_names[key] for key in map(fold_keyword, paper.keywords)}


def make_catalogue(entries: Sequence[Entry], list_of: Callable[[int], int] | None = None) -> Catalogue:
    """What the entries hold, grouped into papers and folded to keys; of several lists, `list_of` gives a line's."""
    papers = group_papers(entries)
    return Catalogue(
        entries,
        merge_papers(papers, list_of) if list_of else papers,
        spellings((name for entry in entries for name in entry.authors), fold_author),
        spellings((word for entry in entries for word in entry.keywords), fold_keyword),
    )


def group_papers(entries: Iterable[Entry]) -> list[Paper]:
    """Distinct papers in the order of first mention. Two papers never share a key."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    found: dict[str, Identifiers] = {}
    identity_of: dict[str, str] = {}
    for entry in entries:
        identifiers = entry_identifiers(entry)
        identity = identifiers.identity or f"title:{slug(entry.title)}"
        key = identifiers.key or slug(entry.title)
        if identity_of.setdefault(key, identity) != identity:
            key = f"{key}-{hashed(identity)}"
        groups[key].append(entry)
        found.setdefault(key, identifiers)
    return [make_paper(key, tuple(group), found[key]) for key, group in groups.items()]


def merge_papers(papers: Iterable[Paper], list_of: Callable[[int], int]) -> list[Paper]:
    """Papers of several lists, those with one title and like authors made one: what one list gives by its arXiv id, and
    another by its DOI or by its title alone.

    Two papers of one list stay two, and so do two that identifiers of one kind tell apart.
    """
    merged: list[Paper] = []
    places: dict[str, list[int]] = defaultdict(list)  # in `merged`, by title
    for paper in papers:
        same = places[slug(paper.entries[0].title)]
        place = next((one for one in same if is_same(merged[one], paper, list_of)), None)
        if place is None:
            same.append(len(merged))
            merged.append(paper)
        else:
            merged[place] = merge(merged[place], paper)
    return merged


def is_same(one: Paper, other: Paper, list_of: Callable[[int], int]) -> bool:
    """Whether two papers with one title are the same: no list has both, and neither authors nor identifiers differ."""
    lists, others = ({list_of(entry.line) for entry in paper.entries} for paper in (one, other))
    authors, names = (set(map(fold_author, paper.authors)) for paper in (one, other))
    is_like = not authors or not names or bool(authors & names)
    return is_like and not lists & others and one.identifiers.agree(other.identifiers)


def merge(one: Paper, other: Paper) -> Paper:
    """The paper of all entries of two, in order; its key is that of the first with an identifier."""
    entries = tuple(sorted((*one.entries, *other.entries), key=lambda entry: entry.line))
    key = one.id if one.identifiers.identity or not other.identifiers.identity else other.id
    return make_paper(key, entries, one.identifiers.joined(other.identifiers))


def make_paper(key: str, entries: tuple[Entry, ...], identifiers: Identifiers) -> Paper:
    """The paper of some entries."""
    authors = next((entry.authors for entry in entries if entry.authors), ())
    keywords = tuple(word for entry in entries for word in entry.keywords)
    if len(entries) == 1:
        keywords = entries[0].keywords
    return Paper(
        key, entries, identifiers, without_repeats(authors, fold_author), without_repeats(keywords, fold_keyword)
    )


def entry_identifiers(entry: Entry) -> Identifiers:
    """The identifiers in an entry's links, those of code left out."""
    return find_identifiers(link.url for link in entry.links if not link.is_code)


def spellings(texts: Iterable[str], fold: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """Key to all spellings, the most used first; among equals the one that is written first."""
    counts = Counter(texts)
    written: dict[str, tuple[str, ...]] = {}
    for text in counts:
        key = fold(text)
        written[key] = (*written[key], text) if key in written else (text,)
    return {
        key: found if len(found) == 1 else tuple(sorted(found, key=counts.__getitem__, reverse=True))
        for key, found in written.items()
    }


def without_repeats(texts: tuple[str, ...], fold: Callable[[str], str]) -> tuple[str, ...]:
    """The first text of each key, in order; the tuple itself where there is no other."""
    if len(set(map(fold, texts))) == len(texts):
        return texts
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(fold(text), text)
    return tuple(first.values())


def paper_url(links: Iterable[Link]) -> str | None:
    """The first address whose link isn't labelled code."""
    return next((link.url for link in links if link.url and not link.is_code), None)


def code_url(links: Iterable[Link]) -> str | None:
    """The first address whose link is labelled code."""
    return next((link.url for link in links if link.url and link.is_code), None)
