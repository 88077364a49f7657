"""Rows of papers, of the entries that list them, and of what ties papers to authors, keywords, links and each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from ..papers.citekeys import make_citekeys
from ..papers.folding import fold_author, fold_keyword, slug
from ..papers.grouping import Catalogue, Paper, code_url, paper_url, without_repeats
from ..papers.joining import Lists
from ..papers.related import Features, nearest
from .schema.columns import Row


def find_citekeys(catalogue: Catalogue) -> dict[str, str]:
    """Paper to citation key."""
    return make_citekeys(
        (p.id, p.authors, p.year, p.entries[0].title, p.identifiers.submitted) for p in catalogue.papers
    )


def make_papers(catalogue: Catalogue, citekeys: Mapping[str, str], added: Mapping[str, str]) -> Iterator[Row]:
    """One row per paper; of a field that several entries give, the first mention wins."""
    return (make_paper(paper, catalogue, citekeys[paper.id], added.get(paper.id)) for paper in catalogue.papers)


def make_paper(paper: Paper, catalogue: Catalogue, citekey: str, added: str | None) -> Row:
    """The row of one paper."""
    venue, venue_year = paper.venue or (None, None)
    topic = paper.first(lambda entry: entry.topic)
    code = paper.first(lambda entry: code_url(entry.links))
    return {
        "id": paper.id,
        "title": paper.entries[0].title,
        "topic": slug(str(topic)) if topic else None,
        "year": paper.year,
        "submitted": paper.identifiers.submitted,
        "added": added,
        "venue": venue.id if venue else None,
        "venue_year": venue_year,
        "authors": tuple(catalogue.authors_of(paper).values()),
        "author_count": len(paper.authors),
        "first_author": fold_author(paper.authors[0]) if paper.authors else None,
        "keywords": tuple(catalogue.keywords_of(paper).values()),
        "topics": tuple(dict.fromkeys(entry.topic for entry in paper.entries if entry.topic)),
        "digest": paper.first(lambda entry: entry.digest),
        "paper_url": paper.first(lambda entry: paper_url(entry.links)),
        "code_url": code,
        "code_host": host(str(code)) if code else None,
        "arxiv_id": paper.identifiers.arxiv_id,
        "doi": paper.identifiers.doi,
        "openreview_id": paper.identifiers.openreview_id,
        "citekey": citekey,
    }


def make_listings(catalogue: Catalogue, lists: Lists) -> Iterator[Row]:
    """One row per entry, in list order."""
    added = lists.entries_added(catalogue.paper_at)
    places: Counter[tuple[str, str | None, int | None]] = Counter()
    for number, entry in enumerate(catalogue.entries, 1):
        name, line = lists.place(entry.line)
        places[name, entry.topic, entry.year] += 1
        yield {
            "id": number,
            "list": name,
            "paper": catalogue.paper_at[entry.line],
            "topic": slug(entry.topic) if entry.topic else None,
            "year": entry.year,
            "position": places[name, entry.topic, entry.year],
            "line": line,
            "added": added.get(entry.line),
            "title": entry.title,
            "authors": without_repeats(entry.authors, fold_author),
            "venue": entry.venue,
            "keywords": entry.keywords,
            "paper_url": paper_url(entry.links),
            "code_url": code_url(entry.links),
            "digest": entry.digest,
        }


def make_paper_authors(catalogue: Catalogue) -> Iterator[Row]:
    """One row per paper and author, positions from 1."""
    return make_ties(catalogue, "author", lambda paper: paper.authors, fold_author)


def make_paper_keywords(catalogue: Catalogue) -> Iterator[Row]:
    """One row per paper and keyword, positions from 1."""
    return make_ties(catalogue, "keyword", lambda paper: paper.keywords, fold_keyword)


def make_ties(
    catalogue: Catalogue, column: str, names_of: Callable[[Paper], Sequence[str]], fold: Callable[[str], str]
) -> Iterator[Row]:
    """One row per paper and name; `column` holds the name's key."""
    return (
        {"paper": paper.id, "position": position, column: fold(name), "as_written": name}
        for paper in catalogue.papers
        for position, name in enumerate(names_of(paper), 1)
    )


def make_links(catalogue: Catalogue) -> Iterator[Row]:
    """One row per link of titles and digests, in list order."""
    found = (
        (entry, place, link)
        for entry in catalogue.entries
        for place, links in (("title", entry.links), ("digest", entry.digest_links))
        for link in links
    )
    return (
        {
            "id": number,
            "paper": catalogue.paper_at[entry.line],
            "label": link.label,
            "url": link.url,
            "host": host(link.url),
            "field": place,
        }
        for number, (entry, place, link) in enumerate(found, 1)
    )


def make_features(catalogue: Catalogue) -> Iterator[tuple[str, Features]]:
    """Each paper's key, and what it is compared by."""
    return (
        (
            paper.id,
            Features(
                keywords=catalogue.keywords_of(paper),
                authors=catalogue.authors_of(paper),
                title=paper.entries[0].title,
                digest=str(paper.first(lambda entry: entry.digest) or ""),
            ),
        )
        for paper in catalogue.papers
    )


def make_related(papers: Iterable[tuple[str, Features]]) -> Iterator[Row]:
    """One row per paper and neighbour, nearest first."""
    return (
        {"paper": n.paper, "rank": n.rank, "related": n.related, "score": n.score, "shared": n.shared}
        for n in nearest(papers)
    )


def host(url: str) -> str | None:
    """The host of an http(s) address, in lower case and without www."""
    if not re.match(r"https?://", url, re.I):
        return None
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None
