"""The operation table: one row says all that the product knows about an operation.

Formulas are written in the product's own language over the operands `a`, `b`, … and the result `y`.
For operations of any number of operands `a` is the operand meant; beside it there may be `n`, how
many there are, `k`, how many of them equal the result, `m`, the largest, `s`, the sum of
e^(operand - m), `μ` and `r`, the mean and what rounding has left of it, and `others`, the product
of the others. Conditions take the same names in the same order.
"""

from __future__ import annotations

import copyreg
import math
import operator
import sys
from collections.abc import Callable
from math import inf, nan
from typing import Any

from . import values as v
from . import vectors as w
from .conditions import COMPARISONS, WHERE
from .functions import AT_INFINITY, RECIPROCAL, SIMPLE, SPECIAL
from .operation import POWER, PREFIX, PRODUCT, SUM, Fault, Operation, Partial, Remedy, SpecialCase
from .reductions import REDUCTIONS
from .rows import CROSSED, edge, flat, is_zero, kink, outside, pole, steep, unary


def _loses_the_exponent(a: float, b: float, y: float) -> bool:
    """Where a^(b - 1) overflows although the slope need not, or b - 1 rounds to b."""
    overflows = abs(y) > abs(a) * sys.float_info.max
    return overflows | ((abs(b) > 2**53) & (abs(b) < inf))


def _no_log(name: str) -> tuple[Fault, ...]:
    why, words = "a logarithm needs an operand above 0", "keep its operand above 0"
    return outside(lambda a: a <= 0, why, words, f"{name}(max(x, ε))", operator.neg)


def _beyond_one(name: str) -> tuple[Fault, ...]:
    why, words = (
        "its operand must lie between \N{MINUS SIGN}1 and 1",
        "clamp it to just below 1, or take the angle by atan2",
    )
    formula = f"{name}({INSIDE_ONE})"
    return outside(lambda a: abs(a) > 1, why, words, formula, lambda a: abs(a) - 1)


def _too_large(when: Callable[..., bool], why: str, *remedy: str) -> tuple[Fault, ...]:
    return (Fault(when, "overflow", why, Remedy(*remedy)),)


LARGEST_EXPONENT = math.log(sys.float_info.max)
INSIDE_ONE = "clamp(x, ε \N{MINUS SIGN} 1, 1 \N{MINUS SIGN} ε)"
DENOMINATOR = Remedy("add a small ε to the denominator, or keep it away from 0", "x/(y + ε)")
LIMIT = Remedy(
    "where both are 0 there may be a limit: give it by where, and choose before dividing, as here "
    "for the limit 1",
    "where(y == 0, 1, x/where(y == 0, 1, y))",
)
UNDER_ROOT = Remedy("add a small ε under the root", "sqrt(x^2 + y^2 + ε)")
AWAY_FROM_ZERO = Remedy("keep the base above 0", "max(x, ε)^y")
SIZE = Remedy("where the size of the base is meant", "abs(x)^y")
LOG_OF_BASE = Remedy("keep both operands above 0", "log(max(x, ε), max(y, ε))")
BASE_ONE = Remedy("keep the base away from 1", "log(x, y + ε)")
LOG_OF_OTHER = Remedy("keep the operand of the logarithm above 0", "xlogy(x, max(y, ε))")
LOG_OF_ZERO = "singular point: the slope is ln(0)"

NO_EXP = _too_large(
    lambda a: a > LARGEST_EXPONENT,
    "e to a power above 709.78 is more than a double can hold",
    "subtract the largest exponent first, as sigmoid, softplus and logsumexp do",
)
NO_COSH = _too_large(
    lambda a: abs(a) > LARGEST_EXPONENT + math.log(2),
    "e^|x|/2 is more than a double can hold where |x| is above 710.47",
    "work with its logarithm, as ln(cosh(x))",
    "abs(x) + softplus(\N{MINUS SIGN}2*abs(x)) \N{MINUS SIGN} ln(2)",
)

# fmt: off
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "+", operator.add,
        (Partial("sum rule", "1"), Partial("sum rule", "1")),
        lambda S, a, b: a + b, "add", power=SUM, symbol=" + ", additive=True, commutes=True,
    ),
    Operation(
        "-", operator.sub,
        (Partial("difference rule", "1"), Partial("difference rule", "-1")),
        lambda S, a, b: a - b, "subtract", power=SUM, symbol=" \N{MINUS SIGN} ", additive=True,
    ),
    Operation(
        "*", operator.mul,
        (
            Partial("product rule", "b", alone="constant multiple rule"),
            Partial("product rule", "a", alone="constant multiple rule"),
        ),
        lambda S, a, b: a * b, "multiply", power=PRODUCT, symbol="\N{MIDDLE DOT}", nonzero=True,
        commutes=True,
    ),
    Operation(
        "/", v.divide,
        (
            Partial("quotient rule", "1/b", alone="constant multiple rule",
                    special=pole(lambda a, b, y: b == 0)),
            Partial("quotient rule", "-a/b^2", exact="-y/b",
                    special=pole(lambda a, b, y: b == 0)),
        ),
        lambda S, a, b: a / b, "divide",
        (
            Fault(lambda a, b: a == 0 and b == 0, "indeterminate", "0/0 has no value", LIMIT),
            Fault(lambda a, b: b == 0, "division by zero", "the denominator is 0", DENOMINATOR),
        ),
        power=PRODUCT, symbol="/", nonzero=True,
    ),
    Operation(
        "^", v.power,
        (
            Partial(
                "power rule", "b*a^(b - 1)",
                special=(
                    SpecialCase(lambda a, b, y: (a == 0) & (b == 0), 0.0,
                         "singular point: 0^0 is 1 by convention, and a^0 is constant: slope 0"),
                    *pole(lambda a, b, y: (a == 0) & (b < 0)),
                    *steep(lambda a, b, y: (a == 0) & (b > 0) & (b < 1), inf, "(x + ε)^y"),
                    SpecialCase(lambda a, b, y: b == 0, 0.0, None),
                    SpecialCase(_loses_the_exponent, "b*y/a", None),
                ),
            ),
            Partial(
                "exponential rule", "y*ln(a)",
                special=(
                    SpecialCase(lambda a, b, y: (a == 0) & (b > 0), 0.0,
                         "singular point: 0^b is 0 for every b above 0: slope 0"),
                    SpecialCase(lambda a, b, y: (a == 0) & (b == 0), -inf,
                         "singular point: 0^b jumps from inf through 1 to 0 at b = 0"),
                    *pole(lambda a, b, y: (a == 0) & (b < 0)),
                    SpecialCase(lambda a, b, y: a < 0, nan,
                         "singular point: a power of a negative base has no slope by its exponent",
                         Remedy("hold the exponent fixed, or keep the base above 0")),
                ),
            ),
        ),
        lambda S, a, b: a**b, w.power,
        (
            Fault(lambda a, b: a == 0 and b < 0, "division by zero", "0 to a negative power",
                  AWAY_FROM_ZERO),
            Fault(lambda a, b: a < 0 and math.fmod(b, 1) != 0, "domain",
                  "a negative base needs a whole exponent",
                  AWAY_FROM_ZERO, lambda a, b: -a, SIZE),
        ),
        power=POWER, right=True, symbol="^", nonzero=True,
    ),
    Operation(
        "neg", operator.neg, (Partial("constant multiple rule", "-1"),),
        lambda S, a: -a, "negative", power=PREFIX, symbol="\N{MINUS SIGN}",
    ),
    *COMPARISONS,
    unary("exp", v.exp, "exp", "y", lambda S, a: S.exp(a), rule="exponential rule",
           faults=NO_EXP, nonzero=True),
    unary("ln", v.ln, "log", "1/a", lambda S, a: S.log(a),
           rule="logarithm rule", special=edge(is_zero), faults=_no_log("ln"), aliases=("log",)),
    Operation(
        "log", v.log_base,
        (
            Partial("logarithm rule", "1/(a*ln(b))",
                    special=(*pole(lambda a, b, y: b == 1), *edge(lambda a, b, y: a == 0))),
            Partial("logarithm rule", "-ln(a)/(b*ln(b)^2)", exact="-y/(b*ln(b))",
                    special=(*pole(lambda a, b, y: b == 1), *edge(lambda a, b, y: a == 0))),
        ),
        lambda S, a, b: S.log(a) / S.log(b), w.log_base,
        (
            Fault(lambda a, b: a <= 0 or b <= 0, "domain", "a logarithm needs operands above 0",
                  LOG_OF_BASE, lambda a, b: max(-a, -b)),
            Fault(lambda a, b: a == 1 and b == 1, "indeterminate", "log(1, 1) has no value",
                  BASE_ONE),
            Fault(lambda a, b: b == 1, "division by zero", "ln(1) is 0: no logarithm has base 1",
                  BASE_ONE),
        ),
    ),
    unary("log2", v.log2, "log2", "1/(a*ln(2))", lambda S, a: S.log(a) / S.log(2),
           rule="logarithm rule", special=edge(is_zero), faults=_no_log("log2")),
    unary("log10", v.log10, "log10", "1/(a*ln(10))", lambda S, a: S.log(a) / S.log(10),
           rule="logarithm rule", special=edge(is_zero), faults=_no_log("log10")),
    unary("log1p", v.log1p, "log1p", "1/(1 + a)", lambda S, a: S.log(1 + a), rule="logarithm rule",
           special=edge(lambda a, y: a == -1),
           faults=outside(lambda a: a <= -1, "log1p needs an operand above \N{MINUS SIGN}1",
                           "keep it above \N{MINUS SIGN}1", "log1p(max(x, ε \N{MINUS SIGN} 1))",
                           lambda a: -1 - a)),
    unary("expm1", v.expm1, "expm1", "exp(a)", lambda S, a: S.exp(a) - 1, rule="exponential rule",
           faults=NO_EXP),
    unary("sqrt", v.sqrt, "sqrt", "1/(2*y)", lambda S, a: S.sqrt(a), rule="square root rule",
           special=steep(is_zero, inf, "sqrt(x + ε)"),
           faults=outside(lambda a: a < 0, "a square root needs an operand of 0 or more",
                           "keep it above 0", "sqrt(max(x, ε))", operator.neg)),
    unary("cbrt", math.cbrt, "cbrt", "1/(3*y^2)", lambda S, a: S.real_root(a, 3),
           rule="cube root rule", special=steep(is_zero, inf, "cbrt(x + ε)")),
    unary("sin", v.sin, "sin", "cos(a)", lambda S, a: S.sin(a), faults=AT_INFINITY),
    unary("cos", v.cos, "cos", "-sin(a)", lambda S, a: S.cos(a), faults=AT_INFINITY),
    unary("tan", v.tan, "tan", "1/cos(a)^2", lambda S, a: S.tan(a), faults=AT_INFINITY),
    *RECIPROCAL,
    unary("asin", v.asin, "arcsin", "1/sqrt(1 - a^2)", lambda S, a: S.asin(a),
           exact="1/sqrt((1 - a)*(1 + a))",
           special=steep(lambda a, y: abs(a) == 1, inf, f"asin({INSIDE_ONE})"),
           faults=_beyond_one("asin"), aliases=("arcsin",)),
    unary("acos", v.acos, "arccos", "-1/sqrt(1 - a^2)", lambda S, a: S.acos(a),
           exact="-1/sqrt((1 - a)*(1 + a))",
           special=steep(lambda a, y: abs(a) == 1, -inf, f"acos({INSIDE_ONE})"),
           faults=_beyond_one("acos"), aliases=("arccos",)),
    unary("atan", math.atan, "arctan", "1/(1 + a^2)", lambda S, a: S.atan(a), aliases=("arctan",)),
    Operation(
        "atan2", math.atan2,
        (
            Partial("derivative of atan2", "b/(a^2 + b^2)", exact="b/hypot(a, b)/hypot(a, b)",
                    special=(SpecialCase(lambda a, b, y: (a == 0) & (b == 0), nan,
                                "singular point: the angle of the origin has no slope"),)),
            Partial("derivative of atan2", "-a/(a^2 + b^2)", exact="-a/hypot(a, b)/hypot(a, b)",
                    special=(SpecialCase(lambda a, b, y: (a == 0) & (b == 0), nan,
                                "singular point: the angle of the origin has no slope"),)),
        ),
        lambda S, a, b: S.atan2(a, b), "arctan2", aliases=("arctan2",),
    ),
    unary("sinh", v.sinh, "sinh", "cosh(a)", lambda S, a: S.sinh(a), faults=NO_COSH),
    unary("cosh", v.cosh, "cosh", "sinh(a)", lambda S, a: S.cosh(a), faults=NO_COSH),
    unary("tanh", math.tanh, "tanh", "1 - y^2", lambda S, a: S.tanh(a), exact="(1/cosh(a))^2",
           dull="saturated"),
    unary("asinh", math.asinh, "arcsinh", "1/sqrt(a^2 + 1)", lambda S, a: S.asinh(a),
           exact="1/hypot(a, 1)", aliases=("arcsinh",)),
    unary("acosh", v.acosh, "arccosh", "1/sqrt(a^2 - 1)", lambda S, a: S.acosh(a),
           exact="1/(sqrt(a - 1)*sqrt(a + 1))",
           special=steep(lambda a, y: a == 1, inf, "acosh(max(x, 1 + ε))"),
           faults=outside(lambda a: a < 1, "acosh needs an operand of 1 or more",
                           "keep it above 1", "acosh(max(x, 1 + ε))", lambda a: 1 - a),
           aliases=("arccosh",)),
    unary("atanh", v.atanh, "arctanh", "1/(1 - a^2)", lambda S, a: S.atanh(a),
           exact="1/((1 - a)*(1 + a))", special=edge(lambda a, y: abs(a) == 1),
           aliases=("arctanh",),
           faults=outside(lambda a: abs(a) >= 1,
                           "atanh needs an operand between \N{MINUS SIGN}1 and 1",
                           "clamp it to just below 1", f"atanh({INSIDE_ONE})",
                           lambda a: abs(a) - 1)),
    unary("sigmoid", v.sigmoid, w.sigmoid, "y*(1 - y)", lambda S, a: 1 / (1 + S.exp(-a)),
           exact="exp(-abs(a))/(1 + exp(-abs(a)))^2", nonzero=True, dull="saturated",
          aliases=("\N{GREEK SMALL LETTER SIGMA}",)),
    unary("relu", v.relu, w.relu, "step(a)", lambda S, a: S.Max(0, a), special=(kink(0, 1, 0),),
           dull="dead"),
    unary("leaky_relu", v.leaky_relu, w.leaky_relu, "0.01 + 0.99*step(a)",
           lambda S, a: S.Piecewise((a, a > 0), (a / 100, True)), special=(kink(0.01, 1, 0.01),)),
    unary("elu", v.elu, w.elu, "exp(min(a, 0))",
           lambda S, a: S.Piecewise((a, a > 0), (S.exp(a) - 1, True))),
    unary("softplus", v.softplus, w.softplus, "sigmoid(a)", lambda S, a: S.log(1 + S.exp(a)),
           nonzero=True),
    unary("silu", v.silu, w.silu, "sigmoid(a) + y*(1 - sigmoid(a))",
           lambda S, a: a / (1 + S.exp(-a)),
           exact="sigmoid(a) + y*sigmoid(-a)", aliases=("swish",)),
    unary("gelu", v.gelu, w.gelu, "(1 + erf(a/sqrt(2)))/2 + a*exp(-a^2/2)/sqrt(2*pi)",
           lambda S, a: a * (1 + S.erf(a / S.sqrt(2))) / 2,
           exact="y/a + a*exp(-a^2/2)/sqrt(2*pi)",
           special=(SpecialCase(lambda a, y: a == 0, 0.5, None),)),
    unary("mish", v.mish, w.mish,
           "tanh(softplus(a)) + a*sigmoid(a)*(1 - tanh(softplus(a))^2)",
           lambda S, a: a * S.tanh(S.log(1 + S.exp(a)))),
    unary("erf", math.erf, w.erf, "2*exp(-a^2)/sqrt(pi)", lambda S, a: S.erf(a), dull="saturated"),
    *SPECIAL,
    *SIMPLE,
    unary("abs", abs, "absolute", "sign(a)", lambda S, a: S.Abs(a), special=(kink(-1, 1, 0),)),
    flat("sign", v.sign, w.sign, lambda a, y: a == 0, lambda S, a: S.sign(a)),
    flat("step", v.step, w.step, lambda a, y: a == 0, lambda S, a: S.Heaviside(a, 1)),
    flat("floor", v.floor, "floor", lambda a, y: a == y, lambda S, a: S.floor(a)),
    flat("ceil", v.ceil, w.ceil, lambda a, y: a == y, lambda S, a: S.ceiling(a)),
    Operation(
        "hypot", math.hypot,
        (
            Partial("derivative of hypot", "a/y",
                    special=(SpecialCase(lambda a, b, y: y == 0, nan,
                                "kink: the distance from the origin has no slope at the origin",
                                UNDER_ROOT),)),
            Partial("derivative of hypot", "b/y",
                    special=(SpecialCase(lambda a, b, y: y == 0, nan,
                                "kink: the distance from the origin has no slope at the origin",
                                UNDER_ROOT),)),
        ),
        lambda S, a, b: S.sqrt(a**2 + b**2), "hypot",
    ),
    Operation(
        "xlogy", v.xlogy,
        (
            Partial("product rule", "ln(b)", alone="constant multiple rule",
                    special=(SpecialCase(lambda a, b, y: b == 0, None, LOG_OF_ZERO,
                                LOG_OF_OTHER),)),
            Partial("logarithm rule", "a/b",
                    special=(SpecialCase(lambda a, b, y: (a == 0) & (b == 0), 0.0,
                                "singular point: xlogy(0, b) is 0 for every b: slope 0"),
                             *edge(lambda a, b, y: b == 0))),
        ),
        lambda S, a, b: a * S.log(b), w.xlogy,
        (Fault(lambda a, b: b <= 0, "domain", "a logarithm needs an operand above 0", LOG_OF_OTHER,
               lambda a, b: -b),),
    ),
    Operation(
        "clamp", v.clamp,
        (
            Partial("derivative of clamp", "step(a - b)*step(c - a)",
                    special=(SpecialCase(lambda a, b, c, y: b >= c, 0.0, CROSSED),
                           kink(0, 1, 1, lambda a, b, c, y: a == b),
                           kink(1, 0, 1, lambda a, b, c, y: a == c))),
            Partial("derivative of clamp", "1 - step(a - b)",
                    special=(SpecialCase(lambda a, b, c, y: b >= c, 0.0, CROSSED),
                           kink(0, 1, 0, lambda a, b, c, y: a == b))),
            Partial("derivative of clamp", "1 - step(c - a)",
                    special=(SpecialCase(lambda a, b, c, y: b >= c, 1.0, CROSSED),
                           kink(1, 0, 0, lambda a, b, c, y: a == c))),
        ),
        lambda S, a, b, c: S.Min(S.Max(a, b), c), w.clamp, aliases=("clip",),
    ),
    WHERE,
    *REDUCTIONS,
)
# fmt: on

INFIX = {row.name: row for row in OPERATIONS if row.power and len(row.partials) == 2}
NEGATION = next(row for row in OPERATIONS if row.power == PREFIX)
PRODUCT_OF = INFIX["*"]
FUNCTIONS: dict[str, tuple[Operation, ...]] = {}
"""Function names, aliases included, to their rows: one for each number of operands."""
for _row in OPERATIONS:
    if not _row.power:
        for _name in (_row.name, *_row.aliases):
            FUNCTIONS[_name] = (*FUNCTIONS.get(_name, ()), _row)
SQUARE_ROOT = FUNCTIONS["sqrt"][0]
ABSOLUTE = FUNCTIONS["abs"][0]
CALL = Operation("call", max, (), max, max, variadic=True)
"""A call of a function that the program defines: it stands in what is written, and is expanded
before anything is computed."""


def named(name: str, arity: int | None) -> Operation:
    """The row of this name that takes so many operands: what an unpickled operation is."""
    return next(row for row in (*OPERATIONS, CALL) if (row.name, row.arity) == (name, arity))


def _recipe(operation: Operation) -> tuple[Any, ...]:
    return named, (operation.name, operation.arity)


copyreg.pickle(Operation, _recipe)
