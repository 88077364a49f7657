"""Which topic and year a heading opens, in lists whose headings follow no common rule.

The nearest heading that isn't a year names the topic, and the nearest year is the entries', where the dialect says so.
The first heading of level 1 is the list's own title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..grammar.fields import SUMMARY, collapse, strip_tags
from ..grammar.years import closing_year
from ..sections import BOILERPLATE, CONTENTS, Section, heading_text
from .declaration import Dialect, fold_name

HTML_HEADING = re.compile(r"(?:<a\b[^<>]*>(?:</a>)?\s*)?<h([1-6])\b[^<>]*>(.*?)</h\1\s*>", re.I)  # <h2>Topic</h2>
BOLD_LINE = re.compile(r"(\*\*|__)([^*_]{1,60})\1\s*[:：]?")  # **Papers**
DEEPEST = 6  # the level of a folded part's summary, and of a bold line


@dataclass(frozen=True)
class Heading:
    """An open heading: its level, its name without a year that counts, that year, and whether its part is skipped."""

    level: int
    name: str
    year: int | None
    skipped: bool


class Headings:
    """The open headings, and the section that they make."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.open: list[Heading] = []
        self.has_title = False

    def section(self) -> Section:
        """The section of the open headings; before the first there is one only where the dialect names its topic."""
        if any(heading.skipped for heading in self.open):
            return Section("boilerplate")
        named = [heading for heading in self.open if heading.name]
        upper = [heading for heading in named if heading.level <= self.dialect.topic_level] or named
        topic = upper[-1].name if upper else self.dialect.topic
        years = [heading.year for heading in self.open if heading.year]
        return Section("topic" if self.open or self.dialect.topic else "head", topic, years[-1] if years else None)

    def enter(self, text: str, level: int) -> Section:
        """Open a heading, and close those of its level and deeper."""
        name = heading_text(text)
        self.open = [heading for heading in self.open if heading.level < level]
        if level == 1 and not self.has_title:
            self.has_title = True
            return self.section()
        self.has_title = True
        skipped = fold_name(name) in self.dialect.skip
        if not skipped and (CONTENTS.fullmatch(name) or BOILERPLATE.fullmatch(name)):
            return Section("boilerplate")  # what is below it may be topics
        heading = Heading(level, name, None, skipped)
        if self.dialect.year == "heading" and (found := closing_year(name)) and found.year:
            heading = replace(heading, name=collapse(found.text.rstrip(" :：,-–—([")), year=found.year)
        self.open.append(heading)
        return self.section()


def written_heading(text: str, may_be_bold: bool) -> tuple[str, int] | None:
    """The text and level of a line that is a heading without `#`: in HTML, a fold's summary, or wholly in bold.

    >>> written_heading('<h2 align="center">Topic</h2>', False), written_heading("**Papers**", True)
    (('Topic', 2), ('Papers', 6))
    """
    if match := HTML_HEADING.search(text):
        return strip_tags(match[2]), int(match[1])
    match = SUMMARY.match(text)
    if match and not strip_tags(text[match.end() :]):
        return strip_tags(match[1]), DEEPEST
    match = BOLD_LINE.fullmatch(text) if may_be_bold else None
    return (match[2].strip(), DEEPEST) if match else None
