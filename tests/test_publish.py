"""A build is whole or not at all: failing disks, folders that can't be written, kills, two builds at once."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import LISTS, NAMES, Forked, arguments, forking, hidden, run, run_forked, state

from phenomena.database.publish import WriteError, keep, replacing
from phenomena.reader.source import ListError


@pytest.fixture(scope="session")
def built(old_and_new: dict[str, Path]) -> Path:
    """A folder with the files of the old list."""
    return old_and_new["old"]


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    """Builds, each in a process of its own."""
    with forking() as build:
        yield build


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A fresh copy of the old files."""
    return Path(shutil.copytree(built, tmp_path / "site"))


def test_a_build_replaces_all_three_files(forked: Forked, folder: Path) -> None:
    assert forked(folder, arguments(folder, "new")) == 0
    assert state(folder) == dict.fromkeys(NAMES, "new")
    assert hidden(folder) == []


@pytest.mark.parametrize("limit", [0, 1, 4096, 20_000, 100_000, 200_000])
def test_files_that_may_not_grow_leave_the_old_ones(folder: Path, limit: int) -> None:
    done = run(folder, "new", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "can't be written" in done.stderr
    assert state(folder) == dict.fromkeys(NAMES, "old")
    assert hidden(folder) == []


def respect_modes() -> None:
    """Give up the right to write where the mode forbids it, which only root has (Linux's PR_CAPBSET_DROP)."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):
                raise OSError("this root can't give up its rights")


def test_a_folder_that_may_not_be_written_is_refused(folder: Path) -> None:
    command = [sys.executable, *arguments(folder, "new")]
    folder.chmod(0o555)
    try:
        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=respect_modes)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "phenomena.db: can't be written (unable to open database file). Check its folder and the disk; "
        "the old files are in place.\n"
    )
    assert state(folder) == dict.fromkeys(NAMES, "old")


@pytest.mark.parametrize("place", ["missing/phenomena.db", "phenomena.db/phenomena.db"])
def test_a_folder_that_is_not_there_is_refused(forked: Forked, folder: Path, place: str) -> None:
    done = run_forked(forked, folder, [*arguments(folder, "new"), "--database", str(folder / place)])
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "can't be written" in done.stderr
    assert state(folder) == dict.fromkeys(NAMES, "old")


@pytest.mark.parametrize("option", ["--database", "--metadata"])
def test_the_list_is_never_overwritten(forked: Forked, folder: Path, option: str) -> None:
    done = run_forked(forked, folder, [*arguments(folder, "new"), option, str(folder / "new.md")])
    assert done.returncode == 1
    assert "is named twice" in done.stderr
    assert (folder / "new.md").read_text() == LISTS["new"]
    assert state(folder) == dict.fromkeys(NAMES, "old")


def test_one_name_for_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="is named twice"), replacing([tmp_path / "a", tmp_path / "a"], tmp_path / "b"):
        raise AssertionError("nothing may be written")


def test_a_kill_at_any_touch_of_a_file_leaves_whole_files(forked: Forked, built: Path, tmp_path: Path) -> None:
    """The set is old, new, or mixed while the renames are under way; a next build, even a failing one, undoes that."""
    seen = []
    for kill_at in range(1, 200):
        folder = Path(shutil.copytree(built, tmp_path / str(kill_at)))
        command = arguments(folder, "new")
        code = forked(folder, command, kill_at)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        seen.append(tuple(state(folder).values()))
        (folder / "new.md").write_text("no list\n")
        assert forked(folder, command, 0) == 1
        assert len(set(state(folder).values())) == 1
        assert hidden(folder) == []
    assert code == 0, "the last one was not killed"
    assert len(seen) > 30
    assert list(dict.fromkeys(seen)) == [
        ("old", "old", "old"),
        ("new", "old", "old"),
        ("new", "new", "old"),
        ("new", "new", "new"),
    ]


def test_a_rename_that_fails_puts_the_others_back(folder: Path, tmp_path: Path) -> None:
    """The metadata's place is taken by a folder: the database, already renamed, must come back."""
    (folder / NAMES[1]).unlink()
    (folder / NAMES[1]).mkdir()
    before = (folder / NAMES[0]).read_bytes(), (folder / NAMES[2]).read_bytes()
    with (
        pytest.raises(WriteError, match="the old files are in place"),
        replacing([folder / name for name in NAMES], tmp_path / "list.md") as parts,
    ):
        for part in parts:
            part.write_text("new")
    assert ((folder / NAMES[0]).read_bytes(), (folder / NAMES[2]).read_bytes()) == before
    assert hidden(folder) == []


def test_what_a_killed_build_kept_outlives_a_build_of_another_database(folder: Path, tmp_path: Path) -> None:
    """Both share inspect-data.json, and the second must not clear away the first one's old file."""
    targets = [folder / name for name in NAMES]
    keep(targets)
    (folder / NAMES[2]).unlink()
    (folder / NAMES[2]).write_text("of the killed build")  # in its place already, when the database's turn never came
    others = [folder / "other.db", folder / "other.metadata.yml", folder / NAMES[2]]
    with replacing(others, tmp_path / "list.md") as parts:
        for part in parts:
            part.write_text("new")
    with pytest.raises(ListError), replacing(targets, tmp_path / "list.md"):
        raise ListError("the list can't be read")
    assert state(folder) == dict.fromkeys(NAMES, "old")
    assert hidden(folder) == []


def test_a_first_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with (
        pytest.raises(WriteError),
        replacing([tmp_path / "a", tmp_path / "b"], tmp_path / "list.md") as parts,
    ):
        for part in parts:
            part.write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_copies_serve_where_a_file_system_has_no_hard_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    test_a_rename_that_fails_puts_the_others_back(folder, folder.parent)


def test_database_and_metadata_may_lie_in_different_folders(forked: Forked, folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    assert forked(folder, [*arguments(folder, "new"), "--metadata", str(away / "metadata.yml")]) == 0
    shutil.move(away / "metadata.yml", folder / "metadata.yml")
    assert state(folder) == dict.fromkeys(NAMES, "new")
    assert (hidden(folder), hidden(away)) == ([], [])


def test_a_symbolic_link_stays_one(forked: Forked, folder: Path, tmp_path: Path) -> None:
    (folder / NAMES[0]).rename(tmp_path / "elsewhere.db")
    (folder / NAMES[0]).symlink_to(tmp_path / "elsewhere.db")
    assert forked(folder, arguments(folder, "new")) == 0
    assert (folder / NAMES[0]).readlink() == tmp_path / "elsewhere.db"
    assert state(folder) == dict.fromkeys(NAMES, "new")


def test_two_builds_at_once_take_turns(folder: Path) -> None:
    commands = [[sys.executable, *arguments(folder, name)] for name in ("old", "new", "old", "new")]
    builds = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    assert [build.wait() for build in builds] == [0, 0, 0, 0]
    assert len(set(state(folder).values())) == 1
    assert hidden(folder) == []
