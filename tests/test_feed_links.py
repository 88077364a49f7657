"""Which pages offer the feed of what they show: in their head for programs, as a link for people."""

from __future__ import annotations

import re

import pytest
from datasette.app import Datasette

pytestmark = pytest.mark.anyio


def head_link(title: str, href: str) -> str:
    return f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{href}">'.replace("&", "&amp;")


ALL = head_link("Papers", "/-/feed.atom")
ONE = head_link("Papers: Neural Collapse", "/-/feed/neural-collapse.atom")
FRANKLE = head_link("Papers: author Jonathan Frankle", "/-/feed.atom?author=jonathanfrankle")
SEARCH = head_link("Papers: search “double descent”", "/-/feed.atom?q=double+descent")
BOTH = head_link(
    "Papers: Neural Collapse, keyword Neural Collapse, search “x”",
    "/-/feed.atom?topic=neural-collapse&keyword=neuralcollapse&q=x",
)


@pytest.mark.parametrize(
    ("page", "links"),
    [
        ("/", [ALL]),
        ("/phenomena/papers", [ALL]),
        ("/phenomena/papers?topic=neural-collapse", [ALL, ONE]),
        ("/phenomena/topics/neural-collapse", [ALL, ONE]),
        ("/phenomena/papers?topic=%3Cscript%3E", [ALL]),
        ("/phenomena/authors?topic=neural-collapse", [ALL]),
        ("/phenomena/papers?_topic=neural-collapse&_sort=title&_view=table", [ALL, ONE]),
        ("/phenomena/papers?_topic=Neural+Collapse", [ALL, ONE]),
        ("/phenomena/papers?_author=jonathanfrankle&_facet_size=max", [ALL, FRANKLE]),
        ("/phenomena/authors/jonathanfrankle", [ALL, FRANKLE]),
        ("/phenomena/papers?_search=double+descent", [ALL, SEARCH]),
        ("/phenomena/papers?_search=double+descent&_topic=", [ALL, SEARCH]),
        ("/phenomena/papers?_search=x&_topic=neural-collapse&_keyword=neuralcollapse", [ALL, BOTH]),
        ("/phenomena/papers?_keyword=neuralcollapse&_search=x&_topic=neural-collapse", [ALL, BOTH]),
        ("/phenomena/papers?_topic=neural-collapse&_year=2022", [ALL]),
        ("/phenomena/papers?_keyword=pruning&_keyword=grokking", [ALL]),
        ("/phenomena/papers?_author=jonathanfrankle&venue=iclr", [ALL]),
        ("/phenomena/papers?_search=a+OR+b&_searchmode=raw", [ALL]),
        ("/phenomena/papers?_search=---", [ALL]),
        ("/phenomena/papers?_search=double+descent&_year=2022", [ALL]),
        ("/phenomena/search?topic=neural-collapse", [ALL]),
        ("/phenomena/venues/iclr", [ALL]),
        ("/phenomena/papers/arxiv-2409-15156", [ALL]),
    ],
)
async def test_pages_name_their_feeds(site: Datasette, page: str, links: list[str]) -> None:
    html = (await site.client.get(page)).text
    assert re.findall('<link rel="alternate" type="application/atom[^>]*>', html) == links
    visible = re.findall(
        '<a class="tool" href="([^"]*)" title="([^"]*): Atom feed. (?:Dates are days of entry[^"]*)?">', html
    )
    offered = links if page == "/phenomena/papers" else links[1:]
    assert [head_link(title, href) for href, title in visible] == [
        link.replace("&amp;", "&amp;amp;") for link in offered
    ]
