"""The lines of a bullet, separated into segments: one for each title or field that begins there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .grammar.authors import VENUE
from .grammar.fields import CLOSING, SUMMARY, Label, collapse, label_of_summary, parse_label, parse_title, strip_tags
from .grammar.links import carries_link, is_boilerplate
from .grammar.years import closing_year
from .limits import MAX_LINE_BYTES
from .outline import BULLET, Item, Line

GOES_ON = re.compile(r"(?:[,;，；、&]|\band)$")  # First Author,


@dataclass(frozen=True)
class Segment:
    """Lines that belong together; what their text says is parsed once."""

    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        """The first line."""
        return self.lines[0]

    @property
    def lazy(self) -> Line | None:
        """The first line that isn't indented as its bullet asks."""
        return next((line for line in self.lines if line.lazy), None)

    @cached_property
    def text(self) -> str:
        """All lines as one text."""
        return collapse(" ".join(line.text for line in self.lines))

    @cached_property
    def label(self) -> Label | None:
        """The label that the text begins with."""
        return parse_label(self.text)

    @cached_property
    def folded_year(self) -> str | None:
        """The summary of a first line that folds a year and holds nothing else: `<summary>Topic: 2022</summary>`."""
        match = SUMMARY.match(self.first.text)
        if not match or strip_tags(self.first.text[match.end() :]):
            return None
        summary = strip_tags(match[1])
        return summary if closing_year(summary) and not label_of_summary(summary, "") else None

    @property
    def is_folded(self) -> bool:
        """Whether it begins with a folded field or a folded year."""
        return bool(SUMMARY.match(self.first.text) and (self.label or self.folded_year))


def split_segments(lines: Sequence[Line], at_bullets: bool = False) -> list[Segment]:
    """Separate a bullet's lines where a folded field or year, an image, a lone tag or (over-indented) a bullet begins.

    A segment also ends where an unindented line doesn't go on with it, and where it grows over MAX_LINE_BYTES, as no
    line may; what follows has no label and is reported.
    """
    runs: list[list[Segment]] = []
    size = 0
    for line in lines:
        is_bullet = at_bullets and bool(BULLET.match(line.text))
        one = Segment((replace(line, text=BULLET.sub("", line.text, count=1)) if is_bullet else line,))
        size += len(one.first.text)
        starts = is_bullet or one.is_folded or size > MAX_LINE_BYTES or is_boilerplate(one.first.text)
        if not runs or starts or (line.lazy and not goes_on(runs[-1], one, at_bullets)):
            runs.append([])
            size = len(one.first.text)
        runs[-1].append(one)
    return [merge(run) for run in runs]


def goes_on(run: Sequence[Segment], one: Segment, may_be_title: bool) -> bool:
    """Whether an unindented line goes on with the lines above it.

    It does so within a labelled field that isn't closed; after a comma or `and` in an author list, and as its venue; as
    the links of a title; in a run of lines that fit nowhere. Any other that carries a link may be another paper.
    """
    opening, text, last = run[0], one.first.text, run[-1].first.text
    if one.label:
        return False
    if carries_link(text):
        title = parse_title(text)
        return may_be_title and not (opening.label or opening.first.lazy or title.title or title.rest)
    if opening.label:
        return not CLOSING.search(last)
    is_venue = VENUE.fullmatch(text) and not VENUE.search(last)
    return opening.first.lazy or bool(is_venue or GOES_ON.search(last))


def field_segments(item: Item) -> list[Segment]:
    """The segments of a bullet below a title. A bullet below that continues it, unless it has a label of its own."""
    segments = split_segments(item.lines)
    for child in item.children:
        first, *others = field_segments(child)
        if segments and not first.label:
            segments[-1] = merge([segments[-1], first])
        else:
            segments.append(first)
        segments += others
    return segments


def merge(parts: Sequence[Segment]) -> Segment:
    """One segment of the lines of some, in order; a single one stays itself."""
    return parts[0] if len(parts) == 1 else Segment(tuple(line for part in parts for line in part.lines))
