"""What was read as rows of the database: one row per paper, folded keys, many-to-many links.

Rows are plain mappings from a table's columns to values, in the order in which they are stored; an array is a tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ..citations.formats import make_citations
from ..map.positions import Position
from ..papers.findings import find_problems
from ..papers.grouping import Catalogue, Paper, make_catalogue
from ..papers.joining import Lists
from ..papers.related import Features
from ..reader.problems import Problem
from ..reader.workers import Pool, new_pool
from .list_rows import (
    make_changes,
    make_lists,
    make_problems,
    make_resources,
    make_source_lines,
    make_source_row,
    place_problems,
)
from .map_rows import make_positions, note_positions
from .name_rows import make_authors, make_keywords, make_topics, make_venues
from .paper_rows import (
    find_citekeys,
    make_features,
    make_links,
    make_listings,
    make_paper_authors,
    make_paper_keywords,
    make_papers,
    make_related,
)
from .rows import Checksum, Rows
from .schema.columns import Row

LONG = 5_000  # papers

Result = TypeVar("Result")


@dataclass(frozen=True)
class Records:
    """Rows of every table of the schema, in the order of insertion, and the problems among them.

    Rows of long tables are made in every pass over them. `locations` has where each list was read, by its key,
    `unread` why others could not be. `notes` are sentences on the files beside the list, for its keeper.
    The rows are made of the `catalogue`.
    """

    tables: Mapping[str, Sequence[Row]]
    problems: Sequence[Problem]
    locations: Mapping[str, str]
    unread: Sequence[str]
    notes: Sequence[str]
    checksum: Checksum
    catalogue: Catalogue

    def each(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Each table with its rows, for one pass over all; the last is the list's own, with the others' checksum."""
        yield from self.checksum.each()
        yield "source", self.tables["source"]


def make_records(
    lists: Lists, positions: Mapping[str, Position] | None = None, title: str | None = None, unread: Sequence[str] = ()
) -> Records:
    """All rows of the database from what was read; the lists' `title` is by default the first's.

    There is a map only with `positions`, those of its file.
    """
    catalogue = make_catalogue(lists.entries, lists.number_of if len(lists.lists) > 1 else None)
    related: Sequence[Row] = Rows(begin(make_related, catalogue))
    problems = find_all_problems(catalogue, lists)
    citekeys, added = find_citekeys(catalogue), lists.first_added()
    venues = make_venues(catalogue)
    papers = Rows(lambda: make_papers(catalogue, citekeys, added))
    if positions is not None:
        related = list(related)
    rows_of_lists = make_lists(lists, catalogue, problems)
    tables: dict[str, Sequence[Row]] = {
        "lists": rows_of_lists,
        "topics": make_topics(catalogue, lists.topics),
        "venues": venues,
        "authors": Rows(lambda: make_authors(catalogue)),
        "papers": papers,
        "listings": Rows(lambda: make_listings(catalogue, lists)),
        "paper_authors": Rows(lambda: make_paper_authors(catalogue)),
        "keywords": Rows(lambda: make_keywords(catalogue)),
        "paper_keywords": Rows(lambda: make_paper_keywords(catalogue)),
        "links": Rows(lambda: make_links(catalogue)),
        "related": related,
        "positions": make_positions(positions, papers, related),
        "citations": Rows(lambda: make_citations(papers, venues, pool_for(catalogue.papers))),
        "resources": make_resources(lists),
        "changes": Rows(lambda: make_changes(lists, {paper.id for paper in catalogue.papers})),
        "problems": Rows(lambda: make_problems(problems, catalogue.paper_at, lists)),
        "source_lines": Rows(lambda: make_source_lines(lists, catalogue.paper_at)),
    }
    checksum = Checksum(dict(tables))
    row = make_source_row(rows_of_lists, catalogue, title)
    tables["source"] = Rows(lambda: [{**row, "content_sha256": checksum.value}])
    notes = note_positions(positions, papers)
    return Records(tables, place_problems(problems, lists), lists.locations, unread, notes, checksum, catalogue)


def pool_for(papers: Sequence[Paper]) -> Pool | None:
    """A pool where so many papers are worth the start of its processes."""
    return new_pool if len(papers) > LONG else None


def begin(
    run: Callable[[Iterator[tuple[str, Features]]], Iterator[Result]], catalogue: Catalogue
) -> Callable[[], Iterator[Result]]:
    """The results of a function over what papers are compared by: of many, in another process from now on."""
    make = partial(make_features, catalogue)
    if len(catalogue.papers) > LONG:
        from ..reader.beside import Beside  # here, because most builds need none

        return Beside(run, make).__iter__
    return lambda: run(make())


def find_all_problems(catalogue: Catalogue, lists: Lists) -> list[Problem]:
    """What each list's reading and the comparison of values found, in line order, without what says nothing there."""
    quiet = [one.reading.quiet for one in lists.lists]
    found = (*lists.problems, *find_problems(catalogue, lists))
    return sorted(
        (one for one in found if one.code not in quiet[lists.number_of(one.line)]), key=lambda problem: problem.line
    )
