"""Every verdict follows from the contract's list, found a second way, and kinds by name."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
from backprop_tui.engine import Trace, bundled, load_bundled, trace, trace_network
from backprop_tui.engine.opinions.check import check
from backprop_tui.tui.command.arguments import main
from hypothesis import given, settings

from fuzz.verdicts import CASES, every_verdict_is_the_first_that_holds
from sure import sure


@given(CASES)
@settings(max_examples=100)
def test_every_verdict_is_the_first_of_the_list_that_holds(result: Trace) -> None:
    every_verdict_is_the_first_that_holds(result)


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
