"""A folder replaced as a whole, beside publish.py, which replaces files.

Everything is written and synced in a hidden folder beside it first. The old folder is renamed before the new one takes
its place: a build that is killed between these two renames, a moment, leaves none, and the next one restores the old.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

from .publish import OLD, PART, WriteError, beside, locked, sync


@contextmanager
def replacing_folder(target: Path, names: Container[str]) -> Iterator[Path]:
    """Give an empty folder beside the target; on leaving without an exception, it replaces the target.

    Raises WriteError, with the old folder in place, as `check_folder` does and when a file can't be written.
    """
    real = Path(os.path.realpath(target))
    part, old = beside(real, PART), beside(real, OLD)
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        with locked(real.parent):
            recover(real)
            check_folder(real, names)
            part.mkdir()
            try:
                yield part
                sync_all(part)
                swap(part, real)
            finally:
                shutil.rmtree(part, ignore_errors=True)
                if real.exists():
                    shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        outcome = "the old files are in place" if real.exists() or not old.exists() else "the next build restores them"
        place, reason = error.filename or real, error.strerror or error
        raise WriteError(f"{place}: can't be written ({reason}). Check its folder and the disk; {outcome}.") from None


def check_folder(folder: Path, names: Container[str]) -> None:
    """Raise WriteError for a folder that holds other files than those of some names: it would be lost with them."""
    if others := sorted(path.name for path in folder.iterdir() if path.name not in names) if folder.exists() else []:
        raise WriteError(f"{folder}: holds other files ({', '.join(others[:3])}). Give a folder of its own.")


def swap(part: Path, target: Path) -> None:
    """Replace a folder by another. Raises OSError with the old one in place."""
    old = beside(target, OLD)
    if target.exists():
        target.replace(old)
    try:
        part.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    sync(target.parent)


def recover(target: Path) -> None:
    """Undo a killed build and remove what it left behind."""
    old = beside(target, OLD)
    if old.exists() and not target.exists():
        old.replace(target)
    for left in (old, beside(target, PART)):
        if left.exists():
            shutil.rmtree(left)


def sync_all(folder: Path) -> None:
    """Have the system write all files of a folder, and the folders, to the disk."""
    for path in (*folder.rglob("*"), folder):
        if path.is_file() or os.name == "posix":  # Windows can't open folders
            sync(path)
