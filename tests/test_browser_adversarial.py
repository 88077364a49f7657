"""Adversarial values in every text column, on every kind of page, in a browser: none runs, none breaks the policy."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from browsing import visiting
from page_kinds import TABLES, VIEWS, fetch, find_page_kinds, row_path
from playwright.sync_api import Browser
from sites import make_folder

LINKS = (
    "javascript:ran.push(6)",
    "JaVaScRiPt:ran.push(7)//https://example.org",
    "data:text/html,<script>opener.ran.push(8)</script>",
)
MARKUP = (
    "<script>ran.push(1)</script>",
    "</script><script>ran.push(2)</script>",
    '"><img src=x onerror=ran.push(3)>',
    "'><svg onload=ran.push(4)>",
    "<iframe srcdoc='<script>parent.ran.push(5)</script>'>",
    "{{ 7 * 7 }}{% raw %}",
    "</title><script>ran.push(9)</script>",
    "</pre></details></main><script>ran.push(10)</script>",
    "--><script>ran.push(11)</script><!--",
    "<base href='https://example.org/'>",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    "<style>body{display:none}</style>",
    "<a href='javascript:ran.push(12)' autofocus onfocus=ran.push(13)>x</a>",
    "«<img src=x onerror=ran.push(14)>»",
    "\\u003cscript\\u003eran.push(15)\\u003c/script\\u003e",
    "&lt;script&gt;ran.push(16)&lt;/script&gt;",
    "]]><script>ran.push(17)</script>",
)
# A link is one only if it is the whole value; markup that breaks out does so beside other markup too, in short cells.
VALUES = (*LINKS, *(" ".join(MARKUP[first::6]) for first in range(6)))
FOUND = """() => ({
    ran,
    foreign: [...document.querySelectorAll('main base, main iframe, main img')].map(one => one.outerHTML),
    schemes: [...document.querySelectorAll('a[href]')].map(
        link => new URL(link.getAttribute('href'), document.baseURI).protocol),
})"""  # one question, for each goes through three processes


def adversarial_list() -> str:
    """One entry a value, which stands in all of its fields."""
    entries = (
        f"- {value} {number} [[paper]](javascript:ran.push(0)) [[code]](https://example.org/{number})\n"
        f"  - {value} Author. *{value} 2023*\n  - Key Word: {value}; neural.\n"
        f"  - <details><summary>Digest</summary> neural {value} [link](javascript:ran.push(0)) </details>\n"
        for number, value in enumerate((*LINKS, *MARKUP))
    )
    return f"# {MARKUP[0]}\n\n## {MARKUP[2]}\n\n### {MARKUP[2]}: 2023\n\n{''.join(entries)}"


def fill_columns(folder: Path) -> int:
    """Write the values into every text column but keys, in turn, arrays as arrays; gives the number of columns."""
    filled = 0
    with closing(sqlite3.connect(folder / "phenomena.db", isolation_level=None)) as database:
        for table in TABLES:
            keys = {row[3] for row in database.execute(f"pragma foreign_key_list({table})")}
            for _, name, kind, _, _, primary in database.execute(f"pragma table_info({table})").fetchall():
                if kind != "TEXT" or primary or name in keys | {"content_sha256", "csl"}:
                    continue
                filled += 1
                rowids = [row[0] for row in database.execute(f"select rowid from {table} order by rowid")]
                for number, rowid in enumerate(rowids):
                    value = VALUES[number % len(VALUES)] + (str(rowid) if name == "citekey" else "")
                    [old] = database.execute(f"select {name} from {table} where rowid = ?", [rowid]).fetchone()
                    new = json.dumps([value]) if str(old).startswith("[") else value
                    database.execute(f"update {table} set {name} = ? where rowid = ?", [new, rowid])
    inspected = json.loads((folder / "inspect-data.json").read_text())
    inspected["phenomena"]["hash"] = hashlib.sha256((folder / "phenomena.db").read_bytes()).hexdigest()
    inspected["phenomena"]["size"] = (folder / "phenomena.db").stat().st_size
    (folder / "inspect-data.json").write_text(json.dumps(inspected))
    return filled


@pytest.fixture(scope="module")
def adversarial_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("adversarial")
    (place / "list.md").write_text(adversarial_list())
    (place / "list.positions.csv").write_text("paper,x,y,cluster\n")  # so it has a map
    folder = make_folder(place / "site", place / "list.md")
    assert fill_columns(folder) > 40
    return folder


def test_no_value_of_any_column_runs_on_any_page(
    browser: Browser, adversarial_folder: Path, serve: Callable[[Path], str]
) -> None:
    kinds = dict(find_page_kinds(adversarial_folder))
    del kinds["new in the fullest year"]  # the days hold none
    paths = set(kinds.values()) | {f"/phenomena/{name}" for name in (*TABLES, *VIEWS)}
    for table in ("papers", "topics", "authors", "keywords", "venues", "problems"):
        first = fetch(adversarial_folder, f"select id from {table} order by rowid limit {len(VALUES)}")
        paths |= {row_path(table, row["id"]) for row in first}
    found = []
    with visiting(browser, serve(adversarial_folder), is_new=True) as visit:
        visit.page.add_init_script("window.ran = []")
        visit.page.on("dialog", lambda dialog: found.append(("dialog", dialog.message)))
        for path in sorted(paths):
            assert visit.go(path) == 200, path
            answer = visit.page.evaluate(FOUND)
            found += [(path, one) for one in (*answer["ran"], *answer["foreign"])]
            found += [(path, one) for one in set(answer["schemes"]) - {"http:", "https:"}]
    assert found == []
    assert (visit.errors, visit.strangers) == ([], [])
