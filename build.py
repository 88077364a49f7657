"""Build phenomena.db and metadata.yml from a curated markdown list of papers.

    python build.py                              from phenomena.md, this repository's edition
    python build.py LIST                         from another file, or an http(s) address
    python build.py --bundle DIR                 also one zip with all formats, into a folder

text --source--> lines --outline--> blocks --entries--> entries --records--> rows --store--> database
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from phenomena.bundle import check_libraries, make_bundle, write_bundle
from phenomena.entries import read_entries
from phenomena.metadata import make_inspect_data, make_metadata
from phenomena.problems import ListError
from phenomena.publish import replacing
from phenomena.queries import read_queries
from phenomena.reading import check_reading
from phenomena.records import Records, make_records
from phenomena.report import make_annotations, make_json, make_summary
from phenomena.source import read_source
from phenomena.store import write_database

HERE = Path(__file__).parent
FILE = click.Path(path_type=Path, dir_okay=False)


def build(location: str, database: Path, metadata: Path, bundle: Path | None = None) -> tuple[Records, list[Path]]:
    """Build both files, and inspect-data.json beside the database; all are replaced together, or none is.

    A bundle follows them into its folder. Returns the rows and the files written. Raises ListError when the list can't
    be read, holds no paper or too much.
    """
    if bundle:
        check_libraries()
    targets = [database, metadata, database.with_name("inspect-data.json")]
    with replacing(targets, keeping=Path(location)) as (database_part, metadata_part, inspect_part):
        source = read_source(location)
        reading = read_entries(source)
        check_reading(reading, location)
        records = make_records(source, reading)
        write_database(database_part, records)
        metadata_part.write_text(make_metadata(records, read_queries()), "utf-8")
        inspect_part.write_text(make_inspect_data(database_part, database.name, records), "utf-8")
        bundled = make_bundle(database_part, records) if bundle else b""
    if bundle:
        targets.append(write_bundle(bundle, bundled, records, keeping=Path(location)))
    return records, targets


def named(_: click.Context, __: click.Parameter, path: Path) -> Path:
    """Refuse a file without a name, such as the empty one."""
    if not path.name:
        raise click.BadParameter("is no name of a file")
    return path


@click.command(help=f"{__doc__}", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("location", metavar="[LIST]", default=str(HERE / "phenomena.md"))
@click.option("--database", type=FILE, callback=named, default=HERE / "phenomena.db")
@click.option("--metadata", type=FILE, callback=named, default=HERE / "metadata.yml")
@click.option("--bundle", type=click.Path(path_type=Path, file_okay=False), help="Folder for a zip of all formats.")
@click.option("--strict", is_flag=True, help="Exit with 1 when the list has problems of severity error.")
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", help="What to print.")
def main(location: str, database: Path, metadata: Path, bundle: Path | None, strict: bool, style: str) -> None:
    """The command; exit code 0 when built, 1 when not (or --strict objects), 2 for wrong usage."""
    try:
        records, files = build(location, database, metadata, bundle)
    except ListError as error:
        sys.exit(f"build.py: {error}")
    printed = {
        "text": lambda: make_summary(records, files),
        "json": lambda: make_json(records, files),
        "github": lambda: make_annotations(records.problems, location),
    }
    click.echo(printed[style]())
    sys.exit(1 if strict and any(problem.severity == "error" for problem in records.problems) else 0)


if __name__ == "__main__":
    main()
