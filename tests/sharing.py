"""How the tests are shared among pytest-xdist's workers: a file is one worker's, and the longest files begin.

What a file's tests share is made once then: a site, a bundle, a browser; a server is attacked by one test at a time.
The mark xdist_group does nothing: pytest-xdist 3.8 writes it into a private field that pytest 9.2 doesn't read.
"""

from __future__ import annotations

from pathlib import PurePath

from xdist.scheduler import LoadScopeScheduling

TOGETHER = {"test_whole_downloads": "test_crawl"}  # they count each download of a site once
LONGEST = (
    *("test_browser_pages", "test_browser_adversarial", "test_browser", "test_crawl", "test_sandbox", "test_bundle"),
    *("test_malformed_lists", "test_rebuild", "test_keepers_kit", "test_addresses", "test_paging", "test_exports"),
    *("test_search", "test_publish", "test_build", "test_parameters", "test_properties", "test_notebooks"),
    *("test_names", "test_facets", "test_charts", "test_hooks"),
)  # fmt: skip


class FileSharing(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Each worker takes the next file when it has run its own."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


def share_of(nodeid: str) -> str:
    """Tests of one share run in one worker, one after another."""
    path = PurePath(nodeid.partition("::")[0])
    return str(path.with_stem(TOGETHER.get(path.stem, path.stem)))


def place_of(share: str) -> int:
    """Where a share stands in the queue: the longest first, so that no worker is left alone with one at the end.

    Files with a browser begin, one after another, because the browser stays open between them.
    """
    stem = PurePath(share).stem
    place = LONGEST.index(stem) if stem in LONGEST else len(LONGEST)
    return place - len(LONGEST) if stem.startswith("test_browser") else place
