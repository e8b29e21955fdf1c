"""Where a number that brings an operation into trouble comes from: what rounded, underflowed, or
was given."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from ..language.graph import Graph
from ..language.show import DATA, number, with_numbers
from ..text.words import shortened

CANCELLED = 1e-8
"""What is left of the terms of a sum, relative to the largest, where they cancel."""
FARTHEST = 100
"""Nodes through which a number is followed to its origin."""


class Origin(NamedTuple):
    """What made a number what it is."""

    kind: str
    """`given`, `underflow`, `rounding`, `absorption` or `cancellation`; empty where nothing did."""
    words: str = ""


NONE = Origin("")


def origin(graph: Graph, values: Sequence[float], node: int) -> Origin:
    """Where a node's value comes from that is 0, or stands where nothing but rounding leads."""
    for _ in range(FARTHEST):
        if not isfinite(values[node]):
            break
        found = _made(graph, values, node)
        if isinstance(found, Origin):
            return found
        node = found
    return NONE


def data(value: float) -> str:
    """A number in a message, with more digits where few would make it look whole."""
    text = number(value, minus="-")
    looks_whole = text.lstrip("-").isdigit()
    return number(value, 17, minus="-") if looks_whole and float(text) != value else text


def put_in(graph: Graph, values: Sequence[float], node: int) -> str:
    """What a node computes, with the numbers of its operands."""
    return shortened(with_numbers(graph, node, lambda i: data(values[i]), DATA))


def absorbs(graph: Graph, values: Sequence[float], node: int) -> int | None:
    """The operand of which a sum of two has nothing left, since the other is so much larger."""
    operation, operands = graph.operations[node], graph.operands[node]
    if operation is None or not operation.additive or len(operands) != 2:
        return None
    small, large = sorted(operands, key=lambda operand: abs(values[operand]))
    is_gone = values[small] and abs(values[node]) == abs(values[large]) > abs(values[small])
    return small if is_gone else None


def _made(graph: Graph, values: Sequence[float], node: int) -> Origin | int:
    """What made a node's value, or the operand that did."""
    operation, operands, value = graph.operations[node], graph.operands[node], values[node]
    if operation is None:
        name = graph.pretty(node)
        return NONE if node in graph.constants else Origin("given", f"{name} is {data(value)}")
    if operation.additive:
        return _of_sum(graph, values, node)
    zero = next((operand for operand in operands if values[operand] == 0), None)
    if value == 0 and zero is None and operation.nonzero:
        return Origin("underflow", f"{put_in(graph, values, node)} is too small for a double")
    if value == 0 and zero is not None:
        return zero
    return _rounded(graph, values, node)


def _absorption(graph: Graph, values: Sequence[float], node: int) -> Origin:
    text = f"{put_in(graph, values, node)} rounds to {data(values[node])}"
    return Origin("absorption", f"{text}: the smaller term is absorbed")


def _of_sum(graph: Graph, values: Sequence[float], node: int) -> Origin | int:
    operands = graph.operands[node]
    if absorbs(graph, values, node) is not None:
        return _absorption(graph, values, node)
    largest = max(operands, key=lambda operand: abs(values[operand]))
    if values[largest] == 0:
        return largest
    if abs(values[node]) > CANCELLED * abs(values[largest]):
        return NONE
    for operand in operands:
        found = _rounded(graph, values, operand)
        if found != NONE:
            return found
    left = data(values[node])
    return Origin(
        "cancellation", f"terms up to {data(abs(values[largest]))} cancel and leave {left}"
    )


def _rounded(graph: Graph, values: Sequence[float], node: int, depth: int = 4) -> Origin:
    """What rounds to 1 or -1 at a node, or a little below it."""
    operation, value = graph.operations[node], values[node]
    if operation is None or abs(value) != 1 or not depth:
        return NONE
    operands = graph.operands[node]
    is_function = len(operands) == 1 and not values[operands[0]].is_integer()
    if operation.dull == "saturated" or is_function:
        return Origin("rounding", f"{put_in(graph, values, node)} rounds to {data(value)}")
    if absorbs(graph, values, node) is not None:
        return _absorption(graph, values, node)
    found = (_rounded(graph, values, operand, depth - 1) for operand in operands)
    return next((one for one in found if one != NONE), NONE)
