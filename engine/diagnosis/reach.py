"""How far a problem goes: the nodes that are not finite because of it, in the order met."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from math import isfinite

from ..calculus.sweep import Sweep


def reached(sweep: Sweep, node: int, slot: int | None) -> Iterator[int]:
    """The nodes reached from a value, or where a slot is given from what is sent there.

    Forward by id, then backward in the order in which they receive; each once.
    """
    route, met = sweep.route, {node}
    if slot is None:
        yield from _forward(sweep, node, met)
        users = (user for spoiled in met for user in sweep.graph.users_of(spoiled))
        yield from _backward(sweep, {*met, *users}, set(), met)
    else:
        sent = route.sent_by(node)
        first = {e for e in sent if route.slots[e] == slot or not isfinite(sweep.amount(e))}
        yield from _backward(sweep, {node}, first, met)


def _forward(sweep: Sweep, node: int, met: set[int]) -> Iterator[int]:
    graph, values = sweep.graph, sweep.values
    queue = [user for user in graph.users_of(node) if not isfinite(values[user])]
    while queue:
        user = heappop(queue)
        if user not in met:
            met.add(user)
            yield user
            for following in graph.users_of(user):
                if following not in met and not isfinite(values[following]):
                    heappush(queue, following)


def _backward(sweep: Sweep, touched: set[int], first: set[int], met: set[int]) -> Iterator[int]:
    """From the nodes whose partials may be spoiled, and the edges along which the first bad
    contributions are sent."""
    route = sweep.route
    spoilt, queue = set[int](), [-node for node in touched]
    heapify(queue)
    while queue:
        node = -heappop(queue)
        for edge in route.sent_by(node):
            target = route.targets[edge]
            is_blamed = node in spoilt or (node in touched and not isfinite(sweep.partials[edge]))
            is_reached = edge in first or (is_blamed and not isfinite(sweep.amount(edge)))
            if not is_reached or target in spoilt:
                continue
            spoilt.add(target)
            if target not in met:
                met.add(target)
                yield target
            if target not in touched:
                heappush(queue, -target)
