"""What keeps a dialect honest: each entry is checked as it is read, and the whole list at its end.

A template that fits too well reads names into venues and venues into titles. Such entries look right to a program, so
values that a person would doubt are reported, and a dialect that leaves too much of its list unread is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..drafts import Entry, check_links
from ..ledger import Ledger
from ..outline import Line
from ..source import ListError
from .declaration import DATES, Dialect
from .fields import YEAR

LEAST_MATCHED = 0.9
LEAST_FILLED = 0.3  # of the entries, for a field that the dialect declares
SHOWN = 5
SHOWN_LENGTH = 120  # characters
MAX_NAME_WORDS = 6

NOT_A_NAME = re.compile(r"\b(?:19|20)\d\d\b|https?:|www\.|@|\b[Aa]r[Xx]iv\b|\bdoi\b|^[A-Z]{3,}$")  # Ann Lee 2022, ICLR
BEGINS_WITH_AND = re.compile(r"(?:and|&)\s", re.I)  # and Ann Lee, ICLR 2022
ENDS_IN_VENUE = re.compile(
    r"[.,(]\s*((?:[A-Z][\w@&/'’\-]*\s+|in\s+|of\s+|on\s+){1,6}['’]?(?:(?:19|20)\d\d|\d\d))\)?\.?$"
)  # A Title, CVPR 2019
FIELDS = ("authors", "venue", "year", "keywords", "digest")


def check_entry(entry: Entry, line: Line, dialect: Dialect, ledger: Ledger) -> None:
    """Report what is missing among the declared fields, and values that look like another field's."""
    check_links(entry.links, line, ledger)
    for name in declared_fields(dialect):
        if name != "venue" and not value_of(entry, name):  # many a paper has none
            ledger.report("missing-field", line, name, name, entry.title)
    if dialect.fields & {"link", "links"} and not any(link.url and not link.is_code for link in entry.links):
        ledger.report("missing-field", line, "links", "link to the paper", entry.title)
    for name in entry.authors:
        if NOT_A_NAME.search(name) or len(name.split()) > MAX_NAME_WORDS:
            ledger.report("odd-author", line, "authors", name)
    if entry.venue and BEGINS_WITH_AND.match(entry.venue):
        ledger.report("odd-venue", line, "venue", entry.venue)
    if found := ENDS_IN_VENUE.search(entry.title[-100:]):
        ledger.report("title-ends-in-venue", line, "title", found[1])


def declared_fields(dialect: Dialect) -> list[str]:
    """The fields, apart from title and links, that the list has by its dialect."""
    has_year = dialect.year == "venue" or (dialect.year == "entry" and bool(dialect.fields & set(DATES)))
    return [name for name in FIELDS if (has_year if name == "year" else name in dialect.fields)]


def value_of(entry: Entry, name: str) -> object:
    """What an entry has in a field; false where it has nothing."""
    return getattr(entry, name)


def check_fields(entries: Sequence[Entry], dialect: Dialect, ledger: Ledger) -> None:
    """Report each declared field that few entries have, at the first entry without it."""
    for name in declared_fields(dialect):
        empty = [entry for entry in entries if not value_of(entry, name)]
        filled = len(entries) - len(empty)
        if empty and filled < LEAST_FILLED * len(entries):
            first = Line(empty[0].line, empty[0].title)
            ledger.report("rare-field", first, name, f"{name}, in {filled} of {len(entries)} entries")


def check_coverage(matched: int, refused: Sequence[Line], location: str) -> None:
    """Raise ListError, with some of the lines, where too many that carry a link are part of no entry."""
    total = matched + len(refused)
    if total and matched >= LEAST_MATCHED * total:
        return
    if not total:
        raise ListError(
            f"{location}: has no line with a link under a heading. Check the dialect's unit and skip, or declare "
            "`topic` for entries without a heading."
        )
    step = max(1, len(refused) // SHOWN)
    shown = [f"  line {line.number}: {line.text[:SHOWN_LENGTH]}" for line in refused[::step][:SHOWN]]
    least = f"{LEAST_MATCHED:.0%}".replace("%", " %")
    raise ListError(
        "\n".join(
            [
                f"{location}: the dialect matches {matched} of {total} entries and lines with a link under a topic, "
                f"under {least}. Add a template for the others, or name sections without papers in skip.",
                *shown,
            ]
        )
    )


def quiet_codes(entries: Sequence[Entry], dialect: Dialect) -> frozenset[str]:
    """The problems that say nothing in this list: those of fields that it doesn't have."""
    has_topics = any(entry.topic for entry in entries)
    venues = [entry.venue for entry in entries if entry.venue]
    found = {
        "entry-without-topic": not has_topics,
        "venue-without-year": sum(map(has_year, venues)) < LEAST_FILLED * len(venues),
        "year-mismatch": dialect.year != "heading",  # a year of publication is often later than the preprint
    }
    return frozenset(code for code, is_quiet in found.items() if is_quiet)


def has_year(text: str) -> bool:
    """Whether a text holds a year of four digits."""
    return bool(YEAR.search(text))
