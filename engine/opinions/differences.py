"""Difference quotients: the slopes of a function from its values alone, many points at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy

from ..calculus.batch import value_over_arrays
from ..calculus.route import dependents
from ..language.graph import Graph
from ..table.vectors import Array
from .checked import NO_QUOTIENT, Quotient

Function = Callable[[Array, Array], Array]
"""Takes a number for each of some points, and which points they are; gives the values there."""

HALVINGS = 12
"""How often a step is halved before the next scale is tried."""
ENOUGH = 1e-9
"""A relative error that needs no better step."""
ROUNDING = 4 * sys.float_info.epsilon
"""What rounding may do to a value, relative to its size."""
FINER = 2.0**-11
"""A step so much smaller must tell the same: on stairs the first steps span whole ones."""
SAME = 1e-3
"""The relative error up to which it does."""
SLOPE, ERROR, STEP, PROVEN, ROUNDED = range(5)
"""What a row holds of a point: a quotient, 1 where a finer step tells the same, 1 where its error
is rounding, which finer steps magnify."""
UNTRIED = numpy.array([*NO_QUOTIENT, 0.0, 0.0])
SETS, BYTES = 4_000, 2**26
"""Points taken together, and what their values may take."""


class _Row(NamedTuple):
    """A node computed anew."""

    node: int
    value: Callable[..., Array] | None
    """None where nothing that it is made from changes."""
    operands: tuple[int, ...]
    point: int | None
    """The point at which this node's own value is changed."""
    last: tuple[int, ...]
    """The nodes that nobody needs afterwards."""


def quotients(
    graph: Graph, values: Sequence[float], nodes: Sequence[int], side: int = 0
) -> Iterator[Quotient]:
    """The slope of the output by each node's value, its users computed anew: on the right for
    side 1, on the left for side -1, central for 0."""
    start = 0
    while start < len(nodes):
        chunk = nodes[start : start + SETS]
        fitting = max(1, BYTES // (8 * _most_alive(_plan(graph, chunk))))
        chunk = chunk[:fitting]
        start += len(chunk)
        yield from slopes(output_by(graph, values, chunk), [values[node] for node in chunk], side)


def slopes(function: Function, at: Sequence[float], side: int = 0) -> list[Quotient]:
    """The slope of a function of one number at each of the points, extrapolated to step 0.

    Ridders, Accurate computation of F'(x) and F'(x) F''(x), Adv. Eng. Software 4 (1982) 75.
    """
    points = numpy.asarray(at, dtype=float)
    found = numpy.tile(UNTRIED, (len(points), 1))
    with numpy.errstate(all="ignore"):
        for steps in _scales(points):
            which = numpy.flatnonzero(~_is_done(found, steps))
            if len(which):
                trial = _at_scale(function, points, which, steps[which], side)
                proof, before = trial[:, PROVEN], found[which, PROVEN]
                is_finer = trial[:, ERROR] < found[which, ERROR]
                wins = numpy.where(proof == before, is_finer, proof > before)
                found[which[wins]] = trial[wins]
    return [Quotient(*row) for row in found[:, :PROVEN].tolist()]


def output_by(graph: Graph, values: Sequence[float], nodes: Sequence[int]) -> Function:
    """The output as a function of each node's value: its users recomputed, all else as it is."""
    plans: dict[bytes, list[_Row]] = {}

    def output(at: Array, which: Array) -> Array:
        key = which.tobytes()
        if key not in plans:
            plans.clear()
            plans[key] = _plan(graph, [nodes[i] for i in which])
        numbers: dict[int, Array] = {}
        for node, value, operands, point, last in plans[key]:
            made = [numbers.get(operand, values[operand]) for operand in operands]
            number = numpy.full(len(at), values[node]) if value is None else value(*made)
            if point is not None:
                number = numpy.array(number)
                number[point] = at[point]
            numbers[node] = number
            for done in last:
                del numbers[done]
        return numpy.broadcast_to(numbers.get(graph.output, values[graph.output]), len(at))

    return output


def _plan(graph: Graph, nodes: Sequence[int]) -> list[_Row]:
    """The nodes that depend on these, in the order of evaluation, these included."""
    depends, points = dependents(graph, nodes), {node: i for i, node in enumerate(nodes)}
    rows, needed = [], set[int]()
    for node in range(graph.output, min(nodes) - 1, -1):
        if depends[node]:
            row = graph.operations[node]
            changing = [i for i in graph.operands[node] if depends[i]]
            last = tuple(i for i in dict.fromkeys(changing) if i not in needed)
            needed.update(last)
            value = value_over_arrays(row) if row is not None and changing else None
            operands = graph.operands[node] if changing else ()
            rows.append(_Row(node, value, operands, points.get(node), last))
    return rows[::-1]


def _most_alive(plan: Sequence[_Row]) -> int:
    """How many arrays there are at the same time."""
    return max(accumulate((1 - len(row.last) for row in plan), initial=1)) + 1


def _scales(points: Array) -> Iterator[Array]:
    """First steps to try, powers of 2: an eighth of the point's size, then absolute ones."""
    yield numpy.where(points == 0, 2.0**-3, numpy.ldexp(1.0, numpy.frexp(points)[1] - 4))
    yield from (numpy.full(len(points), step) for step in (2.0**-3, 2.0**-14, 2.0**-27))


def _at_scale(function: Function, points: Array, which: Array, step: Array, side: int) -> Array:
    """The rows of some of the points, from steps of one scale.

    Neville's table over halved steps: the error of a central quotient falls with the step's
    square, that of a one-sided one with the step.
    """
    at, best = points[which], numpy.tile(UNTRIED, (len(which), 1))
    power = 2.0 if side else 4.0
    row: list[Array] = []
    for turn in range(HALVINGS):
        slope, size = _quotient(function, at, which, step, side)
        before, row, factor = row, [slope], power
        for coarser in before:
            row.append(row[-1] + (row[-1] - coarser) / (factor - 1))
            change = numpy.maximum(abs(row[-1] - row[-2]), abs(row[-1] - coarser))
            error = change + ROUNDING * size
            better = error <= best[:, ERROR]
            new = (row[-1], error, step, numpy.zeros(len(at)), change <= ROUNDING * size)
            best[better] = numpy.stack(new, axis=1)[better]
            factor *= power
        if turn and (_is_enough(best) | (best[:, ROUNDED] > 0)).all():
            break
        step = step / 2
    slope, size = _quotient(function, at, which, step * FINER, side)
    gap, larger = abs(slope - best[:, SLOPE]), numpy.maximum(abs(slope), abs(best[:, SLOPE]))
    best[:, PROVEN] = gap <= SAME * larger + ROUNDING * size
    return best


def _quotient(
    function: Function, at: Array, which: Array, step: Array, side: int
) -> tuple[Array, Array]:
    """A difference quotient for each point, and the size of what was subtracted over the step."""
    above, below = (at + step if side >= 0 else at), (at - step if side <= 0 else at)
    high, low, width = function(above, which), function(below, which), above - below
    return (high - low) / width, numpy.maximum(abs(high), abs(low)) / width


def _is_done(found: Array, steps: Array) -> Array:
    """Where steps like these cannot give a better slope."""
    too_fine = (found[:, ROUNDED] > 0) & (steps <= found[:, STEP])
    return (found[:, PROVEN] > 0) & (_is_enough(found) | too_fine)


def _is_enough(found: Array) -> Array:
    """Where no better step is needed."""
    size = abs(found[:, SLOPE])
    return found[:, ERROR] <= ENOUGH * numpy.where(size == 0, 1.0, size)
