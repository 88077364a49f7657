"""The build command as its users meet it: what it prints, how it ends, what it refuses, what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import pytest
import yaml
from click.testing import CliRunner, Result
from lists import FLAT, NESTED, make_entry, write_list
from sites import ROOT, shorten_edition

import build
from phenomena.reader.limits import MAX_LINE_BYTES, USUAL

GOOD = write_list([make_entry(number) for number in range(1, 4)], NESTED)
LAST = GOOD.count("\n") + 2  # line of the one that is broken
BROKEN = GOOD + "\nA stray line, 100 % lost.\n"  # one problem of severity error
NAMES = ("phenomena.db", "metadata.yml", "inspect-data.json")
COPIED = ("build.py", "phenomena", "queries", "phenomena.md")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command on a list given as text, bytes, path or address; the files go into tmp_path."""

    def start(source: str | bytes | Path, *options: str) -> Result:
        if isinstance(source, bytes) or (isinstance(source, str) and "\n" in source):
            data = source if isinstance(source, bytes) else source.encode()
            source = tmp_path / "list.md"
            source.write_bytes(data)
        targets = ("--database", str(tmp_path / NAMES[0]), "--metadata", str(tmp_path / NAMES[1]))
        return CliRunner().invoke(build.main, [str(source), *targets, *options])

    return start


def refusal(result: Result) -> str:
    """The message of a build that failed: one line, exit code 1, no traceback."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert re.fullmatch(r"build\.py: [^\n]+\n", result.output), result.output
    return result.output.removeprefix("build.py: ").strip()


def problems(folder: Path) -> list[dict[str, object]]:
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute("select * from problems order by id")]


# What it prints


def test_it_prints_a_summary_and_where_the_files_went(run: Run, tmp_path: Path) -> None:
    result = run(BROKEN)
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            "3 papers in 3 entries, 1 topic, 1 year, 4 authors, 2 keywords",
            "problems: 1 error, 0 warnings, 0 info",
            "     1 unexpected-line (error)",
            *(f"wrote {tmp_path / name}" for name in NAMES),
            f"errors in {tmp_path / 'list.md'}:",
            f"  Line {LAST}: this line is not part of any entry. Indent it under one, or delete it.",
        ],
    )


def test_every_error_is_printed_with_its_line_and_remedy_and_nothing_else_is(run: Run, tmp_path: Path) -> None:
    text = BROKEN.replace("- Key Word: ", "- key Word: ", 1) + "\n- [[paper]](ftp://x.example.org)\n"
    result = run(text, "--strict")
    rows = problems(tmp_path)
    errors = [str(row["message"]) for row in rows if row["severity"] == "error"]
    assert len(errors) == 3 < len(rows)
    assert [line[2:] for line in result.output.partition("errors in ")[2].splitlines()[1:]] == errors
    assert result.exit_code == 1


def test_a_list_without_errors_prints_none(run: Run) -> None:
    assert "errors in" not in run(GOOD.replace("- Key Word: ", "- key Word: "), "--strict").output


def test_json_holds_counts_files_and_every_problem(run: Run, tmp_path: Path) -> None:
    found = json.loads(run(BROKEN, "--format", "json").output)
    assert set(found) == {"counts", "files", "notes", "problems", "unread"}
    assert (found["counts"]["papers"], found["counts"]["problems"]) == (3, 1)
    assert found["files"] == [str(tmp_path / name) for name in NAMES]
    assert found["notes"] == []
    assert found["problems"] == problems(tmp_path)


def test_annotations_give_every_problem_its_file_line_and_code(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a,b:c 100%41.md"
    path.write_text(BROKEN.replace("- Key Word: ", "- key Word: ", 1), "utf-8")
    lines = run(path, "--format", "github").output.splitlines()
    pattern = re.compile(r"::(error|warning|notice) file=([^:,]*),line=(\d+),title=([a-z-]+)::(.*)")
    matches = [pattern.fullmatch(line) for line in lines]
    found = [(match[1], unquote(match[2]), int(match[3]), match[4], unquote(match[5])) for match in matches if match]
    levels = {"error": "error", "warning": "warning", "info": "notice"}
    assert len(lines) == 2
    assert found == [
        (levels[str(row["severity"])], str(path), row["line"], row["code"], row["message"])
        for row in problems(tmp_path)
    ]


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BROKEN, 1)])
def test_strict_fails_on_errors_only_and_builds_all_the_same(run: Run, tmp_path: Path, text: str, code: int) -> None:
    result = run(text.replace("- Key Word: ", "- key Word: "), "--strict")
    assert result.exit_code == code
    assert len(problems(tmp_path)) == 3 + code
    assert "wrote" in result.output


@pytest.mark.parametrize("strict", [(), ("--strict",)])
@pytest.mark.parametrize(("text", "errors"), [(GOOD, 0), (BROKEN, 1)])
def test_a_check_prints_what_a_build_does_and_writes_nothing(
    run: Run, tmp_path: Path, text: str, errors: int, strict: tuple[str, ...]
) -> None:
    checked = run(text, "--check", *strict)
    assert [path.name for path in tmp_path.iterdir()] == ["list.md"]
    built = run(text, *strict)
    said = [line for line in built.output.splitlines() if not line.startswith("wrote ")]
    assert (checked.exit_code, checked.output.splitlines()) == (built.exit_code, said)
    assert checked.exit_code == (errors if strict else 0)


def test_a_check_leaves_old_files_alone(run: Run, tmp_path: Path) -> None:
    run(GOOD)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    (tmp_path / "other.md").write_text(BROKEN, "utf-8")
    assert run(tmp_path / "other.md", "--check", "--strict").exit_code == 1
    (tmp_path / "other.md").unlink()
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("style", ["json", "github"])
def test_a_check_has_every_format(run: Run, style: str) -> None:
    checked, built = (run(BROKEN, "--format", style, *options).output for options in (("--check",), ()))
    if style == "json":
        assert json.loads(checked) == {**json.loads(built), "files": []}
    else:
        assert checked == built


def test_a_check_refuses_what_a_build_refuses(run: Run, tmp_path: Path) -> None:
    example = "Write each as `- Title [[paper]](https://...)` under a `## Topic`."
    message = f"{tmp_path / 'list.md'}: holds no paper. {example}"
    assert refusal(run("# A List\n", "--check")) == refusal(run("# A List\n")) == message
    assert refusal(run(tmp_path / "none.md", "--check")).endswith("Give the path or the http(s) address of a list.")


LOST = {
    "table": ("| Paper | Link |\n| --- | --- |\n", "| Paper {0} | [pdf](https://arxiv.org/abs/2201.{0:05}) |\n"),
    "paragraphs": ("", "**Paper {0}**, [pdf](https://arxiv.org/abs/2201.{0:05})\n"),
    "HTML": ("<table>\n", '<tr><td><a href="https://arxiv.org/abs/2201.{0:05}">Paper {0}</a></td></tr>\n'),
    "contents": ("## Contents\n\n### Grokking\n\n", "Paper {0}: https://arxiv.org/abs/2201.{0:05}\n"),
}


@pytest.mark.parametrize(("head", "row"), LOST.values(), ids=LOST)
def test_a_list_in_another_form_fails_with_an_error_for_each_paper(
    run: Run, tmp_path: Path, head: str, row: str
) -> None:
    before = f"{GOOD}\n## Other Topic\n\n{head}"
    assert run(before + "".join(map(row.format, range(415))), "--strict").exit_code == 1
    found = [(row["line"], row["code"]) for row in problems(tmp_path) if row["severity"] == "error"]
    first = before.count("\n") + 1
    assert found == [(line, "unexpected-line") for line in range(first, first + 415)]


@pytest.mark.parametrize("options", [("--format", "xml"), ("--no-such-option",), ("two", "lists"), ("--database", "")])
def test_wrong_usage_ends_with_two(run: Run, options: tuple[str, ...]) -> None:
    result = run(GOOD, *options)
    assert result.exit_code == 2
    assert "Usage:" in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--database", ""),
            "Invalid value for '--database': '.' is not a file name. Give the path of a file to write.",
        ),
        (("--check", "--bundle", "x"), "--check writes nothing, and --bundle writes a zip. Leave one of them out."),
        (("--guess", "--strict"), "--guess only prints a draft. Leave --database out."),
        (
            ("--dialect", "columns", "--history", "."),
            "--history reads revisions in this repository's format. Leave --dialect out.",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused_with_what_to_do(
    run: Run, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    result = run(GOOD, *options)
    assert (result.exit_code, result.output.splitlines()[-1]) == (2, f"Error: {message}")
    assert [path.name for path in tmp_path.iterdir()] == ["list.md"]


HELP = """\
Usage: build.py [OPTIONS] [LIST]

  Build a SQLite database and its Datasette metadata from a list of papers.

  LIST is the path or the http(s) address of a markdown list, or a .toml file
  that declares several. Without it, it is phenomena.md, this repository's.

  Examples:
    build.py                             phenomena.db and metadata.yml
    build.py README.md --check           report a list's problems
    build.py README.md --database x.db   x.db and x.metadata.yml
    build.py README.md --guess           draft a dialect for another format
    build.py README.md --dialect x.toml  read the list by a dialect
    build.py --bundle dist               also a zip of all formats
    build.py README.md --history .       also how the list grew, by commit
    build.py README.md --place           also the papers' positions on a map

  inspect-data.json is written beside the database, and keeps its entries for
  other databases there. All files are replaced together, or none is.

  A dialect declares how a list writes its entries: docs/dialects.md. --guess
  prints a draft of one and entries to check, and writes nothing.

  --history writes LIST's name with .history.csv beside it, and --place with
  .positions.csv. Later builds find these files there. A paper that is new in
  LIST is put beside its related papers, and moves no other.

  --parquet DIR writes all tables as Parquet, in folders of their names, for a
  collection too large for one SQLite file; a database is then only written if
  --database names it. With --scheduler, the workers of a Dask cluster read the
  lists, which each must find under the same path or address: docs/scale.md.

  A list may have 6,000 entries and, for each of them, 10 authors and keywords,
  10 lines and 833 bytes. --max-entries raises all four; use it with a list that
  you trust, since a build takes time and memory in proportion.

  Exit code:
    0  built, or checked
    1  the list can't be read, holds no paper or, with --strict, has errors
    2  wrong usage

Options:
  --database FILE                 Database to write, by default phenomena.db.
  --metadata FILE                 Metadata to write, by default beside it.
  --bundle DIRECTORY              Folder for a zip of all formats.
  --parquet DIRECTORY             Folder for all tables as Parquet; a database
                                  only if named.
  --scheduler ADDRESS             Dask scheduler whose workers read LIST.
  --history REPOSITORY            Git repository of LIST, by path or address.
  --dialect FILE                  How LIST writes its entries: a file, or a
                                  preset's name.
  --guess                         Write nothing, only print a draft of a dialect
                                  for LIST.
  --place                         Recompute all papers' positions on the map.
  --max-entries N                 Entries to allow, by default 6000.  [x>=1]
  --check                         Write nothing, only report problems of LIST.
  --baseline OTHER                With --check, report only problems that this
                                  version of LIST lacks.
  --strict                        Exit with 1 when LIST has errors.
  --format [text|json|github|comment]
                                  What to print, by default text.
  -h, --help                      Show this message and exit.
"""


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_is_this_text_on_a_page_of_eighty_columns(option: str) -> None:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(build.main, [option], prog_name="build.py")
    assert (result.exit_code, result.output) == (0, HELP)
    assert max(map(len, HELP.splitlines())) <= 80


# Lists in other formats

OTHER = "# Sea\n\n## Tides\n\n" + "".join(
    f"- **Paper {n}** (2022), Ann Lee and Bo Chen [[pdf]](https://example.org/{n})\n" for n in range(1, 10)
)
DIALECT = 'unit = "bullet"\nentry = "**{title}** ({year}), {authors} {links}"\n'


def test_a_list_in_another_format_is_built_by_its_dialect(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(DIALECT)
    result = run(OTHER, "--dialect", str(tmp_path / "x.toml"), "--strict")
    assert (result.exit_code, result.output.splitlines()[:2]) == (
        0,
        ["9 papers in 9 entries, 1 topic, 1 year, 2 authors, 0 keywords", "problems: 0 errors, 0 warnings, 0 info"],
    )
    with closing(sqlite3.connect(tmp_path / "phenomena.db")) as database:
        rows = database.execute("select line, topic, year, title, authors, paper_url from list_entries").fetchall()
    assert rows[0] == (5, "Tides", 2022, "Paper 1", '["Ann Lee", "Bo Chen"]', "https://example.org/1")
    assert len(rows) == 9


def test_a_preset_is_given_by_its_name(run: Run) -> None:
    result = run(OTHER, "--dialect", "quoted-title", "--check")
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "9 papers in 9 entries, 1 topic, 1 year, 2 authors, 0 keywords",
    )


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_dialect_that_does_not_fit_builds_nothing_and_shows_five_lines(
    run: Run, tmp_path: Path, options: tuple[str, ...]
) -> None:
    result = run(OTHER, "--dialect", "title-is-link", *options)
    first, *lines = result.output.splitlines()
    assert (result.exit_code, [path.name for path in tmp_path.iterdir()]) == (1, ["list.md"])
    assert first.startswith(
        f"build.py: {tmp_path / 'list.md'}: the dialect matches 0 of 9 entries and lines with a link"
    )
    assert lines == [f"  line {line}: {OTHER.splitlines()[line - 1][2:]}" for line in range(5, 10)]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.toml", None, "x.toml: can't be read (No such file or directory). Check the path."),
        ("x.toml", "unit = 7\n", "x.toml, line 1: unit must be a string."),
        ("nothing", None, "nothing: no such dialect. Give the path of a .toml file, or one of bold-title-lines, "),
    ],
)
def test_a_dialect_that_can_not_be_used_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if text:
        (tmp_path / name).write_text(text)
    assert refusal(run(OTHER, "--dialect", name)).startswith(message)
    assert not (tmp_path / "phenomena.db").exists()


def test_a_guess_prints_a_dialect_that_builds_and_writes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "list.md"
    source.write_text(OTHER)
    drafted = CliRunner().invoke(build.main, [str(source), "--guess"])
    assert (drafted.exit_code, [path.name for path in tmp_path.iterdir()]) == (0, ["list.md"])
    (tmp_path / "x.toml").write_text(drafted.output)
    checked = CliRunner().invoke(build.main, [str(source), "--dialect", str(tmp_path / "x.toml"), "--check"])
    assert checked.output.splitlines()[0] == "9 papers in 9 entries, 1 topic, 1 year, 2 authors, 0 keywords"


@pytest.mark.parametrize("option", ["--check", "--place", "--dialect=columns", "--format=json", "--history=."])
def test_a_guess_takes_no_other_option(tmp_path: Path, option: str) -> None:
    source = tmp_path / "list.md"
    source.write_text(OTHER)
    result = CliRunner().invoke(build.main, [str(source), "--guess", option])
    message = f"Error: --guess only prints a draft. Leave {option.partition('=')[0]} out."
    assert (result.exit_code, result.output.splitlines()[-1]) == (2, message)


# What it refuses

REFUSED = (
    (b"", r"list\.md: holds no paper\. Write each as .*"),
    (b"# A List\n\nNothing yet.\n", r"list\.md: holds no paper\. Write each as .*"),
    (GOOD.encode() + b"caf\xe9\n", rf"list\.md, line {GOOD.count(chr(10)) + 1}: is not UTF-8\. .*"),
    (GOOD.encode("utf-16"), r"list\.md, line 1: is not UTF-8\. .*"),
    (b"# A\r\rList\r\n\x00", r"list\.md, line 4: has a NUL byte\. .*"),
    (b"a\n" + b"x" * (MAX_LINE_BYTES + 1), r"list\.md, line 2: is over 20 KB\. .*"),
    (b"a\n" + "é".encode() * (MAX_LINE_BYTES // 2 + 1), r"list\.md, line 2: is over 20 KB\. .*"),
    (b"\n" * (USUAL.bytes + 1), r"list\.md: is over 5 MB, .*"),
    (b"\n" * (USUAL.lines + 1), r"list\.md: is over 60,000 lines\. .*"),
    (b"- A [[paper]](http://x.org)\n" * 6001, r"list\.md, line 6001: holds over 6,000 entries\. .*"),
    (b"- A [[p]](http://x.org)\n- Key Word: %s\n\n" % (b"k;" * 6001) * 10, r"list\.md, line 28: holds over 60,000 .*"),
)  # fmt: skip


@pytest.mark.parametrize(("data", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_a_list_that_breaks_a_limit_is_refused_and_old_files_stay(
    run: Run, tmp_path: Path, data: bytes, message: str
) -> None:
    assert run(GOOD).exit_code == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name in NAMES}
    assert re.search(message, refusal(run(data or b"\n")))
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "list.md"}
    assert after == before


RAISE = "or raise --max-entries."
ENTRY = b"- A [[paper]](http://x.org)\n"
NAMED = b"- A [[p]](http://x.org)\n- Key Word: " + b"k;" * 11 + b"\n\n"
SMALLER = (  # than --max-entries 1 allows
    (ENTRY * 2, f"list.md, line 2: holds over 1 entries. Split it into several lists, {RAISE}"),
    (NAMED, f"list.md, line 1: holds over 10 authors and keywords. Split it into several lists, {RAISE}"),
    (b"\n" * 11, f"list.md: is over 10 lines. Split it into several lists, {RAISE}"),
    (b"x" * 834, f"list.md: is over 0.000833 MB, more than a list of 1 papers. Check the path, {RAISE}"),
)


@pytest.mark.parametrize(("data", "message"), SMALLER, ids=["entries", "names", "lines", "bytes"])
def test_all_limits_follow_from_the_entries_to_allow(run: Run, data: bytes, message: str) -> None:
    assert refusal(run(data, "--max-entries", "1")).endswith(message)
    assert message not in run(data, "--max-entries", "2").output


def test_a_bigger_list_is_read_only_in_the_build_that_allows_it(run: Run) -> None:
    many = ENTRY * (USUAL.entries + 1)
    assert "holds over 6,000 entries" in refusal(run(many, "--check"))
    allowed = run(many, "--check", "--max-entries", "7000")
    assert (allowed.exit_code, allowed.output.splitlines()[0]) == (
        0,
        "1 paper in 6001 entries, 0 topics, 0 years, 0 authors, 0 keywords",
    )
    assert "holds over 6,000 entries" in refusal(run(many, "--check"))


@pytest.mark.parametrize("number", ["0", "-1", "many", "1.5"])
def test_what_is_no_number_of_entries_is_wrong_usage(run: Run, number: str) -> None:
    assert run(GOOD, "--max-entries", number).exit_code == 2


def test_a_line_and_a_list_at_the_limit_are_read(run: Run) -> None:
    count, rest = divmod(USUAL.bytes - len(GOOD), MAX_LINE_BYTES + 1)
    text = ("x" * MAX_LINE_BYTES + "\n") * count + "y" * (rest - 1) + "\n" + GOOD
    assert len(text) == USUAL.bytes
    assert run(text).exit_code == 0


def test_a_missing_file_and_a_folder_are_refused(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "none.md"
    assert refusal(run(missing)) == f"{missing}: no such file. Give the path or the http(s) address of a list."
    assert refusal(run(tmp_path)) == f"{tmp_path}: is a folder. Give the path of the list inside it."
    assert list(tmp_path.iterdir()) == []


# Addresses


class Lists(BaseHTTPRequestHandler):
    """A small web site of lists."""

    bodies: ClassVar = {
        "/list.md": GOOD.encode(),
        "/latin.md": b"caf\xe9",
        "/big.md": b"x\n" * USUAL.bytes,
        "/": GOOD.encode(),
        "/%E2%80%AElist.md": GOOD.encode(),
    }
    redirects: ClassVar = {"/moved.md": "/list.md", "/loop.md": "/loop.md", "/away.md": "ftp://x.example.org/list.md"}

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in self.redirects:
            self.send_response(302)
            self.send_header("Location", self.redirects[path])
            self.end_headers()
        elif path in self.bodies:
            self.send_response(200)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # the reader stops at its limit
                self.wfile.write(self.bodies[path])
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Lists)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize(
    ("path", "name"), [("/list.md?raw=1", "list.md"), ("/moved.md", "moved.md"), ("/", "127.0.0.1:{}")]
)
def test_a_list_is_read_from_an_address(run: Run, tmp_path: Path, address: str, path: str, name: str) -> None:
    assert run(address + path).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "phenomena.db")) as database:
        row = database.execute("select name, url, bytes, paper_count from source").fetchone()
    assert row == (name.format(address.rpartition(":")[2]), address + path, len(GOOD.encode()), 3)


def test_a_list_from_an_address_has_the_same_limits(run: Run, address: str) -> None:
    refused = refusal(run(f"{address}/list.md", "--max-entries", "2"))
    assert refused == "list.md: is over 20 lines. Split it into several lists, or raise --max-entries."
    assert run(f"{address}/list.md", "--max-entries", "3").exit_code == 0


def test_an_address_is_stored_without_characters_that_do_not_show(run: Run, tmp_path: Path, address: str) -> None:
    assert run(f"{address}/\u202elist.md").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "phenomena.db")) as database:
        row = database.execute("select name, url, title from source").fetchone()
    assert row == ("list.md", f"{address}/%E2%80%AElist.md", "A List")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/none.md", "the server answered 404. Check the address."),
        ("/loop.md", "can't be fetched (Exceeded maximum allowed redirects.). Check the address and the network."),
        ("/away.md", "can't be fetched"),
        ("/latin.md", "latin.md, line 1: is not UTF-8. Save the list as UTF-8."),
        ("/big.md", "big.md: is over 5 MB, more than a list of 6,000 papers. Check the path, or raise --max-entries."),
    ],
)
def test_an_address_without_a_list_is_refused(run: Run, tmp_path: Path, address: str, path: str, message: str) -> None:
    assert message in refusal(run(address + path))
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_nobody_answers_or_that_is_none_is_refused(run: Run) -> None:
    with socket.socket() as taken:  # bound, but it doesn't listen
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert "can't be fetched" in refusal(run(f"http://127.0.0.1:{port}/list.md"))
    assert refusal(run("http://[/list.md")).startswith("http://[/list.md: ")
    assert "no such file" in refusal(run("ftp://x.example.org/list.md"))


# The same list, the same files


def build_copy(folder: Path, seed: str, text: str | None = None) -> Path:
    """Run `python build.py` with no argument in a copy of the project, as a process of its own."""
    folder.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    if text is not None:
        (folder / "phenomena.md").write_text(text, "utf-8", newline="")
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, str(folder / "build.py")]
    done = subprocess.run(command, cwd=folder.parent, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


# A build to another place


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with its usual files, built from a small list; to be copied."""
    return build_copy(tmp_path_factory.mktemp("built") / "home", "0", GOOD)


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "home")


def build_there(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the project's own `python build.py` on another list."""
    (home.parent / "other.md").write_text(BROKEN, "utf-8")
    command = [sys.executable, str(home / "build.py"), str(home.parent / "other.md"), *options]
    return subprocess.run(command, cwd=home.parent, capture_output=True, text=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_build_into_another_folder_writes_only_there(home: Path, tmp_path: Path) -> None:
    before = contents(home)
    away = tmp_path / "away"
    away.mkdir()
    assert build_there(home, "--database", str(away / "x.db")).returncode == 0
    assert contents(home) == before
    assert sorted(contents(away)) == ["inspect-data.json", "x.db", "x.metadata.yml"]
    assert list(json.loads((away / "inspect-data.json").read_text())) == ["x"]
    assert list(yaml.safe_load((away / "x.metadata.yml").read_text())["databases"]) == ["x"]


def test_a_usual_name_in_another_folder_has_its_usual_metadata(home: Path, tmp_path: Path) -> None:
    before = contents(home)
    away = tmp_path / "away"
    away.mkdir()
    assert build_there(home, "--database", str(away / NAMES[0])).returncode == 0
    assert contents(home) == before
    assert sorted(contents(away)) == sorted(NAMES)


@pytest.mark.parametrize("place", ["m.yml", "../m.yml"])
def test_metadata_alone_is_refused_elsewhere(home: Path, place: str) -> None:
    before = contents(home)
    done = build_there(home, "--metadata", str(home / place))
    message = "--metadata alone leaves phenomena.db with old metadata. Give --database too."
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, f"Error: {message}")
    assert contents(home) == before
    assert build_there(home, "--metadata", str(home / NAMES[1])).returncode == 0


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        return list(database.iterdump())


def test_two_builds_give_the_same_files_whatever_the_folder_and_hash_seed(tmp_path: Path) -> None:
    one = build_copy(tmp_path / "one", "1")
    two = build_copy(tmp_path / "a longer name" / "two", "2")
    assert dump(one) == dump(two)
    for name in NAMES:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_line_ends_and_a_byte_order_mark_change_no_file(tmp_path: Path) -> None:
    text = shorten_edition(tmp_path, 4).read_text("utf-8")
    plain = build_copy(tmp_path / "plain", "0", text)
    changed = build_copy(tmp_path / "changed", "0", "\ufeff" + text.replace("\n", "\r\n"))
    for name in NAMES:
        assert (plain / name).read_bytes() == (changed / name).read_bytes(), name


def test_both_dialects_give_the_same_papers(run: Run, tmp_path: Path) -> None:
    entries = [make_entry(number) for number in range(1, 9)]
    found = []
    for style in (FLAT, NESTED):
        assert run(write_list(entries, style)).exit_code == 0
        found.append([line for line in dump(tmp_path) if not re.match(r'INSERT INTO ("source"|"lists"|sqlite_)', line)])
    assert found[0] == found[1]
