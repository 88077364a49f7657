"""What a heading opens: a topic, a year of a topic, resources, or furniture such as contents and contributing.

No topic is known by name. What is not a topic is known by name, because every list of this family uses the same words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from .grammar import SUMMARY, collapse, parse_label, strip_tags

HEADING_YEAR = re.compile(r"\b((?:19|20)\d\d)\b[)\]\s.]*$")  # 2023
HEADING_LINK = re.compile(
    r"!?\[!?\[?([^\[\]]*)\]?(?:\([^()]*\))?\]?\([^()]*\)"
)  # [![Awesome](badge)](link), [Topic](#topic)
RESOURCES = re.compile(
    r"(?:(?:related|other|useful|further)\s+)*(?:resources|links|reading|lists|awesome lists)$", re.I
)
FURNITURE = re.compile(
    r"(?:table of )?contents?|toc|(?:how to )?contribut(?:e|ing|ions?|ors?)(?: guidelines?| guide)?|licen[cs]e"
    r"|citation|citing|acknowledge?ments?|star history|maintainers?|introduction|about(?: this list)?|news|updates?"
    r"|changelog",
    re.I,
)  # Table of Contents, Contributing, License
NEAR_NAME = 0.8
MAX_NAME = 200  # characters; longer names are near no other


@dataclass(frozen=True)
class Section:
    """Where an entry stands. `kind` is head, topic, resources or furniture; topic and year may be unknown."""

    kind: str
    topic: str | None = None
    year: int | None = None
    level: int = 0
    mismatch: bool = False
    missing_year: bool = False


def open_section(before: Section, text: str, level: int) -> Section:
    """The section that a heading opens, seen from the one before it.

    `# Title` is the list's own head, `## Topic` a topic, `### Topic: Year` a year of it. A year heading that names
    another topic opens that topic, unless the name is so near that it must be a slip; `## Topic: Year` may name any.
    """
    name = heading_text(text)
    if RESOURCES.fullmatch(name):
        return Section("resources", level=level)
    if FURNITURE.fullmatch(name):
        return Section("furniture", level=level)
    match = HEADING_YEAR.search(name)
    if match:
        named = collapse(name[: match.start()].rstrip(" :：,-–—(["))
        topic, mismatch = choose_topic(None if named and level < 3 else before.topic, named)
        return Section("topic", topic, int(match[1]), level, mismatch)
    if level >= 3 and before.kind == "topic" and before.topic:
        return Section("topic", before.topic, None, level, missing_year=True)
    if level >= 3 and before.kind in ("furniture", "resources"):
        return Section(before.kind, level=level)
    return Section("head" if level == 1 else "topic", name if level > 1 else None, level=level)


def summary_section(before: Section, text: str) -> Section | None:
    """The section that `<details><summary>Topic: 2022</summary>` opens, or None where the summary names no year."""
    name = folded_year(text)
    return open_section(before, name, level=3) if name else None


def folded_year(text: str) -> str | None:
    """The summary of a line that folds a year and holds nothing else, without tags; None for any other line."""
    match = SUMMARY.match(text)
    if not match or parse_label(text) or strip_tags(text[match.end() :]):
        return None
    return strip_tags(match[1]) if HEADING_YEAR.search(strip_tags(match[1])) else None


def choose_topic(parent: str | None, named: str) -> tuple[str | None, bool]:
    """The topic of a year heading below a parent, and whether the two names disagree."""
    if not parent or not named:
        return named or parent, False
    if named.casefold() == parent.casefold():
        return parent, False
    near = SequenceMatcher(None, named.casefold()[:MAX_NAME], parent.casefold()[:MAX_NAME]).ratio() >= NEAR_NAME
    return (parent if near and len(named) <= MAX_NAME else named), True


def heading_text(text: str) -> str:
    """A heading without badges, links, emphasis, tags and closing colon."""
    plain = HEADING_LINK.sub(lambda match: "" if match[0].startswith(("!", "[!")) else match[1], text)
    return strip_tags(plain).strip("*_#: ").strip()
