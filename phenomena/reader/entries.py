"""Room 3: blocks to entries, with a status for every line of the list.

Both dialects are read by one rule: a bullet with bullets below it is an entry and they are its fields (nested); a
bullet without, after a blank line or with a link of its own, opens one, and the bullets after it are its fields (flat).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from . import grammar
from .boilerplate import IMAGE, carries_link, is_boilerplate
from .drafts import Draft, Segment, check_links, field_segments, finish_draft, join, split_segments
from .holdings import heading_holdings, looks_like_entry
from .ledger import Ledger
from .outline import BULLET, Block, Item, Line, parse_outline
from .reading import Entry, Reading, Resource, Topic
from .sections import Section, open_section, summary_section
from .source import Source

SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.I)  # javascript:
SENTENCE_END = re.compile(r"[.!?…)\]>\"'”’]$")  # ...is found.


def read_entries(source: Source) -> Reading:
    """Read a whole list. Nothing is raised: what can't be read is reported as a problem."""
    blocks = parse_outline(source.lines)
    reader = Reader(source, heading_holdings(blocks))
    for block in blocks:
        reader.read_block(block)
    return reader.finish()


class Reader:
    """The state of one pass over the blocks: the section, and the entry that is being gathered."""

    def __init__(self, source: Source, holdings: Mapping[int, str]) -> None:
        self.source = source
        self.holdings = holdings
        self.ledger = Ledger(source)
        self.section = Section("head")
        self.draft: Draft | None = None
        self.entries: list[Entry] = []
        self.resources: list[Resource] = []
        self.images: dict[str, str] = {}

    def read_block(self, block: Block) -> None:
        """Take one top-level block."""
        if block.kind == "heading":
            self.read_heading(block)
        elif block.kind == "list":
            for item in block.items:
                self.read_bullet(item)
        elif block.kind in ("text", "table"):
            self.read_text(block)
        elif not block.closed:
            self.ledger.report("unclosed-block", block.lines[0])
            self.ledger.claim(block.lines, "problem")
        elif block.kind == "comment" or self.section.kind != "topic":  # code is a template, but not among entries
            self.ledger.claim(block.lines, "boilerplate")
        else:
            self.ledger.reject(block.lines)

    def read_heading(self, block: Block) -> None:
        """Begin a section. A link in a topic's heading is lost: some lists give each paper a heading of its own."""
        first = block.lines[0]
        self.enter(
            open_section(self.section, first.text, block.level, self.holdings.get(first.number, "")), block.lines
        )
        for line in block.lines if self.section.holds_data else ():
            if carries_link(self.source.lines[line.number - 1]):
                self.ledger.report("link-in-heading", line)

    def enter(self, section: Section, lines: Sequence[Line]) -> None:
        """Close the open entry and begin a section with the heading on these lines."""
        self.finish_entry()
        self.section = section
        self.ledger.claim(lines, "heading")
        if section.problem:
            code, field, detail = section.problem
            self.ledger.report(code, lines[0], field, detail)

    def read_text(self, block: Block) -> None:
        """Lines outside lists: a folded year, an image, prose, a table.

        Refused are all but images where a line carries a link among data, and prose among entries.
        """
        text = join(block.lines)
        is_whole = is_boilerplate(text)  # such as an image over several lines
        has_link = (self.section.holds_data or self.draft is not None) and carries_link(text)
        rejected: list[Line] = []
        for line in block.lines:
            if section := summary_section(self.section, line.text):
                self.enter(section, [line])
            elif not (is_whole or is_boilerplate(line.text)) and (has_link or self.is_among_entries):
                rejected.append(line)
            else:
                self.keep_image(line)
                self.ledger.claim([line], "boilerplate")
        self.ledger.reject(rejected, rows=rejected[2:] if block.kind == "table" else ())

    @property
    def is_among_entries(self) -> bool:
        """Whether prose here is no topic's description."""
        return self.section.kind == "topic" and (self.section.year is not None or self.draft is not None)

    def keep_image(self, line: Line) -> None:
        """The first image below a topic's heading is the topic's."""
        image = IMAGE.fullmatch(line.text)
        if image and image[1] and self.section.topic and not self.is_among_entries:
            self.images.setdefault(self.section.topic, image[1])
            if SCHEME.match(image[1]):  # a path beside the list is no fault
                check_links([grammar.Link("", image[1])], line, self.ledger)

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
        if text := join(own):
            title, link = grammar.parse_resource(text)
            self.resources.append(Resource(item.lines[0].number, title, (link.url or None) if link else None))
            check_links(grammar.find_links(text), item.lines[0], self.ledger)
        for child in item.children:
            self.read_resource(child)

    def read_item(self, item: Item) -> None:
        """A bullet under a topic: an entry of its own, or a field of the open one."""
        own = split_segments(item.lines, at_bullets=True)
        below = [segment for child in item.children for segment in field_segments(child)]
        first = next((segment for segment in own if not segment[0].lazy and not self.is_apart(segment)), None)
        unplaced: list[Line] = []
        for segment in (*own, *below):
            if segment is first:
                self.begin(item, segment, nested=bool(below))
            if not self.place(segment):
                unplaced.extend(segment)
        self.ledger.reject(unplaced)

    def begin(self, item: Item, segment: Segment, nested: bool) -> None:
        """Open an entry with a bullet's first segment, or report that the field stands apart."""
        text = join(segment)
        if self.opens_entry(item, text):
            self.finish_entry()
            self.draft = Draft(self.section, nested)
        elif item.after_blank and self.draft and text:
            label = grammar.parse_label(text)
            self.ledger.report("stray-field", segment[0], label.field if label else None)

    def opens_entry(self, item: Item, text: str) -> bool:
        """Whether a bullet begins an entry: it has fields below it, or a link, or stands apart, and has no label.

        A title may begin like a label (`Digest of ...`) where its place and its link say that it is one.
        """
        has_link = bool(grammar.parse_title(text).links)
        if not text or (grammar.parse_label(text) and not (has_link and (item.children or item.after_blank))):
            return False
        return bool(item.children or has_link or item.after_blank or self.draft is None or self.draft.nested)

    def is_apart(self, segment: Segment) -> bool:
        """Whether a segment is no part of an entry wherever it stands."""
        return is_boilerplate(join(segment)) or bool(summary_section(self.section, segment[0].text))

    def place(self, segment: Segment) -> bool:
        """Give a segment to the open entry, unless it is a folded year or boilerplate. False where no entry is open."""
        if section := summary_section(self.section, segment[0].text):
            self.enter(section, segment)
        elif is_boilerplate(join(segment)):
            self.ledger.claim(segment, "boilerplate")
        elif self.draft is None:
            return False
        else:
            self.draft.segments.append(segment)
        return True

    def finish_entry(self) -> None:
        """Close the open entry, if there is one."""
        if self.draft:
            self.entries.append(finish_draft(self.draft, self.ledger))
        self.draft = None

    def check_end(self) -> None:
        """A list that stops in an empty bullet, or in mid-sentence without a line end, lost its tail."""
        last = len(self.source.lines)
        end = self.ledger.statuses.get(last)
        if not end or end.status != "entry" or not self.entries:
            return
        text = BULLET.sub("", self.source.lines[-1], count=1).strip()
        if not text or not (self.source.final_newline or SENTENCE_END.search(text)):
            self.ledger.report("truncated-entry", Line(last, text), written=self.entries[-1].title)

    def finish(self) -> Reading:
        """Everything read."""
        self.finish_entry()
        self.check_end()
        statuses = self.ledger.close()
        names = dict.fromkeys(entry.topic for entry in self.entries if entry.topic)
        topics = tuple(Topic(name, self.images.get(name)) for name in names)
        problems = tuple(sorted(self.ledger.problems, key=lambda problem: problem.line))
        return Reading(tuple(self.entries), tuple(self.resources), topics, statuses, problems)


def is_anchor(item: Item) -> bool:
    """Whether a bullet, and all below it, only point into the page: a table of contents."""
    text = join(item.lines)
    match = grammar.PLAIN_LINK.fullmatch(text)
    points_here = bool(match and match[2].startswith("#")) and not carries_link(text)
    return points_here and all(map(is_anchor, item.children))


def has_paper_link(item: Item) -> bool:
    """Whether a bullet has a link in double brackets, which only papers have."""
    return bool(grammar.LINK.search(join(item.lines)))
