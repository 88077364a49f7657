"""The options of the commands, each declared once; and combinations of them that are refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from ..database.metadata import companion
from ..reader.collection import is_collection
from ..reader.limits import USUAL
from ..reader.source import is_address

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
FORMATS = ("text", "json", "github", "comment")


def named(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file without a name, such as the empty one."""
    if path is not None and not path.name:
        raise click.BadParameter(f"{str(path)!r} is not a file name. Give the path of a file to write.")
    return path


OPTIONS: Mapping[str, click.Option] = {
    str(option.name): option
    for option in (
        click.Option(["--database"], type=FILE, callback=named, help="Database to write, by default phenomena.db."),
        click.Option(["--metadata"], type=FILE, callback=named, help="Metadata to write, by default beside it."),
        click.Option(["--bundle"], type=FOLDER, help="Folder for a zip of all formats."),
        click.Option(["--parquet"], type=FOLDER, help="Folder for all tables as Parquet; a database only if named."),
        click.Option(["--scheduler"], metavar="ADDRESS", help="Dask scheduler whose workers read LIST."),
        click.Option(["--history"], metavar="REPOSITORY", help="Git repository of LIST, by path or address."),
        click.Option(["--dialect"], metavar="FILE", help="How LIST writes its entries: a file, or a preset's name."),
        click.Option(["--guess"], is_flag=True, help="Write nothing, only print a draft of a dialect for LIST."),
        click.Option(["--place"], is_flag=True, help="Recompute all papers' positions on the map."),
        click.Option(
            ["--max-entries"],
            type=click.IntRange(1),
            metavar="N",
            help=f"Entries to allow, by default {USUAL.entries}.",
        ),
        click.Option(["--check"], is_flag=True, help="Write nothing, only report problems of LIST."),
        click.Option(
            ["--baseline"], metavar="OTHER", help="With --check, report only problems that this version of LIST lacks."
        ),
        click.Option(["--since"], metavar="REVISION", help="As --baseline, LIST as it was in a revision of its git."),
        click.Option(["--comment"], type=FILE, callback=named, help="File for what --format comment prints, too."),
        click.Option(["--strict"], is_flag=True, help="Exit with 1 when LIST has errors."),
        click.Option(
            ["--format", "style"], type=click.Choice(FORMATS), default="text", help="What to print, by default text."
        ),
    )
}


def choose_targets(usual: Path, database: Path | None, metadata: Path | None) -> tuple[Path, Path]:
    """Where both files go, by default to the `usual` database. Refuses to build that without its metadata, which would
    break the site.
    """
    if metadata and not database and metadata.resolve() != companion(usual).resolve():
        raise click.UsageError(f"--metadata alone leaves {usual.name} with old metadata. Give --database too.")
    database = database or usual
    return database, metadata or companion(database)


def check_usage(location: str, options: Mapping[str, Any], given: Iterable[str]) -> None:
    """Refuse combinations of options that make no sense; `given` are those that the user wrote."""
    others = [name for name in given if name not in ("guess", "location", "max_entries")]
    if options["guess"] and others:
        raise click.UsageError(f"--guess only prints a draft. Leave --{others[0].replace('style', 'format')} out.")
    if options["check"] and options["bundle"]:
        raise click.UsageError("--check writes nothing, and --bundle writes a zip. Leave one of them out.")
    if options["check"] and options["parquet"]:
        raise click.UsageError("--check writes nothing, and --parquet writes a folder. Leave one of them out.")
    for name in ("metadata", "bundle", "history", "place"):
        if options[name] and options["parquet"] and not options["database"]:
            raise click.UsageError(f"--parquet alone writes no database, and --{name} needs one. Give --database too.")
    for name in ("history", "place"):
        if options[name] and (options["check"] or is_address(location)):
            raise click.UsageError(f"--{name} writes a file beside LIST. Give LIST as a path, and leave --check out.")
    for name in ("history", "dialect", "guess"):
        if options[name] and is_collection(location):
            raise click.UsageError(f"--{name} is for one list. Give the path of one that {location} declares.")
    if options["history"] and options["dialect"]:
        raise click.UsageError("--history reads revisions in this repository's format. Leave --dialect out.")
    if options["baseline"] and not options["check"]:
        raise click.UsageError("--baseline compares problems, and a build keeps them all. Give --check too.")
    if options["baseline"] and is_collection(location) != is_collection(options["baseline"]):
        raise click.UsageError("--baseline compares two versions of one file. Give two lists, or two .toml files.")
    if options["style"] == "comment" and not options["check"]:
        raise click.UsageError("--format comment shows what a check finds new. Check LIST, with --baseline OTHER.")
    if options["since"] and options["baseline"]:
        raise click.UsageError("--since and --baseline both name another version of LIST. Leave one of them out.")
    if options["since"] and (is_address(location) or is_collection(location)):
        raise click.UsageError("--since is for one list in a git repository. Give its path.")
