"""CSL-JSON, which Zotero, Pandoc and other citation processors read."""

from __future__ import annotations

import json
from typing import Any

from ..papers.names import split_name
from .citation import PREPRINT, Citation


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


def csl_name(name: str) -> dict[str, str]:
    """A name as CSL-JSON writes it; `literal` where it must not be split."""
    parts = split_name(name)
    if not parts.first:
        return {"literal": parts.last[0]}
    named = {"family": parts.last, "given": parts.first, "non-dropping-particle": parts.von, "suffix": parts.jr}
    return {key: " ".join(words) for key, words in named.items() if words}
