"""The exact value of every node: at two precisions side by side, so that what is left of 0 is 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..language.graph import Graph
from .arithmetic import Exact, Missing, call, is_infinite, size

MOST_DIGITS = 2_000
AGREEMENT = 25
"""Decimal digits to which two precisions must agree."""
TINY = -1075
"""The binary exponent below which a number rounds to 0."""
FEW = 25
"""Decimal digits that show the sizes of numbers."""

UNSETTLED = Missing(f"{MOST_DIGITS:,} digits, or a few seconds, do not settle it", given_up=True)
MAYBE_ZERO = Missing("too few digits to tell it from 0", given_up=True)


def exact_values(
    graph: Graph, bindings: Mapping[str, Exact], digits: int, least: int
) -> tuple[list[Exact], list[Exact]]:
    """The value of every node that the output uses, rounded to twice these digits, and unrounded.

    With `least` digits 0 is told from the least double.
    """
    import mpmath

    needed = used(graph)
    rough: list[Exact] = [Missing("not used")] * len(graph)
    fine, settled = list(rough), list(rough)
    for node in range(graph.output + 1):
        if not needed[node]:
            continue
        if graph.is_leaf(node):
            constant = graph.constants.get(node)
            rough[node] = fine[node] = settled[node] = mpmath.mpf(
                bindings[graph.names[node]] if constant is None else constant
            )
            continue
        operands = graph.operands[node]
        mpmath.mp.dps = 2 * digits
        low = valued(graph, node, [rough[i] for i in operands], digits)
        mpmath.mp.dps = 4 * digits
        high = valued(graph, node, [fine[i] for i in operands], 2 * digits)
        fine[node] = agreed(low, high, 2 * digits >= least)
        rough[node] = low if fine[node] is high else fine[node]
        mpmath.mp.dps = 2 * digits
        settled[node] = rounded(fine[node])
        mpmath.mp.dps = 4 * digits
    return settled, fine


def decimal_span(graph: Graph, bindings: Mapping[str, Any]) -> int:
    """How many decimal exponents lie between the least and the largest number met on the way."""
    import mpmath

    with mpmath.workdps(4 * FEW):
        values, _ = exact_values(graph, bindings, FEW, MOST_DIGITS)
        sizes = [
            int(size(v)) for v in values if not (isinstance(v, Missing) or is_infinite(v)) and v
        ]
    return min(MOST_DIGITS, (max([0, *sizes]) - min([0, *sizes])) * 3 // 10)


def valued(graph: Graph, node: int, operands: Sequence[Exact], digits: int) -> Exact:
    """A node's value; where rounding has left its domain, or might carry it over a jump, at the
    operands without their last digits."""
    import mpmath

    operation = graph.operations[node]
    if operation is not None and operation.is_flat:
        with mpmath.workdps(digits):
            operands = list(map(rounded, operands))
    found = call(graph, node, None, operands)
    missing = any(isinstance(operand, Missing) for operand in operands)
    if missing or not isinstance(found, Missing) or found.given_up:
        return found
    with mpmath.workdps(digits):
        shorter = list(map(rounded, operands))
    return call(graph, node, None, shorter)


def agreed(rough: Exact, fine: Exact, tells_zero: bool) -> Exact:
    """The finer of two numbers where they agree; 0 where both round to it; else UNSETTLED, or
    MAYBE_ZERO where both are 0.

    `tells_zero` where there are digits enough to tell 0 from the least double.
    """
    import mpmath

    if isinstance(rough, Missing) or isinstance(fine, Missing):
        return fine if rough == fine else UNSETTLED
    if is_infinite(rough) or is_infinite(fine):
        return fine if rough == fine else UNSETTLED
    if fine and abs(rough - fine) <= abs(fine) * mpmath.mpf(10) ** -AGREEMENT:
        return fine
    if tells_zero and max(size(rough), size(fine)) < TINY:
        return mpmath.mpf(0)
    return UNSETTLED if rough or fine else MAYBE_ZERO


def rounded(number: Exact) -> Exact:
    """The number with as many digits as mpmath works with."""
    return number if isinstance(number, Missing) else +number


def used(graph: Graph) -> bytearray:
    """By node: 1 where the output is computed from it."""
    found = bytearray(len(graph))
    found[graph.output] = 1
    for node in range(graph.output, -1, -1):
        if found[node]:
            for operand in graph.operands[node]:
                found[operand] = 1
    return found
