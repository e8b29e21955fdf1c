"""Limits: what is warned of and from where on, and how far a difference quotient is believed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy
import pytest
from backprop_tui.engine import Trace, trace
from backprop_tui.engine.calculus.paths import Paths
from backprop_tui.engine.opinions.check import check
from backprop_tui.engine.opinions.differences import slopes

from sure import sure


def told(result: Trace, kind: str) -> str:
    """The words of the first warning of a kind; empty where there is none."""
    return next((found.message for found in result.symptoms if found.kind == kind), "")


def number(text: str) -> float:
    """A number as it is shown, read back."""
    return float(text.replace("−", "-"))


def test_lost_digits_are_warned_of_from_the_ratio_named() -> None:
    """Terms r times as large as what they leave: 16 digits less log10 of r are right."""
    words = told(trace("x + y", {"x": 1.5, "y": -1.5 + 1.5e-9}), "lost digits")
    limit = number(sure(re.search(r"from a ratio of (\S+)\)", words))[1])
    for ratio in (limit * 1.01, limit * 30, 1e12):
        words = told(trace("x + y", {"x": 1.5, "y": -1.5 + 1.5 / ratio}), "lost digits")
        pattern = (
            r"terms up to (\S+) leave (\S+): if they were rounded, about (\d+) of 16 digits are"
        )
        largest, left, digits = map(number, sure(re.search(pattern, words)).groups())
        assert largest / left == pytest.approx(ratio, rel=1e-3)
        assert digits == pytest.approx(-math.log10(ratio * 2.0**-52), abs=1.0)
    for ratio in (limit * 0.99, limit / 30, 10):
        assert not told(trace("x + y", {"x": 1.5, "y": -1.5 + 1.5 / ratio}), "lost digits")


FLAT: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda x: math.exp(-abs(x)) / (1 + math.exp(-abs(x))) ** 2,
    "tanh": lambda x: 1 / math.cosh(x) ** 2,
    "erf": lambda x: 2 * math.exp(-x * x) / math.sqrt(math.pi),
}


@pytest.mark.parametrize("name", FLAT)
def test_saturation_is_warned_of_below_the_partial_named(name: str) -> None:
    """What is bounded on both sides saturates: sigmoid, tanh and erf, the same to either side."""
    words = told(trace(f"{name}(x)", {"x": 20.0}), "saturated")
    limit = number(sure(re.search(r"warned of below (\S+)\)", words))[1])
    points = [0.05 * k for k in range(-400, 401)]
    slopes = {x: FLAT[name](x) for x in points}
    for x, y in pairwise(points):
        if (slopes[x] < limit) != (slopes[y] < limit):
            for at in (x, y):
                result = trace(f"{name}(x)", {"x": at})
                assert bool(told(result, "saturated")) == (slopes[at] < limit), at
    assert min(slopes.values()) < limit < max(slopes.values())


@pytest.mark.parametrize(("kind", "factor"), [("vanishing", 0.1), ("exploding", 10.0)])
def test_a_chain_is_warned_of_beyond_the_product_named(kind: str, factor: float) -> None:
    """One of six edges or more; of fewer it is one factor that is small or large."""
    for edges in range(2, 12):
        for total in (factor**3.9, factor**4.1):
            each = total ** (1 / edges)
            lines = ["h0 = x", *(f"h{i} = {each!r}*h{i - 1}" for i in range(1, edges + 1))]
            words = told(trace("\n".join(lines), {"x": 1.0}), kind)
            beyond = total < 1e-4 if kind == "vanishing" else total > 1e4
            assert bool(words) == (beyond and edges >= 6)
            if words:
                pattern = r"of (\d+) edges, the product is (\S+), (above|below) (\S+):"
                count, product, side, limit = sure(re.search(pattern, words)).groups()
                assert int(count) == edges
                assert number(product) == pytest.approx(total, rel=1e-5)
                assert (side == "below") == (number(product) < number(limit)) == (factor < 1)


@pytest.mark.parametrize("exponent", [-307, -308, -310, -316, -323, -330])
def test_underflow_is_warned_of_where_digits_are_lost_and_not_before(exponent: int) -> None:
    """Below 2.2e-308 a double has fewer digits; below 4.9e-324 none."""
    lost, gone = exponent <= -308, exponent <= -324
    values = {"x": 10.0 ** (exponent // 2), "y": 10.0 ** (exponent - exponent // 2)}
    words = told(trace("x*y", values), "underflow")
    assert bool(words) == lost
    assert ("is 0" in words) == gone
    program = "u = x*y\nu*z"
    sent = trace(program, {"x": values["x"], "y": 1.0, "z": values["y"]}, ["y"])
    sends = [one for one in sent.symptoms if one.kind == "underflow" and "sends" in one.message]
    assert bool(sends) == lost


def test_a_path_without_a_number_is_listed_first() -> None:
    """It may hide any size: what is known of the others follows, the largest first."""
    result = trace("2*x + sqrt(x*y) + 5*x", {"x": 0.0, "y": 0.0})
    found = Paths(result.sweep, result.graph.by_name["x"]).listed()
    products = [path.product for path in found]
    known = [abs(p) for p in products if not math.isnan(p)]
    assert [math.isnan(p) for p in products] == sorted(map(math.isnan, products), reverse=True)
    assert known == [5.0, 2.0]
    assert any(map(math.isnan, products))


@pytest.mark.parametrize("name", ["ln(y)", "log2(y)", "log10(y)", "log(y, 3)", "xlogy(2, y)"])
@pytest.mark.parametrize("y", [0.0, -1.0])
def test_a_logarithm_of_what_is_not_above_0_has_one_reason(name: str, y: float) -> None:
    problem = trace(name, {"y": y}).problems[0]
    assert problem.kind == "domain"
    assert "logarithm needs" in problem.why
    assert "above 0" in problem.why


@pytest.mark.parametrize("side", [-1, 0, 1])
@pytest.mark.parametrize("above", [0.0, 1e3, 1e9, 1e13, 1e18])
def test_a_quotient_knows_what_rounding_does_to_it(side: int, above: float) -> None:
    """A slope beneath a large constant is found within the error claimed, however large that is."""
    points = [0.3, -1.2, 2.0]
    found = slopes(lambda at, which: above + numpy.exp(at), points, side)
    for x, quotient in zip(points, found, strict=True):
        assert abs(quotient.slope - math.exp(x)) <= quotient.error
        if not above:
            assert quotient.slope == pytest.approx(math.exp(x), rel=1e-9), "Ridders extrapolates"


@pytest.mark.parametrize(
    ("above", "wrong", "right"),
    [(1e9, "differ", "agree"), (1e12, "imprecise", "agree"), (1e14, "imprecise", "imprecise")],
)
def test_a_gradient_is_judged_by_as_many_digits_as_a_quotient_has(
    above: float, wrong: str, right: str
) -> None:
    """Without SymPy: half too large is told from right with three digits; one digit is none."""
    sweep = trace("x + y", {"x": 1.0, "y": above}, ["x"]).sweep
    (found,) = check(sweep, sympy=False)
    assert found.verdict == right
    adjoints = [1.5 * adjoint for adjoint in sweep.adjoints]
    (found,) = check(replace(sweep, adjoints=adjoints), sympy=False)
    assert found.verdict == wrong
