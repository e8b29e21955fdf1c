"""The forward pass: the value of every node."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from numbers import Complex, Integral, Number, Real
from typing import Any

from ..language.graph import Graph
from ..text.errors import BackpropError
from ..text.words import briefly, cited, listed, suggestion


def evaluate(graph: Graph, bindings: Mapping[str, float]) -> tuple[float, ...]:
    """The value of every node, by id; `bindings` gives every variable a number. Never raises."""
    values: list[float] = []
    add, constants, names = values.append, graph.constants, graph.names
    for operation, operands in zip(graph.operations, graph.operands, strict=True):
        if operation is None:
            node = len(values)
            add(constants[node] if node in constants else bindings[names[node]])
        elif len(operands) == 2:
            left, right = operands
            add(operation.value(values[left], values[right]))
        elif len(operands) == 1:
            add(operation.value(values[operands[0]]))
        else:
            add(operation.value(*[values[operand] for operand in operands]))
    return tuple(values)


def named(values: Mapping[str, float]) -> Mapping[str, float]:
    """The values by name. BackpropError for what is no mapping of names."""
    if not isinstance(values, Mapping):
        found = briefly(values)
        raise BackpropError(f"values must be a mapping of names to numbers, found {found}")
    for name in values:
        if not isinstance(name, str):
            raise BackpropError(f"the name of a variable is text, found {briefly(name)}")
    return values


def check_bindings(graph: Graph, bindings: Mapping[str, float]) -> dict[str, float]:
    """The bindings as floats, in order of appearance.

    A value is a number of any kind, NumPy's, fractions and decimals included, rounded to a double.
    Raises BackpropError for a value that is not finite, a name that the program lacks and a
    variable without a value.
    """
    found: dict[str, float] = {}
    for name, value in bindings.items():
        if name not in graph.variables_by_name:
            raise BackpropError(_no_variable(graph, name))
        number = double(value)
        if number is None:
            what = f"{briefly(value)}, not a number that a double holds"
            raise BackpropError(f"the value of {cited(name)} is {what}")
        if not isfinite(number):
            what = f"the value of {cited(name)} is {number}"
            raise BackpropError(f"{what}: it must be a finite number")
        found[name] = number
    missing = [name for name in graph.variables if name not in bindings]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        names = listed(map(cited, missing))
        message = f"no value for the variable{plural} {names}: give {cited(missing[0])}=NUMBER"
        raise BackpropError(message)
    return {name: found[name] for name in graph.variables}


def double(value: object) -> float | None:
    """A real number of any kind as a double, rounded; None for what is none or too large.

    A truth value is no number.
    """
    if type(value) is float:
        return value
    number: Any = value
    if type(value) is not int and not _is_real(value):
        return None
    try:
        return float(number)
    except (OverflowError, TypeError, ValueError):
        return None


def _is_real(value: object) -> bool:
    """True for a number that is not complex; a Decimal is one."""
    is_complex = isinstance(value, Complex) and not isinstance(value, Real)
    return isinstance(value, Number) and not isinstance(value, bool) and not is_complex


def whole(value: object) -> int | None:
    """A whole number of any kind as an int, None for what is none; a truth value is no number."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        return None
    return int(value)


def is_finite(value: object) -> bool:
    """True for a number that a double holds, and that is neither infinite nor nan."""
    number = double(value)
    return number is not None and isfinite(number)


def _no_variable(graph: Graph, name: str) -> str:
    if name in graph.by_name:
        return f"{cited(name)} is computed by the program: values are given to variables"
    hint = suggestion(name, graph.variables)
    known = listed(map(cited, graph.variables)) or "none"
    return f"the program has no variable {cited(name)}{hint or f' (its variables: {known})'}"
