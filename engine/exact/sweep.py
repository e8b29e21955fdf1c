"""The exact adjoint of every node, by SymPy's own derivative of each operation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..calculus.route import Route
from ..calculus.rules import not_taken
from ..language.graph import Graph
from .arithmetic import Exact, Missing, bends, call, is_infinite
from .limits import Scale, Side, one_sided
from .values import rounded

SPECIAL = Missing("stands at a special point")
"""The partial of a node that has none, or another on each side."""


def swept(route: Route, values: Sequence[Exact], digits: int) -> tuple[list[Exact], list[Exact]]:
    """By node the exact adjoint, and SymPy's, which differ by what holds at special points."""
    import mpmath

    graph = route.graph
    zero = mpmath.mpf(0)
    adjoints, sympy = [zero] * len(graph), [zero] * len(graph)
    adjoints[graph.output] = sympy[graph.output] = mpmath.mpf(route.active[graph.output])
    with mpmath.workdps(digits):
        numbers = list(map(rounded, values))
        for user, slot, to in zip(route.users, route.slots, route.targets, strict=True):
            operands, operation = [numbers[i] for i in graph.operands[user]], graph.operations[user]
            assert operation is not None
            if not_taken(operation, slot, operands):
                continue
            theirs = call(graph, user, slot, operands)
            true = _partial(graph, user, slot, operands, theirs, digits)
            adjoints[to] = _added(adjoints[to], true, adjoints[user])
            sympy[to] = _added(sympy[to], theirs, sympy[user])
    return adjoints, sympy


def differ(left: Exact, right: Exact) -> bool:
    """True where two slopes differ by more than 1e-6 of the larger."""
    return bool(abs(left - right) > 1e-6 * max(abs(left), abs(right)))


def _added(so_far: Exact, partial: Exact, adjoint: Exact) -> Exact:
    missing = [part for part in (so_far, adjoint, partial) if isinstance(part, Missing)]
    if missing:
        return next((part for part in missing if part is not SPECIAL), SPECIAL)
    return so_far + partial * adjoint


def _partial(
    graph: Graph, node: int, slot: int, operands: Sequence[Exact], found: Exact, digits: int
) -> Exact:
    """The partial, or SPECIAL where the slopes on the two sides differ or one is missing.

    `found` is SymPy's derivative, which holds unless the form has pieces that meet here.
    """
    operation = graph.operations[node]
    assert operation is not None
    if isinstance(found, Missing):
        if found.given_up or any(isinstance(operand, Missing) for operand in operands):
            return found
    elif operation.decides or not bends(operation, slot, len(operands)):
        return found
    left, right = _local_sides(graph, node, slot, operands, digits)
    if not _is_smooth(left, right):
        return SPECIAL
    # Operands that move together may meet an edge that none meets alone: clamp(x, x, y) at x = y.
    others = () if operation.variadic else (s for s in range(len(operands)) if s != slot)
    if not all(_is_smooth(*_local_sides(graph, node, s, operands, digits)) for s in others):
        return SPECIAL
    assert right.slope is not None
    wrong = isinstance(found, Missing) or differ(found, right.slope)
    return right.slope if wrong else found


def _is_smooth(left: Side, right: Side) -> bool:
    """True where there is one slope on both sides."""
    is_there = left.slope is not None and right.slope is not None
    return is_there and not differ(left.slope, right.slope)


def _local_sides(
    graph: Graph, node: int, slot: int, operands: Sequence[Exact], digits: int
) -> Iterator[Side]:
    """The slopes of one node's value by one operand, on the left and on the right."""
    import mpmath

    def value(operand: Exact) -> Exact:
        return call(graph, node, None, [*operands[:slot], operand, *operands[slot + 1 :]])

    at = operands[slot]
    finite = (abs(operand) for operand in operands if not is_infinite(operand))
    largest = max(finite, default=0) or mpmath.mpf(1)
    scale = Scale(abs(at) or largest, largest, digits)
    return (one_sided(value, at, side, scale) for side in (-1, 1))
