"""The table's formulas, parsed once and compiled once to functions of the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from ..language.graph import Graph
from ..language.parse import parse
from ..language.show import DATA, Signs, expression, signed
from ..table.ops import Edge, Operation, Partial
from ..table.values import exp

Numbers = tuple[float, ...]
"""The numbers that a row's formulas take, in the order of its `names`."""
Slope = float | Callable[[Numbers], float]
"""A partial: a constant, or a function of the numbers."""


@cache
def slopes(row: Operation) -> tuple[Slope, ...]:
    """The partials of an operation, one for each operand (a single one where variadic)."""
    return tuple(_slope(row, partial) for partial in row.partials)


def partial_of(row: Operation, slot: int) -> Partial:
    """The table's partial for an operand slot."""
    return row.partials[0 if row.variadic else slot]


def numbers(row: Operation, slot: int, operands: Sequence[float], value: float) -> Numbers:
    """What the formulas of this slot take, from the values of the operands and of the node."""
    return taken(row, operands[slot], shared(row, operands, value))


def shared(row: Operation, operands: Sequence[float], value: float) -> Numbers:
    """What the formulas of all slots take, but for the operand of the slot where variadic."""
    return in_common(operands, value) if row.variadic else (*operands, value)


def taken(row: Operation, operand: float, common: Numbers) -> Numbers:
    """What the formulas of one slot take, from its operand and what all slots share."""
    return of_slot(operand, common) if row.variadic else common


def in_common(
    operands: Sequence[float], value: float, exp: Callable[[float], float] = exp
) -> Numbers:
    """What the formulas of a row of any number of operands take, whichever operand is meant."""
    largest = max(operands)
    total = sum(exp(operand - largest) for operand in operands)
    return float(len(operands)), float(operands.count(value)), largest, total, value


def of_slot(operand: float, common: Numbers) -> Numbers:
    """The same for one operand."""
    count, equal, largest, total, value = common
    return operand, count, equal, operand == value, largest, total, value


def partial(graph: Graph, values: Sequence[float], node: int, slot: int) -> float:
    """The local partial of a node by the operand in a slot; nan where the node has no value."""
    row, value = graph.operations[node], values[node]
    assert row is not None
    slope = slopes(row)[0 if row.variadic else slot]
    if value != value:
        return value
    if isinstance(slope, float):
        return slope
    return slope(numbers(row, slot, [values[i] for i in graph.operands[node]], value))


def edge(row: Operation, slot: int, taken: Numbers) -> Edge | None:
    """The edge at which a partial stands, if any."""
    edges = partial_of(row, slot).edges
    return next((edge for edge in edges if edge.when(*taken)), None)


@cache
def formula_graph(row: Operation, formula: str) -> Graph:
    """A formula of this row as a graph of its own."""
    return parse(formula, row.names)


def formula(
    graph: Graph,
    node: int,
    slot: int,
    shown: Callable[[int], str] | None = None,
    signs: Signs = DATA,
    exact: bool = False,
) -> str:
    """The partial of a node by an operand as text.

    Each operand and the node itself are written by their refs, or as `shown` says.
    `exact` gives the form evaluated where it differs from the one shown.
    """
    row = graph.operations[node]
    assert row is not None
    operands, partial = graph.operands[node], partial_of(row, slot)
    chosen = partial.exact if exact and partial.exact and not row.variadic else partial.formula
    rule = formula_graph(row, chosen)
    meant = dict(zip(row.names, operands, strict=False))
    if row.variadic:
        meant = {"a": operands[slot]}
    meant["y"] = node
    counts = {"n": len(operands)}
    texts = {
        rule.variables_by_name[name]: (shown or graph.ref)(meant[name])
        if name in meant
        else str(counts.get(name, name))
        for name in rule.variables
    }
    return expression(rule, rule.output, lambda i: signed(texts[i]) if i in texts else None, signs)


def compiled_partial(
    row: Operation, partial: Partial, value_of: Callable[[Operation], Callable[..., Any]]
) -> tuple[Any, list[tuple[Callable[..., Any], Any]]]:
    """The formula of a partial, and its edges that change the number: each condition, and there.

    A formula is a constant or a function of the numbers; `value_of` gives the function by which an
    operation of a formula is evaluated.
    """

    def made(text: str) -> Any:
        rule = formula_graph(row, text)
        return _compiled(rule, rule.output, row.names, value_of)

    edges = [
        (edge.when, made(edge.partial) if isinstance(edge.partial, str) else float(edge.partial))
        for edge in partial.edges
        if edge.partial is not None
    ]
    return made(partial.exact or partial.formula), edges


def _slope(row: Operation, partial: Partial) -> Slope:
    plain: Slope
    plain, edges = compiled_partial(row, partial, attrgetter("value"))
    if not edges:
        return plain

    def slope(taken: Numbers) -> float:
        for when, there in edges:
            if when(*taken):
                return there if isinstance(there, float) else there(taken)
        return plain if isinstance(plain, float) else plain(taken)

    return slope


def _compiled(
    rule: Graph,
    node: int,
    names: Sequence[str],
    value_of: Callable[[Operation], Callable[..., Any]],
) -> Slope:
    """A formula's node as a function; what is made of constants alone is computed here."""
    if node in rule.constants:
        return rule.constants[node]
    row = rule.operations[node]
    if row is None:
        return itemgetter(names.index(rule.names[node]))
    operands = [_compiled(rule, operand, names, value_of) for operand in rule.operands[node]]
    if all(isinstance(operand, float) for operand in operands):
        return float(row.value(*operands))
    value = value_of(row)
    if len(operands) == 1 and not isinstance(f := operands[0], float):
        return lambda taken: value(f(taken))
    return _binary(value, *operands)


def _binary(value: Callable[..., float], f: Slope, g: Slope) -> Slope:
    if isinstance(f, float):
        assert not isinstance(g, float)
        return lambda taken: value(f, g(taken))
    if isinstance(g, float):
        return lambda taken: value(f(taken), g)
    return lambda taken: value(f(taken), g(taken))
