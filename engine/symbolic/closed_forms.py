"""Closed forms: SymPy's derivative of a whole program by one leaf, printed and evaluated.

SymPy may take for ever over one: answering.py asks for it in a process of its own. SymPy is
imported here, in formulas.py and in exact.py alone, when a function is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite, isnan, log10
from sys import float_info
from typing import Any, NamedTuple

from ..calculus.forward import evaluate
from ..calculus.rules import formula_graph, partial_of
from ..language.graph import Graph
from .formulas import Formulas, NoFormError, is_wild_number

LARGEST = 1_500
"""Operations beyond which a closed form is not written out."""
DIGITS = 30
LARGEST_POWER = 2**18
"""The binary exponent beyond which a number is given up: some powers of it would take for ever."""


class FormRequest(NamedTuple):
    """What is asked: the derivative of a program by a leaf, at these values of its variables."""

    graph: Graph
    values: Mapping[str, float]
    leaf: int
    expanded: bool
    """False keeps the names of statements."""
    simplified: bool
    width: int
    """Cells of a line."""


class ClosedForm(NamedTuple):
    """The derivative as SymPy prints it, and its number; or why there is none."""

    lines: tuple[str, ...] = ()
    value: float | None = None
    note: str = ""


def closed_form(request: FormRequest) -> ClosedForm:
    """SymPy's derivative of the whole program by the leaf."""
    graph = request.graph
    size = derivative_size(graph, request.leaf, request.expanded)
    if size > LARGEST:
        power = int(log10(min(size, float_info.max)))
        about = f"about {size:,.0f}" if power < 15 else f"about 10^{power}"
        many = about if isfinite(size) else f"more than 10^{power}"
        return ClosedForm(note=f"written out it would have {many} operations")
    values = evaluate(graph, request.values)
    try:
        formulas = Formulas(graph, values, request.expanded)
        found = _derivative(formulas, request)
        if _is_wild(found):
            formulas = Formulas(graph, values, request.expanded, folds=False)
            found = _derivative(formulas, request)
    except NoFormError as reason:
        return ClosedForm(note=str(reason))
    if _is_wild(found):
        return ClosedForm(note="SymPy finds no finite form")
    numbers = {symbol: values[node] for node, symbol in formulas.symbols.items()}
    return ClosedForm(tuple(_printed(found, request.width)), _number(found, numbers))


def derivative_size(graph: Graph, leaf: int, expanded: bool) -> float:
    """How many operations the derivative would have, written out without sharing."""
    sizes, slopes = [1.0] * len(graph), [0.0] * len(graph)
    slopes[leaf] = 1
    for node, (operation, operands) in enumerate(
        zip(graph.operations, graph.operands, strict=True)
    ):
        if operation is None:
            continue
        inner = [1 if i in graph.names and not expanded else sizes[i] for i in operands]
        sizes[node] = 1 + sum(inner)
        for slot, operand in enumerate(operands):
            if slopes[operand]:
                rule = formula_graph(operation, partial_of(operation, slot).formula)
                uses = sum(len(rule.users_of(i)) for i in rule.variables_by_name.values())
                slopes[node] += 1 + slopes[operand] + (uses and uses * max(inner))
    return slopes[graph.output]


def _derivative(formulas: Formulas, request: FormRequest) -> Any:
    """The output's derivative: the chain rule over the named nodes, SymPy's in between."""
    import sympy

    graph, symbols = request.graph, formulas.symbols
    totals: dict[Any, Any] = {symbols[request.leaf]: sympy.Integer(1)}
    for node in sorted(symbols):
        if not graph.is_leaf(node) and node <= graph.output:
            totals[symbols[node]] = _total(formulas.forms[node], totals)
    found = _total(formulas.forms[graph.output], totals)
    return sympy.simplify(found) if request.simplified else found


def _total(expression: Any, totals: dict[Any, Any]) -> Any:
    import sympy

    by = sorted(expression.free_symbols & totals.keys(), key=str)
    return sympy.Add(*(sympy.diff(expression, symbol) * totals[symbol] for symbol in by))


def _is_wild(expression: Any) -> bool:
    return any(map(is_wild_number, expression.atoms()))


def _printed(expression: Any, width: int) -> list[str]:
    import sympy

    text: str = sympy.pretty(expression, use_unicode=True, num_columns=width)
    return text.replace("\N{SCRIPT SMALL E}", "e").split("\n")  # which many fonts lack


def _number(expression: Any, numbers: dict[Any, float]) -> float | None:
    """The value of an expression, each subexpression evaluated once; None if it has no number."""
    import sympy

    known: dict[Any, Any] = {s: sympy.Float(n, DIGITS) for s, n in numbers.items()}
    stack = [expression]
    try:
        while stack:
            current = stack[-1]
            waiting = [part for part in current.args if part not in known]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            if current not in known:
                known[current] = _evaluated(current, [known[part] for part in current.args])
        found = float(known[expression])
    except (ArithmeticError, TypeError, ValueError):  # no number, no real one, none that is held
        return None
    return None if isnan(found) else found


def _evaluated(expression: Any, parts: list[Any]) -> Any:
    import mpmath

    make: Callable[..., Any] = expression.func
    made = make(*parts) if parts else expression
    found = made.evalf(DIGITS) if made.is_number and made.is_irrational else made
    if found.is_Float and found and abs(mpmath.mag(found.num)) > LARGEST_POWER:
        raise OverflowError(f"a number beyond 2^{LARGEST_POWER}")
    return found
