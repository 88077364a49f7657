"""A site of a list in a folder: its database, and copies of this program's plugins, templates, assets and settings."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..database.publish import WriteError
from ..reader.limits import USUAL, Limits
from ..reader.shipped import SHIPPED
from .building import build

SERVED = ("plugins", "templates", "static", "settings.json")
MARK = ".phenomena-site"  # the file that shows whose a folder is


def make_site(location: str, folder: Path, dialect: str | None = None, limits: Limits = USUAL) -> None:
    """Build a list into a folder that `datasette FOLDER` serves. An earlier site in it is replaced; all else stays.

    Raises WriteError for a folder that holds other files of these names, or when a file can't be written; and what
    `build` raises.
    """
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("Made by `phenomena serve`, which replaces the files of this folder.\n", "utf-8")
        build(location, folder / "phenomena.db", folder / "metadata.yml", dialect=dialect, limits=limits)
        for name in SERVED:
            copy(SHIPPED / name, folder / name)
    except OSError as error:
        raise WriteError(
            f"{error.filename or folder}: can't be written ({error.strerror or error}). Check the folder and the disk."
        ) from None


def check_folder(folder: Path) -> None:
    """Raise WriteError for a folder that holds files of a site's names, and isn't one that was made here."""
    taken = [name for name in (*SERVED, "metadata.yml", "phenomena.db") if (folder / name).exists()]
    if taken and not (folder / MARK).exists():
        raise WriteError(f"{folder}: holds other files ({', '.join(taken)}). Give another folder with --folder.")


def copy(source: Path, target: Path) -> None:
    """A fresh copy of a file or folder in place of an older one."""
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def serve(folder: Path, host: str, port: int) -> None:
    """Serve a folder with Datasette until it is interrupted."""
    from datasette.cli import cli  # here, because it takes longer to import than a check

    cli.main(["serve", str(folder), "--host", host, "--port", str(port)], prog_name="phenomena")
