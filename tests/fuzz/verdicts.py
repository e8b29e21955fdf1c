"""Every verdict a second way: the contract's list by rules and numbers of its own.

It has its own table of functions and partials over mpmath numbers, and finds the derivative by
difference quotients of 400 digits: nothing of SymPy, nothing of the engine's rules.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
from backprop_tui.engine import Trace, trace
from backprop_tui.engine.opinions.check import check
from hypothesis import assume
from hypothesis import strategies as st

from programs import expressions
from sure import sure

DIGITS = 400
NOTHING = mpmath.mpf(10) ** -300
"""What rounding leaves at these digits of a sum that is 0."""
STEPS = [mpmath.mpf(10) ** -power for power in (50, 70, 90)]


def root(a: Any) -> Any:
    return None if a < 0 else mpmath.sqrt(a)


def tie(sign: int) -> Callable[..., Any]:
    """The partial of max (1) or min (-1): shared by the operands that have the value."""

    def partial(slot: int, operands: Sequence[Any], value: Any) -> Any:
        equal = sum(operand == value for operand in operands)
        return mpmath.mpf(operands[slot] == value) / equal

    return partial


def equal(a: Any, b: Any) -> bool:
    """True where nothing but what rounding leaves is between two numbers."""
    return bool(abs(a - b) <= NOTHING * max(1, abs(a), abs(b)))


def compared(holds: Callable[[Any, Any], Any], if_equal: bool) -> Callable[..., Any]:
    """A comparison as 1 or 0."""
    return lambda a, b: mpmath.mpf(if_equal if equal(a, b) else bool(holds(a, b)))


def clamped(slot: int, operands: Sequence[Any], value: Any) -> Any:
    """The partial of clamp: 1 inside the bounds and at them, of a bound beyond it."""
    a, low, high = operands
    passes = (low < high and low <= a <= high, low < high and a < low, low >= high or a > high)
    return mpmath.mpf(passes[slot])


def flat(slot: int, operands: Sequence[Any], value: Any) -> Any:
    """The partial of what is constant between its jumps."""
    return mpmath.mpf(0)


VALUES: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
    "neg": lambda a: -a,
    "exp": mpmath.exp,
    "tanh": mpmath.tanh,
    "sqrt": root,
    "sin": mpmath.sin,
    "abs": abs,
    "relu": lambda a: max(a, mpmath.mpf(0)),
    "sign": mpmath.sign,
    "floor": mpmath.floor,
    "max": lambda *a: max(a),
    "min": lambda *a: min(a),
    "clamp": lambda a, b, c: min(max(a, b), c),
    "<": compared(lambda a, b: a < b, False),
    "<=": compared(lambda a, b: a < b, True),
    ">": compared(lambda a, b: a > b, False),
    ">=": compared(lambda a, b: a > b, True),
    "==": compared(lambda a, b: False, True),
    "!=": compared(lambda a, b: True, False),
}
PARTIALS: Mapping[str, Callable[..., Any]] = {
    "+": lambda slot, a, y: mpmath.mpf(1),
    "-": lambda slot, a, y: mpmath.mpf(1 - 2 * slot),
    "*": lambda slot, a, y: a[1 - slot],
    "/": lambda slot, a, y: -a[0] / a[1] ** 2 if slot else 1 / a[1],
    "neg": lambda slot, a, y: mpmath.mpf(-1),
    "exp": lambda slot, a, y: y,
    "tanh": lambda slot, a, y: mpmath.sech(a[0]) ** 2,
    "sqrt": lambda slot, a, y: 1 / (2 * y) if y else None,
    "sin": lambda slot, a, y: mpmath.cos(a[0]),
    "abs": lambda slot, a, y: mpmath.sign(a[0]),
    "relu": lambda slot, a, y: mpmath.mpf(a[0] > 0),
    **dict.fromkeys(("sign", "floor", "<", "<=", ">", ">=", "==", "!="), flat),
    "clamp": clamped,
    "where": lambda slot, a, y: mpmath.mpf(1),
    "max": tie(1),
    "min": tie(-1),
}
"""The conventions of the contract: None where the slope is vertical."""


def numbers(result: Trace, bindings: Mapping[str, Any]) -> list[Any]:
    """The value of every node; None where it has none. What is left of 0 is 0."""
    graph = result.graph
    found: list[Any] = []
    for node, row in enumerate(graph.operations):
        operands = [found[i] for i in graph.operands[node]]
        if row is None:
            constant = graph.constants.get(node)
            found.append(mpmath.mpf(bindings[graph.names[node]] if constant is None else constant))
            continue
        if row.name == "where":
            found.append(None if operands[0] is None else operands[taken(operands)])
            continue
        value = None if None in operands else VALUES[row.name](*operands)
        found.append(value if value is None else cleaned(row.name, value))
    return found


def taken(operands: Sequence[Any]) -> int:
    """The slot of the operand that a choice takes."""
    return 1 if operands[0] != 0 else 2


def cleaned(name: str, value: Any) -> Any:
    """The value; 0 where a sum has left no more. Sizes that 400 digits miss are passed over."""
    if value == 0 or (name in "+-" and abs(value) < NOTHING):
        return mpmath.mpf(0)
    assume(-100 < mpmath.log10(abs(value)) < 100)
    return value


def limit(result: Trace, bindings: Mapping[str, Any], leaf: str, side: int) -> Any:
    """The slope on one side: a number, infinity, or None outside the domain."""
    output, at = result.graph.output, mpmath.mpf(bindings[leaf])
    here, quotients = numbers(result, bindings)[output], []
    for step in STEPS:
        moved = side * step * (abs(at) or 1)
        value = numbers(result, {**bindings, leaf: at + moved})[output]
        if value is None:
            return None
        quotients.append((value - here) / moved)
    before, last = quotients[-2:]
    if abs(last) < NOTHING ** mpmath.mpf("0.6") or abs(last) < abs(before) / 10**4:
        return mpmath.mpf(0)
    if abs(before - last) <= abs(last) / 10**12:
        return last
    assume(abs(last) > 10**4 * abs(before))
    return mpmath.inf


def slope(result: Trace, bindings: Mapping[str, Any], leaf: str) -> tuple[Any, Any]:
    """The derivative, or None; and the slopes of both sides where they differ."""
    values = numbers(result, bindings)
    if values[result.graph.output] is None:
        return None, None
    sides = [
        side for side in (limit(result, bindings, leaf, s) for s in (-1, 1)) if side is not None
    ]
    if not sides or mpmath.inf in sides:
        return None, None
    if abs(sides[0] - sides[-1]) > max(map(abs, sides)) / 10**6:
        return None, sorted(sides)
    return sides[-1], None


def by_rules(result: Trace, values: Sequence[Any]) -> list[Any]:
    """The sweep in exact arithmetic, by the rules of this file; None where it has no number."""
    graph, route = result.graph, result.sweep.route
    found: list[Any] = [mpmath.mpf(0)] * len(graph)
    found[graph.output] = mpmath.mpf(1)
    for user, slot, to in zip(route.users, route.slots, route.targets, strict=True):
        operands, name = (
            [values[i] for i in graph.operands[user]],
            sure(graph.operations[user]).name,
        )
        if name == "where" and slot != taken(operands):
            continue
        partial = PARTIALS[name](slot, operands, values[user])
        parts = partial, found[user], found[to]
        found[to] = None if None in parts else found[to] + partial * found[user]
    return found


def size(result: Trace, leaf: int) -> float:
    """What the sweep gives where every contribution counts by its size."""
    sweep, found = result.sweep, [0.0] * len(result.graph)
    found[result.graph.output] = 1.0
    for partial, user, to in zip(
        sweep.partials, sweep.route.users, sweep.route.targets, strict=True
    ):
        found[to] += abs(partial) * found[user]
    return found[leaf]


def shaken(result: Trace, leaf: str, exact: Any) -> Any:
    """The most that the derivative changes when every variable moves by half a unit."""
    drawn, changes = random.Random(7), [mpmath.mpf(0)]
    for _ in range(8):
        moved = {
            name: value + drawn.choice((-1, 1)) * mpmath.mpf(math.ulp(value)) / 2
            for name, value in result.bindings.items()
        }
        near, _ = slope(result, moved, leaf)
        changes.append(mpmath.mpf(0) if near is None else abs(near - exact))
    return max(changes)


def expected(result: Trace, leaf: str) -> set[str]:
    """The verdicts that the list allows: one, or two where the draws leave it open."""
    node = result.graph.variables_by_name[leaf]
    gradient = result.sweep.adjoints[node]
    with mpmath.workdps(DIGITS):
        exact, sides = slope(result, result.bindings, leaf)
        if sides is not None:
            slack = max(map(abs, sides)) / 10**6
            is_between = sides[0] - slack <= gradient <= sides[1] + slack
            return {"kink" if is_between or not math.isfinite(gradient) else "differ"}
        if exact is None:
            return {"undefined"}
        if gradient == float(exact):
            return {"agree"}
        if not math.isfinite(gradient):
            return {"lost"}
        error = abs(gradient - exact)
        if error <= abs(exact) / 10**6:
            return {"agree"}
        rules = by_rules(result, numbers(result, result.bindings))[node]
        if rules is None or abs(rules - exact) > abs(exact) / 10**6 + NOTHING:
            return {"differ"}
        if error <= 0.99e-12 * size(result, node):
            return {"imprecise"}
        change = shaken(result, leaf, exact)
        if error > 1.01e-12 * size(result, node) and error > 100 * change:
            return {"lost"}
        return {"imprecise"} if error <= 2 * change else {"imprecise", "lost"}


NUMBERS = st.sampled_from((0.0, 1.0, -1.0, 2.0, 0.5, 0.1, 0.3, 20.5, 70.0, 1e8, 1e16, 1e-9, -1e9))
LEAVES = ("x", "y", "z", "0", "1", "2", "0.5", "1e8")
FUNCTIONS = (
    "exp", "tanh", "sqrt", "sin", "abs", "relu", "sign", "floor", "max", "min", "clamp", "where",
)  # fmt: skip
PARTS = expressions(LEAVES, FUNCTIONS, ("+", "-", "*", "/", "<", ">=", "=="), size=4)
SHAPES = st.sampled_from((
    "{0}", "{0} + {1}", "({0})*({1})", "({0} + 1e8) - 1e8", "({0} + {1}) - {0}",
    "max({0}, {0}, {1})", "min(max({0}, 1), 1)", "sqrt(({0})*({0}))", "relu({0}) - relu(-({0}))",
    "1 - tanh({0})*tanh({0})", "sqrt({0} + 1) - sqrt({0})", "1/(1 + exp({0}))", "floor(3*({0}))",
    "exp({0})/exp({1})", "({0} - {1})*({0} - {1})", "relu({0})*sqrt(abs({1}))",
    "where(x > 1, {0}, {1})", "where(x == y, {0}, {1})", "where(x, {0}, {1})", "(x >= 1)*({0})",
    "where({0} > {1}, {0}, {1})", "where({0}, {1}, {0}*{0})", "clamp({0}, {1}, 1)",
    "({0} <= {1})*({0}) + {1}", "where({0} >= 0, sqrt({0}), 0)", "min(clamp({0}, 0, 1), {1})",
    "where({0} == {1}, {1}, {0})", "where(({0} > 0)*({1} > 0), {0}*{1}, {0} + {1})",
    "max(where({0} < 1, {0}, 1), {0})", "clamp({0}, {1}, {0})",
))  # fmt: skip
"""Around two random parts: ties, kinks, choices, cancellation, absorption and overflow."""


@st.composite
def cases(draw: st.DrawFn) -> Trace:
    text = draw(SHAPES).format(draw(PARTS), draw(PARTS))
    names = [name for name in "xyz" if name in text.replace("max", "").replace("exp", "")]
    assume(names)
    return trace(text, {name: draw(NUMBERS) for name in names})


CASES = cases()


def every_verdict_is_the_first_that_holds(result: Trace) -> None:
    """Each leaf's verdict is one that the list allows."""
    for found in check(result.sweep):
        leaf = result.graph.names[found.node]
        assert found.verdict in expected(result, leaf), (result.to_dict()["program"], leaf, found)
