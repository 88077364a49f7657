"""One entry while its lines are gathered, and what becomes of it: fields by their labels, problems where they lack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import grammar
from .authors import VENUE, AuthorLine, parse_authors
from .boilerplate import carries_link, is_boilerplate
from .grammar import Link
from .ledger import Ledger
from .outline import BULLET, Item, Line
from .reading import Entry
from .sections import Section, folded_year
from .source import MAX_LINE_BYTES

GOES_ON = re.compile(r"(?:[,;，；、&]|\band)$")  # First Author,

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
    """Separate a bullet's lines where a folded field or year, an image, a lone tag or (over-indented) a bullet begins.

    A segment also ends where an unindented line doesn't go on with it, and where it grows over MAX_LINE_BYTES, as no
    line may; what follows has no label and is reported.
    """
    segments: list[list[Line]] = []
    size = 0
    for line in lines:
        summary = grammar.SUMMARY.match(line.text)
        folded = bool(summary and (grammar.parse_label(line.text) or folded_year(line.text)))
        bullet = at_bullets and bool(BULLET.match(line.text))
        if bullet:
            line = replace(line, text=BULLET.sub("", line.text, count=1))
        size += len(line.text)
        starts = folded or bullet or size > MAX_LINE_BYTES or is_boilerplate(line.text)
        if not segments or starts or (line.lazy and not goes_on(segments[-1], line, at_bullets)):
            segments.append([])
            size = len(line.text)
        segments[-1].append(line)
    return [tuple(segment) for segment in segments]


def goes_on(segment: Sequence[Line], line: Line, may_be_title: bool) -> bool:
    """Whether an unindented line goes on with the segment above it, or with a run of lines that fit nowhere.

    It does so within a labelled field that isn't closed; after a comma or `and` in an author list, and as its venue; as
    the links of a title. Any other that carries a link may be another paper.
    """
    first, last = segment[0], segment[-1]
    label = grammar.parse_label(first.text)
    if grammar.parse_label(line.text):
        return False
    if carries_link(line.text):
        title = grammar.parse_title(line.text)
        return may_be_title and not (label or first.lazy or title.title or title.rest)
    if label:
        return not grammar.CLOSING.search(last.text)
    is_venue = VENUE.fullmatch(line.text) and not VENUE.search(last.text)
    return first.lazy or bool(is_venue or GOES_ON.search(last.text))


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


def join(lines: Iterable[Line]) -> str:
    """The lines of a segment as one text."""
    return grammar.collapse(" ".join(line.text for line in lines))


def finish_draft(draft: Draft, ledger: Ledger) -> Entry:
    """The entry of a draft. Each of its lines gets its status, and whatever is missing or was corrected a problem."""
    title_segment, *others = draft.segments
    title_line = Line(draft.line, join(title_segment))
    title = grammar.parse_title(title_line.text)
    ledger.claim(title_segment, "entry", draft.line, "title")
    if lazy := first_lazy(title_segment):
        ledger.report("unindented-line", lazy, "title")
    check_title(title, title_line, ledger)
    fields: dict[str, list[Line]] = {"authors": [], "keywords": [], "digest": []}
    for segment in others:
        take_field(draft, segment, fields, ledger)
    people = [parse_authors(grammar.strip_wrappers(line.text)) for line in fields["authors"]]
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
    for line, part in zip(fields["authors"], people, strict=True):
        check_authors(part, line, ledger)
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
    if label is None and (fields["authors"] or segment[0].lazy or not names_people(text)):
        ledger.reject(segment, draft.line)
        return
    name = label.field if label else "authors"
    ledger.claim(segment, "entry", draft.line, name)
    check_links(grammar.find_links(text), segment[0], ledger)
    if label and not label.as_asked:
        ledger.report("misspelt-label", segment[0], name)
    if fields[name]:
        ledger.report("stray-field", segment[0], name)
    if lazy := first_lazy(segment):
        ledger.report("unindented-line", lazy, name)
    fields[name].append(Line(segment[0].number, label.text if label else text))


def first_lazy(segment: Segment) -> Line | None:
    """The first of a segment's lines that isn't indented as its bullet asks."""
    return next((line for line in segment if line.lazy), None)


def names_people(text: str) -> bool:
    """Whether a text without a label can be the authors: names carry no link, a title whose link is broken may."""
    names = ", ".join(parse_authors(grammar.strip_wrappers(text)).authors)
    return "[[" not in text and not carries_link(names)


def check_authors(people: AuthorLine, line: Line, ledger: Ledger) -> None:
    """Report names that were separated by doubtful rules, and text that is not read."""
    if people.joined:
        ledger.report("joined-authors", line, "authors", f"{len(people.authors)} people")
    if people.mixed:
        ledger.report("mixed-separators", line, "authors", "; ".join(people.authors))
    if people.rest:
        ledger.report("text-after-venue", line, "venue", people.rest)


def check_title(title: grammar.TitleLine, line: Line, ledger: Ledger) -> None:
    """Report what is wrong with a title line."""
    if not title.title:
        ledger.report("empty-title", line, "title")
    if title.rest:
        ledger.report("text-after-links", line, "title", title.rest)
    if title.title_is_link:
        ledger.report("link-without-label", line, "title")
    check_links(title.links, line, ledger)
    if not title.links and carries_link(title.title):
        ledger.report("unread-link", line, "links")
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
    """Report missing fields, each at its own line if it has one, and keywords separated by commas."""
    if entry.topic is None:
        ledger.report("entry-without-topic", title_line, "topic")
    for name, value in (("authors", entry.authors), ("keywords", entry.keywords), ("digest", entry.digest)):
        if not value:
            place = fields[name][0] if fields[name] else title_line
            ledger.report(f"missing-{name}", place, name, written=entry.title)
    for line in fields["keywords"]:
        if len(grammar.parse_keywords(line.text)) > 1 and not grammar.SEMICOLON.search(line.text):
            ledger.report("keyword-commas", line, "keywords")
