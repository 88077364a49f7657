"""Builds as a user runs them, to be cut short, and what they left: for tests and benchmarks."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from types import MappingProxyType
from typing import Protocol

import httpx
import yaml
from sites import ROOT

NAMES = ("phenomena.db", "metadata.yml", "inspect-data.json")
LISTS = {
    name: f"## Topic {name}\n\n### Topic {name}: 2023\n\n"
    + "".join(f"- Paper {name} {n} [[paper]](https://example.org/{name}{n})\n  - A. Author.\n" for n in range(3))
    for name in ("old", "new")
}
KNOWN: dict[str, str] = {}  # content hash and file hash of each build to its name

# Runs a program in a fork of itself for each line of its input, so that the modules it is given are loaded once, and
# never taken apart, which would take longer than a small build. The fork kills itself with SIGKILL at its n-th touch of
# a file in its folder. Its output goes to two files. Prints how each ended.
FORKING = """
import atexit, gc, importlib, json, os, resource, runpy, signal, sys, traceback, warnings

for name in sys.argv[1:]:
    importlib.import_module(name)
gc.freeze()

def hook(event, arguments):
    global count
    if event in ("open", "os.rename", "os.remove", "os.link", "sqlite3.connect"):
        if any(isinstance(one, (str, os.PathLike)) and os.fspath(one).startswith(folder) for one in arguments):
            count += 1
            if count == limit:
                os.kill(os.getpid(), signal.SIGKILL)

for line in sys.stdin:
    count, (folder, limit, sys.argv, outputs, limits) = 0, json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(folder)
        for number, output in enumerate(outputs, 1):
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        for name, most in limits.items():
            resource.setrlimit(getattr(resource, name), (most, most))
        warnings.simplefilter("ignore")
        sys.addaudithook(hook)
        status = 0
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
        except SystemExit as ended:
            status = ended.code or 0
            if isinstance(status, str):
                print(status, file=sys.stderr)
                status = 1
        except BaseException:
            traceback.print_exc()
            status = 1
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def arguments(folder: Path, name: str) -> list[str]:
    """The command line that builds one of LISTS into a folder."""
    (folder / f"{name}.md").write_text(LISTS[name])
    build = [str(ROOT / "build.py"), str(folder / f"{name}.md")]
    return [*build, "--database", str(folder / NAMES[0]), "--metadata", str(folder / NAMES[1])]


def run(folder: Path, name: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments(folder, name)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, preexec_fn=before)


class Forked(Protocol):
    """Runs a Python program in a folder by a command line, killed at its n-th touch of a file, or never.

    Gives the exit code.

    What it prints goes to two files; `limits` has limits of the `resource` module by name.
    """

    def __call__(
        self,
        folder: Path,
        command: list[str],
        kill_at: int = 0,
        outputs: tuple[str, str] = (os.devnull, os.devnull),
        limits: Mapping[str, int] = MappingProxyType({}),
    ) -> int: ...


@contextmanager
def forking(*modules: str) -> Iterator[Forked]:
    """Within it, programs start at once, for the modules are loaded: those of the build, if none are named."""
    command = [sys.executable, "-c", FORKING, *(modules or ("build",))]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        wanted, ended = process.stdin, process.stdout

        def build(
            folder: Path,
            command: list[str],
            kill_at: int = 0,
            outputs: tuple[str, str] = (os.devnull, os.devnull),
            limits: Mapping[str, int] = MappingProxyType({}),
        ) -> int:
            wanted.write(json.dumps([str(folder), kill_at, command, outputs, dict(limits)]) + "\n")
            wanted.flush()
            return int(ended.readline())

        yield build


def run_forked(
    forked: Forked, folder: Path, command: list[str], limits: Mapping[str, int] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """A program's exit code and what it printed."""
    with TemporaryDirectory() as place:
        out, error = Path(place, "out"), Path(place, "error")
        status = forked(folder, command, outputs=(str(out), str(error)), limits=limits)
        return subprocess.CompletedProcess(command, status, out.read_text(), error.read_text())


def learn(folder: Path, name: str) -> None:
    """Build one of LISTS into a folder and remember its checksums."""
    run(folder, name).check_returncode()
    metadata = yaml.load((folder / NAMES[1]).read_text(), yaml.CSafeLoader)
    KNOWN[metadata["plugins"]["phenomena"]["content_sha256"]] = name
    KNOWN[hashlib.sha256((folder / NAMES[0]).read_bytes()).hexdigest()] = name


def state(folder: Path) -> dict[str, str]:
    """Which of LISTS each file was built from; checks that each file is whole."""
    with closing(sqlite3.connect(f"file:{folder / NAMES[0]}?immutable=1", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (title,) = database.execute("SELECT title FROM papers LIMIT 1").fetchone()
    metadata = yaml.load((folder / NAMES[1]).read_text(), yaml.CSafeLoader)
    inspected = json.loads((folder / NAMES[2]).read_text())["phenomena"]
    built_from = (title.split()[1], KNOWN[metadata["plugins"]["phenomena"]["content_sha256"]], KNOWN[inspected["hash"]])
    return dict(zip(NAMES, built_from, strict=True))


def hidden(folder: Path) -> list[str]:
    """Names of what a build may leave behind."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


PATHS = (
    "/phenomena/papers",
    "/phenomena/papers.json?_shape=array",
    "/phenomena/papers.csv?_stream=on",
    "/phenomena/source.json?_shape=array",
    "/-/metadata.json",
    "/phenomena.db",
)


def asked(address: str, done: Event) -> set[tuple[str, int, str]]:
    """Ask for PATHS round by round until `done`; gives path, status, and the names of the lists the answers show."""
    seen = set()
    with httpx.Client(base_url=address, timeout=30) as client:
        while True:
            for path in PATHS:
                answer = client.get(path)
                seen.add((path, answer.status_code, shown(answer)))
            if done.is_set():
                return seen


def shown(answer: httpx.Response) -> str:
    """The names of the lists whose papers or checksums an answer shows: `old`, `new`, or both when mixed."""
    marks = [*KNOWN.items(), *((f"Paper {name} ", name) for name in LISTS)]
    return "+".join(sorted({name for mark, name in marks if mark in answer.text}))
