"""A list in whichever format: read by the built-in grammar, or by a dialect.

What dialects need is imported only where one is given, because most builds need none of it.
"""

from __future__ import annotations

from ..limits import USUAL, Limits
from ..reading import Reading, check_reading, read_list
from ..source import Source
from ..workers import Pool


def read_entries(
    source: Source, location: str, dialect: str | None = None, limits: Limits = USUAL, pool: Pool | None = None
) -> Reading:
    """What a list says, by the built-in grammar or by a dialect: the name of a preset, or a file.

    Raises ListError when the list holds no paper or too much, or when its dialect can't be used or matches too little.
    """
    if dialect:
        from .reading import read_by_name

        return read_by_name(source, dialect, location, limits)
    reading = read_list(source, location, limits, pool)
    check_reading(reading, location)
    return reading


def draft_dialect(source: Source, location: str, limits: Limits = USUAL) -> str:
    """A draft of a list's dialect, for a person to check. Raises ListError when the list holds too much."""
    from .guess import guess_dialect

    return guess_dialect(source, location, limits)
