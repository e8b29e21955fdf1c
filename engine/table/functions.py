"""Rows of the operation table: reciprocal circular, saturating, simple and special functions."""

from __future__ import annotations

import math
from collections.abc import Callable

from . import values as v
from . import vectors as w
from .gamma import digamma, lgamma, log_ndtr, polygamma
from .operation import Fault, Operation, Partial, Remedy, SpecialCase
from .rows import flat, outside, pole, unary

AT_INFINITY = outside(
    math.isinf, "a periodic function has no value at infinity", "find where the infinity arose"
)
GAUSS = "exp(-(round(16*a)/16)^2)*exp((round(16*a)/16 - a)*(round(16*a)/16 + a))"
"""e^(-a²), of which rounding a² takes no digits: a near number with a short square goes before."""
UNDERFLOWS = 28.0
"""Beyond which e^(-a²) is 0."""
POLES = "the gamma function has poles at 0 and at the negative whole numbers"
KEEP_ABOVE_0 = Remedy("keep its operand above 0")
SMALL = 0.3
"""Below which the slope of sinc is a power series."""
TAIL = -8.0
"""Where the continued fraction of the normal distribution's tail takes over."""


def _divided_by_zero(zero: str, when: Callable[..., bool]) -> tuple[Fault, ...]:
    remedy = Remedy("keep its operand away from 0")
    return (*AT_INFINITY, Fault(when, "division by zero", f"{zero} is 0 here", remedy))


def _is_pole(a: float) -> bool:
    """True of 0 and the negative whole numbers; over arrays too."""
    return (a <= 0) & (a % 1 == 0)


def _tail(terms: int) -> str:
    """φ(a)/Φ(a) of the normal distribution far on the left: DLMF 7.9.2, a continued fraction."""
    found = "-a"
    for k in range(terms, 0, -1):
        found = f"-a + {k}/({found})"
    return found


def _sinc_series(terms: int) -> str:
    """The slope of sinc near 0, by the series of the sine."""
    found = "1"
    for k in range(terms, 0, -1):
        found = f"1 - (pi*a)^2*{k + 1}/{k * (2 * k + 2) * (2 * k + 3)}*({found})"
    return f"-pi^2*a/3*({found})"


def _gauss(slope: str) -> tuple[str, tuple[SpecialCase, ...]]:
    """A slope that holds e^(-a²), as it is evaluated, and where that is 0."""
    plain = slope.replace("gauss", "exp(-a^2)")
    return slope.replace("gauss", GAUSS), (
        SpecialCase(lambda a, y: abs(a) > UNDERFLOWS, plain, None),
    )


# fmt: off
RECIPROCAL = (
    unary("sec", v.sec, w.sec, "y*tan(a)", lambda S, a: S.sec(a), faults=AT_INFINITY),
    unary("csc", v.csc, w.csc, "-y*cot(a)", lambda S, a: S.csc(a),
          special=pole(lambda a, y: a == 0),
          faults=_divided_by_zero("the sine", lambda a: a == 0)),
    unary("cot", v.cot, w.cot, "-csc(a)^2", lambda S, a: S.cot(a),
          special=pole(lambda a, y: a == 0),
          faults=_divided_by_zero("the tangent", lambda a: a == 0)),
    unary("sinc", v.sinc, w.elementwise(v.sinc), "(cos(pi*a) - y)/a",
          lambda S, a: S.sinc(S.pi * a),
          exact="(pi*(0.5 - abs(a))*sinc(0.5 - abs(a)) - y)/a",
          special=(SpecialCase(lambda a, y: abs(a) < SMALL, _sinc_series(8), None),),
          faults=AT_INFINITY),
)
SIMPLE = (
    unary("square", v.square, "square", "2*a", lambda S, a: a**2, rule="power rule", nonzero=True),
    unary("rsqrt", v.rsqrt, w.rsqrt, "-y/(2*a)", lambda S, a: 1 / S.sqrt(a), rule="power rule",
          special=pole(lambda a, y: a == 0),
          faults=(
              Fault(lambda a: a == 0, "division by zero", "the square root is 0",
                    Remedy("keep its operand above 0", "rsqrt(max(x, ε))")),
              *outside(lambda a: a < 0, "a square root needs an operand of 0 or more",
                       "keep its operand above 0", "rsqrt(max(x, ε))", lambda a: -a),
          ), nonzero=True),
    flat("round", v.nearest, w.nearest, lambda a, y: abs(a - y) == 0.5,
         lambda S, a: S.floor(a / 2 + S.Rational(1, 4)) + S.ceiling(a / 2 - S.Rational(1, 4))),
    unary("logsigmoid", v.logsigmoid, w.logsigmoid, "sigmoid(-a)",
          lambda S, a: -S.log(1 + S.exp(-a)), dull="saturated"),
)
_ERFC, _ZERO = _gauss("-2*gauss/sqrt(pi)")
SPECIAL = (
    unary("erfc", math.erfc, w.erfc, "-2*exp(-a^2)/sqrt(pi)", lambda S, a: S.erfc(a),
          exact=_ERFC, special=_ZERO, nonzero=True, dull="saturated"),
    unary("log_ndtr", log_ndtr, w.elementwise(log_ndtr), "exp(-a^2/2 - y)/sqrt(2*pi)",
          lambda S, a: S.log(S.erfc(-a / S.sqrt(2)) / 2),
          exact="exp(-(round(16*a)/16)^2/2)*exp((round(16*a)/16 - a)*(round(16*a)/16 + a)/2)"
                "*exp(-y)/sqrt(2*pi)",
          special=(
              SpecialCase(lambda a, y: a < TAIL, _tail(14), None),
              SpecialCase(lambda a, y: a > 40, "exp(-a^2/2)/sqrt(2*pi)", None),
          ), dull="saturated"),
    unary("lgamma", lgamma, w.elementwise(lgamma), "digamma(a)",
          lambda S, a: S.log(S.gamma(a) ** 2) / 2,
          special=pole(lambda a, y: _is_pole(a)),
          faults=outside(_is_pole, POLES, *KEEP_ABOVE_0)),
    unary("digamma", digamma, w.elementwise(digamma), "polygamma(1, a)",
          lambda S, a: S.digamma(a),
          special=pole(lambda a, y: _is_pole(a)),
          faults=outside(_is_pole, POLES, *KEEP_ABOVE_0)),
    Operation(
        "polygamma", polygamma,
        (
            Partial("no edge", "0"),
            Partial("derivative of polygamma", "polygamma(a + 1, b)",
                    special=pole(lambda a, b, y: _is_pole(b))),
        ),
        lambda S, n, a: S.polygamma(n, a), w.elementwise(polygamma),
        outside(lambda n, a: _is_pole(a), POLES, *KEEP_ABOVE_0), whole=True,
    ),
)
# fmt: on
