"""What a list consists of, for a draft of its dialect: its bullets, paragraphs, tables and short sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..entries import is_anchor
from ..grammar.links import carries_link
from ..outline import Block, Item, Line
from ..sections import BOILERPLATE, CONTENTS, heading_text
from .headings import written_heading
from .inline import clean_line
from .rows import split_row

ENOUGH = 60  # samples of one kind
MAX_SECTION = 12  # lines; a longer section holds several papers


@dataclass(frozen=True)
class Sample:
    """A possible entry: its own text, whole, and the texts of its lines and of what is below it."""

    whole: str
    lines: tuple[str, ...]
    below: tuple[str, ...] = ()


@dataclass
class Samples:
    """Possible entries by unit, the cells of all tables by their columns' headings, and short sections by level."""

    units: dict[str, list[Sample]] = field(default_factory=lambda: {"bullet": [], "paragraph": []})
    columns: dict[str, list[str]] = field(default_factory=dict)
    sections: dict[int, list[Sample]] = field(default_factory=dict)
    rows: int = 0
    has_topics: bool = False


def collect(blocks: Iterable[Block]) -> Samples:
    """All samples under headings that may be topics'."""
    samples = Samples()
    is_read = True
    head: Block | None = None
    inside: list[Block] = []
    for block in blocks:
        if found := heading_of(block):
            add_section(samples, head, inside)
            name, level = found
            is_read = not (CONTENTS.fullmatch(name) or BOILERPLATE.fullmatch(name))
            samples.has_topics |= is_read and level > 1
            head, inside = (block if block.kind == "heading" else None), []
        elif is_read:
            inside.append(block)
            add_block(samples, block)
    add_section(samples, head, inside)
    return samples


def heading_of(block: Block) -> tuple[str, int] | None:
    """The name and level of a heading, or of the first in HTML within a paragraph."""
    if block.kind == "heading":
        return heading_text(block.lines[0].text), block.level
    found = (written_heading(line.text, may_be_bold=False) for line in block.lines if block.kind == "text")
    return next(filter(None, found), None)


def add_block(samples: Samples, block: Block) -> None:
    """What is in one block."""
    if block.kind == "text":
        add(samples.units["paragraph"], block.lines, ())
    elif block.kind == "table":
        add_table(samples, block.lines)
    for item in block.items:
        if not is_anchor(item):
            add(samples.units["bullet"], item.lines, lines_of(item.children))


def add_section(samples: Samples, head: Block | None, inside: Sequence[Block]) -> None:
    """A heading with a few lines below it may be a paper's."""
    if head is None:
        return
    below = [line for block in inside for line in (*block.lines, *lines_of(block.items))]
    if len(below) <= MAX_SECTION and head.level > 1:
        add(samples.sections.setdefault(head.level, []), head.lines[:1], below)


def lines_of(items: Iterable[Item]) -> list[Line]:
    """All lines of some bullets."""
    return [line for item in items for line in item.all_lines]


def add(some: list[Sample], lines: Sequence[Line], below: Sequence[Line]) -> None:
    """Take lines as one sample, if they carry a link."""
    texts = [text for line in lines if (text := clean_line(line.text))]
    if texts and any(carries_link(line.text) for line in (*lines, *below)):
        under = tuple(text for line in below if (text := clean_line(line.text)))
        some.append(Sample(" ".join(texts), tuple(texts), under))


def add_table(samples: Samples, lines: Sequence[Line]) -> None:
    """The cells of a table's rows that carry a link."""
    headings = split_row(lines[0].text)
    for line in lines[2:]:
        if carries_link(line.text):
            samples.rows += 1
            for heading, cell in zip(headings, split_row(line.text), strict=False):
                samples.columns.setdefault(heading.strip("*_` "), []).append(cell)


def spread(some: Sequence[Sample], count: int = ENOUGH) -> list[Sample]:
    """At most so many of them, evenly from the whole list."""
    step = max(1, -(-len(some) // count))
    return list(some[::step])
