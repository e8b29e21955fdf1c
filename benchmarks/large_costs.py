"""Large programs: opening them, printing them, descending on them; each in a process of its own,
so that its peak of memory is its own too."""

from __future__ import annotations

import ast
import gc
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from costs import Row

MEASURED = """
import sys, time
sys.path[:0] = [{here!r}]
from large_costs import CASES, peak
work = CASES[{name!r}]()
start = time.process_time()
beside = work()
seconds = time.process_time() - start
most = peak()
print(seconds, most, beside())
"""
SHARED, LONG, PRINTED = 8_000, 1_000_000, 20_000
"""Nodes of the chains."""
NETWORK = {
    "sizes": [784, 30, 10], "activation": ["sigmoid", "softmax"], "cost": "cross entropy",
    "init": "xavier", "seed": 1, "input": "random", "target": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
}  # fmt: skip
UPDATES = 24
"""Enough for points to be left behind."""


Beside = Callable[[], float]
"""What is counted after a case, or the seconds of what it is measured beside."""


def rows() -> Iterator[Row]:
    """The measurements of large programs, beside yardsticks measured in the same process.

    The goals are what was measured in November 2026 and a sixth or less, of opening twice the
    parser's: absolute times mean nothing on another machine. Measured: 1.2 to 1.5 times the
    parser, 13.7 times the numbers formatted, 9 times json.dumps, 2.6 times an evaluation with its
    sweep, 3.2 times the functions of NumPy (3.8 a month before).
    """
    seconds, peak, parser = _measured("shared weight")
    yield Row(f"opening a chain of {SHARED:,}, shared weight / ast.parse", seconds, parser, "s", 2)
    yield Row("its peak of memory", peak, None, "MB", 60)
    for name, nodes, most in (("10^5 nodes", 100_000, 250), ("10^6 nodes", LONG, 1_500)):
        seconds, peak, parser = _measured(name)
        yield _row(f"opening a chain of {name} / ast.parse", seconds, parser, nodes, 2)
        yield Row("its peak of memory", peak, None, "MB", most)
    for form, least, most in (("text", "its numbers formatted", 16), ("json", "json.dumps", 11)):
        seconds, peak, found = _measured(form)
        yield _row(f"-f {form}, a chain of {PRINTED:,} / {least}", seconds, found, PRINTED, most)
        yield Row("its peak of memory", peak, None, "MB", 120)
    seconds, _, swept = _measured("descent")
    what = "one update, 784-30-10 / evaluate + sweep"
    yield Row(what, seconds / UPDATES * 1e3, swept * 1e3, "CPU ms", 3)
    _, _, held = _measured("descent, kept")
    yield Row("kept for each update, 784-30-10", held / 1e3, None, "kB", 800)
    _, _, ratio = _measured("tanh over sets")
    yield Row("tanh over 1,000 sets / NumPy's tanh and cosh", ratio, None, "times", 3.5)


def _row(what: str, ours: float, peer: float, nodes: int, goal: float) -> Row:
    return Row(what, ours / nodes * 1e6, peer / nodes * 1e6, "us/node", goal)


def _measured(name: str) -> tuple[float, float, float]:
    """CPU seconds, the peak of memory in MB, and what the case counted."""
    script = MEASURED.format(here=str(Path(__file__).parent), name=name)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    seconds, peak, found = map(float, done.stdout.split())
    return seconds, peak, found


def peak() -> float:
    """The most memory that this process has had, in MB.

    From its own page: what getrusage tells begins with what the process that started it had.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _chain(nodes: int) -> str:
    links = (f"h{i} = tanh(w*h{i - 1})" for i in range(1, nodes // 2))
    return "\n".join(["h0 = tanh(w*x)", *links])


def _opened(nodes: int, weight: float = 0.9) -> Callable[[], Beside]:
    """Opens a chain as far as its first screen shows numbers: what is wrong is looked for.

    Beside it Python's own parser, which reads a part of as many nodes: its trees are large.
    """
    from backprop_tui.engine import Sample
    from backprop_tui.tui.session.opening import open_session

    sample = Sample(_chain(nodes), values={"w": weight, "x": 0.5})
    part = min(nodes, PRINTED)

    def work() -> Beside:
        assert open_session(sample).trace.troubles is not None
        return lambda: _least(lambda: ast.parse(_chain(part))) * nodes / part

    return work


def _printed(form: str) -> Callable[[], Beside]:
    """Prints a chain; beside it the least that must be done for what was printed."""
    from backprop_tui.tui.command.arguments import main

    program = _chain(PRINTED)

    def work() -> Beside:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "printed"
            assert main([program, "w=0.9", "x=0.5", "-f", form, "-o", str(path)]) == 0
            text = path.read_text()
        return lambda: _least(LEAST[form](text))

    return work


def _formatted(text: str) -> Callable[[], object]:
    """Formats as many numbers as a text holds."""
    count = len(re.findall(r"[0-9.]+", text))
    return lambda: [format(0.123456789 + i, ".6g") for i in range(count)]


def _dumped(text: str) -> Callable[[], object]:
    """Writes what a text in JSON holds."""
    held = json.loads(text)
    return lambda: json.dumps(held)


LEAST = {"text": _formatted, "json": _dumped}


def _descended(*, counted: bool) -> Callable[[], Beside]:
    """Updates; beside them the bytes that stay for each, or the seconds of one sweep."""
    from backprop_tui.engine import trace_network
    from backprop_tui.engine.calculus.forward import evaluate
    from backprop_tui.engine.calculus.sweep import sweep
    from backprop_tui.engine.descent.descent import start, update
    from backprop_tui.engine.descent.plan import Plan

    trace, plan = trace_network(NETWORK), Plan(0.1)
    first = update(trace, start(trace, plan), plan)
    way, given = trace.sweep.route, trace.bindings

    def work() -> Beside:
        point, before = first, _resident() if counted else 0
        for _ in range(UPDATES):
            point = update(trace, point, plan)
        assert point.number == UPDATES + 1
        if counted:
            held = (_resident() - before) / UPDATES
            return lambda: held
        return lambda: _least(lambda: sweep(way, evaluate(trace.graph, given)))

    return work


def _resident() -> int:
    """Bytes of memory that the process has now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _over_sets(links: int = 100) -> Callable[[], Beside]:
    """A chain of tanh over many sets, swept; beside it the two functions that no formula is
    without: the ratio of their least times."""
    import numpy
    from backprop_tui.engine import parse
    from backprop_tui.engine.calculus.batch import sweep_many
    from backprop_tui.engine.calculus.route import route

    sets, graph = 1_000, parse(_chain(2 * links))
    way = route(graph, tuple(graph.variables_by_name.values()))
    chance = numpy.random.default_rng(0)
    columns = {name: chance.uniform(-1, 1, sets) for name in graph.variables}

    def least() -> None:
        for _ in range(links):
            numpy.tanh(columns["x"])
            numpy.cosh(columns["x"])

    def work() -> Beside:
        ours = _least(lambda: sweep_many(way, columns, sets))
        return lambda: ours / _least(least)

    return work


def _least(work: Callable[[], object]) -> float:
    """The least CPU seconds of nine calls."""
    found = []
    for _ in range(9):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


CASES: dict[str, Callable[[], Callable[[], Beside]]] = {
    "shared weight": lambda: _opened(SHARED),
    "10^5 nodes": lambda: _opened(100_000),
    "10^6 nodes": lambda: _opened(LONG),
    "text": lambda: _printed("text"),
    "json": lambda: _printed("json"),
    "descent": lambda: _descended(counted=False),
    "descent, kept": lambda: _descended(counted=True),
    "tanh over sets": _over_sets,
}
"""Each is made ready, then measured."""
