"""What a citation says of a paper, whatever the format: kind, names, date, venue, addresses.

A preprint is a paper that a server holds and that has no venue; it takes the year of submission. A paper with a venue
takes the venue's year and, where the list doesn't give it, none: a year that is only the list's, or only the
preprint's, would be read as the year of publication. A note says what is known instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..papers.folding import slug
from ..reader.grammar.links import is_web_address
from .preprints import Posting, find_posting

Value = str | int | float | tuple[str, ...] | None
Row = Mapping[str, Value]  # of papers or venues, as the schema declares them


@dataclass(frozen=True)
class Kind:
    """What each format calls one kind of publication, and the field that holds the name of its venue."""

    bibtex: str
    ris: str
    csl: str
    venue_in_bibtex: str
    venue_in_ris: str
    venue_in_csl: str


PREPRINT = Kind("misc", "UNPB", "article", "howpublished", "publisher", "publisher")
CONFERENCE = Kind("inproceedings", "CPAPER", "paper-conference", "booktitle", "secondary_title", "container-title")
KINDS: Mapping[object, Kind] = {
    "conference": CONFERENCE,
    "workshop": CONFERENCE,
    "journal": Kind("article", "JOUR", "article-journal", "journal", "secondary_title", "container-title"),
    "thesis": Kind("phdthesis", "THES", "thesis", "school", "publisher", "publisher"),
    None: Kind("misc", "GEN", "article", "howpublished", "secondary_title", "container-title"),
}


@dataclass(frozen=True)
class Citation:
    """What all formats say of one paper; `venue` in full, `month` from 1 and only for preprints.

    `note` says what is known where the year of publication is not, or that the year is the list's.
    """

    kind: Kind
    key: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    month: int | None
    venue: str | None
    doi: str | None
    url: str | None
    arxiv_id: str | None
    keywords: tuple[str, ...]
    note: str | None


def make_citation(paper: Row, venue: Row | None) -> Citation:
    """A citation from the row of a paper and of its venue, if it has one."""
    arxiv_id, doi, url = text_of(paper["arxiv_id"]), text_of(paper["doi"]), text_of(paper["paper_url"])
    posting = Posting("arXiv", text_of(paper["submitted"])) if arxiv_id else find_posting(doi, url)
    is_preprint = posting is not None and (venue is None or venue["id"] == slug(posting.server))
    name = text_of(venue["full_name"] or venue["name"]) if venue else None
    if posting and is_preprint:
        name = posting.server
        doi = f"10.48550/arxiv.{arxiv_id}" if arxiv_id and not doi else doi
    year, month, note = make_date(paper, posting if is_preprint else None, is_published=bool(venue) and not is_preprint)
    return Citation(
        kind=PREPRINT if is_preprint else KINDS.get(venue["kind"] if venue else None, KINDS[None]),
        key=str(paper["citekey"]),
        title=clean(str(paper["title"])),
        authors=texts_of(paper["authors"]),
        year=year,
        month=month,
        venue=name,
        doi=doi,
        url=url if url and is_web_address(url) else None,
        arxiv_id=arxiv_id,
        keywords=texts_of(paper["keywords"]),
        note=note,
    )


def make_date(paper: Row, posting: Posting | None, is_published: bool) -> tuple[int | None, int | None, str | None]:
    """Year, month and note of a paper: by its venue if it `is_published`, by the posting of a preprint, by the list."""
    listed = year_of(paper["year"])
    if posting and posting.submitted:
        return int(posting.submitted[:4]), int(posting.submitted[5:7]), None
    if not is_published:
        return listed, None, "Year as in the list" if listed else None
    if paper["venue_year"]:
        return year_of(paper["venue_year"]), None, None
    if paper["submitted"]:
        return None, None, f"Year of publication unknown; preprint of {paper['submitted']}, arXiv:{paper['arxiv_id']}"
    return None, None, "Year of publication unknown" + (f"; listed under {listed}" if listed else "")


def clean(text: str) -> str:
    """One line without control characters."""
    if not text.isprintable():
        text = "".join(one for one in text if one.isprintable() or one.isspace())
    return " ".join(text.split())


def year_of(value: Value) -> int | None:
    """A year, None where it is missing."""
    return value if isinstance(value, int) else None


def texts_of(value: Value) -> tuple[str, ...]:
    """The texts of an array."""
    return tuple(map(clean, value)) if isinstance(value, tuple) else ()


def text_of(value: Value) -> str | None:
    """A text value, None where it is missing or empty."""
    return clean(str(value)) or None if value is not None else None
