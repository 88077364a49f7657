"""From the fields of a template to an entry: names in order, the year from where the dialect says, links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..drafts import Entry
from ..grammar.authors import CONJUNCTION, OTHERS, parse_authors
from ..grammar.fields import COMMA, SEMICOLON, collapse, parse_keywords, trim_title
from ..grammar.links import Link
from ..grammar.years import venue_year
from ..sections import Section
from .declaration import Dialect

YEAR = re.compile(r"(?<!\d)(?:19\d\d|20[0-4]\d)(?!\d)")  # March 2022
CODE = re.compile(r"`([^`]+)`")  # `benchmark`
MARKS = "[]`*_,; "
OUTER = " \t.,;:|·-–—"  # punctuation between fields, around a venue


def make_entry(
    line: int, section: Section, fields: Mapping[str, str], links: Sequence[Link], dialect: Dialect
) -> Entry:
    """An entry from the texts of its fields."""
    venue = collapse(fields.get("venue", "")).strip(OUTER) or None
    year = find_year(section, fields, venue, dialect)
    if venue and YEAR.fullmatch(venue):
        venue = None  # where papers have a venue or else only a year
    if venue and dialect.year == "venue" and "year" in fields and not YEAR.search(venue):
        venue = f"{venue} {fields['year']}"  # both are the venue's, written apart
    return Entry(
        line=line,
        topic=section.topic,
        year=year,
        title=trim_title(fields["title"]),
        authors=parse_names(fields.get("authors", ""), dialect.names),
        venue=venue,
        keywords=split_keywords(fields.get("keywords", "")),
        links=tuple(links),
        digest=collapse(fields.get("digest", "")) or None,
    )


def find_year(section: Section, fields: Mapping[str, str], venue: str | None, dialect: Dialect) -> int | None:
    """The year from where the dialect says; None where it isn't written there, or not for certain."""
    if dialect.year == "heading":
        return section.year
    if dialect.year == "venue" and (year := venue_year(venue or "").year):
        return year
    years = set(YEAR.findall(f"{fields.get('year', '')} {fields.get('date', '')}"))
    return int(years.pop()) if dialect.year != "none" and len(years) == 1 else None


def parse_names(text: str, order: str) -> tuple[str, ...]:
    """Authors as `First Last`, in the order of the list, without `et al.`

    >>> parse_names("Doe, Jane; van der Maaten, L. and Lee, Ann et al.", "Last, First")
    ('Jane Doe', 'L. van der Maaten', 'Ann Lee')
    >>> parse_names("Doe, Jane, Lee, A.", "Last, First"), parse_names("Jane Doe and Ann Lee", "First Last")
    (('Jane Doe', 'A. Lee'), ('Jane Doe', 'Ann Lee'))
    """
    if order == "First Last":
        return parse_authors(text).authors
    people = []
    for part in SEMICOLON.split(CONJUNCTION.sub(";", text)):
        words = [word for piece in COMMA.split(part) if (word := collapse(OTHERS.sub("", piece.strip())))]
        pairs = zip(words[::2], [*words[1::2], ""], strict=False)
        people += [f"{first} {last}".strip() for last, first in pairs]
    return tuple(people)


def split_keywords(text: str) -> tuple[str, ...]:
    """Keywords without the brackets, code marks or emphasis around them.

    >>> split_keywords("[benchmark], [planning]"), split_keywords("__`cls.`__ __`seg.`__")
    (('benchmark', 'planning'), ('cls.', 'seg.'))
    """
    spans = CODE.findall(text)
    words = spans if spans and not CODE.sub("", text).strip(MARKS) else parse_keywords(text)
    return tuple(word for one in words if (word := collapse(one.strip(MARKS))))
