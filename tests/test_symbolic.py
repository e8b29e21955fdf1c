"""Closed forms beside the sweep, and their limits."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

import pytest
import sympy
from backprop_tui.engine import bundled, load_bundled, parse, trace
from backprop_tui.engine.symbolic.closed_forms import (
    ClosedForm,
    FormRequest,
    closed_form,
    derivative_size,
)
from backprop_tui.engine.table.constants import CONSTANTS

SMALL = [name for name in bundled() if "trouble" not in load_bundled(name).tags]
SMALL = [name for name in SMALL if "broken" not in load_bundled(name).tags]


def form(
    text: str, values: Mapping[str, float], leaf: str, expanded: bool, simplified: bool = False
) -> ClosedForm:
    graph = parse(text, values)
    return closed_form(
        FormRequest(graph, values, graph.by_name[leaf], expanded, simplified, width=90)
    )


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("expanded", [False, True])
def test_the_closed_form_has_the_sweeps_number(name: str, expanded: bool) -> None:
    sample = load_bundled(name)
    result = trace(sample.program, sample.bindings, list(sample.values))
    for leaf in list(sample.values)[:2]:
        found = form(sample.program, sample.bindings, leaf, expanded)
        if not found.lines:
            assert "operations" in found.note
            continue
        assert found.value == pytest.approx(result.gradient[leaf], rel=1e-9, abs=1e-12)
        assert all(len(line) <= 90 for line in found.lines)


def test_names_are_kept_or_written_out() -> None:
    text, values = "t = x*y\nsin(t)*t", {"x": 1.5, "y": 0.5}
    assert "t" in "".join(form(text, values, "x", False).lines)
    assert "t" not in "".join(form(text, values, "x", True).lines).replace("sin", "")


def test_simplifying_changes_the_form_and_not_the_number() -> None:
    text, values = "1/(1 + e^-x)", {"x": 0.5}
    plain, short = form(text, values, "x", True), form(text, values, "x", True, True)
    assert plain.lines != short.lines
    assert plain.value == pytest.approx(short.value)


def test_a_name_of_sympys_own_is_a_variable() -> None:
    found = form("I*E + lambda^2", {"I": 2.0, "E": 3.0, "lambda": 5.0}, "lambda", False)
    assert found.value == 10
    assert form("I*E", {"I": 2.0, "E": 3.0}, "I", False).value == 3


def nested(depth: int) -> str:
    """Squares of squares: each level has twice the operations of the one before, at least."""
    lines = [f"h{i} = h{i - 1}*(h{i - 1} + 1)" for i in range(1, depth + 1)]
    return "\n".join(["h0 = x + 0", *lines])


def test_a_form_too_long_to_read_says_how_long_it_would_be() -> None:
    found = form(nested(100), {"x": 0.1}, "x", True)
    assert found.lines == ()
    size = int(derivative_size(parse(nested(100)), 0, True))
    assert size > 2**100
    assert f"about 10^{len(str(size)) - 1} operations" in found.note


def test_a_form_longer_than_a_double_counts_says_so() -> None:
    assert 2**1100 > 10**308
    assert "more than 10^308 operations" in form(nested(1100), {"x": 0.1}, "x", True).note


def test_the_size_grows_as_sympys_count_of_operations() -> None:
    for depth in (2, 4, 6):
        x = sympy.Symbol("x", real=True)
        nested, text = x, "x"
        for _ in range(depth):
            nested, text = sympy.sin(nested), f"sin({text})"
        count = sympy.count_ops(sympy.diff(nested, x))
        assert count / 2 <= derivative_size(parse(text), 0, True) <= 2 * count + 2


def test_names_stand_in_the_form_as_people_read_them() -> None:
    graph = replace(parse("w2_1_1*x1"), shown={1: "x₁"})
    found = closed_form(FormRequest(graph, {"w2_1_1": 2.0, "x1": 3.0}, 0, True, False, 80))
    assert found.lines == ("x₁",)
    assert found.value == 3.0


@pytest.mark.parametrize("name", CONSTANTS)
def test_constants_with_a_name_are_exact(name: str) -> None:
    found = form(f"{name}*x", {"x": 1.0}, "x", True)
    assert sympy.N(CONSTANTS[name].sympy(sympy), 17) == pytest.approx(
        CONSTANTS[name].value, rel=1e-15
    )
    assert not any(digit in "".join(found.lines) for digit in "13456789")


FOLDING = (
    "x/0", "ln(0)*x", "log(x, 1)", "log2(0) + x", "xlogy(x, 0)", "x*0/0", "ceil(x)/0", "0^-1*x",
    "sqrt(-4)*x", "(-8)^(1/3)*x", "atanh(1)*x", "x/(1 - 1)", "x*1.01^365",
    "x + 3^1e9", "x*3^1e9", "x + 2^1e308", "x*2^1e308", "x*9^9^9", "x^(10^9)", "x^1e9", "x^1e308",
    "(3*x)^1e9", "(3*x)^1000000", "exp(ln(3)*1e9)*x", "exp(-ln(3)*1e9)*x", "exp(exp(800))*x",
    "exp(1e6*ln(1.00000012345*x))", "x*1e300*1e300*1e300", "x*1.0000001234567^1000000",
    "x*(sqrt(2)/1.4)^100000", "(x^2)^1e9", "max(1e9, x)*x", "x*1e-300", "exp(exp(exp(x + 10)))",
    "x^(x^1e9*x^1e5)", "sin(x)*(x - 2)^(2^1e9)", "x*0.5^sinh(100000)", "logsumexp(1e5*x)",
)  # fmt: skip
"""Programs of which SymPy would make an infinity, a number without end or one that never comes."""


@pytest.mark.parametrize("text", FOLDING)
def test_constants_stay_short_and_finite(text: str) -> None:
    found = form(text, {"x": 1.5}, "x", True)
    shown = "".join(found.lines)
    assert shown
    assert not re.search("zoo|nan|oo|∞|ⅈ|_[0-9]|[0-9]{40}", shown)
    gradient = trace(text, {"x": 1.5}).gradient["x"]
    if found.value is None:
        assert gradient == 0 or not isfinite(gradient)
    else:
        assert found.value == pytest.approx(gradient, rel=1e-9)


def test_constants_of_ordinary_size_are_worked_out() -> None:
    assert form("2/3*x + x/6", {"x": 1.0}, "x", True).lines == ("5/6",)
    assert form("2^10*x^1000", {"x": 1.0}, "x", True).value == 1_024_000
    assert "1e9" not in "".join(form("x^1e9", {"x": 1.0}, "x", True).lines)


def test_two_zeros_do_not_cancel() -> None:
    assert form("x*0/0", {"x": 2.0}, "x", True).value is None


def test_what_has_no_form_says_so() -> None:
    found = form("x/(x - x)", {"x": 2.0}, "x", True)
    assert (found.lines, found.note) == ((), "SymPy finds no finite form of c")


def test_many_factors_of_ordinary_size_make_no_endless_number() -> None:
    lines = ["h0 = 9999*x", *(f"h{i} = 9999*h{i - 1}" for i in range(1, 100))]
    found = form("\n".join(lines), {"x": 1e-5}, "x", False)
    assert not re.search("[0-9]{160}", "".join(found.lines))
    assert found.value == float("inf")
