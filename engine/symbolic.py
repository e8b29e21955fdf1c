"""Closed forms: SymPy's derivative of a whole program by one leaf, printed and evaluated.

Run as a program of its own, since SymPy may take for ever: a request in JSON comes in, a reply
goes out. SymPy is imported here and in exact.py alone, when a function is called.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .constants import CONSTANTS
from .forward import evaluate
from .graph import Graph
from .parse import parse
from .rules import formula_graph, partial_of

LARGEST = 1_500
"""Operations beyond which a closed form is not written out."""
DIGITS = 30
MEMORY = 4 * 2**30
"""Bytes that the process may take."""


class Request(NamedTuple):
    """What is asked: the derivative of a program by a leaf, at these values of its variables."""

    program: str
    values: Mapping[str, float]
    leaf: str
    expanded: bool
    """False keeps the names of statements."""
    simplified: bool
    width: int
    """Cells of a line."""
    shown: Mapping[str, str]
    """Names that people read otherwise than programs."""


class ClosedForm(NamedTuple):
    """The derivative as SymPy prints it, and its number; or why there is none."""

    lines: tuple[str, ...] = ()
    value: float | None = None
    note: str = ""


def closed_form(request: Request) -> ClosedForm:
    """SymPy's derivative of the whole program by the leaf. Raises ParseError for the program."""
    import sympy

    graph = parse(request.program, request.values)
    size = derivative_size(graph, graph.by_name[request.leaf], request.expanded)
    if size > LARGEST:
        about = f"{size:,}" if size < 10**15 else f"10^{len(str(size)) - 1}"
        return ClosedForm(note=f"written out it would have about {about} operations")
    symbols, expressions = _expressions(graph, request)
    found = _derivative(graph, symbols, expressions, request.leaf)
    if request.simplified:
        found = sympy.simplify(found)
    text = sympy.pretty(found, use_unicode=True, num_columns=request.width)
    text = text.replace("\N{SCRIPT SMALL E}", "e")  # which many fonts lack
    values = evaluate(graph, dict(request.values))
    numbers = {symbol: values[node] for node, symbol in symbols.items()}
    return ClosedForm(tuple(text.split("\n")), _number(found, numbers))


def derivative_size(graph: Graph, leaf: int, expanded: bool) -> int:
    """How many operations the derivative would have, written out without sharing."""
    sizes, slopes = [1] * len(graph), [0] * len(graph)
    slopes[leaf] = 1
    for node, (row, operands) in enumerate(zip(graph.operations, graph.operands, strict=True)):
        if row is None:
            continue
        inner = [1 if i in graph.names and not expanded else sizes[i] for i in operands]
        sizes[node] = 1 + sum(inner)
        for slot, operand in enumerate(operands):
            if slopes[operand]:
                rule = formula_graph(row, partial_of(row, slot).formula)
                uses = sum(len(rule.users_of(i)) for i in rule.variables_by_name.values())
                slopes[node] += 1 + slopes[operand] + uses * max(inner)
    return slopes[graph.output]


def main() -> None:
    """Answers the request on standard input with a reply on standard output, both JSON."""
    _limit_memory()
    reply = closed_form(Request(**json.load(sys.stdin)))
    json.dump(reply._asdict(), sys.stdout)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _expressions(graph: Graph, request: Request) -> tuple[dict[int, Any], list[Any]]:
    """The symbols by node, and the SymPy expression of every node over them."""
    import sympy

    symbols = {
        node: sympy.Symbol(request.shown.get(name, name), real=True)
        for node, name in graph.names.items()
        if graph.is_leaf(node) or not request.expanded
    }
    found: list[Any] = []
    for node, (row, operands) in enumerate(zip(graph.operations, graph.operands, strict=True)):
        if row is not None:
            over = [symbols.get(operand, found[operand]) for operand in operands]
            found.append(row.sympy(sympy, *over))
        elif node in graph.constants:
            named = CONSTANTS.get(graph.symbols.get(node, ""))
            exact = named.sympy(sympy) if named else sympy.Rational(repr(graph.constants[node]))
            found.append(exact)
        else:
            found.append(symbols[node])
    return symbols, found


def _derivative(graph: Graph, symbols: dict[int, Any], found: list[Any], leaf: str) -> Any:
    """The output's derivative: the chain rule over the named nodes, SymPy's in between."""
    import sympy

    totals: dict[Any, Any] = {symbols[graph.by_name[leaf]]: sympy.Integer(1)}
    for node in range(graph.output + 1):
        if node in graph.names and not graph.is_leaf(node) and node in symbols:
            totals[symbols[node]] = _total(found[node], totals)
    return _total(found[graph.output], totals)


def _total(expression: Any, totals: dict[Any, Any]) -> Any:
    import sympy

    by = sorted(expression.free_symbols & totals.keys(), key=str)
    return sympy.Add(*(sympy.diff(expression, symbol) * totals[symbol] for symbol in by))


def _number(expression: Any, numbers: dict[Any, float]) -> float | None:
    """The value of an expression, each subexpression evaluated once; None if it has no number."""
    import sympy

    known: dict[Any, Any] = {s: sympy.Float(n, DIGITS) for s, n in numbers.items()}
    stack = [expression]
    while stack:
        current = stack[-1]
        waiting = [part for part in current.args if part not in known]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        if current not in known:
            known[current] = _evaluated(current, [known[part] for part in current.args])
    try:
        return float(known[expression])
    except TypeError:
        return None


def _evaluated(expression: Any, parts: list[Any]) -> Any:
    make: Callable[..., Any] = expression.func
    made = make(*parts) if parts else expression
    return made.evalf(DIGITS) if made.is_number and made.is_irrational else made


if __name__ == "__main__":
    main()
