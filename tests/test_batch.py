"""Arrays of value sets beside one set at a time: the same numbers from the same table."""

from __future__ import annotations

import itertools
import math
from math import inf, nan
from types import SimpleNamespace
from typing import Any

import numpy
import pytest
from backprop_tui.engine import Graph, bundled, load_bundled, parse
from backprop_tui.engine.calculus.batch import evaluate_many, sweep_many
from backprop_tui.engine.calculus.route import choose_leaves, route
from backprop_tui.engine.calculus.sweep import Sweep, sweep
from backprop_tui.engine.table import values
from backprop_tui.engine.table.operation import Operation
from backprop_tui.engine.table.ops import OPERATIONS
from backprop_tui.engine.table.vectors import power
from hypothesis import example, given
from hypothesis import strategies as st

from fuzz.laws import differences, same
from noted import noted
from programs import MODERATE, PROGRAMS

NUMBERS = (
    0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 10.0, 0.5, -0.5, 0.3, -1.7, 3.0, 1e-9, -1e-9, 1e-200, 1e200,
    -1e200, 1e16, 40.0, -40.0, 709.9, -750.0, math.pi, inf, -inf, nan, 5e-324,
)  # fmt: skip
"""Kinks, poles, ties, overflow, underflow and what is not finite."""


def programs(row: Operation) -> list[Graph]:
    """The operation over variables; of any number of operands, over one to three."""
    counts = (1, 2, 3) if row.variadic else (len(row.partials),)
    texts = []
    for count in counts:
        names = list("pqr"[:count])
        if row.power and count == 2:
            texts.append(row.name.join(names))
        elif row.power:
            texts.append(f"-{names[0]}")
        elif row.whole:
            texts += [f"{row.name}({order}, q)" for order in range(3)]
        else:
            texts.append(f"{row.name}({', '.join(names)})")
    return [parse(text) for text in texts]


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.name}-{len(row.partials)}")
def test_every_operation_over_arrays_is_the_operation_on_each_element(row: Operation) -> None:
    for graph in programs(row):
        names = graph.variables
        numbers = NUMBERS if len(names) < 3 else NUMBERS[::3]
        points = list(itertools.product(numbers, repeat=len(names)))
        columns = {name: [point[i] for point in points] for i, name in enumerate(names)}
        leaves = tuple(graph.variables_by_name.values())
        assert list(differences(graph, leaves, columns)) == []


@pytest.mark.parametrize("name", bundled())
def test_every_sample_at_many_value_sets(name: str) -> None:
    sample = load_bundled(name)
    graph = sample.graph()
    given = sample.bindings
    scales = (1.0, -1.0, 0.0, 0.5, 3.0, 1e3)
    columns = {name: [given[name] * scale for scale in scales] for name in graph.variables}
    free = [name for name in graph.variables if name not in sample.fixed]
    assert list(differences(graph, choose_leaves(graph, free), columns)) == []


def test_what_all_sets_share_may_be_a_number() -> None:
    graph = parse("w*x + b")
    way = route(graph, choose_leaves(graph, ("w", "b")))
    swept = sweep_many(way, {"w": 3.0, "b": 1.0, "x": numpy.array([1.0, 2.0, 5.0])}, 3)
    assert swept.value.tolist() == [4.0, 7.0, 16.0]
    assert swept.gradient["w"].tolist() == [1.0, 2.0, 5.0]
    assert swept.gradient["b"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.name}-{len(row.partials)}")
def test_every_operation_takes_what_all_sets_share(row: Operation) -> None:
    for graph in programs(row):
        names, leaves = graph.variables, tuple(graph.variables_by_name.values())
        for shared in itertools.product((True, False), repeat=len(names)):
            for number in (0.5, 0.0, -1.7, 40.0):
                columns = {name: [0.5, -0.3] for name in names}
                given = {name: [number] * 2 for name, one in zip(names, shared, strict=True) if one}
                found = differences(graph, leaves, columns | given, tuple(given))
                assert list(found) == []


def sent_by_size(result: Sweep) -> list[float]:
    """By node: what the adjoint would be if every contribution counted by its size."""
    found = [0.0] * len(result.graph)
    found[result.graph.output] = 1.0
    edges = zip(result.route.users, result.route.targets, result.partials, strict=True)
    for user, target, partial in edges:
        found[target] += abs(partial) * found[user]
    return found


@given(PROGRAMS, st.lists(MODERATE, min_size=9, max_size=9), st.lists(st.booleans(), min_size=3))
@example("gelu(1)*x", [0.5] * 9, [False] * 3)
@example("erf(x) + y", [0.5] * 9, [True, False, False])
def test_random_programs_over_value_sets_are_the_programs_set_by_set(
    text: str, numbers: list[float], shared: list[bool]
) -> None:
    graph = parse(text)
    columns = {name: numbers[3 * k : 3 * k + 3] for k, name in enumerate(graph.variables)}
    bindings: dict[str, Any] = {
        name: column[0] if one else numpy.array(column)
        for (name, column), one in zip(columns.items(), shared, strict=False)
    }
    way = route(graph, tuple(graph.variables_by_name.values()))
    values, swept = evaluate_many(graph, bindings), sweep_many(way, bindings, 3)
    for k in range(3):
        there = [float(numpy.broadcast_to(value, (3,))[k]) for value in values]
        for node, row in enumerate(graph.operations):
            if row is not None:
                operands = [there[operand] for operand in graph.operands[node]]
                assert same(there[node], row.value(*operands)), (text, node, operands)
        one = sweep(way, there)
        sizes = sent_by_size(one)
        for leaf in way.wrt:
            found, adjoint = swept.gradient[graph.names[leaf]][k], one.adjoints[leaf]
            if math.isfinite(sizes[leaf]):
                assert abs(found - adjoint) <= 1e-9 * sizes[leaf], (text, there)


def test_a_square_over_arrays_is_the_product_and_what_one_set_has() -> None:
    chance = numpy.random.default_rng(1)
    numbers = numpy.array([*NUMBERS, *chance.normal(size=2_000), *chance.lognormal(0, 99, 500)])
    without_powers = SimpleNamespace(ndim=numpy.ndim)
    with numpy.errstate(all="ignore"):
        squares = power(without_powers, numbers, 2.0)
        products = [a * a for a in numbers.tolist()]
        assert squares.tobytes() == numpy.array(products).tobytes()
        assert power(without_powers, numbers, 1.0).tobytes() == numbers.tobytes()
        others = power(numpy, numbers, numpy.full(len(numbers), 3.0))
    one_by_one = [values.power(a, 2.0) for a in numbers.tolist()]
    alike = [a == b or (a != a and b != b) for a, b in zip(products, one_by_one, strict=True)]
    assert sum(alike) > 0.99 * len(alike)
    assert all(map(same, squares.tolist(), one_by_one))
    assert all(map(same, others.tolist(), [values.power(a, 3.0) for a in numbers.tolist()]))


def test_no_power_is_computed_for_the_squares_of_a_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    way = route(parse("tanh(x)^2 + sigmoid(x)"), (0,))
    columns = {"x": numpy.array([0.1, 0.2])}
    calls, powers = noted(numpy.float_power)
    monkeypatch.setattr(numpy, "float_power", powers)
    sweep_many(way, columns, 2)
    assert calls == []
