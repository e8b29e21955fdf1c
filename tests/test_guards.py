"""What is advised of an operation at an edge of its domain: it is the same elsewhere."""

from __future__ import annotations

from itertools import product
from math import cosh, exp, isfinite

import pytest
from backprop_tui.engine import parse
from backprop_tui.engine.calculus.forward import evaluate
from backprop_tui.engine.diagnosis.remedies import OPERANDS, SMALL
from backprop_tui.engine.table.operation import Operation
from backprop_tui.engine.table.ops import OPERATIONS

POINTS = (-2.3, -0.7, -0.2, 0.3, 0.8, 1.6, 2.9)
"""Ordinary numbers, none near an edge of any domain but for 0 and 1."""


def computed(text: str, given: dict[str, float]) -> float:
    graph = parse(text)
    values = evaluate(graph, {name: given.get(name, SMALL) for name in graph.variables})
    return values[graph.output]


def guarded() -> list[tuple[Operation, str, str]]:
    """Every operation with each guard that is advised for it, and its words."""
    found = []
    for row in OPERATIONS:
        remedies = [each for fault in row.faults for each in (fault.remedy, fault.far)]
        remedies += [case.remedy for partial in row.partials for case in partial.special]
        found += [(row, each.formula, each.words) for each in remedies if each.formula]
    return list(dict.fromkeys(found))


GUARDED = guarded()
NAMES = [f"{row.name}: {formula}" for row, formula, _ in GUARDED]


@pytest.mark.parametrize(("row", "formula", "words"), GUARDED, ids=NAMES)
def test_a_guard_changes_nothing_where_nothing_is_wrong(
    row: Operation, formula: str, words: str
) -> None:
    """But for its ε; where the logarithm is advised, nothing but that."""
    arity = len(row.partials)
    tried = 0
    for point in product(POINTS, repeat=arity):
        value = row.value(*point)
        wrong = any(fault.when(*point) for fault in row.faults)
        if wrong or not isfinite(value):
            continue
        found = computed(formula, dict(zip(OPERANDS, point, strict=False)))
        if words.startswith("work with its logarithm"):
            found, value = exp(found), cosh(*point)
        assert found == pytest.approx(value, rel=1e-4, abs=1e-4), point
        tried += 1
    assert tried > 1
