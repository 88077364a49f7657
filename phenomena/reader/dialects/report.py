"""What a draft reads, as comments below its declaration, so that the whole output is a dialect's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..drafts import Entry
from .guards import SHOWN, SHOWN_LENGTH, declared_fields, value_of
from .walk import DialectReader

ENTRIES_SHOWN = 15


def describe(text: str, reader: DialectReader) -> str:
    """The draft, how many lines match, how often each field is filled, entries to check, and what doesn't match."""
    entries, refused = reader.entries, reader.refused
    total = len(entries) + len(refused)
    lines = [
        f"draft for {reader.location}: it matches {len(entries)} of {total} entries and lines with a link.",
        "Check these entries against the list, correct the templates, and build with --dialect.",
        "",
        *(f"{name:9}{count:6} of {len(entries)}" for name, count in fill_rates(reader)),
        "",
        *(line for entry in evenly(entries) for line in show(entry)),
        *(["", "lines that match nothing:"] if refused else []),
        *(f"line {line.number}: {line.text[:SHOWN_LENGTH]}" for line in refused[:SHOWN]),
    ]
    return text + "\n" + "".join(f"# {line}".rstrip() + "\n" for line in lines)


def fill_rates(reader: DialectReader) -> Iterator[tuple[str, int]]:
    """Each field and how many entries have it."""
    for name in ("title", "links", *declared_fields(reader.dialect), *(["topic"] if reader.entries else [])):
        yield name, sum(bool(value_of(entry, name)) for entry in reader.entries)


def evenly(entries: Sequence[Entry]) -> Sequence[Entry]:
    """At most ENTRIES_SHOWN of them, from the whole list."""
    step = max(1, -(-len(entries) // ENTRIES_SHOWN))
    return entries[::step]


def show(entry: Entry) -> Iterator[str]:
    """One entry in a few lines."""
    yield f"line {entry.line}: {entry.title}"
    values = {
        "topic": entry.topic,
        "year": entry.year,
        "authors": "; ".join(entry.authors),
        "venue": entry.venue,
        "keywords": "; ".join(entry.keywords),
        "links": " ".join(f"[{link.label}]({link.url})" for link in entry.links),
        "digest": entry.digest and entry.digest[:SHOWN_LENGTH],
    }
    for name, value in values.items():
        if value:
            yield f"  {name}: {value}"
