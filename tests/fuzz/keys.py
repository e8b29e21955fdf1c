"""Random keys, bytes, sizes and ends on a pseudo-terminal."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import NamedTuple

from backprop_tui.engine import bundled
from hypothesis import strategies as st

from programs import PROGRAMS
from pty_terminal import KEYS, Terminal, restored

WATCHED = str(Path(__file__).with_name("watched.py"))
BUSY = 1.0
"""Seconds of CPU that an answer may take."""
MEMORY = 500_000
"""kB that a session may come to hold."""
PATIENCE = 30.0
"""Seconds of CPU after which an answer is given up."""
QUIT = (b"\x1b[201~", b"\x1b\\", b"\x1b", b"\x11")
"""Ends a paste, a control string and an editor, then quits."""

Size = tuple[int, int]
Event = bytes | Size
"""Bytes typed, or another size of the window."""

PLAIN = st.sampled_from(
    [key.encode() for key in "nNsSgG:tlm[]+-\\&kjzJ!=fadDR<>pevwoq?x0123456789"]
)
NAMED = st.sampled_from([key.encode() for key in KEYS.values()])
CONTROL = st.sampled_from([bytes([code]) for code in (*range(1, 32), 127)])
SEQUENCES = st.sampled_from(
    (b"\x1b[5~", b"\x1b[6~", b"\x1b[Z", b"\x1b[200~x*y^2\x1b[201~", b"\x1b[200~\xff\xe9\x1b[201~",
     b"\x1b[1;5A", b"\x1bOP", b"\x1b[I", b"\x1b[O", b"\x1b[?1;2c", b"\x1b[24;80R", b"\x1b]0;a\x07",
     "é".encode(), "é".encode("latin-1"), "日本".encode(), b"\xe6\x97", b"\x10th\r", b"\x10\r\r\r",
     b"e+1", b"v2\x1b", b"/sig\r", b":3\r", b"wx\r", b"99n", b"9" * 30 + b"n")
)  # fmt: skip
MOUSE = st.builds(
    lambda button, x, y, end: f"\x1b[<{button};{x};{y}{end}".encode(),
    st.sampled_from((0, 1, 2, 32, 35, 64, 65)),
    st.integers(1, 120),
    st.integers(1, 40),
    st.sampled_from("Mm"),
)
SIZES = st.sampled_from(((120, 36), (80, 24), (60, 16), (1, 1), (12, 5), (300, 100), (59, 15)))
EVENTS = st.one_of(PLAIN, PLAIN, NAMED, CONTROL, SEQUENCES, MOUSE, SIZES, st.binary(max_size=3))
ARGUMENTS: st.SearchStrategy[list[str]] = st.one_of(
    st.sampled_from(bundled()).map(lambda name: [name]),
    st.just([]),
    PROGRAMS.map(lambda text: [text]),
)
ENDS = ("quit", "SIGTERM", "SIGHUP", "SIGINT", "close")
STATUS = {"quit": 0, "SIGTERM": 143, "SIGHUP": 129, "SIGINT": 130, "close": 129}


class Play(NamedTuple):
    """A session: what is opened in a window of which size, what is typed, how it ends."""

    arguments: list[str]
    size: Size
    events: list[Event]
    end: str


PLAYS = st.builds(
    Play, ARGUMENTS, SIZES, st.lists(EVENTS, min_size=10, max_size=80), st.sampled_from(ENDS)
)


def any_keys_do_no_harm(play: Play) -> None:
    """No traceback, no long answer, no growth; whatever the end, its status, all restored."""
    with tempfile.TemporaryDirectory() as folder:
        Session(play, folder).run()


class Session:
    """A play on a pseudo-terminal, in a folder of its own."""

    def __init__(self, play: Play, folder: str) -> None:
        self.play = play
        self.folder = folder
        self.beats = Path(folder, "beats")
        environment = {"HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        command = (sys.executable, WATCHED, str(self.beats), *play.arguments)
        self.terminal = Terminal(command, *play.size, environment=environment)

    def run(self) -> None:
        """Plays it. AssertionError where something does not hold."""
        with self.terminal:
            before = termios.tcgetattr(self.terminal.file)
            self.settle()
            for event in self.play.events:
                self.send(event)
            memory = self.memory()
            ended = self.terminal.status
            self.end()
            raw, status = self.terminal.raw, self.terminal.status
            assert b"Traceback" not in raw, self.report()
            expected = (0, 130) if ended is not None else (STATUS[self.play.end],)
            assert status in expected, f"ended with {status}, not {expected}: {self.report()}"
            if self.play.end != "close" or ended is not None:
                assert restored(raw), f"not restored: {raw[-300:]!r}"
                assert termios.tcgetattr(self.terminal.file) == before, "modes not restored"
            assert memory <= MEMORY, f"{memory:,} kB"
            busy = float(self.beats.read_text() or 0) if self.beats.exists() else 0.0
            assert busy <= BUSY, f"busy for {busy} s of CPU"

    def send(self, event: Event) -> None:
        """Types or resizes, and waits for the answer."""
        if self.terminal.status is None:
            if isinstance(event, tuple):
                self.terminal.set_window(*event)
            else:
                os.write(self.terminal.file, event)
            self.settle()

    def end(self) -> None:
        """Ends the program the way that the play says, unless its keys have done so."""
        if self.terminal.status is None and self.play.end == "close":
            self.terminal.hang_up()
        elif self.terminal.status is None and self.play.end != "quit":
            os.kill(self.terminal.pid, getattr(signal, self.play.end))
        for _ in range(5):
            for key in QUIT if self.play.end == "quit" else ():
                self.send(key)
            if self.terminal.wait_exit(2.0) is not None:
                return

    def settle(self) -> None:
        """Reads until the program is asleep, or runs on by itself."""
        end = time.monotonic() + 0.6
        slept = 0
        while self.terminal.status is None and slept < 3:
            if self.terminal.receive(0.01):
                slept = 0
            state, busy = self._state()
            slept = slept + 1 if state in "SZ" else 0
            if state == "T":
                os.kill(self.terminal.pid, signal.SIGCONT)
            if time.monotonic() > end and (slept or busy > PATIENCE):
                return

    def _state(self) -> tuple[str, float]:
        """Of the program: R while any thread runs, else S; T where it is stopped. Its CPU time."""
        states, ticks = set(), 0
        for task in Path(f"/proc/{self.terminal.pid}/task").glob("*/stat"):
            try:
                fields = task.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            states.add(fields[0])
            ticks += int(fields[11]) + int(fields[12])
        state = next((s for s in "TR" if s in states), "S")
        return state, ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """kB held at most until now; 0 when it has ended."""
        try:
            status = Path(f"/proc/{self.terminal.pid}/status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line), 0)

    def report(self) -> str:
        """What the program left in its folder and last on the screen."""
        left = [path for path in Path(self.folder).rglob("*") if path.is_file()]
        texts = [path.read_text(errors="replace")[-1_500:] for path in left]
        return "\n".join([*texts, self.terminal.raw[-2_500:].decode(errors="replace")])
