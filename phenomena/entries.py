"""Room 3: blocks to entries, with a fate for every line of the list.

Both dialects are read by one rule: a bullet with bullets below it is an entry and they are its fields (nested); a
bullet without, after a blank line or with a link of its own, opens one, and the bullets after it are its fields (flat).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import grammar
from .grammar import Link
from .outline import BULLET, INVISIBLE, Block, Item, Line, parse_outline
from .problems import Problem
from .reading import Entry, Fate, Reading, Resource, Topic
from .sections import Section, open_section, summary_section
from .source import Source

IMAGE = re.compile(
    r"(?:\[?!\[[^\[\]]*\]\(\s*<?([^()\s<>]*)[^()]*\)(?:\]\([^()]*\))?\s*)+"
)  # ![avatar](https://x.org/a.png)
TAGS_OR_RULE = re.compile(r"(?:</?[a-z][^<>]*>\s*)+|(?:[-*_]\s*){3,}", re.I)  # </details>
SENTENCE_END = re.compile(r"[.!?…)\]>\"'”’]$")  # ...is found.


@dataclass
class Draft:
    """An entry while its lines are gathered: a segment is a field's lines, the first the title's."""

    section: Section
    nested: bool
    segments: list[tuple[Line, ...]] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Where the entry begins."""
        return self.segments[0][0].number


def read_entries(source: Source) -> Reading:
    """Read a whole list. Nothing is raised: what can't be read is reported as a problem."""
    reader = Reader(source)
    for block in parse_outline(source.lines):
        reader.read_block(block)
    reader.finish_entry()
    reader.check_end()
    return reader.reading()


class Reader:
    """The state of one pass over the blocks."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.section = Section("head")
        self.draft: Draft | None = None
        self.fates: dict[int, Fate] = {}
        self.entries: list[Entry] = []
        self.resources: list[Resource] = []
        self.images: dict[str, str] = {}
        self.problems: list[Problem] = []

    def read_block(self, block: Block) -> None:
        """Take one top-level block."""
        if block.kind == "heading":
            self.finish_entry()
            self.enter(open_section(self.section, block.lines[0].text, block.level), block.lines[0])
        elif block.kind == "list":
            self.read_list(block.items)
        elif block.kind == "text":
            for line in block.lines:
                self.read_text(line)
        else:
            self.read_code(block)

    def enter(self, section: Section, line: Line) -> None:
        self.section = section
        self.claim([line], "heading")
        if section.mismatch:
            self.report("heading-mismatch", line, "topic")
        if section.missing_year:
            self.report("heading-without-year", line, "year")

    def read_text(self, line: Line) -> None:
        """A line outside lists: a folded section, an image, prose. Prose among entries is unexpected."""
        if section := summary_section(self.section, line.text):
            self.finish_entry()
            self.enter(section, line)
        elif self.is_furniture(line) or self.section.kind != "topic" or not (self.section.year or self.draft):
            self.claim([line], "furniture")
        else:
            self.reject([line])

    def read_code(self, block: Block) -> None:
        """Comments are furniture anywhere, code only outside the topics."""
        if not block.closed:
            self.report("unclosed-block", block.lines[0])
            self.claim(block.lines, "problem")
        elif block.kind == "comment" or self.section.kind != "topic":
            self.claim(block.lines, "furniture")
        else:
            self.reject(block.lines)

    def read_list(self, items: Sequence[Item]) -> None:
        """A list is entries under a topic, resources under that heading, furniture elsewhere."""
        for item in items:
            anchor = grammar.PLAIN_LINK.fullmatch(item.lines[0].text) if item.lines else None
            if self.section.kind == "resources":
                self.read_resource(item)
            elif anchor and anchor[2].startswith("#") and not item.children:
                self.claim(item.lines, "furniture")
            elif self.section.kind == "topic" or (self.section.kind == "head" and has_paper_link(item)):
                self.read_item(item)
            else:
                self.claim(item.all_lines, "furniture")

    def read_resource(self, item: Item) -> None:
        """The first link of a bullet, or its text; bullets below it are resources too."""
        self.claim(item.lines, "resource")
        text = grammar.collapse(" ".join(line.text for line in item.lines))
        if text:
            match = grammar.LINK.search(text) or grammar.PLAIN_LINK.search(text)
            link = grammar.make_link(match) if match else None
            whole = link is None or bool(grammar.LINK.search(text))
            title = grammar.parse_title(text).title if whole else link.label if link else text
            self.resources.append(Resource(item.lines[0].number, title or text, link.url or None if link else None))
            self.check_links([link] if link else [], item.lines[0])
        for child in item.children:
            self.read_resource(child)

    def read_item(self, item: Item) -> None:
        """A bullet under a topic: an entry of its own, or a field of the open one."""
        segments = split_segments(item.lines, at_bullets=True)
        below = [segment for child in item.children for segment in split_segments(child.all_lines)]
        if segments and self.opens_entry(item, segments[0]):
            self.finish_entry()
            self.draft = Draft(self.section, nested=bool(below))
        elif segments and item.after_blank and self.draft and segments[0][0].text:
            self.report("stray-field", segments[0][0])
        if self.draft is None:
            self.reject(item.all_lines)
        else:
            self.draft.segments.extend([*segments, *below])

    def opens_entry(self, item: Item, segment: Sequence[Line]) -> bool:
        """Whether a bullet begins an entry: it has fields below it, or a link, or stands apart, and has no label."""
        text = join(segment)
        if not text or (grammar.parse_label(text) and not (item.children and grammar.LINK.search(text))):
            return False
        apart = item.after_blank or self.draft is None or self.draft.nested
        return bool(item.children or apart or grammar.LINK.search(text))

    def finish_entry(self) -> None:
        """Turn the gathered lines into an entry, and give each line its fate."""
        draft, self.draft = self.draft, None
        if draft is None:
            return
        title_line, *others = [segment for segment in draft.segments if not self.take_furniture(segment)]
        title = grammar.parse_title(join(title_line))
        self.claim(title_line, "entry", draft.line, "title")
        self.check_title(title, title_line[0])
        texts: dict[str, list[str]] = {"authors": [], "keywords": [], "digest": []}
        places = {"title": title_line[0]}
        for segment in others:
            self.take_field(draft, segment, texts, places)
        self.entries.append(self.make_entry(draft, title, texts, places))

    def take_field(
        self, draft: Draft, segment: Sequence[Line], texts: dict[str, list[str]], places: dict[str, Line]
    ) -> None:
        """Put one segment's text where its label says; without a label the first is the authors."""
        text = join(segment)
        label = grammar.parse_label(text)
        if not text:
            self.claim(segment, "entry", draft.line)
            if segment[0].number != len(self.source.lines):
                self.report("empty-bullet", segment[0])
            return
        if label is None and texts["authors"]:
            self.reject(segment, draft.line)
            return
        name = label.field if label else "authors"
        self.claim(segment, "entry", draft.line, name)
        if label and not label.as_asked:
            self.report("misspelt-label", segment[0], name)
        if texts[name]:
            self.report("stray-field", segment[0], name)
        texts[name].append(label.text if label else text)
        places.setdefault(name, segment[0])

    def make_entry(
        self, draft: Draft, title: grammar.TitleLine, texts: dict[str, list[str]], places: dict[str, Line]
    ) -> Entry:
        """The entry of a draft, with a problem for every field that is missing or was mended."""
        people = grammar.parse_authors(grammar.strip_wrappers("; ".join(texts["authors"])))
        keywords = tuple(word for text in texts["keywords"] for word in grammar.parse_keywords(text))
        digest = grammar.strip_wrappers(" ".join(texts["digest"])) or None
        entry = Entry(draft.line, draft.section.topic, draft.section.year, title.title)
        entry = Entry(
            entry.line,
            entry.topic,
            entry.year,
            entry.title,
            people.authors,
            people.venue,
            keywords,
            title.links,
            digest,
        )
        for name, value in (("authors", entry.authors), ("keywords", keywords), ("digest", digest)):
            if not value:
                self.report(f"missing-{name}", places.get(name, places["title"]), name, written=entry.title)
        if people.joined:
            self.report("joined-authors", places["authors"], "authors", f"{len(people.authors)} people")
        if any(len(grammar.parse_keywords(text)) > 1 and not re.search("[;；]", text) for text in texts["keywords"]):
            self.report("keyword-commas", places["keywords"], "keywords")
        if entry.topic is None:
            self.report("entry-without-topic", places["title"], "topic")
        return entry

    def check_title(self, title: grammar.TitleLine, line: Line) -> None:
        """Report what is wrong with a title line."""
        if not title.title:
            self.report("empty-title", line, "title")
        if title.rest:
            self.report("text-after-links", line, "title", title.rest)
        if title.title_is_link:
            self.report("link-without-label", line, "title")
        self.check_links(title.links, line)
        if not any(link.url and not link.is_code for link in title.links):
            self.report("missing-paper-link", line, "paper_url")

    def check_links(self, links: Iterable[Link], line: Line) -> None:
        for link in links:
            if not link.url:
                self.report("empty-link", line, "links", f"[[{link.label}]]()")
            elif not re.match(r"https?://[^/\s]", link.url, re.I):
                self.report("not-http-link", line, "links", link.url)

    def take_furniture(self, segment: Sequence[Line]) -> bool:
        """Claim an image or a lone tag that stands among the fields."""
        if len(segment) == 1 and segment[0].text and self.is_furniture(segment[0]):
            self.claim(segment, "furniture")
            return True
        return False

    def is_furniture(self, line: Line) -> bool:
        """An image (kept for its topic), a lone tag or a rule."""
        if match := IMAGE.fullmatch(line.text):
            if self.section.topic and match[1]:
                self.images.setdefault(self.section.topic, match[1])
            return True
        return bool(TAGS_OR_RULE.fullmatch(line.text))

    def check_end(self) -> None:
        """A list that stops in an empty bullet, or in mid-sentence without a line end, lost its tail."""
        last = len(self.source.lines)
        fate = self.fates.get(last)
        if not fate or fate.fate != "entry" or not self.entries:
            return
        text = BULLET.sub("", self.source.lines[-1], count=1).strip()
        if not text or not (self.source.final_newline or SENTENCE_END.search(text)):
            self.report("truncated-entry", Line(last, text), written=self.entries[-1].title)

    def claim(self, lines: Iterable[Line], fate: str, entry: int | None = None, name: str | None = None) -> None:
        """Give lines their fate."""
        for line in lines:
            self.fates[line.number] = Fate(fate, entry, name)

    def reject(self, lines: Sequence[Line], entry: int | None = None) -> None:
        """Lines that fit nowhere: one problem for the first of them."""
        if lines:
            self.claim(lines, "problem", entry)
            self.report("unexpected-line", lines[0])

    def report(
        self, code: str, line: Line, name: str | None = None, detail: str = "", written: str | None = None
    ) -> None:
        """Keep one problem."""
        self.problems.append(Problem(line.number, code, line.text if written is None else written, name, detail))

    def reading(self) -> Reading:
        """Everything read; a line that nothing claimed is blank, or a problem."""
        fates = []
        for number, text in enumerate(self.source.lines, 1):
            if number not in self.fates and text.strip():
                self.reject([Line(number, text.strip())])
            if INVISIBLE.search(text):
                self.report("control-character", Line(number, repr(text)))
            fates.append(self.fates.get(number, Fate("blank")))
        names = dict.fromkeys(entry.topic for entry in self.entries if entry.topic)
        topics = tuple(Topic(name, self.images.get(name)) for name in names)
        problems = tuple(sorted(self.problems, key=lambda problem: problem.line))
        return Reading(tuple(self.entries), tuple(self.resources), topics, tuple(fates), problems)


def has_paper_link(item: Item) -> bool:
    """Whether a bullet has a link in double brackets, which only papers have."""
    return bool(grammar.LINK.search(join(item.lines)))


def split_segments(lines: Sequence[Line], at_bullets: bool = False) -> list[tuple[Line, ...]]:
    """Part a bullet's lines where a folded field, an image, a lone tag or (over-indented) a bullet begins."""
    segments: list[list[Line]] = []
    for line in lines:
        folded = bool(grammar.SUMMARY.match(line.text) and grammar.parse_label(line.text))
        alone = bool(IMAGE.fullmatch(line.text) or TAGS_OR_RULE.fullmatch(line.text))
        bullet = at_bullets and bool(BULLET.match(line.text))
        if bullet:
            line = Line(line.number, BULLET.sub("", line.text, count=1))
        if not segments or folded or alone or bullet:
            segments.append([])
        segments[-1].append(line)
    return [tuple(segment) for segment in segments]


def join(lines: Iterable[Line]) -> str:
    """The lines of a segment as one text."""
    return grammar.collapse(" ".join(line.text for line in lines))
