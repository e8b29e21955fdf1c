"""Arrays of value sets beside one set at a time: the same numbers from the same table."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from math import inf, nan

import numpy
import pytest
from backprop_tui.engine import Graph, bundled, load_bundled, parse
from backprop_tui.engine.batch import evaluate_many, sweep_many
from backprop_tui.engine.forward import evaluate
from backprop_tui.engine.ops import OPERATIONS, Operation
from backprop_tui.engine.route import choose_leaves, route
from backprop_tui.engine.sweep import sweep

NUMBERS = (
    0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 10.0, 0.5, -0.5, 0.3, -1.7, 3.0, 1e-9, -1e-9, 1e-200, 1e200,
    -1e200, 1e16, 40.0, -40.0, 709.9, -750.0, math.pi, inf, -inf, nan, 5e-324,
)  # fmt: skip
"""Kinks, poles, ties, overflow, underflow and what is not finite."""
TOLERANCE = 1e-12


def same(many: float, one: float) -> bool:
    """True for equal numbers within 1e-12 of their size, infinities and nan as they are."""
    if math.isnan(one) or math.isinf(one):
        return many == one or (math.isnan(many) and math.isnan(one))
    return math.isclose(many, one, rel_tol=TOLERANCE, abs_tol=1e-300)


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
        else:
            texts.append(f"{row.name}({', '.join(names)})")
    return [parse(text) for text in texts]


def differences(
    graph: Graph, leaves: tuple[int, ...], columns: dict[str, list[float]]
) -> Iterator[tuple[str, dict[str, float]]]:
    """Where a node's value or the gradient is another set by set than for all sets at once."""
    sets = len(next(iter(columns.values())))
    arrays = {name: numpy.array(column) for name, column in columns.items()}
    way = route(graph, leaves)
    values, swept = evaluate_many(graph, arrays), sweep_many(way, arrays, sets)
    spread = [numpy.broadcast_to(value, (sets,)) for value in values]
    for k in range(sets):
        bindings = {name: column[k] for name, column in columns.items()}
        one = sweep(way, evaluate(graph, bindings))
        many = [value[k] for value in spread]
        pairs = {graph.ref(node): (many[node], value) for node, value in enumerate(one.values)}
        pairs["output"] = swept.value[k], one.values[graph.output]
        for leaf in leaves:
            name = graph.names[leaf]
            pairs[f"gradient {name}"] = swept.gradient[name][k], one.adjoints[leaf]
        yield from ((what, bindings) for what, pair in pairs.items() if not same(*pair))


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
