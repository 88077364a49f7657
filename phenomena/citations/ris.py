"""RIS: the one module that uses rispy."""

from __future__ import annotations

from rispy.writer import RisWriter

from ..papers.names import split_name
from .citation import Citation

WRITER = RisWriter()


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
    written = WRITER.formats([{name: value for name, value in fields.items() if value}])
    return str(written).removeprefix("1.\n")  # its running number


def ris_name(name: str) -> str:
    """A name as RIS writes it: family, given, suffix."""
    parts = split_name(name)
    return ", ".join(filter(None, map(" ".join, ([*parts.von, *parts.last], parts.first, parts.jr))))
