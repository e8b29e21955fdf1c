"""A program on a pseudo-terminal: keys in, the screen out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import pyte

PROGRAM = (sys.executable, "-m", "backprop_tui.tui")
KEYS = {
    "enter": "\r", "esc": "\x1b", "tab": "\t", "backspace": "\x7f", "up": "\x1b[A",
    "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
}  # fmt: skip
UNREAD = re.compile(
    rb"\x1b\[[<>=?][0-9;]*[upc]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\|\x1b\].*?(?:\x07|\x1b\\)", re.S
)
"""Sequences that terminals obey and that pyte would show as text."""


class Terminal:
    """Runs a command in `columns` by `rows` cells; a context manager that leaves nothing behind."""

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 120,
        rows: int = 36,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.received = 0.0
        """When the last bytes came, by time.perf_counter()."""
        self.status: int | None = None
        self.pid, self.file = pty.fork()
        if not self.pid:
            settings = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            # A test that runs in the background ignores interrupts, and so would what it starts.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
            os.execvpe(command[0], list(command), {**kept, **settings, **(environment or {})})
        self.set_window(columns, rows)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait_exit()
        os.close(self.file)

    @property
    def text(self) -> str:
        """What a person would read."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def cells(self) -> list[object]:
        """Every cell with its colours."""
        rows = range(self.screen.lines)
        return [self.screen.buffer[y][x] for y in rows for x in range(self.screen.columns)]

    def read(self, seconds: float) -> bool:
        """Draws what the program writes within the time; False when it writes nothing."""
        data = self.receive(seconds)
        self.stream.feed(UNREAD.sub(b"", data))
        return bool(data)

    def receive(self, seconds: float) -> bytes:
        """What the program writes within the time, not drawn yet; empty when that is nothing."""
        if self.status is not None or not select.select([self.file], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.file, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.received = time.perf_counter()
        self.raw += data
        return data

    def settle(self, quiet: float = 0.12) -> None:
        """Reads until the program has been silent for a moment."""
        while self.read(quiet):
            pass

    def wait(self, wanted: str | Callable[[str], bool], seconds: float = 90.0) -> Terminal:
        """Until a text is on the screen, or a condition on it holds; then until it is silent."""
        holds = wanted if callable(wanted) else lambda text: wanted in text
        end = time.monotonic() + seconds
        while not holds(self.text):
            assert time.monotonic() < end, f"waited in vain for {wanted!r}:\n{self.text}"
            assert self.status is None, f"ended with {self.status}:\n{self.text}"
            self.read(0.05)
        self.settle()
        return self

    def press(self, *keys: str) -> Terminal:
        """Types keys, by name or as they are, one after another."""
        for key in keys:
            self.type(key)
            self.settle()
        return self

    def type(self, key: str) -> None:
        """Types one key and does not wait."""
        os.write(self.file, KEYS.get(key, key).encode())

    def resize(self, columns: int, rows: int) -> Terminal:
        """Gives the window another size."""
        self.screen.resize(rows, columns)
        self.set_window(columns, rows)
        self.settle(0.3)
        return self

    def wait_exit(self, seconds: float = 90.0) -> int | None:
        """The exit status, once the program has ended."""
        end = time.monotonic() + seconds
        while self.status is None and time.monotonic() < end:
            self.read(0.05)
        return self.status

    def fill(self, key: str) -> None:
        """Types a key, reading nothing, until the program has no room to write more, and on."""
        other_end = os.open(f"/proc/{self.pid}/fd/0", os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        left = 40
        while left:
            left -= not select.select([], [other_end], [], 0)[1]
            self.type(key)
            time.sleep(0.05)
        os.close(other_end)

    def ended_unread(self, seconds: float) -> int | None:
        """The exit status, once the program has ended though nobody reads what it writes."""
        end = time.monotonic() + seconds
        while self.status is None and time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        return self.status

    def left_over(self) -> bytes:
        """What the program wrote before it ended and nobody has read yet."""
        found = b""
        with contextlib.suppress(OSError):
            while data := os.read(self.file, 1 << 16):
                found += data
        return found

    def hang_up(self) -> None:
        """Closes the terminal under the program."""
        os.close(self.file)
        self.file = os.open(os.devnull, os.O_RDWR)

    def set_window(self, columns: int, rows: int) -> None:
        """Gives the window another size and does not wait."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, size)


def restored(raw: bytes) -> bool:
    """True when the alternate screen and the mouse are off again and the cursor is shown."""
    pairs = [(b"?1049h", b"?1049l"), (b"?1000h", b"?1000l"), (b"?1003h", b"?1003l")]
    off = all(raw.rfind(end) > raw.rfind(begin) for begin, end in pairs if begin in raw)
    return b"?1049h" in raw and off and raw.rfind(b"?25h") > raw.rfind(b"?25l")
