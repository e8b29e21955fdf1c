"""The state folder: dated files that only their owner reads, the last few of each kind."""

from __future__ import annotations

import os
import time
from pathlib import Path

from .output import write_whole

MOST = 20
"""How many files of a kind are kept."""
STAMP = "%Y-%m-%dT%H-%M-%S"
"""How a file is named: by the local time; names in order are times in order."""


def folder(kind: str) -> Path:
    """Where files of a kind lie; it need not be there."""
    from platformdirs import user_state_path

    return user_state_path("backprop-tui", appauthor=False) / kind


def files(kind: str) -> list[Path]:
    """The files of a kind, the latest first."""
    try:
        found = [path for path in folder(kind).iterdir() if path.name[:1].isdigit()]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)


def put(kind: str, text: str, ending: str) -> Path:
    """A new file of a kind; those beyond the last MOST are removed. Raises OSError."""
    path = folder(kind) / f"{time.strftime(STAMP)}-{os.getpid()}{ending}"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(text, path, 0o600)
    for old in files(kind)[MOST:]:
        old.unlink(missing_ok=True)
    return path


def when(path: Path) -> str:
    """The time at which a file was made, as its name says, to the minute."""
    day, _, clock = path.name.partition("T")
    return f"{day} {clock[:5].replace('-', ':')}"
