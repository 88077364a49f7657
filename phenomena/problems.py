"""What can be wrong with a list: one stable code a rule, with its severity and its remedy.

Any room may report a problem, none swallows one. Severities: `error`, something of the line is not in the
database or can't be relied on; `warning`, a field is missing or doubtful; `info`, a repair that was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EXCERPT_LENGTH = 160


class ListError(Exception):
    """The list as a whole can't be used; the message says where and what to do."""


@dataclass(frozen=True)
class Rule:
    """One kind of problem: `remedy` tells the keeper of the list what to write instead."""

    severity: str
    finding: str
    remedy: str


RULES: Mapping[str, Rule] = {
    "control-character": Rule("warning", "Invisible control characters were left out", "delete them"),
    "duplicate-author": Rule("info", "An author is named twice", "name each author once"),
    "duplicate-entry": Rule("warning", "The paper is listed more than once", "keep one entry a topic"),
    "duplicate-keyword": Rule("info", "A key word is given twice", "give each key word once"),
    "empty-bullet": Rule("info", "A bullet is empty", "fill it in or delete it"),
    "empty-link": Rule("warning", "A link has no address", "write [[paper]](https://...), or leave the link out"),
    "empty-title": Rule("error", "An entry has no title", "write `- Paper Title [[paper]](https://...)`"),
    "entry-without-topic": Rule("warning", "An entry stands under no topic", "put it under a `## Topic` heading"),
    "heading-mismatch": Rule("warning", "A year heading names another topic", "write `### Topic: Year`"),
    "heading-without-year": Rule("info", "A heading below the topic has no year", "write `### Topic: Year`"),
    "joined-authors": Rule("info", "Authors run together were told apart", "part authors with `, `"),
    "keyword-commas": Rule("info", "Key words are parted by commas", "part key words with `; `"),
    "keyword-spellings": Rule("info", "One key word is spelt in several ways", "choose one spelling"),
    "link-without-label": Rule("info", "The title itself is the link", "write `- Title [[paper]](https://...)`"),
    "missing-authors": Rule("warning", "The entry has no authors", "add `- First Author, Second Author.`"),
    "missing-digest": Rule("warning", "The entry has no digest", "add `- <details><summary>Digest</summary> text`"),
    "missing-keywords": Rule("warning", "The entry has no key words", "add `- Key Word: One; Another.`"),
    "missing-paper-link": Rule("warning", "The entry has no link to the paper", "add `[[paper]](https://...)`"),
    "misspelt-label": Rule("info", "A label is not written as the format asks", "write `Key Word: ` or `Digest`"),
    "not-http-link": Rule("error", "A link is neither http nor https", "give a full http(s) address"),
    "same-title": Rule("warning", "Two papers share a title under different links", "check that both are meant"),
    "stray-field": Rule(
        "warning", "A field stands apart from its entry or twice in it", "give it once, under its title"
    ),
    "text-after-links": Rule("warning", "Text after the links is not in the title", "put it before the links"),
    "truncated-entry": Rule("error", "The list ends in the middle of an entry", "add what is missing at its end"),
    "unclosed-block": Rule("error", "A code block or comment is never closed", "close it with ``` or -->"),
    "unexpected-line": Rule("error", "A line is no part of any entry", "make it a field of an entry, or delete it"),
    "unknown-venue": Rule("info", "The venue is not in the table of venues", "check its spelling"),
    "venue-without-year": Rule("info", "The venue has no year", "write `*Venue Year*`"),
    "year-mismatch": Rule("warning", "The section's year is not the arXiv id's", "check the year"),
}


@dataclass(frozen=True)
class Problem:
    """One finding at one line of the list; `written` is what stands there, `detail` sharpens the message."""

    line: int
    code: str
    written: str = ""
    field: str | None = None
    detail: str = ""

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`, from the rule."""
        return RULES[self.code].severity

    @property
    def excerpt(self) -> str:
        """At most EXCERPT_LENGTH characters of what was written."""
        text = " ".join(self.written.split())
        return text if len(text) <= EXCERPT_LENGTH else text[: EXCERPT_LENGTH - 1] + "…"

    @property
    def message(self) -> str:
        """The line, what was found there, and what to write instead: one sentence each."""
        rule = RULES[self.code]
        finding = f"{rule.finding} ({self.detail})" if self.detail else rule.finding
        return f"Line {self.line}: {finding}. To mend it, {rule.remedy}."
