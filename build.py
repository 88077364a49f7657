"""Build phenomena.db and metadata.yml from a curated markdown list of papers.

    python build.py                              from phenomena.md, this repository's edition
    python build.py LIST                         from another file, or an http(s) address
    python build.py LIST --check                 report a list's problems, write nothing
    python build.py LIST --dialect FILE          from a list in another format
    python build.py LIST --guess                 draft a dialect for a list, write nothing
    python build.py --bundle DIR                 also one zip with all formats, into a folder
    python build.py --place                      also place the papers on the map anew

text --source--> lines --outline--> blocks --entries--> entries --records--> rows --store--> database
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import click
from click.core import ParameterSource

from phenomena.bundle.archive import MissingLibraryError, check_libraries, make_bundle, write_bundle
from phenomena.database.map_rows import make_ties
from phenomena.database.metadata import companion, make_inspect_data, make_metadata
from phenomena.database.publish import WriteError, replacing
from phenomena.database.queries import read_queries
from phenomena.database.records import Records, make_records
from phenomena.database.report import make_annotations, make_json, make_summary
from phenomena.database.store import write_database
from phenomena.map.layout import MissingLayoutError, arrange
from phenomena.map.positions import Position, positions_beside, positions_path, write_positions
from phenomena.papers.changes import Change, changes_beside, history_path, write_changes
from phenomena.papers.history import make_history
from phenomena.papers.joining import join
from phenomena.reader.collection import collection_at, is_collection
from phenomena.reader.dialects.choice import draft_dialect
from phenomena.reader.limits import USUAL, Limits
from phenomena.reader.many import read_lists
from phenomena.reader.revisions import GitError, read_revisions
from phenomena.reader.source import ListError, is_address, read_source

HERE = Path(__file__).parent
DATABASE = HERE / "phenomena.db"
FILE = click.Path(path_type=Path, dir_okay=False)
HELP = """Build a SQLite database and its Datasette metadata from a list of papers.

LIST is the path or the http(s) address of a markdown list, or a .toml file
that declares several. Without it, it is phenomena.md, this repository's.

\b
Examples:
  build.py                             phenomena.db and metadata.yml
  build.py README.md --check           report a list's problems
  build.py README.md --database x.db   x.db and x.metadata.yml
  build.py README.md --guess           draft a dialect for another format
  build.py README.md --dialect x.toml  read the list by a dialect
  build.py --bundle dist               also a zip of all formats
  build.py README.md --history .       also how the list grew, by commit
  build.py README.md --place           also the papers' positions on a map

inspect-data.json is written beside the database, and keeps its entries for
other databases there. All files are replaced together, or none is.

A dialect declares how a list writes its entries: docs/dialects.md. --guess
prints a draft of one and entries to check, and writes nothing.

--history writes LIST's name with .history.csv beside it, and --place with
.positions.csv. Later builds find these files there. A paper that is new in
LIST is put beside its related papers, and moves no other.

A list may have 6,000 entries and, for each of them, 10 authors and
keywords, 10 lines and 833 bytes. --max-entries raises all four; use it with
a list that you trust, since a build takes time and memory in proportion.

\b
Exit code:
  0  built, or checked
  1  the list can't be read, holds no paper or, with --strict, has errors
  2  wrong usage
"""


def read(
    location: str,
    changes: Sequence[Change] | None = None,
    positions: Mapping[str, Position] | None = None,
    dialect: str | None = None,
    limits: Limits = USUAL,
) -> Records:
    """All rows of a list, or of the lists that a file declares, with their changes and their papers' positions.

    These are by default those of the files beside them. Raises ListError when no list can be read, when one holds no
    paper or too much, when a file beside it can't be read, or when its dialect can't be used or matches too little.
    """
    declared = collection_at(location, dialect)
    found, unread = read_lists(declared.lists, limits)
    histories = [changes] if changes is not None else [changes_beside(one.declared.location) for one in found]
    positions = positions_beside(location) if positions is None else positions
    return make_records(join(found, histories), positions, declared.title, unread)


def build(
    location: str,
    database: Path,
    metadata: Path,
    bundle: Path | None = None,
    history: str | None = None,
    place: bool = False,
    dialect: str | None = None,
    limits: Limits = USUAL,
) -> tuple[Records, list[Path]]:
    """Build both files, and inspect-data.json beside the database; all are replaced together, or none is.

    With the repository of the list's `history`, its history file is one of them, and with `place` its positions file. A
    bundle follows them into its folder. Returns the rows and the files written. Raises ListError as `read` does,
    GitError when there is no such repository, WriteError when a file can't be written, and MissingLibraryError or
    MissingLayoutError when a bundle or a layout needs a library.
    """
    if bundle:
        check_libraries()
    changes = make_history(read_revisions(history, Path(location).name, limits)) if history else None
    positions = place_papers(read(location, changes, {}, dialect, limits)) if place else None
    beside = make_beside(Path(location), changes, positions)
    targets = [database, metadata, database.with_name("inspect-data.json"), *beside]
    with replacing(targets, keeping=Path(location)) as (database_part, metadata_part, inspect_part, *parts):
        records = read(location, changes, positions, dialect, limits)
        write_database(database_part, records)
        metadata_part.write_text(make_metadata(records, read_queries(), database.stem), "utf-8")
        inspect_part.write_text(make_inspect_data(database_part, database, records), "utf-8")
        for part, text in zip(parts, beside.values(), strict=True):
            part.write_text(text, "utf-8", newline="")
        bundled = make_bundle(database_part, records) if bundle else b""
    if bundle:
        targets.append(write_bundle(bundle, bundled, records, keeping=Path(location)))
    return records, targets


def make_beside(
    location: Path, changes: Sequence[Change] | None, positions: Mapping[str, Position] | None
) -> dict[Path, str]:
    """Path and text of the files to write beside a list: those of what was made anew."""
    files = {}
    if changes is not None:
        files[history_path(location)] = write_changes(changes)
    if positions is not None:
        files[positions_path(location)] = write_positions(positions)
    return files


def place_papers(records: Records) -> dict[str, Position]:
    """A new layout of all papers."""
    tables = records.tables
    return arrange([str(paper["id"]) for paper in tables["papers"]], make_ties(tables["related"]))


def named(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file without a name, such as the empty one."""
    if path is not None and not path.name:
        raise click.BadParameter(f"{str(path)!r} is not a file name. Give the path of a file to write.")
    return path


def choose_targets(database: Path | None, metadata: Path | None) -> tuple[Path, Path]:
    """Where both files go. Refuses to build the usual database without its metadata, which would break the site."""
    if metadata and not database and metadata.resolve() != companion(DATABASE).resolve():
        raise click.UsageError(f"--metadata alone leaves {DATABASE.name} with old metadata. Give --database too.")
    database = database or DATABASE
    return database, metadata or companion(database)


def check_usage(location: str, context: click.Context) -> None:
    """Refuse combinations of options that make no sense."""
    options = context.params
    given = [name for name in options if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    others = [name for name in given if name not in ("guess", "location", "max_entries")]
    if options["guess"] and others:
        raise click.UsageError(f"--guess only prints a draft. Leave --{others[0].replace('style', 'format')} out.")
    if options["check"] and options["bundle"]:
        raise click.UsageError("--check writes nothing, and --bundle writes a zip. Leave one of them out.")
    for name in ("history", "place"):
        if options[name] and (options["check"] or is_address(location)):
            raise click.UsageError(f"--{name} writes a file beside LIST. Give LIST as a path, and leave --check out.")
    for name in ("history", "dialect", "guess"):
        if options[name] and is_collection(location):
            raise click.UsageError(f"--{name} is for one list. Give the path of one that {location} declares.")
    if options["history"] and options["dialect"]:
        raise click.UsageError("--history reads revisions in this repository's format. Leave --dialect out.")


@click.command(help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("location", metavar="[LIST]", default=str(HERE / "phenomena.md"))
@click.option("--database", type=FILE, callback=named, help="Database to write, by default phenomena.db.")
@click.option("--metadata", type=FILE, callback=named, help="Metadata to write, by default beside it.")
@click.option("--bundle", type=click.Path(path_type=Path, file_okay=False), help="Folder for a zip of all formats.")
@click.option("--history", metavar="REPOSITORY", help="Git repository of LIST, by path or address.")
@click.option("--dialect", metavar="FILE", help="How LIST writes its entries: a file, or a preset's name.")
@click.option("--guess", is_flag=True, help="Write nothing, only print a draft of a dialect for LIST.")
@click.option("--place", is_flag=True, help="Place all papers on the map anew.")
@click.option(
    "--max-entries", type=click.IntRange(1), metavar="N", help=f"Entries to allow, by default {USUAL.entries}."
)
@click.option("--check", is_flag=True, help="Write nothing, only report problems of LIST.")
@click.option("--strict", is_flag=True, help="Exit with 1 when LIST has errors.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="What to print, by default text.",
)
def main(
    location: str,
    database: Path | None,
    metadata: Path | None,
    bundle: Path | None,
    history: str | None,
    dialect: str | None,
    guess: bool,
    place: bool,
    max_entries: int | None,
    check: bool,
    strict: bool,
    style: str,
) -> None:
    """The command; exit code 0 when built or checked, 1 when not (or --strict objects), 2 for wrong usage."""
    check_usage(location, click.get_current_context())
    targets = choose_targets(database, metadata)
    limits = Limits(max_entries) if max_entries else USUAL
    try:
        if guess:
            click.echo(draft_dialect(read_source(location, limits), location, limits), nl=False)
            return
        write = partial(build, location, *targets, bundle, history, place, dialect, limits)
        records, files = (read(location, dialect=dialect, limits=limits), []) if check else write()
    except (ListError, GitError, WriteError, MissingLibraryError, MissingLayoutError) as error:
        sys.exit(f"build.py: {error}")
    printed = {
        "text": lambda: make_summary(records, files),
        "json": lambda: make_json(records, files),
        "github": lambda: make_annotations(records),
    }
    click.echo(printed[style]())
    has_errors = records.unread or any(problem.severity == "error" for problem in records.problems)
    sys.exit(1 if strict and has_errors else 0)


if __name__ == "__main__":
    main()
