"""Rows of a table, by the headings of its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..grammar.links import Link
from .declaration import fold_name
from .inline import clean_line, parse_links
from .template import Captures, Template

CELL_END = re.compile(r"(?<!\\)\|")  # a | b
NOTHING = re.compile(r"[-–—/\s]*|n/?a|none|tba|tbd|todo", re.I)  # -
LINK_FIELDS = ("link", "code", "links")

Columns = Mapping[str, tuple[Template, ...]]
Row = tuple[dict[str, str], list[Link]]


def split_row(text: str) -> list[str]:
    """The cells of a row, without the pipes at its ends."""
    text = text.strip().removeprefix("|")
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    return [clean_line(cell.replace("\\|", "|")) for cell in CELL_END.split(text)]


def match_row(text: str, headings: Sequence[str], columns: Columns) -> Row | None:
    """The fields and links of a row, or None where a cell of a declared column doesn't match.

    A cell may be empty, but not that of the title. The label of a link is its column's heading, as cells say only
    `Link`, unless it says itself that it is code.
    """
    fields: dict[str, str] = {}
    links: list[Link] = []
    for heading, cell in zip(headings, split_row(text), strict=False):
        templates = columns.get(fold_name(heading))
        if templates is None or NOTHING.fullmatch(cell):
            continue
        found = next((found for one in templates if (found := one.match(cell)) is not None), None)
        if found is None:
            return None
        label = "" if "title" in found else heading.strip("*_` ")
        links += [link if link.is_code else Link(label, link.url) for link in links_of(found)]
        fields |= {name: value for name, value in found.items() if name not in (*LINK_FIELDS, "ignore")}
    return (fields, links) if "title" in fields else None


def links_of(found: Captures) -> list[Link]:
    """The links of a match: those whose template gives the address, then the others."""
    declared = {"link": "", "code": "code"}
    given = [Link(label, found[name]) for name, label in declared.items() if name in found]
    return [*given, *parse_links(found.get("links", ""))]
