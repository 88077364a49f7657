"""Blocks to entries by a dialect, with a status for every line of the list.

Blocks come as runs of lines: a bullet's own, a paragraph's, a row. What of a run matches nothing is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..drafts import Entry
from ..entries import is_anchor
from ..grammar.links import IMAGE, TAGS_OR_RULE, carries_link, is_decoration, is_prose
from ..ledger import Ledger
from ..limits import Limits
from ..outline import Block, Item, Line
from ..segments import Segment
from ..source import Source, check_counts
from .declaration import Dialect, fold_name
from .fields import make_entry
from .guards import check_entry
from .headings import Headings, written_heading
from .inline import clean_line
from .matching import REPEATED, Draft, Step, match_entry, plan
from .rows import links_of, match_row, split_row

LINE_FIELDS = ("title", "authors", "keywords", "digest")


class DialectReader:
    """The state of one pass over the blocks. `refused` has a line of each run that carries a link and doesn't match."""

    def __init__(self, source: Source, dialect: Dialect, location: str, limits: Limits) -> None:
        self.source = source
        self.dialect = dialect
        self.location = location
        self.limits = limits
        self.ledger = Ledger(source)
        self.headings = Headings(dialect)
        self.section = self.headings.section()
        self.draft: Draft | None = None
        self.entries: list[Entry] = []
        self.name_count = 0
        self.refused: list[Line] = []
        self.refused_topics: list[str] = []
        self.unread_columns: set[str] = set()
        self.images: dict[str, str] = {}
        self.descriptions: dict[str, tuple[Line, ...]] = {}
        self.is_under_heading = False

    def read_block(self, block: Block) -> None:
        """Take one top-level block."""
        if block.kind == "heading":
            self.read_heading(block)
        elif block.kind == "list":
            for item in block.items:
                self.read_item(item, is_below=False)
        elif block.kind == "table":
            self.read_table(block)
        elif block.kind in ("text", "quote"):
            self.read_text(block)
        elif not block.closed:
            self.ledger.report("unclosed-block", block.lines[0])
            self.ledger.claim(block.lines, "problem")
        elif block.kind == "comment" or self.section.kind != "topic":
            self.ledger.claim(block.lines, "boilerplate")
        else:
            self.refuse(block.lines)
        self.is_under_heading &= block.kind in ("heading", "comment") or (
            block.kind == "text" and is_decoration(Segment(block.lines).text)
        )

    def read_heading(self, block: Block) -> None:
        """A heading opens a section, or an entry where the dialect says that papers have headings."""
        first = block.lines[0]
        if block.level == self.dialect.level and fold_name(first.text) not in self.dialect.skip:
            found = match_entry(self.dialect, clean_line(first.text)) if self.section.kind == "topic" else None
            if found:
                self.take([Step(block.lines, found, opens=True)])
                return
        self.enter(first.text, block.level, block.lines)
        if self.section.kind == "topic" and carries_link(self.source.lines[first.number - 1]):
            self.ledger.report("link-in-heading", first)

    def enter(self, text: str, level: int, lines: Sequence[Line]) -> None:
        """Close the open entry and begin a section."""
        self.finish_entry()
        self.section = self.headings.enter(text, level)
        self.is_under_heading = self.section.kind == "topic"
        self.ledger.claim(lines, "heading")

    def read_item(self, item: Item, is_below: bool) -> None:
        """A bullet and those below it; below an entry's, a bullet is first of all more of that entry."""
        if self.section.kind != "topic" or is_anchor(item):
            for line in item.all_lines:
                self.read_apart(line)
            return
        self.read_run(item.lines, self.dialect.unit == "bullet", is_below)
        for child in item.children:
            self.read_item(child, is_below or self.draft is not None)

    def read_apart(self, line: Line) -> None:
        """A line outside the topics: boilerplate, unless it is a heading in HTML."""
        if heading := written_heading(line.text, may_be_bold=False):
            self.enter(*heading, [line])
        else:
            self.ledger.claim([line], "boilerplate")

    def read_text(self, block: Block) -> None:
        """A paragraph or a quotation: headings that are written without `#`, and the runs of lines between them."""
        run: list[Line] = []
        may_open = self.dialect.unit == "paragraph"
        for line in block.lines:
            is_title = may_open and match_entry(self.dialect, clean_line(line.text)) is not None
            if heading := written_heading(line.text, may_be_bold=self.section.kind == "topic" and not is_title):
                self.read_paragraph(run)
                run = []
                self.enter(*heading, [line])
            else:
                run.append(line)
        self.read_paragraph(run)

    def read_paragraph(self, lines: Sequence[Line]) -> None:
        """A run of lines outside bullets: an entry, more of the open one, a description, an image or boilerplate."""
        if self.section.kind != "topic" or not lines:
            self.ledger.claim(lines, "boilerplate")
            return
        is_indented = self.source.lines[lines[0].number - 1][:1].isspace()
        may_belong = self.dialect.unit != "bullet" or (is_indented and self.draft is not None)
        self.read_run(lines, self.dialect.unit == "paragraph", is_below=False, is_prose_allowed=True, tries=may_belong)

    def read_run(
        self, lines: Sequence[Line], may_open: bool, is_below: bool, is_prose_allowed: bool = False, tries: bool = True
    ) -> None:
        """Lines that belong together. `may_open` says whether they may begin entries, `tries` whether to match them."""
        rows = [(line, clean_line(line.text)) for line in lines]
        for line, text in rows:
            if is_blank(text):
                self.keep_image(line)
                self.ledger.claim([line], "boilerplate")
        rows = [(line, text) for line, text in rows if not is_blank(text)]
        if not rows:
            return
        filled = set(self.draft.fields) if self.draft else None
        steps = plan(self.dialect, rows, filled, may_open, is_below) if tries else [None]
        if steps == [None] * len(steps):
            self.leave([line for line, _ in rows], is_prose_allowed, self.draft if is_below else None)
            return
        self.take([step for step in steps if step])
        done = {line.number for step in steps if step for line in step.lines}
        owner = self.draft if is_below or any(step and step.opens for step in steps) else None
        for line, _ in rows:
            if line.number not in done:
                self.refuse([line], owner)

    def take(self, steps: Sequence[Step]) -> None:
        """Put fields into the open entry, or a new one."""
        for step in steps:
            if step.opens:
                self.finish_entry()
                self.draft = Draft(step.lines[0], self.section)
            if self.draft is None:
                continue
            self.draft.fields |= {name: text for name, text in step.found.items() if name not in REPEATED}
            self.draft.links += links_of(step.found)
            name = next((name for name in LINE_FIELDS if name in step.found), None)
            self.ledger.claim(step.lines, "entry", self.draft.line.number, name)

    def leave(self, lines: Sequence[Line], is_prose_allowed: bool, draft: Draft | None) -> None:
        """Lines that match nothing: refused, unless they are prose without a link outside bullets."""
        if not is_prose_allowed or any(carries_link(line.text) for line in lines):
            self.refuse(lines, draft)
            return
        self.ledger.claim(lines, "boilerplate")
        text = Segment(tuple(lines)).text
        if self.is_under_heading and self.section.topic and is_prose(text) and not is_decoration(text):
            self.descriptions.setdefault(self.section.topic, tuple(lines))

    def refuse(self, lines: Sequence[Line], draft: Draft | None = None) -> None:
        """Report lines that match nothing; those with a link count against the dialect.

        Where they belong to no entry they close the open one, so that what is below them can't be taken for its own.
        """
        if draft is None:
            self.finish_entry()
        self.ledger.reject(lines, draft.line.number if draft else None, code="unmatched-line")
        linked = [line for line in lines if carries_link(line.text)]
        self.refused += linked[:1]
        self.refused_topics += [self.section.topic] if linked and self.section.topic else []

    def keep_image(self, line: Line) -> None:
        """The first image below a topic's heading is the topic's."""
        image = IMAGE.fullmatch(line.text)
        if image and image[1] and self.section.topic and not self.draft:
            self.images.setdefault(self.section.topic, image[1])

    def read_table(self, block: Block) -> None:
        """A table whose columns the dialect declares has a paper in each row; a row of any other is refused."""
        head, rows = block.lines[:2], block.lines[2:]
        columns = self.dialect.columns or {}
        self.finish_entry()
        if self.section.kind != "topic":
            self.ledger.claim(block.lines, "boilerplate")
            return
        names = split_row(head[0].text)
        is_declared = any("title" in one.fields for name in names for one in columns.get(fold_name(name), ()))
        self.ledger.claim(head, "boilerplate")
        for name in names if is_declared else ():
            if (key := fold_name(name)) not in columns and key not in self.unread_columns:
                self.unread_columns.add(key)
                self.ledger.report("unread-column", head[0], detail=name)
        for line in rows:
            found = match_row(line.text, names, columns) if is_declared else None
            if found:
                self.draft = Draft(line, self.section, *found)
                self.ledger.claim([line], "entry", line.number, "title")
                self.finish_entry()
            elif is_declared or carries_link(line.text):
                self.refuse([line])
            else:
                self.ledger.claim([line], "boilerplate")

    def finish_entry(self) -> None:
        """Close the open entry, if there is one. Raises ListError where that is one too many."""
        if not self.draft:
            return
        draft, self.draft = self.draft, None
        entry = make_entry(draft.line.number, draft.section, draft.fields, draft.links, self.dialect)
        check_entry(entry, draft.line, self.dialect, self.ledger)
        self.entries.append(entry)
        self.name_count += len(entry.authors) + len(entry.keywords)
        check_counts(len(self.entries), self.name_count, self.limits, f"{self.location}, line {entry.line}")


def is_blank(text: str) -> bool:
    """Whether a cleaned line says nothing: it held only images, tags or a rule."""
    return not text or bool(TAGS_OR_RULE.fullmatch(text) and not carries_link(text))
