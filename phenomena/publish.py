"""The last step: several files replaced together, each whole.

Everything is written and synced beside its target first; only then are the targets replaced, one rename each. A build
that fails or is killed leaves the old files. The next build removes what a killed one left behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .problems import ListError

try:
    import fcntl
except ImportError:  # Windows has no advisory locks; two builds at once are not told apart there
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".part"


@contextmanager
def replacing(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Give a temporary path beside each target; on leaving without an exception, put all in the targets' places.

    One build at a time works in a folder: another waits for it. Raises ListError when a folder can't be written.
    """
    parts = [target.with_name(f".{target.name}{SUFFIX}") for target in targets]
    try:
        with ExitStack() as stack:
            for folder in sorted({target.resolve().parent for target in targets}):
                stack.enter_context(locked(folder))
            stack.callback(remove, parts)
            remove(parts)
            yield parts
            for part in parts:
                sync(part)
            for part, target in zip(parts, targets, strict=True):
                part.replace(target)
            for folder in {target.resolve().parent for target in targets}:
                sync(folder)
    except OSError as error:
        place = error.filename or targets[0]
        raise ListError(f"{place}: can't be written ({error.strerror or error}); the old files are untouched") from None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's advisory lock, so that two builds take turns; the system frees it when a process dies."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove(parts: Sequence[Path]) -> None:
    """Remove temporary files and what SQLite keeps beside them."""
    for part in parts:
        for path in (part, part.with_name(part.name + "-journal")):
            path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the system write a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
