"""Titles, keywords and labels of one line. Every pattern carries an example of what it accepts.

Every pattern takes time in proportion to the text, whatever is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from . import remembered
from .links import LINK, PAPER_LABEL, PLAIN_LINK, Link, make_link

SUMMARY = re.compile(
    r"(?:<details[^<>]*>\s*)?<summary[^<>]*>(.{0,300}?)</summary>\s*", re.I
)  # <details><summary>Digest</summary>
CLOSING = re.compile(r"</?(?:details|p|summary)\s*>$", re.I)  # </details>
TAG = re.compile(r"</?[a-z][a-z0-9]*\s*/?>", re.I)  # <b>
LABEL = re.compile(r"([A-Za-z][A-Za-z \-_]{2,14}?)\s*[:：]\s*")  # Key Word:
DIGEST = re.compile(r"digest\b\s*[:：.]?\s*", re.I)  # Digest text
AUTHOR_LIST = re.compile(r"author\s?list\b\s*[:：]?\s*", re.I)  # Author List First Author
SEMICOLON = re.compile("(?<!&amp)[;；]")  # One; Two
COMMA = re.compile("[,，、]")  # One, Two
BOLD = re.compile(r"(\*\*|__)([^\s*_](?:[^*_]*[^\s*_])?)\1(\.?)")  # **A title.**
SPACES = re.compile(r"\s+")

KEYWORD_LABELS = ("keyword", "keywords")
LABEL_LIKENESS = 0.8
MAX_LABEL = 100  # letters; a longer text resembles no label
MAX_TAG = 20  # characters of a closing tag


@dataclass(frozen=True)
class TitleLine:
    """`Title [[paper]](url) [[code]](url)`; `rest` is text after or between the links."""

    title: str
    links: tuple[Link, ...]
    rest: str
    title_is_link: bool


@dataclass(frozen=True)
class Label:
    """What a line says it is: `field` is keywords, digest or authors; `text` is what follows the label."""

    field: str
    text: str
    as_asked: bool


@remembered
def parse_title(text: str) -> TitleLine:
    """Read a title and its links. A title loses one closing full stop and keeps `?` and `!`.

    >>> parse_title("Why? [[paper]](https://x.org)").title
    'Why?'
    """
    text = text.rstrip("\\ ")
    matches = list(LINK.finditer(text)) or list(PAPER_LABEL.finditer(text))
    if not matches:
        whole = PLAIN_LINK.match(text)
        if whole and not text[whole.end() :].strip(" ."):
            return TitleLine(trim_title(whole[1]), (Link("", whole[2]),), "", title_is_link=True)
        return TitleLine(trim_title(text), (), "", title_is_link=False)
    links = tuple(make_link(match) for match in matches)
    starts = [match.start() for match in matches[1:]] + [len(text)]
    between = [text[match.end() : start].strip(" .,;|/\\\t") for match, start in zip(matches, starts, strict=True)]
    title = text[: matches[0].start()]
    return TitleLine(trim_title(title), links, " ".join(filter(None, between)), title_is_link=False)


def parse_resource(text: str) -> tuple[str, Link | None]:
    """Title and first link of a resource: `[Title](https://x.org) remark` or `Title [[link]](https://x.org)`."""
    if match := LINK.search(text):
        return parse_title(text).title or text, make_link(match)
    if match := PLAIN_LINK.search(text):
        return make_link(match).label or text, make_link(match)
    return trim_title(text) or text, None


def trim_title(text: str) -> str:
    """Collapse white space, drop one closing full stop, but not an ellipsis, and the bold of a title in bold.

    >>> trim_title("**A title.**"), trim_title("A **bold** word")
    ('A title', 'A **bold** word')
    """
    title = collapse(text)
    title = BOLD.sub(r"\2\3", title) if BOLD.fullmatch(title) else title
    return title[:-1].rstrip() if title.endswith(".") and not title.endswith("..") else title


@remembered
def parse_keywords(text: str) -> tuple[str, ...]:
    """Keywords, separated at semicolons, or at commas where there is no semicolon; one closing full stop is dropped.

    >>> parse_keywords("Grokking; Loss, Sharpness."), parse_keywords("One, Two")
    (('Grokking', 'Loss, Sharpness'), ('One', 'Two'))
    """
    text = strip_closing(text)
    text = text[:-1] if text.endswith(".") and not text.endswith("..") else text
    parts = (SEMICOLON if SEMICOLON.search(text) else COMMA).split(text)
    return tuple(word for part in parts if (word := collapse(part)))


@remembered
def parse_label(text: str) -> Label | None:
    """What a line's label says, or None for a line without one.

    The label of keywords is recognized by likeness, so that `Key Work:` is read (and reported); the others exactly.
    """
    if opening := SUMMARY.match(text):
        return label_of_summary(strip_tags(opening[1]), text[opening.end() :])
    if match := DIGEST.match(text):
        return Label("digest", text[match.end() :], as_asked=text.startswith("Digest"))
    if match := AUTHOR_LIST.match(text):
        return Label("authors", text[match.end() :], as_asked=text.startswith("Author List"))
    if (match := LABEL.match(text)) and likeness(match[1], KEYWORD_LABELS) >= LABEL_LIKENESS:
        return Label("keywords", text[match.end() :], as_asked=text.startswith("Key Word: "))
    return None


def label_of_summary(summary: str, body: str) -> Label | None:
    """The label inside `<summary>`; near spellings count."""
    for field, names in (("digest", ("digest",)), ("authors", ("authorlist", "authors"))):
        if likeness(summary, names) >= LABEL_LIKENESS:
            return Label(field, body, as_asked=summary.casefold() in ("digest", "author list"))
    return None


@remembered
def likeness(text: str, names: tuple[str, ...]) -> float:
    """How much the letters of a text resemble any of the names, from 0 to 1."""
    letters = re.sub(r"[^a-z]", "", text.casefold())
    if len(letters) > MAX_LABEL:
        return 0.0
    return max(SequenceMatcher(None, letters, name).ratio() for name in names)


@remembered
def strip_wrappers(text: str) -> str:
    """Remove the HTML that only folds a field, at its beginning and its end."""
    return strip_closing(SUMMARY.sub("", text, count=1))


def strip_closing(text: str) -> str:
    """Remove the tags that close a folded field, from the last to the first; white space is collapsed."""
    text = collapse(text)
    while match := CLOSING.search(text, max(0, len(text) - MAX_TAG)):
        text = text[: match.start()].rstrip()
    return text


def strip_tags(text: str) -> str:
    """Plain tags such as `<b>` removed, white space collapsed."""
    return collapse(TAG.sub("", text))


def collapse(text: str) -> str:
    """White space as single spaces, none at the ends."""
    return SPACES.sub(" ", text).strip()
