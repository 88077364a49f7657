"""One entry while its lines are gathered, and what becomes of it: fields by their labels, problems where they lack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from . import grammar
from .grammar import Link
from .ledger import Ledger
from .outline import BULLET, Item, Line
from .reading import Entry
from .sections import Section, folded_year
from .source import MAX_LINE_BYTES

IMAGE = re.compile(
    r"(?:\[?!\[[^\[\]]*\]\(\s*+<?([^()\s<>]*+)[^()]*\)(?:\]\([^()]*\))?\s*)+"
)  # ![avatar](https://x.org/a.png)
TAGS_OR_RULE = re.compile(r"(?:</?[a-z][^<>]*>\s*)+|(?:[-*_]\s*){3,}", re.I)  # </details>

Segment = tuple[Line, ...]  # the lines of one field, never none


@dataclass
class Draft:
    """An entry's segments: the first is its title's, the others are fields'."""

    section: Section
    nested: bool
    segments: list[Segment] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Where the entry begins."""
        return self.segments[0][0].number


def split_segments(lines: Sequence[Line], at_bullets: bool = False) -> list[Segment]:
    """Part a bullet's lines where a folded field or year, an image, a lone tag or (over-indented) a bullet begins.

    A segment also ends where it grows over MAX_LINE_BYTES, as no line may; what follows has no label and is reported.
    """
    segments: list[list[Line]] = []
    size = 0
    for line in lines:
        summary = grammar.SUMMARY.match(line.text)
        folded = bool(summary and (grammar.parse_label(line.text) or folded_year(line.text)))
        bullet = at_bullets and bool(BULLET.match(line.text))
        if bullet:
            line = Line(line.number, BULLET.sub("", line.text, count=1))
        size += len(line.text)
        if not segments or folded or bullet or size > MAX_LINE_BYTES or is_furniture(line.text):
            segments.append([])
            size = len(line.text)
        segments[-1].append(line)
    return [tuple(segment) for segment in segments]


def field_segments(item: Item) -> list[Segment]:
    """The segments of a bullet below a title. A bullet below that continues it, unless it has a label of its own."""
    segments = split_segments(item.lines)
    for child in item.children:
        first, *others = field_segments(child)
        if segments and not grammar.parse_label(join(first)):
            segments[-1] += first
        else:
            segments.append(first)
        segments += others
    return segments


def is_furniture(text: str) -> bool:
    """An image, lone tags or a rule."""
    return bool(IMAGE.fullmatch(text) or TAGS_OR_RULE.fullmatch(text))


def join(lines: Iterable[Line]) -> str:
    """The lines of a segment as one text."""
    return grammar.collapse(" ".join(line.text for line in lines))


def finish_draft(draft: Draft, ledger: Ledger) -> Entry:
    """The entry of a draft. Each of its lines gets its fate, and whatever is missing or was mended a problem."""
    title_segment, *others = draft.segments
    title_line = Line(draft.line, join(title_segment))
    title = grammar.parse_title(title_line.text)
    ledger.claim(title_segment, "entry", draft.line, "title")
    check_title(title, title_line, ledger)
    fields: dict[str, list[Line]] = {"authors": [], "keywords": [], "digest": []}
    for segment in others:
        take_field(draft, segment, fields, ledger)
    people = [grammar.parse_authors(grammar.strip_wrappers(line.text)) for line in fields["authors"]]
    entry = Entry(
        line=draft.line,
        topic=draft.section.topic,
        year=draft.section.year,
        title=title.title,
        authors=tuple(name for part in people for name in part.authors),
        venue=next((part.venue for part in people if part.venue), None),
        keywords=tuple(word for line in fields["keywords"] for word in grammar.parse_keywords(line.text)),
        links=title.links,
        digest=grammar.strip_wrappers(" ".join(line.text for line in fields["digest"])) or None,
    )
    check_entry(entry, title_line, fields, ledger)
    if any(part.joined for part in people):
        ledger.report("joined-authors", fields["authors"][0], "authors", f"{len(entry.authors)} people")
    return entry


def take_field(draft: Draft, segment: Segment, fields: Mapping[str, list[Line]], ledger: Ledger) -> None:
    """Put one segment's text where its label says; without a label the first is the authors."""
    text = join(segment)
    label = grammar.parse_label(text)
    if not text:
        ledger.claim(segment, "entry", draft.line)
        if segment[0].number != len(ledger.rows):  # there it is the end of a list that was cut off
            ledger.report("empty-bullet", segment[0])
        return
    if label is None and (fields["authors"] or "[[" in text):  # a title whose link is broken is no author
        ledger.reject(segment, draft.line)
        return
    name = label.field if label else "authors"
    ledger.claim(segment, "entry", draft.line, name)
    check_links(grammar.find_links(text), segment[0], ledger)
    if label and not label.as_asked:
        ledger.report("misspelt-label", segment[0], name)
    if fields[name]:
        ledger.report("stray-field", segment[0], name)
    fields[name].append(Line(segment[0].number, label.text if label else text))


def check_title(title: grammar.TitleLine, line: Line, ledger: Ledger) -> None:
    """Report what is wrong with a title line."""
    if not title.title:
        ledger.report("empty-title", line, "title")
    if title.rest:
        ledger.report("text-after-links", line, "title", title.rest)
    if title.title_is_link:
        ledger.report("link-without-label", line, "title")
    check_links(title.links, line, ledger)
    if not any(link.url and not link.is_code for link in title.links):
        ledger.report("missing-paper-link", line, "paper_url")


def check_links(links: Iterable[Link], line: Line, ledger: Ledger) -> None:
    """Report links without an address, or with one that a browser shouldn't follow."""
    for link in links:
        if not link.url:
            ledger.report("empty-link", line, "links", f"[[{link.label}]]()")
        elif not grammar.is_web_address(link.url):
            ledger.report("not-http-link", line, "links", link.url)


def check_entry(entry: Entry, title_line: Line, fields: Mapping[str, Sequence[Line]], ledger: Ledger) -> None:
    """Report missing fields, each at its own line if it has one, and key words parted by commas."""
    if entry.topic is None:
        ledger.report("entry-without-topic", title_line, "topic")
    for name, value in (("authors", entry.authors), ("keywords", entry.keywords), ("digest", entry.digest)):
        if not value:
            place = fields[name][0] if fields[name] else title_line
            ledger.report(f"missing-{name}", place, name, written=entry.title)
    for line in fields["keywords"]:
        if len(grammar.parse_keywords(line.text)) > 1 and not grammar.SEMICOLON.search(line.text):
            ledger.report("keyword-commas", line, "keywords")
