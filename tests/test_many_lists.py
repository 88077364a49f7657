"""Several lists in one database: papers of both are one row, all else is kept apart; and what can't be declared."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from datasette.app import Datasette
from lists import NESTED, make_entry, write_list
from selectolax.lexbor import LexborHTMLParser
from sites import SERVED, open_site

import build
from phenomena.reader.drafts import Entry
from phenomena.reader.grammar.links import Link

ROOT = Path(build.__file__).parent
TOPICS = ("Grokking", "Pruning")


def by_link(url: str) -> tuple[Link, ...]:
    return (Link("paper", url),)


ARXIV, DOI = "https://arxiv.org/abs/2201.0000", "https://doi.org/10.1000/"
# Of one title, each pair: the links and authors in the first and in the second list, and how many papers it makes.
PAIRS: dict[str, tuple[tuple[str, str], tuple[str, str], int]] = {
    "the same identifier": ((f"{ARXIV}1", "A. One"), ("https://arxiv.org/pdf/2201.00001", "B. Two"), 1),
    "an arXiv id and a DOI": ((f"{ARXIV}2", "A. One"), (f"{DOI}2", "A. One"), 1),
    "an identifier and none": (("https://example.org/3", "A. One"), (f"{ARXIV}3", "A. One"), 1),
    "no authors in one": ((f"{ARXIV}4", "A. One"), ("https://example.org/4", ""), 1),
    "other authors": ((f"{ARXIV}5", "A. One"), (f"{DOI}5", "B. Two"), 2),
    "two arXiv ids": ((f"{ARXIV}6", "A. One"), (f"{ARXIV}7", "A. One"), 2),
}


def listed(number: int, title: str, place: int) -> Entry:
    url, author = PAIRS[title][place]
    return make_entry(number, title=title, links=by_link(url), authors=(author,) if author else (), topic="Grokking")


def write(folder: Path, declaration: str, lists: Sequence[str]) -> Path:
    """A file of lists, beside lists named one.md, two.md and so on."""
    for name, text in zip(("one", "two", "three"), lists, strict=False):
        (folder / f"{name}.md").write_text(text, "utf-8")
    (folder / "lists.toml").write_text(declaration, "utf-8")
    return folder / "lists.toml"


def run(path: Path, *options: str) -> Result:
    targets = ("--database", str(path.parent / "phenomena.db"), "--metadata", str(path.parent / "metadata.yml"))
    return CliRunner().invoke(build.main, [str(path), *targets, *options])


def ask(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "phenomena.db")) as connection:
        return connection.execute(sql).fetchall()


TWO = '[[list]]\nlocation = "one.md"\nname = "First"\n[[list]]\nlocation = "two.md"\nid = "second"\nlicence = "MIT"\n'
FIRST = write_list([make_entry(n, topic="Grokking" if n < 4 else "Pruning", keywords=()) for n in range(1, 6)], NESTED)
SECOND = write_list([make_entry(n, topic="Grokking", keywords=()) for n in range(4, 8)], NESTED).replace("A List", "B")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is served: five papers of one list, four of another, two of them in both."""
    folder = tmp_path_factory.mktemp("two")
    assert run(write(folder, TWO, [FIRST, SECOND])).exit_code == 0
    for name in SERVED:
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="module")
def site_of_two(two: Path) -> Datasette:
    return open_site(two)


def test_each_list_has_a_row_with_its_counts(two: Path) -> None:
    columns = "id, name, file, licence, topic_count, entry_count, paper_count, own_paper_count, problem_count"
    assert ask(two, f"select {columns} from lists order by position") == [
        ("first", "First", "one.md", None, 2, 5, 5, 3, 5),
        ("second", "B", "two.md", "MIT", 1, 4, 4, 2, 4),
    ]
    assert ask(two, "select title, name, licence, entry_count, paper_count, problem_count from source") == [
        ("First", "", None, 9, 7, 9)
    ]


def test_entries_problems_and_lines_have_their_list_and_the_line_there(two: Path) -> None:
    found = ask(two, "select list, line, title, position from listings where paper = 'arxiv-2201-00004' order by id")
    assert found == [("first", 27, "Paper Number 4", 1), ("second", 9, "Paper Number 4", 1)]
    for name, file in (("first", "one.md"), ("second", "two.md")):
        lines = (two / file).read_text("utf-8").splitlines()
        numbers = [row[0] for row in ask(two, f"select line from source_lines where list = '{name}' order by line")]
        assert numbers == list(range(1, len(lines) + 1))
        for line, title in ask(two, f"select line, title from listings where list = '{name}'"):
            assert str(title) in lines[int(str(line)) - 1]
    assert ask(two, "select list, line, message from problems where paper = 'arxiv-2201-00004'") == [
        ("first", 27, "Line 27: the entry has no keywords. Add `- Key Word: One; Another.`"),
        ("second", 9, "Line 9: the entry has no keywords. Add `- Key Word: One; Another.`"),
    ]


def test_a_topic_of_two_lists_is_two_topics(two: Path) -> None:
    assert ask(two, "select id, name, paper_count from topics order by position") == [
        ("grokking", "Grokking", 3), ("pruning", "Pruning", 2), ("grokking-b", "Grokking (B)", 4),
    ]  # fmt: skip


def test_lists_and_topics_of_one_name_have_keys_of_their_own(tmp_path: Path) -> None:
    declaration = "".join(f'[[list]]\nlocation = "{name}.md"\n' for name in ("one", "two", "three", "one"))
    lists = [write_list([make_entry(n, topic="Grokking")], NESTED) for n in (1, 2, 3)]
    assert run(write(tmp_path, declaration.replace('"two.md"', '"two.md"\nid = "a-list-3"'), lists)).exit_code == 0
    assert ask(tmp_path, "select id, name, entry_count from lists order by position") == [
        ("a-list", "A List", 1), ("a-list-3", "A List", 1), ("a-list-2", "A List", 1), ("a-list-4", "A List", 1),
    ]  # fmt: skip
    assert ask(tmp_path, "select name, paper_count from topics order by position") == [
        ("Grokking", 1), ("Grokking (A List)", 1), ("Grokking (a-list-2)", 1), ("Grokking (a-list-4)", 1),
    ]  # fmt: skip


def test_a_topic_that_is_declared_as_anothers_is_one(tmp_path: Path) -> None:
    assert run(write(tmp_path, f'{TWO}topics = {{ "Grokking" = "Pruning" }}\n', [FIRST, SECOND])).exit_code == 0
    assert ask(tmp_path, "select id, name, paper_count from topics order by position") == [
        ("grokking", "Grokking", 3), ("pruning", "Pruning", 4),
    ]  # fmt: skip


def test_a_paper_of_two_lists_is_one_by_identifier_or_else_by_title_and_authors(tmp_path: Path) -> None:
    lists = [write_list([listed(n, title, place) for n, title in enumerate(PAIRS, 1)], NESTED) for place in (0, 1)]
    assert run(write(tmp_path, TWO, lists)).exit_code == 0
    counts = dict(ask(tmp_path, "select title, count(*) from papers group by title"))
    assert counts == {title: count for title, (_, _, count) in PAIRS.items()}
    rows = ask(tmp_path, "select id, arxiv_id, doi, authors from papers where title in ('an arXiv id and a DOI', "
               "'an identifier and none') order by id")  # fmt: skip
    assert rows == [
        ("arxiv-2201-00002", "2201.00002", "10.1000/2", '["A. One"]'),
        ("arxiv-2201-00003", "2201.00003", None, '["A. One"]'),
    ]  # fmt: skip


def test_two_papers_of_one_title_in_one_list_stay_two(tmp_path: Path) -> None:
    twice = write_list([make_entry(n, title="The Title", authors=("A. One",)) for n in (1, 2)], NESTED)
    assert run(write(tmp_path, TWO, [twice, SECOND])).exit_code == 0
    assert ask(tmp_path, "select count(*) from papers where title = 'The Title'") == [(2,)]


def test_each_history_dates_the_entries_of_its_own_list(tmp_path: Path) -> None:
    path = write(tmp_path, TWO, [FIRST, SECOND])
    head = "date,revision,paper,title,section,kind,field,old,new\n"
    for name, day in (("one", "2024-01-01"), ("two", "2022-02-02")):
        row = f"{day},abc123,arxiv-2201-00004,Paper Number 4,{'Pruning' if name == 'one' else 'Grokking'},added,,,\n"
        (tmp_path / f"{name}.history.csv").write_text(head + row, "utf-8")
    assert run(path).exit_code == 0
    sql = "select list, added from listings where paper = 'arxiv-2201-00004' order by id"
    assert ask(tmp_path, sql) == [("first", "2024-01-01"), ("second", "2022-02-02")]
    assert ask(tmp_path, "select added from papers where id = 'arxiv-2201-00004'") == [("2022-02-02",)]
    assert ask(tmp_path, "select id, list, date, section from changes") == [
        (1, "second", "2022-02-02", "Grokking (B)"), (2, "first", "2024-01-01", "Pruning"),
    ]  # fmt: skip


def test_a_list_is_read_by_its_own_dialect(tmp_path: Path) -> None:
    (tmp_path / "bold.toml").write_text('unit = "bullet"\nentry = "**{title}** {links}"\n', "utf-8")
    bold = "# Bold\n\n## Topic\n\n- **A Title** [[pdf]](https://example.org/1)\n"
    assert run(write(tmp_path, f'{TWO}dialect = "bold.toml"\n', [FIRST, bold])).exit_code == 0
    assert ask(tmp_path, "select title from listings where list = 'second'") == [("A Title",)]


def test_a_list_that_cant_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    path = write(tmp_path, TWO.replace("one.md", "none.md"), [FIRST, SECOND])
    said = f"{tmp_path / 'none.md'}: no such file. Give the path or the http(s) address of a list."
    usual, strict = run(path), run(path, "--strict")
    assert (usual.exit_code, strict.exit_code) == (0, 1)
    assert usual.output.splitlines()[-1] == f"left out: {said}"
    assert json.loads(run(path, "--check", "--format", "json").stdout)["unread"] == [said]
    assert f"::error title=unread-list::{said}" in run(path, "--check", "--format", "github").stdout.splitlines()
    assert ask(tmp_path, "select id from lists") == [("second",)]


def test_errors_and_annotations_name_the_file_of_their_list(tmp_path: Path) -> None:
    path = write(tmp_path, TWO, [FIRST, SECOND + "\nstray\n"])
    lines = run(path, "--check").output.splitlines()
    assert lines[-2] == f"errors in {tmp_path / 'two.md'}:"
    assert lines[-1].startswith("  Line 26: ")
    annotations = run(path, "--check", "--format", "github").stdout.splitlines()
    assert sum(f"file={tmp_path / 'one.md'},line=9," in one for one in annotations) == 1
    assert sum(f"file={tmp_path / 'two.md'},line=9," in one for one in annotations) == 1


ONE = '[[list]]\nlocation = "one.md"\n'
REFUSED = [
    ("", 'lists.toml: declares no list. Begin each with [[list]] and location = "...".'),
    ("list = 1", "lists.toml: list is not a list of tables. Write one."),
    ("list = [1]", "lists.toml, list 1: is not a table. Begin each list with [[list]]."),
    ("title = 1", "lists.toml: title is not a string. Write one."),
    ("list", "lists.toml: is not TOML (Expected '=' after a key in a key/value pair (at end of document)). "
             "Begin each list with [[list]]."),
    ('[[lists]]\nlocation = "one.md"', "lists.toml: unknown key lists. Use title, list."),
    ('[[list]]\nname = "One"',
     'lists.toml, list 1: has no location. Write location = "...", a path or an http(s) address.'),
    (f'{ONE}url = "x"', "lists.toml, list 1: unknown key url. Use location, id, name, licence, dialect, topics."),
    (f'{TWO}topics = {{ "Grokking" = 1 }}',
     'lists.toml, list 2: topic "Grokking" has no shared name. Write topics = { "Grokking" = "Its name" }.'),
    (f'{TWO}topics = {{ "Nothing" = "Pruning" }}', 'two.md: has no topic "Nothing". Its topics are Grokking.'),
    (f'{ONE}id = "x"\n{ONE.replace("one", "two")}id = "x"',
     "two.md: another list has the id x too. Give it one of its own."),
]  # fmt: skip


@pytest.mark.parametrize(("declaration", "said"), REFUSED)
def test_a_declaration_that_cant_be_used_is_refused(tmp_path: Path, declaration: str, said: str) -> None:
    result = run(write(tmp_path, declaration, [FIRST, SECOND]))
    assert (result.exit_code, result.output) == (1, f"build.py: {tmp_path / said}\n")
    assert not (tmp_path / "phenomena.db").exists()


@pytest.mark.parametrize(
    "option", [["--history", "."], ["--dialect", "table"], ["--guess"]], ids=lambda option: option[0]
)
def test_options_of_one_list_are_refused_for_several(tmp_path: Path, option: list[str]) -> None:
    path = write(tmp_path, TWO, [FIRST, SECOND])
    result = CliRunner().invoke(build.main, [str(path), *option])
    assert result.exit_code == 2
    assert f"Error: {option[0]} is for one list. Give the path of one that {path} declares." in result.output


def test_where_no_list_can_be_read_nothing_is_built(tmp_path: Path) -> None:
    result = run(write(tmp_path, TWO, []))
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"build.py: {tmp_path / 'one.md'}: no such file. Give the path or the http(s) address of a list.",
        f"{tmp_path / 'two.md'}: no such file. Give the path or the http(s) address of a list.",
    ]


@pytest.mark.parametrize("table", ["listings", "problems", "source_lines", "resources", "changes"])
def test_rows_are_counted_by_list_from_an_index(two: Path, table: str) -> None:
    [step] = ask(two, f"explain query plan select list, count(*) from {table} group by list")
    assert "USING COVERING INDEX" in str(step[3])


@pytest.mark.anyio
@pytest.mark.parametrize(("query", "count"), [("", 7), ("?_list=first", 5), ("?_list=second", 4), ("?_list=none", 0)])
async def test_papers_are_filtered_by_list(site_of_two: Datasette, query: str, count: int) -> None:
    answer = (await site_of_two.client.get(f"/phenomena/papers.json{query}")).json()
    assert answer["filtered_table_rows_count"] == count


@pytest.mark.anyio
async def test_lists_are_a_facet_and_each_has_a_page(site_of_two: Datasette) -> None:
    facets = (await site_of_two.client.get("/phenomena/papers.json?_facet_by=list")).json()["facet_results"]
    assert [(one["value"], one["label"], one["count"]) for one in facets["list"]["results"]] == [
        ("first", "First", 5), ("second", "B", 4),
    ]  # fmt: skip
    page = LexborHTMLParser((await site_of_two.client.get("/phenomena/lists/second")).text)
    assert page.css_first("h1").text() == "B"
    assert [dd.text(strip=True) for dd in page.css("dl.facts dd")] == [
        "4, list year 2022; 0 with code (0 %)", "4; 2 papers that no other list has", "two.md, 24 lines", "MIT",
        "4, each with its line and what to write instead",
    ]  # fmt: skip
    papers = LexborHTMLParser((await site_of_two.client.get("/phenomena/papers?_list=second")).text)
    assert [one.text(strip=True) for one in papers.css(".selected .kind")] == ["list"]
    assert "Lists" in [a.text() for a in papers.css("nav a")]


@pytest.mark.anyio
async def test_one_list_is_no_facet_and_not_in_the_menu(site: Datasette) -> None:
    page = LexborHTMLParser((await site.client.get("/phenomena/papers")).text)
    assert "Lists" not in [a.text() for a in page.css("nav a")]
    facets = (await site.client.get("/phenomena/papers.json")).json()["facet_results"]
    assert list(facets) == ["topic", "year", "venue", "keyword", "author", "code", "added"]
