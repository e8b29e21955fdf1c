"""Verdicts on graphs too large for exact arithmetic, by difference quotients alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from sys import float_info

from ..calculus.rules import given, partial_of, special_case
from ..calculus.sweep import Sweep
from ..language.graph import Graph
from ..language.show import derivative, number
from .checked import NO_QUOTIENT, VERDICTS, Checked, Quotient
from .differences import quotients

Sides = tuple[Quotient, Quotient]


def estimated(
    sweep: Sweep, nodes: Sequence[int], differences: Iterable[Quotient], why: str
) -> Iterator[Checked]:
    """What the difference quotients say of each node; `why` SymPy was not asked."""
    doubtful, graph = _above_special(sweep), sweep.graph
    crossing = [node for node in nodes if doubtful[node]]
    left, right = (quotients(sweep.graph, sweep.values, crossing, side) for side in (-1, 1))
    sides = dict(zip(crossing, zip(left, right, strict=True), strict=True))
    noise = _rounding(sweep)
    for node, difference in zip(nodes, differences, strict=True):
        gradient, found = sweep.adjoints[node], sides.get(node)
        slopes = found if found and _disagree(*found) else None
        error = difference.error + noise / (difference.step or 1)
        verdict, note = _verdict(gradient, difference._replace(error=error), slopes)
        truths: tuple[str, ...] = ()
        if verdict == "lost":
            truths = (f"{derivative(graph, node)} is about {number(difference.slope)}",)
        if verdict == "undefined" or not difference.tells:
            difference = NO_QUOTIENT
        shown = slopes and (slopes[0].slope, slopes[1].slope)
        yield Checked(node, gradient, difference, shown, None, why, verdict, note, truths=truths)


def _rounding(sweep: Sweep) -> float:
    """What rounding may do to the output, by how much it changes with every value on the way.

    To first order: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., ch. 3. The
    output may be small where they are large, so its own size does not tell.
    """
    pairs = zip(sweep.values, sweep.adjoints, strict=True)
    changes = (abs(value * adjoint) for value, adjoint in pairs if adjoint)
    return float_info.epsilon * sum(filter(isfinite, changes))


def _verdict(gradient: float, difference: Quotient, sides: Sides | None) -> tuple[str, str]:
    if sides and _is_between(gradient, sides):
        return "kink", "any number between the slopes of the two sides may stand"
    if sides and not isfinite(gradient):
        return "kink", "the sweep has no number at this kink"
    if not isfinite(difference.slope):
        return "undefined", "the difference quotient has no number: there is nothing to compare"
    if difference.error > max(0.1 * abs(difference.slope), 1e-6):
        return "imprecise", "the difference quotient loses too many digits to tell"
    if not isfinite(gradient):
        return "lost", "the sweep has no number, and the difference quotient has one"
    if abs(gradient - difference.slope) <= 10 * difference.error + 1e-7 * abs(gradient):
        return "agree", VERDICTS["agree"]
    if difference.error > 1e-3 * abs(difference.slope):
        return "imprecise", "the difference quotient loses too many digits to tell"
    return "differ", "the difference quotient says otherwise"


def _is_between(gradient: float, sides: Sides) -> bool:
    low, high = sorted(side.slope for side in sides)
    slack = sum(side.error for side in sides)
    return low - slack <= gradient <= high + slack


def _disagree(left: Quotient, right: Quotient) -> bool:
    """True where the slopes on the two sides differ by more than their errors."""
    gap, size = abs(left.slope - right.slope), abs(left.slope) + abs(right.slope)
    return gap > 10 * (left.error + right.error) and gap > 1e-6 * size


def _above_special(sweep: Sweep) -> bytearray:
    """By node: 1 where a node with a partial in a special case, or a condition, depends on it."""
    graph, route = sweep.graph, sweep.route
    above = bytearray(len(graph))
    for node in graph.deciding:
        above[graph.operands[node][0]] = 1
    for node in range(graph.output, -1, -1) if graph.deciding else ():
        if above[node]:
            for operand in graph.operands[node]:
                above[operand] = 1
    for user, slot, to in zip(route.users, route.slots, route.targets, strict=True):
        if above[user] or _is_special(graph, sweep.values, user, slot):
            above[to] = 1
    return above


def _is_special(graph: Graph, values: Sequence[float], node: int, slot: int) -> bool:
    operation = graph.operations[node]
    if operation is None or not partial_of(operation, slot).special:
        return False
    operands = [values[operand] for operand in graph.operands[node]]
    stands = special_case(operation, slot, given(operation, slot, operands, values[node]))
    return bool(stands and stands.note)
