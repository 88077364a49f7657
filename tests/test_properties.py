"""What holds for every list: what is written comes back, in both dialects; nothing vanishes, nothing fails."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import FLAT, LOST_LINES, NESTED, Style, check_statuses, make_entry, read_text, records_of, write_list
from slugify import slugify

from phenomena.citations.latex import encode, encoder
from phenomena.database.records import make_records
from phenomena.papers.folding import SYMBOLS, hyphenate, hyphenate_plain
from phenomena.papers.joining import join
from phenomena.reader import segments
from phenomena.reader.collection import ReadList
from phenomena.reader.drafts import Entry
from phenomena.reader.grammar.fields import Label, parse_label
from phenomena.reader.grammar.links import Link
from phenomena.reader.outline import parse_outline
from phenomena.reader.problems import RULES
from phenomena.reader.reading import Reading, read_list
from phenomena.reader.source import ListError, make_source

settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same")

WORD = st.text("abcdefgxyzäßéłαβ", min_size=2, max_size=7)
CAPITAL = st.sampled_from("ABCDEFGHJKLMNOPRSTUWYZÉÖ")
NAME_PART = st.builds(lambda first, rest: first + rest, CAPITAL, st.text("abcdegiklmnorstuéöł", min_size=2, max_size=8))
INITIAL = CAPITAL.map(lambda letter: f"{letter}.")
NAME = st.builds(
    lambda first, middle, last: " ".join(filter(None, [first, middle, last])),
    NAME_PART,
    st.one_of(st.just(""), INITIAL, st.sampled_from(["van", "de", "El-"])),
    st.builds(lambda one, two: f"{one}-{two}" if two else one, NAME_PART, st.one_of(st.just(""), NAME_PART)),
)
TITLE_WORD = st.one_of(
    WORD,
    st.sampled_from(
        ["$\\ell_2$", "β-VAE", '"Quoted"', "(Part 2)", "[Short]", "a_b", "ResNet:", "&", "C++", "*", "2022"]
    ),
)
TITLE = st.builds(
    lambda first, words, end: " ".join([first.capitalize(), *words, "end" + end]),
    WORD,
    st.lists(TITLE_WORD, max_size=8),
    st.sampled_from(["", "?", "!"]),
)
KEYWORD = st.builds(
    lambda words, end: " ".join([*words, end]),
    st.lists(st.one_of(WORD, st.sampled_from(["Pre-training,", "U.S.", "L2", "(SGD)", "&"])), max_size=3),
    NAME_PART,
)
DIGEST = st.builds(
    lambda first, words: " ".join([first, *words]) + ".",
    NAME_PART,
    st.lists(
        st.one_of(
            WORD, st.sampled_from(["[link](https://b.example.org/x_(y))", "<b>bold</b>", "95 %", "*so*", "- 2", "1."])
        ),
        max_size=20,
    ),
)
PATH = st.text("abcXYZ019-_", min_size=1, max_size=12)
URL = st.one_of(
    PATH.map(lambda path: f"https://x.example.org/{path}"),
    PATH.map(lambda path: f"https://x.example.org/a_({path})?q={path}#c"),
    st.integers(0, 99999).map(lambda number: f"https://arxiv.org/abs/2201.{number:05}"),
)
LINKS = st.lists(st.builds(Link, st.sampled_from(["paper", "code", "pdf", "book", "project"]), URL), max_size=4)
VENUE = st.one_of(
    st.none(), st.sampled_from(["ICLR 2022", "PNAS", "ICML 2022 Workshop", "Journal of Odd Results, 2021"])
)
TOPIC = st.sampled_from(["Neural Collapse", "Grokking", "Early-Phase Change", "NTK & Kernels"])
ENTRY = st.builds(
    Entry,
    line=st.just(0),
    topic=TOPIC,
    year=st.integers(1990, 2029),
    title=TITLE,
    authors=st.lists(NAME, min_size=1, max_size=6).map(tuple),
    venue=VENUE,
    keywords=st.lists(KEYWORD, max_size=4).map(tuple),
    links=LINKS.map(tuple),
    digest=st.one_of(st.none(), DIGEST),
)
LIST = st.lists(ENTRY, min_size=1, max_size=8)
STYLE = st.one_of(
    st.just(FLAT),
    st.builds(Style, st.just(True), tight=st.booleans(), open_details=st.booleans(), folded_years=st.booleans()),
)
ANYTHING = st.text(
    st.one_of(
        st.sampled_from("-*#[]()<>!|:;.,_ \n\t\\`&\r\ufeff\u202e"),
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    ),
    max_size=300,
)
SCRAPS = st.lists(
    st.sampled_from(
        [
            "# List",
            "## Topic",
            "### Topic: 2022",
            "## Contents",
            "## Related Resources",
            "- A Paper. [[paper]](https://arxiv.org/abs/2201.00001)",
            "- [[paper]]()",
            "- ",
            "-",
            "  - Ann Lee. *ICLR 2022*",
            "    - Ann LeeBo Chen",
            "- Key Word: One; Two.",
            "  - Digest text",
            "  - <details><summary>Digest</summary> text </details>",
            "<details><summary>Topic: 2021</summary>",
            "- <details><summary>Topic: 2020</summary>",
            "<summary>Digest</summary>",
            "</details>",
            "- </details>",
            "![image](https://x.example.org/a.png)",
            "- ![image](https://x.example.org/a.png)",
            "```",
            "~~~",
            "<!--",
            "-->",
            "---",
            "===",
            "> - quoted",
            "1. numbered",
            "",
            "   ",
            "prose",
            "- [link](#anchor)",
            "- [link](https://x.example.org)",
            "| a | b |",
            "[ref]: https://x.example.org",
        ]
    ),
    max_size=30,
).map("\n".join)


def without_lines(reading: Reading) -> list[Entry]:
    return [replace(entry, line=0) for entry in reading.entries]


def check_ledger(text: str) -> None:
    """Every line has one status, every entry begins on its own line, every problem is on a line of the list."""
    source = make_source(text.encode(), "list.md", None)
    reading = read_list(source)
    records = make_records(join([ReadList(source, reading)]))
    check_statuses(source, reading)
    assert all(1 <= problem.line <= len(source.lines) and problem.code in RULES for problem in records.problems)
    rejected = {number for number, one in enumerate(reading.statuses, 1) if one.status == "problem"}
    reported = {problem.line for problem in reading.problems}
    assert not rejected or rejected & reported, "a rejected line is reported"


@given(LIST, STYLE)
def test_what_is_written_comes_back(entries: list[Entry], style: Style) -> None:
    """In every style, with any line ends, and with each line placed: one test, for drawing lists takes longest."""
    text = write_list(entries, style)
    reading = read_text(text)
    assert without_lines(reading) == entries
    assert read_text(write_list(entries, FLAT)) == read_text(write_list(entries, NESTED))
    check_ledger(text)
    assert "problem" not in {one.status for one in reading.statuses}
    plain = make_source(text.encode(), "list.md", None)
    for changed in ("\ufeff" + text, text.replace("\n", "\r\n"), text.replace("\n", "\r")):
        assert make_source(changed.encode(), "list.md", None) == plain


@settings(max_examples=300)
@given(st.one_of(ANYTHING, SCRAPS))
def test_any_text_is_read_with_a_full_ledger(text: str) -> None:
    check_ledger(text)


@settings(max_examples=300)
@given(st.one_of(ANYTHING, SCRAPS), st.integers(1, 6))
def test_a_list_parsed_in_parts_has_the_blocks_of_the_whole(text: str, size: int) -> None:
    lines = make_source(text.encode(), "list.md", None).lines
    assert list(parse_outline(lines, size)) == list(parse_outline(lines, len(lines) + 1))


@settings(max_examples=300)
@given(
    st.text(
        st.one_of(st.sampled_from("aBz09 .:;?!()/_-'&,é#+ß"), st.characters(exclude_categories=["Cs"])), max_size=20
    )
)
def test_plain_text_is_hyphenated_as_by_the_library(text: str) -> None:
    assert hyphenate(text) == slugify(text)
    assert hyphenate_plain(text) in (None, slugify(text, replacements=SYMBOLS, max_length=120, word_boundary=True))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_latex_is_what_the_encoder_makes_of_the_whole_text(text: str) -> None:
    assert encode(text) == encoder().unicode_to_latex(text)


OPENING = st.sampled_from(["```", "  ~~~", "<!--", "- <!--", "> ```", "-->", "| a | b |"])
SCRAP = st.text("abcdefghij -[]()*:;.#\n", max_size=40)
LOST = st.sampled_from((*LOST_LINES, "**[Lost]({})**"))


@given(LIST, STYLE, st.integers(0, 400), OPENING, SCRAP, LOST, st.booleans())
def test_a_damaged_list_is_read_with_a_full_ledger(
    entries: list[Entry], style: Style, place: int, opening: str, scrap: str, lost: str, is_apart: bool
) -> None:
    """With something left open, with a scrap inside, cut off, and with a line that has a link, at any place."""
    check_open(write_list(entries, style).splitlines(), place, opening)
    text = write_list(entries, NESTED)
    check_ledger(text[:place] + scrap + text[place:])
    check_ledger(text[:place])
    check_lost(write_list(entries, style).splitlines(), place, lost, is_apart)


def check_open(lines: list[str], place: int, opening: str) -> None:
    """A fence or comment left open goes on over the parts in which a list is parsed."""
    lines.insert(place % len(lines), opening)
    assert list(parse_outline(lines, 1)) == list(parse_outline(lines, len(lines)))


def check_lost(lines: list[str], place: int, shape: str, is_apart: bool) -> None:
    """A line with a link under a topic is part of an entry, or refused at its place."""
    first = next(number for number, line in enumerate(lines) if line.startswith("## ")) + 1
    place = first + place % (len(lines) - first + 1)
    lost = shape.format("https://lost.example.org")
    added = ["", lost, ""] if is_apart else [lost]
    reading = read_text("\n".join([*lines[:place], *added, *lines[place:]]))
    number = place + 1 + is_apart
    refused = {problem.line for problem in reading.problems if problem.code == "unexpected-line"}
    assert reading.statuses[number - 1].status == ("problem" if number in refused else "entry")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes) -> None:
    try:
        source = make_source(data, "list.md", None)
    except ListError as error:
        assert str(error).startswith("list.md, line ")
    else:
        assert len(read_list(source).statuses) == len(source.lines)


@given(st.integers(0, 6), st.sampled_from([FLAT, NESTED]))
def test_an_entry_inserted_anywhere_moves_no_key(place: int, style: Style) -> None:
    entries = [make_entry(number) for number in range(1, 7)]
    new = make_entry(7, title="An Unheard-of Paper", keywords=("Grokking", "A New Word"), authors=("Bo Chen", "Zo New"))
    before = records_of(write_list(entries, style)).tables
    after = records_of(write_list([*entries[:place], new, *entries[place:]], style)).tables
    for table in ("topics", "venues", "papers", "authors", "keywords"):
        assert {row["id"] for row in before[table]} <= {row["id"] for row in after[table]}, table
    titles = {row["id"]: row["title"] for row in after["papers"]}
    assert all(titles[row["id"]] == row["title"] for row in before["papers"])
    citekeys = {row["id"]: row["citekey"] for row in after["papers"]}
    assert all(citekeys[row["id"]] == row["citekey"] for row in before["papers"])


@pytest.mark.parametrize("style", [FLAT, NESTED], ids=["flat", "nested"])
def test_what_a_line_says_it_is_is_parsed_once(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: Counter[str] = Counter()

    def count(text: str) -> Label | None:
        parsed[text] += 1
        return parse_label(text)

    monkeypatch.setattr(segments, "parse_label", count)
    entries = [make_entry(number, keywords=(f"Grokking {number}",)) for number in range(1, 9)]
    assert len(read_text(write_list(entries, style)).entries) == 8
    assert {text for text in parsed if text.startswith("Key Word")} == {f"Key Word: Grokking {n}." for n in range(1, 9)}
    assert set(parsed.values()) == {1}
