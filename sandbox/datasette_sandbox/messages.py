"""Messages between the server and a worker: pickles of plain values behind their length; no other pickle is read."""

from __future__ import annotations

import io
import pickle
from typing import Any, BinaryIO

LONGEST_MESSAGE = 64 * 2**20


class PlainUnpickler(pickle.Unpickler):
    """Reads plain values only; a pickle that names a class or function is an error."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"a message names {module}.{name}")


def load_plain(body: bytes) -> Any:
    return PlainUnpickler(io.BytesIO(body)).load()


def read_message(stream: BinaryIO) -> Any:
    """The next message. Raises EOFError where the other side is gone, UnpicklingError where it isn't plain."""
    length = int.from_bytes(stream.read(8), "little")
    body = stream.read(length) if length <= LONGEST_MESSAGE else b""
    if not body or len(body) < length:
        raise EOFError
    return load_plain(body)


def write_message(stream: BinaryIO, message: Any) -> None:
    body = pickle.dumps(message, protocol=5)
    stream.write(len(body).to_bytes(8, "little") + body)
    stream.flush()
