"""Conventions at ties and kinks that, chained, give what lies outside the slopes of both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import copysign, inf, isfinite

from ..calculus.between import is_between
from ..calculus.route import dependents
from ..calculus.rules import given, partial, partial_of, special_case
from ..calculus.sweep import Sweep
from ..language.graph import Graph
from ..language.show import number
from ..table.operation import SpecialCase
from ..text.words import listed
from .patterns import above, matched, spelled, written

WORK = 20_000
"""Nodes times leaves up to which slopes of both sides are looked for."""
CLAMPS = "min(max(u, v), w)", "max(min(u, w), v)"
CLAMP = "clamp(u, v, w)"
EQUAL = "the bounds are equal, so that the function is constant there"
CHAINED = "slopes chosen at several kinks, chained, need not be a slope"


def nested_ties(sweep: Sweep) -> Iterator[tuple[int, str, str]]:
    """Nodes at which conventions add up to no slope: the node, what is wrong, and what to write.

    A node is told once, with the first leaf that it spoils; in large graphs none is looked for.
    """
    route = sweep.route
    kinks = list(_kinks(sweep)) if len(sweep.graph) * len(route.wrt) <= WORK else []
    if len(kinks) < 2:
        return
    told = set[int]()
    for leaf in route.wrt:
        sides = one_sided(sweep.graph, sweep.values, leaf)
        if sides is None or is_between(sweep.adjoints[leaf], *sides):
            continue
        below = _above(sweep, leaf, kinks)
        if below and below[0] not in told:
            told.add(below[0])
            yield below[0], *_words(sweep, leaf, below, sides)


def one_sided(graph: Graph, values: Sequence[float], leaf: int) -> tuple[float, float] | None:
    """The output's slopes on the left and on the right of a leaf's value.

    None where a node on the way has none on one side: at a jump or a vertical tangent. The chain
    rule holds for directional derivatives: Griewank and Walther, Evaluating Derivatives, 2nd ed.,
    ch. 14.
    """
    found = []
    for direction in (-1.0, 1.0):
        rates = [0.0] * len(graph)
        rates[leaf] = direction
        for node in range(leaf + 1, graph.output + 1):
            if any(rates[operand] for operand in graph.operands[node]):
                rate = _rate(graph, values, node, rates)
                if rate is None or not isfinite(rate):
                    return None
                rates[node] = rate
        found.append(direction * rates[graph.output])
    return found[0], found[1]


def _rate(graph: Graph, values: Sequence[float], node: int, rates: Sequence[float]) -> float | None:
    """How fast a node's value changes when its operands do; None where that has no answer."""
    operation, operands, value = graph.operations[node], graph.operands[node], values[node]
    assert operation is not None
    moving = [slot for slot, operand in enumerate(operands) if rates[operand]]
    cases = [case for slot in moving if (case := _case(graph, values, node, slot))]
    if not cases:
        return sum(partial(graph, values, node, slot) * rates[operands[slot]] for slot in moving)
    if not all(case.is_kink for case in cases):
        return None
    # Close to where it bends an operation is itself of the changes: max(a, b) changes by
    # max(da, db), and what does not equal the value is infinitely far away.
    near = (rates[i] if values[i] == value else copysign(inf, values[i] - value) for i in operands)
    return operation.value(*near)


def _case(graph: Graph, values: Sequence[float], node: int, slot: int) -> SpecialCase | None:
    """The special case with a note in which a partial is, if any."""
    operation = graph.operations[node]
    if operation is None or not partial_of(operation, slot).special:
        return None
    operands = [values[operand] for operand in graph.operands[node]]
    found = special_case(operation, slot, given(operation, slot, operands, values[node]))
    return found if found and found.note else None


def _kinks(sweep: Sweep) -> Iterator[int]:
    """The nodes visited of which a partial stands at a kink or a tie, each once, ascending."""
    route = sweep.route
    pairs = zip(reversed(route.users), reversed(route.slots), strict=True)
    found = (
        user
        for user, slot in pairs
        if (case := _case(sweep.graph, sweep.values, user, slot)) and case.is_kink
    )
    yield from dict.fromkeys(found)


def _above(sweep: Sweep, leaf: int, kinks: Sequence[int]) -> list[int]:
    """Of these nodes those that depend on a leaf, ascending."""
    depends = dependents(sweep.graph, [leaf])
    return [node for node in kinks if depends[node]]


def _is_tie(graph: Graph, values: Sequence[float], node: int) -> bool:
    """True where several operands of a node share its value."""
    operation, equal = graph.operations[node], [values[i] for i in graph.operands[node]]
    return operation is not None and operation.variadic and equal.count(values[node]) > 1


def _words(
    sweep: Sweep, leaf: int, kinks: Sequence[int], sides: tuple[float, float]
) -> tuple[str, str]:
    """What is wrong, and what to write instead, as far as it is known."""
    graph, values = sweep.graph, sweep.values
    left, right = map(number, sides)
    sent = f"send {number(sweep.adjoints[leaf])} to {graph.pretty(leaf)}"
    nodes = listed(map(graph.pretty, kinks))
    verb = "tie" if all(_is_tie(graph, values, node) for node in kinks) else "tie or bend"
    text = f"operands {verb} at {nodes}: the conventions there {sent}, but the slopes on "
    text += f"the two sides are {left} and {right}"
    for root in above(graph, kinks[0], 1, 1):
        for pattern in (one for text in CLAMPS for one in spelled(text)):
            found = matched(pattern, graph, root)
            if found is not None:
                meant = {name: found[part] for name, part in pattern.variables_by_name.items()}
                remedy = f"write {written(spelled(CLAMP)[0], graph, meant)}"
                equal = values[meant["v"]] == values[meant["w"]]
                return f"{text}: {EQUAL if equal else CHAINED}; {remedy}", remedy
    return f"{text}: {CHAINED}", ""
