"""Every revision of a list that a git repository holds, oldest first. The one module that runs git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from .drafts import Entry
from .failure import BuildError
from .limits import USUAL, Limits
from .reading import read_list
from .source import ListError, make_source

USUAL_NAME = "README.md"
USUAL_BRANCHES = ("main", "master")
REVISIONS_AT_ONCE = 10  # that one process reads; neighbours share most of their text


class GitError(BuildError):
    """A repository can't be read; the message says why, and what to do."""


@dataclass(frozen=True)
class Revision:
    """One commit that changed the list: abbreviated hash, day as its committer wrote it, and seconds since 1970."""

    id: str
    date: str
    time: int


@dataclass(frozen=True)
class Repository:
    """A bare copy of a repository, the branch that is read, and the list's path in it."""

    folder: Path
    branch: str
    path: str

    def revisions(self) -> list[Revision]:
        """The commits on the first-parent line that changed the list, oldest first."""
        lines = run_git(
            "-C",
            str(self.folder),
            "log",
            "--first-parent",
            "--reverse",
            "--format=%h %cs %ct",
            self.branch,
            "--",
            self.path,
        )
        return [
            Revision(commit, day, int(seconds)) for commit, day, seconds in map(str.split, lines.decode().splitlines())
        ]

    def read(self, revision: Revision) -> bytes:
        """The list as it was. Raises GitError where the revision deleted it."""
        return run_git("-C", str(self.folder), "cat-file", "blob", f"{revision.id}:{self.path}")


def read_revisions(location: str, name: str, limits: Limits = USUAL) -> Iterator[tuple[Revision, tuple[Entry, ...]]]:
    """Each revision with its entries, oldest first; one that can't be read as a list is passed over.

    Revisions are read in as many processes as there are processors. Raises GitError as `open_repository` does.
    """
    with open_repository(location, name) as repository, ProcessPoolExecutor() as pool:
        revisions = repository.revisions()
        read = pool.map(partial(read_entries, repository, limits), revisions, chunksize=REVISIONS_AT_ONCE)
        for revision, entries in zip(revisions, read, strict=True):
            if entries is not None:
                yield revision, entries


def read_entries(repository: Repository, limits: Limits, revision: Revision) -> tuple[Entry, ...] | None:
    """The entries of one revision, None where it deletes the list or can't be read."""
    try:
        source = make_source(repository.read(revision), repository.path, None, limits)
        return read_list(source, limits=limits).entries
    except (ListError, GitError):
        return None


@contextmanager
def open_repository(location: str, name: str) -> Iterator[Repository]:
    """A temporary copy of a repository, or bundle, at a path or address; `name` is the list's own file name.

    The list is the file of that name in the repository's top folder, else its README.md. Raises GitError when there is
    no repository, or neither file in it.
    """
    with TemporaryDirectory() as place:
        folder = Path(place) / "list.git"
        run_git("clone", "--quiet", "--bare", "--", location, str(folder))
        branch = find_branch(folder, location)
        names = run_git("-C", str(folder), "ls-tree", "--name-only", branch).decode().splitlines()
        path = next((one for one in (name, USUAL_NAME) if one in names), None)
        if path is None:
            raise GitError(f"{location}: holds neither {name} nor {USUAL_NAME}. Give the repository of the list.")
        yield Repository(folder, branch, path)


def find_branch(folder: Path, location: str) -> str:
    """The branch that the repository itself calls its own, else main or master, else its first."""
    found = run_git("-C", str(folder), "for-each-ref", "--format=%(refname:short)", "refs/heads").decode().split()
    try:
        run_git("-C", str(folder), "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitError:
        named = [branch for branch in USUAL_BRANCHES if branch in found]
        if not found:
            raise GitError(f"{location}: has no branch. Give the repository of the list.") from None
        return (named or found)[0]
    return "HEAD"


def read_version(path: Path, revision: str) -> bytes | None:
    """A file of a working tree as it was in a revision, None where it wasn't there yet.

    Raises GitError when git finds no such revision there, or no repository.
    """
    folder = ("-C", str(path.parent))
    run_git(*folder, "rev-parse", "--git-dir")
    try:
        commit = run_git(*folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError:
        raise GitError(f"{path}: git finds no revision {revision} there. Fetch it, or check its name.") from None
    place = f"{commit.decode().strip()}:./{path.name}"
    try:
        run_git(*folder, "cat-file", "-e", place)
    except GitError:
        return None
    return run_git(*folder, "cat-file", "blob", place)


def run_git(*arguments: str) -> bytes:
    """What a git command prints. Raises GitError, with git's own words, when it fails or git is missing."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(["git", *arguments], env=environment, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise GitError("git is not installed. Install it; a list's revisions are read with it.") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise GitError(
            f"git can't read the repository ({reason}). Give the path or address of the list's own."
        ) from None
