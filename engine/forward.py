"""The forward pass: the value of every node."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TypeGuard

from .errors import BackpropError
from .graph import Graph
from .words import cited, listed, suggestion


def evaluate(graph: Graph, bindings: Mapping[str, float]) -> tuple[float, ...]:
    """The value of every node, by id; `bindings` gives every variable a number. Never raises."""
    values: list[float] = []
    add, constants, names = values.append, graph.constants, graph.names
    for row, operands in zip(graph.operations, graph.operands, strict=True):
        if row is None:
            node = len(values)
            add(constants[node] if node in constants else bindings[names[node]])
        elif len(operands) == 2:
            left, right = operands
            add(row.value(values[left], values[right]))
        elif len(operands) == 1:
            add(row.value(values[operands[0]]))
        else:
            add(row.value(*[values[operand] for operand in operands]))
    return tuple(values)


def check_bindings(graph: Graph, bindings: Mapping[str, float]) -> dict[str, float]:
    """The bindings as floats, in order of appearance.

    Raises BackpropError for a value that is not finite, a name that the program lacks and a
    variable without a value.
    """
    for name, value in bindings.items():
        if name not in graph.variables_by_name:
            raise BackpropError(_no_variable(graph, name))
        if not _is_number(value):
            raise BackpropError(f"the value of {cited(name)} is not a number that a double holds")
        if not isfinite(value):
            found = f"the value of {cited(name)} is {value}"
            raise BackpropError(f"{found}: it must be a finite number")
    missing = [name for name in graph.variables if name not in bindings]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        names = listed(map(cited, missing))
        message = f"no value for the variable{plural} {names}: give {cited(missing[0])}=NUMBER"
        raise BackpropError(message)
    return {name: float(bindings[name]) for name in graph.variables}


def is_finite(value: object) -> bool:
    """True for a number that a double holds, and that is neither infinite nor nan."""
    return _is_number(value) and isfinite(value)


def _is_number(value: object) -> TypeGuard[float]:
    """True for what converts to a double."""
    try:
        return isinstance(value, (int, float)) and float(value) is not None
    except OverflowError:
        return False


def _no_variable(graph: Graph, name: str) -> str:
    if name in graph.by_name:
        return f"{cited(name)} is computed by the program: values are given to variables"
    hint = suggestion(name, graph.variables)
    known = listed(map(cited, graph.variables)) or "none"
    return f"the program has no variable {cited(name)}{hint or f' (its variables: {known})'}"
