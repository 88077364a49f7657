"""Rows of what papers share: topics, venues, authors and keywords, each with its papers counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..papers.folding import fold_author, fold_keyword, fold_words, slug
from ..papers.grouping import Catalogue, Paper
from ..papers.names import split_name
from ..reader.drafts import Entry
from ..reader.reading import Topic
from .schema.columns import Row


def make_topics(catalogue: Catalogue, topics: Sequence[Topic]) -> list[Row]:
    """One row per topic that holds an entry, in list order."""
    filed: dict[str, list[Entry]] = defaultdict(list)
    for entry in catalogue.entries:
        if entry.topic:
            filed[slug(entry.topic)].append(entry)
    first = {slug(topic.name): topic for topic in reversed(topics)}
    descriptions: dict[str, list[str]] = defaultdict(list)
    for topic in topics:
        if topic.description:
            descriptions[slug(topic.name)].append(topic.description)
    return [
        {
            "id": key,
            "name": first[key].name,
            "position": position,
            "image_url": first[key].image_url,
            "description": " ".join(descriptions[key]) or None,
            "paper_count": len({catalogue.paper_at[entry.line] for entry in entries}),
            **span(entry.year for entry in entries),
        }
        for position, (key, entries) in enumerate(filed.items(), 1)
    ]


def make_venues(catalogue: Catalogue) -> list[Row]:
    """One row per venue, sorted by key."""
    found = [paper.venue[0] for paper in catalogue.papers if paper.venue]
    counts = Counter(venue.id for venue in found)
    first = {venue.id: venue for venue in reversed(found)}
    return [
        {"id": v.id, "name": v.name, "full_name": v.full_name, "kind": v.kind, "paper_count": counts[v.id]}
        for v in sorted(first.values(), key=lambda venue: venue.id)
    ]


def make_authors(catalogue: Catalogue) -> Iterator[Row]:
    """One row per author, sorted by key."""
    rows = make_names(catalogue.papers, catalogue.author_spellings, lambda paper: paper.authors, fold_author)
    return ({**row, "sort_name": sort_name(str(row["name"]))} for row in rows)


def sort_name(name: str) -> str:
    """A name as lists of people sort it.

    >>> sort_name("Mihaela van der Schaar"), sort_name("Léon Bottou"), sort_name("BIG-bench Collaboration")
    ('van der schaar mihaela', 'bottou leon', 'big bench collaboration')
    """
    parts = split_name(name)
    return fold_words(" ".join([*parts.von, *parts.last, *parts.first, *parts.jr]))


def make_keywords(catalogue: Catalogue) -> Iterator[Row]:
    """One row per keyword, sorted by key."""
    rows = make_names(catalogue.papers, catalogue.keyword_spellings, lambda paper: paper.keywords, fold_keyword)
    topics = main_topics(catalogue)
    return ({**row, "topic": topics.get(str(row["id"]))} for row in rows)


def main_topics(catalogue: Catalogue) -> Mapping[str, str]:
    """Key of each keyword to that of the topic with most of its papers, among equals the list's first."""
    places: dict[str, int] = {}
    for entry in catalogue.entries:
        places.setdefault(slug(entry.topic or ""), len(places))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for paper in catalogue.papers:
        for keyword in paper.keywords:
            counts[fold_keyword(keyword)].update({slug(entry.topic) for entry in paper.entries if entry.topic})
    return {
        key: min(topics, key=lambda topic: (-topics[topic], places[topic])) for key, topics in counts.items() if topics
    }


def make_names(
    papers: Iterable[Paper],
    spellings: Mapping[str, tuple[str, ...]],
    names_of: Callable[[Paper], Sequence[str]],
    fold: Callable[[str], str],
) -> Iterator[Row]:
    """One row per key of the names that papers have."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for paper in papers:
        year = paper.year
        for key in map(fold, names_of(paper)):
            counts[key] += 1
            if year is not None:
                first[key] = min(year, first.get(key, year))
                last[key] = max(year, last.get(key, year))
    for key in sorted(counts):
        yield {
            "id": key,
            "name": spellings[key][0],
            "paper_count": counts[key],
            "spellings": spellings[key],
            "first_year": first.get(key),
            "last_year": last.get(key),
        }


def span(years: Iterable[int | None]) -> dict[str, int | None]:
    """First and last of some years."""
    known = [year for year in years if year is not None]
    return {"first_year": min(known, default=None), "last_year": max(known, default=None)}
