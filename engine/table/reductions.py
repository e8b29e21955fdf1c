"""Rows of the operation table that take any number of operands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import nan
from typing import Any

from . import several
from . import values as v
from . import vectors as w
from .operation import Kit, Operation, Partial, Remedy, Shared, SpecialCase
from .rows import tie

FLOATS = Kit(v.exp, max, math.frexp, several.ldexp, v.where, several.centre)
COUNT = Shared(("n",), lambda kit, operands, y: (float(len(operands)),))
EQUAL = Shared(
    ("n", "k"),
    lambda kit, operands, y: (float(len(operands)), sum(operand == y for operand in operands)),
)
OTHERS = "others"
"""The product of the other operands."""
ORIGIN = "kink: the distance from the origin has no slope at the origin"
ALL_EQUAL = "kink: the deviation is 0, since all operands are equal, and has no slope there"

OF_SQUARES = Remedy("add a small ε under the root, as sqrt(sum(x^2, y^2) + ε) does")
OF_VARIANCE = Remedy("add a small ε under the root, as sqrt(var(x, y) + ε) does")


def _exponentials(kit: Kit, operands: Sequence[Any], y: Any) -> tuple[Any, Any]:
    largest = kit.greatest(operands)
    return largest, sum(kit.exp(operand - largest) for operand in operands)


def _factors(kit: Kit, operands: Sequence[Any], y: Any) -> tuple[Any, ...]:
    return several.factors(kit.frexp, kit.where, operands)


def _others(kit: Kit, a: Any, shared: tuple[Any, ...]) -> tuple[Any, ...]:
    """The product of the other operands in the place of what all share."""
    mantissa, exponent, zeros, y = shared
    is_zero = a == 0
    part, shift = kit.frexp(kit.where(is_zero, 1.0, a))
    others = kit.ldexp(mantissa / part, exponent - shift)
    return a, kit.where(zeros == is_zero, others, 0.0), y


def _mean(S: Any, a: Sequence[Any]) -> Any:
    return S.Add(*a) / len(a)


def _var(S: Any, a: Sequence[Any]) -> Any:
    return S.Add(*((x - _mean(S, a)) ** 2 for x in a)) / len(a)


CENTRE = Shared(
    ("n", "μ", "r"), lambda kit, operands, y: (float(len(operands)), *kit.centre(*operands))
)

# fmt: off
REDUCTIONS = (
    Operation(
        "min", v.least,
        (Partial("derivative of min", "step(y - a)", exact="(a == y)/k", special=(tie("least"),)),),
        lambda S, *a: S.Min(*a), w.least, variadic=True, shared=EQUAL,
    ),
    Operation(
        "max", v.greatest,
        (Partial("derivative of max", "step(a - y)", exact="(a == y)/k",
                 special=(tie("greatest"),)),),
        lambda S, *a: S.Max(*a), w.greatest, variadic=True, shared=EQUAL,
    ),
    Operation("sum", v.sum_of, (Partial("sum rule", "1"),), lambda S, *a: S.Add(*a), w.sum_of,
              variadic=True, additive=True),
    Operation("mean", v.mean, (Partial("derivative of mean", "1/n"),),
              lambda S, *a: _mean(S, a), w.mean, variadic=True, shared=COUNT, additive=True),
    Operation("prod", several.prod,
              (Partial("product rule", OTHERS, alone="constant multiple rule"),),
              lambda S, *a: S.Mul(*a), w.prod, variadic=True,
              shared=Shared((OTHERS,), _factors, _others), nonzero=True),
    Operation("norm", math.hypot,
              (Partial("derivative of norm", "a/y",
                       special=(SpecialCase(lambda a, y: y == 0, nan, ORIGIN, OF_SQUARES),)),),
              lambda S, *a: S.sqrt(S.Add(*(x**2 for x in a))), w.norm, variadic=True),
    Operation("var", several.var,
              (Partial("derivative of var", "2*(a - μ)/n", exact="2*(a - μ - r)/n"),),
              lambda S, *a: _var(S, a), w.elementwise(several.var), variadic=True, shared=CENTRE),
    Operation("std", several.std,
              (Partial("derivative of std", "(a - μ)/(n*y)", exact="(a - μ - r)/y/n",
                       special=(SpecialCase(lambda a, n, u, r, y: y == 0, nan, ALL_EQUAL,
                                           OF_VARIANCE),)),),
              lambda S, *a: S.sqrt(_var(S, a)), w.elementwise(several.std), variadic=True,
              shared=CENTRE),
    Operation("logsumexp", v.logsumexp,
              (Partial("derivative of logsumexp", "exp(a - y)", exact="exp(a - m)/s"),),
              lambda S, *a: S.log(S.Add(*(S.exp(x) for x in a))), w.logsumexp, variadic=True,
              shared=Shared(("m", "s"), _exponentials)),
)
# fmt: on
