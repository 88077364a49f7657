"""What pip installs with this project: the libraries that requirements.txt names, so that each is pinned once.

Its lines for ./sandbox and ./web are left out: the installed package holds both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

EXTRAS = ("bundle", "dask", "map")  # pip install "phenomena[bundle]": requirements-bundle.txt


class Requirements(MetadataHookInterface):
    """Fills in the dependencies."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Give the project's metadata the libraries and the extras."""
        root = Path(self.root)
        metadata["dependencies"] = read_requirements(root / "requirements.txt")
        metadata["optional-dependencies"] = {
            name: read_requirements(root / f"requirements-{name}.txt") for name in EXTRAS
        }


def read_requirements(path: Path) -> list[str]:
    """The libraries of a requirements file, without comments, other files and folders."""
    lines = [line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith(("-", "."))]
