"""What is read from outside: a file, a FIFO or standard input, never more than a limit."""

from __future__ import annotations

import os
import select
import stat
from typing import BinaryIO

from .bounds import Limit

PATIENCE = 2.0
"""Seconds in which somebody must begin to write to a FIFO."""
CHUNK = 1 << 20
KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFIFO: "a FIFO",
}
"""What is no regular file, by the kind that the system gives it."""


class ReadError(Exception):
    """What cannot be read, or not all of it: what is said of it after its name."""


def read_file(path: str, limit: Limit, fifo: bool = False) -> bytes:
    """What a regular file holds, or a FIFO where that is meant. Raises ReadError.

    The file is opened without waiting: where nothing can be read at once there is nothing.
    """
    allowed = (stat.S_IFREG, stat.S_IFIFO) if fifo else (stat.S_IFREG,)
    try:
        _check_kind(os.stat(path), allowed)
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with os.fdopen(opened, "rb", buffering=0) as stream:
            status = os.fstat(opened)
            _check_kind(status, allowed)
            if stat.S_ISREG(status.st_mode) and status.st_size > limit.most:
                raise ReadError(f"is too large: {limit.words}")
            if stat.S_ISFIFO(status.st_mode):
                _wait(opened)
            return read_stream(stream, limit)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(f"cannot be read: {reason}") from error
    except ValueError as error:
        raise ReadError("cannot be read: no file has such a name") from error


def read_stream(stream: BinaryIO, limit: Limit) -> bytes:
    """What a stream holds. Raises ReadError as soon as that is more than the limit."""
    found = bytearray()
    while chunk := stream.read(min(CHUNK, limit.most + 1 - len(found))):
        found += chunk
        if len(found) > limit.most:
            raise ReadError(f"is too large: {limit.words}")
    return bytes(found)


def text_of(data: bytes) -> str:
    """Bytes as text with the line ends of programs. Raises ReadError, which names the line."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"the byte 0x{data[error.start]:02x} cannot stand in line {line:,}"
        raise ReadError(f"is not UTF-8 text: {byte}") from None


def _check_kind(status: os.stat_result, allowed: tuple[int, ...]) -> None:
    kind = stat.S_IFMT(status.st_mode)
    if kind not in allowed:
        raise ReadError(f"is not a regular file but {KINDS.get(kind, 'of another kind')}")


def _wait(opened: int) -> None:
    """Waits for the first words in a FIFO, then lets every read wait for more."""
    poll = select.poll()
    poll.register(opened, select.POLLIN)
    if not poll.poll(PATIENCE * 1000):
        raise ReadError(f"cannot be read: nobody has written to it within {PATIENCE:g} s")
    os.set_blocking(opened, True)
