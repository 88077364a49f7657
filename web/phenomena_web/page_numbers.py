"""The numbered pages to which a page of a list leads: the first, the last and those around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import Request

if TYPE_CHECKING:
    from datasette.app import Datasette

AROUND = 2  # pages before and after one, to which its numbers lead


def near(number: int, last: int) -> list[int]:
    """The numbers of the pages that a page leads to: the first, the last and those around it.

    >>> near(1, 24), near(6, 24)
    ([1, 2, 3, 24], [1, 4, 5, 6, 7, 8, 24])
    """
    return sorted({1, *range(max(1, number - AROUND), min(last, number + AROUND) + 1), last})


def find_places(size: int, total: int, start: int) -> list[int]:
    """After how many rows the pages begin to which one that starts at a row leads; none where there is only one.

    The page before it comes first: it may begin within one of the numbered pages.
    """
    if not size or (total <= size and start == 1):
        return []
    return [max(0, start - 1 - size), *(size * (number - 1) for number in near(-(-start // size), -(-total // size)))]


def name_pages(
    datasette: Datasette, request: Request, size: int, start: int, tokens: Mapping[int, str | None]
) -> dict[str, Any]:
    """Addresses and numbers of pages, whose `_next` is known by the rows before them."""
    paths = {
        place: datasette.urls.path(path_with_replaced_args(request, {"_next": token}))
        for place, token in tokens.items()
    }
    numbered = [{"number": place // size + 1, "href": paths[place]} for place in sorted(paths) if place % size == 0]
    here = {"page_number": -(-start // size), "pages": numbered}
    return {**here, "previous_url": paths[max(0, start - 1 - size)]} if start > 1 else here
