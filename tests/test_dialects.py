"""Lists in other formats: what regular entries say comes back exactly, and everything else is reported."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from formats import FOLDER, FORMATS, expected, read_format, read_text_by
from lists import LOST_LINES
from markdown_it import MarkdownIt
from sites import ROOT

from phenomena.database.records import make_records
from phenomena.papers.joining import join
from phenomena.reader.collection import ReadList
from phenomena.reader.dialects.declaration import PRESETS, find_dialect, preset_names, read_dialect
from phenomena.reader.dialects.reading import read_by_dialect
from phenomena.reader.drafts import Entry
from phenomena.reader.grammar.links import Link
from phenomena.reader.reading import Reading
from phenomena.reader.source import ListError, make_source, read_source

BOLD = 'unit = "bullet"\nyear = "venue"\nentry = "**{title}**{?, {authors}}{? *{venue}*} {links}"\n'
LINK = "[[paper]](https://x.example.org)"


def without_lines(reading: Reading) -> list[Entry]:
    return [replace(entry, line=0) for entry in reading.entries]


def codes(reading: Reading) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in reading.problems]


@pytest.mark.parametrize("name", FORMATS)
def test_regular_entries_come_back_exactly_and_the_rest_is_reported(name: str) -> None:
    reading = read_format(name)
    assert without_lines(reading) == expected(FORMATS[name])
    assert dict(codes(reading)) == FORMATS[name].problems
    assert len(reading.problems) == len(FORMATS[name].problems)


@pytest.mark.parametrize("name", FORMATS)
def test_every_line_has_a_status_and_no_link_under_a_topic_is_lost(name: str) -> None:
    source, reading = read_source(str(FOLDER / f"{name}.md")), read_format(name)
    assert len(reading.statuses) == len(source.lines)
    lost = {number for number, line in enumerate(source.lines, 1) if "//lost.example.org" in line}
    refused = {number for number, one in enumerate(reading.statuses, 1) if one.status == "problem"}
    assert lost & set(FORMATS[name].problems) == lost
    assert refused == set(FORMATS[name].problems)
    assert {one.entry for one in reading.statuses if one.status == "entry"} == {one.line for one in reading.entries}
    records = make_records(join([ReadList(source, reading)]))
    assert len(records.tables["source_lines"]) == len(source.lines)
    assert len(records.tables["papers"]) == 12


def test_there_is_a_list_and_a_dialect_for_each_format() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(FORMATS)
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*FORMATS, "papers"}
    assert len(FORMATS) >= 10


# Presets and the guide

PRESET_ENTRIES = {
    "bold-title-lines": [
        Entry(
            3, "Topic", 2022, "A Title", ("Ann Lee", "Bo Chen"), "ICLR 2022",
            links=(Link("paper", "https://arxiv.org/abs/2201.00001"), Link("code", "https://github.com/lee/title")),
        )
    ],
    "columns": [
        Entry(
            5, "Topic", 2022, "A Title", venue="ICLR 2022",
            links=(Link("Paper", "https://arxiv.org/abs/2201.00001"), Link("Code", "https://github.com/lee/title")),
        )
    ],
    "plain-title-links": [
        Entry(
            3, "Topic", 2022, "A Title", venue="ICLR 2022", links=(Link("pdf", "https://arxiv.org/abs/2201.00001"),)
        ),
        Entry(
            4, "Topic", 2022, "Another Title", ("Ann Lee", "Bo Chen"), "ICLR 2022",
            links=(Link("paper", "https://arxiv.org/abs/2201.00002"),),
        ),
    ],
    "quoted-title": [
        Entry(3, "Topic", 2022, "A Title", ("A. Lee",), links=(Link("pdf", "https://arxiv.org/abs/2201.00001"),)),
        Entry(
            4, "Topic", 2022, "Another Title", ("Ann Lee", "Bo Chen"), "ICLR 2022",
            links=(Link("paper", "https://arxiv.org/abs/2201.00002"),),
        ),
    ],
    "title-is-link": [
        Entry(
            3, "Topic", 2022, "A Title", ("Ann Lee", "Bo Chen"), "ICLR 2022",
            links=(Link("", "https://arxiv.org/abs/2201.00001"), Link("code", "https://github.com/lee/title")),
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_reads_the_example_in_its_comment(name: str) -> None:
    text = (PRESETS / f"{name}.toml").read_text("utf-8")
    example = "".join(f"{line[4:]}\n" for line in text.splitlines() if line.startswith("#   "))
    source = make_source(f"## Topic\n\n{example}".encode(), "list.md", None)
    reading = read_by_dialect(source, read_dialect(find_dialect(name)))
    assert list(reading.entries) == PRESET_ENTRIES[name]


def examples() -> list[tuple[str, str, str, str]]:
    """Heading, dialect, list, and what is read of it, of each example of the guide."""
    tokens = MarkdownIt("commonmark").parse((ROOT / "docs" / "dialects.md").read_text("utf-8"))
    found: list[tuple[str, str, str, str]] = []
    name, fences = "", []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            name, fences = tokens[index + 1].content, []
        elif token.type == "fence":
            fences.append((token.info, token.content))
            if [info for info, _ in fences] == ["toml", "markdown", "text"]:
                found.append((name, *(content for _, content in fences)))  # type: ignore[arg-type]
                fences = []
    return found


def written(entry: Entry) -> str:
    """An entry as the guide writes it: one line for each field that it has."""
    values = {
        "title": entry.title, "authors": "; ".join(entry.authors), "venue": entry.venue, "year": entry.year,
        "keywords": "; ".join(entry.keywords), "digest": entry.digest, "topic": entry.topic,
        "links": ", ".join(f"{link.label or '-'} {link.url}" for link in entry.links),
    }  # fmt: skip
    return "".join(f"{name + ':':10}{value}\n" for name, value in values.items() if value)


@pytest.mark.parametrize(("name", "dialect", "text", "result"), examples(), ids=lambda value: value[:30].strip())
def test_an_example_of_the_guide_reads_as_the_guide_says(name: str, dialect: str, text: str, result: str) -> None:
    reading = read_text_by(text, dialect)
    assert "\n".join(map(written, reading.entries)) == result, name


def test_the_guide_has_an_example_for_each_preset() -> None:
    assert len(examples()) >= len(preset_names()) == 5
    guide = (ROOT / "docs" / "dialects.md").read_text("utf-8")
    assert set(re.findall(r"`dialects/([a-z-]+)\.toml`", guide)) == set(preset_names())


# What is refused

MATCHED = "".join(f"- **Paper {number}** {LINK}\n" for number in range(9))


def test_a_list_of_which_nine_tenths_match_is_read_and_the_rest_reported() -> None:
    reading = read_text_by(f"## Topic\n\n{MATCHED}- Plain {LINK}\n", BOLD)
    assert (len(reading.entries), codes(reading)[-1]) == (9, (12, "unmatched-line"))


def test_under_nine_tenths_the_list_is_refused_with_five_lines() -> None:
    plain = "".join(f"- Plain {number} {LINK}\n" for number in range(10))
    with pytest.raises(ListError) as refusal:
        read_text_by(f"## Topic\n\n{MATCHED}{plain}", BOLD)
    first, *shown = str(refusal.value).splitlines()
    assert first == (
        "list.md: the dialect matches 9 of 19 entries and lines with a link under a topic, under 90 %. Add a template "
        "for the others, or name sections without papers in skip."
    )
    assert shown == [f"  line {line}: Plain {line - 12} {LINK}" for line in (12, 14, 16, 18, 20)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# A List\n\nProse.\n",
        f"# A List\n\n- **Above Any Topic** {LINK}\n",
        f"## Contents\n\n- **A Paper** {LINK}\n",
    ],
    ids=["empty", "prose", "head", "contents"],
)
def test_a_list_without_a_line_to_match_is_refused(text: str) -> None:
    with pytest.raises(ListError, match=r"^list\.md: has no line with a link under a heading\. Check the dialect's"):
        read_text_by(text, BOLD)


LOST = (*LOST_LINES, "*[Lost]({})*")


@pytest.mark.parametrize("shape", LOST)
def test_a_link_under_a_topic_is_part_of_an_entry_or_reported(shape: str) -> None:
    lost = shape.format("https://lost.example.org")
    lines = f"## Topic\n\n{MATCHED}\n\n{lost}\n\n## Another\n\n{MATCHED}".splitlines()
    reading = read_text_by("\n".join(lines), BOLD)
    number = lines.index(lost) + 1
    is_reported = (number, "unmatched-line") in codes(reading)
    assert reading.statuses[number - 1].status == ("problem" if is_reported else "entry")
    assert is_reported or "https://lost.example.org" in {link.url for one in reading.entries for link in one.links}


def test_values_of_other_fields_are_reported() -> None:
    lines = [
        "- **A Title, CVPR 2019** *ICLR 2022* [[paper]](https://x.example.org/1)",
        "- **Fine**, Ann Lee 2022, ICLR *NeurIPS 2022* [[paper]](https://x.example.org/2)",
        "- **Fine Too**, Ann Lee, ann@x.example.org *and friends, ICML 2022* [[paper]](https://x.example.org/3)",
        "- **No More**, A Person Who Has Got Far Too Many Names *ICML 2022* [[code]](https://x.example.org/4)",
        "- **Most**, Ann Lee *ICML 2022* [[paper]](ftp://x.example.org/5)",
    ]
    reading = read_text_by("## Topic\n\n" + "\n".join(lines), BOLD)
    assert [(one.line, one.code, one.field, one.detail) for one in reading.problems] == [
        (3, "missing-field", "authors", "authors"),
        (3, "title-ends-in-venue", "title", "CVPR 2019"),
        (4, "odd-author", "authors", "Ann Lee 2022"),
        (4, "odd-author", "authors", "ICLR"),
        (5, "odd-author", "authors", "ann@x.example.org"),
        (5, "odd-venue", "venue", "and friends, ICML 2022"),
        (6, "missing-field", "links", "link to the paper"),
        (6, "odd-author", "authors", "A Person Who Has Got Far Too Many Names"),
        (7, "not-http-link", "links", "ftp://x.example.org/5"),
    ]


def test_a_field_that_is_declared_but_rarely_filled_is_reported_once() -> None:
    reading = read_text_by(f"## Topic\n\n- **First**, Ann Lee {LINK}\n{MATCHED}", BOLD)
    rare = [(one.line, one.message) for one in reading.problems if one.code == "rare-field"]
    assert [message for line, message in rare if line == 4] == [
        "Line 4: the dialect declares a field that few entries have: authors, in 1 of 10 entries. Correct the "
        "dialect's template, or leave the field out of it."
    ]
    assert [line for line, _ in rare] == [3, 3, 4]  # venue and year at the first entry, which lacks both


def test_fields_that_the_dialect_does_not_declare_are_not_missing() -> None:
    dialect = 'unit = "bullet"\nentry = "**{title}**{? *{venue}*}"\n'
    source = make_source(b"# List\n\n## Topic\n\n- **A Paper** *ICLR*\n- **Another** *ICML*\n", "list.md", None)
    reading = read_text_by("\n".join(source.lines), dialect)
    assert [entry.title for entry in reading.entries] == ["A Paper", "Another"]
    assert make_records(join([ReadList(source, reading)])).problems == []


def test_a_column_that_is_not_declared_is_reported_once() -> None:
    table = "| Title | Stars |\n| --- | --- |\n| [A Title](https://x.example.org) | 5 |\n"
    reading = read_text_by(
        f"## One\n\n{table}\n## Two\n\n{table}", 'unit = "row"\n[columns]\nTitle = "[{title}]({link})"'
    )
    assert [(one.line, one.code, one.detail) for one in reading.problems] == [(3, "unread-column", "Stars")]
    assert [entry.topic for entry in reading.entries] == ["One", "Two"]
