"""Options, and what several test files share: folders that `datasette .` serves, in process and for real."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import yaml
from awkward import awkward_list
from browsing import Visit, launch, visiting
from builds import learn
from datasette import app
from datasette.app import Datasette
from datasette.plugins import get_plugins, pm
from datasette_sandbox import sandbox
from datasette_sandbox.supervisor import Supervisor
from jinja2 import Environment, FileSystemBytecodeCache
from phenomena_web.answers.store import stores
from playwright.sync_api import Browser, sync_playwright
from servers import start_server
from sharing import FileSharing, place_of, share_of
from sites import FLAT_ENTRY, ROOT, make_folder, make_once, open_site, shorten_edition, shorten_list

OPEN: list[Browser] = []  # the browser, while there is one
CLOSING = ExitStack()
UNOPTIMIZED = "--js-flags=--no-maglev --no-opt"  # compiling takes longer than the scripts of a page do
SITES = {"folder", "short", "awkward", "keeper", "place", "serve", "old_and_new"}
SLOW = {"test_build", "test_bundle", "test_crawl", "test_malformed_lists", "test_notebooks", "test_properties"}
SLOW |= {"test_sandbox"}
LONG = {"Datasette", "make_folder", "open_site", "start_scheduler", "start_server", "subprocess"}  # what tests import


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lists", default="", help="folder with the keeper's lists, for the tests that compare with them")
    parser.addoption("--nginx", default="", help="an nginx, for the tests of the proxy in deploy/")
    parser.addoption("--asreview", default="", help="Python of an environment with requirements-screening.txt")


def pytest_report_header(config: pytest.Config) -> str:
    return f"keeper's lists: {config.getoption('--lists') or 'not given; the tests that need them do not run'}"


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if is_slow(item):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: place_of(share_of(item.nodeid)))


def is_slow(item: pytest.Item) -> bool:
    """Whether a test is of another folder, of a file that takes or imports what takes long, or asks for a site."""
    is_own = item.path.parent == Path(__file__).parent
    names = {*dir(getattr(item, "module", None)), *getattr(item, "fixturenames", ())}
    return not is_own or item.path.stem in SLOW or not names.isdisjoint(SITES | LONG)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(optionalhook=True)  # there is no such hook without pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FileSharing:
    return FileSharing(config, log)


@pytest.fixture(scope="session")
def lists(request: pytest.FixtureRequest) -> Path:
    """The folder with the keeper's lists. A test that asks for it does not run without the option."""
    path = request.config.getoption("--lists")
    if not path:
        pytest.skip("needs --lists")
    return Path(path).resolve(strict=True)


@pytest.fixture(scope="session")
def catalogue_page(lists: Path) -> Path:
    """An older state of the keeper's list as a catalogue page prints it, flat and cut off."""
    return lists / "awesome-deep-phenomena.txt"


@pytest.fixture(scope="session")
def keepers_list(lists: Path) -> Path:
    """The keeper's list, whole."""
    return lists / "keepers-list.md"


@pytest.fixture(scope="session")
def keepers_history(lists: Path) -> Path:
    """All revisions of the keeper's list, as a git bundle."""
    return lists / "keepers-history.bundle"


@pytest.fixture(scope="session")
def asreview(request: pytest.FixtureRequest) -> Path:
    """The Python that has ASReview. A test that asks for it does not run without the option."""
    path = request.config.getoption("--asreview")
    if not path:
        pytest.skip("needs --asreview")
    return Path(path).absolute()


@pytest.fixture(scope="session")
def nginx(request: pytest.FixtureRequest) -> str:
    """The path of nginx. A test that asks for it does not run without the option."""
    path = request.config.getoption("--nginx")
    if not path:
        pytest.skip("needs --nginx")
    return str(path)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of phenomena.md, built anew."""
    return make_once(tmp_path_factory, "edition", lambda folder: make_folder(folder, ROOT / "phenomena.md"))


class LateSupervisor(Supervisor):
    """Starts a worker when a statement needs one, as it does where all have died: most sites are asked for none."""

    def stock(self) -> None:
        """Start none in advance."""


async def unchecked(datasette: Datasette) -> None:
    """In the place of the sandbox's check of itself."""


@pytest.fixture(scope="session", autouse=True)
def quick_starts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sites in this process start sooner: templates are compiled once for all workers, plugins looked at once for each.

    libyaml reads the metadata. What the sandbox checks at the start is left to real servers, and workers start late.
    Answers are compressed only where a test asks for it: it would take a fifth of their time.
    """
    compiled = FileSystemBytecodeCache(str(make_once(tmp_path_factory, "templates", lambda folder: None)))
    load, look_at = cache(app.module_from_path), cache(lambda plugins: get_plugins())
    plain = partial(httpx.AsyncClient, headers={"accept-encoding": "identity"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "httpx", SimpleNamespace(AsyncClient=plain, ASGITransport=httpx.ASGITransport))
        patch.setattr(app, "Environment", partial(Environment, bytecode_cache=compiled))
        patch.setattr(app, "module_from_path", lambda path, name: load(os.path.realpath(path), name))
        patch.setattr(app, "get_plugins", lambda: look_at(frozenset(pm.get_plugins())))
        patch.setattr(yaml, "SafeLoader", yaml.CSafeLoader)
        patch.setattr(sandbox, "check_itself", unchecked)
        patch.setattr(sandbox, "Supervisor", LateSupervisor)
        patch.setitem(sys.modules, "sniffio", None)  # httpx looks for it in all folders at each request
        yield


@pytest.fixture
def monkeypatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As pytest has it; pages are made anew, so that a test sees what it changes, and leaves no answer of that kind."""
    forget_answers()
    yield monkeypatch
    forget_answers()


def forget_answers() -> None:
    """Empty the memory of all sites in this process."""
    for store in stores.values():
        for share in store.shares.values():
            share.clear()


@pytest.fixture(scope="session")
def site(folder: Path) -> Datasette:
    """The site of phenomena.md in this process: `await site.client.get("/phenomena.json")`."""
    return open_site(folder)


@pytest.fixture(scope="session")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of 101 papers whose titles, names and keywords are hard to write in every format."""
    return make_once(tmp_path_factory, "awkward", make_awkward) / "site"


@pytest.fixture(scope="session")
def awkward_site(awkward: Path) -> Datasette:
    return open_site(awkward)


def make_awkward(folder: Path) -> None:
    (folder / "list.md").write_text(awkward_list(101), "utf-8")
    make_folder(folder / "site", folder / "list.md")


@pytest.fixture(scope="session")
def small_pages(awkward: Path) -> Datasette:
    """The same site with pages of at most 7 rows, so that everything takes many."""
    return Datasette(config_dir=awkward, settings={"max_returned_rows": 7, "default_page_size": 5})


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Start `datasette .` in a folder; gives its address. All servers end with the session."""
    with ExitStack() as servers:
        yield lambda place: servers.enter_context(start_server(place)).address


@pytest.fixture(scope="session")
def server(folder: Path, serve: Callable[[Path], str]) -> str:
    """The address of the real site of phenomena.md."""
    return serve(folder)


@pytest.fixture(scope="session")
def old_and_new(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each of two short lists with the files built from it, to be copied; their checksums are known."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("new", "old")}
    for name, folder in folders.items():
        learn(folder, name)
    return folders


@pytest.fixture(scope="session")
def keeper(catalogue_page: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of every second entry of the catalogue page, which is served in process only."""

    def make(folder: Path) -> None:
        (folder / "list.md").write_text(shorten_list(catalogue_page.read_text("utf-8"), FLAT_ENTRY, 2), "utf-8")
        make_folder(folder / "site", folder / "list.md")

    return make_once(tmp_path_factory, "keeper", make) / "site"


@pytest.fixture(scope="session")
def keeper_site(keeper: Path) -> Datasette:
    return open_site(keeper)


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of one in four entries of phenomena.md: every kind of page and row, history and archive."""
    return make_once(tmp_path_factory, "short", make_short) / "site"


def make_short(folder: Path) -> None:
    make_folder(folder / "site", shorten_edition(folder, 4), is_archived=True)


@pytest.fixture(scope="session")
def short_site(short: Path) -> Datasette:
    return open_site(short)


@pytest.fixture(scope="session", params=["short", "keeper"])
def place(request: pytest.FixtureRequest) -> Path:
    """The site of each of two real lists in turn, one with a history; the catalogue page only with its option."""
    return Path(request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def pages(request: pytest.FixtureRequest, place: Path, short: Path) -> Datasette:
    """The site of `place` in this process."""
    site: Datasette = request.getfixturevalue("short_site" if place == short else "keeper_site")
    return site


@pytest.fixture
def browser() -> Browser:
    """A real browser, the same for all tests that follow one another."""
    if not OPEN:
        playwright = CLOSING.enter_context(sync_playwright())
        OPEN.append(launch(playwright, UNOPTIMIZED))
        CLOSING.callback(OPEN.clear)
        CLOSING.callback(OPEN[0].close)
    return OPEN[0]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Close the browser when the next test needs none: while it is open no asynchronous test can run."""
    if "browser" not in getattr(nextitem, "fixturenames", ()):
        CLOSING.close()


@pytest.fixture
def desk(browser: Browser, server: str) -> Iterator[Visit]:
    """A visitor of the site of phenomena.md at a desk, who must meet no error and no other host."""
    with visiting(browser, server) as visit:
        yield visit
        assert (visit.errors, visit.strangers) == ([], [])


@pytest.fixture
def phone(browser: Browser, server: str) -> Iterator[Visit]:
    """The same visitor on a phone."""
    with visiting(browser, server, width=390) as visit:
        yield visit
        assert (visit.errors, visit.strangers) == ([], [])
