"""The database: its schema as declared, its keys, its search, its views."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lists import NESTED, make_entry, records_of, write_list

from phenomena.database.schema.columns import INTEGER, REAL, Table
from phenomena.database.schema.search_tables import SEARCH_TABLES
from phenomena.database.schema.stored_tables import STORED
from phenomena.database.schema.tables import DERIVED_TABLES, SEARCH_COLUMNS, SEARCH_TABLE, TABLES
from phenomena.database.schema.views import VIEWS
from phenomena.database.store import VIEW_FOLDER, write_database

PAPERS_SQL = """\
CREATE TABLE "papers" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "title" TEXT NOT NULL,
   "topic" TEXT REFERENCES "topics"("id"),
   "year" INTEGER,
   "submitted" TEXT,
   "added" TEXT,
   "venue" TEXT REFERENCES "venues"("id"),
   "venue_year" INTEGER,
   "authors" TEXT NOT NULL,
   "author_count" INTEGER NOT NULL,
   "first_author" TEXT REFERENCES "authors"("id"),
   "keywords" TEXT NOT NULL,
   "topics" TEXT NOT NULL,
   "digest" TEXT,
   "paper_url" TEXT,
   "code_url" TEXT,
   "code_host" TEXT,
   "arxiv_id" TEXT,
   "doi" TEXT,
   "openreview_id" TEXT,
   "citekey" TEXT NOT NULL
) STRICT"""
PROMISED_TABLES = {  # people's queries depend on these names
    "papers": "id title topic year submitted added venue venue_year authors author_count first_author keywords topics"
    " digest paper_url code_url code_host arxiv_id doi openreview_id citekey",
    "listings": "id paper topic year position line added",
    "topics": "id name position image_url description paper_count first_year last_year",
    "authors": "id name paper_count first_year last_year sort_name",
    "paper_authors": "paper position author",
    "keywords": "id name paper_count spellings first_year last_year topic",
    "paper_keywords": "paper position keyword as_written",
    "venues": "id name full_name kind paper_count",
    "links": "id paper label url host",
    "related": "paper rank related score shared",
    "resources": "id title url line",
    "changes": "id date revision paper title section kind field old new",
    "problems": "id line severity code paper field message excerpt",
    "source_lines": "line status paper field",
    "source": "title description homepage tags name url sha256 bytes line_count licence"
    " entry_count paper_count problem_count",
}
PROMISED_VIEWS = {
    "list_entries": "line topic year title authors venue keywords paper_url code_url digest paper list",
    "screening": "title abstract authors keywords doi url year",
    "topic_years": "topic year paper_count",
    "keyword_years": "keyword year paper_count",
    "keyword_pairs": "keyword other paper_count",
    "coauthors": "author coauthor paper_count weight",
    "venue_years": "venue kind year paper_count",
    "code_by_year": "year paper_count with_code share",
    "publication_lag": "paper submitted venue_year lag_years",
    "topic_additions": "topic added_year entry_count entries_so_far topic_id",
    "listing_lag": "paper title submitted added lag_months lag",
    "coverage": "column paper_count filled missing share",
}


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        yield connection


def column_names(database: sqlite3.Connection, name: str) -> list[str]:
    return [description[0] for description in database.execute(f"select * from [{name}] limit 0").description]


def indexes(database: sqlite3.Connection, table: str) -> set[tuple[str, ...]]:
    """The columns of every index and key of a table, in order."""
    names = [row[0] for row in database.execute("select name from pragma_index_list(?)", [table])]
    found = {
        tuple(row[0] for row in database.execute("select name from pragma_index_info(?)", [name])) for name in names
    }
    keys = database.execute("select name from pragma_table_info(?) where pk order by pk", [table])
    return {*found, tuple(row[0] for row in keys)}


def test_the_names_that_queries_depend_on_are_declared() -> None:
    declared = {table.name: {column.name for column in table.columns} for table in TABLES}
    declared |= {view.name: set(view.columns) for view in VIEWS}
    for name, columns in {**PROMISED_TABLES, **PROMISED_VIEWS}.items():
        assert set(columns.split()) <= declared[name], name


def test_the_table_of_papers_is_this_one(database: sqlite3.Connection) -> None:
    assert database.execute("select sql from sqlite_master where name = 'papers'").fetchone() == (PAPERS_SQL,)


def test_tables_and_views_are_the_declared_ones(database: sqlite3.Connection) -> None:
    master = database.execute("select type, name from sqlite_master where type in ('table', 'view')").fetchall()
    own = {name for _, name in master if not name.startswith(("sqlite_", f"{SEARCH_TABLE}_fts", "stored_names_fts"))}
    assert own == {table.name for table in (*TABLES, *DERIVED_TABLES, *SEARCH_TABLES, *STORED)} | {
        view.name for view in VIEWS
    }
    assert {path.stem for path in VIEW_FOLDER.glob("*.sql")} == {view.name for view in VIEWS}


@pytest.mark.parametrize("table", (*TABLES, *DERIVED_TABLES), ids=lambda table: table.name)
def test_a_table_is_as_declared(database: sqlite3.Connection, table: Table) -> None:
    rows = database.execute("select name, type, [notnull], pk from pragma_table_info(?)", [table.name]).fetchall()
    declared = [
        (
            column.name,
            {"integer": "INTEGER", "number": "REAL", "any": "BLOB"}.get(column.type, "TEXT"),
            int(column.required or column.name in table.key),
            (*table.key, column.name).index(column.name) + 1,
        )
        for column in table.columns
    ]
    assert rows == [
        (name, kind, required, place if name in table.key else 0) for name, kind, required, place in declared
    ]
    [sql] = database.execute("select sql from sqlite_master where name = ?", [table.name]).fetchone()
    assert sql.endswith(") STRICT")
    keys = database.execute("select [from], [table], [to] from pragma_foreign_key_list(?)", [table.name]).fetchall()
    assert set(keys) == {(column.name, column.references, "id") for column in table.columns if column.references}


@pytest.mark.parametrize("table", (*TABLES, *DERIVED_TABLES), ids=lambda table: table.name)
def test_every_foreign_key_leads_an_index(database: sqlite3.Connection, table: Table) -> None:
    led = {columns[0] for columns in indexes(database, table.name)}
    assert {column.name for column in table.columns if column.references} <= led
    assert set(table.all_indexes) <= indexes(database, table.name)


def test_an_array_is_encoded_as_json_that_stays_readable(tmp_path: Path) -> None:
    """Rows hold tuples; SQLite and the CSV of the bundle hold JSON, in which only quotes are escaped."""
    entry = make_entry(1, authors=('Léon "Bo" Bottou', "深層 学習"), keywords=())
    records = records_of(write_list([entry], NESTED))
    write_database(tmp_path / "x.db", records)
    with closing(sqlite3.connect(tmp_path / "x.db")) as written:
        row = written.execute("select authors, keywords, topics from papers").fetchone()
    assert row == ('["Léon \\"Bo\\" Bottou", "深層 学習"]', "[]", '["Topic"]')
    assert records.tables["papers"][0]["authors"] == entry.authors


def test_the_database_is_sound(database: sqlite3.Connection) -> None:
    assert database.execute("pragma foreign_key_check").fetchall() == []
    assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert database.execute("select distinct typeof(year) from papers").fetchall() == [("integer",)]


def test_search_folds_accents_and_endings(database: sqlite3.Connection) -> None:
    def found(words: str) -> set[str]:
        sql = "select papers.id from papers_fts join papers on papers.rowid = papers_fts.rowid where papers_fts match ?"
        return {row[0] for row in database.execute(sql, [words])}

    assert found("keywords: erdos") == found("keywords: Erdös") == found("keywords: Erdős") != set()
    assert found("title: descents") == found("title: descent") != set()
    assert found("digest: grokked") == found("digest: grokking") != set()
    assert found("venue: neurips") != set()
    assert found("xyzzy") == set()


def test_search_covers_every_paper_and_stores_no_text_twice(database: sqlite3.Connection) -> None:
    [sql] = database.execute("select sql from sqlite_master where name = 'papers_fts'").fetchone()
    words = [re.escape(column) for column in SEARCH_COLUMNS]
    assert re.search(r"\W+".join(words), sql)
    assert "porter unicode61 remove_diacritics 2" in sql
    assert re.search(r"content=\W?papers\W", sql)
    assert (
        database.execute("select count(*) from papers_fts").fetchone()
        == database.execute("select count(*) from papers").fetchone()
    )


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_runs_and_has_the_declared_columns(database: sqlite3.Connection, view: object) -> None:
    name, columns = getattr(view, "name", ""), getattr(view, "columns", {})
    assert column_names(database, name) == list(columns)
    assert database.execute(f"select count(*) from [{name}]").fetchone()[0] > 0
    assert (VIEW_FOLDER / f"{name}.sql").read_text("utf-8").startswith("-- "), "its first comment says what it is"


def test_topic_years_has_every_topic_and_year_and_sums_to_the_listings(database: sqlite3.Connection) -> None:
    [topics, first, last] = database.execute(
        "select (select count(*) from topics), min(year), max(year) from listings"
    ).fetchone()
    rows = database.execute("select topic_id, year, paper_count from topic_years").fetchall()
    assert len(rows) == topics * (last - first + 1)
    assert 0 in {papers for *_, papers in rows}
    counted = database.execute("select topic, year, count(distinct paper) from listings group by 1, 2").fetchall()
    assert {row for row in rows if row[2]} == set(counted)


def test_coverage_covers_every_column_of_papers_but_its_key(database: sqlite3.Connection) -> None:
    rows = database.execute("select [column], paper_count, filled, missing, share from coverage").fetchall()
    assert [row[0] for row in rows] == [name for name in column_names(database, "papers") if name != "id"]
    for column, papers, filled, missing, share in rows:
        condition = f"[{column}] is not null and [{column}] <> '[]'"
        assert database.execute(f"select count(*) from papers where {condition}").fetchone() == (filled,)
        assert (papers, round(filled / papers, 4)) == (filled + missing, share)


def test_list_entries_is_in_list_order(database: sqlite3.Connection) -> None:
    lines = [row[0] for row in database.execute("select line from list_entries")]
    assert lines == sorted(lines)
    assert len(lines) == database.execute("select entry_count from source").fetchone()[0]


def test_pairs_of_keywords_and_coauthors_agree_with_a_count_in_python(database: sqlite3.Connection) -> None:
    for table, column, view, one, other, both_ways in (
        ("paper_keywords", "keyword", "keyword_pairs", "keyword_id", "other_id", False),
        ("paper_authors", "author", "coauthors", "author_id", "coauthor_id", True),
    ):
        members: dict[str, set[str]] = {}
        for paper, key in database.execute(f"select paper, {column} from {table}"):
            members.setdefault(paper, set()).add(key)
        pairs: dict[tuple[str, str], int] = {}
        for keys in members.values():
            for pair in ((a, b) for a in keys for b in keys if (a != b if both_ways else a < b)):
                pairs[pair] = pairs.get(pair, 0) + 1
        rows = database.execute(f"select {one}, {other}, paper_count from {view}").fetchall()
        assert {(a, b): papers for a, b, papers in rows} == pairs


def test_each_paper_gives_each_of_its_authors_a_weight_of_one(database: sqlite3.Connection) -> None:
    weights = dict(database.execute("select author_id, sum(weight) from coauthors group by author_id"))
    shared = """
        select author, count(*) from paper_authors join papers on papers.id = paper
        where author_count > 1 group by author"""
    expected = dict(database.execute(shared))
    assert weights.keys() == expected.keys()
    assert {key: value for key, value in weights.items() if abs(value - expected[key]) > 0.01} == {}


def test_no_count_has_the_name_of_a_table(database: sqlite3.Connection) -> None:
    """SQLite takes `having papers >= 5` for a column of that name before it takes it for an alias."""
    tables = {table.name for table in TABLES}
    numbers = {
        (table.name, column.name) for table in TABLES for column in table.columns if column.type in (INTEGER, REAL)
    }
    assert {pair for pair in numbers if pair[1] in tables} == set()
    for view in VIEWS:
        for name in tables & set(column_names(database, view.name)):
            found = database.execute(f"select count(*) from {view.name} where typeof({name}) in ('integer', 'real')")
            assert found.fetchone() == (0,), (view.name, name)
    by_pairs = """
        select keywords.name, count(*) as papers
        from keywords
        join paper_keywords on paper_keywords.keyword = keywords.id
        where paper_keywords.paper in (select paper from paper_keywords group by paper having count(*) > 2)
        group by keywords.id
        having papers >= 5"""
    found = database.execute(by_pairs).fetchall()
    assert found and all(papers >= 5 for _, papers in found)


def test_publication_lag_is_venue_year_minus_arxiv_year(database: sqlite3.Connection) -> None:
    rows = database.execute("select submitted, venue_year, lag_years from publication_lag").fetchall()
    assert all(lag == year - int(submitted[:4]) for submitted, year, lag in rows)


def test_every_related_paper_says_what_it_shares(database: sqlite3.Connection) -> None:
    assert database.execute("select count(*) from related where json_array_length(shared) = 0").fetchone() == (0,)
    assert database.execute(
        "select count(*) from related where score <= 0 or score > 1 or paper = related"
    ).fetchone() == (0,)
    assert database.execute("select count(distinct paper) from related").fetchone()[0] > 240


def test_counts_beside_names_are_the_counts_of_the_links(database: sqlite3.Connection) -> None:
    for table, link, column in (
        ("authors", "paper_authors", "author"),
        ("keywords", "paper_keywords", "keyword"),
        ("topics", "listings", "topic"),
        ("venues", "papers", "venue"),
    ):
        paper = "id" if link == "papers" else "paper"
        counted = f"select count(distinct {paper}) from {link} where {column} = {table}.id"
        sql = f"select id, paper_count, ({counted}) from {table}"
        assert [row for row in database.execute(sql) if row[1] != row[2]] == []
