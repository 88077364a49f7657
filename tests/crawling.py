"""A crawl of the site's own links, in process: each address that a page offers is asked for, its downloads counted.

`python tests/crawling.py LIST PER_SHAPE MOST_PARAMETERS` crawls the site of a list. The filters of a table lead to one
another without end, so addresses with more parameters are not asked for, and of those that differ only in the values of
their parameters, or in the keys of rows, a number is. Of all others, the rules that refuse an address are asked.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from datasette.app import Datasette
from downloading import check_downloads, find_addresses
from phenomena_web.kinds import Kinds
from phenomena_web.rules import refuse_address
from selectolax.lexbor import LexborHTMLParser
from sites import make_folder

SITE = "http://localhost"
ADDRESSES = "a[href], link[href], img[src], script[src]"
MENU = re.compile(r"_facet(_array|_date)?|_nocol|\w+__notblank")  # of each column of each table
ROW = re.compile(r"(/phenomena/\w+/)[^/]+?((?:\.\w+)?)$")  # /phenomena/papers/arxiv-2409-15156.bib


@dataclass
class Crawl:
    """What was asked for, and what was wrong with it.

    At most `per_shape` addresses of one shape are asked for, and none with more than `most_parameters`.
    """

    site: Datasette
    per_shape: int
    most_parameters: int
    shapes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    downloads: int = 0
    judged: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kinds = Kinds(self.site)

    async def run(self, start: str = "/") -> None:
        """Follow all links from a page, breadth first."""
        waiting, seen = deque([start]), {start}
        while waiting:
            path = waiting.popleft()
            for found in await self.visit(path):
                if found in seen:
                    continue
                seen.add(found)
                if self.takes(found):
                    waiting.append(found)
                else:
                    await self.judge(found)

    def takes(self, path: str) -> bool:
        """Whether fewer than `per_shape` addresses of this one's shape were taken before it, and it isn't too long."""
        shape = shape_of(path)
        if len(shape) > self.most_parameters + 1:
            return False
        self.shapes[shape] += 1
        return self.shapes[shape] <= self.per_shape

    async def judge(self, path: str) -> None:
        """Note an address that the site's rules would refuse, without asking for it."""
        place, _, query = path.partition("?")
        refusal = refuse_address(place, query) or (await self.kinds.judge(place, query))[1]
        self.judged += 1
        if refusal:
            self.faults.append(f"{path}: {refusal}")

    async def visit(self, path: str) -> list[str]:
        """Ask for an address; gives those that its page links to."""
        answer = await self.site.client.get(path, follow_redirects=True)
        self.statuses[answer.status_code] += 1
        if answer.status_code != 200:
            self.faults.append(f"{path}: {answer.status_code} {answer.text[:200]!r}")
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            return []
        page = LexborHTMLParser(answer.text)
        try:
            self.downloads += await check_downloads(self.site, page)
        except AssertionError as fault:
            self.faults.append(f"{path}: {fault}")
        counted = find_addresses(page)
        return [link for link in links_of(page, SITE + path) if link not in counted]


def shape_of(path: str) -> tuple[str, ...]:
    """Addresses of one shape differ in the key of a row and in the values of parameters only.

    Those that the menus of columns add are of one shape on all tables.
    """
    parts = urlsplit(path)
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if names and all(map(MENU.fullmatch, names)):
        return ("TABLE", *sorted({name.partition("__")[2] or name for name in names}))
    return (ROW.sub(r"\1KEY\2", parts.path), *sorted(names))


def links_of(page: LexborHTMLParser, base: str) -> list[str]:
    """Paths of this site that a page links to, downloads of its rows aside, in order."""
    found: dict[str, None] = {}
    for node in page.css(ADDRESSES):
        written = node.attributes.get("href") or node.attributes.get("src") or ""
        address = resolve(SITE if written.startswith("/") else base, written)
        if address.startswith(f"{SITE}/"):
            found[address.removeprefix(SITE)] = None
    return list(found)


@cache  # most links stand on most pages
def resolve(base: str, written: str) -> str:
    """A link's address without its fragment."""
    return urldefrag(urljoin(base, written)).url


def main(path: str, per_shape: int, most_parameters: int) -> None:
    """Build a list's site, crawl it, and print what was found."""
    with TemporaryDirectory() as folder:
        crawl = Crawl(Datasette(config_dir=make_folder(Path(folder, "site"), Path(path))), per_shape, most_parameters)
        asyncio.run(crawl.run())
    asked, shapes = sum(crawl.statuses.values()), len(crawl.shapes)
    print(f"{path}: {asked} addresses of {shapes} shapes, at most {per_shape} of each and {most_parameters} parameters")
    print(f"statuses {dict(crawl.statuses)}, {crawl.judged} more judged by the rules")
    print(f"downloads counted {crawl.downloads}, faults {len(crawl.faults)}")
    print("\n".join(crawl.faults))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
