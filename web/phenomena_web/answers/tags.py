"""The ETag of an answer: a checksum of all that it depends on, so that it is known before the answer is made.

That is the build, the code, the settings, the address (with the host, where answers repeat it) and the encoding. Pages
say how long their statements took, and compressed bytes when they were compressed, so the tags are weak; those of files
as they are stored are strong, so that a download can go on where it broke off. Nothing in a tag is secret. Whoever
computes one for an address that they never asked for is answered 304, which fools nobody else: such an answer has no
content, so no cache keeps anything for it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import datasette_sandbox

from ..archive import SUMS, archive_of
from ..internals import all_settings, code_folders, is_reloading

if TYPE_CHECKING:
    from datasette.app import Datasette

PACKAGES = (Path(__file__).parent.parent, Path(datasette_sandbox.__file__).parent)
INSTALLED = ("phenomena", "phenomena-web", "datasette-sandbox", "datasette", "datasette-vega")  # and what they require
NAME = re.compile(r"[\w.-]+")
OPAQUE = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')

sites: WeakKeyDictionary[Datasette, bytes | None] = WeakKeyDictionary()


def list_files(folder: Path) -> Iterator[Path]:
    """The files of a folder and its folders in order, without what Python compiles."""
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


@cache
def list_versions(packages: tuple[str, ...]) -> dict[str, str]:
    """The versions of packages and of those that they require; of the ones that are not installed, none."""
    found = {}
    for package in packages:
        for name in (package, *list_required(package)):
            try:
                found[name] = version(name)
            except PackageNotFoundError:  # an extra
                continue
    return found


def list_required(package: str) -> list[str]:
    """What a package requires; nothing where it isn't installed: `phenomena` may hold this one, or be its folder."""
    try:
        return [match[0] for line in requires(package) or () if (match := NAME.match(line))]
    except PackageNotFoundError:
        return []


def hash_files(*folders: Path) -> bytes:
    """32 bytes over all files of some folders."""
    digest = hashlib.blake2b(digest_size=32)
    for folder in folders:
        for path in list_files(folder):
            digest.update(repr((folder.name, path.relative_to(folder).as_posix(), path.read_bytes())).encode())
    return digest.digest()


@cache
def hash_packages() -> bytes:
    """32 bytes over the files of this package and the sandbox, which a process loads once."""
    return hash_files(*PACKAGES)


def hash_code(datasette: Datasette) -> bytes:
    """32 bytes over the files that answers are made by, the settings, and the versions of what is installed."""
    files = (hash_files(*code_folders(datasette)), hash_packages())
    state = (files, all_settings(datasette), list_versions(INSTALLED), sys.version, sqlite3.sqlite_version)
    return hashlib.blake2b(repr(state).encode(), digest_size=32).digest()


def hash_site(datasette: Datasette, address: tuple[str, str] | None) -> bytes | None:
    """32 bytes over all builds that are served and the code; None where either may change while the server runs.

    `address` is the public one.
    """
    databases = {name: one for name, one in datasette.databases.items() if name != "_internal"}
    if is_reloading(datasette) or any(one.is_mutable for one in databases.values()):
        return None
    builds = {name: None if one.is_memory else one.hash for name, one in databases.items()}
    archived = archive.sums[SUMS] if (archive := archive_of(datasette)) else None
    metadata = json.dumps(datasette.metadata(), sort_keys=True, default=str)
    return hashlib.blake2b(
        repr((address, builds, archived, metadata)).encode(), key=hash_code(datasette), digest_size=32
    ).digest()


def site_of(datasette: Datasette, address: tuple[str, str] | None) -> bytes | None:
    """The checksum of a server, computed once, before it answers anything: Datasette changes what metadata gives."""
    if datasette not in sites:
        sites[datasette] = hash_site(datasette, address)
    return sites[datasette]


def make_tag(site: bytes, *address: bytes) -> bytes:
    """The tag of an answer, by the checksum of the site and the parts of an address."""
    return b'W/"%s"' % hashlib.blake2b(repr(address).encode(), key=site, digest_size=16).hexdigest().encode()


def is_among(tag: bytes, listed: bytes) -> bool:
    """Whether an If-None-Match header names a tag; weak tags are compared as strong ones (RFC 9110, 8.8.3.2).

    >>> is_among(b'W/"a"', b'"b", "a"'), is_among(b'W/"a"', b'"b,W/a", *')
    (True, False)
    """
    return OPAQUE.fullmatch(tag)[1] in OPAQUE.findall(listed)  # type: ignore[index]


def accepts_gzip(accepted: bytes) -> bool:
    """Whether an Accept-Encoding header takes gzip: it is named, and not with a weight of 0.

    >>> accepts_gzip(b"br, gzip;q=0.5"), accepts_gzip(b"gzip; q=0.0, br"), accepts_gzip(b"*")
    (True, False, False)
    """
    for coding in accepted.lower().split(b","):
        name, _, weight = coding.partition(b";")
        if name.strip() in (b"gzip", b"x-gzip"):
            return not re.fullmatch(rb"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False
