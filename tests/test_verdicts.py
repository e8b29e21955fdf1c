"""Every verdict follows from the contract's list, found here a second way.

The second way has its own table of functions and partials over mpmath numbers, and finds the
derivative by difference quotients of 400 digits: nothing of SymPy, nothing of the engine's rules.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
import pytest
from backprop_tui.engine import Trace, bundled, load_bundled, trace, trace_network
from backprop_tui.engine.opinions.check import check
from backprop_tui.tui.command.arguments import main
from hypothesis import assume, given, settings
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
    "sign": lambda slot, a, y: mpmath.mpf(0),
    "floor": lambda slot, a, y: mpmath.mpf(0),
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
        value = None if None in operands else VALUES[row.name](*operands)
        found.append(value if value is None else cleaned(row.name, value))
    return found


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
        operands = [values[i] for i in graph.operands[user]]
        partial = PARTIALS[sure(graph.operations[user]).name](slot, operands, values[user])
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
FUNCTIONS = ("exp", "tanh", "sqrt", "sin", "abs", "relu", "sign", "floor", "max", "min")
PARTS = expressions(LEAVES, FUNCTIONS, ("+", "-", "*", "/"), size=4)
SHAPES = st.sampled_from((
    "{0}", "{0} + {1}", "({0})*({1})", "({0} + 1e8) - 1e8", "({0} + {1}) - {0}",
    "max({0}, {0}, {1})", "min(max({0}, 1), 1)", "sqrt(({0})*({0}))", "relu({0}) - relu(-({0}))",
    "1 - tanh({0})*tanh({0})", "sqrt({0} + 1) - sqrt({0})", "1/(1 + exp({0}))", "floor(3*({0}))",
    "exp({0})/exp({1})", "({0} - {1})*({0} - {1})", "relu({0})*sqrt(abs({1}))",
))  # fmt: skip
"""Around two random parts: ties, kinks, cancellation, absorption and overflow."""


@st.composite
def cases(draw: st.DrawFn) -> Trace:
    text = draw(SHAPES).format(draw(PARTS), draw(PARTS))
    names = [name for name in "xyz" if name in text.replace("max", "").replace("exp", "")]
    assume(names)
    return trace(text, {name: draw(NUMBERS) for name in names})


@given(cases())
@settings(max_examples=25)
def test_every_verdict_is_the_first_of_the_list_that_holds(result: Trace) -> None:
    for found in check(result.sweep):
        leaf = result.graph.names[found.node]
        assert found.verdict in expected(result, leaf), (result.to_dict()["program"], leaf, found)


def normal(a: Any) -> Any:
    return mpmath.exp(-(a**2) / 2) / mpmath.sqrt(2 * mpmath.pi)


def rest(a: Any) -> Any:
    """The slope of mish below 0 by the formula that its authors give."""
    soft = mpmath.log(1 + mpmath.exp(a))
    return mpmath.tanh(soft) + a * mpmath.sech(soft) ** 2 / (1 + mpmath.exp(-a))


NAMED = [
    ("floor(x)", {"x": 20.5}, "agree", lambda x: 0),
    ("ceil(4*x)", {"x": 39.09}, "agree", lambda x: 0),
    ("floor(10*x)", {"x": 1.23}, "agree", lambda x: 0),
    ("max(x, x, x)", {"x": 2}, "agree", lambda x: 1),
    ("tanh(x)", {"x": 118}, "agree", lambda x: mpmath.sech(x) ** 2),
    ("tanh(x)", {"x": -300}, "agree", lambda x: mpmath.sech(x) ** 2),
    ("tanh(x)", {"x": 1180}, "agree", lambda x: mpmath.sech(x) ** 2),
    ("gelu(x)", {"x": -25}, "agree", lambda x: mpmath.ncdf(x) + x * normal(x)),
    ("mish(x)", {"x": -300}, "agree", rest),
    ("1 - tanh(x)^2", {"x": 70}, "agree", lambda x: -2 * mpmath.tanh(x) * mpmath.sech(x) ** 2),
    ("sqrt(1 + x) - sqrt(x)", {"x": 1e20}, "imprecise",
     lambda x: 1 / (2 * mpmath.sqrt(1 + x)) - 1 / (2 * mpmath.sqrt(x))),
    ("x^2 - (x + y)^2", {"x": 1e100, "y": 1}, "imprecise", lambda x, y: -2 * y),
    ("ln(x + y) - ln(x)", {"x": 1e9, "y": 1e-6}, "imprecise", lambda x, y: 1 / (x + y) - 1 / x),
    ("exp(x) - exp(x - y)", {"x": 30, "y": 1e-14}, "imprecise",
     lambda x, y: mpmath.exp(x) - mpmath.exp(x - y)),
    ("min(max(x, 1), 1)", {"x": 1}, "differ", lambda x: 0),
    ("max(max(x, 0), 0) + min(x, 0)", {"x": 0}, "differ", lambda x: 1),
    ("min(max(x, 2), 2)^2", {"x": 2}, "differ", lambda x: 0),
    ("relu(x) - relu(-x)", {"x": 0}, "differ", lambda x: 1),
    ("relu(x)*sqrt(|x|)", {"x": 0}, "lost", lambda x: 0),
    ("1/(1 + exp(-x))", {"x": -1000}, "lost", mpmath.exp),
    ("y*((x + 1e20) - 1e20)", {"y": 2, "x": 0.3}, "lost", lambda y, x: x),
    ("exp(x)/exp(x - 1)", {"x": 800}, "lost", lambda x: 0),
    ("sin(3.141592653589793*x)^2", {"x": 1}, "agree",
     lambda x: 3.141592653589793 * mpmath.sin(2 * 3.141592653589793 * x)),
    ("(3*x - 0.3)^2", {"x": 0.1}, "imprecise", lambda x: 6 * (3 * x - mpmath.mpf(0.3))),
    ("|x|", {"x": 0}, "kink", None),
    ("sqrt(x^2)", {"x": 0}, "kink", None),
    ("acos(min(cos(x), 1))", {"x": 0}, "kink", None),
    ("max(x, 0) + max(-x, 0)", {"x": 0}, "kink", None),
    ("sign(x)", {"x": 0}, "undefined", None),
    ("floor(x/3*3)", {"x": 1}, "undefined", None),
    ("ln(x)", {"x": -1}, "undefined", None),
    ("sqrt(x)", {"x": 0}, "undefined", None),
    ("1/(1/x)", {"x": 0}, "undefined", None),
    ("atan2(y, x)", {"y": 0, "x": -1}, "undefined", None),
    ("x^1.5", {"x": 0}, "agree", lambda x: 0),
    ("x^1.01 + x", {"x": 0}, "agree", lambda x: 1),
    ("xlogy(x, y)", {"x": 0, "y": -1}, "undefined", None),
    ("exp(x)", {"x": 1000}, "agree", mpmath.exp),
]  # fmt: skip
"""A program, its values, the verdict on the first of them, and the derivative in mpmath."""


@pytest.mark.parametrize(("program", "values", "verdict", "derivative"), NAMED)
def test_named_kinds_have_the_verdict_of_the_list(
    program: str, values: dict[str, float], verdict: str, derivative: Any
) -> None:
    found = next(check(trace(program, values).sweep))
    assert found.verdict == verdict
    if derivative is None:
        assert found.derivative is None
        return
    with mpmath.workdps(1200):
        exact = float(derivative(*map(mpmath.mpf, values.values())))
    assert found.derivative == pytest.approx(exact, rel=1e-15, abs=0)
    right = math.isclose(found.gradient, exact, rel_tol=1e-6)
    assert (verdict == "agree") == (right or found.gradient == exact)


@pytest.mark.parametrize("program", ["ln(x)", "sqrt(x)", "x*0/0", "1/(1/(x + 1))"])
def test_nothing_is_printed_where_the_value_does_not_exist(
    program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([program, "x=-1", "--check"]) == 0
    told = capsys.readouterr().out
    assert "difference none  SymPy (" in told
    assert "undefined: the program has no value" in told
    assert main(["sign(x)", "x=0", "--check"]) == 0
    assert "difference none  SymPy (" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(2, 8))
def test_a_saturated_network_is_not_called_wrong(seed: int) -> None:
    result = trace_network({
        "sizes": [2, 3, 1], "activation": "tanh", "init": "xavier", "seed": seed,
        "input": [255, 128], "target": [1], "cost": "half squared error",
    })  # fmt: skip
    assert {found.verdict for found in check(result.sweep)} == {"agree"}


CONSTANTS = [
    ("x/0", "undefined"), ("ln(0)*x", "undefined"), ("log(x, 1)", "undefined"),
    ("log2(0) + x", "undefined"), ("xlogy(x, 0)", "undefined"), ("ceil(x)/0", "undefined"),
    ("x*0/0", "undefined"), ("0^-1*x", "undefined"), ("x*1.01^365", "agree"),
    ("x + 3^1e9", "agree"), ("x + 2^1e308", "agree"), ("x^1e300", "agree"),
    ("x + 1e308^1e308", "agree"), ("exp(exp(1e300*x))", "imprecise"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "verdict"), CONSTANTS)
def test_no_constant_makes_an_infinity_or_a_number_without_end(program: str, verdict: str) -> None:
    (found,) = check(trace(program, {"x": 2.5}).sweep)
    assert found.verdict == verdict


LOST = {"broken-crossentropy", "broken-likelihood", "broken-mask", "broken-softmax"}


@pytest.mark.parametrize("name", [n for n in bundled() if "broken" in load_bundled(n).tags])
def test_broken_samples_are_lost_or_have_no_derivative(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--check"]) == (name in LOST)
    told = capsys.readouterr().out
    verdicts = {"lost": "lost:" in told, "other": "kink:" in told or "undefined:" in told}
    assert verdicts == {"lost": name in LOST, "other": name not in LOST}


def test_the_first_node_without_its_digits_is_named() -> None:
    (found,) = check(load("broken-crossentropy").sweep)
    assert (found.verdict, sure(found.lost_at)[1]) == ("lost", "forward")
    assert found.derivative == pytest.approx(-1 / (1 + math.exp(40)), rel=1e-15)
    graph = load("broken-crossentropy").graph
    assert graph.node(sure(found.lost_at)[0]).operands == (graph.by_name["p"],), "ln(p)"
    (found,) = check(load("broken-mask").sweep)
    assert (found.derivative, sure(found.lost_at)[1]) == (0, "backward")


def test_a_derivative_beyond_doubles_is_told_in_full() -> None:
    (found,) = check(trace("exp(2*x)/exp(x)", {"x": 1000}).sweep)
    assert (found.verdict, found.derivative) == ("lost", math.inf)
    exact = mpmath.nstr(mpmath.exp(1000), 6).replace("+", "")
    assert f"the derivative is {exact}, beyond doubles" in found.note
    (found,) = check(trace("1/(1 + exp(-x))", {"x": -1000}).sweep)
    assert "the derivative is 0 (5.1e−435 rounds to it)" in found.note


def load(name: str) -> Trace:
    sample = load_bundled(name)
    return trace(
        sample.program, sample.bindings, [n for n in sample.values if n not in sample.fixed]
    )


def test_ties_of_many_are_told_without_sympy() -> None:
    names = [f"x{i}" for i in range(40)]
    found = list(check(trace(f"max({', '.join(names)})", dict.fromkeys(names, 1.0)).sweep))
    assert {(c.verdict, c.one_sided) for c in found} == {("kink", (0, 1))}
    assert {c.sympy_note for c in found} == {"SymPy is not asked about max of 40"}
    found = list(check(trace(f"logsumexp({', '.join(names)})", dict.fromkeys(names, 1.0)).sweep))
    assert {c.verdict for c in found} == {"agree"}
    assert [c.sympy for c in found] == pytest.approx([1 / 40] * 40, rel=1e-15)


def test_bits_are_those_that_are_right() -> None:
    result = trace("(x + y) - x", {"x": 1e6, "y": 1e-6 / 3})
    active = [node for node in range(len(result.graph)) if result.sweep.route.active[node]]
    with mpmath.workdps(60):
        for found in check(result.sweep, active):
            value, adjoint = found.bits
            assert adjoint == 53
            true = mpmath.mpf(result.bindings["y"]) if found.node == result.graph.output else None
            if true is not None:
                error = abs(result.values[found.node] - true) / true
                assert value == pytest.approx(float(-mpmath.log(error, 2)), abs=1)
                assert sure(value) < 30


def test_a_check_is_plain_data() -> None:
    plain = (int, float, str, tuple, type(None))

    def is_plain(value: object) -> bool:
        return isinstance(value, plain) and (
            not isinstance(value, tuple) or all(map(is_plain, value))
        )

    for program in ("x^2", "|x - 2|", "ln(x - 2)", "max(x, 2)", "1/(1 + exp(-500*x))"):
        for found in check(trace(program, {"x": 2}).sweep):
            assert all(map(is_plain, found)), found


def test_a_graph_too_large_for_exact_arithmetic_is_judged_by_differences_and_says_so() -> None:
    lines = "\n".join(f"h{i} = h{i - 1}*1.0001 + y" for i in range(1, 1500))
    program = f"h0 = x\n{lines}\nrelu(h1499 - h1499 + x) + relu(y)"
    x, y = check(trace(program, {"x": 0, "y": 2}).sweep)
    assert "nodes" in sure(x.sympy_note)
    assert (x.derivative, x.lost_at, x.verdict) == (None, None, "kink")
    assert x.one_sided == pytest.approx((0, 1), abs=1e-6)
    assert y.verdict == "agree"
