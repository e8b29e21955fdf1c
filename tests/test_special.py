"""The functions without a closed form on a pocket calculator, against mpmath over wide ranges."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from math import inf, nan
from typing import Any

import mpmath
import pytest
from backprop_tui.engine import ParseError, parse, trace
from backprop_tui.engine.opinions.check import check
from backprop_tui.engine.table.ops import FUNCTIONS

DIGITS = 60
CLOSE = 1e-14


def spread(low: float, high: float, count: int = 60) -> Iterator[float]:
    """Numbers of these sizes, the small as many as the large."""
    drawn = random.Random(1)
    for _ in range(count):
        yield 10 ** drawn.uniform(math.log10(low), math.log10(high))


def within(low: float, high: float, count: int = 60) -> Iterator[float]:
    drawn = random.Random(2)
    return (drawn.uniform(low, high) for _ in range(count))


def log_ndtr(a: Any) -> Any:
    if a > 0:
        return mpmath.log1p(-mpmath.erfc(a / mpmath.sqrt(2)) / 2)
    return mpmath.log(mpmath.erfc(-a / mpmath.sqrt(2)) / 2)


def lgamma(a: Any) -> Any:
    return mpmath.log(abs(mpmath.gamma(a)))


def hazard(a: Any) -> Any:
    return mpmath.npdf(a) / mpmath.ncdf(a)


def sinc_slope(a: Any) -> Any:
    return (mpmath.cospi(a) - mpmath.sincpi(a)) / a


ZERO = 1.4616321449683622
"""The double next to where digamma is 0."""
NEAR_ZEROS = [1 + s * 10.0**-p for p in range(1, 16) for s in (1, -1)]
RANGES: list[tuple[str, Callable[..., Any], list[float]]] = [
    ("sec", mpmath.sec, [*within(-30, 30), 1e22, math.pi / 2]),
    ("csc", mpmath.csc, [*within(-30, 30), *spread(1e-300, 1), math.pi]),
    ("cot", mpmath.cot, [*within(-30, 30), *spread(1e-300, 1), math.pi / 2]),
    ("sinc", mpmath.sincpi, [*within(-9, 9), *spread(1e-300, 1e15), 1 + 1e-15, 123456789.3]),
    ("logsigmoid", lambda a: -mpmath.log1p(mpmath.exp(-a)), [*within(-40, 700), -1e300]),
    ("erfc", mpmath.erfc, [*within(-5, 26)]),
    ("log_ndtr", log_ndtr, [*within(-40, 37), *(-a for a in spread(1e-300, 1e4))]),
    ("lgamma", lgamma, [*within(0, 30), *spread(1e-300, 1e5), *NEAR_ZEROS, 2 + 1e-12]),
    ("digamma", mpmath.digamma, [*within(0, 30), *spread(1e-300, 1e300), ZERO, ZERO + 1e-9]),
    ("digamma", mpmath.digamma, [-0.5, -1e-9, -3.5, -10.25, -0.9999]),
    ("rsqrt", lambda a: 1 / mpmath.sqrt(a), [*spread(1e-300, 1e300)]),
]
SLOPES: list[tuple[str, Callable[..., Any], list[float]]] = [
    ("sinc", sinc_slope, [*within(-1.4, 1.4), *spread(1e-15, 0.4), 1e6 + 0.5, 7.25]),
    ("log_ndtr", hazard, [*within(-30, 37), *(-a for a in spread(1e-3, 100))]),
    ("erfc", lambda a: -2 * mpmath.exp(-a * a) / mpmath.sqrt(mpmath.pi), [*within(-26, 26)]),
    ("lgamma", mpmath.digamma, [*within(0.1, 30), ZERO, 1e15]),
    ("digamma", lambda a: mpmath.psi(1, a), [*within(0.1, 30), 1e150, -0.3]),
    ("cot", lambda a: -(mpmath.csc(a) ** 2), [*within(-9, 9), 1e-150]),
]


@pytest.mark.parametrize(("name", "true", "points"), RANGES, ids=[row[0] for row in RANGES])
def test_values_have_all_digits_over_the_whole_range(
    name: str, true: Callable[..., Any], points: list[float]
) -> None:
    (row,) = FUNCTIONS[name]
    with mpmath.workdps(DIGITS):
        for a in points:
            assert row.value(a) == pytest.approx(float(true(mpmath.mpf(a))), rel=CLOSE, abs=0), a


@pytest.mark.parametrize(("name", "true", "points"), SLOPES, ids=[row[0] for row in SLOPES])
def test_slopes_have_all_digits_over_the_whole_range(
    name: str, true: Callable[..., Any], points: list[float]
) -> None:
    with mpmath.workdps(DIGITS):
        for a in points:
            found = trace(f"{name}(x)", {"x": a}).gradient["x"]
            assert found == pytest.approx(float(true(mpmath.mpf(a))), rel=CLOSE, abs=0), a


@pytest.mark.parametrize("n", [1, 2, 3, 8, 20, 170])
def test_polygamma_has_all_digits(n: int) -> None:
    (row,) = FUNCTIONS["polygamma"]
    points = [*within(0.1, 30, 12), *spread(10 ** (-250 / (n + 1)), 10 ** (250 / n), 12)]
    if n < 10:
        points += [-0.3, -2.75, -6.5625]
    with mpmath.workdps(DIGITS):
        for a in points:
            exact = float(mpmath.psi(n, mpmath.mpf(a)))
            assert row.value(float(n), a) == pytest.approx(exact, rel=CLOSE, abs=0), a


SINGULAR = [
    ("lgamma", (0.0,), inf), ("lgamma", (-2.0,), inf), ("lgamma", (1e308,), inf),
    ("digamma", (0.0,), -inf), ("digamma", (-0.0,), inf), ("digamma", (-3.0,), nan),
    ("digamma", (inf,), inf), ("polygamma", (1.0, -2.0), inf), ("polygamma", (2.0, -2.0), nan),
    ("polygamma", (1.5, 2.0), nan), ("polygamma", (3.0, inf), 0.0), ("log_ndtr", (-inf,), -inf),
    ("log_ndtr", (inf,), 0.0), ("sinc", (inf,), nan), ("sinc", (5.0,), 0.0), ("csc", (0.0,), inf),
    ("cot", (-0.0,), -inf), ("rsqrt", (0.0,), inf), ("rsqrt", (-1.0,), nan),
    ("round", (2.5,), 2.0), ("round", (-3.5,), -4.0), ("round", (1e300,), 1e300),
    ("prod", (1e200, 1e200, 1e-300), 1e100), ("prod", (0.0, inf), nan), ("prod", (3.0,), 3.0),
    ("norm", (3e200, 4e200), 5e200), ("norm", (inf, nan), inf), ("norm", (-2.0,), 2.0),
    ("var", (1e200, -1e200), inf), ("std", (1e200, -1e200), 1e200), ("std", (0.1, 0.1, 0.1), 0.0),
    ("std", (1.7e308, -1.7e308), 1.7e308), ("var", (1e16, 1e16 + 2), 1.0), ("var", (5.0,), 0.0),
]  # fmt: skip
"""A function, its operands, its value there."""


@pytest.mark.parametrize(("name", "operands", "value"), SINGULAR)
def test_values_at_the_edges(name: str, operands: tuple[float, ...], value: float) -> None:
    (row,) = FUNCTIONS[name]
    assert row.value(*operands) == pytest.approx(value, rel=1e-15, abs=0, nan_ok=True)


def test_the_product_of_the_others_needs_no_division() -> None:
    gradient = dict(trace("prod(x, y, z)", {"x": 0, "y": 1e200, "z": 1e-300}).gradient)
    assert gradient == {"x": pytest.approx(1e-100), "y": 0.0, "z": 0.0}
    assert set(trace("prod(x, y)", {"x": 0, "y": 0}).gradient.values()) == {0.0}
    assert dict(trace("prod(x, y)", {"x": 1e200, "y": 1e200}).gradient) == {"x": 1e200, "y": 1e200}


def test_deviations_keep_their_digits_beside_a_large_mean() -> None:
    values = {"x": 1e15 + 0.125, "y": 1e15, "z": 1e15 + 0.5}
    with mpmath.workdps(DIGITS):
        exact = list(map(mpmath.mpf, values.values()))
        mean = sum(exact) / 3
        true = sum((a - mean) ** 2 for a in exact) / 3
        slopes = [float(2 * (a - mean) / 3) for a in exact]
    result = trace("var(x, y, z)", values)
    assert result.value == pytest.approx(float(true), rel=CLOSE)
    assert list(result.gradient.values()) == pytest.approx(slopes, rel=CLOSE)


@pytest.mark.parametrize(
    "text", ["polygamma(x, 2)", "polygamma(-1, x)", "polygamma(1.5, x)", "polygamma(e, x)",
             "polygamma(1001, x)", "polygamma(1 + 1, x)"],
)  # fmt: skip
def test_the_order_of_polygamma_is_a_whole_number_written_out(text: str) -> None:
    with pytest.raises(ParseError, match="a whole number from 0 to 1,000") as caught:
        parse(text)
    assert caught.value.column == text.index("(") + 2


def test_no_pole_is_counted_for_a_check() -> None:
    (found,) = check(trace("polygamma(2, x)", {"x": -1e9 - 0.25}).sweep)
    assert (found.verdict, found.derivative) == ("imprecise", None)
    (near,) = check(trace("polygamma(2, x)", {"x": -9.25}).sweep)
    assert near.verdict == "agree"


def test_a_named_whole_number_is_the_order_too() -> None:
    assert trace("n = 1\npolygamma(n, x)", {"x": 1}).value == pytest.approx(math.pi**2 / 6)
