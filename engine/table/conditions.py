"""Rows of the operation table that decide: comparisons, and the choice between two operands."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from . import values as v
from . import vectors as w
from .operation import COMPARISON, Operation, Partial, SpecialCase

EQUAL = "jump: a comparison has no slope where both sides are equal; 0 by convention"
NOT_TAKEN = "not taken: where sends exactly 0 to the operand that it does not take"


def _comparison(
    name: str,
    symbol: str,
    relation: Callable[[float, float], bool],
    arrays: str,
    sympy: str,
) -> Operation:
    """1 where the relation holds, as Python, NumPy and SymPy call it, else 0; never nan."""
    equal = (SpecialCase(lambda a, b, y: a == b, 0.0, EQUAL),)
    partial = Partial(f"derivative of {name}", "0", special=equal)
    return Operation(
        name, lambda a, b: float(relation(a, b)), (partial, partial),
        lambda S, a, b: S.Piecewise((1, getattr(S, sympy)(a, b)), (0, True)),
        w.truth(arrays), power=COMPARISON, symbol=f" {symbol} ",
    )  # fmt: skip


COMPARISONS = (
    _comparison("<", "<", operator.lt, "less", "Lt"),
    _comparison("<=", "\N{LESS-THAN OR EQUAL TO}", operator.le, "less_equal", "Le"),
    _comparison(">", ">", operator.gt, "greater", "Gt"),
    _comparison(">=", "\N{GREATER-THAN OR EQUAL TO}", operator.ge, "greater_equal", "Ge"),
    _comparison("==", "==", operator.eq, "equal", "Eq"),
    _comparison("!=", "\N{NOT EQUAL TO}", operator.ne, "not_equal", "Ne"),
)


def _condition(S: Any, c: Any) -> Any:
    """What must hold for the first of two: a comparison itself, else that the number is not 0."""
    is_comparison = c.is_Piecewise and [form for form, _ in c.args] == [1, 0]
    return c.args[0].cond if is_comparison else S.Ne(c, 0)


WHERE = Operation(
    "where", v.where,
    (
        Partial("no edge", "0"),
        Partial("derivative of where", "a != 0",
                special=(SpecialCase(lambda a, b, c, y: a == 0, 0.0, NOT_TAKEN),)),
        Partial("derivative of where", "a == 0",
                special=(SpecialCase(lambda a, b, c, y: a != 0, 0.0, NOT_TAKEN),)),
    ),
    lambda S, a, b, c: S.Piecewise((b, _condition(S, a)), (c, True)), w.where, decides=True,
)  # fmt: skip
