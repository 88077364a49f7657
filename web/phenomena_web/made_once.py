"""What many pages show and only the build decides: made by the first page that needs it, and kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from .internals import is_reloading
from .site import published

if TYPE_CHECKING:
    from datasette.app import Datasette

Made = TypeVar("Made")

kept: WeakKeyDictionary[Datasette, dict[Hashable, Any]] = WeakKeyDictionary()


async def made_once(datasette: Datasette, key: Hashable, make: Callable[[], Awaitable[Made]]) -> Made:
    """What `make` gives, kept under a key; keys are the site's own, none that a visitor can make up.

    Where the file or the code may change while the server runs it is made each time.
    """
    of_site = kept.setdefault(datasette, {})
    if key in of_site:
        made: Made = of_site[key]
        return made
    made = await make()
    if not (published(datasette).is_mutable or is_reloading(datasette)):
        of_site[key] = made
    return made
