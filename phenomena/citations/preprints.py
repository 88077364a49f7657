"""Preprint servers other than arXiv, known by their DOIs or hosts.

bioRxiv and medRxiv share their prefixes with each other, and the older one with the journals of Cold Spring Harbor
Laboratory. Their numbers have six and eight digits; since December 2019 the date of posting precedes them.
https://connect.biorxiv.org/news/2025/11/18/preprint_dois
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PREFIX = r"10\.(?:1101|64898)/(?:(?P<year>20\d\d)\.(?P<month>0[1-9]|1[0-2])\.\d\d\.)?"
DOIS = {
    "bioRxiv": re.compile(PREFIX + r"\d{6}"),  # 10.1101/2022.10.12.511910
    "medRxiv": re.compile(PREFIX + r"\d{8}"),  # 10.1101/2020.03.19.20039131
    "PsyArXiv": re.compile(r"10\.31234/osf\.io/\w+"),  # 10.31234/osf.io/5zf4s
}
HOSTS = {"biorxiv.org": "bioRxiv", "medrxiv.org": "medRxiv", "psyarxiv.com": "PsyArXiv"}


@dataclass(frozen=True)
class Posting:
    """Where a preprint was posted, and its month as YYYY-MM where the DOI holds it."""

    server: str
    submitted: str | None = None


def find_posting(doi: str | None, url: str | None) -> Posting | None:
    """The posting of a DOI or, where it is not a preprint's, of an address; None for anything else.

    >>> find_posting("10.1101/2022.10.12.511910", None)
    Posting(server='bioRxiv', submitted='2022-10')
    """
    for server, pattern in DOIS.items():
        if match := pattern.fullmatch(doi or ""):
            date = match.groupdict()
            return Posting(server, f"{date['year']}-{date['month']}" if date.get("year") else None)
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:  # an address such as http://[
        return None
    return Posting(HOSTS[host]) if host in HOSTS else None
