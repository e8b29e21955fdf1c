"""Large programs: opening them, printing them, descending on them; each in a process of its own,
so that its peak of memory is its own too."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from costs import Row

MEASURED = """
import sys, time
sys.path[:0] = [{here!r}]
from large_costs import CASES, peak
work = CASES[{name!r}]()
start = time.process_time()
found = work()
seconds = time.process_time() - start
print(seconds, peak(), found or 0.0)
"""
SHARED, LONG = 8_000, 1_000_000
NETWORK = {
    "sizes": [784, 30, 10], "activation": ["sigmoid", "softmax"], "cost": "cross entropy",
    "init": "xavier", "seed": 1, "input": "random", "target": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
}  # fmt: skip
UPDATES = 24
"""Enough for points to be left behind."""


def rows() -> Iterator[Row]:
    """The measurements of large programs."""
    seconds, peak, _ = _measured("shared weight")
    yield Row(f"opening a chain of {SHARED:,}, shared weight", seconds, None, "CPU s", 0.6)
    yield Row("its peak of memory", peak, None, "MB", 60)
    for name, nodes, most in (("10^5 nodes", 100_000, 250), ("10^6 nodes", LONG, 1_500)):
        seconds, peak, _ = _measured(name)
        yield Row(f"opening a chain of {name}", seconds / nodes * 1e6, None, "us/node", 15)
        yield Row("its peak of memory", peak, None, "MB", most)
    for form, most in (("text", 300), ("json", 100)):
        seconds, peak, printed = _measured(form)
        yield Row(f"-f {form}, a chain of 20,000", seconds / printed * 1e6, None, "us/node", most)
        yield Row("its peak of memory", peak, None, "MB", 120)
    seconds, _, held = _measured("descent")
    yield Row("one update, 784-30-10", seconds / UPDATES * 1e3, None, "CPU ms", 250)
    yield Row("kept for each update, 784-30-10", held / 1e3, None, "kB", 800)
    _, _, ratio = _measured("tanh over sets")
    yield Row("tanh over 1,000 sets / NumPy's tanh and cosh", ratio, None, "times", 3)


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


def _opened(nodes: int, weight: float = 0.9) -> Callable[[], None]:
    """Opens a chain as far as its first screen shows numbers: what is wrong is looked for."""
    from backprop_tui.engine import Sample
    from backprop_tui.tui.session.opening import open_session

    sample = Sample(_chain(nodes), values={"w": weight, "x": 0.5})

    def work() -> None:
        assert open_session(sample).trace.troubles is not None

    return work


def _printed(form: str) -> Callable[[], float]:
    from backprop_tui.tui.command.arguments import main

    nodes = 20_000

    def work() -> float:
        assert main([_chain(nodes), "w=0.9", "x=0.5", "-f", form, "-o", "/dev/null"]) == 0
        return nodes

    return work


def _descended() -> Callable[[], float]:
    """Bytes that stay for each update."""
    from backprop_tui.engine import trace_network
    from backprop_tui.engine.descent.descent import start, update
    from backprop_tui.engine.descent.plan import Plan

    trace, plan = trace_network(NETWORK), Plan(0.1)
    first = update(trace, start(trace, plan), plan)

    def work() -> float:
        point, before = first, _resident()
        for _ in range(UPDATES):
            point = update(trace, point, plan)
        assert point.number == UPDATES + 1
        return (_resident() - before) / UPDATES

    return work


def _resident() -> int:
    """Bytes of memory that the process has now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _over_sets(links: int = 100) -> Callable[[], float]:
    """A chain of tanh over many sets, swept, beside the two functions that no formula is without:
    the ratio of their times."""
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

    def work() -> float:
        ours = min(_seconds(lambda: sweep_many(way, columns, sets)) for _ in range(9))
        return ours / min(_seconds(least) for _ in range(9))

    return work


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


CASES: dict[str, Callable[[], Callable[[], float | None]]] = {
    "shared weight": lambda: _opened(SHARED),
    "10^5 nodes": lambda: _opened(100_000),
    "10^6 nodes": lambda: _opened(LONG),
    "text": lambda: _printed("text"),
    "json": lambda: _printed("json"),
    "descent": _descended,
    "tanh over sets": _over_sets,
}
"""Each is made ready, then measured."""
