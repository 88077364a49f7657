"""A check against another version of the list: what counts as new, in every format, and the comment on a change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import NESTED, make_entry, records_of, write_list
from markdown_it import MarkdownIt

import build
from phenomena.command.comment import MARK, MAX_LENGTH, code_span, make_comment
from phenomena.command.comparison import compare

ENTRIES = [make_entry(number) for number in range(1, 4)]
OLD = write_list(ENTRIES, NESTED) + "\nA stray line.\n"
STRAY = "this line is not part of any entry. Indent it under one, or delete it."

Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check a text against an older one: `check(new, old, "--strict")`."""

    def start(new: str, old: str, *options: str) -> Result:
        for name, text in (("new.md", new), ("old.md", old)):
            (tmp_path / name).write_text(text, "utf-8")
        names = [str(tmp_path / "new.md"), "--check", "--baseline", str(tmp_path / "old.md")]
        return CliRunner().invoke(build.main, [*names, *options])

    return start


def new_problems(new: str, old: str) -> list[tuple[int, str]]:
    """Line and code of each new problem."""
    return [(one.line, one.code) for one in compare(records_of(new), records_of(old)).records.problems]


# What is new


def test_only_new_problems_are_printed_and_a_note_counts_the_others(check: Check, tmp_path: Path) -> None:
    new = OLD + "\nAnother one.\n"
    last = new.count("\n")
    assert check(new, OLD).output.splitlines() == [
        "3 papers in 3 entries, 1 topic, 1 year, 4 authors, 2 keywords",
        "problems: 1 error, 0 warnings, 0 info",
        "     1 unexpected-line (error)",
        "not shown: 1 problem that the other version has too",
        f"errors in {tmp_path / 'new.md'}:",
        f"  Line {last}: {STRAY}",
    ]
    assert check(new, OLD, "--format", "github").output == (
        f"::error file={tmp_path / 'new.md'},line={last},title=unexpected-line::Line {last}: {STRAY}\n"
    )
    found = json.loads(check(new, OLD, "--format", "json").output)
    assert [(one["line"], one["excerpt"]) for one in found["problems"]] == [(last, "Another one.")]
    assert (found["counts"]["problems"], found["counts"]["papers"]) == (1, 3)
    assert found["notes"] == ["not shown: 1 problem that the other version has too"]


@pytest.mark.parametrize(
    ("new", "code"), [(OLD, 0), ("\n\n" + OLD, 0), (OLD + "\nAnother.\n", 1), (OLD + "\nA stray line.\n", 1)]
)
def test_strict_fails_on_new_errors_only(check: Check, new: str, code: int) -> None:
    assert check(new, OLD, "--strict").exit_code == code
    assert check(new, OLD).exit_code == 0


def test_the_same_list_has_nothing_new_in_any_format(check: Check) -> None:
    assert check(OLD, OLD, "--format", "github").output == "\n"
    assert json.loads(check(OLD, OLD, "--format", "json").output)["problems"] == []
    assert check(OLD, OLD, "--format", "comment").output == (
        f"{MARK}\n\n**0 new entries, 0 changed, 0 removed; 0 new problems**\n"
    )


def test_lines_that_moved_and_messages_with_a_line_are_no_new_problems() -> None:
    twice = write_list([*ENTRIES, replace(ENTRIES[0], line=9)], NESTED)
    assert [code for _, code in new_problems(twice, write_list(ENTRIES, NESTED))] == ["duplicate-entry"]
    moved = twice.replace("# A List\n", "# A List\n\nWith words.\n\nAnd more.\n")
    assert records_of(moved).problems[0].message != records_of(twice).problems[0].message
    assert new_problems(moved, twice) == []


def test_problems_are_compared_as_a_multiset() -> None:
    text = OLD + "\nA stray line.\n"
    assert new_problems(text, OLD) == [(text.count("\n"), "unexpected-line")]
    assert new_problems(OLD, text) == []


def test_of_like_problems_the_one_in_the_new_entry_is_new() -> None:
    usual = [make_entry(number) for number in range(4, 9)]
    rare, added = (make_entry(number, keywords=("grokking",)) for number in (2, 3))
    old, new = (write_list(entries, NESTED) for entries in ([*usual, rare], [added, *usual, rare]))
    lines = [number for number, line in enumerate(new.splitlines(), 1) if "Key Word: grokking" in line]
    assert len(lines) == 2
    assert new_problems(new, old) == [(lines[0], "keyword-spellings")]


def test_a_changed_title_of_the_list_makes_nothing_new() -> None:
    assert new_problems(OLD.replace("# A List", "# Another List"), OLD) == []


def test_without_another_version_everything_is_new() -> None:
    found = compare(records_of(OLD))
    assert ([entry.row["title"] for entry in found.entries], [one.code for one in found.problems]) == (
        [entry.title for entry in ENTRIES],
        ["unexpected-line"],
    )


# Several lists


def declare(folder: Path, *texts: str) -> Path:
    """A file that declares a list for each text."""
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.md").write_text(text, "utf-8")
    path = folder / "lists.toml"
    path.write_text("".join(f'[[list]]\nlocation = "{n}.md"\nid = "list-{n}"\n' for n in range(len(texts))), "utf-8")
    return path


def test_several_lists_are_compared_each_with_its_own(tmp_path: Path) -> None:
    other = write_list([make_entry(number, topic="Other") for number in (7, 8)], NESTED)
    old = declare(tmp_path / "old", OLD, other)
    new = declare(tmp_path / "new", OLD, other + "\nA stray line.\n")
    command = [str(new), "--check", "--baseline", str(old), "--format"]
    annotated, comment = (CliRunner().invoke(build.main, [*command, style]) for style in ("github", "comment"))
    last = other.count("\n") + 2
    assert annotated.output == (
        f"::error file={new.parent / '1.md'},line={last},title=unexpected-line::Line {last}: {STRAY}\n"
    )
    assert comment.output.splitlines()[-1] == f"- **error** unexpected-line: `list-1`, `Line {last}: {STRAY}`"


# The comment


def test_the_comment_has_each_new_or_changed_entry_as_read_with_its_new_problems() -> None:
    changed = replace(ENTRIES[1], venue="ICLR 2023", keywords=("Grokking", "grokking"))
    added = make_entry(5, title="A `b` Paper", authors=(), venue=None, topic="Other")
    old = write_list(ENTRIES, NESTED)
    new = write_list([ENTRIES[0], changed, added], NESTED) + "\nA stray line.\n"
    lines = new.splitlines()
    second, fifth = (lines.index(next(line for line in lines if text in line)) + 1 for text in ("Number 2", "`b`"))
    twice = f"Line {second + 2}: a keyword is given twice (Grokking; grokking). Give each keyword once."
    assert (
        make_comment(compare(records_of(new), records_of(old)))
        == f"""\
{MARK}

**1 new entry, 1 changed, 1 removed; 3 new problems**

#### Changed entry, line {second}

- Title: `Paper Number 2`
- Authors: `Ann Leec`, `Bo Chen`
- Venue (changed): `ICLR 2023`
- Keywords (changed): `Grokking`, `grokking`
- Paper: `https://arxiv.org/abs/2201.00002`
- Code: none
- Digest: `What paper 2 found.`
- Topic: `Topic`
- Year: `2022`
- **info** duplicate-keyword: `{twice}`

#### New entry, line {fifth}

- Title: ``A `b` Paper``
- Authors: none
- Venue: none
- Keywords: `Grokking`, `Weight Decay`
- Paper: `https://arxiv.org/abs/2201.00005`
- Code: none
- Digest: `What paper 5 found.`
- Topic: `Other`
- Year: `2022`
- **warning** missing-authors: `` Line {fifth + 1}: the entry has no authors. Add `- First Author, Second Author.` ``

#### Other lines

- **error** unexpected-line: `Line {len(lines)}: {STRAY}`"""
    )


def test_an_entry_is_a_changed_one_by_its_paper_or_by_its_title() -> None:
    old = write_list([make_entry(1), make_entry(2)], NESTED)
    new = old.replace("Number 1", "Number One").replace("2201.00002", "2201.99999")
    found = compare(records_of(new), records_of(old))
    assert [(entry.row["title"], entry.changed) for entry in found.entries] == [
        ("Paper Number One", ["title"]),
        ("Paper Number 2", ["paper_url"]),
    ]
    assert found.removed == 0


def outside_code(text: str) -> tuple[list[str], str]:
    """By an independent reader of markdown: the code spans, and all other text with its markup."""
    [block] = [token for token in MarkdownIt("commonmark").parse(text) if token.type == "inline"]
    parts = block.children or []
    return [part.content for part in parts if part.type == "code_inline"], "".join(
        part.markup + part.content for part in parts if part.type != "code_inline"
    )


ODD = st.text(st.sampled_from("`` \\<>!@#*_[](){}|&;:/$~-ab\n") | st.characters(exclude_categories=["C"]), max_size=40)


@settings(max_examples=200, deadline=None)
@given(values=st.lists(ODD, min_size=1, max_size=3))
def test_no_text_leaves_its_code_span(values: list[str]) -> None:
    written = [" ".join(value.split()) for value in values]
    codes, rest = outside_code("Title: " + ", ".join(map(code_span, written)))
    assert [code.strip() for code in codes] == [one.strip() for one in written]
    assert rest == "Title: " + ", " * (len(values) - 1)


@pytest.mark.parametrize("text", ["@everyone", "<script>", "`", "``` ", "#1", "</details>", "-->", "[a](javascript:b)"])
def test_what_a_comment_could_react_to_is_code(text: str) -> None:
    assert outside_code("x " + code_span(text)) == ([text.strip()], "x ")


def test_a_comment_never_exceeds_what_is_allowed_and_says_what_it_leaves_out() -> None:
    many = [make_entry(number, digest="Long. " * 300) for number in range(1, 60)]
    comment = make_comment(compare(records_of(write_list(many, NESTED))))
    shown = comment.count("#### New entry")
    assert MAX_LENGTH - 2_500 < len(comment) <= MAX_LENGTH + 100
    assert comment.endswith(f"\n\n{59 - shown} more parts left out, for a comment has a limited length.")


# What is refused


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["new.md", "--baseline", "old.md"],
         "--baseline compares problems, and a build keeps them all. Give --check too."),
        (["new.md", "--format", "comment"],
         "--format comment shows what a check finds new. Check LIST, with --baseline OTHER."),
        (["lists.toml", "--check", "--baseline", "old.md"],
         "--baseline compares two versions of one file. Give two lists, or two .toml files."),
        (["new.md", "--check", "--baseline", "lists.toml"],
         "--baseline compares two versions of one file. Give two lists, or two .toml files."),
        (["new.md", "--guess", "--baseline", "old.md"], "--guess only prints a draft. Leave --baseline out."),
    ],
)  # fmt: skip
def test_wrong_combinations_are_refused(options: list[str], message: str) -> None:
    result = CliRunner().invoke(build.main, options)
    assert (result.exit_code, result.output.splitlines()[-1]) == (2, f"Error: {message}")


def test_another_version_that_cant_be_read_is_refused(check: Check, tmp_path: Path) -> None:
    result = check(OLD, "# Nothing\n")
    example = "Write each as `- Title [[paper]](https://...)` under a `## Topic`."
    assert (result.exit_code, result.output) == (
        1, f"build.py: {tmp_path / 'old.md'}: holds no paper. {example}\n"
    )  # fmt: skip
    missing = CliRunner().invoke(build.main, [str(tmp_path / "new.md"), "--check", "--baseline", "no/where.md"])
    assert (missing.exit_code, missing.output) == (
        1, "build.py: no/where.md: no such file. Give the path or the http(s) address of a list.\n"
    )  # fmt: skip
