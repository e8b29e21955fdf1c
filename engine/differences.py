"""Difference quotients: the slope of a function from its values alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from math import frexp, inf, isfinite, isnan, ldexp, nan
from typing import NamedTuple

from .graph import Graph
from .route import dependents

Function = Callable[[float], float]

HALVINGS = 12
"""How often a step is halved before the next scale is tried."""
ENOUGH = 1e-9
"""A relative error that needs no better step."""
ROUNDING = 4 * sys.float_info.epsilon
"""What rounding may do to a value, relative to its size."""


class Quotient(NamedTuple):
    """A slope by differences; nan, with an infinite error, where no step gave one."""

    slope: float
    error: float
    """An estimate of the error: extrapolation and rounding."""
    step: float
    """The smallest step that went into it."""

    @property
    def is_enough(self) -> bool:
        """True when no better step is needed."""
        return self.error <= ENOUGH * (abs(self.slope) or 1.0)


NO_QUOTIENT = Quotient(nan, inf, nan)


def central(function: Function, at: float) -> Quotient:
    """The slope by central differences, extrapolated to step 0.

    Ridders, Accurate computation of F'(x) and F'(x) F''(x), Adv. Eng. Software 4 (1982) 75.
    """

    def quotient(step: float) -> tuple[float, float]:
        above, below = at + step, at - step
        high, low = function(above), function(below)
        return (high - low) / (above - below), max(abs(high), abs(low)) / (above - below)

    return _extrapolated(quotient, at, 4.0)


def one_sided(function: Function, at: float, side: int) -> Quotient:
    """The slope on the right (side 1) or on the left (side -1), extrapolated to step 0."""
    here = function(at)

    def quotient(step: float) -> tuple[float, float]:
        there = at + side * step
        value = function(there)
        width = abs(there - at)
        return side * (value - here) / width, max(abs(value), abs(here)) / width

    return _extrapolated(quotient, at, 2.0)


def output_by(graph: Graph, values: Sequence[float], node: int) -> Function:
    """The output as a function of one node's value: its users recomputed, all else as it is."""
    depends = dependents(graph, [node])
    users = []
    for user in range(node + 1, graph.output + 1):
        if depends[user]:
            row = graph.operations[user]
            assert row is not None
            users.append((user, row.value, graph.operands[user]))
    start = list(values)

    def output(value: float) -> float:
        numbers = start.copy()
        numbers[node] = value
        for user, compute, operands in users:
            numbers[user] = compute(*[numbers[operand] for operand in operands])
        return numbers[graph.output]

    return output


def _extrapolated(
    quotient: Callable[[float], tuple[float, float]], at: float, power: float
) -> Quotient:
    """The best quotient over several scales of the step, the first that is good enough."""
    best = NO_QUOTIENT
    for scale in _scales(at):
        found = _at_scale(quotient, scale, power)
        if found.error < best.error:
            best = found
        if best.is_enough:
            break
    return best


def _scales(at: float) -> list[float]:
    """First steps to try, powers of 2: an eighth of the point's size, then absolute ones."""
    exponent = frexp(at)[1]
    return [*([ldexp(1.0, exponent - 4)] if at else []), 2.0**-3, 2.0**-14, 2.0**-27]


def _at_scale(
    quotient: Callable[[float], tuple[float, float]], step: float, power: float
) -> Quotient:
    """Neville's table over halved steps; an error of the quotient in the step's `power`s falls."""
    best = NO_QUOTIENT
    row: list[float] = []
    for _ in range(HALVINGS):
        try:
            slope, size = quotient(step)
        except ZeroDivisionError:
            break
        if not isfinite(slope):
            row, step = [], step / 2
            continue
        before, row = row, [slope]
        factor = power
        for coarser in before:
            row.append(row[-1] + (row[-1] - coarser) / (factor - 1))
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - coarser)) + ROUNDING * size
            if error <= best.error and not isnan(row[-1]):
                best = Quotient(row[-1], error, step)
            factor *= power
        if best.is_enough and len(row) > 2:
            break
        step /= 2
    return best
