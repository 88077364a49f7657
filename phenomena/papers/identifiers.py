"""Addresses to identifiers: arXiv, OpenReview and DOI, each by its publisher's rules.

arXiv: https://info.arxiv.org/help/arxiv_identifier.html; DOI: DOI Handbook, section 2.2. PsyArXiv's DOIs
are 10.31234/osf.io/ and the five characters of its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

ARXIV_NEW = re.compile(r"(\d{2})(0[1-9]|1[0-2])\.\d{4,5}")  # 2409.15156, since 2007-04
ARXIV_OLD = re.compile(
    r"([a-z]+(?:-[a-z]+)*)(?:\.[A-Z]{2})?/((\d{2})(0[1-9]|1[0-2])\d{3})"
)  # math.GT/0309136, until 2007-03
ARXIV_PATH = re.compile(r"/(?:abs|pdf|html|format|ps|src|e-print)/(.+?)(?:v\d+)?(?:\.pdf)?/?")  # /abs/2409.15156v2
ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+?)(?:v\d+)?", re.I)  # 10.48550/arXiv.2409.15156
DOI_IN_PATH = re.compile(r"/(10\.\d{4,9}/[^\s?#]+)")  # /doi/abs/10.1073/pnas.2201304119
DOI_TAIL = r"(?:\.(?:full|abstract|article-info)|/(?:full|abstract|pdf|epdf|meta))*(?:\.(?:pdf|html?))?/?$"  # .full.pdf
HOST_TAILS = {  # what these hosts put between a DOI and that
    "biorxiv.org": r"(?:v\d+)?",  # 10.1101/2021.01.01.425001v2
    "medrxiv.org": r"(?:v\d+)?",
    "direct.mit.edu": r"(?:/\d+(?:/[^/]*)?)?",  # 10.1162/neco_a_01234/100000/The-Title
}
MAX_ADDRESS = 2000  # characters; browsers accept no more, and the patterns need a limit
NATURE_PATH = re.compile(r"/articles/((?:s\d{5}-|n[a-z]+)[\w.\-]+?)(?:\.pdf)?/?")  # /articles/s41586-024-07566-y
PSYARXIV_PATH = re.compile(r"/(?:preprints/psyarxiv/)?([a-z0-9]{5})(?:_v\d+)?(?:/.*)?")  # /5zf4s/
OPENREVIEW_ID = re.compile(r"[A-Za-z0-9_\-]{4,40}")  # LdEhiMG9WLO


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What a paper's addresses identify; `first` is the scheme of the first of them that identifies anything."""

    arxiv_id: str | None = None
    doi: str | None = None
    openreview_id: str | None = None
    first: str | None = None

    @property
    def identity(self) -> str | None:
        """Scheme and exact identifier of the first scheme, such as `arxiv:2409.15156`."""
        value = {"arxiv": self.arxiv_id, "doi": self.doi, "openreview": self.openreview_id}.get(self.first or "")
        return f"{self.first}:{value}" if value else None

    @property
    def key(self) -> str | None:
        """A permanent text key such as `arxiv-2409-15156`, from the first scheme; None without one."""
        if not self.identity:
            return None
        scheme, value = self.identity.split(":", 1)
        if scheme != "openreview":  # whose identifiers are case-sensitive
            value = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
        return f"{scheme}-{value}"

    def agree(self, other: Identifiers) -> bool:
        """Whether no scheme gives the two different identifiers."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("arxiv_id", "doi", "openreview_id"))
        return all(own == given for own, given in pairs if own and given)

    def joined(self, other: Identifiers) -> Identifiers:
        """These, and of the schemes that they lack the other's."""
        return Identifiers(
            self.arxiv_id or other.arxiv_id,
            self.doi or other.doi,
            self.openreview_id or other.openreview_id,
            self.first or other.first,
        )

    @property
    def submitted(self) -> str | None:
        """Month of the first arXiv version as YYYY-MM."""
        return submitted_month(self.arxiv_id) if self.arxiv_id else None


def find_identifiers(urls: Iterable[str]) -> Identifiers:
    """The first identifier of each scheme among some addresses."""
    found: dict[str, str] = {}
    for url in urls:
        if pair := identify(url):
            found.setdefault(*pair)
    return Identifiers(found.get("arxiv"), found.get("doi"), found.get("openreview"), next(iter(found), None))


@lru_cache(maxsize=8_192)
def identify(url: str) -> tuple[str, str] | None:
    """Scheme and identifier of one address, or None.

    >>> identify("https://arxiv.org/pdf/2409.15156v2.pdf?x=1")
    ('arxiv', '2409.15156')
    """
    if len(url) > MAX_ADDRESS:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # an address such as http://[
        return None
    path = unquote(parts.path)
    if host.endswith("arxiv.org") and host in ("arxiv.org", "export.arxiv.org", "browse.arxiv.org"):
        match = ARXIV_PATH.fullmatch(path)
        return arxiv(match[1]) if match else None
    if host == "openreview.net":
        forum = parse_qs(parts.query).get("id", [""])[0]
        return ("openreview", forum) if OPENREVIEW_ID.fullmatch(forum) else None
    return identify_doi(host, path)


def arxiv(text: str) -> tuple[str, str] | None:
    """A canonical arXiv identifier: no version, no subject class."""
    if ARXIV_NEW.fullmatch(text):
        return "arxiv", text
    match = ARXIV_OLD.fullmatch(text)
    return ("arxiv", f"{match[1]}/{match[2]}") if match else None


def identify_doi(host: str, path: str) -> tuple[str, str] | None:
    """A DOI in an address, in lower case, because DOIs are case-insensitive; an arXiv DOI counts as arXiv."""
    if match := DOI_IN_PATH.search(path):
        doi = match[1]
        if inner := ARXIV_DOI.fullmatch(doi):
            return arxiv(inner[1])
        return "doi", re.sub(HOST_TAILS.get(host, "") + DOI_TAIL, "", doi).lower().rstrip("/.")
    if host == "nature.com" and (match := NATURE_PATH.fullmatch(path)):
        return "doi", f"10.1038/{match[1]}".lower()
    if host == "psyarxiv.com" or (host == "osf.io" and path.startswith("/preprints/psyarxiv/")):
        match = PSYARXIV_PATH.fullmatch(path)
        return ("doi", f"10.31234/osf.io/{match[1]}") if match else None
    return None


def submitted_month(arxiv_id: str) -> str | None:
    """`2409.15156` to `2024-09`, `math/0309136` to `2003-09`."""
    if match := ARXIV_NEW.fullmatch(arxiv_id):
        return f"20{match[1]}-{match[2]}"
    if match := ARXIV_OLD.fullmatch(arxiv_id):
        return f"{'19' if match[3] >= '91' else '20'}{match[3]}-{match[4]}"
    return None
