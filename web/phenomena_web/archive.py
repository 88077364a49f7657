"""The archive in every format, by address, where `python build.py --bundle dist` has put one beside the database.

It is `dist/phenomena-CHECKSUM.zip`, named by the rows that it holds. Each of its files has an address of its own, the
path in the archive below /data/, so the relative paths in its descriptions hold there too. What is stored as it is,
Parquet above all, is read in ranges; the rest is unpacked while it is sent.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import struct
import weakref
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import click
from datasette.utils.asgi import Request, Response

from . import errors
from .byte_ranges import PIECE, Content, FileResponse, Stretch
from .internals import inspected_file
from .site import DATABASE, FILES, published

if TYPE_CHECKING:
    from datasette.app import Datasette

FOLDER = "dist"
WHOLE, SUMS, PACKAGE, CROISSANT = f"{DATABASE}.zip", "SHA256SUMS", "datapackage.json", "croissant.json"
DATABASE_FILE = f"{DATABASE}.db"
OTHER = f"holds another {DATABASE_FILE} than the one that is published"
HEADER = struct.Struct("<26xHH")  # of a file in a zip: the lengths of its name and of what else precedes its bytes
DESCRIPTIONS = {  # of the files that datapackage.json doesn't describe
    SUMS: ("text/plain; charset=utf-8", "SHA-256 of every file"),
    "README.md": ("text/markdown; charset=utf-8", "What every table and column means, and how to read them"),
    "CITATION.cff": ("application/yaml", "How to cite this edition"),
    PACKAGE: ("application/json; charset=utf-8", "Data Package: every file, with the types and keys of its columns"),
    CROISSANT: (
        "application/ld+json; charset=utf-8",
        "Croissant: the tables, with whole addresses, for machine learning",
    ),
}


@dataclass(frozen=True)
class Packed:
    """A file of an archive that is compressed there."""

    archive: ZipFile
    entry: ZipInfo

    @property
    def size(self) -> int:
        """Its bytes when it is unpacked."""
        return self.entry.file_size

    async def read(self) -> AsyncIterator[bytes]:
        """Yield them in pieces."""
        with self.archive.open(self.entry) as file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece


@dataclass(frozen=True)
class Made:
    """Bytes that are made for an answer."""

    data: bytes

    @property
    def size(self) -> int:
        """Their number."""
        return len(self.data)

    async def read(self) -> AsyncIterator[bytes]:
        """Yield them at once."""
        yield self.data


@dataclass(frozen=True)
class File:
    """A file that has an address below /data/."""

    path: str
    content: Content
    sha256: str
    media_type: str
    meaning: str

    def respond(self, request: Request, headers: dict[str, str]) -> FileResponse:
        """The answer, with its checksum (RFC 9530)."""
        digest = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        return FileResponse(request, self.content, self.media_type, {**headers, "Repr-Digest": f"sha-256=:{digest}:"})


class Archive:
    """The archive of a server, open for good, whatever takes its place in the folder."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises OSError, BadZipFile, or KeyError and ValueError where it isn't one that the build made."""
        self.name, self.zip = path.name, ZipFile(path)
        self.file = self.zip.fp.fileno()  # type: ignore[union-attr]  # it is open
        sums = self.zip.read(SUMS)
        self.sums = {path: checksum for checksum, path in (line.split("  ", 1) for line in sums.decode().splitlines())}
        self.sums[SUMS] = hashlib.sha256(sums).hexdigest()
        self.described = {one["path"]: one for one in json.loads(self.zip.read(PACKAGE))["resources"]}
        self.files = {entry.filename: self.find_file(entry) for entry in self.zip.infolist()}

    def find_file(self, entry: ZipInfo) -> File:
        """What is known of a file in it."""
        path = entry.filename
        one = self.described.get(path, {})
        media_type, meaning = DESCRIPTIONS.get(path) or (one["mediatype"], one.get("description", ""))
        return File(path, self.find_content(entry), self.sums[path], media_type, meaning)

    def find_content(self, entry: ZipInfo) -> Content:
        """The bytes of a file in it."""
        if entry.compress_type != ZIP_STORED:
            return Packed(self.zip, entry)
        before = sum(HEADER.unpack(os.pread(self.file, HEADER.size, entry.header_offset)))
        return Stretch(self.file, entry.header_offset + HEADER.size + before, entry.file_size)

    async def find(self, path: str, address: str = "") -> File | None:
        """A file by its path below an address."""
        if path == WHOLE:
            return await self.find_itself()
        if path == CROISSANT and address:
            return self.make_croissant(address)
        return self.files.get(path)

    def make_croissant(self, address: str) -> File:
        """Its Croissant with whole addresses: readers take the paths in it for those of their own folder."""
        value = json.loads(self.zip.read(CROISSANT))
        for one in value["distribution"]:
            one["contentUrl"] = address + one["contentUrl"]
        data = (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
        return replace(self.files[CROISSANT], content=Made(data), sha256=hashlib.sha256(data).hexdigest())

    async def find_itself(self) -> File:
        """The archive as a file; its checksum is computed when it is first asked for."""
        whole = Stretch(self.file, 0, os.fstat(self.file).st_size)
        if WHOLE not in self.sums:
            digest = hashlib.sha256()
            async for piece in whole.read():
                digest.update(piece)
            self.sums[WHOLE] = digest.hexdigest()
        return File(WHOLE, whole, self.sums[WHOLE], "application/zip", "All files below in one archive")


archives: weakref.WeakKeyDictionary[Datasette, Archive | None] = weakref.WeakKeyDictionary()


def archive_of(datasette: Datasette) -> Archive | None:
    """The archive of the rows that a server publishes, None where there is none."""
    if datasette not in archives:
        archives[datasette] = open_archive(datasette)
    return archives[datasette]


def open_archive(datasette: Datasette) -> Archive | None:
    """The archive, if it holds the very file that is published; what is wrong with one that doesn't is said."""
    checksum = (datasette.plugin_config("phenomena") or {}).get("content_sha256", "")
    path = Path(published(datasette).path or "").parent / FOLDER / f"{DATABASE}-{checksum[:12]}.zip"
    if not path.exists():
        return None
    try:
        archive = Archive(path)
        reason = "" if archive.sums[DATABASE_FILE] == inspected_file(datasette, DATABASE).get("hash") else OTHER
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        reason = f"can't be read ({error})"
    if not reason:
        return archive
    click.echo(f"{path}: {reason}, so it is not offered; run `python build.py --bundle {FOLDER}`", err=True)
    return None


async def download_file(datasette: Datasette, request: Request) -> Response:
    """A file of the archive, or the archive itself."""
    archive, path = archive_of(datasette), request.url_vars["path"]
    address = datasette.absolute_url(request, datasette.urls.path(FILES))
    if archive is None or (file := await archive.find(path, address)) is None:
        return errors.respond(errors.read_extension(path), 404, "There is no such file; /data lists all.")
    named = {"Content-Disposition": f'attachment; filename="{archive.name}"'} if path == WHOLE else {}
    return file.respond(request, named)
