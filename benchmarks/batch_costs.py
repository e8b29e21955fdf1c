"""A thousand value sets evaluated and swept at once, beside CasADi's compiled function and
micrograd's loop over the same graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import casadi
import numpy
from backprop_tui.engine import parse
from backprop_tui.engine.calculus.batch import sweep_many
from backprop_tui.engine.calculus.route import route
from micrograd.engine import Value

from costs import Row, seconds, side_by_side

SETS = 1_000
DEPTH = 100
NAMES = ("w", "x", "b")
CHAINS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "products and sums": lambda h, w, x: h * w + x,
    "relu": lambda h, w, x: relu(h * w + x),
}
"""What each link of a chain computes from the one before."""
TEXTS = {"products and sums": "{h}*w + x", "relu": "relu({h}*w + x)"}


def relu(value: Any) -> Any:
    """The operation in either peer's words."""
    return value.relu() if isinstance(value, Value) else casadi.fmax(value, 0)


def rows() -> Iterator[Row]:
    """The measurements: for each chain beside each peer."""
    chance = numpy.random.default_rng(0)
    columns = {name: chance.uniform(-1, 1, SETS) for name in NAMES}
    for name, link in CHAINS.items():
        lines = [f"h{i} = {TEXTS[name].format(h=f'h{i - 1}')}" for i in range(1, DEPTH)]
        graph = parse("\n".join(["h0 = w*x + b", *lines]))
        way = route(graph, tuple(graph.variables_by_name.values()))
        per_node = 1e6 / len(graph) / SETS
        ours = partial(sweep_many, way, columns, SETS)
        for peer, made, runs in (("CasADi", _casadi, 9), ("micrograd", _micrograd, 3)):
            times = side_by_side(
                partial(seconds, ours), partial(seconds, made(link, columns)), runs
            )
            what = f"1,000 sets at once, {name} / {peer}"
            yield Row(what, times[0] * per_node, times[1] * per_node, "us/node", 1)


def _chain(link: Callable[[Any, Any, Any], Any], w: Any, x: Any, b: Any) -> Any:
    h = w * x + b
    for _ in range(DEPTH - 1):
        h = link(h, w, x)
    return h


def _casadi(link: Callable[[Any, Any, Any], Any], columns: dict[str, Any]) -> Callable[[], object]:
    """Its virtual machine, mapped over all sets: the value and the gradient."""
    symbols = [casadi.SX.sym(name) for name in NAMES]
    output = _chain(link, *symbols)
    gradient = casadi.gradient(output, casadi.vertcat(*symbols))
    function = casadi.Function("f", symbols, [output, gradient]).map(SETS)
    arguments = [casadi.DM(columns[name]).T for name in NAMES]
    return lambda: function(*arguments)


def _micrograd(
    link: Callable[[Any, Any, Any], Any], columns: dict[str, Any]
) -> Callable[[], object]:
    """Its graph built and swept anew for each set, which is how it is used."""

    def work() -> None:
        for numbers in zip(*(columns[name].tolist() for name in NAMES), strict=True):
            _chain(link, *map(Value, numbers)).backward()

    return work
