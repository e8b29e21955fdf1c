"""Where what was printed goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from backprop_tui.engine import BackpropError

from .signals import unwound

PATIENCE, TICK = 2.0, 0.05
"""Seconds that a pipe is given to find a reader, and between two looks."""


def write(lines: Iterable[str], path: str | None) -> None:
    """To a file, whole or not at all, or to standard output as the lines are made."""
    if path is not None:
        made = "".join(f"{line}\n" for line in lines)
        with _errors(path):
            _write_to(made, path)
    elif sys.stdout is not None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        for line in lines:
            with _errors("standard output"):
                sys.stdout.write(f"{line}\n")
        with _errors("standard output"):
            sys.stdout.flush()


@contextmanager
def _errors(where: str) -> Iterator[None]:
    """What cannot be written is bad input; a closed pipe is none."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackpropError(f"cannot write {where}: {reason}") from None


def _write_to(made: str, path: str) -> None:
    """A regular file is replaced, through links; into a device or a pipe one writes."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        found = None
    stream = next((number for number in (1, 2) if found and _is_open(number, found)), None)
    if stream is not None:
        _write_all(os.dup(stream), made)
    elif found is None or stat.S_ISREG(found.st_mode):
        with unwound():
            write_whole(made, Path(os.path.realpath(path)), found.st_mode if found else None)
    elif stat.S_ISFIFO(found.st_mode):
        _write_all(_with_reader(path), made)
    else:
        _write_all(os.open(path, os.O_WRONLY), made)


def _is_open(number: int, found: os.stat_result) -> bool:
    """True where a file is a standard stream, whatever it is called: /dev/stdout for one."""
    try:
        return os.path.samestat(os.fstat(number), found)
    except OSError:
        return False


def _with_reader(path: str) -> int:
    """A named pipe that somebody reads. OSError where nobody does in time."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            number = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > until:
                raise OSError(error.errno, f"nobody reads it within {PATIENCE:g} s") from None
            time.sleep(TICK)
        else:
            os.set_blocking(number, True)
            return number


def _write_all(number: int, made: str) -> None:
    with open(number, "w", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(made)


def write_whole(made: str, target: Path, mode: int | None = None) -> None:
    """Replaces a file by a text, or makes it; whole or not at all.

    Its mode is `mode`, None for that of a new file.
    """
    partial = target.parent / f".backprop-tui-{os.urandom(6).hex()}"
    try:
        hidden = 0o666 if mode is None else 0o600
        _write_all(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, hidden), made)
        if mode is not None:
            partial.chmod(stat.S_IMODE(mode))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
