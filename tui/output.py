"""Where what was printed goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from backprop_tui.engine import BackpropError


def write(lines: Iterable[str], path: str | None) -> None:
    """To a file, whole or not at all, or to standard output as the lines are made."""
    if path is not None:
        made = "".join(f"{line}\n" for line in lines)
        with _errors(path):
            _write_file(made, Path(os.path.realpath(path)))
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


def _write_file(made: str, target: Path) -> None:
    """A regular file is replaced, with its mode kept; into a device or a pipe one writes."""
    if target.exists() and not target.is_file():
        target.write_text(made, encoding="utf-8")
        return
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=target.parent, prefix=".backprop-tui-", delete=False
    ) as stream:
        partial = Path(stream.name)
        try:
            stream.write(made)
            stream.close()
            umask = os.umask(0)
            os.umask(umask)
            partial.chmod(target.stat().st_mode if target.exists() else 0o666 & ~umask)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
