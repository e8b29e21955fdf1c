"""The table's own rules in exact arithmetic: formulas and edges over mpmath numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from ..calculus.rules import formula_graph, in_common, of_slot, partial_of
from ..language.graph import Graph
from ..table.constants import CONSTANTS
from ..table.ops import Operation
from .arithmetic import Exact, Missing, call


def rule_partial(graph: Graph, values: Sequence[Exact], node: int, slot: int) -> Exact:
    """A partial by the table's formulas and edges over exact values; None where it is no number."""
    row = graph.operations[node]
    assert row is not None
    operands = [values[operand] for operand in graph.operands[node]]
    if any(isinstance(number, Missing) for number in (*operands, values[node])):
        return None
    taken = _taken(row, slot, operands, values[node])
    entry = partial_of(row, slot)
    edges = (edge.partial for edge in entry.edges if edge.partial is not None and edge.when(*taken))
    chosen = next(edges, entry.exact or entry.formula)
    if isinstance(chosen, str):
        return _formula(formula_graph(row, chosen), dict(zip(row.names, taken, strict=True)))
    return _number(chosen)


def _taken(row: Operation, slot: int, operands: Sequence[Exact], value: Exact) -> Sequence[Exact]:
    import mpmath

    if not row.variadic:
        return (*operands, value)
    return of_slot(operands[slot], in_common(operands, value, mpmath.exp))


def _formula(rule: Graph, numbers: Mapping[str, Exact]) -> Exact | None:
    """The value of a formula, in which pi is π and 0.01 a hundredth."""
    import mpmath
    import sympy

    found: list[Exact] = []
    for node, operands in enumerate(rule.operands):
        if not rule.is_leaf(node):
            found.append(call(rule, node, None, [found[operand] for operand in operands]))
        elif node not in rule.constants:
            found.append(mpmath.mpf(numbers[rule.names[node]]))
        elif node in rule.symbols:
            named = CONSTANTS[rule.symbols[node]].sympy(sympy)
            found.append(mpmath.mpmathify(sympy.N(named, mpmath.mp.dps)))
        else:
            found.append(mpmath.mpf(repr(rule.constants[node])))
    value = found[rule.output]
    return None if isinstance(value, Missing) else value


def _number(partial: float) -> Exact | None:
    import mpmath

    return mpmath.mpf(partial) if isfinite(partial) else None
