"""phenomena.md, whole: pinned counts; and with the keeper's list at hand, the same facts in other words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import build

FACTS = "topic, year, title, authors, venue, keywords, paper_url, code_url, paper"
LABEL = re.compile(r"- (Digest|Author List) (.+)")  # of the flat dialect
MAX_SHARED_WORDS = 7
DIGEST_WORDS = range(25, 61)
TOPICS = {  # in the list's order, years newest first
    "Empirical Study": {2024: 10, 2023: 14, 2022: 15, 2021: 11, 2020: 11, 2019: 15, 2018: 7, 2017: 3, 2016: 1},
    "Neural Collapse": {2025: 1, 2024: 4, 2023: 4, 2022: 6, 2021: 5, 2020: 1},
    "Deep Double Descent": {2023: 4, 2022: 3, 2021: 3, 2020: 9, 2019: 1, 2018: 2},
    "Lottery Ticket Hypothesis": {2024: 2, 2023: 9, 2022: 21, 2021: 12, 2020: 17, 2019: 9, 2018: 2},
    "Emergence and Phase Transitions": {2025: 3, 2024: 5, 2023: 12, 2022: 13, 2021: 2, 2020: 1},
    "Interactions with Neuroscience": {2023: 2, 2022: 11, 2021: 3},
}
COUNTS = {
    "papers": 254,
    "listings": 254,
    "topics": 6,
    "authors": 1006,
    "paper_authors": 1244,
    "keywords": 238,
    "links": 352,
    "source": 1,
}
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

Database = sqlite3.Connection


@pytest.fixture(scope="module")
def ours(folder: Path) -> Iterator[Database]:
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        yield database


@pytest.fixture(scope="module")
def theirs(source_list: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(build_database(source_list, tmp_path_factory.mktemp("theirs"))) as database:
        yield database


def build_database(path: Path, folder: Path) -> Database:
    build.build(str(path), folder / "phenomena.db", folder / "metadata.yml")
    return sqlite3.connect(folder / "phenomena.db")


def count_problems(database: Database) -> dict[str, int]:
    return dict(database.execute("select code, count(*) from problems group by code"))


def words(text: str) -> list[str]:
    """Runs of letters and digits of ASCII, in lower case."""
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """All runs of so many words."""
    found = words(text)
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def digests(database: Database) -> list[str]:
    return [row[0] for row in database.execute("select digest from list_entries where digest is not null")]


# By itself


def test_the_counts_are_these(ours: Database) -> None:
    assert {table: ours.execute(f"select count(*) from {table}").fetchone()[0] for table in COUNTS} == COUNTS


def test_topics_and_years_stand_in_order_with_these_numbers(ours: Database) -> None:
    found: dict[str, dict[int, int]] = {}
    for topic, year, count in ours.execute(
        "select topic, year, count(*) from list_entries group by 1, 2 order by min(line)"
    ):
        found.setdefault(topic, {})[year] = count
    assert [(topic, list(years.items())) for topic, years in found.items()] == [
        (topic, list(years.items())) for topic, years in TOPICS.items()
    ]
    assert all(list(years) == sorted(years, reverse=True) for years in TOPICS.values())


def test_every_digest_but_one_is_there_and_of_a_reader_s_length(ours: Database) -> None:
    found = digests(ours)
    assert len(found) == 253
    assert [text for text in found if len(text.split()) not in DIGEST_WORDS] == []
    assert len({text.casefold() for text in found}) == 253


@pytest.mark.parametrize(
    ("paper", "claim", "limit"),
    [
        ("arxiv-2301-00437", "first geometric", "in that particular setting"),
        ("arxiv-2405-14860", "GPT-2", "GPT-2. Intervention experiments"),  # on which models, its source doesn't say
    ],
)
def test_a_digest_claims_no_more_than_its_source(ours: Database, paper: str, claim: str, limit: str) -> None:
    [(digest,)] = ours.execute("select digest from papers where id = ?", [paper])
    assert [sentence for sentence in digest.split(",") if claim in sentence and limit not in sentence] == []
    assert claim in digest


def test_the_problems_are_those_of_the_facts_carried_over(ours: Database) -> None:
    assert count_problems(ours) == PROBLEMS
    assert ours.execute("select count(*) from problems where severity = 'error'").fetchone() == (0,)


def test_no_line_is_left_over(ours: Database) -> None:
    assert (
        ours.execute("select count(*) from source_lines").fetchone()
        == ours.execute("select line_count from source").fetchone()
    )
    assert ours.execute("select count(*) from source_lines where status = 'problem'").fetchone() == (0,)


def test_no_word_of_the_digests_is_lost_to_search(ours: Database) -> None:
    for rowid, digest in ours.execute("select rowid, digest from papers where digest is not null").fetchall():
        longest = max(re.findall(r"\b[a-z]+\b", digest), key=len)
        sql = "select 1 from papers_fts where papers_fts match ? and rowid = ?"
        assert ours.execute(sql, [f'digest: "{longest}"', rowid]).fetchone(), longest


# Against the keeper's list


def test_every_fact_equals_the_keeper_s(ours: Database, theirs: Database) -> None:
    sql = f"select {FACTS} from list_entries"
    facts = ours.execute(sql).fetchall()
    assert len(facts) == 254
    assert facts == theirs.execute(sql).fetchall()


def test_every_link_and_spelling_equals_the_keeper_s(ours: Database, theirs: Database) -> None:
    for sql in (
        "select paper, label, url from links where field = 'title' order by id",
        "select paper, position, as_written from paper_authors order by 1, 2",
        "select paper, position, as_written from paper_keywords order by 1, 2",
        "select id, spellings from keywords order by 1",
        "select id, spellings from authors order by 1",
    ):
        assert ours.execute(sql).fetchall() == theirs.execute(sql).fetchall()


def test_no_digest_shares_eight_words_in_a_row_with_any_of_the_keeper_s(ours: Database, theirs: Database) -> None:
    taken = {run for text in digests(theirs) for run in runs(text, MAX_SHARED_WORDS + 1)}
    assert len(taken) > 10_000
    assert [text for text in digests(ours) if runs(text, MAX_SHARED_WORDS + 1) & taken] == []


def test_digests_stand_at_the_same_papers(ours: Database, theirs: Database) -> None:
    sql = "select paper, digest is null from list_entries"
    assert ours.execute(sql).fetchall() == theirs.execute(sql).fetchall()


def test_the_keeper_s_list_has_a_status_for_each_of_its_lines(theirs: Database, source_list: Path) -> None:
    lines = source_list.read_text("utf-8").count("\n") + (not source_list.read_bytes().endswith(b"\n"))
    assert theirs.execute("select count(*), max(line) from source_lines").fetchone() == (lines, lines) == (1415, 1415)
    assert dict(theirs.execute("select status, count(*) from source_lines group by 1")) == {
        "blank": 319,
        "entry": 1015,
        "boilerplate": 36,
        "heading": 45,
    }


def test_the_keeper_s_problems_are_ours_and_a_cut_end(theirs: Database) -> None:
    assert count_problems(theirs) == {**PROBLEMS, "truncated-entry": 1}


def test_the_thirteen_joined_authors_are_told_apart(theirs: Database) -> None:
    sql = "select paper from problems where code = 'joined-authors'"
    [paper] = theirs.execute(sql).fetchone()
    rows = theirs.execute("select as_written from paper_authors where paper = ? order by position", [paper])
    assert [row[0] for row in rows] == THIRTEEN


def test_the_head_of_the_catalogue_page_is_read(theirs: Database) -> None:
    title, homepage, tags = theirs.execute("select title, homepage, json_array_length(tags) from source").fetchone()
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


def test_the_nested_form_of_the_keeper_s_list_gives_the_same_database(
    theirs: Database, source_list: Path, tmp_path: Path
) -> None:
    lines = source_list.read_text("utf-8").split("\n")
    nested = tmp_path / source_list.name
    nested.write_text("\n".join(make_nested(lines)), "utf-8")
    with closing(build_database(nested, tmp_path)) as database:
        names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        own = [name for name in names if name != "source" and not name.startswith(("sqlite_", "papers_fts"))]
        assert len(own) > 10
        for name in own:
            rows = [one.execute(f"select * from {name}").fetchall() for one in (theirs, database)]
            assert rows[0] == rows[1], name
        changed = "title, description, homepage, tags, name, line_count, entry_count, paper_count, problem_count"
        sources = [one.execute(f"select {changed} from source").fetchone() for one in (theirs, database)]
        assert sources[0] == sources[1]
