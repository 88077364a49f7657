"""What holds for every list in another format: what is written comes back; nothing vanishes, nothing fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import check_statuses

from phenomena.reader.dialects.declaration import parse_dialect
from phenomena.reader.dialects.reading import make_reading, walk
from phenomena.reader.drafts import Entry
from phenomena.reader.grammar.links import Link, carries_link
from phenomena.reader.reading import Reading
from phenomena.reader.source import make_source

settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same")

parsed = cache(parse_dialect)

CAPITAL = st.sampled_from("ABCDEFGHJKLMNOPRSTUWYZÉÖ")
PART = st.builds(lambda first, rest: first + rest, CAPITAL, st.text("abcdegiklmnorstuéöł", min_size=2, max_size=8))
MIDDLE = st.sampled_from(["", "Q. ", "van der ", "El-"])
NAME = st.builds(lambda first, middle, last: f"{first} {middle}{last}", PART, MIDDLE, PART)
WORD = st.one_of(
    st.text("abcdefgxyzäßéλα", min_size=2, max_size=7),
    st.sampled_from(
        ["$\\ell_2$", "β-VAE", "(Part 2)", "a_b", "ResNet:", "&", "C++", "2022", "[Short]", "so, too", "v1.5"]
    ),
)
TITLE = st.builds(
    lambda first, words, end: " ".join([first, *words, "end" + end]),
    PART,
    st.lists(WORD, max_size=7),
    st.sampled_from(["", "?", "!"]),
)
PATH = st.text("abcXYZ019-_", min_size=1, max_size=12)
URL = st.one_of(
    PATH.map(lambda path: f"https://x.example.org/{path}"),
    PATH.map(lambda path: f"https://x.example.org/a_({path})?q={path}#c"),
)
ENTRY = st.builds(
    Entry,
    line=st.just(0),
    topic=st.sampled_from(["Neural Collapse", "Grokking", "NTK & Kernels"]),
    year=st.integers(1990, 2029),
    title=TITLE,
    authors=st.lists(NAME, min_size=1, max_size=5).map(tuple),
    venue=st.sampled_from(["ICLR", "PNAS", "ICML Workshop", "Journal of Odd Results"]),
    links=st.tuples(URL, URL).map(lambda urls: (Link("paper", urls[0]), Link("code", urls[1]))),
)
LIST = st.lists(ENTRY, min_size=1, max_size=6)


@dataclass(frozen=True)
class Shape:
    """A dialect, how an entry is written in it, and what stands above the entries of a topic."""

    dialect: str
    write: Callable[[Entry], str]
    head: str = ""
    labels: tuple[str, str] = ("paper", "code")


def plain(entry: Entry) -> str:
    return entry.title + ("" if entry.title.endswith(("?", "!")) else ".")


def names(entry: Entry) -> str:
    return ", ".join(entry.authors)


def links(entry: Entry, form: str = "[[{}]({})]", between: str = " ") -> str:
    return between.join(form.format(link.label, link.url) for link in entry.links)


SHAPES = {
    "title is link, lines below": Shape(
        'unit = "bullet"\nyear = "venue"\nentry = "[{title}]({link})"\n'
        'below = ["Venue: {venue}", "Code: {code}", "{authors}"]\n',
        lambda one: (
            f"- [{one.title}]({one.links[0].url})\n  - {names(one)}\n  - Venue: {one.venue} {one.year}\n"
            f"  - Code: {one.links[1].url}"
        ),
        labels=("", "code"),
    ),
    "bold title inline": Shape(
        'unit = "bullet"\nyear = "venue"\nentry = "**{title}** ({year}), {authors}. *{venue}*. {links}"\n',
        lambda one: f"- **{one.title}** ({one.year}), {names(one)}. *{one.venue}*. {links(one)}",
    ),
    "quoted title": Shape(
        'unit = "bullet"\nyear = "venue"\nentry = \'"{title}", {authors}, *{venue}* {links}\'\n',
        lambda one: f"* “{one.title}”, {names(one)}, *{one.venue} {one.year}*\n  {links(one, '[{}]({})', ' / ')}",
    ),
    "bold title, then lines": Shape(
        'unit = "paragraph"\nyear = "venue"\nentry = "**{title}**"\nbelow = ["{links}", "*{venue}*", "{authors}"]\n',
        lambda one: f"**{one.title}**\n{names(one)}\n*{one.venue} {one.year}*\n{links(one, '[[{}]]({})', ', ')}\n",
    ),
    "plain title": Shape(
        'unit = "bullet"\nyear = "venue"\nentry = "{title} By {authors} in *{venue}* {links}"\n',
        lambda one: f"1. {plain(one)} By {names(one)} in *{one.venue} {one.year}* {links(one)}",
    ),
    "table": Shape(
        'unit = "row"\nyear = "venue"\n[columns]\nTitle = "**{title}**"\nAuthors = "{authors}"\nVenue = "{venue}"\n'
        'Year = "{year}"\nPaper = "{links}"\nCode = "{links}"\n',
        lambda one: (
            f"| **{one.title}** | {names(one)} | {one.venue} | {one.year} | [Link]({one.links[0].url}) "
            f"| [Link]({one.links[1].url}) |"
        ),
        "| Title | Authors | Venue | Year | Paper | Code |\n|---|---|---|---|---|---|",
        ("Paper", "Code"),
    ),
    "section": Shape(
        'unit = "section"\nlevel = 3\nyear = "venue"\nentry = "{title}"\nbelow = ["{links}", "{authors} ({venue})"]\n',
        lambda one: f"### {one.title}\n\n{names(one)} ({one.venue} {one.year})\n\n{links(one)}\n",
    ),
}


def write_list(entries: list[Entry], shape: Shape) -> str:
    lines = ["# A List", ""]
    topic = None
    for entry in entries:
        lines += ["", f"## {entry.topic}", "", *([shape.head] if shape.head else [])] if entry.topic != topic else []
        topic = entry.topic
        lines.append(shape.write(entry))
    return "\n".join(lines) + "\n"


def read_all(text: str, dialect: str) -> Reading:
    """A whole list, however little of it matches."""
    return make_reading(walk(make_source(text.encode(), "list.md", None), parsed(dialect, "x.toml")))


def expected(entry: Entry, shape: Shape) -> Entry:
    linked = tuple(Link(label, link.url) for label, link in zip(shape.labels, entry.links, strict=True))
    return replace(entry, venue=f"{entry.venue} {entry.year}", links=linked)


def check_ledger(text: str, dialect: str) -> None:
    """Every line has one status, every entry begins on its own line, every refused link is reported."""
    source = make_source(text.encode(), "list.md", None)
    reading = read_all(text, dialect)
    check_statuses(source, reading)
    reported = {problem.line for problem in reading.problems}
    for number, one in enumerate(reading.statuses, 1):
        assert one.status != "problem" or number in reported or not carries_link(source.lines[number - 1].strip())


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@settings(max_examples=15)
@given(entries=LIST)
def test_what_is_written_comes_back(shape: Shape, entries: list[Entry]) -> None:
    reading = read_all(write_list(entries, shape), shape.dialect)
    assert [replace(entry, line=0) for entry in reading.entries] == [expected(entry, shape) for entry in entries]
    assert "problem" not in {one.status for one in reading.statuses}


SCRAP = st.text("abcdefghij -[]()*:;.#|<>!\n", max_size=40)


@settings(max_examples=40)
@given(LIST, st.sampled_from(list(SHAPES.values())), SCRAP, st.integers(0, 400))
def test_a_damaged_list_is_read_with_a_full_ledger(entries: list[Entry], shape: Shape, scrap: str, place: int) -> None:
    text = write_list(entries, shape)
    check_ledger(text[:place] + scrap + text[place:], shape.dialect)
    check_ledger(text[:place], shape.dialect)


@settings(max_examples=30)
@given(LIST, st.sampled_from(list(SHAPES.values())), st.sampled_from(list(SHAPES.values())))
def test_a_list_in_the_wrong_dialect_is_read_with_a_full_ledger(
    entries: list[Entry], shape: Shape, other: Shape
) -> None:
    check_ledger(write_list(entries, shape), other.dialect)
