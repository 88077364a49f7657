"""The grammar, case by case: tests/cases/*.md. A case is a heading that states the rule, a list, and what comes of it.

The list is in a fence `list`, or in a fence `entry`, which is put below the headings `## Topic` and
`### Topic: 2022` and whose lines count from 1. After either, `crlf`, `bom` and `cut` (no line end after the last line)
change its bytes. Above it, a fence `toml` may have the dialect that the list is read by. The fence `yaml` has what is
expected, whole: what it leaves out must be empty.

    entries    rows of list_entries; below an `entry` fence without topic and year
    problems   lines of `LINE SEVERITY CODE FIELD`
    resources  rows of the table resources
    topics     rows of the table topics: names, or names with the address of their image
    descriptions  the column of that name in the table topics, by the topic's name
    lines      the status of every line, in order, where the case is about it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from phenomena.database.records import Records, make_records
from phenomena.papers.joining import join
from phenomena.reader.collection import ReadList
from phenomena.reader.dialects.declaration import parse_dialect
from phenomena.reader.dialects.reading import read_by_dialect
from phenomena.reader.problems import RULES
from phenomena.reader.reading import read_list
from phenomena.reader.source import make_source

CASES = Path(__file__).parent / "cases"
ABOVE_ENTRY = "## Topic\n\n### Topic: 2022\n\n"
STATUSES = {"entry", "heading", "description", "resource", "boilerplate", "blank", "problem"}
DEFAULT_PLACE = {"topic": "Topic", "year": 2022}


@dataclass(frozen=True)
class Case:
    """One rule: `kind` is the fence's first word, `changes` the others; `dialect` is empty for the built-in grammar."""

    rule: str
    kind: str
    changes: frozenset[str]
    text: str
    expected: Mapping[str, Any]
    dialect: str = ""

    @property
    def offset(self) -> int:
        """Lines that stand above the text."""
        return ABOVE_ENTRY.count("\n") if self.kind == "entry" else 0

    @property
    def data(self) -> bytes:
        """The bytes of the list."""
        text = (ABOVE_ENTRY if self.kind == "entry" else "") + self.text
        text = text.removesuffix("\n") if "cut" in self.changes else text
        text = text.replace("\n", "\r\n") if "crlf" in self.changes else text
        return ("\ufeff" if "bom" in self.changes else "").encode() + text.encode()


def read_cases() -> Iterator[Case]:
    """All cases of all files."""
    for path in sorted(CASES.glob("*.md")):
        tokens = MarkdownIt("commonmark").parse(path.read_text("utf-8"))
        heads = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
        for start, end in zip(heads, [*heads[1:], None], strict=True):
            *dialect, source, expected = [token for token in tokens[start:end] if token.type == "fence"]
            kind, *changes = source.info.split()
            assert (kind in ("list", "entry"), set(changes) <= {"crlf", "bom", "cut"}) == (True, True), source.info
            assert [*(one.info for one in dialect), expected.info.strip()] == ["toml"] * len(dialect) + ["yaml"]
            rule = f"{path.stem}: {tokens[start + 1].content}"
            values = yaml.safe_load(expected.content) or {}
            declared = "".join(one.content for one in dialect)
            yield Case(rule, kind, frozenset(changes), source.content, values, declared)


ALL = tuple(read_cases())


def read(case: Case) -> Records:
    source = make_source(case.data, "list.md", None)
    dialect = parse_dialect(case.dialect, "x.toml") if case.dialect else None
    return make_records(join([ReadList(source, read_by_dialect(source, dialect) if dialect else read_list(source))]))


def outcome(case: Case, records: Records) -> dict[str, Any]:
    """What the reader makes of a case, in the form in which cases write it."""
    topics = {row["id"]: row["name"] for row in records.tables["topics"]}
    found = {
        "entries": [entry_row(row, topics, case) for row in records.tables["listings"]],
        "problems": [problem_row(row, case) for row in records.tables["problems"]],
        "resources": [
            {"line": row["line"], "title": row["title"], **({"url": row["url"]} if row["url"] else {})}
            for row in records.tables["resources"]
        ],
        "topics": [
            {row["name"]: row["image_url"]} if row["image_url"] else row["name"] for row in records.tables["topics"]
        ],
        "descriptions": {
            row["name"]: row["description"] for row in records.tables["topics"] if row["description"] is not None
        },
        "lines": [row["status"] for row in records.tables["source_lines"]][case.offset :],
    }
    return {name: value for name, value in found.items() if value}


def entry_row(row: Mapping[str, Any], topics: Mapping[str, str], case: Case) -> dict[str, Any]:
    entry = {"line": row["line"] - case.offset, "topic": topics.get(row["topic"]), "year": row["year"]}
    if case.kind == "entry":
        assert {name: entry.pop(name) for name in DEFAULT_PLACE} == DEFAULT_PLACE
    for name in ("title", "authors", "venue", "keywords", "paper_url", "code_url", "digest"):
        entry[name] = list(row[name]) if name in ("authors", "keywords") else row[name]
    return {name: value for name, value in entry.items() if value not in (None, [], "")}


def problem_row(row: Mapping[str, Any], case: Case) -> str:
    return " ".join(filter(None, [str(row["line"] - case.offset), row["severity"], row["code"], row["field"]]))


def optional(case: Case) -> Sequence[str]:
    """What a case may leave out although it isn't empty: the ledger, and the topics of entries that name theirs."""
    return [name for name in ("topics", "lines") if name not in case.expected]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.rule)
def test_case(case: Case) -> None:
    """What is expected comes of it, and every line has one status."""
    records = read(case)
    found = outcome(case, records)
    for name in optional(case):
        found.pop(name, None)
    assert found == case.expected
    rows = records.tables["source_lines"]
    text = case.data.decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n")
    assert [row["line"] for row in rows] == list(range(1, text.count("\n") + 2))
    assert {row["status"] for row in rows} <= STATUSES


def test_a_title_states_one_rule_once() -> None:
    rules = [case.rule for case in ALL]
    assert len(rules) == len(set(rules)) >= 70


def test_a_third_of_the_cases_show_what_is_reported() -> None:
    assert 3 * sum("problems" in case.expected for case in ALL) >= len(ALL)


def test_every_rule_has_a_case() -> None:
    shown = {problem.split()[2] for case in ALL for problem in case.expected.get("problems", [])}
    assert shown == set(RULES)


def test_only_what_is_corrected_without_doubt_is_info() -> None:
    assert {code for code, rule in RULES.items() if rule.severity == "info"} == {
        "duplicate-keyword",
        "empty-bullet",
        "keyword-spellings",
        "link-without-label",
        "misspelt-label",
    }
