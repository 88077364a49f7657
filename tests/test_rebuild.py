"""A server shows one build from start to end, whatever is built in its folder meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx
import pytest
from builds import NAMES, PATHS, asked, learn, run
from conftest import ROOT, SERVED

REBUILDS = 6
READERS = 4


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A folder with a build of the new list."""
    folder = tmp_path / "new"
    folder.mkdir()
    learn(folder, "new")
    return folder


@pytest.fixture
def old(tmp_path: Path, new: Path) -> Path:
    """A folder that serves the old list."""
    folder = tmp_path / "site"
    folder.mkdir()
    learn(folder, "old")
    for name in SERVED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def start(folder: Path) -> subprocess.CompletedProcess[str]:
    """The command `datasette .` for one page."""
    command = [str(Path(sys.executable).with_name("datasette")), ".", "--get", "/phenomena/source.json?_shape=array"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_rebuilds_under_load_never_show(old: Path, serve: Callable[[Path], str]) -> None:
    """The first rebuild is done before the first visit, the others while readers are at it."""
    address = serve(old)
    assert run(old, "new").returncode == 0
    done = Event()
    with ThreadPoolExecutor(READERS) as readers:
        answers = [readers.submit(asked, address, done) for _ in range(READERS)]
        for number in range(REBUILDS):
            assert run(old, ("old", "new")[number % 2]).returncode == 0
        done.set()
    seen = {one for answer in answers for one in answer.result()}
    assert seen == {(path, 200, "old") for path in PATHS}


def test_a_restart_shows_the_new_build(old: Path, serve: Callable[[Path], str]) -> None:
    assert run(old, "new").returncode == 0
    done = Event()
    done.set()
    assert asked(serve(old), done) == {(path, 200, "new") for path in PATHS}


@pytest.mark.parametrize("name", NAMES)
def test_files_of_two_builds_do_not_start(old: Path, new: Path, name: str) -> None:
    shutil.copy(new / name, old / name)
    done = start(old)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].endswith("run `python build.py`, then start the server again")


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_missing_half_does_not_start(old: Path, name: str) -> None:
    (old / name).unlink()
    assert start(old).returncode == 1


def test_a_download_is_known_by_its_checksum(old: Path, serve: Callable[[Path], str]) -> None:
    with httpx.Client(base_url=serve(old)) as client:
        first = client.get("/phenomena.db")
        again = client.get("/phenomena.db", headers={"If-None-Match": first.headers["ETag"]})
    assert first.content == (old / "phenomena.db").read_bytes()
    assert (again.status_code, again.content) == (304, b"")
