"""Draft a dialect for a list: try presets and variations, keep what reads most of it without doubt.

A draft is for a person to look at. It is printed with what it reads, and never used for a build by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..limits import USUAL, Limits
from ..outline import parse_outline
from ..source import Source
from .declaration import PRESETS, parse_dialect, preset_names
from .doubts import worth
from .drafting import draft_columns, draft_lines, draft_sections
from .reading import walk
from .report import describe
from .samples import Samples, collect
from .walk import DialectReader

LEAST_SHARE = 0.2  # of the lines with a link, for a unit to be tried
LEAST_SECTIONS = 5  # with a few lines each, for each to be tried as an entry
MAX_SKIPPED = 12  # sections named in a draft


def guess_dialect(source: Source, location: str, limits: Limits = USUAL) -> str:
    """The draft as a TOML file, with fill rates, entries and unmatched lines in its comments."""
    samples = collect(parse_outline(source.lines))
    texts = [text if samples.has_topics else f'topic = "Papers"\n{text}' for text in candidates(samples)]
    tried = [(text, walk(source, parse_dialect(text, "draft"), location, limits)) for text in texts]
    text, reader = max(tried, key=lambda one: value(one[1]))
    if skipped := unread_sections(reader):
        names = ", ".join(json.dumps(name, ensure_ascii=False) for name in skipped)
        key, _, rest = text.partition("\n")
        text = f"{key}\nskip = [{names}]\n{rest}"
        reader = walk(source, parse_dialect(text, "draft"), location, limits)
    return describe(text, reader)


def value(reader: DialectReader) -> float:
    """What a reading is worth: its entries with their certain fields, less what it doesn't match."""
    return sum(map(worth, reader.entries)) - len(reader.refused) if reader.entries else float("-inf")


def candidates(samples: Samples) -> Iterator[str]:
    """Drafts for each unit that the list has enough of, then the presets: the first of the best is taken."""
    total = samples.rows + sum(map(len, samples.units.values()))
    for unit, some in samples.units.items():
        if some and len(some) >= LEAST_SHARE * total:
            yield from draft_lines(unit, some)
    for level, some in samples.sections.items():
        if len(some) >= LEAST_SECTIONS:
            yield from draft_sections(level, some)
    if samples.rows and samples.rows >= LEAST_SHARE * total:
        yield draft_columns(samples)
    for name in preset_names():
        text = (PRESETS / f"{name}.toml").read_text("utf-8")
        yield "\n".join(line for line in text.splitlines() if not line.startswith("#")) + "\n"


def unread_sections(reader: DialectReader) -> list[str]:
    """The sections with lines that don't match and no entry."""
    read = {reader.dialect.topic, *(entry.topic for entry in reader.entries)}
    return [name for name in dict.fromkeys(reader.refused_topics) if name not in read][:MAX_SKIPPED]
