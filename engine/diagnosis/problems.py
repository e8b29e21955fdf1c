"""Where numbers first stop being finite, in the forward pass or in the sweep, with the cause."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from math import isfinite, isinf, isnan
from typing import NamedTuple

from ..calculus.forward import evaluate
from ..calculus.rules import formula, formula_graph, given, partial_of, special_case
from ..calculus.sweep import Contribution, Step, Sweep
from ..language.graph import Graph
from ..language.show import DATA, number, with_numbers
from ..text.words import shortened

BRANCH = (
    "a factor 0 does not switch off what is not finite: choose before computing, by max or min "
    "inside, not by a factor afterwards"
)
SCALE = "scale the numbers down, or add logarithms instead of multiplying"
CANCEL = "find where each infinity arose, and keep it finite there"


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
    remedy: str
    """What programs usually do about it."""


class _Cause(NamedTuple):
    kind: str
    why: str
    remedy: str


def problems(sweep: Sweep) -> tuple[Problem, ...]:
    """The first causes in the order met: forward by id, then backward in the order of the sweep."""
    return (*forward_problems(sweep.graph, sweep.values), *backward_problems(sweep))


def forward_problems(graph: Graph, values: Sequence[float]) -> list[Problem]:
    """The first causes among the values, in id order."""
    if all(map(isfinite, values)):
        return []
    found = []
    for node, value in enumerate(values):
        operation = graph.operations[node]
        if operation is None or isfinite(value):
            continue
        operands = [values[operand] for operand in graph.operands[node]]
        if first_cause(value, operands):
            text = with_numbers(graph, node, lambda i: _data(values[i]), DATA)
            message = f"{shortened(text)} is {_data(value)}"
            cause = _forward_cause(graph, node, operands, value)
            found.append(Problem(node, "forward", None, cause.kind, message, *cause[1:]))
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


def chain(sweep: Sweep, problem: Problem) -> list[int]:
    """The nodes through which a problem spreads: forward to the output, backward to a leaf.

    It starts at the problem's node, and ends early where the numbers are finite again.
    """
    route, values = sweep.route, sweep.values

    def users(node: int) -> list[int]:
        return [user for user in route.graph.users_of(node) if not isfinite(values[user])]

    def receivers(node: int) -> list[int]:
        sent = route.sent_by(node)
        return [route.targets[c] for c in sent if not isfinite(sweep.amount(c))]

    if problem.slot is None:
        return _spread(problem.node, users, {route.graph.output})
    target = route.graph.operands[problem.node][problem.slot]
    return [problem.node, *_spread(target, receivers, set(route.wrt))]


def first_cause(result: float, made_from: Sequence[float]) -> bool:
    """True where a result is not finite and nothing that it was made from explains it."""
    if isfinite(result):
        return False
    return all(map(isfinite, made_from)) or (isnan(result) and not any(map(isnan, made_from)))


def _spread(start: int, onward: Callable[[int], Iterable[int]], ends: set[int]) -> list[int]:
    """A shortest way from a node to one of the ends, or as far as any leads."""
    came_from = {start: start}
    queue = deque([start])
    node = start
    while queue:
        node = queue.popleft()
        if node in ends:
            break
        for following in onward(node):
            if following not in came_from:
                came_from[following] = node
                queue.append(following)
    way = [node]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _backward_problem(sweep: Sweep, step: Step, sent: Contribution) -> Problem | None:
    graph, values, node = sweep.graph, sweep.values, step.node
    operands = [values[operand] for operand in graph.operands[node]]
    if first_cause(sent.amount, [*operands, values[node], step.adjoint]):
        message, cause = _broken_contribution(sweep, step, sent)
    elif first_cause(sent.after, [sent.before, sent.amount]):
        message = f"{_data(sent.before)} + {_data(sent.amount)} is {_data(sent.after)}"
        cause = _default_cause(sent.after, [sent.before, sent.amount], "a sum of contributions")
    else:
        return None
    return Problem(node, "backward", sent.slot, cause.kind, message, *cause[1:])


def _broken_contribution(sweep: Sweep, step: Step, sent: Contribution) -> tuple[str, _Cause]:
    """The message and the cause of a contribution that is a first cause."""
    graph, node = sweep.graph, step.node
    operation = graph.operations[node]
    assert operation is not None
    if isfinite(sent.partial) or (isnan(sent.amount) and not isnan(sent.partial)):
        product = f"{_data(step.adjoint)}*{_data(sent.partial)} is {_data(sent.amount)}"
        factors = [step.adjoint, sent.partial]
        return product, _default_cause(sent.amount, factors, "the chain rule")
    operands = [sweep.values[operand] for operand in graph.operands[node]]
    known = given(operation, sent.slot, operands, sweep.values[node])
    text = formula(graph, node, sent.slot, lambda i: _data(sweep.values[i]))
    message = f"{shortened(text)} is {_data(sent.partial)}"
    rule = formula_graph(operation, partial_of(operation, sent.slot).formula)
    inner = forward_problems(rule, evaluate(rule, dict(zip(operation.names, known, strict=True))))
    stands = special_case(operation, sent.slot, known)
    cause = _Cause(*inner[0][3:4], *inner[0][5:]) if inner else None
    if cause is None:
        cause = _default_cause(sent.partial, known, f"the partial of {operation.name}")
    if stands and stands.note:
        cause = _Cause(cause.kind, stands.note, stands.remedy or cause.remedy)
    return message, cause


def _forward_cause(graph: Graph, node: int, operands: Sequence[float], value: float) -> _Cause:
    operation = graph.operations[node]
    assert operation is not None
    for fault in operation.faults:
        if fault.when(*operands):
            return _Cause(fault.kind, fault.why, fault.remedy)
    return _default_cause(value, operands, (operation.symbol or operation.name).strip())


def _default_cause(value: float, made_from: Sequence[float], where: str) -> _Cause:
    """Kind, reason and remedy where no row of the table names them."""
    if not isnan(value):
        return _Cause("overflow", "larger than a double can hold (1.8e308)", SCALE)
    if 0 in made_from and any(map(isinf, made_from)):
        return _Cause("indeterminate", f"0 · inf in {where} has no value", BRANCH)
    return _Cause("indeterminate", f"infinities in {where} leave no value", CANCEL)


def _data(value: float) -> str:
    """A number in a message, with more digits where few would make it look whole."""
    text = number(value, minus="-")
    looks_whole = text.lstrip("-").isdigit()
    return number(value, 17, minus="-") if looks_whole and float(text) != value else text
