"""Every paper's citation in every format: the rows of table `citations`, made from those of papers and venues.

Digests have a column of their own, because they are not the papers' abstracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .bibtex import make_bibtex
from .citation import Row, make_citation, text_of
from .csl import make_csl
from .latex import encode_text
from .ris import make_ris


def make_citations(papers: Iterable[Row], venues: Iterable[Row]) -> Iterator[Row]:
    """One row per paper, in their order; each text ends with a line feed and stands by itself."""
    venue_of = {venue["id"]: venue for venue in venues}
    return (make_formats(paper, venue_of.get(paper["venue"])) for paper in papers)


def make_formats(paper: Row, venue: Row | None) -> Row:
    """The row of one paper."""
    citation = make_citation(paper, venue)
    digest = text_of(paper["digest"])
    return {
        "paper": paper["id"],
        "bibtex": make_bibtex(citation),
        "ris": make_ris(citation),
        "csl": make_csl(citation),
        "digest_latex": encode_text(digest) if digest else None,
    }
