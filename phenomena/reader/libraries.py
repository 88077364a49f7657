"""Libraries that only some options need: whether they are installed, and what to do where they aren't."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from .failure import BuildError


class MissingLibraryError(BuildError):
    """A library that an option needs isn't installed; the message says which, and how to install it."""


def check_libraries(option: str, libraries: Iterable[str], requirements: str) -> None:
    """Raise MissingLibraryError unless an option's libraries, those of a requirements file, are all installed."""
    missing = [name for name in libraries if find_spec(name) is None]
    if missing:
        raise MissingLibraryError(
            f"{option} needs {' and '.join(missing)}. Install: python -m pip install {' '.join(missing)} "
            f"(in a checkout: -r {requirements})"
        )
