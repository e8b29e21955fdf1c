"""The folder in which the command is run: whatever lies there, nothing is imported from it."""

import os
import site
import sys

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
"""Where this package is imported from."""


def leave_out() -> None:
    """Takes the current folder off the path of imports, unless it is a place of installed code.

    `python -m` puts it there, and an empty entry in PYTHONPATH; so do relative entries in effect.
    """
    installed = {HOME, os.path.dirname(os.__file__), site.getusersitepackages()}
    installed.update(site.getsitepackages())
    sys.path[:] = [
        full
        for entry, full in zip(sys.path, map(_absolute, sys.path), strict=True)
        if full in installed or (os.path.isabs(entry) and full != _absolute(""))
    ]


def _absolute(entry: str) -> str:
    try:
        return os.path.abspath(entry)
    except OSError:  # the current folder is gone: there is nothing in it
        return ""
