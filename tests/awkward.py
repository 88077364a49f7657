"""A list whose titles, names and keywords are hard to write in every format, and how the tests ask for exports."""

from __future__ import annotations

import httpx
from datasette.app import Datasette

ENTRY = """
- {title}. [[paper]](https://arxiv.org/abs/2201.{number:05}) [[code]](https://x.org/{number}?a=1&b=2)
  - Ann Lee, Stéphane d'Ascoli, Łukasz Erdős, Mihaela van der Schaar.{venue}
  - Key Word: R&D; {{Braces}}; ε.
  - <details><summary>Digest</summary> =1+1 is digest number {number}, with "quotes", commas and ünïcode. </details>
"""
TITLES = (
    "How Erdös and Rényi Win the Lottery {n}",
    r"Sparse $\ell_1$ Norms & {{Braces}} at 100% no {n}",
    '"Quotes" and <script>alert("x")</script> {n}',
    "=HYPERLINK(1) as a Title {n}",
)


def awkward_list(papers: int) -> str:
    """The markdown of a list of so many papers; every third one has a venue."""
    entries = []
    for number in range(1, papers + 1):
        venue = " *ICLR 2023*" if number % 3 == 0 else ""
        title = TITLES[number % len(TITLES)].format(n=number)
        entries.append(ENTRY.format(title=title, number=number, venue=venue))
    return "# A List\n\n## Topic & Others\n\n### Topic & Others: 2022\n" + "".join(entries)


async def fetch(site: Datasette, path: str) -> httpx.Response:
    response: httpx.Response = await site.client.get(path)
    assert response.status_code == 200, response.text
    return response
