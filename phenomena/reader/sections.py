"""What a heading opens: a topic, a year of a topic, resources, or boilerplate such as contents and contributing.

No topic is known by name. What is not a topic is known by name, because every list of this family uses the same words.
A heading below one of those belongs to it, unless its contents show that it is a topic: no name may hide the
topics that somebody happened to put below it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count

from .grammar.fields import collapse, strip_tags
from .grammar.links import carries_link, has_labelled_link
from .grammar.years import WrittenYear, closing_year
from .outline import Block, Item, OpenEndError
from .segments import Segment

HEADING_LINK = re.compile(
    r"!?\[!?\[?([^\[\]]*)\]?(?:\([^()]*\))?\]?\([^()]*\)"
)  # [![Awesome](badge)](link), [Topic](#topic)
RESOURCES = re.compile(
    r"(?:(?:related|other|useful|further)\s+)*(?:resources|links|reading|lists|awesome lists)$", re.I
)
CONTENTS = re.compile(r"(?:table of )?contents?|toc|introduction|about(?: this list)?", re.I)  # Table of Contents
BOILERPLATE = re.compile(
    r"(?:how to )?contribut(?:e|ing|ions?|ors?)(?: guidelines?| guide)?|licen[cs]e|citation|citing"
    r"|acknowledge?ments?|star history|maintainers?|news|updates?|changelog",
    re.I,
)  # Contributing, License
NEAR_NAME = 0.8
MAX_NAME = 200  # characters; longer names resemble no other


@dataclass(frozen=True)
class Section:
    """Where an entry is. `kind` is head, topic, resources, contents or boilerplate; topic and year may be unknown.

    `level` is that of the heading that opened the topic, or the other kind of section. `problem` is the one that its
    heading has: a code, a field, and a detail for the message.
    """

    kind: str
    topic: str | None = None
    year: int | None = None
    level: int = 0
    problem: tuple[str, str, str] | None = None

    @property
    def is_aside(self) -> bool:
        """Whether it is no topic; the headings below it belong to it, unless they are topics."""
        return self.kind in ("resources", "contents", "boilerplate")

    @property
    def holds_data(self) -> bool:
        """Whether its lines are meant for the database."""
        return self.kind in ("topic", "resources")


def open_section(before: Section, text: str, level: int, holds: str = "") -> Section:
    """The section that a heading opens, seen from the one before it.

    `# Title` is the list's own head, `## Topic` a topic, `### Topic: Year` a year of it. A year heading that names
    another topic opens that topic, unless the names are so alike that one must be misspelt; `## Topic: Year` may name
    any. `holds` says what is under the heading: "entries", other "links", or neither.
    """
    name = heading_text(text)
    if RESOURCES.fullmatch(name):
        return Section("resources", level=level)
    if CONTENTS.fullmatch(name):
        return Section("contents", level=level)
    if BOILERPLATE.fullmatch(name):
        return Section("boilerplate", level=level)
    found = closing_year(name)
    named = collapse(found.text.rstrip(" :：,-–—([")) if found else name
    is_inside = before.is_aside and level > before.level
    if is_inside and not (found and found.year and named) and not opens_topic(before, level, holds):
        return replace(before, problem=None)
    is_below = bool(before.topic) and level > max(before.level, 2)
    if found:
        parent = before.topic if is_below or not named else None
        own_level = level if is_inside or before.topic else min(level, 2)
        return open_year(parent, named, found, before.level if parent else own_level)
    if is_below:
        return Section("topic", before.topic, None, before.level, ("heading-without-year", "year", ""))
    if level == 1 and before == Section("head"):
        return Section("head", level=1)
    problem = ("nested-topic", "topic", "") if is_inside and (level > 2 or before.kind != "contents") else None
    return Section("topic", name, None, level, problem)


def opens_topic(before: Section, level: int, holds: str) -> bool:
    """Whether a heading below contents, resources or boilerplate is a topic's: there are entries under it.

    Contents hold only links into the page, so any other link there is a topic's, and `## Topic` below
    `# Contents` is always a topic. Resources have sections of their own, with links that look like entries.
    """
    if before.kind == "contents":
        return level == 2 or bool(holds)
    return holds == "entries" and (before.kind == "boilerplate" or level == 2)


def open_year(parent: str | None, named: str, found: WrittenYear, level: int) -> Section:
    """The section of a heading that ends with a year, or with what was meant as one."""
    topic, mismatch = choose_topic(parent, named)
    problem = ("heading-mismatch", "topic", "") if mismatch else None
    if found.year is None:
        problem = ("malformed-year", "year", found.written)
    return Section("topic", topic, found.year, level, problem)


def choose_topic(parent: str | None, named: str) -> tuple[str | None, bool]:
    """The topic of a year heading below a parent, and whether the two names disagree."""
    if not parent or not named:
        return named or parent, False
    if named.casefold() == parent.casefold():
        return parent, False
    near = SequenceMatcher(None, named.casefold()[:MAX_NAME], parent.casefold()[:MAX_NAME]).ratio() >= NEAR_NAME
    return (parent if near and len(named) <= MAX_NAME else named), True


def heading_text(text: str) -> str:
    """A heading without badges, links, emphasis, tags and closing colon."""
    plain = HEADING_LINK.sub(lambda match: "" if match[0].startswith(("!", "[!")) else match[1], text)
    return strip_tags(plain).strip("*_#: ").strip()


class Outlook:
    """Blocks in order, once; those under a heading can be seen before they are read.

    Where the list `goes_on` after them, and so may the section, looking raises OpenEndError.
    """

    def __init__(self, blocks: Iterable[Block], goes_on: bool = False) -> None:
        self.goes_on = goes_on
        self.blocks = iter(blocks)
        self.seen: deque[Block] = deque()

    def __iter__(self) -> Iterator[Block]:
        while block := self.seen.popleft() if self.seen else next(self.blocks, None):
            yield block

    def holding(self, level: int) -> str:
        """ "entries" or "links" if there are any before the next heading of a level or above it."""
        found = {block_holding(block) for block in self.until(level)}
        return "entries" if "entries" in found else "links" if "links" in found else ""

    def until(self, level: int) -> Iterator[Block]:
        """The blocks before the next heading of a level or above it."""
        for place in count():
            if place == len(self.seen):
                block = next(self.blocks, None)
                if block is None:
                    if self.goes_on:
                        raise OpenEndError
                    return
                self.seen.append(block)
            if self.seen[place].kind == "heading" and self.seen[place].level <= level:
                return
            yield self.seen[place]


def block_holding(block: Block) -> str:
    """What one block holds: "entries", other "links", or neither."""
    if any(map(looks_like_entry, block.items)):
        return "entries"
    in_items = [line for item in block.items for line in item.all_lines]
    lines = block.lines if block.kind in ("text", "table") else in_items
    return "links" if any("://" in line.text and carries_link(line.text) for line in lines) else ""


def looks_like_entry(item: Item) -> bool:
    """Whether a bullet, or one below it, has a labelled link to a real address."""
    return has_labelled_link(Segment(item.lines).text) or any(map(looks_like_entry, item.children))
