"""phenomena.md, whole: pinned counts; and with the keeper's list at hand, the same facts in other words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sites import ROOT

import build

FACTS = "topic, year, title, authors, venue, keywords, paper_url, code_url, paper, digest is null"
MAX_SHARED_WORDS = 7
DIGEST_WORDS = range(25, 61)
DESCRIPTION_WORDS = range(40, 71)
TOPICS = {  # in the list's order, years newest first
    "Empirical Study": {2025: 1, 2024: 12, 2023: 14, 2022: 15, 2021: 11, 2020: 11, 2019: 15, 2018: 7, 2017: 3, 2016: 1},
    "Neural Collapse": {2025: 2, 2024: 4, 2023: 4, 2022: 6, 2021: 5, 2020: 1},
    "Deep Double Descent": {2025: 1, 2023: 4, 2022: 3, 2021: 3, 2020: 9, 2019: 1, 2018: 2},
    "Lottery Ticket Hypothesis": {2025: 2, 2024: 2, 2023: 9, 2022: 21, 2021: 12, 2020: 17, 2019: 9, 2018: 2},
    "Emergence and Phase Transitions": {2025: 10, 2024: 5, 2023: 12, 2022: 13, 2021: 2, 2020: 1},
    "Interactions with Neuroscience": {2025: 1, 2023: 2, 2022: 11, 2021: 3, 2020: 7, 2019: 5, 2018: 2, 2017: 1},
    "Information Bottleneck": {2023: 2, 2022: 1, 2021: 7, 2020: 7, 2019: 1, 2018: 1, 2017: 3},
    "Neural Tangent Kernel": {2025: 2, 2024: 3, 2023: 9, 2022: 7, 2021: 8, 2020: 8, 2019: 4, 2018: 2},
    "Others": {
        2026: 3,
        2025: 14,
        2024: 24,
        2023: 57,
        2022: 46,
        2021: 17,
        2020: 15,
        2019: 16,
        2018: 25,
        2017: 10,
        2016: 5,
    },
}
COUNTS = {
    "papers": 580,
    "listings": 581,
    "topics": 9,
    "authors": 1754,
    "paper_authors": 2464,
    "keywords": 489,
    "links": 745,
    "resources": 7,
    "changes": 1266,
    "source": 1,
}
PROBLEMS = {
    "author-variant": 19,
    "duplicate-author": 1,
    "duplicate-keyword": 1,
    "empty-link": 1,
    "joined-authors": 1,
    "keyword-commas": 1,
    "keyword-spellings": 47,
    "keyword-typo": 6,
    "missing-keywords": 1,
    "missing-paper-link": 3,
    "misspelt-label": 5,
    "venue-before-arxiv": 1,
    "venue-without-year": 21,
    "year-mismatch": 2,
}

Database = sqlite3.Connection
FINDINGS = [  # looked at one by one
    ("author-variant", "Jose Gonzalez Ortiz", "Jose Javier Gonzalez Ortiz"),
    ("author-variant", "Andrew M. Saxe", "Andrew Michael Saxe"),
    ("author-variant", "Isaac Chuang", "Isaac L. Chuang"),
    ("author-variant", "Philip Torr", "Philip H.S. Torr"),
    ("keyword-typo", "Duoble Descent", "Double Descent"),
    ("author-variant", "Richard Baraniuk", "Richard G. Baraniuk"),
    ("author-variant", "Yann Dauphin", "Yann N. Dauphin"),
    ("author-variant", "Yani Ioannou", "Yani A. Ioannou"),
    ("keyword-typo", "Pruning at Ininitialization", "Pruning at Initialization"),
    ("keyword-typo", "Pruning at Ininitialization", "Pruning at Initialization"),
    ("author-variant", "Aidan Gomez", "Aidan N. Gomez"),
    ("author-variant", "David Cox", "David Daniel Cox"),
    ("author-variant", "Andrew Saxe", "Andrew Michael Saxe"),
    ("author-variant", "Daniel Yamins", "Daniel L. K. Yamins"),
    ("author-variant", "Jeremy Cohen", "Jeremy M. Cohen"),
    ("author-variant", "Ard Louis", "Ard A. Louis"),
    ("author-variant", "Richard Baraniuk", "Richard G. Baraniuk"),
    ("author-variant", "Michael Jordan", "Michael I. Jordan"),
    ("keyword-typo", "Shaprness-Aware Minimization", "Sharpness-Aware Minimization"),
    ("author-variant", "Ila Fiete", "Ila Rani Fiete"),
    ("keyword-typo", "Flat Minimia", "Flat Minima"),
    ("author-variant", "David Blei", "David M. Blei"),
    ("author-variant", "Weijie Su", "Weijie J. Su"),
    ("venue-before-arxiv", "ICML 2017", "2019-02"),
    ("author-variant", "Piotr A. Sokol", "Piotr Aleksander Sokol"),
    ("keyword-typo", "Over-Parametrization", "Over-Parameterization"),
]


@pytest.fixture(scope="module")
def ours(folder: Path) -> Iterator[Database]:
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        yield database


@pytest.fixture(scope="module")
def theirs(keepers_list: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(build_database(keepers_list, tmp_path_factory.mktemp("theirs"))) as database:
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


def test_every_entry_has_a_digest_of_its_own_and_of_a_reader_s_length(ours: Database) -> None:
    found = digests(ours)
    assert len(found) == 581
    assert [text for text in found if len(text.split()) not in DIGEST_WORDS] == []
    assert len({text.casefold() for text in found}) == 581


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


def test_every_topic_is_introduced_by_a_paragraph_of_its_own(ours: Database) -> None:
    found = ours.execute("select description from topics order by position").fetchall()
    assert len({text for (text,) in found}) == len(TOPICS)
    assert [text for (text,) in found if len(text.split()) not in DESCRIPTION_WORDS or text[-1] != "."] == []
    assert ours.execute("select count(*) from source_lines where status = 'description'").fetchone() == (32,)


def test_the_problems_are_those_of_the_facts_carried_over(ours: Database) -> None:
    assert count_problems(ours) == PROBLEMS
    assert ours.execute("select count(*) from problems where severity = 'error'").fetchone() == (0,)


def test_what_a_comparison_finds_is_this() -> None:
    codes = {code for code, _, _ in FINDINGS}
    problems = build.read(str(ROOT / "phenomena.md")).problems
    assert [(one.code, one.written, one.detail) for one in problems if one.code in codes] == FINDINGS


def test_digests_have_one_kind_of_quotation_marks(ours: Database) -> None:
    assert [text for text in digests(ours) if re.search("[“”‘’«»]", text)] == []


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
    assert len(facts) == 581
    assert facts == theirs.execute(sql).fetchall()


def test_every_link_and_spelling_equals_the_keeper_s(ours: Database, theirs: Database) -> None:
    for sql in (
        "select paper, label, url from links where field = 'title' order by id",
        "select paper, position, as_written from paper_authors order by 1, 2",
        "select paper, position, as_written from paper_keywords order by 1, 2",
        "select id, spellings from keywords order by 1",
        "select id, spellings from authors order by 1",
        "select title, url from resources order by id",
    ):
        assert ours.execute(sql).fetchall() == theirs.execute(sql).fetchall()


def test_no_digest_shares_eight_words_in_a_row_with_any_of_the_keeper_s(ours: Database, theirs: Database) -> None:
    taken = {run for text in digests(theirs) for run in runs(text, MAX_SHARED_WORDS + 1)}
    assert len(taken) > 10_000
    changed = [row[0] for row in ours.execute("select old from changes union select new from changes") if row[0]]
    assert [text for text in (*digests(ours), *changed) if runs(text, MAX_SHARED_WORDS + 1) & taken] == []
