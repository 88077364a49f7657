"""What an answer's ETag depends on, how a client's tags are read, and which SQL gives the same whenever it is run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from page_kinds import fetch
from phenomena_web.answers.statements import lasts, may_change
from phenomena_web.answers.tags import accepts_gzip, hash_site, is_among, make_tag
from sites import ROOT, SERVED, open_site

TAG = b'W/"0123456789abcdef"'
OWN_SQL = re.compile(r"random|current_(date|time)|'now'|\b(?:date|time|julianday|unixepoch)\s*\(\s*\)", re.IGNORECASE)


@pytest.mark.parametrize(
    ("listed", "is_known"),
    [
        (b'W/"0123456789abcdef"', True),
        (b'"0123456789abcdef"', True),
        (b'W/"other", W/"0123456789abcdef"', True),
        (b'"a,b",W/"0123456789abcdef" , "c"', True),
        (b"", False),
        (b"*", False),
        (b'W/"other"', False),
        (b'"0123456789ABCDEF"', False),
        (b"0123456789abcdef", False),
        (b'W/"0123456789abcdef', False),
        (b'"x0123456789abcdef"', False),
        (b'"\x000123456789abcdef"', False),
    ],
)
def test_the_tags_of_a_client(listed: bytes, is_known: bool) -> None:
    assert is_among(TAG, listed) == is_known


@pytest.mark.parametrize(
    ("accepted", "is_taken"),
    [
        (b"gzip", True),
        (b"br, GZIP;q=0.1", True),
        (b"x-gzip", True),
        (b"gzip;q=1.0, *;q=0", True),
        (b"", False),
        (b"identity", False),
        (b"br, zstd", False),
        (b"gzip;q=0", False),
        (b"gzip ; q = 0.000", False),
        (b"not-gzip", False),
    ],
)
def test_the_encodings_of_a_client(accepted: bytes, is_taken: bool) -> None:
    assert accepts_gzip(accepted) == is_taken


def test_parts_of_an_address_are_kept_apart() -> None:
    site, addresses = b"s" * 32, [(b"/a", b""), (b"/a", b"b"), (b"/ab", b""), (b"/", b"ab"), (b"/a', b'b", b"")]
    tags = {make_tag(site, *address, encoding) for address in addresses for encoding in (b"gzip", b"identity")}
    assert len(tags) == 2 * len(addresses)
    assert all(re.fullmatch(rb'W/"[0-9a-f]{32}"', tag) for tag in tags)
    assert make_tag(b"t" * 32, b"/a", b"", b"gzip") not in tags


def copy_site(folder: Path, place: Path) -> Path:
    """A folder with the same build and links to the same code, to be changed."""
    place.mkdir()
    for name in ("phenomena.db", "metadata.yml", "inspect-data.json"):
        shutil.copy(folder / name, place)
    if (folder / "dist").exists():
        shutil.copytree(folder / "dist", place / "dist")
    for name in SERVED:
        (place / name).symlink_to(ROOT / name)
    return place


def test_a_site_is_known_by_its_build_its_code_its_settings_and_its_address(
    short: Path, old_and_new: dict[str, Path], tmp_path: Path
) -> None:
    same = copy_site(short, tmp_path / "same")
    rebuilt = copy_site(old_and_new["new"], tmp_path / "rebuilt")
    changed = copy_site(short, tmp_path / "changed")
    (changed / "templates").unlink()
    shutil.copytree(ROOT / "templates", changed / "templates")
    (changed / "templates" / "about.html").write_text("changed")
    unarchived = copy_site(short, tmp_path / "unarchived")
    shutil.rmtree(unarchived / "dist")
    first = hash_site(open_site(short), None)
    assert first and len(first) == 32
    assert hash_site(open_site(same), None) == first
    others = [
        hash_site(open_site(rebuilt), None),
        hash_site(open_site(changed), None),
        hash_site(open_site(unarchived), None),
        hash_site(open_site(short), ("https", "papers.example.org")),
        hash_site(Datasette(config_dir=short, settings={"max_returned_rows": 7}), None),
    ]
    assert len({first, *others}) == 6 and None not in others


def test_where_files_may_change_meanwhile_nothing_has_a_tag(short: Path, tmp_path: Path) -> None:
    assert hash_site(Datasette(config_dir=short, cache_headers=False), None) is None
    mutable = copy_site(short, tmp_path / "mutable")
    (mutable / "inspect-data.json").unlink()
    assert hash_site(Datasette(config_dir=mutable), None) is None


@pytest.mark.parametrize(
    "sql",
    [
        "select random()",
        "select abs(Random())",
        "select hex(randomblob(4))",
        "select current_timestamp",
        "select CURRENT_DATE",
        "select date('now')",
        "select date ()",
        'select "date"()',
        "select [time] ()",
        "select date/**/('now')",
        "select date -- of today\n('now')",
        "select date\ufeff('now')",
        "select DateTime('now')",
        "select julianday('now') - julianday(submitted) from papers",
        "select strftime('%s')",
        "select unixepoch()",
        "select timediff('now', submitted) from papers",
        "select changes(), total_changes()",
        "select last_insert_rowid()",
        "select * from pragma_data_version",
        "select :_now_epoch",
    ],
)
def test_sql_that_may_give_something_else_the_next_time(sql: str) -> None:
    assert may_change(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select title, year from papers order by year limit 10",
        "select date, kind from changes where paper = :paper",
        "select count(*) from changes",
        "select title from papers where title like '%knowledge%'",
        "select max(date), min(time) from changes where (date > '2020')",
        "select 'up to date', (select 1)",
    ],
)
def test_sql_that_gives_the_same(sql: str) -> None:
    assert not may_change(sql)


def test_a_long_statement_is_judged_at_once() -> None:
    """In quadratic time, none of these would be judged before the tests are given up."""
    for piece in ("date ", "date!", "date(", "changes \n", ":", "-", "time/"):
        assert may_change(piece * (200_000 // len(piece)) + "random()")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "is_lasting"),
    [
        ("", True),
        ("_search=random+features", True),
        ("title__contains=current_date", True),
        ("sql=select+1", True),
        ("sql=select+random()", False),
        ("sql=select+r%61ndom()", False),
        ("sql=select+:a&a=random", False),
        ("_where=added+<+date('now')", False),
        ("_where=year=2020", True),
        ("_unheard_of=random()", False),
    ],
)
async def test_only_the_sql_of_visitors_is_judged(short_site: Datasette, query: str, is_lasting: bool) -> None:
    await short_site.invoke_startup()
    assert lasts(short_site, query) == is_lasting


def test_the_own_sql_of_the_site_depends_on_the_build_alone(short: Path, short_site: Datasette) -> None:
    queries: dict[str, Any] = short_site.metadata("queries", database="phenomena")
    views = fetch(short, "select name, sql from sqlite_master where type = 'view'")
    own = {
        **{name: query["sql"] for name, query in queries.items()},  # where Datasette gives :_now_epoch a value
        **{str(view["name"]): str(view["sql"]) for view in views},
        **{path.name: path.read_text("utf-8") for path in (ROOT / "templates" / "sql").glob("*.sql")},
    }
    assert len(own) > 50
    assert [name for name, sql in own.items() if OWN_SQL.search(sql)] == []
    assert [name for name, query in queries.items() if ":_" in query["sql"]] == []
