"""What a list says of itself, at its head: title, description, homepage, tags, licence.

Two kinds of head are read: a README's (`# Title`, then a paragraph, then lines such as `Licence: CC0`) and a catalogue
page's (`List: name`, an address of its own line below the description, a line of tags).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from .grammar.fields import collapse
from .sections import heading_text

HEAD_LABEL = re.compile(r"(title|homepage|tags|licen[cs]e|list)\s*:\s*(.+)", re.I)  # Licence: CC0
ADDRESS_LINE = re.compile(r"<?(https?://[^\s<>]+)>?")  # https://github.com/someone/list
TAG_LINE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?: [a-z0-9]+(?:-[a-z0-9]+)*){2,}")  # double-descent grokking survey
TITLE_LINE = re.compile(r"#\s+(.+)")  # # Awesome Deep Phenomena
PROSE = re.compile(r"[A-Za-z*_\"“]")  # Our edition of...


@dataclass(frozen=True)
class Head:
    """What the head gives; None or empty where it says nothing."""

    title: str | None = None
    description: str | None = None
    homepage: str | None = None
    tags: tuple[str, ...] = ()
    licence: str | None = None


def parse_head(lines: Sequence[str]) -> Head:
    """The head of a list: its lines above the first `## ` heading."""
    head = [line.strip() for line in takewhile(lambda line: not line.startswith("## "), lines)]
    found = [match for line in head if (match := HEAD_LABEL.fullmatch(line))]
    labelled = {match[1].lower().replace("license", "licence"): match[2].strip() for match in found}
    address = next((i for i, line in enumerate(head) if i and ADDRESS_LINE.fullmatch(line) and head[i - 1]), None)
    heading = next((i for i, line in enumerate(head) if TITLE_LINE.fullmatch(line)), None)
    title = labelled.get("title") or labelled.get("list")
    description = ""
    if heading is not None:
        title = heading_text(head[heading].removeprefix("#"))
        description = first_paragraph(head[heading + 1 :])
    if address is not None:
        description = head[address - 1]
    return Head(
        title=title,
        description=description or None,
        homepage=homepage(labelled, head, address),
        tags=tags(labelled, head),
        licence=labelled.get("licence"),
    )


def homepage(labelled: dict[str, str], head: Sequence[str], address: int | None) -> str | None:
    """The address after `Homepage:`, else the one on a line of its own below the description."""
    written = labelled.get("homepage") or (head[address] if address is not None else "")
    match = ADDRESS_LINE.fullmatch(written)
    return match[1] if match else None


def tags(labelled: dict[str, str], head: Sequence[str]) -> tuple[str, ...]:
    """The words after `Tags:`, else those of a line that holds nothing but hyphenated lower-case words."""
    if "tags" in labelled:
        return tuple(word for word in re.split(r"[,;\s]+", labelled["tags"]) if word)
    line = next((line for line in head if "-" in line and TAG_LINE.fullmatch(line)), "")
    return tuple(line.split())


def first_paragraph(lines: Sequence[str]) -> str:
    """The first run of prose lines, white space collapsed."""
    paragraph: list[str] = []
    for line in lines:
        if PROSE.match(line) and not HEAD_LABEL.fullmatch(line):
            paragraph.append(line)
        elif paragraph:
            break
    return collapse(" ".join(paragraph))
