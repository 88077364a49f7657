"""Identifiers of papers as people paste them: arXiv, DOI, OpenReview, bare or as an address.

The rules are the publishers': https://info.arxiv.org/help/arxiv_identifier.html and the DOI Handbook, section 2.2.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

VERSION = r"(?:v\d+)?"
ARXIV = re.compile(rf"(?:arxiv:)?(\d{{4}}\.\d{{4,5}}|[a-z-]+(?:\.[A-Z]{{2}})?/\d{{7}}){VERSION}", re.IGNORECASE)
ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|format|ps|src|e-print)/(.+?){VERSION}(?:\.pdf)?/?")
ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.(.+?){VERSION}", re.IGNORECASE)
DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
DOI_IN_PATH = re.compile(r"/(10\.\d{4,9}/[^\s?#]+?)(?:\.full|\.abstract|\.pdf|/full|/pdf|/meta)*/?")
DOI_BEFORE_TAIL = re.compile(r".*?(?=/10\.)")
NATURE_PATH = re.compile(r"/articles/((?:s\d{5}-|n[a-z]+)[\w.\-]+?)(?:\.pdf)?/?")
OPENREVIEW = re.compile(r"[\w-]{4,40}")
WITH_SCHEME = re.compile(r"https?://", re.IGNORECASE)
HOSTS = re.compile(r"(?:www\.|export\.)?(?:arxiv\.org|doi\.org|dx\.doi\.org|openreview\.net)/", re.IGNORECASE)

Found = tuple[str, str]  # the column of papers, or "address", and its value


def read_identifier(text: str) -> Found | None:
    """What a text without white space identifies, None where it is no identifier.

    >>> read_identifier("arXiv:2301.05217v2"), read_identifier("https://openreview.net/pdf?id=LdEhiMG9WLO")
    (('arxiv_id', '2301.05217'), ('openreview_id', 'LdEhiMG9WLO'))
    """
    if WITH_SCHEME.match(text) or HOSTS.match(text):
        return read_address(text if WITH_SCHEME.match(text) else f"https://{text}")
    if match := ARXIV.fullmatch(text):
        return "arxiv_id", match[1]
    match = DOI.fullmatch(text)
    return of_doi(match[1]) if match else None


def of_doi(doi: str) -> Found:
    """A DOI, those of arXiv's papers as arXiv's own identifier."""
    match = ARXIV_DOI.fullmatch(doi)
    return ("arxiv_id", match[1]) if match else ("doi", doi.lower())


def read_address(text: str) -> Found | None:
    """What an address identifies: by its publisher's rules, else the address itself."""
    try:
        parts = urlsplit(text)
        host, path, query = parts.hostname or "", unquote(parts.path), parse_qs(parts.query)
    except ValueError:
        return None
    if host.endswith("arxiv.org") and (match := ARXIV_PATH.fullmatch(path)):
        return "arxiv_id", match[1]
    if host.endswith("openreview.net") and OPENREVIEW.fullmatch(identifier := query.get("id", [""])[0]):
        return "openreview_id", identifier
    if match := DOI_IN_PATH.fullmatch(DOI_BEFORE_TAIL.sub("", path, count=1)):
        return of_doi(match[1])
    if host.endswith("nature.com") and (match := NATURE_PATH.fullmatch(path)):
        return "doi", f"10.1038/{match[1].lower()}"
    return ("address", text) if host else None
