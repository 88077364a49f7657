"""What searches look up: words, joined words, acronyms and names, each as counted in another way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from page_kinds import fetch
from phenomena_web.search.words import COLUMNS, END, KINDS, MOST_OF_A_KIND, fold, words_of

from phenomena.database.search.acronyms import ACRONYM, add_explained, find_explained, make_other_names


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        yield connection


def test_words_are_counted_as_sqlite_counts_those_of_an_index(database: sqlite3.Connection) -> None:
    texts = database.execute(f"select {', '.join(COLUMNS)} from papers").fetchall()
    with closing(sqlite3.connect(":memory:")) as other:
        other.execute(f"create virtual table texts using fts5({', '.join(COLUMNS)}, tokenize='unicode61')")
        folded = [[fold(text or "") for text in row] for row in texts]
        other.executemany("insert into texts values (?, ?, ?, ?)", folded)
        for kind in ("row", "col"):
            other.execute(f"create virtual table by_{kind} using fts5vocab(texts, {kind})")
        totals = dict(other.execute("select term, doc from by_row"))
        counts = {(word, column): n for word, column, n in other.execute("select term, col, doc from by_col")}
    stored = database.execute(f"select word, paper_count, {', '.join(COLUMNS)} from stored_words").fetchall()
    assert {word: n for word, n, *_ in stored} == totals and len(totals) > 5_000
    assert {
        (word, column): n for word, _, *found in stored for column, n in zip(COLUMNS, found, strict=True) if n
    } == counts


def test_joined_words_stand_beside_each_other(database: sqlite3.Connection) -> None:
    pairs = {
        pair
        for title, keywords in database.execute("select title, keywords from papers")
        for text in (title, *json.loads(keywords))
        for pair in pairwise(words_of(text))
    }
    stored = database.execute("select joined, first_length from stored_joined_words").fetchall()
    assert {(joined[:length], joined[length:]) for joined, length in stored} <= pairs
    assert {joined for joined, _ in stored} == {"".join(pair) for pair in pairs}


def test_acronyms_are_read_before_brackets_as_from_the_whole_text(folder: Path) -> None:
    texts = [f"{row['title']}. {row['digest'] or ''}" for row in fetch(folder, "select title, digest from papers")]
    texts += ["A Bad (ABC) (Neural Net (NN)) of Low Rank (LR) and low-rank part (LRP)", "(NN)", "(", "a (b) c (DD"]
    found = {text: list(find_explained(text)) for text in texts}
    assert found == {text: ACRONYM.findall(text) for text in texts}
    assert sum(map(len, found.values())) > 5


@pytest.mark.parametrize(
    ("texts", "names", "venues", "found"),
    [
        (["The Neural Tangent Kernel (NTK) is", "neural tangent kernels (NTKs)"], {}, [], {
            "ntk": ["neural tangent kernel", "neural tangent kernels"], "neural tangent kernel": ["ntk"],
        }),
        (["a Neural Net (NTK)", "the (NTK)"], {}, [], {}),
        ([], {"Lottery Ticket Hypothesis": 4, "Long Tail Hints": 1}, [], {
            "lth": ["lottery ticket hypothesis"], "lottery ticket hypothesis": ["lth"],
        }),
        ([], {"Shape of Loss": 9, "Two Words": 9, "Top 5 Errors": 9}, [], {}),
        ([], {}, [("NeurIPS", "Neural Information Processing")], {"neural information processing": ["neurips"]}),
    ],
)  # fmt: skip
def test_acronyms_stand_for_what_papers_and_initials_say(
    texts: list[str], names: dict[str, int], venues: list[tuple[str, str]], found: dict[str, list[str]]
) -> None:
    explained: dict[str, object] = {}
    for text in texts:
        add_explained(explained, text)
    by_rule = make_other_names({}, {}, [])
    made = make_other_names(explained, names, venues)
    assert {name: others for name, others in made.items() if name not in by_rule} == found
    assert by_rule["nips"] == ["neurips"] and by_rule["neurips"] == ["nips"]


def test_stored_acronyms_are_in_their_order_and_marked_where_a_paper_explains_them(
    database: sqlite3.Connection,
) -> None:
    rows = database.execute("select name, place, other, is_explained from stored_other_names").fetchall()
    assert [row for row in rows if row[0] in ("lmc", "lottery ticket hypothesis", "ntk")] == [
        ("lmc", 1, "mode connectivity", 1),
        ("lmc", 2, "linear mode connectivity", 1),
        ("lottery ticket hypothesis", 1, "lth", 0),
        ("ntk", 1, "neural tangent kernel", 0),
    ]


def test_names_are_numbered_by_kind_papers_and_words(database: sqlite3.Connection) -> None:
    numbers = database.execute("select number, row from stored_names order by number").fetchall()
    for place, kind in enumerate(KINDS):
        name, count = ("title", "0") if kind == "paper" else ("name", "paper_count")
        rows = database.execute(f"select rowid, {name}, {count} from {kind}s").fetchall()
        found = [(number % MOST_OF_A_KIND, row) for number, row in numbers if number // MOST_OF_A_KIND == place]
        assert [number for number, _ in found] == list(range(len(rows)))
        order = {row: (-n, words_of(text)) for row, text, n in rows}
        assert [order[row] for _, row in found] == sorted(order.values())


def test_each_name_is_found_by_all_of_its_words_and_alone_by_its_end(database: sqlite3.Connection) -> None:
    find = "select rowid from stored_names_fts where stored_names_fts match ? order by rowid"
    joined = "select number, name from stored_names join {0}s as named on named.rowid = row and number / ? = ?"
    for place, kind in enumerate(KINDS[:4]):
        named: dict[str, list[int]] = {}
        for number, name in database.execute(joined.format(kind), [MOST_OF_A_KIND, place]):
            named.setdefault(" ".join(words_of(name)), []).append(number)
        for words, found in list(named.items())[:200]:
            whole = [number for (number,) in database.execute(find, [f'label : ^ "{words} {END}"'])]
            assert [number for number in whole if number // MOST_OF_A_KIND == place] == sorted(found)


def test_the_index_of_names_can_be_listed_though_it_holds_no_text(database: sqlite3.Connection) -> None:
    """Programs that copy a database read every row of every table."""
    names = database.execute("select number, label, also from stored_names order by number").fetchall()
    assert database.execute("select rowid, label, also from stored_names_fts").fetchall() == names
    assert {name[1:] for name in names} == {(None, None)}
