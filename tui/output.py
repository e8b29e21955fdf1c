"""Where what was printed goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

from backprop_tui.engine import BackpropError


def write(made: str, path: str | None) -> None:
    """To a file, whole or not at all, or to standard output."""
    try:
        if path is not None:
            _write_file(made, Path(os.path.realpath(path)))
        elif sys.stdout is not None:
            _write_out(made)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackpropError(f"cannot write {path or 'standard output'}: {reason}") from None


def _write_out(made: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(made)
    sys.stdout.flush()


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
