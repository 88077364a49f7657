"""Lists built from the grammar, for the tests: the same entries written in either dialect, and what must come back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phenomena.database.records import Records, make_records
from phenomena.papers.joining import join
from phenomena.reader.collection import ReadList
from phenomena.reader.drafts import Entry
from phenomena.reader.grammar.links import Link
from phenomena.reader.reading import Reading, read_list
from phenomena.reader.source import Source, make_source

LOST_LINES = (  # ways in which a link may stand where no entry is read; `{}` is its address
    "{}",
    "Lost: {}",
    "| Lost | {} |",
    "<{}>",
    "- <{}>",
    "  - [Lost]({})",
    "> {}",
    "    {}",
    "[1]: {}",
)


def check_statuses(source: Source, reading: Reading) -> None:
    """Every line has one status, only blank lines are blank, and every entry begins on a line of its own."""
    assert len(reading.statuses) == len(source.lines)
    for line, one in zip(source.lines, reading.statuses, strict=True):
        assert (one.status == "blank") <= (not line.strip()), "only blank lines are blank"
    starts = {entry.line for entry in reading.entries}
    assert len(starts) == len(reading.entries)
    assert {one.entry for one in reading.statuses if one.status == "entry"} == starts


def read_text(text: str) -> Reading:
    return read_list(make_source(text.encode(), "list.md", None))


def records_of(text: str) -> Records:
    source = make_source(text.encode(), "list.md", None)
    return make_records(join([ReadList(source, read_list(source))]))


def make_entry(number: int = 1, **changes: object) -> Entry:
    """A whole entry; entries of different numbers differ in title, authors and address."""
    whole = {
        "line": number,
        "topic": "Topic",
        "year": 2022,
        "title": f"Paper Number {number}",
        "authors": (f"Ann Lee{'abcdefghij'[number % 10]}", "Bo Chen"),
        "venue": "ICLR 2022",
        "keywords": ("Grokking", "Weight Decay"),
        "links": (Link("paper", f"https://arxiv.org/abs/2201.{number:05}"),),
        "digest": f"What paper {number} found.",
    }
    return Entry(**{**whole, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Style:
    """How a list is written. `tight` puts no blank line between entries, `open_details` leaves digests open."""

    nested: bool
    tight: bool = False
    open_details: bool = False
    folded_years: bool = False


NESTED = Style(nested=True)
FLAT = Style(nested=False)


def write_list(entries: Sequence[Entry], style: Style) -> str:
    """The markdown of a list, entries in their order; a heading wherever the topic or the year changes."""
    lines = ["# A List", ""]
    place: tuple[str | None, int | None] = (None, None)
    for entry in entries:
        if entry.topic != place[0]:
            lines += ["", f"## {entry.topic}", ""]
        if (entry.topic, entry.year) != place:
            name = f"{entry.topic}: {entry.year}"
            lines += ["", f"<details><summary>{name}</summary>" if style.folded_years else f"### {name}", ""]
        place = (entry.topic, entry.year)
        lines += write_entry(entry, style)
    return "\n".join(lines) + "\n"


def write_entry(entry: Entry, style: Style) -> Iterable[str]:
    links = "".join(f" [[{link.label}]]({link.url})" for link in entry.links)
    stop = "" if entry.title.endswith(("?", "!")) else "."
    venue = f" *{entry.venue}*" if entry.venue else ""
    indent = "  " if style.nested else ""
    yield f"- {entry.title}{stop}{links}"
    yield f"{indent}- {', '.join(entry.authors)}.{venue}"
    if entry.keywords:
        closing = ";" if len(entry.keywords) == 1 and "," in entry.keywords[0] else ""
        yield f"{indent}- Key Word: {'; '.join(entry.keywords)}{closing}."
    if entry.digest and style.nested:
        end = "" if style.open_details else " </details>"
        yield f"{indent}- <details><summary>Digest</summary> {entry.digest}{end}"
    elif entry.digest:
        yield f"- Digest {entry.digest}"
    if not style.tight:
        yield ""
