"""What a command runs: it builds, checks or guesses, prints what was found, and ends with the exit code for it.

What a plain build doesn't need is imported where it is used: imports are a third of the time of a short list's build.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..database.publish import WriteError
from ..database.records import Records
from ..database.report import make_annotations, make_json, make_summary
from ..reader.dialects.choice import draft_dialect
from ..reader.failure import BuildError
from ..reader.limits import USUAL, Limits
from ..reader.source import ListError, is_address, read_source
from ..reader.workers import Pool, local_pool
from .building import build, read, uncollected
from .options import OPTIONS, check_usage, choose_targets

if TYPE_CHECKING:
    from .comparison import Comparison


@dataclass(frozen=True)
class Home:
    """What a program is called, the database that it builds by default, and the list from which, if there is one."""

    program: str
    database: Path
    list: Path | None = None


def make_command(home: Home, name: str, text: str, options: Sequence[str], **always: Any) -> click.Command:
    """A command on a list with some of the options, and values that others always have."""

    def start(location: str, **values: Any) -> None:
        context, options = click.get_current_context(), dict.fromkeys(OPTIONS) | values | always
        given = [one for one in values if context.get_parameter_source(one) is ParameterSource.COMMANDLINE]
        check_usage(location, options, given)
        run(home, location, options)

    usual: dict[str, Any] = {"metavar": "[LIST]", "default": str(home.list)} if home.list else {"metavar": "LIST"}
    return click.Command(
        name,
        params=[click.Argument(["location"], **usual), *(OPTIONS[option] for option in options)],
        callback=start,
        help=text,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def run(home: Home, location: str, options: Mapping[str, Any]) -> None:
    """Do what the options say; exit code 0 when built or checked, 1 when not (or --strict objects)."""
    limits = Limits(options["max_entries"]) if options["max_entries"] else USUAL
    if options["scheduler"]:
        location, options = find_for_workers(location, options)
    try:
        if options["guess"]:
            click.echo(draft_dialect(read_source(location, limits), location, limits), nl=False)
            return
        with open_pool(options["scheduler"]) as pool:
            if options["check"]:
                found = check(location, options["dialect"], limits, options["baseline"], options["since"], pool)
                records, printed = found.records, print_check(found, options["style"], options["comment"])
            else:
                records, files = build_all(home, location, options, limits, pool)
                printed = print_records(records, files, options["style"])
    except BuildError as error:
        sys.exit(f"{home.program}: {error}")
    click.echo(printed)
    sys.exit(1 if options["strict"] and has_errors(records) else 0)


def open_pool(scheduler: str | None) -> AbstractContextManager[Pool]:
    """What reads: a cluster, or the processes of this machine."""
    if scheduler is None:
        return nullcontext(local_pool)
    from ..reader.cluster import cluster_pool

    return cluster_pool(scheduler)


def find_for_workers(location: str, options: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The location, and options, with paths from the root: a worker may run in another folder."""

    def whole(path: str) -> str:
        return path if is_address(path) else str(Path(path).absolute())

    names = [name for name in ("baseline", "dialect") if options[name]]
    given = {name: whole(options[name]) for name in names if name != "dialect" or Path(options[name]).suffix}
    return whole(location), {**options, **given}


@uncollected()
def build_all(
    home: Home, location: str, options: Mapping[str, Any], limits: Limits, pool: Pool
) -> tuple[Records, list[Path]]:
    """Build what the options name: the database with all that belongs to it, with --parquet only if it is named too."""
    folder, files = options["parquet"], list[Path]()
    shared: dict[str, Any] = {"dialect": options["dialect"], "limits": limits, "pool": pool}
    if folder:
        from ..bundle.partitions import check_parquet, write_parquet

        check_parquet(folder)
    if folder and not options["database"]:
        records = read(location, **shared)
    else:
        shared |= {name: options[name] for name in ("bundle", "history", "place")}
        database, metadata = choose_targets(home.database, options["database"], options["metadata"])
        records, files = build(location, database, metadata, **shared)
    return records, [*files, *([write_parquet(folder, records)] if folder else ())]


def has_errors(records: Records) -> bool:
    """Whether a list has errors, or couldn't be read at all."""
    return bool(records.unread) or any(problem.severity == "error" for problem in records.problems)


def check(
    location: str,
    dialect: str | None,
    limits: Limits,
    baseline: str | None,
    since: str | None,
    pool: Pool = local_pool,
) -> Comparison:
    """What a list has that another version of it lacks; everything, where there is none.

    Raises ListError when one of the two can't be read, and GitError when there is no such revision.
    """
    records = read(location, dialect=dialect, limits=limits, pool=pool)
    from .comparison import compare

    if since:
        other = read_since(Path(location), since, dialect, limits)
        note = f"not compared: {location} is not a list in {since}"
        return compare(records if other else replace(records, notes=[*records.notes, note]), other)
    return compare(records, read(baseline, dialect=dialect, limits=limits, pool=pool) if baseline else None)


def read_since(path: Path, revision: str, dialect: str | None, limits: Limits) -> Records | None:
    """A list as it was in a revision, None where it wasn't a list: a change may well make it one."""
    from tempfile import TemporaryDirectory

    from ..reader.revisions import read_version

    data = read_version(path, revision)
    with TemporaryDirectory() as folder, suppress(ListError):
        if data is not None:
            (Path(folder) / path.name).write_bytes(data)
            return read(str(Path(folder) / path.name), dialect=dialect, limits=limits)
    return None


def print_check(found: Comparison, style: str, comment: Path | None) -> str:
    """What a check found, in the style that is asked for; the comment is also written to a file, if one is given.

    Raises WriteError when that can't be written.
    """
    from .comment import make_comment

    if comment:
        try:
            comment.write_text(make_comment(found), "utf-8")
        except OSError as error:
            raise WriteError(f"{comment}: can't be written ({error.strerror or error}). Check its folder.") from None
    return make_comment(found) if style == "comment" else print_records(found.records, (), style)


def print_records(records: Records, files: Sequence[Path], style: str) -> str:
    """What was read and written, in the style that is asked for."""
    if style == "json":
        return make_json(records, files)
    return make_annotations(records) if style == "github" else make_summary(records, files)
