"""The largest input that each limit lets in: opened and printed within a minute and 1.5 GB.

Each is opened by the command in a process of its own. Seconds are CPU of all threads, which other
programs disturb less than the time on a clock; on the screen those until the whole is drawn.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from backprop_tui.engine.text.bounds import (
    CELLS,
    COLUMNS,
    EXPLAINED,
    KEYS,
    LEARNED,
    LISTED,
    NESTING,
    NODES,
    OPERANDS,
    PRODUCTS,
    ROWS,
    TOML,
    UPDATES,
)

from costs import NETWORK, Row
from key_costs import LONG, opened, press, ticks
from pty_terminal import PROGRAM, Terminal

MINUTE, MOST = 60, 1_500
"""CPU seconds, and MB of memory."""
MEASURED = """
import sys, time
sys.path[:0] = [{here!r}]
from backprop_tui.tui.command.arguments import main
from large_costs import peak
assert main({arguments!r}) == 0
print(time.process_time(), peak(), file=sys.stderr)
"""
LEARNING = """title = "learning"
[network]
sizes = {sizes}
activation = "tanh"
cost = "half squared error"
init = "xavier"
seed = 1
data = "data.csv"
label = "label"
"""


Make = Callable[[Path], list[str]]
"""Makes the files of an input in a folder; gives the arguments that open it."""


class Largest(NamedTuple):
    """An input of the largest size, by what it is."""

    what: str
    make: Make
    on_screen: bool = False


def chain(nodes: int) -> Make:
    """A program of so many nodes, three a line."""

    def make(folder: Path) -> list[str]:
        links = (f"h{i:x} = w*h{i - 1:x} + sin(h{i - 1:x})" for i in range(1, nodes // 3))
        return _program(folder, "\n".join(["h0 = w*x", *links]), "w=0.9", "x=0.5")

    return make


def total(nodes: int) -> Make:
    """A sum in which each of so many nodes is sent something."""
    return lambda folder: _program(folder, "+".join(["x"] * nodes), "x=0.5")


def network(*sizes: int) -> Make:
    """A network of these sizes, ten neurons in its last layer."""

    def make(folder: Path) -> list[str]:
        return _sample(folder, NETWORK.format(sizes=list(sizes)))

    return make


def learning(rows: int, *sizes: int) -> Make:
    """A network with so many rows of data, a column for each input and one of labels."""

    def make(folder: Path) -> list[str]:
        inputs, outputs = sizes[0], sizes[-1]
        head = ",".join([*(f"c{i}" for i in range(inputs)), "label"])
        lines = (
            ",".join([*(f"{(i * j) % 97 / 97:.2f}" for j in range(inputs)), str(i % outputs)])
            for i in range(rows)
        )
        (folder / "data.csv").write_text("\n".join([head, *lines]) + "\n")
        return _sample(folder, LEARNING.format(sizes=list(sizes)))

    return make


def values(folder: Path) -> list[str]:
    """A sum of as many leaves as a sample file may give values, less the keys around them."""
    names = [f"v{i}" for i in range(KEYS.most - 10)]
    parts = (", ".join(names[i : i + 1000]) for i in range(0, len(names), 1000))
    text = " + ".join(f"sum({part})" for part in parts)
    given = "\n".join(f"{name} = 1.5" for name in names)
    return _sample(folder, f'program = "{text}"\n[values]\n{given}\n')


def comment(folder: Path) -> list[str]:
    """A sample file of as many bytes as there may be, most of them words about it."""
    around = 'program = "x^2"\nabout = """{}"""\n[values]\nx = 3\n'
    words = "word " * ((TOML.most - len(around)) // 5)
    return _sample(folder, around.format(words))


def _program(folder: Path, text: str, *given: str) -> list[str]:
    sets = "\n".join(word.replace("=", " = ") for word in given)
    return _sample(folder, f'program = """\n{text}\n"""\n[values]\n{sets}\n')


def _sample(folder: Path, text: str) -> list[str]:
    path = folder / "sample.toml"
    path.write_text(text)
    return [str(path)]


def printed(form: str, make: Make) -> Make:
    """The same, printed in a format."""
    return lambda folder: [*make(folder), "-f", form, "-o", str(folder / "printed")]


INPUTS = (784, 879, 10)
"""The sizes of a network of as many products as there may be."""
CASES = (
    Largest(f"{NODES.most:,} nodes, tree", chain(NODES.most), on_screen=True),
    Largest(f"{NODES.most:,} nodes, graph", lambda folder: [
        *chain(NODES.most)(folder), "--view", "graph"], on_screen=True),
    Largest(f"a network of {PRODUCTS.most:,} products", network(*INPUTS), on_screen=True),
    Largest(f"{NODES.most:,} nodes as svg", printed("svg", chain(NODES.most))),
    Largest(f"{NODES.most:,} nodes as a drawing", printed("drawing", chain(NODES.most))),
    Largest(f"a network of {PRODUCTS.most:,} products as svg", printed("svg", network(*INPUTS))),
    Largest(f"{EXPLAINED.most:,} nodes of a chain as text", printed("text", chain(EXPLAINED.most))),
    Largest(f"{EXPLAINED.most:,} nodes of a sum as text", printed("text", total(EXPLAINED.most))),
    Largest(f"{LISTED.most:,} nodes of a chain as json", printed("json", chain(LISTED.most))),
    Largest(f"{LISTED.most:,} nodes of a chain as dot", printed("dot", chain(LISTED.most))),
    Largest(f"{OPERANDS.most:,} operands", lambda folder: _program(
        folder, f"sum({', '.join(['x'] * OPERANDS.most)})", "x=0.5"), on_screen=True),
    Largest(f"{NESTING.most:,} levels", lambda folder: _program(
        folder, "(" * NESTING.most + "x" + ")" * NESTING.most + "^2", "x=0.5"), on_screen=True),
    Largest(f"a sample file of {TOML.most:,} bytes", comment, on_screen=True),
    Largest(f"{KEYS.most:,} keys of values", values, on_screen=True),
    Largest(f"{ROWS.most:,} rows, {CELLS.most:,} cells of CSV", learning(
        ROWS.most - 1, 3, 4, 2), on_screen=True),
    Largest(f"{COLUMNS.most:,} columns, {CELLS.most:,} cells of CSV", learning(
        CELLS.most // COLUMNS.most - 1, COLUMNS.most - 1, 2), on_screen=True),
    Largest(f"{LEARNED.most:,} products over rows, one update", lambda folder: [
        *learning(5_090, 784, 122, 10)(folder), "--descend", "1", "-f", "json"]),
    Largest(f"--descend {UPDATES.most:,}", lambda folder: [
        *_program(folder, "x^2 + x", "x=3"), "--descend", str(UPDATES.most), "--rate", "1e-9"]),
)  # fmt: skip


def rows() -> Iterator[Row]:
    """The measurements: time and memory of each."""
    for case in CASES:
        with TemporaryDirectory() as folder:
            arguments = case.make(Path(folder))
            measure = _shown if case.on_screen else _printed
            seconds, peak = measure(arguments)
        yield Row(case.what, seconds, None, "CPU s", MINUTE)
        yield Row("its peak of memory", peak, None, "MB", MOST)


def _printed(arguments: list[str]) -> tuple[float, float]:
    """CPU seconds and the peak of memory in MB of printing."""
    script = MEASURED.format(here=str(Path(__file__).parent), arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", script],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seconds, peak = map(float, done.stderr.split()[-2:])
    return seconds, peak


def _shown(arguments: list[str]) -> tuple[float, float]:
    """The same of opening on the screen, a step, and the end of the sweep; then q quits."""
    with Terminal((*PROGRAM, *arguments)) as terminal:
        opened(terminal)
        for key in "nG":
            press(terminal, key, rest=True)
        status = Path(f"/proc/{terminal.pid}/status").read_text()
        seconds = ticks(terminal) / 100
        terminal.type("q")
        assert terminal.wait_exit(LONG) == 0
    return seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024
