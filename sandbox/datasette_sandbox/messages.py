"""Messages between the server and a worker: pickles of plain values behind their length; no other pickle is read."""

from __future__ import annotations

import io
import pickle

TYPE_CHECKING = False  # as in worker.py
if TYPE_CHECKING:
    from typing import Any, BinaryIO

LONGEST_MESSAGE = 64 * 2**20
HEAD = 8  # bytes of a message's length
AT_ONCE = 256 * 1024  # bytes; what is shorter is sent and read as a whole, where a pipe takes so many


class PlainUnpickler(pickle.Unpickler):
    """Reads plain values only; a pickle that names a class or function is an error."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"a message names {module}.{name}")


def dump_rows(rows: list[tuple[Any, ...]]) -> bytes:
    """Rows as a pickle, in half the time that it takes to look for each value among those before it."""
    pickler = pickle.Pickler(body := io.BytesIO(), protocol=5)
    pickler.fast = True
    pickler.dump(rows)
    return body.getvalue()


def read_parts(stream: BinaryIO) -> list[Any]:
    """The parts of the next message. Raises EOFError where it isn't whole, UnpicklingError where it isn't plain."""
    length = int.from_bytes(stream.read(HEAD), "little")
    body = stream.read(length) if length <= LONGEST_MESSAGE else b""
    if not body or len(body) < length:
        raise EOFError
    pickles, parts = io.BytesIO(body), []
    while pickles.tell() < length:
        parts.append(PlainUnpickler(pickles).load())
    return parts


def read_message(stream: BinaryIO) -> Any:
    """The first part of the next message, or all of it. Raises what read_parts raises."""
    return read_parts(stream)[0]


def write_message(stream: BinaryIO, message: Any, *pickles: bytes) -> None:
    """Send a message, with more parts that are pickles already; a short one at once, so that it comes as a whole."""
    first = pickle.dumps(message, protocol=5)
    length = len(first) + sum(map(len, pickles))
    parts = [length.to_bytes(HEAD, "little"), first, *pickles]
    stream.writelines([b"".join(parts)] if length < AT_ONCE else parts)
    stream.flush()
