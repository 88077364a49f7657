"""The flat form on real input: an older state of the keeper's list, 254 entries as a catalogue page prints them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from test_edition import Database, build_database, count_problems

LABEL = re.compile(r"- (Digest|Author List) (.+)")  # of the flat dialect
PROBLEMS = {
    "author-variant": 3,
    "duplicate-author": 1,
    "joined-authors": 1,
    "keyword-commas": 1,
    "keyword-spellings": 13,
    "keyword-typo": 2,
    "missing-digest": 1,
    "missing-keywords": 1,
    "missing-paper-link": 1,
    "misspelt-label": 3,
    "truncated-entry": 1,
    "venue-without-year": 7,
}
THIRTEEN = [
    "Jeffrey S Bowers",
    "Gaurav Malhotra",
    "Marin Dujmović",
    "Milton Llera Montero",
    "Christian Tsvetkov",
    "Valerio Biscione",
    "Guillermo Puebla",
    "Federico G Adolfi",
    "John Hummel",
    "Rachel Flood Heaton",
    "Benjamin Evans",
    "Jeff Mitchell",
    "Ryan Blything",
]


@pytest.fixture(scope="module")
def page(catalogue_page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(build_database(catalogue_page, tmp_path_factory.mktemp("page"))) as database:
        yield database


def test_each_of_its_lines_has_a_status(page: Database, catalogue_page: Path) -> None:
    lines = catalogue_page.read_text("utf-8").count("\n") + (not catalogue_page.read_bytes().endswith(b"\n"))
    assert page.execute("select count(*), max(line) from source_lines").fetchone() == (lines, lines) == (1415, 1415)
    assert dict(page.execute("select status, count(*) from source_lines group by 1")) == {
        "blank": 319,
        "entry": 1015,
        "boilerplate": 36,
        "heading": 45,
    }


def test_its_problems_are_these(page: Database) -> None:
    assert count_problems(page) == PROBLEMS


def test_the_thirteen_joined_authors_are_separated(page: Database) -> None:
    sql = "select paper from problems where code = 'joined-authors'"
    [paper] = page.execute(sql).fetchone()
    rows = page.execute("select as_written from paper_authors where paper = ? order by position", [paper])
    assert [row[0] for row in rows] == THIRTEEN


def test_its_head_is_read(page: Database) -> None:
    title, homepage, tags = page.execute("select title, homepage, json_array_length(tags) from source").fetchone()
    assert (title, homepage, tags) == (
        "Awesome Deep Phenomena",
        "https://github.com/MinghuiChen43/awesome-deep-phenomena",
        13,
    )


def make_nested(lines: list[str]) -> list[str]:
    """The flat list with its fields below its titles, line by line: a title follows a blank line."""
    nested = []
    for before, line in zip(["", *lines], lines, strict=False):
        if not line.startswith("- ") or not before.startswith("- "):
            nested.append(line)
        elif match := LABEL.fullmatch(line):
            nested.append(f"  - <details><summary>{match[1]}</summary> {match[2]} </details>")
        else:
            nested.append(f"  {line}")
    return nested


def test_its_nested_form_gives_the_same_database(page: Database, catalogue_page: Path, tmp_path: Path) -> None:
    lines = catalogue_page.read_text("utf-8").split("\n")
    nested = tmp_path / catalogue_page.name
    nested.write_text("\n".join(make_nested(lines)), "utf-8")
    with closing(build_database(nested, tmp_path)) as database:
        names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        own = [
            name for name in names if name not in ("source", "lists") and not name.startswith(("sqlite_", "papers_fts"))
        ]
        assert len(own) > 10
        for name in own:
            rows = [one.execute(f"select * from {name}").fetchall() for one in (page, database)]
            assert rows[0] == rows[1], name
        changed = "title, description, homepage, tags, name, line_count, entry_count, paper_count, problem_count"
        sources = [one.execute(f"select {changed} from source").fetchone() for one in (page, database)]
        assert sources[0] == sources[1]
        lists = [
            one.execute(f"select id, {changed.replace('title, ', '').replace('name', 'file')} from lists").fetchall()
            for one in (page, database)
        ]
        assert lists[0] == lists[1]
