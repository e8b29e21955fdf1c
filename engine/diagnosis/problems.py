"""Where numbers first stop being finite, in the forward pass or in the sweep, with the cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import isfinite, isnan
from typing import NamedTuple

from ..calculus.sweep import Sweep
from ..language.graph import Graph
from .causes import Cause, of_partial, of_sum, of_value
from .origins import data, put_in
from .reach import reached

LISTED = 1_000
"""Problems that are listed; the rest is not looked for."""
CHAINED, IN_ALL = 1_000, 20_000
"""Nodes of a problem's chain that are listed, and of the chains of all problems together."""


class Problem(NamedTuple):
    """A first cause: a number that is not finite although all it was made from is.

    A nan is one too where a constant `inf` alone made it.
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
    """What programs usually do about it; empty where nothing is due."""
    chain: tuple[int, ...] = ()
    """The nodes that are not finite because of it, in the order met; of very many the first."""
    is_cut: bool = False
    """True where more nodes follow than the chain lists."""


def problems(sweep: Sweep) -> tuple[Problem, ...]:
    """The first causes in the order met: forward by id, then backward in the order of the sweep.

    Of more than LISTED one more, which says so.
    """
    spoiled = bytearray(len(sweep.graph))
    found = list(islice(_found(sweep, spoiled), LISTED + 1))
    most = min(CHAINED, IN_ALL // max(1, len(found)))
    return tuple(_with_chain(sweep, problem, most) for problem in found)


def _found(sweep: Sweep, spoiled: bytearray) -> Iterator[Problem]:
    if not all(map(isfinite, sweep.values)):
        yield from _forward(sweep.graph, sweep.values, spoiled)
    if not all(map(isfinite, sweep.adjoints)):
        yield from _backward(sweep, spoiled)


def _with_chain(sweep: Sweep, problem: Problem, most: int) -> Problem:
    chain = tuple(islice(reached(sweep, problem.node, problem.slot), most + 1))
    return problem._replace(chain=chain[:most], is_cut=len(chain) > most)


def _forward(graph: Graph, values: Sequence[float], spoiled: bytearray) -> Iterator[Problem]:
    """The first causes among the values; what they spoil is marked."""
    for node, value in enumerate(values):
        if isfinite(value) or graph.is_leaf(node):
            continue
        operands = graph.operands[node]
        if any(spoiled[operand] for operand in operands):
            spoiled[node] = 1
        elif isnan(value) or all(isfinite(values[operand]) for operand in operands):
            spoiled[node] = 1
            message = f"{put_in(graph, values, node)} is {data(value)}"
            cause = of_value(graph, values, node)
            yield Problem(node, "forward", None, cause.kind, message, cause.why, cause.remedy)


def _backward(sweep: Sweep, spoiled: bytearray) -> Iterator[Problem]:
    """The first causes among the contributions: of a node visited at most one."""
    route, adjoints = sweep.route, sweep.adjoints
    spoilt = bytearray(len(sweep.graph))
    """By node: 1 where its adjoint is not finite because of a problem."""
    sums, last = [0.0] * len(adjoints), -1
    for edge, (user, target) in enumerate(zip(route.users, route.targets, strict=True)):
        amount, before = sweep.amount(edge), sums[target]
        after = sums[target] = before + amount
        if isfinite(after):
            continue
        if isfinite(amount):
            follows, sources = spoilt[target], [before, amount]
        else:
            operands = sweep.graph.operands[user]
            follows = spoilt[user] or spoiled[user] or any(spoiled[i] for i in operands)
            sources = [*(sweep.values[i] for i in operands), sweep.values[user], adjoints[user]]
        is_cause = isnan(after) or all(map(isfinite, sources))
        if not follows and is_cause and user != last:
            last = user
            yield _sent(sweep, user, edge)
        spoilt[target] |= bool(follows or is_cause)


def _sent(sweep: Sweep, node: int, edge: int) -> Problem:
    sent = sweep.contribution(edge)
    message, cause = _told(sweep, node, edge)
    return Problem(node, "backward", sent.slot, cause.kind, message, cause.why, cause.remedy)


def _told(sweep: Sweep, node: int, edge: int) -> tuple[str, Cause]:
    sent = sweep.contribution(edge)
    if isfinite(sent.amount):
        return of_sum(sent.before, sent.amount, sent.after)
    return of_partial(sweep, node, sent)
