"""Reports of errors of the program itself: a traceback, versions and the user's own text."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from backprop_tui.engine.text.words import escaped

from ..version import VERSION
from .state import put

PACKAGES = ("textual", "textual-plot", "rich", "numpy", "sympy")
"""Those whose versions a report names."""


def report(error: BaseException, words: Sequence[str]) -> str:
    """Writes the report of an error; one line that says where it is.

    `words` are those of the command line. What was on the screen stands in the error's notes.
    """
    try:
        path = put("reports", _text(error, words), ".txt")
    except OSError as refused:
        reason = f"{type(error).__name__}: {error}"
        return (
            f"an error of the program itself: {escaped(reason)}"
            f" (no report can be written: {refused.strerror})"
        )
    return f"an error of the program itself; the report is in {escaped(str(path))}"


def _text(error: BaseException, words: Sequence[str]) -> str:
    packages = (f"{name} {_version(name)}" for name in PACKAGES)
    return "\n".join(
        (
            f"backprop-tui {VERSION}",
            f"Python {platform.python_version()} on {platform.system()} {platform.release()}",
            *packages,
            "",
            "Command line:",
            *(f"  {word!r}" for word in words),
            "",
            "".join(traceback.format_exception(error)),
        )
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "is not installed"
