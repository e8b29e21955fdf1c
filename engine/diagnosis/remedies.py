"""What programs usually do about a problem or a warning: a form that is stable, or a guard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product
from math import isfinite
from typing import NamedTuple

from ..calculus.forward import evaluate
from ..calculus.route import route
from ..calculus.rules import not_taken
from ..calculus.sweep import sweep
from ..language.graph import Graph
from ..language.parse import parse
from ..language.show import DATA
from ..table.operation import Operation, Remedy
from ..table.ops import PRODUCT_OF
from .patterns import above, matched, spelled, written

EPSILON, OPERANDS = "ε", "xy"
SECOND = re.compile(r"\by\b")
SMALL = 1e-6
"""What ε is when a remedy is tried."""
LEVELS, USERS = 4, 3
"""How far above a node a form is looked for, and among how many users of each."""
CANCELLATION = (
    "subtract first what is close, as var and std do for a mean of squares less the square of a "
    "mean"
)
MASK = (
    "neither a factor of 0 nor a choice afterwards switches off what is not finite: choose before "
    "the function, with the condition c"
)
SAFE = "1", "0", "2"
"""Operands of which one is inside of every domain."""
LOGARITHM = (
    "take the logarithm before the exponential underflows, by logsumexp, log_ndtr or softplus"
)


class Form(NamedTuple):
    """What computes the same, or what is meant, without the trouble."""

    pattern: str
    written: str
    """Over the variables of the pattern, and a small ε."""
    words: str = ""
    """What it gives that the pattern has not."""


FORMS = tuple(
    Form(*row)
    for row in (
        ("v*ln(sigmoid(u)) + (1 - v)*ln(1 - sigmoid(u))", "v*u - softplus(u)"),
        ("ln(exp(u)/(exp(u) + exp(v)))", "u - logsumexp(u, v)"),
        ("ln(v*exp(u) + w*exp(t))", "logsumexp(u + ln(v), t + ln(w))"),
        ("ln(exp(u) + exp(v))", "logsumexp(u, v)"),
        ("ln(1 + exp(u))", "softplus(u)"),
        ("ln(1 - exp(u))", "ln(-expm1(u))"),
        ("ln(exp(u)/v)", "u - ln(v)"),
        ("ln(v*exp(u))", "u + ln(v)"),
        ("ln(exp(u))", "u"),
        ("ln(1 - tanh(u)^2)", "2*(ln(2) - u - softplus(-2*u))"),
        ("ln(1 - sigmoid(u))", "-softplus(u)"),
        ("ln(1/(1 + exp(-u)))", "-softplus(-u)"),
        ("ln(1/(1 + exp(u)))", "-softplus(u)"),
        ("ln(sigmoid(u))", "-softplus(-u)"),
        ("ln((1 + erf(u/sqrt(2)))/2)", "log_ndtr(u)"),
        ("ln((1 + erf(u))/2)", "log_ndtr(sqrt(2)*u)"),
        ("ln(erfc(u)/2)", "log_ndtr(-sqrt(2)*u)"),
        ("ln(cosh(u))", "abs(u) + softplus(-2*abs(u)) - ln(2)"),
        ("ln(1 + u)", "log1p(u)"),
        ("acosh(1 + u)", "2*asinh(sqrt(u/2))"),
        ("exp(u)/(exp(u) + exp(v))", "sigmoid(u - v)"),
        ("exp(u)/(1 + exp(u))", "sigmoid(u)"),
        ("1/(1 + exp(-u))", "sigmoid(u)"),
        ("1/(1 + exp(u))", "sigmoid(-u)"),
        ("(exp(u) - exp(-u))/(exp(u) + exp(-u))", "tanh(u)"),
        ("sin(u)/u", "sinc(u/pi)", "there is a limit where both are 0"),
        ("atan(u/v)", "atan2(u, v)"),
        ("u/sqrt(v)", "u/sqrt(v + ε)"),
        ("u*ln(v)", "xlogy(u, max(v, ε))"),
        ("exp(u) - 1", "expm1(u)"),
        ("1 - exp(u)", "-expm1(u)"),
        ("1 + erf(u)", "erfc(-u)"),
        ("1 - erf(u)", "erfc(u)"),
        ("1 - cos(u)", "2*sin(u/2)^2"),
        ("sqrt(1 + u) - 1", "u/(sqrt(1 + u) + 1)"),
    )
)
"""The first counts that stands at the trouble or above it, and is finite with its slopes there."""


def form(graph: Graph, values: Sequence[float], node: int) -> str | None:
    """The form that takes the place of an expression in which a node has its part, in words."""
    for row, pattern, root in _candidates(graph, node):
        found = matched(pattern, graph, root)
        if found is None or node not in found.values():
            continue
        meant = {name: found[part] for name, part in pattern.variables_by_name.items()}
        if is_finite(row.written, {name: values[node] for name, node in meant.items()}):
            text = f"write {written(_parsed(row.written), graph, meant)}"
            return ": ".join(filter(None, (row.words, text)))
    return None


def guard(remedy: Remedy, graph: Graph, values: Sequence[float], node: int) -> Remedy:
    """A guard as it is written for a node; without its formula where that is not finite there."""
    operands = graph.operands[node]
    formula = remedy.formula
    if len(operands) > 1 and len(set(operands)) == 1:
        formula = SECOND.sub("x", formula)
    given = {name: values[operand] for name, operand in zip(OPERANDS, operands, strict=False)}
    return remedy._replace(formula=formula if formula and is_finite(formula, given) else "")


def masked(graph: Graph, values: Sequence[float], node: int) -> Remedy:
    """How the operand is chosen before a node computes with it; nothing where none would help.

    `c` says where the node's value is wanted.
    """
    operation, operands = graph.operations[node], graph.operands[node]
    assert operation is not None
    names = OPERANDS[: len(operands)]
    given = {name: values[operand] for name, operand in zip(names, operands, strict=False)}
    for chosen, safe in product(reversed(names), SAFE):
        inner = f"where(c, {chosen}, {safe})"
        called = _call(operation, [inner if name == chosen else name for name in names])
        formula = f"where(c, {called}, 0)"
        if is_finite(formula, {**given, "c": 0.0}):
            return Remedy(MASK, formula)
    return Remedy()


def unwanted_by(graph: Graph, values: Sequence[float], node: int) -> int | None:
    """The node a little above that gives what is not finite a factor of 0, or does not take it."""
    level = [node]
    for _ in range(LEVELS):
        above = [(i, user) for i in level for user in islice(graph.users_of(i), USERS)]
        found = next((user for i, user in above if _switches_off(graph, values, i, user)), None)
        if found is not None:
            return found
        level = list(dict.fromkeys(user for _, user in above if not isfinite(values[user])))
    return None


def _switches_off(graph: Graph, values: Sequence[float], node: int, user: int) -> bool:
    operation, operands = graph.operations[user], graph.operands[user]
    if operation is PRODUCT_OF:
        return any(values[operand] == 0 for operand in operands if operand != node)
    assert operation is not None
    numbers = [values[operand] for operand in operands]
    slots = (slot for slot, operand in enumerate(operands) if slot and operand == node)
    return operation.decides and all(not_taken(operation, slot, numbers) for slot in slots)


def is_finite(formula: str, given: Mapping[str, float]) -> bool:
    """True where a formula and its slopes are finite, by the numbers given and a small ε."""
    graph = _parsed(formula)
    values = evaluate(graph, {name: given.get(name, SMALL) for name in graph.variables})
    free = [node for name, node in graph.variables_by_name.items() if name != EPSILON]
    return all(map(isfinite, (*values, *sweep(route(graph, free), values).adjoints)))


@lru_cache(maxsize=256)
def _parsed(formula: str) -> Graph:
    return parse(formula)


def _call(operation: Operation, operands: Sequence[str]) -> str:
    if operation.power and len(operands) == 2:
        return DATA.infix(operation).join(operands)
    return f"{operation.name}({', '.join(operands)})"


def _candidates(graph: Graph, node: int) -> Iterator[tuple[Form, Graph, int]]:
    """The forms, and where each may stand: the outermost place first."""
    roots: dict[Operation | None, list[int]] = {}
    for root in dict.fromkeys(above(graph, node, LEVELS, USERS)):
        roots.setdefault(graph.operations[root], []).append(root)
    for row in FORMS:
        for pattern in spelled(row.pattern):
            for root in roots.get(pattern.operations[pattern.output], ()):
                yield row, pattern, root
