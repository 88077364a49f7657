"""Lists in other formats, for the tests: the twelve papers of tests/dialects/papers.toml in a format per file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phenomena.reader.dialects.declaration import Dialect, parse_dialect, read_dialect
from phenomena.reader.dialects.reading import read_by_dialect
from phenomena.reader.drafts import Entry
from phenomena.reader.grammar.links import Link
from phenomena.reader.reading import Reading
from phenomena.reader.source import make_source, read_source

FOLDER = Path(__file__).parent / "dialects"
PAPERS = tomllib.loads((FOLDER / "papers.toml").read_text("utf-8"))["paper"]
PAPER_AND_CODE = (("paper", "paper"), ("code", "code"))


@dataclass(frozen=True)
class Format:
    """What a list says of each paper, besides its title.

    `fields` are those of authors, keywords and digest that it has; `venue` is how it writes the venue; `links` are the
    label and the kind of each link; `problems` are codes by line.
    """

    problems: Mapping[int, str]
    fields: tuple[str, ...] = ("authors",)
    venue: str | None = "{venue} {year}"
    links: tuple[tuple[str, str], ...] = PAPER_AND_CODE
    topic: str | None = None
    by_year: bool = False


UNMATCHED = "unmatched-line"
FORMATS = {
    "bold-then-line": Format({25: UNMATCHED}, venue=None),
    "bold-then-lines": Format({57: UNMATCHED}, ("authors", "digest")),
    "dated-last-first": Format({15: UNMATCHED}, venue="{venue}"),
    "link-then-badges": Format(
        {21: UNMATCHED}, (), "{venue}, {year}", (("", "paper"), ("code", "code"), ("arXiv", "paper"))
    ),
    "link-then-labels": Format(
        {29: UNMATCHED, 68: UNMATCHED}, ("authors", "keywords", "digest"), links=(("", "paper"), ("code", "code"))
    ),
    "numbered-two-lines": Format({33: UNMATCHED}),
    "pipes": Format({27: UNMATCHED}),
    "plain-then-links": Format({10: UNMATCHED, 25: UNMATCHED}, ()),
    "quoted-then-line": Format({35: UNMATCHED}, venue="{venue}, {year}"),
    "section": Format({118: UNMATCHED}, ("authors", "digest"), links=(("", "paper"), ("code", "code"))),
    "table": Format({18: UNMATCHED}, links=(("Paper", "paper"), ("Code", "code"))),
    "table-of-links": Format({10: UNMATCHED}, (), "{venue}", (("", "paper"), ("Github", "code"))),
    "years-in-headings": Format(
        {18: UNMATCHED}, ("keywords",), "{venue}", (("", "paper"), ("code", "code")), "The Sea", by_year=True
    ),
}


def expected(form: Format) -> list[Entry]:
    """The twelve papers as a list of this format has them, in its order, all on line 0."""
    papers = sorted(PAPERS, key=lambda paper: int(paper["year"])) if form.by_year else PAPERS
    return [expected_entry(paper, form) for paper in papers]


def expected_entry(paper: Mapping[str, Any], form: Format) -> Entry:
    given = {name: paper[name] for name in form.fields}
    return Entry(
        line=0,
        topic=form.topic or paper["topic"],
        year=paper["year"],
        title=paper["title"],
        authors=tuple(given.get("authors", ())),
        venue=form.venue.format(**paper) if form.venue else None,
        keywords=tuple(given.get("keywords", ())),
        links=tuple(Link(label, paper[kind]) for label, kind in form.links if kind in paper),
        digest=given.get("digest"),
    )


def dialect_of(name: str) -> Dialect:
    return read_dialect(FOLDER / f"{name}.toml")


def read_format(name: str) -> Reading:
    """A list beside this file, by the dialect of its name."""
    return read_by_dialect(read_source(str(FOLDER / f"{name}.md")), dialect_of(name))


def read_text_by(text: str, declaration: str) -> Reading:
    """A list given as text, by a dialect given as text."""
    return read_by_dialect(make_source(text.encode(), "list.md", None), parse_dialect(declaration, "x.toml"))
