"""The reverse sweep: every adjoint, and every contribution in the order in which it is sent."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from ..language.graph import Graph
from ..text.errors import BackpropError
from ..text.frozen import Unchanging, column
from ..text.words import briefly
from .route import Route
from .rules import Given, Slope, common, not_taken, of_slot, partial_of, special_case


class Contribution(NamedTuple):
    """What a visited node sends to one of its operands."""

    slot: int
    to: int
    rule: str
    partial: float
    amount: float
    """partial times adjoint (the chain rule)."""
    before: float
    """The operand's adjoint so far."""
    after: float
    complete: bool
    """True when the operand waits for no further contribution."""
    note: str | None
    """The convention applied, where the partial stands at a kink, a tie or a singular point."""


class Step(NamedTuple):
    """One node visited: its completed adjoint and the contributions that it sends."""

    number: int
    """From 1; step 0 is the seed."""
    node: int
    adjoint: float
    contributions: tuple[Contribution, ...]


class Received(NamedTuple):
    """What has reached a node by some moment of the sweep."""

    adjoint: float
    """The sum so far; 0 while there is none yet."""
    arrived: int
    """How many contributions that is."""
    of: int
    """How many the node waits for in all; 0 for the output, which has the seed."""

    @property
    def begun(self) -> bool:
        """True once there is something: a contribution, or the seed."""
        return self.arrived > 0 or not self.of

    @property
    def complete(self) -> bool:
        """True when nothing more will come."""
        return self.arrived == self.of

    @property
    def state(self) -> str:
        """`none yet`, `partial` or `complete`."""
        return "complete" if self.complete else "partial" if self.begun else "none yet"

    @property
    def words(self) -> str:
        """How many have arrived and the state: `1 of 3, partial`; `the seed` for the output."""
        return f"{self.arrived} of {self.of}, {self.state}" if self.of else "the seed"


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Unchanging):
    """A finished sweep: its route, and the numbers that it carried."""

    route: Route
    values: Sequence[float]
    partials: Sequence[float]
    """By edge, in the order in which the contributions are sent."""
    adjoints: Sequence[float]
    """By node; 0 for an inactive one."""

    @cached_property
    def _sums(self) -> dict[int, Sequence[float]]:
        """The running sums made so far, by node."""
        return {}

    def __len__(self) -> int:
        return len(self.route)

    def __repr__(self) -> str:
        return f"<Sweep along {self.route!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return sweep, (self.route, self.values)

    @property
    def graph(self) -> Graph:
        """The graph swept."""
        return self.route.graph

    def step(self, number: int) -> Step:
        """The step of this number, from 1. BackpropError when there is none."""
        if type(number) is not int or not 1 <= number <= len(self):
            raise BackpropError(
                f"the sweep has the steps 1 to {len(self)}, found {briefly(number)}"
            )
        node = self.route.order[number - 1]
        shared = self._common(node)
        sent = (self._contribution(edge, shared) for edge in self.route.sent_in(number))
        return Step(number, node, self.adjoints[node], tuple(sent))

    def received(self, node: int, position: int) -> Received | None:
        """What an active node has received at a position; None for an inactive node."""
        if not self.route.active[node]:
            return None
        if node == self.graph.output:
            return Received(1.0, 0, 0)
        arrivals = self.route.arrivals(node)
        count = bisect_left(arrivals, position)
        return Received(self._running_sum(node)[count], count, len(arrivals))

    @cached_property
    def not_taken(self) -> frozenset[int]:
        """The edges to operands that choices have not taken."""
        return frozenset(_not_taken(self.route, self.values))

    def amount(self, edge: int) -> float:
        """What is sent along an edge: partial times adjoint; exactly 0 to what is not taken."""
        if edge in self.not_taken:
            return 0.0
        return self.partials[edge] * self.adjoints[self.route.users[edge]]

    def contribution(self, edge: int) -> Contribution:
        """What is sent along the edge of this number, in the order sent, from 0."""
        return self._contribution(edge, self._common(self.route.users[edge]))

    def _common(self, node: int) -> Given:
        """What the formulas of all slots of a node are given."""
        operation, operands = self.graph.operations[node], self.graph.operands[node]
        assert operation is not None
        return common(operation, [self.values[i] for i in operands], self.values[node])

    def _contribution(self, edge: int, shared: Given) -> Contribution:
        route = self.route
        node, slot = route.users[edge], route.slots[edge]
        target = route.targets[edge]
        operation = self.graph.operations[node]
        assert operation is not None
        operands = self.graph.operands[node]
        entry = partial_of(operation, slot)
        alone = not any(route.active[i] for s, i in enumerate(operands) if s != slot)
        value = self.values[node]
        given = of_slot(operation, self.values[target], shared)
        is_known = value == value or edge in self.not_taken
        stands = special_case(operation, slot, given) if is_known else None
        arrivals = route.arrivals(target)
        place = bisect_left(arrivals, edge)
        before, after = self._running_sum(target)[place : place + 2]
        return Contribution(
            slot,
            target,
            entry.alone if entry.alone and alone else entry.rule,
            self.partials[edge],
            self.amount(edge),
            before,
            after,
            place + 1 == len(arrivals),
            stands.note if stands else None,
        )

    def _running_sum(self, node: int) -> Sequence[float]:
        """The node's adjoint before its first contribution, which is 0, and after each."""
        sums = self._sums.get(node)
        if sums is None:
            amounts = map(self.amount, self.route.arrivals(node))
            sums = self._sums[node] = array("d", accumulate(amounts, initial=0.0))
        return sums


def sweep(route: Route, values: Sequence[float]) -> Sweep:
    """The reverse sweep along a route, from the output, whose adjoint is 1.

    Reverse-mode differentiation: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 3.2.
    """
    graph, slopes = route.graph, route.slopes
    operations, operands = graph.operations, graph.operands
    partials: list[float] = []
    # Nobody sends to what is not taken: a place beyond the nodes, whose adjoint stays 0.
    adjoints, nobody = [0.0] * (len(values) + 1), len(values)
    adjoints[graph.output] = float(route.active[graph.output])
    # A formula may give a number where its node has no value. One sum tells whether to look.
    total = sum(values)
    if total != total:
        slopes = _undefined_where_values_are(route, values)
    users: Sequence[int] = route.users
    if silent := _not_taken(route, values):
        users, slopes = list(users), list(slopes)
        for edge in silent:
            users[edge], slopes[edge] = nobody, 0.0
    add, last = partials.append, -1
    shared: Given = ()
    for user, target, slope in zip(users, route.targets, slopes, strict=True):
        if callable(slope):
            operation = operations[user]
            assert operation is not None
            if user != last:
                last = user
                shared = common(
                    operation, [values[operand] for operand in operands[user]], values[user]
                )
            partial = slope(of_slot(operation, values[target], shared))
        else:
            partial = slope
        add(partial)
        adjoints[target] += partial * adjoints[user]
    adjoints.pop()
    return Sweep(route, values, column("d", partials), column("d", adjoints))


def _not_taken(route: Route, values: Sequence[float]) -> list[int]:
    """The edges to operands that choices do not take at these values."""
    graph, found = route.graph, list[int]()
    for node in graph.deciding:
        operation, operands = graph.operations[node], [values[i] for i in graph.operands[node]]
        assert operation is not None
        edges = route.sent_by(node)
        found += (edge for edge in edges if not_taken(operation, route.slots[edge], operands))
    return found


def _undefined_where_values_are(route: Route, values: Sequence[float]) -> list[Slope]:
    """The partials of a route; those of a node whose value is nan are nan."""
    pairs = zip(route.users, route.slopes, strict=True)
    return [slope if values[user] == values[user] else values[user] for user, slope in pairs]
