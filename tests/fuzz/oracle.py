"""What is true of a program, by arithmetic of many digits: mpmath and difference quotients.

Nothing here is the engine's: operations by mpmath's own functions, gradients by the symmetric
quotient. How far rounding may carry a double is found by Monte Carlo arithmetic (Parker, Monte
Carlo Arithmetic, UCLA CSD-970002, 1997): every operation's result is moved by a random unit in
its last place, and what the answer moves by is its slack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import mpmath
from backprop_tui.engine import Graph
from mpmath import mpf

DIGITS = 120
STEP = mpf(10) ** -40
"""Of the quotients, beside the variable."""
MORE_DIGITS = 400
FINE_STEP = mpf(10) ** -130
DRAWS = 5
UNIT = mpf(2) ** -52
SLACK = 1_000
"""How many times what the draws moved by counts as rounding."""
RANGE = mpf(10) ** 290
"""Beyond it, and below its inverse, doubles overflow and underflow."""


class UnclearError(Exception):
    """The truth cannot be had this way: an edge, a pole, a number beyond doubles."""


class Truth(NamedTuple):
    """A number and how far rounding may carry a double from it."""

    number: Any
    slack: Any

    def holds(self, found: float) -> bool:
        """True for a double within the slack."""
        allowed = abs(self.number) * mpf(10) ** -9 + self.slack
        return bool(mpmath.isfinite(found) and abs(found - self.number) <= allowed)


def log(a: Any, b: Any) -> Any:
    """The logarithm of a to the base b; there is none of base 0, though a limit there is."""
    if b == 0:
        raise UnclearError
    return mpmath.log(a) / mpmath.log(b)


def sigmoid(a: Any) -> Any:
    return 1 / (1 + mpmath.exp(-a))


def power(a: Any, b: Any) -> Any:
    return mpf(1) if b == 0 else a**b


def variance(a: Sequence[Any]) -> Any:
    mean = mpmath.fsum(a) / len(a)
    return mpmath.fsum((x - mean) ** 2 for x in a) / len(a)


def _moderate(a: Any) -> Any:
    """What mpmath follows in a moment: below 0 it counts poles one by one."""
    if not -100 < a < 1e6:
        raise UnclearError
    return a


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
    ("+", 2): lambda a, b: a + b, ("-", 2): lambda a, b: a - b, ("*", 2): lambda a, b: a * b,
    ("/", 2): lambda a, b: a / b, ("^", 2): power, ("neg", 1): lambda a: -a,
    ("exp", 1): mpmath.exp, ("ln", 1): mpmath.log, ("log", 2): log,
    ("log2", 1): lambda a: mpmath.log(a) / mpmath.log(2), ("log10", 1): mpmath.log10,
    ("log1p", 1): lambda a: mpmath.log(1 + a), ("expm1", 1): lambda a: mpmath.exp(a) - 1,
    ("sqrt", 1): mpmath.sqrt, ("cbrt", 1): lambda a: mpmath.sign(a) * mpmath.cbrt(abs(a)),
    ("sin", 1): mpmath.sin, ("cos", 1): mpmath.cos, ("tan", 1): mpmath.tan,
    ("asin", 1): mpmath.asin, ("acos", 1): mpmath.acos, ("atan", 1): mpmath.atan,
    ("atan2", 2): mpmath.atan2, ("sinh", 1): mpmath.sinh, ("cosh", 1): mpmath.cosh,
    ("tanh", 1): mpmath.tanh, ("asinh", 1): mpmath.asinh, ("acosh", 1): mpmath.acosh,
    ("atanh", 1): mpmath.atanh, ("sigmoid", 1): sigmoid, ("relu", 1): lambda a: max(a, mpf(0)),
    ("leaky_relu", 1): lambda a: a if a > 0 else a / 100,
    ("elu", 1): lambda a: a if a > 0 else mpmath.exp(a) - 1,
    ("softplus", 1): lambda a: mpmath.log(1 + mpmath.exp(a)),
    ("silu", 1): lambda a: a * sigmoid(a),
    ("gelu", 1): lambda a: a * mpmath.erfc(-a / mpmath.sqrt(2)) / 2,
    ("mish", 1): lambda a: a * mpmath.tanh(mpmath.log(1 + mpmath.exp(a))),
    ("erf", 1): mpmath.erf, ("abs", 1): abs, ("sign", 1): mpmath.sign,
    ("step", 1): lambda a: mpf(a >= 0), ("floor", 1): mpmath.floor, ("ceil", 1): mpmath.ceil,
    ("hypot", 2): mpmath.hypot,
    ("xlogy", 2): lambda a, b: mpf(0) if a == 0 else a * mpmath.log(b),
    ("clamp", 3): lambda a, b, c: min(max(a, b), c),
    ("<", 2): lambda a, b: mpf(a < b), ("<=", 2): lambda a, b: mpf(a <= b),
    (">", 2): lambda a, b: mpf(a > b), (">=", 2): lambda a, b: mpf(a >= b),
    ("==", 2): lambda a, b: mpf(a == b), ("!=", 2): lambda a, b: mpf(a != b),
    ("sec", 1): mpmath.sec, ("csc", 1): mpmath.csc, ("cot", 1): mpmath.cot,
    ("sinc", 1): mpmath.sincpi, ("square", 1): lambda a: a * a,
    ("rsqrt", 1): lambda a: 1 / mpmath.sqrt(a), ("round", 1): mpmath.nint,
    ("logsigmoid", 1): lambda a: -mpmath.log(1 + mpmath.exp(-a)), ("erfc", 1): mpmath.erfc,
    ("log_ndtr", 1): lambda a: mpmath.log(mpmath.erfc(-a / mpmath.sqrt(2)) / 2),
    ("lgamma", 1): lambda a: mpmath.log(abs(mpmath.gamma(_moderate(a)))),
    ("digamma", 1): lambda a: mpmath.digamma(_moderate(a)),
    ("polygamma", 2): lambda n, a: mpmath.polygamma(int(n), _moderate(a)),
    ("where", 3): lambda a, b, c: b if a != 0 else c,
}  # fmt: skip
VARIADIC: dict[str, Callable[..., Any]] = {
    "min": lambda *a: min(a), "max": lambda *a: max(a), "sum": lambda *a: mpmath.fsum(a),
    "mean": lambda *a: mpmath.fsum(a) / len(a),
    "prod": lambda *a: mpmath.fprod(a),
    "norm": lambda *a: mpmath.sqrt(mpmath.fsum(x * x for x in a)),
    "var": lambda *a: variance(a), "std": lambda *a: mpmath.sqrt(variance(a)),
    "logsumexp": lambda *a: mpmath.log(mpmath.fsum(map(mpmath.exp, a))),
}  # fmt: skip


def _nearest_whole(a: Any) -> Any:
    return abs(a - mpmath.nint(a))


def _gap(*a: Any) -> Any:
    ordered = sorted(a)
    return min((two - one for one, two in pairwise(ordered)), default=mpf(1))


EDGES: dict[str, Callable[..., Any]] = {
    "floor": _nearest_whole, "ceil": _nearest_whole,
    "round": lambda a: _nearest_whole(a + mpf(0.5)), "sinc": lambda a: abs(a) * 1000,
    "lgamma": lambda a: mpf(1) if a > 0 else _nearest_whole(a), "norm": lambda *a: max(map(abs, a)),
    "std": lambda *a: max(a) - min(a), "min": _gap, "max": _gap, "clamp": _gap,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _gap),
    "where": lambda a, b, c: abs(a) or mpf(1),
    **dict.fromkeys(("abs", "relu", "leaky_relu", "elu", "sign", "step", "cbrt", "sqrt"), abs),
    "asin": lambda a: 1 - abs(a), "acos": lambda a: 1 - abs(a), "acosh": lambda a: a - 1,
    "atan2": lambda a, b: abs(a) + (abs(b) if b > 0 else 0), "hypot": lambda a, b: abs(a) + abs(b),
    "^": lambda a, b: abs(a), "xlogy": lambda a, b: abs(a),
}  # fmt: skip
"""How far operands are from where an operation has a kink, a jump or a pole of its slope."""


def truths(
    graph: Graph, bindings: Mapping[str, float], leaves: Sequence[str], seed: int = 0
) -> tuple[Truth, dict[str, Truth]]:
    """The value, and its derivative by each of the leaves. Raises UnclearError."""
    with mpmath.workdps(MORE_DIGITS):
        sure = [_slope(graph, bindings, leaf, [1] * len(graph), FINE_STEP) for leaf in leaves]
    with mpmath.workdps(DIGITS):
        chance = Random(seed)
        exact = [mpf(1)] * len(graph)
        draws = [[1 + UNIT * chance.uniform(-1, 1) for _ in exact] for _ in range(DRAWS)]
        values = [evaluated(graph, bindings, moved) for moved in (exact, *draws)]
        _check_edges(graph, values)
        output = [row[graph.output] for row in values]
        slopes = {
            leaf: [_slope(graph, bindings, leaf, moved) for moved in (exact, *draws)]
            for leaf in leaves
        }
        if not all(map(_same, sure, (found[0] for found in slopes.values()))):
            raise UnclearError
        return _truth(output), {leaf: _truth(found) for leaf, found in slopes.items()}


def evaluated(graph: Graph, bindings: Mapping[str, Any], moved: Sequence[Any]) -> list[Any]:
    """The value of every node, each operation's multiplied by its factor. Raises UnclearError."""
    values: list[Any] = []
    for node, (row, operands) in enumerate(zip(graph.operations, graph.operands, strict=True)):
        if row is None:
            constant = graph.constants.get(node)
            values.append(mpf(bindings[graph.names[node]] if constant is None else constant))
            continue
        function = VARIADIC[row.name] if row.variadic else FUNCTIONS[row.name, len(operands)]
        try:
            found = function(*(values[operand] for operand in operands))
        except (ArithmeticError, ValueError) as error:
            raise UnclearError from error
        if not isinstance(found, mpf) or not mpmath.isfinite(found):
            raise UnclearError
        if found != 0 and not 1 / RANGE < abs(found) < RANGE:
            raise UnclearError
        values.append(found * moved[node])
    return values


def _check_edges(graph: Graph, values: Sequence[Sequence[Any]]) -> None:
    """UnclearError where rounding, or a hair, could carry an operand to another side of an edge."""
    for node, operands in enumerate(graph.operands):
        row = graph.operations[node]
        if row is None or row.name not in EDGES:
            continue
        given = [values[0][operand] for operand in operands]
        slack = sum(SLACK * _spread([draw[operand] for draw in values]) for operand in operands)
        if EDGES[row.name](*given) <= slack + max(map(abs, given)) * mpf(10) ** -12:
            raise UnclearError


def _same(one: Any, other: Any) -> bool:
    """True where more digits and a finer step change nothing."""
    return bool(abs(one - other) <= mpf(10) ** -12 * abs(one) + 1 / RANGE)


def _slope(
    graph: Graph, bindings: Mapping[str, Any], leaf: str, moved: Sequence[Any], step: Any = STEP
) -> Any:
    """The symmetric quotient, which must be the same from a smaller step."""
    at = mpf(bindings[leaf])
    found = []
    for size in (step, step / 1000):
        reach = size * (abs(at) or 1)
        ends = [
            evaluated(graph, {**bindings, leaf: at + side * reach}, moved)[graph.output]
            for side in (1, -1)
        ]
        found.append((ends[0] - ends[1]) / (2 * reach))
    if abs(found[0] - found[1]) > mpf(10) ** -20 * (1 + abs(found[1])):
        raise UnclearError
    return found[1]


def _truth(found: Sequence[Any]) -> Truth:
    slack = SLACK * _spread(found)
    if 0 < abs(found[0]) < 1 / RANGE or abs(found[0]) > RANGE:
        raise UnclearError
    return Truth(found[0], slack + 1 / RANGE)


def _spread(found: Sequence[Any]) -> Any:
    return max(abs(other - found[0]) for other in found)
