"""The terminal as a file: written to without waiting for one that does not read."""

from __future__ import annotations

import os
import select
import termios
import threading
import time
from contextlib import suppress

TICK = 0.05
"""Seconds after which a write that waits looks whether it is still wanted."""
ROOM = 1 << 16
"""Characters that are gathered into one write."""
PATIENCE = 0.2
"""Seconds that a terminal is given to read the last that is written to it."""
RESTORED = (
    "\x18"  # ends a sequence that was cut short
    "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l"  # updates, pastes, line wrap, reports of the size
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?1004l"  # mouse and focus
    "\x1b[<u\x1b[?1049l\x1b[?25h"  # keys, the screen before, the cursor
)
"""What takes back all that the framework's driver asks of a terminal."""


class TerminalFile:
    """What the framework's writing thread writes to; any thread may end it."""

    def __init__(self, number: int) -> None:
        self.number = _opened_again(number)
        self.gathered: list[str] = []
        self.size = 0
        self.ended = False
        """True once nothing more is to be written."""
        self.writing = threading.Lock()

    def fileno(self) -> int:
        """The number of the file."""
        return self.number

    def write(self, text: str) -> None:
        """Gathers text, which a flush writes."""
        self.gathered.append(text)
        self.size += len(text)
        if self.size > ROOM:
            self.flush()

    def flush(self) -> None:
        """Writes what was gathered, as fast as the terminal reads; nothing once it is ended."""
        # A character that is no character (half a pair) cannot be encoded.
        rest = memoryview("".join(self.gathered).encode(errors="replace"))
        self.gathered, self.size = [], 0
        while rest and not self.ended:
            with self.writing:
                written = 0 if self.ended else self._write_some(rest)
            rest = rest[written:]
            if rest and not written:
                select.select([], [self.number], [], TICK)

    def end(self, last: str) -> None:
        """Lets go of what still waits, and writes `last` unless the terminal is gone.

        A terminal that does not read in time loses what it did not read yet.
        """
        self.ended = True
        # Its holder may be the very thread that a signal interrupted: wait no longer than it takes.
        held = self.writing.acquire(timeout=PATIENCE)
        if not self._write_in_time(last):
            with suppress(termios.error):
                termios.tcflush(self.number, termios.TCOFLUSH)
            self._write_in_time(last)
        if held:
            self.writing.release()

    def begin(self) -> None:
        """Writes again."""
        self.ended = False

    def _write_in_time(self, text: str) -> bool:
        """Whether the terminal took all of a text within PATIENCE."""
        rest, until = memoryview(text.encode()), time.monotonic() + PATIENCE
        while rest and time.monotonic() < until:
            rest = rest[self._write_some(rest) :]
            if rest:
                select.select([], [self.number], [], TICK)
        return not rest

    def _write_some(self, data: memoryview) -> int:
        """How many bytes the terminal took; all of them where it is gone."""
        try:
            return os.write(self.number, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)


def _opened_again(number: int) -> int:
    """The terminal of a file, opened so that writing does not wait.

    The file itself is left alone: it is shared with the shell. Where the terminal cannot be opened
    (after su it belongs to another user) the file serves as it is.
    """
    with suppress(OSError):
        return os.open(os.ttyname(number), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    return number
