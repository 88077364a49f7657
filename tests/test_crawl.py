"""Every link of the site leads somewhere, and every download holds what its page states.

Not a case of the tests of single pages: those know which pages there are, a crawl finds what pages lead to. The lists
are short, for each of thousands of answers is read: 101 papers that are hard to write, and half the catalogue page.
`python tests/crawling.py phenomena.md 2 2` goes through the whole edition.
"""

from __future__ import annotations

import pytest
from crawling import Crawl


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["awkward_site", "keeper_site"])
async def test_every_link_leads_somewhere_and_every_download_is_whole(
    request: pytest.FixtureRequest, name: str
) -> None:
    crawl = Crawl(request.getfixturevalue(name), per_shape=1, most_parameters=1)
    await crawl.run()
    assert crawl.faults == []
    assert set(crawl.statuses) == {200} and len(crawl.shapes) > 100 and crawl.downloads > 300 and crawl.judged > 1_000
