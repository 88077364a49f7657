"""Markdown text to blocks. The one module that uses markdown-it.

Only the block structure is read; the inside of a line belongs to the grammar. HTML is text here: an unclosed
`<details>` must not include the lines after it. Comments are the exception, because a reader never sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

BULLET = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?:\s+|$)")  # `  - text`, `* text`, `1. text`
HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")  # ## Topic
MAX_NESTING = 20
SECTION_LINES = 1_000  # that are parsed together, at least


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: its number, from 1, and its text without bullet and outer space.

    `lazy` is a line within a bullet that isn't indented: CommonMark continues the paragraph with it, but its writer
    may have meant a separate line.
    """

    number: int
    text: str
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One bullet: `lines` are its own, without those of the bullets below it."""

    lines: tuple[Line, ...]
    children: tuple[Item, ...]
    after_blank: bool

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """Its own lines and those of every bullet below it, in order."""
        below = [line for child in self.children for line in child.all_lines]
        return tuple(sorted((*self.lines, *below), key=lambda line: line.number))


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: `kind` is heading, text, quote, table, list, code or comment.

    `level` is that of a heading, whose first line has its whole text without markup; `closed` that of a fence or a
    comment. The first two lines of a table are its head.
    """

    kind: str
    lines: tuple[Line, ...]
    level: int = 0
    items: tuple[Item, ...] = ()
    closed: bool = True


class OpenEndError(Exception):
    """A list goes on after the lines that are known, and its last block or section may too."""


def parse_outline(
    lines: Sequence[str], section_lines: int = SECTION_LINES, start: int = 0, goes_on: bool = False
) -> Iterator[Block]:
    """The blocks of a list from a line on, in order. Every non-blank line is in at most one of them.

    The list is parsed in parts, as its tokens take far more memory than its text. A part ends before a heading, which
    nothing goes on over but a fence or a comment; where one is still open there, the part is parsed again with as much
    of what follows. Raises OpenEndError where that isn't known, since the list `goes_on` after these lines.
    """
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable("table")
    parser.disable(["inline", "text_join", "reference", "html_block"])
    parser.block.ruler.before("list", "comment", comment_rule, {"alt": ["paragraph", "blockquote"]})
    size = section_lines
    while start < len(lines):
        end = find_heading(lines, start + size)
        tokens = parser.parse("\n".join(lines[start:end]))
        if (end < len(lines) or goes_on) and any(is_open(token, end - start) for token in tokens):
            if end == len(lines):
                raise OpenEndError
            size = 2 * (end - start)
            continue
        for token in tokens:
            token.map = token.map and [token.map[0] + start, token.map[1] + start]
        yield from Outline(lines, tokens).blocks()
        start, size = end, section_lines


def find_heading(lines: Sequence[str], start: int) -> int:
    """The first line from a place on that is a heading for certain, else the end."""
    places = range(start, len(lines))
    return next((place for place in places if lines[place].startswith("#") and HEADING.match(lines[place])), len(lines))


def is_open(token: Token, end: int) -> bool:
    """Whether a token may go on after the last line of its part, which the parser doesn't count where it is blank."""
    if token.type == "comment":
        return not token.meta["closed"]
    return token.type == "fence" and token.map is not None and token.map[1] >= end - 1


class Outline:
    """Walks the token stream of one list."""

    KINDS: ClassVar = {"table_open": "table", "fence": "code", "code_block": "code", "comment": "comment"}
    KINDS |= {"blockquote_open": "quote"}

    def __init__(self, lines: Sequence[str], tokens: Sequence[Token]) -> None:
        self.source = lines
        self.tokens = tokens

    def blocks(self) -> Iterator[Block]:
        """Top-level blocks; a rule counts as text."""
        for index, token in enumerate(self.tokens):
            if token.level or token.map is None:
                continue
            start, end = token.map
            if token.type == "heading_open":
                text = self.tokens[index + 1].content
                first = Line(start + 1, " ".join(text.split()))
                yield Block("heading", (first, *self.lines(start + 1, end)), level=int(token.tag[1:]))
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                yield Block("list", (), items=tuple(self.items(index)))
            else:
                closed = token.meta.get("closed", True) if token.type == "comment" else self.is_closed(token)
                yield Block(self.KINDS.get(token.type, "text"), self.lines(start, end), closed=closed)

    def items(self, list_index: int) -> Iterator[Item]:
        """The bullets directly below the list that opens at a token."""
        level = self.tokens[list_index].level
        for index in range(list_index + 1, len(self.tokens)):
            token = self.tokens[index]
            if token.level == level:
                return
            if token.type == "list_item_open" and token.level == level + 1:
                yield self.item(index)

    def item(self, item_index: int) -> Item:
        opening = self.tokens[item_index]
        assert opening.map is not None
        children: list[Item] = []
        covered: set[int] = set()
        for index in range(item_index + 1, len(self.tokens)):
            token = self.tokens[index]
            if token.level == opening.level:
                break
            if token.level == opening.level + 1 and token.type in ("bullet_list_open", "ordered_list_open"):
                assert token.map is not None
                children.extend(self.items(index))
                covered.update(range(*token.map))
        start, end = opening.map
        margin = self.indent(start)
        own = tuple(
            replace(line, lazy=True) if line.number - 1 > start and self.indent(line.number - 1) <= margin else line
            for line in self.lines(start, end, bullet=True)
            if line.number - 1 not in covered
        )
        return Item(own, tuple(children), start > 0 and not self.source[start - 1].strip())

    def lines(self, start: int, end: int, bullet: bool = False) -> tuple[Line, ...]:
        """The non-blank lines of a half-open range that counts from 0.

        `bullet` removes the first one's marker and keeps the line even where nothing is left: an empty bullet counts.
        """
        rows = list(self.source[start:end])
        if bullet and rows:
            rows[0] = BULLET.sub("", rows[0], count=1)
        numbered = [Line(number, row.strip()) for number, row in enumerate(rows, start + 1)]
        return tuple(line for index, line in enumerate(numbered) if line.text or (bullet and index == 0))

    def indent(self, index: int) -> int:
        """How far a line is indented, in columns."""
        row = self.source[index].expandtabs(4)
        return len(row) - len(row.lstrip())

    def is_closed(self, token: Token) -> bool:
        """Whether a fence has a closing fence, and doesn't run to the end of the list."""
        if token.type != "fence" or token.map is None:
            return True
        return self.source[token.map[1] - 1].strip().startswith(token.markup) and token.map[1] - token.map[0] > 1


def comment_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`<!-- ... -->` over any number of lines, as CommonMark's HTML block of the second kind."""
    if not state.src.startswith("<!--", state.bMarks[start] + state.tShift[start]):
        return False
    if silent:
        return True
    last = start
    while last < end and "-->" not in state.src[state.bMarks[last] : state.eMarks[last]]:
        last += 1
    token = state.push("comment", "", 0)
    token.meta = {"closed": last < end}
    state.line = min(last + 1, end)
    token.map = [start, state.line]
    return True
