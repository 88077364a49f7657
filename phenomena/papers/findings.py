"""Problems that show only when values are compared: repetitions, spellings, venues, years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..reader.drafts import Entry
from ..reader.ledger import LineStatus
from ..reader.problems import Problem
from .folding import fold_author, fold_keyword, slug
from .grouping import Catalogue, Paper, entry_identifiers, without_repeats
from .identifiers import Identifiers
from .joining import Lists
from .misspellings import misspelt_keywords
from .namesakes import other_names
from .venues import is_known, parse_venue, split_venue

LAST_MONTH = 3  # of the year after a conference, in which many still post their paper to arXiv


def find_problems(catalogue: Catalogue, lists: Lists) -> Iterable[Problem]:
    """All of them, each at the line of its field. What a list repeats is compared within that list."""
    papers = [part for paper in catalogue.papers for part in parts_of(paper, lists)]
    yield from repeated_entries(papers, lists)
    yield from same_titles(papers, lists)
    keywords = misspelt_keywords(catalogue.entries, catalogue.keyword_names)
    authors = other_names(catalogue.entries, catalogue.author_names)
    known = {paper.entries[0].line: paper.identifiers for paper in catalogue.papers if len(paper.entries) == 1}
    for entry in catalogue.entries:
        problems = [
            *entry_problems(entry, known.get(entry.line) or entry_identifiers(entry)),
            *variant_keywords(entry, catalogue.keyword_names),
            *look_alikes(entry, keywords, authors),
        ]
        line_of = field_lines(entry, lists.statuses) if problems else {}
        for problem in problems:
            field = "authors" if problem.field == "venue" else problem.field
            yield replace(problem, line=line_of.get(field, entry.line))


def parts_of(paper: Paper, lists: Lists) -> list[Paper]:
    """A paper as each list has it."""
    if len(lists.lists) == 1:
        return [paper]
    parts: dict[int, list[Entry]] = defaultdict(list)
    for entry in paper.entries:
        parts[lists.number_of(entry.line)].append(entry)
    return [replace(paper, entries=tuple(entries)) for entries in parts.values()]


def field_lines(entry: Entry, statuses: Sequence[LineStatus]) -> dict[str | None, int]:
    """The first line of each field of an entry, whose lines end where another entry begins."""
    lines: dict[str | None, int] = {}
    for number in range(entry.line, len(statuses) + 1):
        one = statuses[number - 1]
        if one.entry == entry.line:
            lines.setdefault(one.field, number)
        elif one.entry is not None:
            break
    return lines


def entry_problems(entry: Entry, identifiers: Identifiers) -> Iterable[Problem]:
    """What one entry's values and identifiers show."""
    for name, code, texts, fold in (
        ("authors", "duplicate-author", entry.authors, fold_author),
        ("keywords", "duplicate-keyword", entry.keywords, fold_keyword),
    ):
        if len(set(map(fold, texts))) == len(texts):
            continue
        groups: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            groups[fold(text)].append(text)
        for group in groups.values():
            if len(group) > 1:
                yield Problem(entry.line, code, "; ".join(group), name, "; ".join(group))
    submitted = identifiers.submitted
    if entry.venue:
        venue, year = parse_venue(entry.venue)
        if year is None and (written := split_venue(entry.venue).written):
            yield Problem(entry.line, "malformed-year", entry.venue, "venue", written)
        elif year is None and venue.kind != "thesis":
            yield Problem(entry.line, "venue-without-year", entry.venue, "venue")
        if not is_known(venue):
            yield Problem(entry.line, "unknown-venue", entry.venue, "venue", venue.name)
        if year is not None and submitted and submitted > f"{year + 1}-{LAST_MONTH:02}":
            yield Problem(entry.line, "venue-before-arxiv", entry.venue, "venue", submitted)
    if entry.year is not None and submitted and int(submitted[:4]) != entry.year:
        yield Problem(entry.line, "year-mismatch", entry.title, "year", f"heading {entry.year}, arXiv id {submitted}")


def repeated_entries(papers: Iterable[Paper], lists: Lists) -> Iterable[Problem]:
    """A paper twice under one topic, or under one identifier with another title."""
    for paper in papers:
        first = paper.entries[0]
        place = f"line {lists.place(first.line)[1]}"
        topics: set[str | None] = set()
        for entry in paper.entries:
            if entry.topic in topics:
                yield Problem(entry.line, "duplicate-entry", entry.title, "title", f"first on {place}")
            elif slug(entry.title) != slug(first.title):
                detail = f"{place} gives the same link to “{first.title}”"
                yield Problem(entry.line, "duplicate-entry", entry.title, "title", detail)
            topics.add(entry.topic)


def same_titles(papers: Iterable[Paper], lists: Lists) -> Iterable[Problem]:
    """Two papers with one title under different links: kept separate, for the keeper to decide."""
    first: dict[tuple[str, int], Paper] = {}
    for paper in papers:
        entry = paper.entries[0]
        other = first.setdefault((slug(entry.title), lists.number_of(entry.line)), paper)
        if other is not paper:
            place = f"line {lists.place(other.entries[0].line)[1]}"
            yield Problem(entry.line, "same-title", entry.title, "title", f"also on {place}")


def variant_keywords(entry: Entry, names: Mapping[str, str]) -> Iterable[Problem]:
    """Each use of a keyword in a spelling that is not the most used one."""
    for word in without_repeats(entry.keywords, fold_keyword):
        name = names[fold_keyword(word)]
        if word != name:
            yield Problem(entry.line, "keyword-spellings", word, "keywords", f"most often “{name}”")


def look_alikes(entry: Entry, keywords: Mapping[str, str], authors: Mapping[str, str]) -> Iterable[Problem]:
    """Each keyword and author whose key is probably another's: the mappings give that other one."""
    for name, code, texts, others, fold in (
        ("keywords", "keyword-typo", entry.keywords, keywords, fold_keyword),
        ("authors", "author-variant", entry.authors, authors, fold_author),
    ):
        if others.keys().isdisjoint(map(fold, texts)):
            continue
        for text in without_repeats(texts, fold):
            if other := others.get(fold(text)):
                yield Problem(entry.line, code, text, name, other)
