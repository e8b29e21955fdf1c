"""Standard output and error where nobody reads them, or where there is no room."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from ..status import BAD_INPUT


def say(words: str) -> None:
    """A line on standard error, where there is one that takes it."""
    if sys.stderr is not None:
        try:
            print(words, file=sys.stderr, flush=True)
        except OSError:
            _silence(sys.stderr)


def put(words: str) -> None:
    """A text on standard output. SystemExit, with a word of it, where there is no room."""
    if sys.stdout is not None:
        try:
            sys.stdout.write(words)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise SystemExit(_refused(error)) from None


def flushed(status: int) -> int:
    """The exit status once all is written: bad input where it cannot be.

    A pipe that was closed is no error.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        status = status or _refused(error)
        _silence(sys.stdout)
    return status


def _refused(error: OSError) -> int:
    say(f"backprop-tui: cannot write standard output: {error.strerror}")
    return BAD_INPUT


def _silence(stream: TextIO) -> None:
    """Lets go of what cannot be written.

    The interpreter would try it once more at its end, and complain.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
