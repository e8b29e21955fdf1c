"""One operation in exact arithmetic: its SymPy form or derivative over mpmath numbers.

Wherever SymPy and mpmath are needed, they are imported when a function is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from math import isfinite, isnan
from types import SimpleNamespace
from typing import Any, NamedTuple

from ..language.graph import Graph
from ..table.operation import Operation

LARGEST = 20_000
"""The binary exponent of an operand beyond which no function that grows is computed.

sin needs as many digits of pi, exp as many of its own: 10 ms each; ten times as many take a second.
"""
FARTHEST = -1_000
"""Below it no polygamma is computed: mpmath counts the poles between it and 0 one by one."""
WIDEST = 2_000
"""Binary digits that an exponent may itself have."""
WIDE = 12
"""Operands beyond which SymPy is not asked about an operation with pieces.

It compares them pair by pair: a maximum of 20 takes it a second.
"""
MOST = 2_000
"""Operations, each counted once for every operand pair, beyond which SymPy is not asked."""


class Missing(NamedTuple):
    """Why there is no exact number."""

    why: str
    given_up: bool = False
    """True where there may be one that was not computed."""


Exact = Any
"""An mpmath number, or Missing."""


class _Form(NamedTuple):
    """An operation's SymPy form, or its derivative by a slot, as a function of mpmath numbers."""

    function: Callable[..., Any]
    grows: bool
    """True where a large operand takes work without bound."""
    bends: bool
    """True where it has pieces, which meet at kinks and jumps."""


def too_large(graph: Graph) -> str | None:
    """Why SymPy is not asked about a graph; None when it is."""
    work = sum(max(1, len(operands) // 4) ** 2 for operands in graph.operands)
    if work <= MOST:
        return None
    return f"SymPy is not asked: {len(graph):,} nodes are more than it does in reasonable time"


def call(graph: Graph, node: int, slot: int | None, operands: Sequence[Exact]) -> Exact:
    """A node's value, or its partial by a slot, over exact operands, at mpmath's precision.

    A partial is SymPy's own derivative; where the form has no value, the table's convention counts.
    """
    operation = graph.operations[node]
    assert operation is not None
    if operation.decides:
        return _chosen(slot, operands)
    missing = next((operand for operand in operands if isinstance(operand, Missing)), None)
    if missing is not None:
        return missing
    if operation.variadic and slot:
        # Such an operation does not tell its operands apart: one form serves every slot.
        operands, slot = (operands[slot], *operands[:slot], *operands[slot + 1 :]), 0
    form = _form(operation, slot, len(operands))
    if isinstance(form, str):
        return Missing(form)
    what = "value" if slot is None else "derivative"
    where = f"the {what} of {operation.name} at {graph.ref(node)}"
    is_finite = not any(map(is_infinite, operands))
    if operation.whole and is_finite and operands[-1] < FARTHEST:
        return Missing(f"{where} is beyond exact arithmetic", given_up=True)
    if form.grows and is_finite and any(size(operand) > LARGEST for operand in operands):
        return Missing(f"{where} is beyond exact arithmetic", given_up=True)
    found = _real(form, operands, is_finite or slot is not None)
    if found is None and slot is None:
        found = _by_convention(operation, operands, is_finite)
    if found is None:
        return Missing(f"{operation.name} has no finite real {what} at {graph.ref(node)}")
    if found and not is_infinite(found) and int(abs(size(found))).bit_length() > WIDEST:
        return Missing(f"{where} is beyond exact arithmetic", given_up=True)
    return found


def bends(operation: Operation, slot: int, count: int) -> bool:
    """True where the derivative by a slot has pieces, which meet at kinks and jumps."""
    form = _form(operation, 0 if operation.variadic else slot, count)
    return isinstance(form, str) or form.bends


def _chosen(slot: int | None, operands: Sequence[Exact]) -> Exact:
    """What a choice takes, whatever the other operand is; or 1 for its slot and 0 for the other."""
    import mpmath

    condition = operands[0]
    if isinstance(condition, Missing):
        return condition
    taken = 1 if condition != 0 else 2
    return operands[taken] if slot is None else mpmath.mpf(slot == taken)


def is_infinite(number: Exact) -> bool:
    """True for an infinity, which only the constant of that name makes."""
    import mpmath

    return not isinstance(number, Missing) and bool(mpmath.isinf(number))


def size(number: Any) -> Any:
    """The binary exponent of an mpmath number; -inf of 0."""
    import mpmath

    return mpmath.mag(number)


def _real(form: _Form, operands: Sequence[Exact], finite: bool) -> Exact | None:
    """A real number, or None; a finite one unless an operand is infinite."""
    import mpmath

    try:
        found = mpmath.mpmathify(form.function(*operands))
    except (ArithmeticError, ValueError):
        return None
    is_number = isinstance(found, mpmath.mpf) and not mpmath.isnan(found)
    return found if is_number and (mpmath.isfinite(found) or not finite) else None


def _by_convention(operation: Operation, operands: Sequence[Exact], finite: bool) -> Exact | None:
    """The value that the table gives where the form has none: xlogy(0, 0) is 0."""
    import mpmath

    doubles = [float(operand) for operand in operands]
    if any(map(mpmath.mpf.__ne__, operands, doubles)):
        return None
    found = operation.value(*doubles)
    return mpmath.mpf(found) if isfinite(found) or not (finite or isnan(found)) else None


@lru_cache(maxsize=1024)
def _form(operation: Operation, slot: int | None, count: int) -> _Form | str:
    """The form over so many operands, or why SymPy has none.

    Every operand is a symbol, constants too: SymPy would fold x/0 to an infinity and 1.01^365 to a
    fraction of thousands of digits.
    """
    import sympy

    if operation.variadic and count > WIDE and bends(operation, 0, 2):
        return (
            _wide(operation)
            if slot is None
            else f"SymPy is not asked about {operation.name} of {count}"
        )
    symbols = [sympy.Symbol(f"x{i}", real=True) for i in range(count)]
    form = operation.sympy(sympy, *symbols)
    pieces = form.has(*_pieces(sympy))
    if slot is not None:
        form = sympy.powsimp(sympy.diff(form, symbols[slot]), combine="exp")
    if form.has(sympy.Derivative, sympy.Subs):
        return f"SymPy leaves the derivative of {operation.name} open"
    names = {"Heaviside": _heaviside, "DiracDelta": _dirac}
    function: Callable[..., Any] = sympy.lambdify(symbols, form, modules=[names, "mpmath"])
    return _Form(function, _grows(sympy, form), pieces)


def _wide(operation: Operation) -> _Form:
    """The form of many operands with pieces, which SymPy would compare pair by pair."""
    numbers = SimpleNamespace(Max=max, Min=min)
    return _Form(partial(operation.sympy, numbers), grows=False, bends=True)


def _pieces(sympy: Any) -> tuple[Any, ...]:
    return (sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Max, sympy.Min, sympy.Piecewise,
            sympy.floor, sympy.ceiling, sympy.atan2)  # fmt: skip


def _grows(sympy: Any, form: Any) -> bool:
    from sympy.functions.elementary.hyperbolic import HyperbolicFunction
    from sympy.functions.elementary.trigonometric import TrigonometricFunction

    powers = any(power.exp.free_symbols for power in form.atoms(sympy.Pow))
    others = sympy.exp, sympy.erf, sympy.erfc, sympy.sinc, sympy.gamma, sympy.polygamma
    return powers or bool(form.has(*others, HyperbolicFunction, TrigonometricFunction))


def _heaviside(x: Any, at_zero: Any = 0.5) -> Any:
    return at_zero if x == 0 else int(x > 0)


def _dirac(x: Any) -> int:
    """0 away from the jump; at it there is no slope."""
    if x == 0:
        raise ZeroDivisionError("a jump has no slope")
    return 0
