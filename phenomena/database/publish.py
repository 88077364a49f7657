"""The last step: several files replaced together, each whole.

Everything is written and synced beside its target first. Only then is each target replaced by one rename, while the
old file is kept under a second name until the last one is replaced. So:
- a build that fails, for whatever reason, leaves the old files;
- a killed build leaves each file whole, old or new. Killed between the first and the last rename, a moment, it leaves
  some old and some new: their checksums show which, and the next build restores the old ones before it does anything
  else, even when it then finds nothing to build;
- the next build removes whatever a killed one left behind.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ..reader.failure import BuildError

try:
    import fcntl
except ImportError:  # Windows has no advisory locks, and folders can't be opened: two builds at once don't take turns
    fcntl = None  # type: ignore[assignment]

PART, OLD = ".part", ".old"
PLACE_ERRORS = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class WriteError(BuildError):
    """A file can't be written; the message says which, why, and what to do."""


@contextmanager
def replacing(targets: Sequence[Path], keeping: Path) -> Iterator[list[Path]]:
    """Give a temporary path beside each target; on leaving without an exception, replace all targets.

    One build at a time works in a folder: another waits for it. A target that is a symbolic link stays one. Raises
    WriteError, with the old files in place, when two targets are one file, one is the file to keep (the list itself),
    or a file can't be written.
    """
    real = [Path(os.path.realpath(target)) for target in targets]
    for place, count in Counter([*real, Path(os.path.realpath(keeping))]).items():
        if count > 1:
            raise WriteError(f"{place}: is named twice. Give the list, the database and the metadata different names.")
    parts = [beside(target, PART) for target in real]
    try:
        with ExitStack() as stack:
            for folder in sorted({target.parent for target in real}):
                stack.enter_context(locked(folder))
            recover(real)
            stack.callback(remove, parts)
            yield parts
            swap(parts, real)
    except OSError as error:
        raise failure(error.filename or targets[0], error.strerror or str(error), real) from None
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in PLACE_ERRORS:
            raise
        raise failure(targets[0], str(error), real) from None


def failure(place: object, reason: str, targets: Sequence[Path]) -> WriteError:
    """The error for a file that can't be written."""
    broken = kept(targets[0], targets).exists()
    outcome = "the next build restores the old files" if broken else "the old files are in place"
    return WriteError(f"{place}: can't be written ({reason}). Check its folder and the disk; {outcome}.")


def swap(parts: Sequence[Path], targets: Sequence[Path]) -> None:
    """Replace all targets by their parts. Raises OSError with all targets as they were."""
    for part in parts:
        sync(part)
    added = [target for target in targets if not target.exists()]
    try:
        keep(targets)
        for part, target in zip(parts, targets, strict=True):
            part.replace(target)
        sync_folders(targets)
    except BaseException:
        restore(targets)
        remove(added)
        forget(targets)
        raise
    forget(targets)


def keep(targets: Sequence[Path]) -> None:
    """Give each target a second name; the first target's comes last, and so shows that all are kept."""
    for target in reversed(targets):
        if target.exists():
            link_or_copy(target, kept(target, targets))
    sync_folders(targets)


def restore(targets: Sequence[Path]) -> None:
    """Restore the targets from their second names, which stay, so this may be killed and repeated."""
    for target in targets:
        old, part = kept(target, targets), beside(target, PART)
        if old.exists():
            remove([part])
            link_or_copy(old, part)
            part.replace(target)
    sync_folders(targets)


def forget(targets: Sequence[Path]) -> None:
    """Remove the second names, the first target's first: from then on the new files are valid."""
    for target in targets:
        old = kept(target, targets)
        remove([old, old.with_name(old.name + PART)])


def recover(targets: Sequence[Path]) -> None:
    """Undo a killed build and remove what it left behind."""
    if kept(targets[0], targets).exists():
        restore(targets)
    forget(targets)
    remove([beside(target, PART) for target in targets])


def beside(target: Path, suffix: str) -> Path:
    """A hidden name in the target's folder."""
    return target.with_name(f".{target.name}{suffix}")


def kept(target: Path, targets: Sequence[Path]) -> Path:
    """The second name of one of some targets; with the first one's name, because databases share inspect-data.json."""
    return beside(target, OLD if target == targets[0] else f".{targets[0].name}{OLD}")


def link_or_copy(path: Path, copy: Path) -> None:
    """A second name for a file; where the file system has no hard links a copy, whole or not there."""
    try:
        copy.hardlink_to(path)
    except OSError:
        half = copy.with_name(copy.name + PART)
        shutil.copy2(path, half)
        sync(half)
        half.replace(copy)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's advisory lock, so that two builds take turns; the system releases it when a process dies."""
    if not fcntl:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove(parts: Sequence[Path]) -> None:
    """Remove temporary files and what SQLite keeps beside them."""
    for part in parts:
        for path in (part, part.with_name(part.name + "-journal")):
            path.unlink(missing_ok=True)


def sync_folders(targets: Sequence[Path]) -> None:
    """Have the system write the targets' folders: without it a rename may be lost with the power."""
    for folder in sorted({target.parent for target in targets}) if fcntl else ():
        sync(folder)


def sync(path: Path) -> None:
    """Have the system write a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
