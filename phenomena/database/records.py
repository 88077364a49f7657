"""What was read as rows of the database: one row per paper, folded keys, many-to-many links.

Rows are plain mappings from a table's columns to values, in the order in which they are stored; an array is a tuple.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..citations.formats import make_citations
from ..map.positions import Position
from ..papers.changes import Change, entries_added, first_added
from ..papers.findings import find_problems
from ..papers.grouping import Catalogue, make_catalogue
from ..reader.problems import Problem
from ..reader.reading import Reading
from ..reader.source import Source
from .map_rows import make_positions, note_positions
from .name_rows import make_authors, make_keywords, make_topics, make_venues
from .paper_rows import make_links, make_listings, make_paper_authors, make_paper_keywords, make_papers, make_related
from .schema.columns import Row


@dataclass(frozen=True)
class Records:
    """Rows of every table of the schema, in the order of insertion, and the problems among them.

    `notes` are sentences on the files beside the list, for its keeper.
    """

    tables: Mapping[str, Sequence[Row]]
    problems: Sequence[Problem]
    notes: Sequence[str] = ()


def make_records(
    source: Source, reading: Reading, changes: Sequence[Change] = (), positions: Mapping[str, Position] | None = None
) -> Records:
    """All rows of the database from what was read. There is a map only with `positions`, those of its file."""
    catalogue = make_catalogue(reading.entries)
    found = [*reading.problems, *find_problems(catalogue, reading.statuses)]
    problems = sorted(found, key=lambda problem: problem.line)
    papers, venues = make_papers(catalogue, first_added(changes)), make_venues(catalogue)
    paper_at_line = [catalogue.paper_at.get(status.entry or 0) for status in reading.statuses]
    tables: dict[str, list[Row]] = {
        "topics": make_topics(catalogue, reading.topics),
        "venues": venues,
        "authors": make_authors(catalogue),
        "papers": papers,
        "listings": make_listings(catalogue, entries_added(changes, catalogue.entries, catalogue.paper_at)),
        "paper_authors": make_paper_authors(catalogue),
        "keywords": make_keywords(catalogue),
        "paper_keywords": make_paper_keywords(catalogue),
        "links": make_links(catalogue),
        "related": (related := make_related(catalogue)),
        "positions": make_positions(positions, papers, related),
        "citations": make_citations(papers, venues),
        "resources": make_resources(reading),
        "changes": make_changes(changes, {paper.id for paper in catalogue.papers}),
        "problems": make_problems(problems, paper_at_line),
        "source_lines": make_source_lines(reading, paper_at_line),
    }
    row = make_source_row(source, reading, catalogue, len(problems))
    tables["source"] = [{**row, "content_sha256": content_hash(tables)}]
    return Records(tables, problems, note_positions(positions, papers))


def make_resources(reading: Reading) -> list[Row]:
    """One row per resource, in list order."""
    return [
        {"id": number, "title": resource.title, "url": resource.url, "line": resource.line}
        for number, resource in enumerate(reading.resources, 1)
    ]


def make_changes(changes: Iterable[Change], listed: Container[str]) -> list[Row]:
    """Rows of table `changes`; a paper that isn't listed any more has no key there."""
    return [
        {"id": number, **vars(change), "paper": change.paper if change.paper in listed else None}
        for number, change in enumerate(changes, 1)
    ]


def make_problems(problems: Sequence[Problem], paper_at_line: Sequence[str | None]) -> list[Row]:
    """One row per problem, in line order."""
    return [
        {
            "id": number,
            "line": problem.line,
            "severity": problem.severity,
            "code": problem.code,
            "paper": paper_at_line[problem.line - 1],
            "field": problem.field,
            "message": problem.message,
            "excerpt": problem.excerpt,
        }
        for number, problem in enumerate(problems, 1)
    ]


def make_source_lines(reading: Reading, paper_at_line: Sequence[str | None]) -> list[Row]:
    """One row per line of the list."""
    return [
        {"line": number, "status": one.status, "paper": paper, "field": one.field}
        for number, (one, paper) in enumerate(zip(reading.statuses, paper_at_line, strict=True), 1)
    ]


def make_source_row(source: Source, reading: Reading, catalogue: Catalogue, problem_count: int) -> Row:
    """The row of the list itself, without the checksum of the other rows."""
    head = reading.head
    return {
        "title": head.title or source.name,
        "description": head.description,
        "homepage": head.homepage,
        "tags": head.tags,
        "name": source.name,
        "url": source.url,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "line_count": len(source.lines),
        "licence": head.licence,
        "entry_count": len(catalogue.entries),
        "paper_count": len(catalogue.papers),
        "problem_count": problem_count,
    }


def content_hash(tables: Mapping[str, Sequence[Row]]) -> str:
    """SHA-256 of all rows as JSON, in hexadecimal: the same whatever SQLite's version writes them."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(json.dumps(name).encode())
        for row in tables[name]:  # one by one, because all as one text take much memory
            digest.update(json.dumps(row, sort_keys=True).encode())
    return digest.hexdigest()
