"""A server shows one build from start to end, whatever is built in its folder meanwhile."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import click
import httpx
import pytest
from builds import NAMES, PATHS, Forked, arguments, asked, forking, run_forked
from datasette.app import Datasette
from phenomena_web import byte_ranges, one_build
from sites import ROOT, SERVED

REBUILDS = 6
READERS = 2


@pytest.fixture
def new(tmp_path: Path, old_and_new: dict[str, Path]) -> Path:
    """A folder with a build of the new list."""
    return Path(shutil.copytree(old_and_new["new"], tmp_path / "new"))


@pytest.fixture
def old(tmp_path: Path, old_and_new: dict[str, Path]) -> Path:
    """A folder that serves the old list."""
    folder = Path(shutil.copytree(old_and_new["old"], tmp_path / "site"))
    for name in SERVED:
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    """Builds and `datasette .` for one page, each in a process of its own."""
    with forking("build", "datasette.cli") as run_one:
        yield run_one


def rebuild(forked: Forked, folder: Path, name: str) -> int:
    """Build one of the lists into a folder; gives the exit code."""
    return forked(folder, arguments(folder, name))


def start(forked: Forked, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command `datasette .` for one page."""
    return run_forked(
        forked, folder, [str(Path(sys.executable).with_name("datasette")), ".", "--get", "/phenomena/source.json"]
    )


def test_rebuilds_under_load_never_show(old: Path, forked: Forked, serve: Callable[[Path], str]) -> None:
    """The first rebuild is done before the first visit, the others while readers are at it."""
    address = serve(old)
    assert rebuild(forked, old, "new") == 0
    done = Event()
    with ThreadPoolExecutor(READERS) as readers:
        answers = [readers.submit(asked, address, done) for _ in range(READERS)]
        for number in range(REBUILDS):
            assert rebuild(forked, old, ("old", "new")[number % 2]) == 0
        done.set()
    seen = {one for answer in answers for one in answer.result()}
    assert seen == {(path, 200, "old") for path in PATHS}


def test_a_restart_shows_the_new_build(old: Path, forked: Forked, serve: Callable[[Path], str]) -> None:
    assert rebuild(forked, old, "new") == 0
    done = Event()
    done.set()
    assert asked(serve(old), done) == {(path, 200, "new") for path in PATHS}


def test_files_of_two_builds_end_the_command_with_a_reason(old: Path, new: Path, forked: Forked) -> None:
    shutil.copy(new / NAMES[0], old / NAMES[0])
    done = start(forked, old)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].endswith("then restart the server")


@pytest.mark.anyio
@pytest.mark.parametrize("name", NAMES)
async def test_files_of_two_builds_do_not_start(old: Path, new: Path, name: str) -> None:
    shutil.copy(new / name, old / name)
    await check_refused(old)


@pytest.mark.anyio
@pytest.mark.parametrize("name", NAMES[1:])
async def test_a_missing_half_does_not_start(old: Path, name: str) -> None:
    (old / name).unlink()
    await check_refused(old)


async def check_refused(folder: Path) -> None:
    with pytest.raises(click.ClickException, match=f"; {re.escape(one_build.REMEDY)}$"):
        await Datasette(config_dir=folder).invoke_startup()


@pytest.mark.parametrize("most_hashed", [0, one_build.MOST_HASHED])
def test_a_file_is_known_by_its_size_and_its_rows_where_it_is_too_long_to_be_hashed(
    old: Path, new: Path, monkeypatch: pytest.MonkeyPatch, most_hashed: int
) -> None:
    monkeypatch.setattr(one_build, "MOST_HASHED", most_hashed)
    assert objection(old) is None
    with (old / NAMES[0]).open("ab") as file:
        file.write(b"more")
    assert objection(old) == f"inspect-data.json was not made for this phenomena.db; {one_build.REMEDY}"
    shutil.copy(new / NAMES[0], old / NAMES[0])
    shutil.copy(new / NAMES[2], old / NAMES[2])
    other = "inspect-data.json was not made for this phenomena.db"
    assert objection(old) == (f"{other}; {one_build.REMEDY}" if not most_hashed else None)  # found by its rows then
    (old / NAMES[1]).write_text("title: no checksum")
    reason = "metadata.yml names no checksum of its database" if most_hashed else other
    assert objection(old) == f"{reason}; {one_build.REMEDY}"


def objection(folder: Path) -> str | None:
    """What the start of a site has against its database's file."""
    site = Datasette(config_dir=folder)
    return one_build.objection(site, one_build.open_file(site))


@pytest.mark.anyio
async def test_a_file_that_is_replaced_during_the_start_ends_it(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = one_build.open_in_all_threads

    async def replaced(*given: Any) -> list[Any]:
        shutil.copy(old / NAMES[0], old / "copy")
        (old / "copy").replace(old / NAMES[0])
        return await opened(*given)

    monkeypatch.setattr(one_build, "open_in_all_threads", replaced)
    with pytest.raises(click.ClickException, match="was replaced while the server was starting; start it again"):
        await Datasette(config_dir=old).invoke_startup()


@pytest.mark.anyio
async def test_a_build_of_an_older_version_does_not_start(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_build, "NEWEST", {*one_build.NEWEST, "stored_later", "stored_then"})
    with pytest.raises(click.ClickException) as raised:
        await Datasette(config_dir=old).invoke_startup()
    lack = "phenomena.db was built by an older version and lacks stored_later, stored_then"
    assert raised.value.message == f"{lack}; {one_build.REMEDY}"


@pytest.mark.anyio
async def test_a_download_is_the_file_piece_by_piece(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_ranges, "PIECE", 1_000)
    site, content = Datasette(config_dir=old), (old / NAMES[0]).read_bytes()
    plain = {"accept-encoding": "identity"}
    head = await site.client.head("/phenomena.db", headers=plain)
    (old / NAMES[0]).unlink()
    answer = await site.client.get("/phenomena.db", headers=plain)
    assert (answer.status_code, answer.content, head.content) == (200, content, b"")
    assert answer.headers["content-disposition"] == 'attachment; filename="phenomena.db"'
    assert head.headers["content-length"] == answer.headers["content-length"] == str(len(content))


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["other.db", "phenomena.sqlite"])
async def test_another_database_in_the_folder_leaves_the_site_as_it_is(old: Path, forked: Forked, name: str) -> None:
    before = [(old / one).read_bytes() for one in NAMES[:2]]
    entry = json.loads((old / NAMES[2]).read_text())["phenomena"]
    build_beside(forked, old, name)
    assert [(old / one).read_bytes() for one in NAMES[:2]] == before
    inspected = json.loads((old / NAMES[2]).read_text())
    assert inspected.pop("phenomena") == entry
    assert list(inspected) == ["other"] * (name == "other.db")
    other = "other" if name == "other.db" else "phenomena_2"
    assert await titles(old, "phenomena", other) == ["old", "new"]


@pytest.mark.anyio
async def test_a_new_build_keeps_what_is_known_of_another_database(old: Path, forked: Forked) -> None:
    build_beside(forked, old, "other.db")
    entry = json.loads((old / NAMES[2]).read_text())["other"]
    assert rebuild(forked, old, "new") == 0
    assert json.loads((old / NAMES[2]).read_text())["other"] == entry
    assert await titles(old, "phenomena", "other") == ["new", "new"]


def test_a_database_that_is_gone_is_forgotten(old: Path, forked: Forked) -> None:
    build_beside(forked, old, "other.db")
    (old / "other.db").unlink()
    assert rebuild(forked, old, "new") == 0
    assert list(json.loads((old / NAMES[2]).read_text())) == ["phenomena"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "[1]", '{"a": 1}', '{"a": {"file": "../x.db"}}', '{"a": {}}', "\udcff"]
)
def test_inspect_data_that_cannot_be_read_is_written_anew(old: Path, forked: Forked, text: str) -> None:
    (old / NAMES[2]).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert rebuild(forked, old, "new") == 0
    assert list(json.loads((old / NAMES[2]).read_text())) == ["phenomena"]


def build_beside(forked: Forked, folder: Path, name: str) -> None:
    """Build the new list into a database of another name in a folder."""
    assert forked(folder, [*arguments(folder, "new")[:2], "--database", str(folder / name)]) == 0


async def titles(folder: Path, *databases: str) -> list[str]:
    """Which of the lists a folder's site shows under the names of databases."""
    site = Datasette(config_dir=folder)
    found = []
    for database in databases:
        answer = await site.client.get(f"/{database}/papers.json?_shape=array")
        found += {row["title"].split()[1] for row in answer.json()}
    return found


def test_a_download_is_known_by_its_checksum(old: Path, serve: Callable[[Path], str]) -> None:
    with httpx.Client(base_url=serve(old)) as client:
        first = client.get("/phenomena.db")
        again = client.get("/phenomena.db", headers={"If-None-Match": first.headers["ETag"]})
    assert first.content == (old / "phenomena.db").read_bytes()
    assert (again.status_code, again.content) == (304, b"")
