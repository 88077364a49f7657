"""BibTeX: the one module that uses bibtexparser's writer."""

from __future__ import annotations

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from ..papers.names import remembered, split_name
from .citation import PREPRINT, Citation
from .latex import encode, encode_title

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")  # BibTeX's macros


def make_bibtex(citation: Citation) -> str:
    """One BibTeX entry in ASCII where LaTeX has a command for it; `url`, `doi` and `eprint` stay as they are."""
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
    # the month is a macro, not enclosed: each style writes it its own way
    made = [Field(name, value if name == "month" else f"{{{value}}}") for name, value in fields.items() if value]
    return write_string(Library([Entry(citation.kind.bibtex, citation.key, made)]), unparse_stack=[])


def bibtex_venue(citation: Citation) -> str | None:
    """The venue as BibTeX's styles print it; a preprint's with its identifier, as older styles print nothing else."""
    if citation.kind is PREPRINT and citation.arxiv_id:
        return f"arXiv:{citation.arxiv_id}"
    if citation.kind is PREPRINT and citation.doi:
        return encode(f"{citation.venue}, doi:{citation.doi}")
    return citation.venue and encode(citation.venue)


@remembered
def encode_name(name: str) -> str:
    """A name as BibTeX reads it: `van der Schaar, Mihaela`; what must not be split is in braces."""
    parts = split_name(name)
    if not parts.first:
        return "{" + encode(parts.last[0]) + "}"
    last = encode(" ".join(parts.last))
    if len(parts.last) > 1 and any(word[0].islower() for word in parts.last):
        last = "{" + last + "}"  # {Tachet des Combes}, Remi
    von, jr, first = (encode(" ".join(words)) for words in (parts.von, parts.jr, parts.first))
    return ", ".join(filter(None, (" ".join(filter(None, (von, last))), jr, first)))


def without_braces(address: str) -> str:
    """An address whose braces are percent-encoded, as they should have been."""
    return address.replace("{", "%7B").replace("}", "%7D")
