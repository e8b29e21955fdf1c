"""Start-up, and the CPU and bytes of one step, on a pseudo-terminal of 120 by 36 cells."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from costs import NETWORK, Row, seconds, side_by_side
from key_costs import steps
from pty_terminal import PROGRAM, Terminal

BARE = (sys.executable, str(Path(__file__).with_name("bare_app.py")))
TEN = "(4*x + 1)^2 + sin(x)"
THOUSAND = "\n".join(["h0 = tanh(w*x)", *(f"h{i} = tanh(w*h{i - 1})" for i in range(1, 500))])
KEYS = "nnNN" * 8
WALK = "n" * 16 + "N" * 16
"""The keys in a large graph: a pane scrolls now and then, as on every longer walk."""
CASES = (
    ("10", TEN, "tree"), ("1,000", THOUSAND, "tree"), ("10", TEN, "graph"),
    ("1,000", THOUSAND, "graph"),
)  # fmt: skip


def rows() -> Iterator[Row]:
    """The measurements of the screen."""
    for flag in ("--version", "--help"):
        ours, peer = side_by_side(
            partial(_process, (*PROGRAM, flag)),
            lambda: _process((sys.executable, "-c", "pass")),
            7,
        )
        yield Row(f"{flag} / python -c pass", ours * 1e3, peer * 1e3, "ms", 5)
    ours, peer = side_by_side(
        lambda: _process((*PROGRAM, TEN, "x=1", "--check")),
        lambda: _process((sys.executable, "-c", "import sympy")),
        7,
    )
    yield Row("--check / python -c 'import sympy'", ours * 1e3, peer * 1e3, "ms", 2)
    ours, peer = side_by_side(lambda: _start((*PROGRAM, TEN, "x=1")), lambda: _start(BARE), 11)
    yield Row("start to first screen / bare app", ours * 1e3, peer * 1e3, "ms", 1.3)
    for name, program, view in CASES:
        values = ["x=1", *(["w=1"] if "w" in program else [])]
        ours, peer, written = steps((*PROGRAM, program, *values, "--view", view), KEYS)
        yield Row(f"one step, {name} nodes, {view} / one label", ours, peer, "ms", 4)
        yield Row(f"bytes written by one step, {name} nodes, {view}", written, None, "B", 4500)
    yield from _network()


def _network() -> Iterator[Row]:
    """A network of 48,586 nodes: until it is on screen, then its steps beside small programs'.

    The steps are those of weights of its second layer, as 23,520 of its 23,912 are. The small
    network has 2-2-2 neurons and is seen in the same view, in which as much changes.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.toml"
        path.write_text(NETWORK.format(sizes=[784, 30, 10]))
        opened = min(_start((*PROGRAM, str(path))) for _ in range(3))
        yield Row("start to first screen, 784-30-10", opened * 1e3, None, "ms", 5000)
        small = (*PROGRAM, "(4*x+1)^2", "x=1", "--at", "1")
        for view in ("neurons", "graph", "weight", "layers", "tree"):
            large = (*PROGRAM, str(path), "--view", view, "--at", "2000")
            beside = (*PROGRAM, "neurons", "--view", view, "--at", "6")
            for name, peer in (("(4*x+1)^2", small), (f"2-2-2, {view}", beside)):
                ours, other, _ = steps(large, WALK, peer, KEYS)
                yield Row(f"one step, 784-30-10, {view} / {name}", ours, other, "ms", 1.5)


def _process(command: Sequence[str]) -> float:
    return seconds(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))


def _start(command: Sequence[str]) -> float:
    """Seconds from the start of the process to its first screen, at whose foot the steps stand.

    Bytes are timed when they come: to draw them takes the emulator longer than the program.
    """
    start = time.perf_counter()
    with Terminal(command) as terminal:
        while b"step 0/" not in terminal.raw:
            terminal.receive(5)
            assert terminal.status is None, "the program ended before its first screen"
        return terminal.received - start
