"""What was read as rows of the database: one row per paper, folded keys, many-to-many links.

Rows are plain mappings from a table's columns to values, in the order in which they are stored; an array is a tuple.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..citations.formats import make_citations
from ..map.positions import Position
from ..papers.changes import Change, entries_added, first_added
from ..papers.findings import find_problems
from ..papers.grouping import Catalogue, make_catalogue
from ..reader.ledger import LineStatus
from ..reader.problems import Problem
from ..reader.reading import Reading
from ..reader.source import Source
from .map_rows import make_positions, note_positions
from .name_rows import make_authors, make_keywords, make_topics, make_venues
from .paper_rows import (
    find_citekeys,
    make_links,
    make_listings,
    make_paper_authors,
    make_paper_keywords,
    make_papers,
    make_related,
)
from .rows import Checksum, Rows
from .schema.columns import Row


@dataclass(frozen=True)
class Records:
    """Rows of every table of the schema, in the order of insertion, and the problems among them.

    Rows of long tables are made in every pass over them. `notes` are sentences on the files beside the list, for its
    keeper.
    """

    tables: Mapping[str, Sequence[Row]]
    problems: Sequence[Problem]
    notes: Sequence[str]
    checksum: Checksum

    def each(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Each table with its rows, for one pass over all; the last is the list's own, with the others' checksum."""
        yield from self.checksum.each()
        yield "source", self.tables["source"]


def make_records(
    source: Source, reading: Reading, changes: Sequence[Change] = (), positions: Mapping[str, Position] | None = None
) -> Records:
    """All rows of the database from what was read. There is a map only with `positions`, those of its file."""
    catalogue = make_catalogue(reading.entries)
    found = [*reading.problems, *find_problems(catalogue, reading.statuses)]
    problems = sorted((one for one in found if one.code not in reading.quiet), key=lambda problem: problem.line)
    citekeys, added = find_citekeys(catalogue), first_added(changes)
    venues = make_venues(catalogue)
    papers = Rows(lambda: make_papers(catalogue, citekeys, added))
    related: Sequence[Row] = Rows(lambda: make_related(catalogue))
    if positions is not None:
        related = list(related)
    tables: dict[str, Sequence[Row]] = {
        "topics": make_topics(catalogue, reading.topics),
        "venues": venues,
        "authors": Rows(lambda: make_authors(catalogue)),
        "papers": papers,
        "listings": Rows(
            lambda: make_listings(catalogue, entries_added(changes, catalogue.entries, catalogue.paper_at))
        ),
        "paper_authors": Rows(lambda: make_paper_authors(catalogue)),
        "keywords": Rows(lambda: make_keywords(catalogue)),
        "paper_keywords": Rows(lambda: make_paper_keywords(catalogue)),
        "links": Rows(lambda: make_links(catalogue)),
        "related": related,
        "positions": make_positions(positions, papers, related),
        "citations": Rows(lambda: make_citations(papers, venues)),
        "resources": make_resources(reading),
        "changes": Rows(lambda: make_changes(changes, {paper.id for paper in catalogue.papers})),
        "problems": Rows(lambda: make_problems(problems, catalogue.paper_at, reading.statuses)),
        "source_lines": Rows(lambda: make_source_lines(reading.statuses, catalogue.paper_at)),
    }
    checksum = Checksum(dict(tables))
    row = make_source_row(source, reading, catalogue, len(problems))
    tables["source"] = Rows(lambda: [{**row, "content_sha256": checksum.value}])
    return Records(tables, problems, note_positions(positions, papers), checksum)


def make_resources(reading: Reading) -> list[Row]:
    """One row per resource, in list order."""
    return [
        {"id": number, "title": resource.title, "url": resource.url, "line": resource.line}
        for number, resource in enumerate(reading.resources, 1)
    ]


def make_changes(changes: Iterable[Change], listed: Container[str]) -> Iterator[Row]:
    """Rows of table `changes`; a paper that isn't listed any more has no key there."""
    for number, change in enumerate(changes, 1):
        yield {"id": number, **vars(change), "paper": change.paper if change.paper in listed else None}


def make_problems(
    problems: Iterable[Problem], paper_at: Mapping[int, str], statuses: Sequence[LineStatus]
) -> Iterator[Row]:
    """One row per problem, in line order."""
    for number, problem in enumerate(problems, 1):
        yield {
            "id": number,
            "line": problem.line,
            "severity": problem.severity,
            "code": problem.code,
            "paper": paper_at.get(statuses[problem.line - 1].entry or 0),
            "field": problem.field,
            "message": problem.message,
            "excerpt": problem.excerpt,
        }


def make_source_lines(statuses: Iterable[LineStatus], paper_at: Mapping[int, str]) -> Iterator[Row]:
    """One row per line of the list."""
    for number, one in enumerate(statuses, 1):
        yield {"line": number, "status": one.status, "paper": paper_at.get(one.entry or 0), "field": one.field}


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
