"""Difference quotients beside slopes that are known."""

from collections.abc import Callable
from functools import partial
from math import cos, exp, floor, isfinite, log, nan, sin, sqrt, tanh
from typing import Any

import numpy
import pytest
from backprop_tui.engine import trace
from backprop_tui.engine.opinions.checked import Quotient
from backprop_tui.engine.opinions.differences import output_by, quotients, slopes

from noted import noted

Function = Callable[[float], float]
KNOWN: list[tuple[Function, float, float]] = [
    (sin, 1.0, cos(1.0)),
    (exp, 3.0, exp(3.0)),
    (lambda x: log(x) if x > 0 else nan, 1e-8, 1e8),
    (lambda x: 1 / x, 1e-8, -1e16),
    (lambda x: sqrt(x) if x >= 0 else nan, 1e-4, 50.0),
    (log, 1e6, 1e-6),
    (lambda x: sin(1000 * x), 0.3, 1000 * cos(300)),
    (lambda x: exp(-x * x), 5.0, -10 * exp(-25)),
    (tanh, 1e-12, 1.0),
    (lambda x: x**3, 0.0, 0.0),
    (lambda x: 3.0, 2.0, 0.0),
]


def each(function: Function) -> Callable[[Any, Any], Any]:
    """A function of one number as one of arrays."""
    return lambda at, which: numpy.array([function(float(x)) for x in at])


def slope_of(function: Function, at: float, side: int = 0) -> Quotient:
    (found,) = slopes(each(function), [at], side)
    return found


@pytest.mark.parametrize(("function", "at", "slope"), KNOWN)
def test_slopes_are_found_within_the_error_claimed(
    function: Function, at: float, slope: float
) -> None:
    found = slope_of(function, at)
    assert abs(found.slope - slope) <= max(found.error, 1e-12 * abs(slope))
    assert found.error <= 1e-8 * max(abs(slope), 1)


@pytest.mark.parametrize(("side", "slope"), [(-1, -1.0), (1, 1.0)])
def test_each_side_of_a_kink_has_its_slope(side: int, slope: float) -> None:
    assert slope_of(abs, 0.0, side).slope == pytest.approx(slope)


@pytest.mark.parametrize(("stairs", "at"), [(1, 20.5), (10, 1.23), (1000, 7.7771)])
def test_steps_that_span_whole_stairs_are_not_believed(stairs: int, at: float) -> None:
    assert slope_of(lambda x: floor(stairs * x), at).slope == 0


def test_where_there_is_no_slope_the_error_says_so() -> None:
    vertical = slope_of(lambda x: sqrt(x) if x >= 0 else nan, 0.0, 1)
    assert vertical.error > 0.1 * abs(vertical.slope)
    nowhere = slope_of(lambda x: nan, 1.0)
    assert not isfinite(nowhere.slope)
    assert not isfinite(nowhere.error)


def test_points_taken_together_have_the_slopes_of_each_alone() -> None:
    functions: list[Function] = [
        sin,
        exp,
        lambda x: 3.0,
        lambda x: nan,
        tanh,
        lambda x: floor(10 * x),
    ]
    at = [0.7, 3.0, 1.0, 2.0, -5.0, 1.23]
    together = slopes(
        lambda points, which: numpy.array(
            [functions[i](float(x)) for i, x in zip(which, points, strict=True)]
        ),
        at,
    )
    alone = [slope_of(function, x) for function, x in zip(functions, at, strict=True)]
    for one, other in zip(together, alone, strict=True):
        assert one.slope == pytest.approx(other.slope, rel=1e-8, nan_ok=True)


def test_the_output_follows_one_node_with_all_else_held() -> None:
    result = trace("t = x*y\nsin(t)*t + x", {"x": 1.5, "y": 0.5})
    graph = result.graph
    nodes = [graph.by_name["t"], graph.by_name["x"]]
    output = output_by(graph, result.values, nodes)
    assert list(output(numpy.array([0.75, 1.5]), numpy.array([0, 1]))) == [result.value] * 2
    by_t, by_x = output(numpy.array([2.0, 2.0]), numpy.array([0, 1]))
    assert by_t == pytest.approx(sin(2.0) * 2.0 + 1.5)
    assert by_x == pytest.approx(trace(graph, {"x": 2.0, "y": 0.5}).value, rel=1e-15)
    assert output(numpy.array([2.0]), numpy.array([1])) == [by_x]


def test_many_leaves_are_taken_in_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 500
    text, values = "+".join(f"x{i}" for i in range(count)), {f"x{i}": 1.0 for i in range(count)}
    result = trace(text, values)
    plus = result.graph.operations[result.graph.output]
    calls, add = noted(lambda row, a, b: a + b)
    monkeypatch.setattr(
        "backprop_tui.engine.opinions.differences.value_over_arrays",
        lambda row: partial(add, row),
    )
    found = list(quotients(result.graph, result.values, result.sweep.route.wrt))
    assert [quotient.slope for quotient in found] == pytest.approx([1.0] * count, rel=1e-9)
    assert {row for row, _, _ in calls} == {plus}
    assert len(calls) <= 20 * count
