"""Every link of the site leads somewhere, and every download holds what its page states.

Not a case of the tests of single pages: those know which pages there are, a crawl finds what pages lead to.
"""

from __future__ import annotations

import pytest
from crawling import Crawl
from datasette.app import Datasette


@pytest.mark.anyio
async def test_every_link_leads_somewhere_and_every_download_is_whole(pages: Datasette) -> None:
    crawl = Crawl(pages, per_shape=1, most_parameters=1)
    await crawl.run()
    assert crawl.faults == []
    assert set(crawl.statuses) == {200} and len(crawl.shapes) > 100 and crawl.downloads > 300
