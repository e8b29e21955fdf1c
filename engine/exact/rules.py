"""The table's own rules in exact arithmetic: formulas and special cases over mpmath numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from ..calculus.rules import formula_graph, given, partial_of
from ..language.graph import Graph
from ..table.constants import CONSTANTS
from ..table.operation import Kit
from ..table.values import where
from .arithmetic import Exact, Missing, call


def exact_kit() -> Kit:
    """What the formulas of any number of operands are given by, over mpmath numbers."""
    import mpmath

    def centre(*operands: Exact) -> tuple[Exact, Exact]:
        return mpmath.fsum(operands) / len(operands), mpmath.mpf(0)

    return Kit(mpmath.exp, max, mpmath.frexp, mpmath.ldexp, where, centre)


def rule_partial(graph: Graph, values: Sequence[Exact], node: int, slot: int) -> Exact:
    """A partial by the table's formulas over exact values; None where it is no number."""
    operation = graph.operations[node]
    assert operation is not None
    operands = [values[operand] for operand in graph.operands[node]]
    needed = operands[:1] if operation.decides else (*operands, values[node])
    if any(isinstance(number, Missing) for number in needed):
        return None
    known = given(operation, slot, operands, values[node], exact_kit())
    entry = partial_of(operation, slot)
    special = (
        case.partial for case in entry.special if case.partial is not None and case.when(*known)
    )
    chosen = next(special, entry.exact or entry.formula)
    if isinstance(chosen, str):
        return _formula(
            formula_graph(operation, chosen), dict(zip(operation.names, known, strict=True))
        )
    return _number(chosen)


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
