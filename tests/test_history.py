"""How a list grew: revisions of a git repository to changes, the history file, and what the database makes of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sites import ROOT

import build
from phenomena.papers.changes import Change, history_path, read_changes, write_changes
from phenomena.papers.history import make_history
from phenomena.reader.drafts import Entry
from phenomena.reader.limits import USUAL
from phenomena.reader.revisions import GitError, Revision, open_repository, read_entries, read_revisions
from phenomena.reader.source import ListError

HOUR = 3_600
Commit = Callable[..., None]


def entry(number: int, title: str | None = None, topic: str = "Topic", **facts: object) -> str:
    """One entry as a list writes it, under its topic."""
    url = facts.get("url", f"https://arxiv.org/abs/2201.{number:05}")
    link = f" [[paper]]({url})" if url else ""
    digest = facts.get("digest", "The text.")
    return (
        f"## {topic}\n\n### {topic}: {facts.get('year', 2022)}\n\n- {title or f'Paper Number {number}'}.{link}\n"
        f"  - {facts.get('authors', 'Ann Lee')}.\n  - Key Word: One.\n  - Digest: {digest}\n\n"
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def git(folder: Path, *arguments: str, **variables: str) -> str:
    names = {f"GIT_{role}_{what}": "list" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, **variables}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, day: str, text: str | bytes | None, name: str = "README.md") -> str:
    """Commit the list as of a moment such as `2022-05-01T12:00:00+0000`; gives the abbreviated hash."""
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=A revision", GIT_AUTHOR_DATE=day, GIT_COMMITTER_DATE=day)
    return git(folder, "rev-parse", "--short", "HEAD").strip()


def history(folder: Path, name: str = "README.md") -> list[Change]:
    return make_history(read_revisions(str(folder), name))


def rows(changes: Sequence[Change]) -> list[tuple[str | None, ...]]:
    """Changes without their revision."""
    return [(c.date, c.paper, c.title, c.section, c.kind, c.field, c.old, c.new) for c in changes]


# From a repository


def test_every_kind_of_change_with_its_values(repository: Path) -> None:
    one, two, three = (f"arxiv-2201-0000{number}" for number in (1, 2, 3))
    first = commit(repository, "2022-05-01T12:00:00+0000", entry(1) + entry(2))
    commit(repository, "2022-05-02T12:00:00+0000", entry(2, digest="Another.") + entry(1, "Paper Nr 1") + entry(3))
    last = commit(repository, "2022-05-03T23:30:00-0500", entry(1, "Paper Nr 1", "Other") + entry(3, authors="Bo Li"))
    found = history(repository)
    assert rows(found) == [
        ("2022-05-01", one, "Paper Number 1", "Topic", "added", None, None, None),
        ("2022-05-01", two, "Paper Number 2", "Topic", "added", None, None, None),
        ("2022-05-02", two, "Paper Number 2", "Topic", "changed", "digest", None, None),
        ("2022-05-02", one, "Paper Nr 1", "Topic", "changed", "title", "Paper Number 1", "Paper Nr 1"),
        ("2022-05-02", three, "Paper Number 3", "Topic", "added", None, None, None),
        ("2022-05-03", two, "Paper Number 2", "Topic", "removed", None, None, None),
        ("2022-05-03", one, "Paper Nr 1", "Other", "moved", "topic", "Topic", "Other"),
        ("2022-05-03", three, "Paper Number 3", "Topic", "changed", "authors", "Ann Lee", "Bo Li"),
    ]
    assert (found[0].revision, found[-1].revision) == (first, last)


def test_a_paper_keeps_its_identity_when_its_title_is_corrected_or_a_link_is_added(repository: Path) -> None:
    commit(repository, "2022-05-01T12:00:00+0000", entry(1, "A Papr on Grokking", url=None))
    commit(repository, "2022-05-02T12:00:00+0000", entry(1, "A Paper on Grokking", url=None))
    commit(repository, "2022-05-03T12:00:00+0000", entry(1, "A Paper on Grokking"))
    assert [(c.paper, c.kind, c.field, c.new) for c in history(repository)] == [
        ("arxiv-2201-00001", "added", None, None),
        ("arxiv-2201-00001", "changed", "title", "A Paper on Grokking"),
        ("arxiv-2201-00001", "changed", "paper_url", "https://arxiv.org/abs/2201.00001"),
    ]


def test_titles_that_are_less_alike_are_two_papers(repository: Path) -> None:
    commit(repository, "2022-05-01T12:00:00+0000", entry(1, "Grokking in Transformers", url=None))
    commit(repository, "2022-05-02T12:00:00+0000", entry(1, "Grokking and Weight Decay", url=None))
    assert [(c.paper, c.kind) for c in history(repository)] == [
        ("grokking-in-transformers", "added"),
        ("grokking-in-transformers", "removed"),
        ("grokking-and-weight-decay", "added"),
    ]


def test_of_a_digest_labelled_as_keywords_no_word_is_kept(repository: Path) -> None:
    prose = "We measure many networks, and show that every one of the filters of the first layer is nearly the same"
    commit(repository, "2022-05-01T12:00:00+0000", entry(1).replace("Key Word: One", f"Key Word: {prose}"))
    commit(repository, "2022-05-02T12:00:00+0000", entry(1))
    assert [(c.kind, c.field, c.old, c.new) for c in history(repository)[1:]] == [("changed", "keywords", None, "One")]


def test_a_moved_section_is_a_move(repository: Path) -> None:
    commit(repository, "2022-05-01T12:00:00+0000", "".join(entry(number) for number in range(1, 6)))
    commit(repository, "2022-05-02T12:00:00+0000", "".join(entry(number, topic="Renamed") for number in range(1, 6)))
    assert [(c.kind, c.old, c.new) for c in history(repository)[5:]] == [("moved", "Topic", "Renamed")] * 5


@pytest.mark.parametrize(
    "broken", ["# Nothing\n", entry(1), b"\xff not text", None], ids=["empty", "half", "bytes", "gone"]
)
def test_a_revision_that_breaks_the_list_for_an_hour_removes_nothing(
    repository: Path, broken: str | bytes | None
) -> None:
    whole = "".join(entry(number) for number in range(1, 200))
    commit(repository, "2022-05-01T12:00:00+0000", whole)
    commit(repository, "2022-05-02T12:00:00+0000", broken)
    commit(repository, "2022-05-02T13:00:00+0000", whole + entry(200))
    assert [(c.date, c.kind) for c in history(repository)] == [
        *[("2022-05-01", "added")] * 199,
        ("2022-05-02", "added"),
    ]


def test_what_comes_back_after_a_day_was_removed_and_is_added_again(repository: Path) -> None:
    for day, text in (("01", entry(1) + entry(2)), ("02", entry(2)), ("04", entry(2) + entry(1, "Renamed"))):
        commit(repository, f"2022-05-{day}T12:00:00+0000", text)
    assert [(c.date, c.title, c.kind, c.field) for c in history(repository)[2:]] == [
        ("2022-05-02", "Paper Number 1", "removed", None),
        ("2022-05-04", "Renamed", "added", None),
        ("2022-05-04", "Renamed", "changed", "title"),
    ]


def test_the_list_s_own_name_comes_before_readme_and_another_branch_than_the_usual_will_do(repository: Path) -> None:
    commit(repository, "2022-05-01T12:00:00+0000", entry(1))
    commit(repository, "2022-05-02T12:00:00+0000", entry(2), "list.md")
    git(repository, "branch", "--move", "trunk")
    assert [c.paper for c in history(repository, "list.md")] == ["arxiv-2201-00002"]
    assert [c.paper for c in history(repository, "other.md")] == ["arxiv-2201-00001"]
    git(repository, "bundle", "create", "--quiet", "history.bundle", "trunk")
    assert history(repository / "history.bundle") == history(repository)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: folder / "nowhere", "nowhere' does not exist"),
        (lambda folder: folder, "has no branch. Give the repository of the list."),
        (lambda folder: commit(folder, "2022-05-01T12:00:00+0000", "text", "notes.txt") and folder, "neither list.md"),
    ],
    ids=["nowhere", "empty", "without a list"],
)
def test_a_repository_without_a_list_is_refused(repository: Path, make: Callable[[Path], Path], reason: str) -> None:
    with pytest.raises(GitError, match=reason):
        list(read_revisions(str(make(repository)), "list.md"))


def test_without_git_the_error_says_so(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match=r"git is not installed\. Install it"):
        list(read_revisions(str(repository), "list.md"))


def test_entries_of_one_title_are_followed_apart() -> None:
    first = [Entry(1, "A", 2020, "One"), Entry(2, "B", 2020, "One")]
    second = [Entry(1, "B", 2020, "One", venue="ICLR 2021")]
    changes = make_history(
        [(Revision("a", "2022-05-01", 0), first), (Revision("b", "2022-05-09", 8 * 24 * HOUR), second)]
    )
    assert [(c.section, c.kind, c.new) for c in changes] == [
        ("A", "added", None),
        ("B", "added", None),
        ("A", "removed", None),
        ("B", "changed", "ICLR 2021"),
    ]


# The file beside the list


def test_the_file_is_read_back_as_written(tmp_path: Path) -> None:
    change = Change(
        "2022-05-01", "abc1234", "a-key", 'A "title", with\na line end', None, "changed", "venue", None, "X"
    )
    path = history_path(tmp_path / "list.md")
    path.write_text(write_changes([change]), "utf-8", newline="")
    assert (path.name, read_changes(path)) == ("list.history.csv", [change])


HEAD = "date,revision,paper,title,section,kind,field,old,new\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"date,paper\n", r"list\.history\.csv, line 1: the columns are not date, revision, paper"),
        (b"", r"line 1: the columns are not"),
        (HEAD.encode() + b"2022-05-01,abc,key,Title,,added,,,\n2022-05-01,abc\n", r"line 3: has 2 fields instead of 9"),
        (HEAD.encode() + b"1 May 2022,abc,key,Title,,added,,,\n", r"line 2: needs a date, revision, paper"),
        (HEAD.encode() + b"2022-05-01,abc,key,Title,,lost,,,\n", r"line 2: needs a date, revision, paper"),
        (HEAD.encode() + b'2022-05-01,abc,key,"Title,,added,,,\n', r"can't be read \(unexpected end of data\)"),
        (b"\xff", r"can't be read \('utf-8' codec"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(tmp_path: Path, text: bytes, reason: str) -> None:
    path = tmp_path / "list.history.csv"
    path.write_bytes(text)
    with pytest.raises(ListError, match=f"{reason}.*--history"):
        read_changes(path)


# Into the database


def test_a_build_with_history_keeps_it_beside_the_list_for_the_next(repository: Path, tmp_path: Path) -> None:
    commit(repository, "2020-01-01T12:00:00+0000", entry(1) + entry(9))
    commit(repository, "2021-01-01T12:00:00+0000", entry(1) + entry(1, topic="Other") + entry(2))
    place = tmp_path / "list.md"
    place.write_bytes((repository / "README.md").read_bytes())
    files = tmp_path / "list.db", tmp_path / "list.yml"
    _, written = build.build(str(place), *files, history=str(repository))
    assert [path.name for path in written] == ["list.db", "list.yml", "inspect-data.json", "list.history.csv"]
    first = files[0].read_bytes()
    build.build(str(place), *files)
    assert files[0].read_bytes() == first
    with closing(sqlite3.connect(files[0])) as database:
        assert database.execute("select id, added from papers order by 1").fetchall() == [
            ("arxiv-2201-00001", "2020-01-01"),
            ("arxiv-2201-00002", "2021-01-01"),
        ]
        assert database.execute("select topic, added from listings order by id").fetchall() == [
            ("topic", "2020-01-01"),
            ("other", "2021-01-01"),
            ("topic", "2021-01-01"),
        ]
        sql = "select id, date, paper, title, section, kind from changes order by id"
        assert database.execute(sql).fetchall() == [
            (1, "2020-01-01", "arxiv-2201-00001", "Paper Number 1", "Topic", "added"),
            (2, "2020-01-01", None, "Paper Number 9", "Topic", "added"),
            (3, "2021-01-01", None, "Paper Number 9", "Topic", "removed"),
            (4, "2021-01-01", "arxiv-2201-00001", "Paper Number 1", "Other", "added"),
            (5, "2021-01-01", "arxiv-2201-00002", "Paper Number 2", "Topic", "added"),
        ]


def test_a_list_without_a_history_has_no_dates(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(entry(1), "utf-8")
    records = build.read(str(tmp_path / "list.md"))
    assert [records.tables[table][0]["added"] for table in ("papers", "listings")] == [None, None]
    assert records.tables["changes"] == []


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["LIST", "--history", "nowhere"], 1, "build.py: git can't read the repository (fatal: repository 'nowhere'"),
        (["LIST", "--history", ".", "--check"], 2, "--history writes a file beside LIST."),
        (["https://example.org/list.md", "--history", "."], 2, "--history writes a file beside LIST."),
    ],
)
def test_the_command_refuses_what_it_can_t_do(tmp_path: Path, arguments: list[str], status: int, words: str) -> None:
    (tmp_path / "list.md").write_text(entry(1), "utf-8")
    names = [str(tmp_path / "list.md") if name == "LIST" else name for name in arguments]
    command = [sys.executable, str(ROOT / "build.py"), *names, "--database", str(tmp_path / "x.db")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (status, True, False), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["list.md"]


# The keeper's own repository


def test_the_history_adds_up_to_the_entries_of_each_sampled_revision(keepers_history: Path) -> None:
    changes = read_changes(ROOT / "phenomena.history.csv")
    with open_repository(str(keepers_history), "phenomena.md") as repository:
        revisions = repository.revisions()
        assert (len(revisions), revisions[0].date, revisions[-1].date) == (420, "2020-06-23", "2026-05-16")
        place = {revision.id: number for number, revision in enumerate(revisions)}
        found, counted = [], []
        for number in range(19, len(revisions), 50):
            kinds = [change.kind for change in changes if place[change.revision] <= number]
            counted.append(kinds.count("added") - kinds.count("removed"))
            found.append(len(read_entries(repository, USUAL, revisions[number]) or ()))
        assert found == counted


def test_a_paper_is_added_with_the_first_revision_that_holds_its_title(keepers_history: Path) -> None:
    papers = build.read(str(ROOT / "phenomena.md")).tables["papers"][::60]
    with open_repository(str(keepers_history), "phenomena.md") as repository:
        for paper in papers:
            arguments = ("log", "--reverse", "--format=%cs", "-S", str(paper["title"]), repository.branch)
            assert git(repository.folder, *arguments).split()[0] == paper["added"], paper["id"]
