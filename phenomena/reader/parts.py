"""A long list read in parts, side by side, with the very result of reading it as one.

A list is cut before headings. A part is read with the section that the headings before it suggest; whoever puts the
parts together reads it anew where the section is another in truth, or where a part can't be read alone.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .drafts import Entry
from .entries import Reader, Resource
from .ledger import Statuses
from .limits import Limits
from .outline import HEADING, Line, OpenEndError, find_heading, parse_outline
from .problems import Problem
from .sections import Outlook, Section, open_section
from .source import ListError, Source

PART_LINES = 20_000  # at least: half a second's work or more, which is worth the start of processes


@dataclass(frozen=True)
class Part:
    """Lines of a list, of which so many are before and after them, and the section in which they probably begin."""

    lines: tuple[str, ...]
    before: int
    after: int
    section: Section


@dataclass(frozen=True)
class PartReading:
    """What was read of a part; `section` is the one at its end."""

    section: Section
    entries: Sequence[Entry]
    resources: Sequence[Resource]
    images: Mapping[str, str]
    descriptions: Mapping[str, tuple[Line, ...]]
    statuses: Statuses
    problems: Sequence[Problem]


def cut(lines: tuple[str, ...], size: int = PART_LINES) -> list[Part]:
    """The parts of a list, each of at least so many lines but the last."""
    starts = [0]
    while (start := find_heading(lines, starts[-1] + size)) < len(lines):
        starts.append(start)
    sections = guess_sections(lines, starts)
    ends = [*starts[1:], len(lines)]
    return [
        Part(lines[start:end], start, len(lines) - end, section)
        for start, end, section in zip(starts, ends, sections, strict=True)
    ]


def guess_sections(lines: Sequence[str], places: Sequence[int]) -> Iterator[Section]:
    """The section above each of some lines, in order, as if all that looks like a heading were one."""
    section, place = Section("head"), 0
    for end in places:
        for line in lines[place:end]:
            if line.startswith("#") and HEADING.match(line):
                level = len(line) - len(line.lstrip("#"))
                section = open_section(section, line.strip("# \t"), level)
        place = end
        yield section


def read_part(part: Part, limits: Limits) -> PartReading | None:
    """Read a part alone; None where what follows it may belong to its last block, or where it holds too much."""
    end = ("",) if part.after else ()  # so that its last line isn't taken for the list's
    source = Source("", None, ("",) * part.before + part.lines + end, "", 0, True, ())  # numbered as in the list
    reader = Reader(source, "", limits)
    reader.section = part.section
    try:
        goes_on = bool(part.after)
        reader.blocks = Outlook(parse_outline(source.lines, start=part.before, goes_on=goes_on), goes_on)
        for block in reader.blocks:
            reader.read_block(block)
        reader.finish_entry()
    except (OpenEndError, ListError):
        return None
    return PartReading(
        reader.section,
        reader.entries,
        reader.resources,
        reader.images,
        reader.descriptions,
        reader.ledger.statuses.cut(part.before, part.before + len(part.lines)),
        reader.ledger.problems,
    )


def read_parts(reader: Reader, parts: Sequence[Part], readings: Iterable[PartReading | None]) -> None:
    """Take the readings of all parts, and read here what they lack. Raises ListError as the reader does."""
    starts, place = {part.before for part in parts}, 0
    for part, reading in zip(parts, readings, strict=True):
        if part.before < place:
            continue
        reader.finish_entry()
        if reading and part.section == reader.section:
            take_part(reader, part, reading)
        else:
            place = read_on(reader, part.before, starts)


def read_on(reader: Reader, start: int, starts: Container[int] = ()) -> int:
    """Read from a line on to where another part begins, not before the end of a block; gives that line."""
    reader.blocks = Outlook(parse_outline(reader.source.lines, start=start))
    for block in reader.blocks:
        place = block.lines[0].number - 1 if block.kind == "heading" else start
        if place > start and place in starts:
            return place
        reader.read_block(block)
    return len(reader.source.lines)


def take_part(reader: Reader, part: Part, reading: PartReading) -> None:
    """Go on after a part as if it had been read here."""
    for entry in reading.entries:
        reader.add(entry)
    reader.section = reading.section
    reader.resources += reading.resources
    reader.images = {**reading.images, **reader.images}
    reader.descriptions = {**reading.descriptions, **reader.descriptions}
    reader.ledger.statuses.put(part.before, reading.statuses)
    reader.ledger.problems += reading.problems
