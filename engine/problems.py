"""Where numbers first stop being finite, in the forward pass or in the sweep, with the cause."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan
from typing import NamedTuple

from .forward import evaluate
from .graph import Graph
from .rules import formula, formula_graph, numbers, partial_of
from .show import DATA, number, with_numbers
from .sweep import Contribution, Step, Sweep


class Problem(NamedTuple):
    """A first cause: a number that is not finite although all it was made from is.

    A nan is one too when nothing that it was made from is nan.
    """

    node: int
    phase: str
    """`forward` for a value, `backward` for a contribution."""
    slot: int | None
    """The operand slot of a contribution."""
    kind: str
    """`domain`, `division by zero`, `overflow` or `indeterminate`."""
    message: str
    why: str
    """The reason in words."""


def problems(sweep: Sweep) -> tuple[Problem, ...]:
    """The first causes in the order met: forward by id, then backward in the order of the sweep."""
    return (*forward_problems(sweep.graph, sweep.values), *backward_problems(sweep))


def forward_problems(graph: Graph, values: Sequence[float]) -> list[Problem]:
    """The first causes among the values, in id order."""
    if all(map(isfinite, values)):
        return []
    found = []
    for node, value in enumerate(values):
        row = graph.operations[node]
        if row is None or isfinite(value):
            continue
        operands = [values[operand] for operand in graph.operands[node]]
        if first_cause(value, operands):
            kind, why = fault(graph, node, operands, value)
            text = with_numbers(graph, node, lambda i: _data(values[i]), DATA)
            message = f"{shortened(text)} is {_data(value)}"
            found.append(Problem(node, "forward", None, kind, message, why))
    return found


def backward_problems(sweep: Sweep) -> list[Problem]:
    """The first causes among the contributions, in the order sent."""
    if all(map(isfinite, sweep.adjoints)):
        return []
    steps = map(sweep.step, range(1, len(sweep) + 1))
    return [
        problem
        for step in steps
        for sent in step.contributions
        if not isfinite(sent.after) and (problem := _backward_problem(sweep, step, sent))
    ]


def _backward_problem(sweep: Sweep, step: Step, sent: Contribution) -> Problem | None:
    graph, values, node = sweep.graph, sweep.values, step.node
    operands = [values[operand] for operand in graph.operands[node]]
    if first_cause(sent.amount, [*operands, values[node], step.adjoint]):
        kind, message, why = _broken_contribution(sweep, step, sent)
    elif first_cause(sent.after, [sent.before, sent.amount]):
        message = f"{_data(sent.before)} + {_data(sent.amount)} is {_data(sent.after)}"
        kind, why = _default_fault(sent.after, "a sum of contributions")
    else:
        return None
    return Problem(node, "backward", sent.slot, kind, message, why)


def _broken_contribution(sweep: Sweep, step: Step, sent: Contribution) -> tuple[str, str, str]:
    """Kind, message and reason of a contribution that is a first cause."""
    graph, node = sweep.graph, step.node
    row = graph.operations[node]
    assert row is not None
    product = f"{_data(sent.partial)}*{_data(step.adjoint)} is {_data(sent.amount)}"
    if isfinite(sent.partial) or (isnan(sent.amount) and not isnan(sent.partial)):
        kind, why = _default_fault(sent.amount, "the chain rule")
        return kind, product, why
    operands = [sweep.values[operand] for operand in graph.operands[node]]
    taken = numbers(row, sent.slot, operands, sweep.values[node])
    rule = formula_graph(row, partial_of(row, sent.slot).formula)
    bound = dict(zip(row.names, taken, strict=True))
    inner = forward_problems(rule, evaluate(rule, bound))
    text = formula(graph, node, sent.slot, lambda i: _data(sweep.values[i]))
    message = f"{shortened(text)} is {_data(sent.partial)}"
    if inner:
        return inner[0].kind, message, inner[0].why
    kind, why = _default_fault(sent.partial, "the partial")
    return kind, message, why


def first_cause(result: float, made_from: Sequence[float]) -> bool:
    """True where a result is not finite and nothing that it was made from explains it."""
    if isfinite(result):
        return False
    return all(map(isfinite, made_from)) or (isnan(result) and not any(map(isnan, made_from)))


def fault(graph: Graph, node: int, operands: Sequence[float], value: float) -> tuple[str, str]:
    """The kind of a problem at a node, and the reason in words."""
    row = graph.operations[node]
    assert row is not None
    for entry in row.faults:
        if entry.when(*operands):
            return entry.kind, entry.why
    return _default_fault(value, row.name)


def shortened(text: str, length: int = 120) -> str:
    """A text cut to a length, with an ellipsis."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _default_fault(value: float, where: str) -> tuple[str, str]:
    """Kind and reason where no row of the table names them."""
    if isnan(value):
        return "indeterminate", f"an infinity in {where} meets its opposite or 0: no value is left"
    return "overflow", "larger than a double can hold (1.8e308)"


def _data(value: float) -> str:
    return number(value, minus="-")
