"""The cause of a number that is not finite in words: its kind, the reason, the usual remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, isinf, isnan
from typing import NamedTuple

from ..calculus.forward import evaluate
from ..calculus.rules import formula, formula_graph, given, partial_of, special_case
from ..calculus.sweep import Contribution, Sweep
from ..language.graph import Graph
from ..table.operation import Fault, Operation, Remedy, SpecialCase
from .origins import NONE, Origin, data, origin
from .remedies import CANCELLATION, LOGARITHM, form, guard, masked, unwanted_by

NEAR = 1e-6
"""How far outside of a domain rounding may lead, beside 1 and the numbers on the way."""
FAR = (
    "the operand lies {} outside of the domain, far beyond rounding, so that the formula or the "
    "data are wrong, and an ε would hide it"
)
SCALE = Remedy("scale the numbers down, or add logarithms instead of multiplying")
CANCEL = Remedy("find where each infinity arose, and keep it finite there")
FARTHEST = 1_000
"""Steps back through which a later derivative of 0 is followed."""


class Cause(NamedTuple):
    """What is told of a problem beside where it is."""

    kind: str
    why: str
    remedy: str


def of_value(graph: Graph, values: Sequence[float], node: int) -> Cause:
    """The cause of a value that is not finite although its operands are."""
    operation = graph.operations[node]
    assert operation is not None
    operands = [values[operand] for operand in graph.operands[node]]
    fault = next((fault for fault in operation.faults if fault.when(*operands)), None)
    if fault is None:
        where = (operation.symbol or operation.name).strip()
        kind, why, remedy = _default(values[node], operands, where)
        return Cause(kind, why, _first(form(graph, values, node), remedy.text))
    made = NONE if fault.kind == "overflow" else _origin(graph, values, node)
    gap = fault.beyond(*operands) if fault.beyond else 0.0
    is_far = gap > NEAR * max([1.0, *_sizes(graph, values, node)])
    user = unwanted_by(graph, values, node)
    unwanted = "" if user is None else _unwanted(graph, user)
    why = "; ".join(filter(None, (fault.why, made.words, unwanted)))
    mask = Remedy() if user is None else masked(graph, values, node)
    instead = form(graph, values, node) or mask.text
    guarded = instead or _guarded(graph, values, node, fault, made, gap * is_far)
    return Cause(fault.kind, why, guarded)


def of_partial(sweep: Sweep, node: int, sent: Contribution) -> tuple[str, Cause]:
    """The message and the cause of a contribution that is not finite although all it was made
    from is."""
    graph, values = sweep.graph, sweep.values
    operation = graph.operations[node]
    assert operation is not None
    operands = [values[operand] for operand in graph.operands[node]]
    stands = special_case(operation, sent.slot, given(operation, sent.slot, operands, values[node]))
    adjoint = sweep.adjoints[node]
    if isfinite(sent.partial):
        message = f"{data(adjoint)}*{data(sent.partial)} is {data(sent.amount)}"
        kind, why, remedy = _default(sent.amount, [adjoint, sent.partial], "the chain rule")
        return message, Cause(kind, why, remedy.text)
    text = f"{formula(graph, node, sent.slot, lambda i: data(values[i]))} is {data(sent.partial)}"
    kind, why, remedy = _of_formula(operation, sent, operands, values[node], stands)
    guarded = guard(remedy, graph, values, node).text
    made = _followed(graph, values, node) if isinf(sent.partial) else ""
    if adjoint or isnan(sent.partial):
        return text, Cause(kind, why + made, _first(form(graph, values, node), guarded))
    factor = f"{data(adjoint)}*{data(sent.partial)} is {data(sent.amount)}"
    infinite = f"the partial by {graph.pretty(sent.to)} is infinite ({why}){made}"
    zero, is_factor = _zero_sent(sweep, node)
    why = f"0 \N{MIDDLE DOT} inf has no value: {infinite}; {zero}"
    mask = masked(graph, values, node).text if is_factor else ""
    found = _first(form(graph, values, node), _both(mask, guarded))
    return factor, Cause("indeterminate", why, found)


def of_sum(before: float, amount: float, after: float) -> tuple[str, Cause]:
    """The message and the cause of a sum of contributions that is not finite though they are."""
    kind, why, remedy = _default(after, [before, amount], "a sum of contributions")
    return f"{data(before)} + {data(amount)} is {data(after)}", Cause(kind, why, remedy.text)


def _of_formula(
    operation: Operation,
    sent: Contribution,
    operands: Sequence[float],
    value: float,
    stands: SpecialCase | None,
) -> tuple[str, str, Remedy]:
    """Kind, reason and remedy of a partial that is not finite: its formula's own first fault."""
    known = given(operation, sent.slot, operands, value)
    rule = formula_graph(operation, partial_of(operation, sent.slot).formula)
    inner = evaluate(rule, dict(zip(operation.names, known, strict=True)))
    found = next(_faults(rule, inner), None)
    kind, why, remedy = found or _default(sent.partial, known, f"the partial of {operation.name}")
    if stands and stands.note:
        return kind, stands.note, stands.remedy if stands.remedy.words else remedy
    return kind, why, remedy


def _faults(rule: Graph, values: Sequence[float]) -> Iterator[tuple[str, str, Remedy]]:
    for node, operation in enumerate(rule.operations):
        operands = [values[operand] for operand in rule.operands[node]]
        if operation is None or isfinite(values[node]) or not all(map(isfinite, operands)):
            continue
        fault = next((fault for fault in operation.faults if fault.when(*operands)), None)
        if fault is not None:
            yield fault.kind, fault.why, Remedy()


def _guarded(
    graph: Graph, values: Sequence[float], node: int, fault: Fault, made: Origin, gap: float
) -> str:
    """The guard at the edge of a domain; so far outside of it none is right."""
    if gap:
        return _both(FAR.format(data(gap)), guard(fault.far, graph, values, node).text)
    guarded = guard(fault.remedy, graph, values, node).text
    before = {"underflow": LOGARITHM, "cancellation": CANCELLATION}
    return _both(before.get(made.kind, ""), guarded)


def _origin(graph: Graph, values: Sequence[float], node: int) -> Origin:
    """Where the operand that brings a node into trouble comes from."""
    for operand in reversed(graph.operands[node]):
        found = NONE if graph.is_leaf(operand) else origin(graph, values, operand)
        if found.kind:
            return found
    return NONE


def _followed(graph: Graph, values: Sequence[float], node: int) -> str:
    """The origin of a node's operand as the end of a sentence."""
    found = _origin(graph, values, node)
    return f"; {found.words}" if found.words else ""


def _sizes(graph: Graph, values: Sequence[float], node: int) -> Iterator[float]:
    """The sizes of what the operands of a node are made from."""
    for operand in graph.operands[node]:
        yield from (abs(values[i]) for i in graph.operands[operand] if isfinite(values[i]))


def _zero_sent(sweep: Sweep, node: int) -> tuple[str, bool]:
    """Where a later derivative of 0 comes from, and whether that is a factor or a choice."""
    graph, route = sweep.graph, sweep.route
    for _ in range(FARTHEST):
        edge = next(iter(route.arrivals(node)), None)
        if edge is None:
            break
        user = route.users[edge]
        if edge in sweep.not_taken:
            return f"the 0 comes from {graph.pretty(user)}, which does not take it", True
        if sweep.partials[edge] == 0:
            others = [i for s, i in enumerate(graph.operands[user]) if s != route.slots[edge]]
            factor = next((i for i in others if sweep.values[i] == 0), None)
            name = None if factor is None else graph.pretty(factor)
            by = f"whose other factor {name} is 0" if name else "which passes nothing on"
            return f"the 0 comes from {graph.pretty(user)}, {by}", factor is not None
        node = user
    return "the later derivative is 0", False


def _default(value: float, made_from: Sequence[float], where: str) -> tuple[str, str, Remedy]:
    """Kind, reason and remedy where no row of the table names them."""
    if not isnan(value):
        return "overflow", "larger than a double can hold (1.8e308)", SCALE
    if 0 in made_from and any(map(isinf, made_from)):
        return "indeterminate", f"0 \N{MIDDLE DOT} inf has no value ({where})", CANCEL
    return "indeterminate", f"infinities leave no value ({where})", CANCEL


def _unwanted(graph: Graph, user: int) -> str:
    """That a node does not want what is not finite, which does not help."""
    operation, name = graph.operations[user], graph.pretty(user)
    assert operation is not None
    if operation.decides:
        return f"{operation.name} at {name} does not take it, but what it is sent, 0, meets it"
    return f"the factor 0 at {name} does not switch it off"


def _first(*texts: str | None) -> str:
    return next((text for text in texts if text), "")


def _both(one: str, other: str) -> str:
    return "; or ".join(filter(None, (one, other)))
