"""Every paper's citation in every format: the rows of table `citations`, made from those of papers and venues.

Digests have a column of their own, because they are not the papers' abstracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from ..reader.workers import Pool, map_in_order
from .bibtex import make_bibtex
from .citation import Row, make_citation, text_of
from .csl import make_csl
from .latex import encode_text
from .ris import make_ris

BATCH = 500  # papers that a process of a pool takes at once


def make_citations(papers: Iterable[Row], venues: Iterable[Row], pool: Pool | None = None) -> Iterator[Row]:
    """One row per paper, in their order; each text ends with a line feed and stands by itself.

    With a pool they are made there: it is the longest step that needs to know no other paper.
    """
    make = partial(make_batch, venues={venue["id"]: venue for venue in venues})
    remaining = iter(papers)
    batches = iter(lambda: list(islice(remaining, BATCH)), [])
    made = map_in_order(make, batches, pool) if pool else map(make, batches)
    return (row for batch in made for row in batch)


def make_batch(papers: Sequence[Row], venues: Mapping[object, Row]) -> list[Row]:
    """The rows of some papers; `venues` are by their key."""
    return [make_formats(paper, venues.get(paper["venue"])) for paper in papers]


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
