"""A build, step by step: lists are read, their rows made, and all files written together.

text --source--> lines --outline--> blocks --entries--> entries --records--> rows --store--> database

What only some builds need is imported where it is used.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..database.map_rows import make_ties
from ..database.metadata import make_inspect_data, make_metadata
from ..database.publish import replacing
from ..database.queries import read_queries
from ..database.records import Records, make_records
from ..database.store import write_database
from ..map.positions import Position, positions_beside, positions_path, write_positions
from ..papers.changes import Change, changes_beside, history_path, write_changes
from ..papers.joining import join
from ..reader.collection import collection_at
from ..reader.libraries import check_libraries
from ..reader.limits import USUAL, Limits
from ..reader.many import read_lists
from ..reader.workers import Pool, local_pool


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for cyclic garbage: a build makes millions of objects and no cycles, and then ends."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@uncollected()
def read(
    location: str,
    changes: Sequence[Change] | None = None,
    positions: Mapping[str, Position] | None = None,
    dialect: str | None = None,
    limits: Limits = USUAL,
    pool: Pool = local_pool,
) -> Records:
    """All rows of a list, or of the lists that a file declares, with their changes and their papers' positions.

    These are by default those of the files beside them. The pool reads several lists, or the parts of one. Raises
    ListError when no list can be read, when one holds no paper or too much, when a file beside it can't be read, or
    when its dialect can't be used or matches too little.
    """
    declared = collection_at(location, dialect)
    found, unread = read_lists(declared.lists, limits, pool)
    histories = [changes] if changes is not None else [changes_beside(one.declared.location) for one in found]
    positions = positions_beside(location) if positions is None else positions
    return make_records(join(found, histories), positions, declared.title, unread)


@uncollected()
def build(
    location: str,
    database: Path,
    metadata: Path,
    bundle: Path | None = None,
    history: str | None = None,
    place: bool = False,
    dialect: str | None = None,
    limits: Limits = USUAL,
    pool: Pool = local_pool,
) -> tuple[Records, list[Path]]:
    """Build both files, and inspect-data.json beside the database; all are replaced together, or none is.

    With the repository of the list's `history`, its history file is one of them, and with `place` its positions file. A
    bundle follows them into its folder. Returns the rows and the files written. Raises ListError as `read` does,
    GitError when there is no such repository, WriteError when a file can't be written, and MissingLibraryError when
    a bundle or a layout needs a library.
    """
    if bundle:
        from ..bundle.archive import LIBRARIES, REQUIREMENTS, make_bundle, write_bundle

        check_libraries("--bundle", LIBRARIES, REQUIREMENTS)
    changes = read_history(history, Path(location).name, limits) if history else None
    positions = place_papers(read(location, changes, {}, dialect, limits, pool)) if place else None
    beside = make_beside(Path(location), changes, positions)
    targets = [database, metadata, database.with_name("inspect-data.json"), *beside]
    with replacing(targets, keeping=Path(location)) as (database_part, metadata_part, inspect_part, *parts):
        records = read(location, changes, positions, dialect, limits, pool)
        write_database(database_part, records)
        metadata_part.write_text(make_metadata(records, read_queries(), database_part, database.stem), "utf-8")
        inspect_part.write_text(make_inspect_data(database_part, database, records), "utf-8")
        for part, text in zip(parts, beside.values(), strict=True):
            part.write_text(text, "utf-8", newline="")
        bundled = make_bundle(database_part, records) if bundle else b""
    if bundle:
        targets.append(write_bundle(bundle, bundled, records, keeping=Path(location)))
    return records, targets


def read_history(repository: str, name: str, limits: Limits) -> Sequence[Change]:
    """The changes of a list of that name, by the revisions of its repository. Raises GitError without one."""
    from ..papers.history import make_history
    from ..reader.revisions import read_revisions

    return make_history(read_revisions(repository, name, limits))


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
    from ..map.layout import arrange

    tables = records.tables
    return arrange([str(paper["id"]) for paper in tables["papers"]], make_ties(tables["related"]))
