"""The rows of a data set through a network: the mean cost and gradient, and the accuracy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..calculus.batch import columns_of, evaluate_many, mean, places_not_finite, sweep_many
from ..table.vectors import Array
from ..text.memo import memoized

if TYPE_CHECKING:
    from ..network.data import Data
    from ..tracing.trace import Trace


AT_ONCE = 25_000_000
"""Values of nodes, over rows, that are held at once: 200 MB, and as much for the adjoints."""


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
    chosen = range(len(data.inputs)) if rows is None else rows
    cost, gradient = 0.0, dict.fromkeys(trace.wrt, 0.0)
    for part in _parts(trace, chosen):
        given = columns(trace, None if rows is None and len(part) == len(chosen) else part)
        swept, share = sweep_many(trace.route, {**bindings, **given}, len(part)), len(part)
        weight = share / len(chosen)
        cost += mean(swept.value) * weight
        for name, slopes in swept.gradient.items():
            gradient[name] += mean(slopes) * weight
    return cost if rows is None else _mean_cost(trace, data, bindings), gradient


def _mean_cost(trace: Trace, data: Data, bindings: Mapping[str, float]) -> float:
    """The mean of the cost over all rows."""
    output, rows, cost = trace.graph.output, range(len(data.inputs)), 0.0
    for part in _parts(trace, rows):
        given = columns(trace, None if len(part) == len(rows) else part)
        costs = evaluate_many(trace.graph, {**bindings, **given})[output]
        cost += mean(costs) * (len(part) / len(rows))
    return cost


def not_finite(trace: Trace, with_slopes: bool) -> list[int]:
    """The rows, from 1, at which the cost is not finite, or a slope if asked for."""
    data, found = trace.data, list[int]()
    assert data is not None
    rows = range(len(data.inputs))
    for part in _parts(trace, rows):
        given, share = columns(trace, None if len(part) == len(rows) else part), len(part)
        given = {**trace.bindings, **given}
        if with_slopes:
            swept = sweep_many(trace.route, given, share)
            numbers = [swept.value, *swept.gradient.values()]
        else:
            numbers = [evaluate_many(trace.graph, given)[trace.graph.output]]
        found += [part[place] + 1 for place in places_not_finite(numbers, share)]
    return found


def _parts(trace: Trace, rows: Sequence[int]) -> Iterator[Sequence[int]]:
    """So many rows at a time that the values of all nodes fit in memory."""
    size = max(1, AT_ONCE // len(trace.graph))
    return (rows[first : first + size] for first in range(0, len(rows), size))


def accuracy(trace: Trace, data: Data) -> float | None:
    """The share of rows told right; None where rows have no label."""
    if not data.classes:
        return None
    values = evaluate_many(trace.graph, {**trace.bindings, **columns(trace)})
    outputs = [values[node] for node in trace.places.neurons[0][-1]]
    right = 0
    for row in range(len(data.targets)):
        right += data.told([column[row] for column in outputs]) == data.class_of(row)
    return right / len(data.targets)


def columns(trace: Trace, rows: Sequence[int] | None = None) -> dict[str, Array]:
    """The inputs and targets of the rows of a network's data, by name; none without data."""
    data, places, names = trace.data, trace.places, trace.graph.names
    if data is None:
        return {}
    found = zip((*places.neurons[0][0], *places.targets[0]), _columns(data), strict=True)
    return {names[node]: column if rows is None else column[rows] for node, column in found}


@memoized(1)
def _columns(data: Data) -> tuple[Array, ...]:
    return (*columns_of(data.inputs), *columns_of(data.targets))
