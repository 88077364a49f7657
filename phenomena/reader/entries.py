"""Blocks to entries, with a status for every line of the list.

Both dialects are read by one rule: a bullet with bullets below it is an entry and they are its fields (nested); a
bullet without, after a blank line or with a link of its own, opens one, and the bullets after it are its fields (flat).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .drafts import Draft, Entry, check_links, finish_draft
from .grammar.fields import parse_resource, parse_title
from .grammar.links import (
    IMAGE,
    LINK,
    PLAIN_LINK,
    Link,
    carries_link,
    find_links,
    is_boilerplate,
    is_decoration,
    is_prose,
)
from .ledger import Ledger
from .limits import Limits
from .outline import BULLET, Block, Item, Line
from .sections import Outlook, Section, looks_like_entry, open_section
from .segments import Segment, field_segments, split_segments
from .source import Source, check_counts

SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.I)  # javascript:
SENTENCE_END = re.compile(r"[.!?…)\]>\"'”’]$")  # ...is found.
FOLDED_LEVEL = 3  # a folded year counts as the heading `### Topic: Year`


@dataclass(frozen=True)
class Resource:
    """A plain link of the closing section; `url` is None where the line has no link."""

    line: int
    title: str
    url: str | None


class Reader:
    """The state of one pass over the blocks: the section, and the entry that is being gathered."""

    def __init__(self, source: Source, location: str, limits: Limits) -> None:
        self.source = source
        self.location = location
        self.limits = limits
        self.blocks = Outlook(())
        self.ledger = Ledger(source)
        self.section = Section("head")
        self.draft: Draft | None = None
        self.entries: list[Entry] = []
        self.name_count = 0
        self.resources: list[Resource] = []
        self.images: dict[str, str] = {}
        self.descriptions: dict[str, tuple[Line, ...]] = {}
        self.is_under_heading = False  # of a topic, with nothing between but images and comments

    def read_block(self, block: Block) -> None:
        """Take one top-level block."""
        if block.kind == "heading":
            self.read_heading(block)
        elif block.kind == "list":
            for item in block.items:
                self.read_bullet(item)
        elif block.kind in ("text", "quote", "table"):
            self.read_text(block)
        elif not block.closed:
            self.ledger.report("unclosed-block", block.lines[0])
            self.ledger.claim(block.lines, "problem")
        elif block.kind == "comment" or self.section.kind != "topic":  # code is a template, but not among entries
            self.ledger.claim(block.lines, "boilerplate")
        else:
            self.ledger.reject(block.lines)
        self.is_under_heading &= block.kind in ("heading", "comment") or (
            block.kind == "text" and is_decoration(Segment(block.lines).text)
        )

    def read_heading(self, block: Block) -> None:
        """Begin a section. A link in a topic's heading is lost: some lists give each paper a heading of its own."""
        first = block.lines[0]
        is_aside = self.section.is_aside and block.level > self.section.level
        holds = self.blocks.holding(block.level) if is_aside else ""
        self.enter(open_section(self.section, first.text, block.level, holds), block.lines)
        for line in block.lines if self.section.holds_data else ():
            if carries_link(self.source.lines[line.number - 1]):
                self.ledger.report("link-in-heading", line)

    def enter(self, section: Section, lines: Sequence[Line]) -> None:
        """Close the open entry and begin a section with the heading on these lines."""
        self.finish_entry()
        self.is_under_heading = section.kind == "topic" and not section.year and section.topic != self.section.topic
        self.section = section
        self.ledger.claim(lines, "heading")
        if section.problem:
            code, field, detail = section.problem
            self.ledger.report(code, lines[0], field, detail)

    def read_text(self, block: Block) -> None:
        """Lines outside lists: a folded year, an image, prose, a table.

        Where a line carries a link among data, all lines but images are rejected; so is prose among entries.
        """
        text = Segment(block.lines).text
        self.keep_description(block)
        is_whole = is_boilerplate(text)  # such as an image over several lines
        has_link = (self.section.holds_data or self.draft is not None) and carries_link(text)
        rejected: list[Line] = []
        for line in block.lines:
            if name := Segment((line,)).folded_year:
                self.enter(open_section(self.section, name, FOLDED_LEVEL), [line])
            elif not (is_whole or is_boilerplate(line.text)) and (has_link or self.is_among_entries):
                rejected.append(line)
            else:
                self.keep_image(line)
                self.ledger.claim([line], "boilerplate")
        self.ledger.reject(rejected, rows=rejected[2:] if block.kind == "table" else ())

    @property
    def is_among_entries(self) -> bool:
        """Whether prose here can't be a topic's description."""
        return self.section.kind == "topic" and (self.section.year is not None or self.draft is not None)

    def keep_description(self, block: Block) -> None:
        """The paragraph directly under a topic's heading is the topic's, images apart, if it is prose."""
        lines = tuple(line for line in block.lines if not is_decoration(line.text))
        if self.is_under_heading and self.section.topic and block.kind == "text" and is_prose(Segment(lines).text):
            self.descriptions.setdefault(self.section.topic, lines)

    def keep_image(self, line: Line) -> None:
        """The first image below a topic's heading is the topic's."""
        image = IMAGE.fullmatch(line.text)
        if image and image[1] and self.section.topic and not self.is_among_entries:
            self.images.setdefault(self.section.topic, image[1])
            if SCHEME.match(image[1]):  # a path beside the list is allowed
                check_links([Link("", image[1])], line, self.ledger)

    def read_bullet(self, item: Item) -> None:
        """A bullet is an entry or a field under a topic, a resource under that heading, boilerplate elsewhere."""
        if self.section.kind == "resources":
            self.read_resource(item)
        elif is_anchor(item):
            self.ledger.claim(item.all_lines, "boilerplate")
        elif self.section.kind == "topic" or (self.section.kind == "head" and (self.draft or has_paper_link(item))):
            self.read_item(item)
        else:
            self.ledger.claim(item.all_lines, "boilerplate")
            if looks_like_entry(item):
                self.ledger.report("unread-entry", item.lines[0])

    def read_resource(self, item: Item) -> None:
        """The first link of a bullet, or its text; bullets below it are resources too."""
        lost = [line for line in item.lines if line.lazy and carries_link(line.text)]
        own = [line for line in item.lines if line not in lost]
        self.ledger.claim(own, "resource")
        self.ledger.reject(lost)
        if text := Segment(tuple(own)).text:
            title, link = parse_resource(text)
            self.resources.append(Resource(item.lines[0].number, title, (link.url or None) if link else None))
            check_links(find_links(text), item.lines[0], self.ledger)
        for child in item.children:
            self.read_resource(child)

    def read_item(self, item: Item) -> None:
        """A bullet under a topic: an entry of its own, or a field of the open one."""
        own = split_segments(item.lines, at_bullets=True)
        below = [segment for child in item.children for segment in field_segments(child)]
        first = next((segment for segment in own if not segment.first.lazy and not is_apart(segment)), None)
        unplaced: list[Line] = []
        for segment in (*own, *below):
            if segment is first:
                self.begin(item, segment, nested=bool(below))
            if not self.place(segment):
                unplaced.extend(segment.lines)
        self.ledger.reject(unplaced)

    def begin(self, item: Item, segment: Segment, nested: bool) -> None:
        """Open an entry with a bullet's first segment, or report that the field is apart from its entry."""
        if self.opens_entry(item, segment):
            self.finish_entry()
            self.draft = Draft(self.section, nested)
        elif item.after_blank and self.draft and segment.text:
            self.ledger.report("stray-field", segment.first, segment.label.field if segment.label else None)

    def opens_entry(self, item: Item, segment: Segment) -> bool:
        """Whether a bullet begins an entry: it has no label, and fields below it, a link, or a blank line before it.

        A title may begin like a label (`Digest of ...`) where its place and its link show that it is a title.
        """
        has_link = bool(parse_title(segment.text).links)
        if not segment.text or (segment.label and not (has_link and (item.children or item.after_blank))):
            return False
        return bool(item.children or has_link or item.after_blank or self.draft is None or self.draft.nested)

    def place(self, segment: Segment) -> bool:
        """Give a segment to the open entry, unless it is a folded year or boilerplate. False where no entry is open."""
        if segment.folded_year:
            self.enter(open_section(self.section, segment.folded_year, FOLDED_LEVEL), segment.lines)
        elif is_boilerplate(segment.text):
            self.ledger.claim(segment.lines, "boilerplate")
        elif self.draft is None:
            return False
        else:
            self.draft.segments.append(segment)
        return True

    def finish_entry(self) -> None:
        """Close the open entry, if there is one."""
        if self.draft:
            self.add(finish_draft(self.draft, self.ledger))
        self.draft = None

    def add(self, entry: Entry) -> None:
        """Take one more entry. Raises ListError where that is one too many, before the rest of the list is read."""
        self.entries.append(entry)
        self.name_count += len(entry.authors) + len(entry.keywords)
        check_counts(len(self.entries), self.name_count, self.limits, f"{self.location}, line {entry.line}")

    def check_end(self) -> None:
        """A list that ends in an empty bullet, or in mid-sentence without a line end, was cut off."""
        last = len(self.source.lines)
        if not self.entries or self.ledger.statuses[last - 1].status != "entry":
            return
        text = BULLET.sub("", self.source.lines[-1], count=1).strip()
        if not text or not (self.source.final_newline or SENTENCE_END.search(text)):
            self.ledger.report("truncated-entry", Line(last, text), written=self.entries[-1].title)


def is_apart(segment: Segment) -> bool:
    """Whether a segment is not part of an entry, wherever it is."""
    return is_boilerplate(segment.text) or bool(segment.folded_year)


def is_anchor(item: Item) -> bool:
    """Whether a bullet, and all below it, only point into the page: a table of contents."""
    text = Segment(item.lines).text
    match = PLAIN_LINK.fullmatch(text)
    points_here = bool(match and match[2].startswith("#")) and not carries_link(text)
    return points_here and all(map(is_anchor, item.children))


def has_paper_link(item: Item) -> bool:
    """Whether a bullet has a link in double brackets, which only papers have."""
    return bool(LINK.search(Segment(item.lines).text))
