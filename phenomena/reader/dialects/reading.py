"""A whole list read by a dialect: the same Reading as the built-in grammar's."""

from __future__ import annotations

from ..head import parse_head
from ..limits import USUAL, Limits
from ..outline import parse_outline
from ..reading import Reading, Topic
from ..segments import Segment
from ..source import Source
from .declaration import Dialect, find_dialect, read_dialect
from .guards import check_coverage, check_fields, quiet_codes
from .walk import DialectReader


def read_by_name(source: Source, name: str, location: str | None = None, limits: Limits = USUAL) -> Reading:
    """Read a whole list by the dialect of a file, or a preset. Raises ListError as `read_by_dialect` does, and where
    the dialect can't be used.
    """
    return read_by_dialect(source, read_dialect(find_dialect(name)), location, limits)


def read_by_dialect(source: Source, dialect: Dialect, location: str | None = None, limits: Limits = USUAL) -> Reading:
    """Read a whole list. What matches no template is reported as a problem.

    Raises ListError, with the list's `location` or else its name, when the dialect matches too little of it, and when
    it holds more than its `limits`.
    """
    reader = walk(source, dialect, location, limits)
    check_coverage(len(reader.entries), reader.refused, location or source.name)
    check_fields(reader.entries, dialect, reader.ledger)
    return make_reading(reader)


def walk(source: Source, dialect: Dialect, location: str | None = None, limits: Limits = USUAL) -> DialectReader:
    """All blocks of a list taken by a reader."""
    reader = DialectReader(source, dialect, location or source.name, limits)
    for block in parse_outline(source.lines):
        reader.read_block(block)
    reader.finish_entry()
    return reader


def make_reading(reader: DialectReader) -> Reading:
    """What a reader found, with a status for every line."""
    topics = dict.fromkeys(entry.topic for entry in reader.entries if entry.topic)
    described = {name: lines for name, lines in reader.descriptions.items() if name in topics}
    for lines in described.values():
        reader.ledger.claim(lines, "description")
    statuses = reader.ledger.close()
    quiet = quiet_codes(reader.entries, reader.dialect)
    return Reading(
        head=parse_head(reader.source.lines),
        entries=tuple(reader.entries),
        resources=(),
        topics=tuple(
            Topic(name, reader.images.get(name), Segment(described.get(name, ())).text or None) for name in topics
        ),
        statuses=statuses,
        problems=tuple(
            sorted((one for one in reader.ledger.problems if one.code not in quiet), key=lambda one: one.line)
        ),
        quiet=quiet,
    )
