"""Venues as written (`NeurIPS 2022`) to a venue and a year, by the table of the field's venues in venues.csv."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..reader.grammar.years import WrittenYear, venue_year
from .folding import slug

MAX_LENGTH = 300
TABLE = Path(__file__).with_name("venues.csv")
NUMBER = re.compile(r"(.+?)[\s,]+(\d+)")  # ICML 202
PRESENTATION = re.compile(
    r"\s*[,(\[]?\b(?:oral|spotlight|poster|best paper(?: award)?|highlight)\b[)\]]*", re.I
)  # (Oral)
WORKSHOP = re.compile(r"\bworkshops?\b|\bw\.?s\.?$|\b@\b", re.I)  # ICML 2022 Workshop


@dataclass(frozen=True)
class Venue:
    """A venue: `kind` is conference, journal, workshop or thesis; None, as `full_name`, where the table lacks it."""

    id: str
    name: str
    full_name: str | None
    kind: str | None


@cache
def known_venues() -> dict[str, Venue]:
    """Venues by the slug of every name they go by."""
    venues: dict[str, Venue] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            venue = Venue(row["id"], row["name"], row["full_name"], row["kind"] or None)
            names = [row["id"], row["name"], row["full_name"], *filter(None, row["aliases"].split(";"))]
            venues.update({slug(name): venue for name in names})
    return venues


def split_venue(written: str) -> WrittenYear:
    """A venue's name, and its year as written. A number after a venue of the table is meant as a year."""
    found = venue_year(written[:MAX_LENGTH])
    name = " ".join(PRESENTATION.sub("", found.text).split()).strip(" ,.;:")
    number = NUMBER.fullmatch(name)
    if number and not found.written and slug(number[1]) in known_venues():
        return WrittenYear(number[1], number[2], None)
    return WrittenYear(name, found.written, found.year)


@cache
def parse_venue(written: str) -> tuple[Venue, int | None]:
    """The venue and year of a venue as written.

    A workshop of a known venue is a venue of its own. An unknown venue keeps its name, its kind stays None. Only the
    first MAX_LENGTH characters are read.

    >>> parse_venue("NIPS 2017")[0].name, parse_venue("NIPS 2017")[1]
    ('NeurIPS', 2017)
    """
    found = split_venue(written)
    name, year = found.text or written[:MAX_LENGTH], found.year
    if venue := known_venues().get(slug(name)):
        return venue, year
    if WORKSHOP.search(name):
        host = known_venues().get(slug(WORKSHOP.sub("", name)))
        full_name = f"Workshop at the {host.full_name}" if host else None
        short = f"{host.name} Workshop" if host else name
        return Venue(slug(short), short, full_name, "workshop"), year
    return Venue(slug(name), name, None, None), year


def is_known(venue: Venue) -> bool:
    """Whether the table, or the rule for workshops, says what the venue is."""
    return venue.full_name is not None or venue.kind is not None
