"""Citations of every paper as BibTeX, RIS and CSL-JSON: the rows of table `citations`, made from those of papers.

A preprint is what a server has and no venue; it takes the year of submission. What has a venue takes the venue's year
and, where the list doesn't give it, none: a year that is only the list's, or only the preprint's, would be read as that
of publication. A note says what is known instead. Digests stand apart, for they aren't the papers' abstracts. The one
room that knows bibtexparser's writer and rispy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import rispy
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares import AddEnclosingMiddleware
from bibtexparser.model import Entry, Field

from ..papers.folding import slug
from ..papers.names import split_name
from ..reader.grammar.links import is_web_address
from .latex import encode, encode_text, encode_title
from .preprints import Posting, find_posting

Value = str | int | float | tuple[str, ...] | None
Row = Mapping[str, Value]  # of papers or venues, as the schema declares them

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")  # BibTeX's macros


@dataclass(frozen=True)
class Kind:
    """How the formats call one kind of publication, and where each puts the name of its venue."""

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

    `note` says what is known where the year of publication isn't, and whose year it is where it is the list's.
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


def make_citations(papers: Iterable[Row], venues: Iterable[Row]) -> list[Row]:
    """One row a paper, in their order; each text ends with a line feed and stands by itself."""
    venue_of = {venue["id"]: venue for venue in venues}
    cited = [(paper["id"], make_citation(paper, venue_of.get(paper["venue"]))) for paper in papers]
    digests = {paper["id"]: text_of(paper["digest"]) for paper in papers}
    return [
        {
            "paper": key,
            "bibtex": make_bibtex(one),
            "ris": make_ris(one),
            "csl": make_csl(one),
            "digest_latex": encode_text(digest) if (digest := digests[key]) else None,
        }
        for key, one in cited
    ]


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


def make_bibtex(citation: Citation) -> str:
    """One BibTeX entry in ASCII where LaTeX has a way to say it; `url`, `doi` and `eprint` are left as they are."""
    arxiv_id = citation.arxiv_id
    fields = {
        "title": encode_title(citation.title),
        "author": " and ".join(encode_name(name) for name in citation.authors),
        citation.kind.venue_in_bibtex: bibtex_venue(citation),
        "year": citation.year,
        "month": citation.month and MONTHS[citation.month - 1],
        "eprint": arxiv_id,
        "archivePrefix": arxiv_id and "arXiv",
        "primaryClass": arxiv_id and "/" in arxiv_id and arxiv_id.split("/")[0],
        "doi": citation.doi and without_braces(citation.doi),
        "url": citation.url and without_braces(citation.url),
        "keywords": encode(", ".join(citation.keywords)),
        "note": citation.note,
    }
    plain = {"month": "no-enclosing"}  # a macro: each style writes the month its own way
    made = [Field(name, str(value), enclosing=plain.get(name, "{")) for name, value in fields.items() if value]
    library = Library([Entry(citation.kind.bibtex, citation.key, made)])
    enclose = AddEnclosingMiddleware(False, enclose_integers=True, default_enclosing="{")
    return write_string(library, unparse_stack=[enclose])


def make_ris(citation: Citation) -> str:
    """One RIS record."""
    date = citation.year and citation.month and f"{citation.year}/{citation.month:02}//"
    fields = {
        "type_of_reference": citation.kind.ris,
        "id": citation.key,
        "authors": [ris_name(name) for name in citation.authors],
        "title": citation.title,
        citation.kind.venue_in_ris: citation.venue,
        "year": citation.year,
        "date": date,
        "accession_number": citation.arxiv_id and f"arXiv:{citation.arxiv_id}",
        "doi": citation.doi,
        "urls": [citation.url] if citation.url else None,
        "keywords": list(citation.keywords),
        "notes": [citation.note] if citation.note else None,
    }
    written = rispy.dumps([{name: value for name, value in fields.items() if value}])
    return str(written).removeprefix("1.\n")  # its running number


def make_csl(citation: Citation) -> str:
    """One CSL-JSON item, an object on one line."""
    date = [part for part in (citation.year, citation.month) if part]
    arxiv = citation.arxiv_id and f"arXiv:{citation.arxiv_id}"
    item: dict[str, Any] = {
        "id": citation.key,
        "type": citation.kind.csl,
        "title": citation.title,
        "author": [csl_name(name) for name in citation.authors],
        citation.kind.venue_in_csl: citation.venue,
        "issued": {"date-parts": [date]} if citation.year else None,
        "number": arxiv if citation.kind is PREPRINT else None,
        "note": "; ".join(filter(None, [None if citation.kind is PREPRINT else arxiv, citation.note])),
        "DOI": citation.doi,
        "URL": citation.url,
        "keyword": ", ".join(citation.keywords),
    }
    return json.dumps({name: value for name, value in item.items() if value}, ensure_ascii=False) + "\n"


def bibtex_venue(citation: Citation) -> str | None:
    """The venue as BibTeX's styles print it; a preprint's with its identifier, for the older styles print no other."""
    if citation.kind is PREPRINT and citation.arxiv_id:
        return f"arXiv:{citation.arxiv_id}"
    if citation.kind is PREPRINT and citation.doi:
        return encode(f"{citation.venue}, doi:{citation.doi}")
    return citation.venue and encode(citation.venue)


@cache
def encode_name(name: str) -> str:
    """A name as BibTeX reads it: `van der Schaar, Mihaela`; what isn't to be split stands in braces."""
    parts = split_name(name)
    if not parts.first:
        return "{" + encode(parts.last[0]) + "}"
    last = encode(" ".join(parts.last))
    if len(parts.last) > 1 and any(word[0].islower() for word in parts.last):
        last = "{" + last + "}"  # {Tachet des Combes}, Remi
    von, jr, first = (encode(" ".join(words)) for words in (parts.von, parts.jr, parts.first))
    return ", ".join(filter(None, (" ".join(filter(None, (von, last))), jr, first)))


def ris_name(name: str) -> str:
    """A name as RIS writes it: family, given, suffix."""
    parts = split_name(name)
    return ", ".join(filter(None, map(" ".join, ([*parts.von, *parts.last], parts.first, parts.jr))))


def csl_name(name: str) -> dict[str, str]:
    """A name as CSL-JSON writes it; `literal` where it isn't to be split."""
    parts = split_name(name)
    if not parts.first:
        return {"literal": parts.last[0]}
    named = {"family": parts.last, "given": parts.first, "non-dropping-particle": parts.von, "suffix": parts.jr}
    return {key: " ".join(words) for key, words in named.items() if words}


def without_braces(address: str) -> str:
    """An address whose braces are percent-encoded, as they should have been."""
    return address.replace("{", "%7B").replace("}", "%7D")


def clean(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


def year_of(value: Value) -> int | None:
    """A year, None where it is missing."""
    return value if isinstance(value, int) else None


def texts_of(value: Value) -> tuple[str, ...]:
    """The texts of an array."""
    return tuple(map(clean, value)) if isinstance(value, tuple) else ()


def text_of(value: Value) -> str | None:
    """A text value, None where it is missing or empty."""
    return clean(str(value)) or None if value is not None else None
