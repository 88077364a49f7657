"""A draft of a dialect: what it reads of lists in each format, what it prints, and that it only drafts."""

from __future__ import annotations

import re

import pytest
from formats import FOLDER, FORMATS, expected

from phenomena.reader.dialects.declaration import parse_dialect
from phenomena.reader.dialects.guess import guess_dialect
from phenomena.reader.dialects.reading import walk
from phenomena.reader.source import make_source, read_source

BOLD = "".join(
    f"- **Why Number {n} Matters** (2022), Ann Lee and Bo Chen [[pdf]](https://example.org/{n})\n" for n in range(1, 40)
)


def draft(text: str) -> str:
    return guess_dialect(make_source(text.encode(), "list.md", None), "list.md")


# Of twelve entries: how many a draft reads exactly, title, authors, venue and year. The others need a person.
EXACT = {
    "bold-then-line": 12,
    "bold-then-lines": 12,
    "dated-last-first": 12,
    "link-then-badges": 12,
    "link-then-labels": 12,
    "numbered-two-lines": 12,
    "pipes": 12,
    "plain-then-links": 12,
    "quoted-then-line": 12,
    "section": 12,
    "table": 12,
    "table-of-links": 12,
    "years-in-headings": 12,
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_draft_is_a_dialect_that_reads_most_of_its_list(name: str) -> None:
    source = read_source(str(FOLDER / f"{name}.md"))
    reader = walk(source, parse_dialect(guess_dialect(source, "list.md"), "x.toml"))
    found = {(entry.title, entry.authors, entry.venue, entry.year) for entry in reader.entries}
    right = {(entry.title, entry.authors, entry.venue, entry.year) for entry in expected(FORMATS[name])}
    assert len(found & right) == EXACT[name]


def test_a_draft_says_how_much_it_reads_and_shows_fifteen_entries() -> None:
    text = draft(f"# List\n\n## Topic\n\n{BOLD}\n- *odd* https://example.org/odd\n")
    toml, comments = text.split("\n\n", 1)
    assert toml.splitlines()[0] == 'unit = "bullet"'
    lines = comments.splitlines()
    assert lines[0] == "# draft for list.md: it matches 39 of 40 entries and lines with a link."
    assert [line for line in lines if " of 39" in line] == [
        f"# {name:9}    39 of 39" for name in ("title", "links", "authors", "year", "topic")
    ]
    shown = [line for line in lines if re.match(r"# line \d+: Why", line)]
    assert len(shown) == 13
    start = lines.index(shown[1])
    assert lines[start : start + 5] == [
        "# line 8: Why Number 4 Matters",
        "#   topic: Topic",
        "#   year: 2022",
        "#   authors: Ann Lee; Bo Chen",
        "#   links: [pdf](https://example.org/4)",
    ]
    assert lines[-2:] == ["# lines that match nothing:", "# line 45: *odd* https://example.org/odd"]


def test_a_draft_leaves_out_sections_of_which_it_reads_nothing() -> None:
    text = draft(f'# List\n\n## Topic\n\n{BOLD}\n## Our "Blog"\n\nSee [it](https://blog.example.org).\n')
    assert parse_dialect(text, "x.toml").skip == {'our "blog"'}


def test_a_list_without_headings_gets_a_topic() -> None:
    dialect = parse_dialect(draft(f"# List\n\n{BOLD}"), "x.toml")
    assert (dialect.topic, [template.written for template in dialect.entry]) == (
        "Papers",
        ["**{title}**{?,} ({year}){?,} {authors}{?.} {links}"],
    )


@pytest.mark.parametrize("text", ["", "# List\n", "## Topic\n\nNothing yet.\n", "- \n" * 3, "| a |\n|---|\n| b |\n"])
def test_a_draft_of_a_list_that_says_nothing_reads_nothing(text: str) -> None:
    assert "it matches 0 of 0 entries" in draft(text)


def test_two_drafts_are_the_same() -> None:
    assert draft(f"## Topic\n\n{BOLD}") == draft(f"## Topic\n\n{BOLD}")
