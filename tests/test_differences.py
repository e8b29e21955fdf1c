"""Difference quotients beside slopes that are known."""

from math import cos, exp, isfinite, log, nan, sin, sqrt, tanh

import pytest
from backprop_tui.engine import trace
from backprop_tui.engine.differences import central, one_sided, output_by

KNOWN = [
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


@pytest.mark.parametrize(("function", "at", "slope"), KNOWN)
def test_slopes_are_found_within_the_error_claimed(function, at, slope):
    found = central(function, at)
    assert abs(found.slope - slope) <= max(found.error, 1e-12 * abs(slope))
    assert found.error <= 1e-8 * max(abs(slope), 1)


@pytest.mark.parametrize(("side", "slope"), [(-1, -1.0), (1, 1.0)])
def test_each_side_of_a_kink_has_its_slope(side, slope):
    assert one_sided(abs, 0.0, side).slope == pytest.approx(slope)


def test_where_there_is_no_slope_the_error_says_so():
    vertical = one_sided(lambda x: sqrt(x) if x >= 0 else nan, 0.0, 1)
    assert vertical.error > 0.1 * abs(vertical.slope)
    nowhere = central(lambda x: nan, 1.0)
    assert not isfinite(nowhere.slope)
    assert not isfinite(nowhere.error)


def test_the_output_follows_one_node_with_all_else_held():
    result = trace("t = x*y\nsin(t)*t + x", {"x": 1.5, "y": 0.5})
    graph = result.graph
    by_t = output_by(graph, result.values, graph.by_name["t"])
    assert by_t(0.75) == result.value
    assert by_t(2.0) == pytest.approx(sin(2.0) * 2.0 + 1.5)
    by_x = output_by(graph, result.values, graph.by_name["x"])
    assert by_x(2.0) == trace(graph, {"x": 2.0, "y": 0.5}).value
