"""The rows of a data set through a network: the mean cost and gradient, and the accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from .arrays import Array
from .batch import columns_of, evaluate_many, sweep_many

if TYPE_CHECKING:
    from .data import Data
    from .trace import Trace


def mean_over_rows(
    trace: Trace,
    data: Data,
    values: Mapping[str, float] | None = None,
    rows: Sequence[int] | None = None,
) -> tuple[float, dict[str, float]]:
    """C = 1/n Σ of the cost of each row, and its gradient; that of some rows alone, if given.

    `values` replaces the trace's values of parameters.
    """
    bindings = {**trace.bindings, **(values or {})}
    count = len(data.inputs) if rows is None else len(rows)
    swept = sweep_many(trace.route, {**bindings, **columns(data, rows)}, count)
    cost = swept.value.mean()
    if rows is not None:
        cost = evaluate_many(trace.graph, {**bindings, **columns(data)})[trace.graph.output].mean()
    return float(cost), {name: float(slopes.mean()) for name, slopes in swept.gradient.items()}


def accuracy(trace: Trace, data: Data) -> float | None:
    """The share of rows whose largest output is the target's; None where rows have no label."""
    network, graph = trace.network, trace.graph
    if not data.classes or network is None:
        return None
    values = evaluate_many(graph, {**trace.bindings, **columns(data)})
    names = [f"a{network.layers}_{j}" for j in range(1, network.sizes[-1] + 1)]
    outputs = [values[graph.by_name[name]] for name in names]
    right = 0
    for row, target in enumerate(data.targets):
        found = [column[row] for column in outputs]
        right += found.index(max(found)) == target.index(max(target))
    return right / len(data.targets)


def columns(data: Data, rows: Sequence[int] | None = None) -> dict[str, Array]:
    """The inputs and targets of the rows, by name."""
    found = _columns(data)
    return found if rows is None else {name: column[rows] for name, column in found.items()}


@lru_cache(maxsize=4)
def _columns(data: Data) -> dict[str, Array]:
    return {
        f"{letter}{place}": column
        for letter, vectors in (("x", data.inputs), ("y", data.targets))
        for place, column in enumerate(columns_of(vectors), 1)
    }
