"""What programs usually do about a problem or a warning: a form that is stable, or a guard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from ..calculus.forward import evaluate
from ..calculus.route import route
from ..calculus.sweep import sweep
from ..language.graph import Graph
from ..language.parse import parse
from ..table.operation import Operation, Remedy
from .patterns import above, matched, spelled, written

EPSILON, OPERANDS = "ε", "xy"
SECOND = re.compile(r"\by\b")
SMALL = 1e-6
"""What ε is when a remedy is tried."""
LEVELS, USERS = 4, 3
"""How far above a node a form is looked for, and among how many users of each."""
LOGARITHM = (
    "take the logarithm before the exponential underflows, by logsumexp, log_ndtr or softplus"
)


class Form(NamedTuple):
    """What computes the same, or what is meant, without the trouble."""

    pattern: str
    written: str
    """Over the variables of the pattern, and a small ε."""


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
        ("ln(1/(1 + exp(u)))", "-softplus(u)"),
        ("ln(sigmoid(u))", "-softplus(-u)"),
        ("ln(cosh(u))", "abs(u) + softplus(-2*abs(u)) - ln(2)"),
        ("ln(1 + u)", "log1p(u)"),
        ("acosh(1 + u)", "2*asinh(sqrt(u/2))"),
        ("exp(u)/(exp(u) + exp(v))", "sigmoid(u - v)"),
        ("exp(u)/(1 + exp(u))", "sigmoid(u)"),
        ("1/(1 + exp(u))", "sigmoid(-u)"),
        ("(exp(u) - exp(-u))/(exp(u) + exp(-u))", "tanh(u)"),
        ("atan(u/v)", "atan2(u, v)"),
        ("u/sqrt(v)", "u/sqrt(v + ε)"),
        ("u*ln(v)", "xlogy(u, max(v, ε))"),
        ("exp(u) - 1", "expm1(u)"),
        ("1 - exp(u)", "-expm1(u)"),
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
            return f"write {written(_parsed(row.written), graph, meant)}"
    return None


def guard(remedy: Remedy, graph: Graph, values: Sequence[float], node: int) -> Remedy:
    """A guard as it is written for a node; without its formula where that is not finite there."""
    operands = graph.operands[node]
    formula = remedy.formula
    if len(operands) > 1 and len(set(operands)) == 1:
        formula = SECOND.sub("x", formula)
    given = {name: values[operand] for name, operand in zip(OPERANDS, operands, strict=False)}
    return remedy._replace(formula=formula if formula and is_finite(formula, given) else "")


def is_finite(formula: str, given: Mapping[str, float]) -> bool:
    """True where a formula and its slopes are finite, by the numbers given and a small ε."""
    graph = _parsed(formula)
    values = evaluate(graph, {name: given.get(name, SMALL) for name in graph.variables})
    free = [node for name, node in graph.variables_by_name.items() if name != EPSILON]
    return all(map(isfinite, (*values, *sweep(route(graph, free), values).adjoints)))


@lru_cache(maxsize=256)
def _parsed(formula: str) -> Graph:
    return parse(formula)


def _candidates(graph: Graph, node: int) -> Iterator[tuple[Form, Graph, int]]:
    """The forms, and where each may stand: the outermost place first."""
    roots: dict[Operation | None, list[int]] = {}
    for root in dict.fromkeys(above(graph, node, LEVELS, USERS)):
        roots.setdefault(graph.operations[root], []).append(root)
    for row in FORMS:
        for pattern in spelled(row.pattern):
            for root in roots.get(pattern.operations[pattern.output], ()):
                yield row, pattern, root
