"""The command `phenomena` and the package that pip installs: what it holds, and that it needs no repository."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
import yaml
from click.testing import CliRunner, Result
from hatchling.builders.wheel import WheelBuilder
from lists import NESTED, make_entry, write_list
from servers import Server, start_command
from sites import ROOT, SERVED

import build
from phenomena.command import line
from phenomena.command.serve import MARK, make_site
from phenomena.database.publish import WriteError

LIST = write_list([make_entry(number) for number in range(1, 4)], NESTED) + "\nA stray line.\n"
HOMES = {  # each folder of the repository that is installed, and where
    "phenomena": "phenomena",
    "sandbox/datasette_sandbox": "datasette_sandbox",
    "web/phenomena_web": "phenomena_web",
    **{name: f"phenomena/site/{name}" for name in ("dialects", "plugins", "queries", "static", "templates")},
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a list, in which commands run."""
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def phenomena(*arguments: str) -> Result:
    return CliRunner().invoke(line.main, arguments, prog_name="phenomena")


# The command


def test_it_has_four_commands_each_with_a_help_page() -> None:
    listed = phenomena("--help").output.partition("Commands:\n")[2]
    assert re.findall(r"^  (\w+)", listed, re.MULTILINE) == ["build", "check", "guess", "serve"]
    for name in line.main.commands:
        assert phenomena(name, "-h").output.startswith(f"Usage: phenomena {name} [OPTIONS] LIST\n")


@pytest.mark.parametrize(
    "options", [(), ("--strict",), ("--format", "json"), ("--format", "comment"), ("--baseline", "list.md")]
)
def test_a_check_is_that_of_build_py(here: Path, options: tuple[str, ...]) -> None:
    own, other = (
        phenomena("check", "list.md", *options),
        CliRunner().invoke(build.main, ["list.md", "--check", *options]),
    )
    assert (own.exit_code, own.output) == (other.exit_code, other.output)
    assert [path.name for path in here.iterdir()] == ["list.md"]


def test_a_guess_is_that_of_build_py() -> None:
    assert phenomena("guess", "list.md").output == CliRunner().invoke(build.main, ["list.md", "--guess"]).output


def test_a_build_writes_into_the_current_folder(here: Path) -> None:
    result = phenomena("build", "list.md", "--strict")
    names = ["phenomena.db", "metadata.yml", "inspect-data.json"]
    assert (result.exit_code, re.findall("wrote (.*)", result.output)) == (1, names)
    assert sorted(path.name for path in here.iterdir()) == sorted(["list.md", *names])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("check", 2, "Error: Missing argument 'LIST'."),
        ("build list.md --check", 2, "Error: No such option '--check'. Did you mean '--help'?"),
        ("check list.md --database x.db", 2, "Error: No such option '--database'. Did you mean '--baseline'?"),
        ("guess list.md --strict", 2, "Error: No such option '--strict'."),
        ("check list.md --baseline lists.toml", 2,
         "Error: --baseline compares two versions of one file. Give two lists, or two .toml files."),
        ("build list.md --metadata x.yml", 2,
         "Error: --metadata alone leaves phenomena.db with old metadata. Give --database too."),
        ("check none.md", 1, "phenomena: none.md: no such file. Give the path or the http(s) address of a list."),
        ("serve none.md", 1, "phenomena: none.md: no such file. Give the path or the http(s) address of a list."),
    ],
)  # fmt: skip
def test_wrong_usage_and_lists_that_cant_be_read_are_refused(arguments: str, code: int, said: str) -> None:
    result = phenomena(*arguments.split())
    assert (result.exit_code, result.output.splitlines()[-1]) == (code, said)


# A site in a folder


def test_a_site_holds_what_datasette_needs_and_replaces_an_earlier_one(here: Path) -> None:
    site = here / "site"
    make_site("list.md", site)
    (site / "plugins" / "old.py").write_text("1 / 0")
    (site / "notes.txt").write_text("The keeper's own.")
    make_site("list.md", site)
    built = ["phenomena.db", "metadata.yml", "inspect-data.json"]
    assert sorted(path.name for path in site.iterdir()) == sorted([*SERVED, *built, "notes.txt", MARK])
    for folder in ("plugins", "templates", "static"):
        assert files_of(site / folder) == files_of(ROOT / folder)


def test_a_site_can_be_made_without_being_served(here: Path) -> None:
    made = phenomena("serve", "list.md", "--build-only")
    assert (made.exit_code, made.output) == (0, "")
    assert (here / "phenomena-site" / "phenomena.db").is_file()


@pytest.mark.parametrize("name", ["plugins", "metadata.yml", "phenomena.db"])
def test_a_folder_with_other_files_is_left_alone(here: Path, name: str) -> None:
    (here / "site").mkdir()
    (here / "site" / name).write_text("The keeper's own.")
    with pytest.raises(WriteError, match=rf"site: holds other files \({re.escape(name)}\)\. Give another folder"):
        make_site("list.md", here / "site")
    assert [path.name for path in (here / "site").iterdir()] == [name]


def test_a_site_that_cant_be_written_is_refused(here: Path) -> None:
    with pytest.raises(WriteError, match=r"list\.md.*: can't be written \(.*\)\. Check the folder and the disk\."):
        make_site("list.md", here / "list.md" / "site")


# The package


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder and its folders, without what Python compiles."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built and unpacked as pip does it."""
    place = tmp_path_factory.mktemp("package")
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(place / "wheel"), versions=["standard"])
    with ZipFile(wheel) as archive:
        archive.extractall(place / "installed")
    return place / "installed"


def test_the_package_has_every_file_and_no_other(installed: Path) -> None:
    expected = {f"{home}/{name}" for folder, home in HOMES.items() for name in files_of(ROOT / folder)}
    expected |= {"phenomena/site/settings.json", "phenomena/site/CITATION.cff"}
    found = {name for name in files_of(installed) if ".dist-info/" not in name}
    assert found == expected


def test_the_package_requires_what_requirements_txt_names(installed: Path) -> None:
    [place] = installed.glob("*.dist-info")
    metadata = message_from_string((place / "METADATA").read_text("utf-8"))
    written = (ROOT / "requirements.txt").read_text("utf-8")
    names = set(re.findall(r"^[a-zA-Z][\w.-]*", written, re.MULTILINE))
    required = [line for line in metadata.get_all("Requires-Dist", []) if "extra" not in line]
    assert {re.match(r"[\w.-]+", line)[0].lower() for line in required} == {name.lower() for name in names}  # type: ignore[index]
    assert all(re.search(r"<\d", line) for line in required), "majors are pinned"
    assert metadata.get_all("Provides-Extra") == ["bundle", "dask", "map"]
    points = ConfigParser()
    points.read_string((place / "entry_points.txt").read_text("utf-8"))
    assert dict(points["console_scripts"]) == {"phenomena": "phenomena.command.line:main"}
    assert dict(points["datasette"]) == {"sandbox": "datasette_sandbox", "phenomena_web": "phenomena_web.hooks"}


@pytest.fixture
def served(installed: Path, here: Path) -> Iterator[Server]:
    """The site of the list, by the installed command, away from the repository."""
    command = [sys.executable, "-P", "-c", "from phenomena.command.line import main; main()"]
    arguments = ["serve", "list.md", "--folder", "site", "--port", "0", "--dialect", "title-is-link"]
    (here / "list.md").write_text(
        "# Sea\n\n## Tides\n\n" + "".join(f"- [Paper {n}](https://example.org/{n})\n" for n in range(9)), "utf-8"
    )
    with start_command([*command, *arguments], here, PYTHONPATH=str(installed)) as server:
        yield server


@pytest.mark.slow
def test_the_installed_command_serves_a_list_with_its_own_files(served: Server, here: Path) -> None:
    titles, style = (
        httpx.get(served.address + path, trust_env=False).content
        for path in ("/phenomena.csv?sql=select+title+from+papers+order+by+title", "/static/site.css")
    )
    assert titles.decode().split("\r\n") == ["title", *(f"Paper {number}" for number in range(9)), ""]
    assert style == (ROOT / "static" / "site.css").read_bytes()
    assert yaml.safe_load((here / "site" / "metadata.yml").read_text("utf-8"))["source"] == "Sea"
