"""The command `phenomena`, which is installed with pip: build, check, guess and serve, for any list."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..reader.failure import BuildError
from ..reader.limits import USUAL, Limits
from .build_command import Home, make_command
from .options import FOLDER, OPTIONS
from .serve import make_site, serve

HOME = Home("phenomena", Path("phenomena.db"))
CHECKING = ("baseline", "since", "dialect", "max_entries", "scheduler", "strict", "style", "comment")
NOT_BUILDING = ("guess", "check", "baseline", "since", "comment")
GROUP = """A curated list of papers as a database, and as a site.

LIST is the path or the http(s) address of a markdown list, or a .toml file
that declares several.
"""
BUILD = """Build a SQLite database and its Datasette metadata from LIST.

phenomena.db, metadata.yml and inspect-data.json are written into the current
folder, or where --database says. All are replaced together, or none is.

--parquet DIR writes all tables as Parquet, in folders of their names, for a
collection too large for one SQLite file; a database is then only written if
--database names it. With --scheduler, the workers of a Dask cluster read the
lists, which each must find under the same path or address.
"""
CHECK = """Report the problems of LIST, and write nothing.

With --baseline OTHER, another version of LIST by path or address, only those
that OTHER lacks; --strict then fails on new errors only. --since REVISION
compares with LIST in a revision of its git repository, such as HEAD.
--format comment shows the entries that are new or changed, as they were read.

\b
Exit code:
  0  checked
  1  LIST or OTHER can't be read or, with --strict, LIST has errors
  2  wrong usage
"""
GUESS = """Draft a dialect for LIST, and write nothing.

The draft goes to standard output, with entries to check: save it as a file,
correct it, and give it to build, check and serve as --dialect FILE.
"""
SERVE = """Build LIST into a folder and serve it with Datasette.

The folder keeps the whole site: `datasette FOLDER` serves it again.
"""


def start_site(
    location: str, folder: Path, host: str, port: int, build_only: bool, dialect: str | None, max_entries: int | None
) -> None:
    """Build the site and serve it; exit code 1 when it can't be built."""
    try:
        make_site(location, folder, dialect, Limits(max_entries) if max_entries else USUAL)
    except BuildError as error:
        sys.exit(f"{HOME.program}: {error}")
    if not build_only:
        serve(folder, host, port)


main = click.Group(
    "phenomena",
    help=GROUP,
    context_settings={"help_option_names": ["-h", "--help"]},
    commands=[
        make_command(HOME, "build", BUILD, [name for name in OPTIONS if name not in NOT_BUILDING]),
        make_command(HOME, "check", CHECK, CHECKING, check=True),
        make_command(HOME, "guess", GUESS, ["max_entries"], guess=True),
        click.Command(
            "serve",
            help=SERVE,
            callback=start_site,
            params=[
                click.Argument(["location"], metavar="LIST"),
                click.Option(
                    ["--folder"],
                    type=FOLDER,
                    default="phenomena-site",
                    help="Folder for the site, by default phenomena-site.",
                ),
                click.Option(["--host"], default="127.0.0.1", help="Address to listen on, by default 127.0.0.1."),
                click.Option(
                    ["--port"], type=click.IntRange(0, 65_535), default=8001, help="Port, by default 8001; 0 for any."
                ),
                click.Option(["--build-only"], is_flag=True, help="Only make the folder, to serve it elsewhere."),
                OPTIONS["dialect"],
                OPTIONS["max_entries"],
            ],
        ),
    ],
)
