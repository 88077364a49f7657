"""How much a list may hold: enough for any that is kept by hand, and too little to keep a build busy for long."""

from __future__ import annotations

from dataclasses import dataclass

MAX_LINE_BYTES = 20_000


@dataclass(frozen=True)
class Limits:
    """The most entries of a list; its other limits follow from them, as much as entries of this kind ever need."""

    entries: int = 6_000

    @property
    def names(self) -> int:
        """Authors and keywords of all entries together."""
        return 10 * self.entries

    @property
    def lines(self) -> int:
        """Lines of the list."""
        return 10 * self.entries

    @property
    def bytes(self) -> int:
        """Length of the list: 5 MB for 6,000 entries."""
        return self.entries * 2_500 // 3


USUAL = Limits()
