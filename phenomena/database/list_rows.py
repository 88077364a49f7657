"""Rows of the lists themselves: each list, its resources, changes, problems and lines, and what they are as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from ..papers.changes import COLUMNS
from ..papers.grouping import Catalogue
from ..papers.joining import Lists
from ..reader.problems import Problem
from .schema.columns import Row

SUMS = ("bytes", "line_count", "entry_count", "problem_count")


def make_lists(lists: Lists, catalogue: Catalogue, problems: Iterable[Problem]) -> list[Row]:
    """One row per list, in order."""
    found = [{lists.number_of(entry.line) for entry in paper.entries} for paper in catalogue.papers]
    papers = Counter(number for numbers in found for number in numbers)
    own = Counter(number for numbers in found if len(numbers) == 1 for number in numbers)
    problem_counts = Counter(lists.number_of(problem.line) for problem in problems)
    return [
        {
            "id": lists.ids[number],
            "position": number + 1,
            "name": one.name,
            "description": one.reading.head.description,
            "homepage": one.reading.head.homepage,
            "tags": one.reading.head.tags,
            "file": one.source.name,
            "url": one.source.url,
            "licence": one.declared.licence or one.reading.head.licence,
            "sha256": one.source.sha256,
            "bytes": one.source.bytes,
            "line_count": one.line_count,
            "topic_count": len(one.reading.topics),
            "entry_count": len(one.reading.entries),
            "paper_count": papers[number],
            "own_paper_count": own[number],
            "problem_count": problem_counts[number],
        }
        for number, one in enumerate(lists.lists)
    ]


def make_resources(lists: Lists) -> list[Row]:
    """One row per resource, in list order."""
    found = ((name, one) for name, part in zip(lists.ids, lists.lists, strict=True) for one in part.reading.resources)
    return [
        {"id": number, "title": resource.title, "url": resource.url, "list": name, "line": resource.line}
        for number, (name, resource) in enumerate(found, 1)
    ]


def make_changes(lists: Lists, listed: Container[str]) -> Iterator[Row]:
    """One row per change, the oldest first; a paper that isn't listed any more has no key there."""
    found = [(name, change) for name, changes in zip(lists.ids, lists.changes, strict=True) for change in changes]
    if len(lists.lists) > 1:
        found.sort(key=lambda one: one[1].date)
    for number, (name, change) in enumerate(found, 1):
        paper = change.paper if change.paper in listed else None
        values = {column: getattr(change, column) for column in COLUMNS}
        yield {"id": number, "list": name, **values, "paper": paper}


def make_problems(problems: Sequence[Problem], paper_at: Mapping[int, str], lists: Lists) -> Iterator[Row]:
    """One row per problem, in line order."""
    for number, (problem, placed) in enumerate(zip(problems, place_problems(problems, lists), strict=True), 1):
        yield {
            "id": number,
            "list": placed.list,
            "line": placed.line,
            "severity": placed.severity,
            "code": placed.code,
            "paper": paper_at.get(lists.statuses[problem.line - 1].entry or 0),
            "field": placed.field,
            "message": placed.message,
            "excerpt": placed.excerpt,
        }


def make_source_lines(lists: Lists, paper_at: Mapping[int, str]) -> Iterator[Row]:
    """One row per line of each list."""
    for name, start, one in zip(lists.ids, lists.starts, lists.lists, strict=True):
        for number in range(1, one.line_count + 1):
            status = lists.statuses[start + number - 1]
            paper = paper_at.get(status.entry or 0)
            yield {"list": name, "line": number, "status": status.status, "paper": paper, "field": status.field}


def make_source_row(lists: Sequence[Row], catalogue: Catalogue, title: str | None) -> Row:
    """The row of what the database was built from, without the checksum of the other rows.

    Of several lists it has what they share, and the checksum of theirs.
    """
    first, several = lists[0], len(lists) > 1
    names = ("description", "homepage", "url") if several else ()
    row = {**first, **dict.fromkeys(names), **{n: sum(int(str(one[n])) for one in lists) for n in SUMS}}
    if several:
        row |= {
            "tags": (),
            "file": "",
            "licence": first["licence"] if len({one["licence"] for one in lists}) == 1 else None,
            "sha256": sha256("\n".join(str(one["sha256"]) for one in lists).encode()).hexdigest(),
        }
    return {
        "title": title or first["name"],
        "description": row["description"],
        "homepage": row["homepage"],
        "tags": row["tags"],
        "name": row["file"],
        "url": row["url"],
        "sha256": row["sha256"],
        "bytes": row["bytes"],
        "line_count": row["line_count"],
        "licence": row["licence"],
        "entry_count": row["entry_count"],
        "paper_count": len(catalogue.papers),
        "problem_count": row["problem_count"],
    }


def place_problems(problems: Iterable[Problem], lists: Lists) -> list[Problem]:
    """Problems, each with its list and the line there."""
    places = ((problem, *lists.place(problem.line)) for problem in problems)
    return [replace(problem, list=name, line=line) for problem, name, line in places]
