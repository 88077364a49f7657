"""An entry while its lines are gathered, and the entry they make: fields by their labels, and their problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern

from .grammar.authors import AuthorLine, parse_authors
from .grammar.fields import SEMICOLON, TitleLine, parse_keywords, parse_title, strip_wrappers
from .grammar.links import Link, carries_link, find_links, is_web_address
from .ledger import Ledger
from .outline import Line
from .sections import Section
from .segments import Segment


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as written: text is markdown source with white space collapsed, None where the list has nothing.

    `links` are those of the title.
    """

    line: int
    topic: str | None
    year: int | None
    title: str
    authors: tuple[str, ...] = ()
    venue: str | None = None
    keywords: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    digest: str | None = None

    @property
    def digest_links(self) -> tuple[Link, ...]:
        """The links within the digest."""
        return find_links(self.digest or "")


@dataclass
class Draft:
    """An entry's segments: the first is its title's, the others are fields'."""

    section: Section
    nested: bool
    segments: list[Segment] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Where the entry begins."""
        return self.segments[0].first.number


def finish_draft(draft: Draft, ledger: Ledger) -> Entry:
    """The entry of a draft. Each of its lines gets its status, and what is missing or was corrected is reported."""
    title_segment, *others = draft.segments
    title_line = Line(draft.line, title_segment.text)
    title = parse_title(title_line.text)
    ledger.claim(title_segment.lines, "entry", draft.line, "title")
    if title_segment.lazy:
        ledger.report("unindented-line", title_segment.lazy, "title")
    check_title(title, title_line, ledger)
    fields: dict[str, list[Line]] = {"authors": [], "keywords": [], "digest": []}
    for segment in others:
        take_field(draft, segment, fields, ledger)
    people = [parse_authors(strip_wrappers(line.text)) for line in fields["authors"]]
    entry = Entry(
        line=draft.line,
        topic=draft.section.topic,
        year=draft.section.year,
        title=title.title,
        authors=tuple(intern(name) for part in people for name in part.authors),
        venue=next((part.venue for part in people if part.venue), None),
        keywords=tuple(intern(word) for line in fields["keywords"] for word in parse_keywords(line.text)),
        links=title.links,
        digest=strip_wrappers(" ".join(line.text for line in fields["digest"])) or None,
    )
    check_entry(entry, title_line, fields, ledger)
    for line, part in zip(fields["authors"], people, strict=True):
        check_authors(part, line, ledger)
    return entry


def take_field(draft: Draft, segment: Segment, fields: Mapping[str, list[Line]], ledger: Ledger) -> None:
    """Put one segment's text where its label says; without a label the first is the authors."""
    if not segment.text:
        ledger.claim(segment.lines, "entry", draft.line)
        if segment.first.number != ledger.last_line:  # there it is the end of a list that was cut off
            ledger.report("empty-bullet", segment.first)
        return
    label = segment.label
    if label is None and (fields["authors"] or segment.first.lazy or not names_people(segment.text)):
        ledger.reject(segment.lines, draft.line)
        return
    name = label.field if label else "authors"
    ledger.claim(segment.lines, "entry", draft.line, name)
    check_links(find_links(segment.text), segment.first, ledger)
    if label and not label.as_asked:
        ledger.report("misspelt-label", segment.first, name)
    if fields[name]:
        ledger.report("stray-field", segment.first, name)
    if segment.lazy:
        ledger.report("unindented-line", segment.lazy, name)
    fields[name].append(Line(segment.first.number, label.text if label else segment.text))


def names_people(text: str) -> bool:
    """Whether a text without a label can be the authors: names carry no link, but a title whose link is broken may."""
    names = ", ".join(parse_authors(strip_wrappers(text)).authors)
    return "[[" not in text and not carries_link(names)


def check_authors(people: AuthorLine, line: Line, ledger: Ledger) -> None:
    """Report names that were separated by doubtful rules, and text that is not read."""
    if people.joined:
        ledger.report("joined-authors", line, "authors", f"{len(people.authors)} people")
    if people.mixed:
        ledger.report("mixed-separators", line, "authors", "; ".join(people.authors))
    if people.rest:
        ledger.report("text-after-venue", line, "venue", people.rest)


def check_title(title: TitleLine, line: Line, ledger: Ledger) -> None:
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
        elif not is_web_address(link.url):
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
        if len(parse_keywords(line.text)) > 1 and not SEMICOLON.search(line.text):
            ledger.report("keyword-commas", line, "keywords")
