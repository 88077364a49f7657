"""What can be wrong with a list: one stable code per rule, with its severity and its remedy.

Severities: `error`, something of the line is missing or wrong in the database; `warning`, a field is missing or
doubtful; `info`, corrected without doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EXCERPT_LENGTH = 160


@dataclass(frozen=True)
class Rule:
    """One kind of problem: what was found, and in `remedy` what the keeper of the list should write instead.

    Either may hold `{written}` and `{detail}`, the values of a problem. The finding follows “Line N: ” and so begins
    with a lower-case letter; the remedy is a separate sentence.
    """

    severity: str
    finding: str
    remedy: str


RULES: Mapping[str, Rule] = {
    "author-variant": Rule(
        "warning",
        "the author “{written}” may be “{detail}”",
        "If they are one person, write “{detail}” instead of “{written}”.",
    ),
    "control-character": Rule("warning", "invisible control characters were removed", "Delete them."),
    "duplicate-author": Rule("warning", "an author is named twice", "Name each author once."),
    "duplicate-entry": Rule("warning", "the paper is listed more than once", "Keep one entry per topic."),
    "duplicate-keyword": Rule("info", "a keyword is given twice", "Give each keyword once."),
    "empty-bullet": Rule("info", "the bullet is empty", "Fill it in or delete it."),
    "empty-link": Rule("warning", "a link has no address", "Write `[[paper]](https://...)`, or leave the link out."),
    "empty-title": Rule("error", "the entry has no title", "Write `- Paper Title [[paper]](https://...)`."),
    "entry-without-topic": Rule("warning", "the entry is under no topic", "Put it under a `## Topic` heading."),
    "heading-mismatch": Rule("warning", "the year heading names another topic", "Write `### Topic: Year`."),
    "heading-without-year": Rule("warning", "the heading below the topic has no year", "Write `### Topic: Year`."),
    "joined-authors": Rule("warning", "author names run together and were split", "Separate authors with `, `."),
    "keyword-commas": Rule("warning", "the keywords are separated by commas", "Separate keywords with `; `."),
    "keyword-spellings": Rule("info", "the keyword is spelt in several ways", "Choose one spelling."),
    "keyword-typo": Rule(
        "warning",
        "the keyword “{written}” may be a misspelling of “{detail}”",
        "If so, write “{detail}” instead of “{written}”.",
    ),
    "link-in-heading": Rule(
        "error", "the heading contains a link", "Write a paper as `- Paper Title [[paper]](https://...)`."
    ),
    "link-without-label": Rule("info", "the title itself is the link", "Write `- Title [[paper]](https://...)`."),
    "malformed-year": Rule("error", "the year can't be read", "Write it with four digits, such as 2024."),
    "missing-authors": Rule("warning", "the entry has no authors", "Add `- First Author, Second Author.`"),
    "missing-digest": Rule("warning", "the entry has no digest", "Add `- <details><summary>Digest</summary> text`."),
    "missing-field": Rule("warning", "the entry has no {detail}", "Add it as the list's other entries have it."),
    "missing-keywords": Rule("warning", "the entry has no keywords", "Add `- Key Word: One; Another.`"),
    "missing-paper-link": Rule("warning", "the entry has no link to the paper", "Add `[[paper]](https://...)`."),
    "misspelt-label": Rule("info", "the label doesn't follow the format", "Write `Key Word: ` or `Digest`."),
    "mixed-separators": Rule(
        "warning", "the authors are separated by both semicolons and commas", "Separate them with `, `."
    ),
    "nested-topic": Rule("warning", "the topic is below a heading such as Contents", "Give it a `## Topic` heading."),
    "not-http-link": Rule("error", "a link is neither http nor https", "Give a full http(s) address."),
    "odd-author": Rule(
        "warning",
        "the author “{detail}” holds a year, an address or a sentence",
        "Correct the entry, or the dialect's template.",
    ),
    "odd-venue": Rule(
        "warning", "the venue “{detail}” begins with “and”", "Correct the entry, or the dialect's template."
    ),
    "rare-field": Rule(
        "warning",
        "the dialect declares a field that few entries have: {detail}",
        "Correct the dialect's template, or leave the field out of it.",
    ),
    "same-title": Rule(
        "warning", "two papers with different links share a title", "Check that they are different papers."
    ),
    "stray-field": Rule(
        "warning", "the field is separate from its entry or given twice", "Give it once, under its title."
    ),
    "text-after-links": Rule("error", "the text after the links is not read", "Put it before the links."),
    "text-after-venue": Rule(
        "error", "the text after the venue is not read", "Put it inside the venue, or leave it out."
    ),
    "title-ends-in-venue": Rule(
        "warning", "the title ends in a venue, “{detail}”", "Correct the entry, or the dialect's template."
    ),
    "truncated-entry": Rule("error", "the list ends in the middle of an entry", "Add what is missing at its end."),
    "unclosed-block": Rule("error", "the code block or comment is never closed", "Close it with ``` or -->."),
    "unexpected-line": Rule("error", "this line is not part of any entry", "Indent it under one, or delete it."),
    "unindented-line": Rule("warning", "the line isn't indented and was read as part of the field above", "Indent it."),
    "unknown-venue": Rule("warning", "the venue is not in the table of venues", "Check its spelling."),
    "unmatched-line": Rule(
        "error",
        "this line matches no template of the list's dialect",
        "Write it like the list's other entries, or add a template to the dialect.",
    ),
    "unread-column": Rule(
        "warning", "the column “{detail}” is not read", "Declare it in the dialect's columns, as {{ignore}} if need be."
    ),
    "unread-entry": Rule(
        "warning",
        "the line looks like an entry but is outside the topics",
        "Put it under a `## Topic` heading, if it is one.",
    ),
    "unread-link": Rule("error", "the title contains a link that is not read", "Write it as `[[paper]](https://...)`."),
    "venue-before-arxiv": Rule(
        "warning", "the venue “{written}” is earlier than the arXiv submission ({detail})", "Check its year."
    ),
    "venue-without-year": Rule("warning", "the venue has no year", "Write `*Venue Year*`."),
    "year-mismatch": Rule(
        "warning", "the year of the heading differs from that of the arXiv identifier", "Check the year."
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding at one line of the list; `written` is the text there, `detail` a value for the message, `list` the
    key of the list, where it is known.
    """

    line: int
    code: str
    written: str = ""
    field: str | None = None
    detail: str = ""
    list: str = ""

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`, from the rule."""
        return RULES[self.code].severity

    @property
    def excerpt(self) -> str:
        """At most EXCERPT_LENGTH characters of what was written."""
        return shorten(self.written)

    @property
    def message(self) -> str:
        """The line, what was found there, and what to write instead: two sentences."""
        rule = RULES[self.code]
        values = {"written": self.excerpt, "detail": shorten(self.detail)}
        aside = f" ({values['detail']})" if self.detail and "{detail}" not in rule.finding else ""
        return f"Line {self.line}: {rule.finding.format(**values)}{aside}. {rule.remedy.format(**values)}"


def shorten(text: str) -> str:
    """A text on one line, cut to EXCERPT_LENGTH characters."""
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT_LENGTH else text[: EXCERPT_LENGTH - 1] + "…"
