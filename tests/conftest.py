"""Options, and what several test files share: folders that `datasette .` serves, in process and for real."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from datasette.app import Datasette

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from awkward import awkward_list  # noqa: E402

import build  # noqa: E402

SERVED = ("plugins", "templates", "static", "settings.json")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--source-list", default="", help="path of the keeper's list, for the tests that compare with it")
    parser.addoption("--asreview", default="", help="Python of an environment with requirements-screening.txt")


def pytest_report_header(config: pytest.Config) -> str:
    path = config.getoption("--source-list")
    return f"source list: {path or 'not given; the tests that need it do not run'}"


@pytest.fixture(scope="session")
def source_list(request: pytest.FixtureRequest) -> Path:
    """The keeper's list. A test that asks for it does not run without the option."""
    path = request.config.getoption("--source-list")
    if not path:
        pytest.skip("needs --source-list")
    return Path(path).resolve(strict=True)


@pytest.fixture(scope="session")
def asreview(request: pytest.FixtureRequest) -> Path:
    """The Python that has ASReview. A test that asks for it does not run without the option."""
    path = request.config.getoption("--asreview")
    if not path:
        pytest.skip("needs --asreview")
    return Path(path).absolute()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def make_folder(folder: Path, list_path: Path) -> Path:
    """A folder as `datasette .` wants it: a database built from a list, beside this project's plugins and templates."""
    folder.mkdir(parents=True, exist_ok=True)
    build.build(str(list_path), folder / "phenomena.db", folder / "metadata.yml")
    for name in SERVED:
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of phenomena.md, built anew."""
    return make_folder(tmp_path_factory.mktemp("site"), ROOT / "phenomena.md")


@pytest.fixture(scope="session")
def site(folder: Path) -> Datasette:
    """The site of phenomena.md in this process: `await site.client.get("/phenomena.json")`."""
    return Datasette(config_dir=folder)


@pytest.fixture(scope="session")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of 101 papers whose titles, names and keywords are hard to write in every format."""
    place = tmp_path_factory.mktemp("awkward")
    (place / "list.md").write_text(awkward_list(101), "utf-8")
    return make_folder(place / "site", place / "list.md")


@pytest.fixture(scope="session")
def small_pages(awkward: Path) -> Datasette:
    """The same site with pages of at most 7 rows, so that everything takes many."""
    return Datasette(config_dir=awkward, settings={"max_returned_rows": 7, "default_page_size": 5})


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Start `datasette .` in a folder; gives its address. All servers end with the session."""
    started: list[subprocess.Popen[str]] = []
    drains: list[threading.Thread] = []

    def start(place: Path) -> str:
        command = [str(Path(sys.executable).with_name("datasette")), ".", "--host", "127.0.0.1", "--port", "0"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=place, text=True, env=environment, **pipes)
        started.append(process)
        assert process.stderr is not None
        log: list[str] = []
        for line in process.stderr:
            log.append(line)
            if match := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
                drains.append(threading.Thread(target=process.stderr.read))  # a full pipe would stop the server
                drains[-1].start()
                return match[1]
        raise AssertionError("the server did not start:\n" + "".join(log))

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=10)
    for drain in drains:
        drain.join()
    for process in started:
        process.communicate()


@pytest.fixture(scope="session")
def server(folder: Path, serve: Callable[[Path], str]) -> str:
    """The address of the real site of phenomena.md."""
    return serve(folder)


@pytest.fixture(scope="session", params=["phenomena.md", "source list"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of each of the two real lists in turn; of the keeper's only with its option."""
    if request.param == "phenomena.md":
        return Path(request.getfixturevalue("folder"))
    return make_folder(tmp_path_factory.mktemp("keeper"), request.getfixturevalue("source_list"))


@pytest.fixture(scope="session")
def pages(place: Path) -> Datasette:
    """The site of `place` in this process."""
    return Datasette(config_dir=place)
