"""Exact values and adjoints, from SymPy's own derivatives of every operation, by mpmath.

SymPy and mpmath are imported here and in symbolic.py alone, when a function is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from .graph import Graph
from .ops import Operation
from .route import dependents

PRECISIONS = (50, 100, 200, 400)
"""Decimal digits: each is tried until two in a row agree."""
AGREEMENT = 25
"""Decimal digits to which two precisions must agree."""
LARGEST = 20_000
"""Binary digits beyond which the exponent of a number is given up."""
MOST = 2_000
"""Operations, each counted once for every operand pair, beyond which SymPy is not asked."""

Exact = Any
"""An mpmath number, or a string: why there is none."""


def too_large(graph: Graph) -> str | None:
    """Why SymPy is not asked about a graph; None when it is."""
    work = sum(max(1, len(operands) // 4) ** 2 for operands in graph.operands)
    if work <= MOST:
        return None
    return f"SymPy is not asked: {len(graph):,} nodes are more than it does in reasonable time"


def exact_adjoints(
    graph: Graph, bindings: Mapping[str, float], wrt: Sequence[int]
) -> tuple[list[Exact], list[Exact]]:
    """The value and the adjoint of every node, to AGREEMENT digits.

    Each operation's value and derivatives are SymPy's own, evaluated once a node from the leaves
    on, then combined by the chain rule. A node that depends on no leaf in `wrt` has adjoint 0.
    """
    import mpmath

    before: list[Exact] = []
    for digits in PRECISIONS:
        with mpmath.workdps(digits):
            values = _exact_values(graph, bindings)
            found = [*values, *_exact_sweep(graph, values, wrt)]
        if before and all(map(_same, before, found)):
            break
        before = found
    settled = [
        new if _same(old, new) else f"more than {PRECISIONS[-2]} digits cancel"
        for old, new in zip(before, found, strict=True)
    ]
    return settled[: len(graph)], settled[len(graph) :]


def exact_local(graph: Graph, values: Sequence[float], node: int, slot: int | None) -> Exact:
    """A node's value, or its partial by a slot, from the doubles that its operands are."""
    import mpmath

    with mpmath.workdps(PRECISIONS[0]):
        operands = [mpmath.mpf(values[operand]) for operand in graph.operands[node]]
        return _call(graph, node, slot, operands)


def _exact_values(graph: Graph, bindings: Mapping[str, float]) -> list[Exact]:
    import mpmath

    values: list[Exact] = []
    for node, operands in enumerate(graph.operands):
        if graph.is_leaf(node):
            constant = graph.constants.get(node)
            number = bindings[graph.names[node]] if constant is None else constant
            values.append(mpmath.mpf(number))
        else:
            values.append(_call(graph, node, None, [values[operand] for operand in operands]))
    return values


def _exact_sweep(graph: Graph, values: list[Exact], wrt: Sequence[int]) -> list[Exact]:
    import mpmath

    depends = dependents(graph, wrt)
    adjoints: list[Exact] = [mpmath.mpf(0)] * len(graph)
    adjoints[graph.output] = mpmath.mpf(1)
    for node in range(graph.output, -1, -1):
        operands, adjoint = graph.operands[node], adjoints[node]
        if not depends[node] or adjoint == 0:
            continue
        for slot, operand in enumerate(operands):
            if depends[operand]:
                partial = _call(graph, node, slot, [values[i] for i in operands])
                adjoints[operand] = _added(adjoints[operand], partial, adjoint)
    return adjoints


def _added(so_far: Exact, partial: Exact, adjoint: Exact) -> Exact:
    missing = [part for part in (so_far, adjoint, partial) if isinstance(part, str)]
    return missing[0] if missing else so_far + partial * adjoint


def _call(graph: Graph, node: int, slot: int | None, operands: Sequence[Exact]) -> Exact:
    """A node's value or partial over exact operands: a real number of manageable size."""
    import mpmath

    row = graph.operations[node]
    assert row is not None
    missing = [operand for operand in operands if isinstance(operand, str)]
    if missing:
        return missing[0]
    numbers = tuple(graph.constants.get(operand) for operand in graph.operands[node])
    function = _function(row, slot, numbers)
    if function is None:
        return f"SymPy leaves the derivative of {row.name} open"
    try:
        found = mpmath.mpmathify(function(*operands))
    except (ArithmeticError, ValueError):
        found = mpmath.nan
    what = "value" if slot is None else "derivative"
    if not isinstance(found, mpmath.mpf) or not mpmath.isfinite(found):
        return f"{row.name} has no finite real {what} at {graph.ref(node)}"
    if found != 0 and abs(mpmath.mag(found)) > LARGEST:
        return f"the {what} of {row.name} at {graph.ref(node)} is beyond 10^\N{PLUS-MINUS SIGN}6000"
    return found


@cache
def _function(
    row: Operation, slot: int | None, numbers: tuple[float | None, ...]
) -> Callable[..., Any] | None:
    """The row's SymPy form, or its derivative by a slot, as a function of mpmath numbers.

    Operands that are constants stand in it as `numbers`: the derivative of x^2 has no logarithm.
    None where SymPy leaves the derivative open.
    """
    import sympy

    symbols = [sympy.Symbol(f"x{i}", real=True) for i in range(len(numbers))]
    given = [
        symbol if number is None or i == slot else _rational(number)
        for i, (symbol, number) in enumerate(zip(symbols, numbers, strict=True))
    ]
    form = row.sympy(sympy, *given)
    if slot is not None:
        form = sympy.diff(form, symbols[slot])
    if form.has(sympy.Derivative, sympy.Subs):
        return None
    names = {"Heaviside": _heaviside, "DiracDelta": _dirac}
    function: Callable[..., Any] = sympy.lambdify(symbols, form, modules=[names, "mpmath"])
    return function


def _rational(number: float) -> Any:
    import sympy

    fraction = Fraction(number)
    return sympy.Rational(fraction.numerator, fraction.denominator)


def _heaviside(x: Any, at_zero: Any = 0.5) -> Any:
    return at_zero if x == 0 else int(x > 0)


def _dirac(x: Any) -> int:
    """0 away from the jump; at it there is no slope."""
    if x == 0:
        raise ZeroDivisionError("a jump has no slope")
    return 0


def _same(old: Exact, new: Exact) -> bool:
    """True when two precisions agree, or agree that there is no number."""
    import mpmath

    if isinstance(old, str) or isinstance(new, str):
        return bool(old == new)
    return bool(abs(old - new) <= abs(new) * mpmath.mpf(10) ** -AGREEMENT)
