"""Start-up, and the latency and bytes of one step, on a pseudo-terminal of 120 by 36 cells."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from costs import Row, seconds, side_by_side
from pty_terminal import PROGRAM, Terminal

BARE = (sys.executable, str(Path(__file__).with_name("bare_app.py")))
TEN = "(4*x + 1)^2 + sin(x)"
THOUSAND = "\n".join(["h0 = tanh(w*x)", *(f"h{i} = tanh(w*h{i - 1})" for i in range(1, 500))])
PRESSES = 15
CASES = (
    ("10", TEN, "tree"), ("1,000", THOUSAND, "tree"), ("10", TEN, "graph"),
    ("1,000", THOUSAND, "graph"),
)  # fmt: skip


def rows() -> Iterator[Row]:
    """The measurements of the screen."""
    for flag in ("--version", "--help"):
        ours, peer = side_by_side(
            lambda flag=flag: _process((*PROGRAM, flag)),
            lambda: _process((sys.executable, "-c", "pass")),
            7,
        )
        yield Row(f"{flag} / python -c pass", ours * 1e3, peer * 1e3, "ms", 5)
    ours, peer = side_by_side(lambda: _start((*PROGRAM, TEN, "x=1")), lambda: _start(BARE), 7)
    yield Row("start to first screen / bare app", ours * 1e3, peer * 1e3, "ms", 1.3)
    for name, program, view in CASES:
        values = ["x=1", *(["w=1"] if "w" in program else [])]
        command = (*PROGRAM, program, *values, "--view", view)
        with Terminal(command) as step, Terminal(BARE) as bare:
            step.wait("step 0/")
            bare.wait("step 0/")
            pairs = [(_press(step, key), _press(bare, key)) for key in "nN" * PRESSES]
        times = [median(pair[side][0] for pair in pairs) * 1e3 for side in (0, 1)]
        yield Row(f"one step, {name} nodes, {view} / one label", times[0], times[1], "ms", 4)
        written = median(pair[0][1] for pair in pairs)
        yield Row(f"bytes written by one step, {name} nodes, {view}", written, None, "B", 4500)


def _process(command: Sequence[str]) -> float:
    return seconds(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))


def _start(command: Sequence[str]) -> float:
    """Seconds from the start of the process to its first screen."""
    start = time.perf_counter()
    with Terminal(command) as terminal:
        while "step 0/" not in terminal.text:
            terminal.read(5)
        return time.perf_counter() - start


def _press(terminal: Terminal, key: str) -> tuple[float, int]:
    """Seconds from the key to the first changed cell, and the bytes written until silence."""
    written, start = len(terminal.raw), time.perf_counter()
    terminal.screen.dirty.clear()
    terminal.type(key)
    while not terminal.screen.dirty:
        terminal.read(5)
    elapsed = time.perf_counter() - start
    terminal.settle(0.06)
    return elapsed, len(terminal.raw) - written
