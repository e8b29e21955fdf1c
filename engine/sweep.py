"""The reverse sweep: every adjoint, and every contribution in the order in which it is sent."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from operator import neg

from .errors import BackpropError, suggestion
from .graph import Graph
from .rules import edge, numbers, partial_of, slopes


@dataclass(frozen=True, slots=True)
class Contribution:
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


@dataclass(frozen=True, slots=True)
class Step:
    """One node visited: its completed adjoint and the contributions that it sends."""

    number: int
    """From 1; step 0 is the seed."""
    node: int
    adjoint: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """What has reached a node by some moment of the sweep."""

    adjoint: float
    """The sum so far; 0 while there is none yet."""
    count: int
    of: int
    """How many contributions the node waits for in all; 0 for the output, which has the seed."""

    @property
    def complete(self) -> bool:
        """True when nothing more will come."""
        return self.count == self.of


@dataclass(frozen=True)
class Sweep:
    """A finished sweep. A *position* in it is how many contributions have been sent.

    Columns by contribution, in the order sent: `slots`, `partials`, `before`.
    """

    graph: Graph
    values: Sequence[float]
    wrt: tuple[int, ...]
    active: bytearray
    """By node: 1 where it lies on a path from a `wrt` leaf to the output."""
    adjoints: Sequence[float]
    order: Sequence[int]
    """The nodes visited: step k visits `order[k - 1]`."""
    starts: Sequence[int]
    """The position after each step; `starts[0]` is 0."""
    slots: Sequence[int]
    partials: Sequence[float]
    before: Sequence[float]
    _arrivals: dict[int, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.order)

    def step(self, number: int) -> Step:
        """The step of this number, from 1."""
        node = self.order[number - 1]
        sent = range(self.starts[number - 1], self.starts[number])
        contributions = tuple(self._contribution(node, c) for c in sent)
        return Step(number, node, self.adjoints[node], contributions)

    def step_at(self, position: int) -> int:
        """How many steps are complete at this position."""
        return bisect_left(self.starts, position + 1) - 1

    def visited(self, node: int) -> int | None:
        """The number of the step that visits the node, None for a leaf or an inactive node."""
        index = bisect_left(self.order, -node, key=neg)
        found = index < len(self.order) and self.order[index] == node
        return index + 1 if found else None

    def arrivals(self, node: int) -> Sequence[int]:
        """The contributions that the node receives, in the order sent."""
        known = self._arrivals.get(node)
        if known is None:
            known = [
                contribution
                for user in dict.fromkeys(reversed(self.graph.users_of(node)))
                if self.active[user] and (number := self.visited(user))
                for contribution in range(self.starts[number - 1], self.starts[number])
                if self.graph.operands[user][self.slots[contribution]] == node
            ]
            self._arrivals[node] = known
        return known

    def received(self, node: int, position: int) -> Received | None:
        """What an active node has received at a position; None for an inactive node."""
        if not self.active[node]:
            return None
        if node == self.graph.output:
            return Received(1.0, 0, 0)
        arrivals = self.arrivals(node)
        count = bisect_left(arrivals, position)
        adjoint = self._after(arrivals[count - 1]) if count else 0.0
        return Received(adjoint, count, len(arrivals))

    def frontier(self, position: int, limit: int | None = None) -> list[int]:
        """The unvisited active nodes that have received something, in the order of their visit.

        The output has been differentiated so far as a function of these. Leaves, which are never
        visited, come last. At most `limit`.
        """
        begun = self.step_at(position)
        if position > self.starts[begun]:
            begun += 1
        if not begun:
            return [self.graph.output][: self.active[self.graph.output]]
        first, operations = self._first_arrivals, self.graph.operations
        reached = [n for n in range(self.graph.output, -1, -1) if first[n] < position]
        last = self.order[begun - 1]
        waiting = [n for n in reached if n < last and operations[n] is not None]
        leaves = [n for n in reached if operations[n] is None]
        return (waiting + leaves)[:limit]

    @cached_property
    def _first_arrivals(self) -> Sequence[int]:
        """By node: the first contribution that it receives; beyond the last where there is none."""
        none = len(self.slots)
        first = array("q", [none]) * len(self.graph)
        for number in range(len(self), 0, -1):
            operands = self.graph.operands[self.order[number - 1]]
            for contribution in range(self.starts[number] - 1, self.starts[number - 1] - 1, -1):
                first[operands[self.slots[contribution]]] = contribution
        return first

    def user_of(self, contribution: int) -> int:
        """The node that sends this contribution."""
        return self.order[self.step_at(contribution)]

    def _after(self, contribution: int) -> float:
        user = self.user_of(contribution)
        return self.before[contribution] + self.partials[contribution] * self.adjoints[user]

    def _contribution(self, node: int, contribution: int) -> Contribution:
        row, slot = self.graph.operations[node], self.slots[contribution]
        assert row is not None
        operands = self.graph.operands[node]
        partial, adjoint = self.partials[contribution], self.adjoints[node]
        entry = partial_of(row, slot)
        alone = not any(self.active[i] for s, i in enumerate(operands) if s != slot)
        value = self.values[node]
        taken = numbers(row, slot, [self.values[i] for i in operands], value)
        stands = edge(row, slot, taken) if value == value else None
        return Contribution(
            slot,
            operands[slot],
            entry.alone if entry.alone and alone else entry.rule,
            partial,
            partial * adjoint,
            self.before[contribution],
            self._after(contribution),
            self.arrivals(operands[slot])[-1] == contribution,
            stands.note if stands else None,
        )


def sweep(graph: Graph, values: Sequence[float], wrt: Sequence[int]) -> Sweep:
    """The reverse sweep from the graph's output, whose adjoint is 1, to the `wrt` leaves.

    Reverse-mode differentiation: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 3.2.
    """
    operations, operands_of = graph.operations, graph.operands
    depends = _dependents(graph, wrt)
    active, adjoints = bytearray(len(graph)), [0.0] * len(graph)
    if depends[graph.output]:
        active[graph.output] = 1
        adjoints[graph.output] = 1.0
    order, starts = array("q"), array("q", [0])
    slots, partials, before = array("q"), array("d"), array("d")
    for node in range(graph.output, -1, -1):
        row = operations[node]
        if row is None or not active[node]:
            continue
        operands, value, adjoint = operands_of[node], values[node], adjoints[node]
        taken = (*[values[operand] for operand in operands], value)
        row_slopes = slopes(row)
        if row.variadic:
            row_slopes *= len(operands)
            counts = (float(len(operands)), float(taken.count(value) - 1), value)
        for slot, operand in enumerate(operands):
            if not depends[operand]:
                continue
            slope = row_slopes[slot]
            if value != value:
                slope = value
            elif not isinstance(slope, float):
                slope = slope((taken[slot], *counts) if row.variadic else taken)
            active[operand] = 1
            slots.append(slot)
            partials.append(slope)
            before.append(adjoints[operand])
            adjoints[operand] += slope * adjoint
        order.append(node)
        starts.append(len(slots))
    return Sweep(
        graph,
        values,
        tuple(wrt),
        active,
        array("d", adjoints),
        order,
        starts,
        slots,
        partials,
        before,
    )


def choose_leaves(graph: Graph, patterns: Sequence[str]) -> tuple[int, ...]:
    """The variables that match names or shell patterns, in order of appearance.

    Raises BackpropError for a pattern that matches none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in graph.variables):
            hint = suggestion(pattern, graph.variables)
            known = ", ".join(graph.variables[:8]) or "none"
            raise BackpropError(
                f"no variable matches {pattern}{hint or f' (the variables: {known})'}"
            )
    return tuple(
        node
        for name, node in graph.variables_by_name.items()
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    )


def _dependents(graph: Graph, wrt: Sequence[int]) -> bytearray:
    """By node: 1 where its value depends on a `wrt` leaf."""
    depends = bytearray(len(graph))
    for leaf in wrt:
        depends[leaf] = 1
    for node, operands in enumerate(graph.operands):
        for operand in operands:
            if depends[operand]:
                depends[node] = 1
                break
    return depends
