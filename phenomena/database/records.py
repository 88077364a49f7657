"""Room 4: entries to rows. One row a paper, many-to-many links, folded keys; the first mention of a field wins.

Rows are plain mappings from a table's columns to values, in the order in which they are stored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..citations.citations import make_citations
from ..papers.citekeys import make_citekeys
from ..papers.findings import find_problems
from ..papers.folding import fold_author, fold_keyword, slug
from ..papers.grouping import Paper, code_url, group_papers, paper_url, spellings, without_repeats
from ..papers.related import Features, nearest
from ..reader.drafts import Entry
from ..reader.head import Head
from ..reader.problems import Problem
from ..reader.reading import Reading
from ..reader.source import Source

Value = str | int | float | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Records:
    """Rows of every table of the schema, in the order of insertion, and the problems among them."""

    tables: Mapping[str, Sequence[Row]]
    problems: Sequence[Problem]


def make_records(source: Source, reading: Reading) -> Records:
    """All rows of the database from what was read."""
    maker = Maker(reading)
    tables: dict[str, list[Row]] = {
        "topics": maker.topics(),
        "venues": maker.venues(),
        "authors": maker.people(),
        "papers": maker.papers(),
        "listings": maker.listings(),
        "paper_authors": maker.links_to("author", lambda paper: paper.authors, fold_author),
        "keywords": maker.words(),
        "paper_keywords": maker.links_to("keyword", lambda paper: paper.keywords, fold_keyword),
        "links": maker.links(),
        "related": maker.related(),
        "resources": maker.resources(),
    }
    tables["citations"] = make_citations(tables["papers"], tables["venues"])
    problems = sorted(
        [*reading.problems, *find_problems(reading, maker.all, maker.keyword_names, maker.author_names)],
        key=lambda problem: problem.line,
    )
    tables["problems"] = maker.problem_rows(problems)
    tables["source_lines"] = maker.statuses()
    counts = {
        "entry_count": len(reading.entries),
        "paper_count": len(maker.all),
        "problem_count": len(problems),
    }
    tables["source"] = [{**source_row(source, reading.head), **counts, "content_sha256": content_hash(tables)}]
    return Records(tables, problems)


class Maker:
    """Makes the rows of one list; knows for each entry its paper, and for each key its most used spelling."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.all = group_papers(reading.entries)
        self.id_of = {entry.line: paper.id for paper in self.all for entry in paper.entries}
        self.author_spellings = spellings((name for e in reading.entries for name in e.authors), fold_author)
        self.keyword_spellings = spellings((word for e in reading.entries for word in e.keywords), fold_keyword)
        self.author_names = {key: written[0] for key, written in self.author_spellings.items()}
        self.keyword_names = {key: written[0] for key, written in self.keyword_spellings.items()}

    def topics(self) -> list[Row]:
        filed: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.reading.entries:
            if entry.topic:
                filed[slug(entry.topic)].append(entry)
        first = {slug(topic.name): topic for topic in reversed(self.reading.topics)}
        return [
            {
                "id": key,
                "name": first[key].name,
                "position": position,
                "image_url": first[key].image_url,
                "paper_count": len({self.id_of[entry.line] for entry in entries}),
                **span(entry.year for entry in entries),
            }
            for position, (key, entries) in enumerate(filed.items(), 1)
        ]

    def venues(self) -> list[Row]:
        found = [paper.venue[0] for paper in self.all if paper.venue]
        counts = Counter(venue.id for venue in found)
        first = {venue.id: venue for venue in reversed(found)}
        return [
            {"id": v.id, "name": v.name, "full_name": v.full_name, "kind": v.kind, "paper_count": counts[v.id]}
            for v in sorted(first.values(), key=lambda venue: venue.id)
        ]

    def papers(self) -> list[Row]:
        citekeys = make_citekeys(
            (p.id, p.authors, p.year, p.entries[0].title, p.identifiers.submitted) for p in self.all
        )
        return [self.paper(paper, citekeys[paper.id]) for paper in self.all]

    def paper(self, paper: Paper, citekey: str) -> Row:
        venue, venue_year = paper.venue or (None, None)
        topic = paper.first(lambda entry: entry.topic)
        code = paper.first(lambda entry: code_url(entry.links))
        topics = list(dict.fromkeys(entry.topic for entry in paper.entries if entry.topic))
        return {
            "id": paper.id,
            "title": paper.entries[0].title,
            "topic": slug(str(topic)) if topic else None,
            "year": paper.year,
            "submitted": paper.identifiers.submitted,
            "venue": venue.id if venue else None,
            "venue_year": venue_year,
            "authors": as_json(self.author_names[fold_author(name)] for name in paper.authors),
            "author_count": len(paper.authors),
            "first_author": fold_author(paper.authors[0]) if paper.authors else None,
            "keywords": as_json(self.keyword_names[fold_keyword(word)] for word in paper.keywords),
            "topics": as_json(topics),
            "digest": paper.first(lambda entry: entry.digest),
            "paper_url": paper.first(lambda entry: paper_url(entry.links)),
            "code_url": code,
            "code_host": host(str(code)) if code else None,
            "arxiv_id": paper.identifiers.arxiv_id,
            "doi": paper.identifiers.doi,
            "openreview_id": paper.identifiers.openreview_id,
            "citekey": citekey,
        }

    def listings(self) -> list[Row]:
        rows: list[Row] = []
        places: Counter[tuple[str | None, int | None]] = Counter()
        for number, entry in enumerate(self.reading.entries, 1):
            places[entry.topic, entry.year] += 1
            rows.append(
                {
                    "id": number,
                    "paper": self.id_of[entry.line],
                    "topic": slug(entry.topic) if entry.topic else None,
                    "year": entry.year,
                    "position": places[entry.topic, entry.year],
                    "line": entry.line,
                    "title": entry.title,
                    "authors": as_json(without_repeats(entry.authors, fold_author)),
                    "venue": entry.venue,
                    "keywords": as_json(entry.keywords),
                    "paper_url": paper_url(entry.links),
                    "code_url": code_url(entry.links),
                    "digest": entry.digest,
                }
            )
        return rows

    def people(self) -> list[Row]:
        return self.folded(self.author_spellings, lambda paper: paper.authors, fold_author)

    def words(self) -> list[Row]:
        return self.folded(self.keyword_spellings, lambda paper: paper.keywords, fold_keyword)

    def folded(
        self, written: Mapping[str, Sequence[str]], of: Callable[[Paper], Sequence[str]], fold: Callable[[str], str]
    ) -> list[Row]:
        """One row a key, sorted by key."""
        papers: dict[str, list[Paper]] = defaultdict(list)
        for paper in self.all:
            for text in of(paper):
                papers[fold(text)].append(paper)
        return [
            {
                "id": key,
                "name": written[key][0],
                "paper_count": len(papers[key]),
                "spellings": as_json(written[key]),
                **span(paper.year for paper in papers[key]),
            }
            for key in sorted(papers)
        ]

    def links_to(self, name: str, of: Callable[[Paper], Sequence[str]], fold: Callable[[str], str]) -> list[Row]:
        """The rows that tie papers to authors or keywords, positions from 1."""
        return [
            {"paper": paper.id, "position": position, name: fold(text), "as_written": text}
            for paper in self.all
            for position, text in enumerate(of(paper), 1)
        ]

    def links(self) -> list[Row]:
        rows: list[Row] = []
        for entry in self.reading.entries:
            for place, links in (("title", entry.links), ("digest", entry.digest_links)):
                for link in links:
                    rows.append(
                        {
                            "id": len(rows) + 1,
                            "paper": self.id_of[entry.line],
                            "label": link.label,
                            "url": link.url,
                            "host": host(link.url),
                            "field": place,
                        }
                    )
        return rows

    def related(self) -> list[Row]:
        features = {
            paper.id: Features(
                keywords={fold_keyword(word): self.keyword_names[fold_keyword(word)] for word in paper.keywords},
                authors={fold_author(name): self.author_names[fold_author(name)] for name in paper.authors},
                title=paper.entries[0].title,
                digest=str(paper.first(lambda entry: entry.digest) or ""),
            )
            for paper in self.all
        }
        return [
            {"paper": n.paper, "rank": n.rank, "related": n.related, "score": n.score, "shared": as_json(n.shared)}
            for n in nearest(features)
        ]

    def resources(self) -> list[Row]:
        return [
            {"id": number, "title": resource.title, "url": resource.url, "line": resource.line}
            for number, resource in enumerate(self.reading.resources, 1)
        ]

    def problem_rows(self, problems: Sequence[Problem]) -> list[Row]:
        return [
            {
                "id": number,
                "line": problem.line,
                "severity": problem.severity,
                "code": problem.code,
                "paper": self.paper_at(problem.line),
                "field": problem.field,
                "message": problem.message,
                "excerpt": problem.excerpt,
            }
            for number, problem in enumerate(problems, 1)
        ]

    def statuses(self) -> list[Row]:
        return [
            {"line": number, "status": one.status, "paper": self.paper_at(number), "field": one.field}
            for number, one in enumerate(self.reading.statuses, 1)
        ]

    def paper_at(self, line: int) -> str | None:
        """The paper whose entry has a line."""
        entry = self.reading.statuses[line - 1].entry
        return self.id_of.get(entry) if entry is not None else None


def host(url: str) -> str | None:
    """The host of an http(s) address, in lower case and without www."""
    if not re.match(r"https?://", url, re.I):
        return None
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def span(years: Iterable[int | None]) -> dict[str, int | None]:
    """First and last of some years."""
    known = [year for year in years if year is not None]
    return {"first_year": min(known, default=None), "last_year": max(known, default=None)}


def as_json(texts: Iterable[str]) -> str:
    """A JSON array that stays readable: no escapes for letters beyond ASCII."""
    return json.dumps(list(texts), ensure_ascii=False)


def content_hash(tables: Mapping[str, Sequence[Row]]) -> str:
    """SHA-256 of all rows as JSON, in hexadecimal: the same whatever SQLite's version writes them."""
    digest = hashlib.sha256()
    opening = "{"
    for name in sorted(tables):  # row by row, because all as one text take much memory
        digest.update(f"{opening}{json.dumps(name)}: [".encode())
        for place, row in enumerate(tables[name]):
            digest.update(((", " if place else "") + json.dumps(row, sort_keys=True)).encode())
        opening = "], "
    digest.update(b"]}")
    return digest.hexdigest()


def source_row(source: Source, head: Head) -> Row:
    """The row of `source`, but for its counts."""
    return {
        "title": head.title or source.name,
        "description": head.description,
        "homepage": head.homepage,
        "tags": as_json(head.tags),
        "name": source.name,
        "url": source.url,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "line_count": len(source.lines),
        "licence": head.licence,
    }
