"""The cost as a function of one or two parameters, everything else as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..calculus.batch import evaluate_many, means, spread
from ..layers.data_rows import columns, mean_over_rows

if TYPE_CHECKING:
    from ..tracing.trace import Trace

AT_ONCE = 20_000
"""Value sets evaluated at once, at most: a hundred nodes of them take 16 MB."""


def costs(trace: Trace, points: Mapping[str, Sequence[float]]) -> list[float]:
    """C at each of many points, given by some variables' values; with data its mean over all rows.

    Outside its domain the cost is nan.
    """
    data, count = trace.data, len(next(iter(points.values())))
    rows = len(data.inputs) if data else 1
    fixed = {**trace.bindings, **columns(trace)}
    at_once = max(1, AT_ONCE // rows)
    found: list[float] = []
    for first in range(0, count, at_once):
        # A column of points against the line of rows: whatever depends on both has a number for
        # each pair, (points, rows), and what depends on the rows alone is computed once.
        part = {
            name: [[value] for value in values[first : first + at_once]]
            for name, values in points.items()
        }
        output = evaluate_many(trace.graph, {**fixed, **part})[trace.graph.output]
        found += means(spread(output, (min(at_once, count - first), rows)))
    return found


def slope(trace: Trace, name: str) -> float:
    """∂C by a variable where the trace is: the slope of the curve that `costs` gives along it."""
    data = trace.data
    return trace.gradient[name] if data is None else mean_over_rows(trace, data)[1][name]


def spaced(low: float, high: float, count: int) -> list[float]:
    """So many numbers at equal distances from `low` to `high`."""
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def grid(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """Every pair, row by row: `ys` from row to row, `xs` along each."""
    return [x for _ in ys for x in xs], [y for y in ys for _ in xs]
