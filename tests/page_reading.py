"""Reading a page as a browser does, and what every page must have."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import urlsplit

from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser, LexborNode

ADDRESSES = "a[href], link[href], img[src], script[src], form[action]"


async def read(site: Datasette, path: str, status: int = 200) -> LexborHTMLParser:
    response = await site.client.get(path)
    assert response.status_code == status, (path, response.status_code)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(response.text)


def texts(node: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    return [" ".join(one.text().split()) for one in node.css(selector)]


def attributes(page: LexborHTMLParser, selector: str, name: str) -> list[str]:
    return [one.attributes.get(name) or "" for one in page.css(selector)]


def content_of(page: LexborHTMLParser, name: str) -> list[str]:
    return attributes(page, f'meta[name="{name}"], meta[property="{name}"]', "content")


def check_frame(page: LexborHTMLParser, name: str) -> None:
    """What every page has: language, landmarks, one h1, headings in order, named links and fields."""
    assert attributes(page, "html", "lang") == ["en"], name
    [title] = texts(page, "head > title")
    assert title and "{{" not in title, name
    for landmark in ("header.site", "header.site nav[aria-label]", "main#main", "footer.site", "a.skip[href='#main']"):
        assert len(page.css(landmark)) == 1, (name, landmark)
    levels = [int(str(heading.tag)[1]) for heading in page.css("main h1, main h2, main h3, main h4, main h5, main h6")]
    assert levels[0] == 1 and levels.count(1) == 1, (name, levels)
    jumps = [(one, next_one) for one, next_one in pairwise(levels) if next_one > one + 1]
    assert jumps == [], (name, levels)
    assert all(texts(page, "h1, h2, h3")), name
    for link in page.css("a"):
        assert link.attributes.get("href"), (name, link.html)
        assert link.text().strip() or link.attributes.get("aria-label"), (name, link.html)
    for field in page.css("input:not([type=hidden]), textarea, select"):
        assert page.css(f'label[for="{field.attributes.get("id")}"]'), (name, field.html)
    ids = attributes(page, "[id]", "id")
    assert len(ids) == len(set(ids)), (name, ids)


def check_links(page: LexborHTMLParser, name: str) -> None:
    """Only http and https, or addresses of this site."""
    for node in page.css(ADDRESSES):
        for key in ("href", "src", "action"):
            address = node.attributes.get(key)
            if address:
                assert urlsplit(address).scheme in ("", "http", "https"), (name, address)
    handlers = [key for node in page.css("*") for key in node.attributes if key.startswith("on")]
    assert handlers == [], name
