"""What crawlers and caches are given: robots.txt, sitemap.xml, how long files and pages are kept."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from datasette.app import Datasette
from page_kinds import fetch
from page_reading import attributes, read
from selectolax.lexbor import LexborHTMLParser

pytestmark = pytest.mark.anyio


async def test_robots_and_sitemap(place: Path, pages: Datasette) -> None:
    robots = (await pages.client.get("/robots.txt")).text
    assert "Disallow: /phenomena?\n" in robots and "Disallow: /*?*_facet\n" in robots
    [address] = re.findall(r"^Sitemap: (.*)$", robots, re.M)
    answer = await pages.client.get(urlsplit(address).path)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    found = [urlsplit(one.text or "") for one in ElementTree.fromstring(answer.text).iterfind("{*}url/{*}loc")]
    assert len(found) == len(set(found)) and not any(one.query for one in found)
    rows = sum(
        len(fetch(place, f"select id from {name}")) for name in ("papers", "topics", "keywords", "authors", "venues")
    )
    assert len(found) == rows + 10 + (place / "dist").exists()  # which has a page
    for one in [*found[:12], *found[12::37]]:
        answer = await pages.client.get(one.path)
        assert answer.status_code == 200, one.path
        canonical = attributes(LexborHTMLParser(answer.text), "link[rel=canonical]", "href")
        assert [urlsplit(address).path for address in canonical] == [one.path]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "private, max-age=1"),
        ("/charts", "private, max-age=1"),
        ("/phenomena/papers", "private, max-age=1"),
        ("/sitemap.xml", "private, max-age=1"),
        ("/static/site.css", "public, max-age=86400"),
        ("/static/site.css?01234567", "no-cache"),  # of another replica's version
        ("/-/versions.json", None),
        ("/phenomena/papers/none", None),
    ],
)
async def test_how_long_browsers_keep_it(site: Datasette, path: str, kept: str | None) -> None:
    assert (await site.client.get(path)).headers.get("cache-control") == kept


async def test_static_files_under_their_hash_are_kept_for_a_year(site: Datasette) -> None:
    page = await read(site, "/")
    for address in attributes(page, "link[rel=stylesheet]", "href") + attributes(page, "script[src]", "src"):
        answer = await site.client.get(address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
