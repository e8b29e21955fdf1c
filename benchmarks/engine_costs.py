"""Text to gradient, and evaluation with the sweep alone, beside micrograd on the same graph."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial

from backprop_tui.engine import parse, trace
from backprop_tui.engine.calculus.forward import evaluate
from backprop_tui.engine.calculus.route import route
from backprop_tui.engine.calculus.sweep import sweep
from backprop_tui.engine.opinions.check import check
from micrograd.engine import Value

from costs import Row, seconds, side_by_side

DEPTH = 5_000


def rows() -> Iterator[Row]:
    """The measurements of the engine."""
    found: list[Row] = []
    # micrograd recurses once a node: it gets a thread with the stack that it needs.
    threading.stack_size(512 * 2**20)
    sys.setrecursionlimit(10**6)
    thread = threading.Thread(target=lambda: found.extend(_measured()))
    thread.start()
    thread.join()
    yield from found


def _measured() -> Iterator[Row]:
    growth: dict[int, float] = {}
    for nodes in (10, 1_000, 100_000):
        program = "+".join(["x"] * nodes)
        calls, runs = max(1, 10_000 // nodes), 3 if nodes > 10_000 else 7
        added = _repeated(partial(_added, nodes), calls)
        traced = _repeated(partial(_traced, program), calls)
        ours, peer = side_by_side(traced, added, runs)
        growth[nodes] = ours / nodes
        yield _row(f"text to gradient, {nodes:,} additions / micrograd", ours, peer, nodes, 6)
        ours, peer = side_by_side(_repeated(_swept(program), calls), added, runs)
        what = f"evaluate + sweep alone, {nodes:,} additions / micrograd"
        yield _row(what, ours, peer, nodes, 0.5)
    program = "h0 = tanh(x)\n" + "\n".join(f"h{i} = tanh(h{i - 1})" for i in range(1, DEPTH))
    ours, peer = side_by_side(
        _repeated(lambda: trace(program, {"x": 0.5}).gradient, 1), _repeated(_nested, 1), 5
    )
    yield _row(f"text to gradient, {DEPTH:,} named tanh / micrograd", ours, peer, DEPTH, 6)
    yield _checked()
    yield _checked_leaves()
    yield Row("growth: time a node, 100,000 / 1,000 nodes", growth[100_000] * 1e6,
              growth[1_000] * 1e6, "us", 2)  # fmt: skip


def _checked() -> Row:
    """Differences for all leaves of a program of about 1,000 nodes, beside one sweep."""
    terms = [f"tanh(w{i}*x + b{j})*w{j}" for i in range(10) for j in range(10)]
    names = {"x": 0.5, **{f"{c}{i}": 0.1 * i + 0.3 for c in "wb" for i in range(10)}}
    result = trace(" + ".join([*terms, *terms]), names)
    way, graph = result.sweep.route, result.graph
    ours, peer = side_by_side(
        _repeated(lambda: list(check(result.sweep, sympy=False)), 1),
        _repeated(lambda: sweep(way, evaluate(graph, names)), 10),
        5,
    )
    what = f"check, {len(way.wrt)} leaves, {len(graph):,} nodes / one sweep"
    return Row(what, ours * 1e3, peer * 1e3, "ms", 200)


def _checked_leaves() -> Row:
    """Differences for 10,000 leaves of one sum, which are taken together, beside 100 sweeps."""
    names = {f"x{i}": 0.1 * i + 0.3 for i in range(10_000)}
    result = trace(f"sum({', '.join(names)})", names)
    way, graph = result.sweep.route, result.graph
    ours, peer = side_by_side(
        _repeated(lambda: list(check(result.sweep)), 1),
        _repeated(lambda: [sweep(way, evaluate(graph, names)) for _ in range(100)], 1),
        1,
    )
    return Row("check, 10,000 leaves of one sum / 100 sweeps", ours * 1e3, peer * 1e3, "ms", 4)


def _row(what: str, ours: float, peer: float, nodes: int, goal: float) -> Row:
    return Row(what, ours / nodes * 1e6, peer / nodes * 1e6, "us/node", goal)


def _repeated(work: Callable[[], object], calls: int) -> Callable[[], float]:
    return lambda: seconds(lambda: [work() for _ in range(calls)]) / calls


def _swept(program: str) -> Callable[[], object]:
    graph = parse(program)
    way = route(graph, tuple(graph.variables_by_name.values()))
    return lambda: sweep(way, evaluate(graph, {"x": 1.5}))


def _traced(program: str) -> object:
    return trace(program, {"x": 1.5}).gradient


def _added(count: int) -> float:
    x = total = Value(1.5)
    for _ in range(count - 1):
        total = total + x
    total.backward()
    return float(x.grad)


def _nested() -> float:
    x = value = Value(0.5)
    for _ in range(DEPTH):
        value = _tanh(value)
    value.backward()
    return float(x.grad)


def _tanh(value: Value) -> Value:
    """micrograd has no tanh: an operation made the way that its own are made."""
    t = math.tanh(value.data)
    out = Value(t, (value,), "tanh")

    def backward() -> None:
        value.grad += (1 - t * t) * out.grad

    out._backward = backward
    return out
