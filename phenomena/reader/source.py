"""Read a list, from a file or an http(s) address, as checked text with its checksum.

A byte order mark and the kind of line ending make no difference: both are removed before anything is counted.
Invisible characters are removed here too, so that no field can hold any, nor the list's own name.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from .characters import clean, encode_invisible
from .failure import BuildError
from .limits import MAX_LINE_BYTES, USUAL, Limits

TIMEOUT_SECONDS = 10.0
DOWNLOAD_SECONDS = 60.0
MAX_REDIRECTS = 5

ADDRESS = re.compile(r"https?://", re.IGNORECASE)  # https://example.org/README.md


class ListError(BuildError):
    """The list as a whole can't be used; the message says where, why and what to do."""


@dataclass(frozen=True)
class Source:
    """A list: `lines` without line ends and invisible characters, the first at index 0.

    `altered` has number and text, as written, of each line that lost a character; `sha256` and `bytes` are of the text
    as written, in UTF-8.
    """

    name: str
    url: str | None
    lines: tuple[str, ...]
    sha256: str
    bytes: int
    final_newline: bool
    altered: tuple[tuple[int, str], ...]


def is_address(location: str) -> bool:
    """Whether a list is read from the network, and has no files beside it."""
    return bool(ADDRESS.match(location))


def read_source(location: str, limits: Limits = USUAL) -> Source:
    """Read a list from a path or an http(s) address.

    Raises ListError when it can't be read, is over the limits of bytes and lines, isn't UTF-8, has a NUL byte or a line
    over 20 KB.
    """
    if is_address(location):
        name = address_name(location)
        return make_source(read_address(location, limits), name, encode_invisible(location), limits)
    return make_source(read_file(Path(location), limits), Path(location).name, None, limits)


def address_name(address: str) -> str:
    """The last part of an address's path, else its host."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ListError(f"{address}: is not a valid address ({error}). Check its spelling.") from None
    return PurePosixPath(parts.path).name or parts.netloc


def read_file(path: Path, limits: Limits) -> bytes:
    """The file's bytes, never more than one over the limit."""
    try:
        with path.open("rb") as file:
            return file.read(limits.bytes + 1)
    except FileNotFoundError:
        raise ListError(f"{path}: no such file. Give the path or the http(s) address of a list.") from None
    except IsADirectoryError:
        raise ListError(f"{path}: is a folder. Give the path of the list inside it.") from None
    except OSError as error:
        raise ListError(
            f"{path}: can't be read ({error.strerror or error}). Check the file and its permissions."
        ) from None


def read_address(address: str, limits: Limits) -> bytes:
    """The bytes behind an http(s) address, never more than one chunk over the limit."""
    import httpx  # here, because a build from a file needs none of it and it is slow to import

    deadline = time.monotonic() + DOWNLOAD_SECONDS
    body = bytearray()
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True, max_redirects=MAX_REDIRECTS) as client,
            client.stream("GET", address) as response,
        ):
            response.raise_for_status()
            for chunk in response.iter_bytes(65_536):
                body += chunk
                if len(body) > limits.bytes:
                    break
                if time.monotonic() > deadline:
                    raise ListError(f"{address}: took over {DOWNLOAD_SECONDS:.0f} s. Download it and give its path.")
    except httpx.HTTPStatusError as error:
        raise ListError(f"{address}: the server answered {error.response.status_code}. Check the address.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise ListError(f"{address}: can't be fetched ({reason}). Check the address and the network.") from None
    return bytes(body)


def make_source(data: bytes, name: str, url: str | None, limits: Limits = USUAL) -> Source:
    """Check the bytes and split them into lines. Raises ListError, with the line, where they exceed a limit."""
    name = clean(name) or "list"
    if len(data) > limits.bytes:
        size = f"{limits.bytes / 1_000_000:.3g} MB, more than a list of {limits.entries:,} papers"
        raise ListError(f"{name}: is over {size}. Check the path, or raise --max-entries.")
    try:
        text = data.decode("utf-8").removeprefix("\N{BYTE ORDER MARK}")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ListError(f"{name}, line {line}: is not UTF-8. Save the list as UTF-8.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    written = text.split("\n")
    final_newline = written[-1] == ""
    written = written[:-1] if final_newline else written
    check_lines(written, name, limits)
    lines = tuple(map(clean, written))
    altered = tuple((number, row) for number, row in enumerate(written, 1) if lines[number - 1] != row)
    encoded = text.encode()
    return Source(name, url, lines, hashlib.sha256(encoded).hexdigest(), len(encoded), final_newline, altered)


def check_lines(lines: Sequence[str], name: str, limits: Limits) -> None:
    """Raise ListError for too many lines, one that is too long, or one with a NUL byte."""
    if len(lines) > limits.lines:
        raise ListError(f"{name}: is over {limits.lines:,} lines. Split it into several lists, or raise --max-entries.")
    for number, row in enumerate(lines, 1):
        if "\0" in row:
            raise ListError(f"{name}, line {number}: has a NUL byte. Delete it.")
        if len(row) > MAX_LINE_BYTES or len(row.encode()) > MAX_LINE_BYTES:
            raise ListError(f"{name}, line {number}: is over {MAX_LINE_BYTES // 1000} KB. Split it into several lines.")


def check_counts(entries: int, names: int, limits: Limits, place: str) -> None:
    """Raise ListError where a list holds more entries, or more authors and keywords, than its limits allow."""
    for count, most, what in ((entries, limits.entries, "entries"), (names, limits.names, "authors and keywords")):
        if count > most:
            raise ListError(
                f"{place}: holds over {most:,} {what}. Split it into several lists, or raise --max-entries."
            )
