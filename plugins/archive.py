"""The archive in every format, as the page /data lists it and the front page offers it, where the site has one."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import format_bytes
from phenomena_web.archive import WHOLE, File, archive_of
from phenomena_web.site import FILES

FORMATS = ("csv", "ndjson", "parquet")  # of the tables, each in a folder of its own
OFFERED = (WHOLE, "parquet/papers.parquet", "parquet/listings.parquet", "croissant.json", "datapackage.json")


def describe(file: File) -> dict[str, Any]:
    """A file as the pages show it."""
    shown = {"path": f"{FILES}{file.path}", "name": file.path, "size": format_bytes(file.content.size)}
    return {**shown, "meaning": file.meaning, "media_type": file.media_type.split(";")[0], "sha256": file.sha256}


async def list_offered(datasette: Datasette, site_url: str) -> list[dict[str, Any]]:
    """The files that readers of all tables ask for, at the site's address; none where it has no archive."""
    archive = archive_of(datasette)
    found = [await archive.find(path, site_url.removesuffix("/") + FILES) for path in OFFERED] if archive else []
    return [describe(file) for file in found if file]


async def list_others(datasette: Datasette) -> list[dict[str, Any]]:
    """The archive itself and its files that are no table's, in their order."""
    archive = archive_of(datasette)
    if archive is None:
        return []
    files = [await archive.find_itself(), *archive.files.values()]
    return [describe(file) for file in files if file.path.split("/")[0] not in FORMATS]


def list_tables(datasette: Datasette) -> list[dict[str, Any]]:
    """Name and meaning of each table, with its file of each format that it has."""
    archive = archive_of(datasette)
    tables: dict[str, dict[str, Any]] = {}
    for file in archive.files.values() if archive else ():
        extension, _, name = file.path.partition("/")
        if extension in FORMATS:
            table = tables.setdefault(name.removesuffix(f".{extension}"), {"meaning": ""})
            table |= {extension: describe(file), "meaning": table["meaning"] or file.meaning}
    return [{"name": name, **table} for name, table in tables.items()]


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, object]:
    lists = SimpleNamespace(
        offered=partial(list_offered, datasette),
        others=partial(list_others, datasette),
        tables=partial(list_tables, datasette),
    )
    return {"archive": lists}
