"""The route of a sweep: what is active and in which order it is visited, which no value changes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import chain, islice
from operator import neg
from typing import Any

from ..language.graph import Graph
from ..text.errors import BackpropError
from ..text.frozen import Unchanging, column
from ..text.words import briefly, cited, counted, listed, suggestion
from .rules import Slope, slopes

BLOCK = 256
"""Nodes of which it is known together when the first of them receives something."""


@dataclass(frozen=True, eq=False, repr=False)
class Route(Unchanging):
    """The order of a sweep. A *position* on it is how many contributions have been sent.

    An *edge*, (user, slot), is known by its place among those sent along. Columns by edge:
    `users`, `slots`, `targets`, `slopes`.
    """

    graph: Graph
    wrt: tuple[int, ...]
    active: bytes
    """By node: 1 where it lies on a path from a `wrt` leaf to the output."""
    order: Sequence[int]
    """The nodes visited: step k visits `order[k - 1]`."""
    positions: Sequence[int]
    """The position after each step; `positions[0]` is 0, before the first."""
    users: memoryview[int]
    """The node visited, which sends."""
    slots: memoryview[int]
    targets: memoryview[int]
    """The operand that receives."""
    slopes: Sequence[Slope]
    """The partial: a constant, or a function of the numbers."""
    _arrivals: dict[int, list[int]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.order)

    def __repr__(self) -> str:
        return f"<Route of {counted(len(self), 'step')} through {self.graph!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return route, (self.graph, self.wrt)

    @cached_property
    def free(self) -> frozenset[int]:
        """The `wrt` leaves, for membership."""
        return frozenset(self.wrt)

    def step_at(self, position: int) -> int:
        """How many steps are complete at this position."""
        return bisect_left(self.positions, position + 1) - 1

    def visited(self, node: int) -> int | None:
        """The number of the step that visits the node, None for a leaf or an inactive node."""
        index = bisect_left(self.order, -node, key=neg)
        found = index < len(self.order) and self.order[index] == node
        return index + 1 if found else None

    def sent_in(self, step: int) -> range:
        """The edges along which the step of this number, from 1, sends."""
        return range(self.positions[step - 1], self.positions[step])

    def sent_by(self, node: int) -> range:
        """The edges along which a node sends; none where it is not visited."""
        step = self.visited(node)
        return range(0) if step is None else self.sent_in(step)

    def arrivals(self, node: int) -> Sequence[int]:
        """The edges along which the node receives, in the order sent."""
        known = self._arrivals.get(node)
        if known is None:
            first, following = self._chains
            known = self._arrivals[node] = []
            edge = first[node]
            while edge < len(self.targets):
                known.append(edge)
                edge = following[edge]
        return known

    def frontier(self, position: int, limit: int | None = None) -> list[int]:
        """The unvisited active nodes that have received something, in the order of their visit.

        The output has been differentiated so far as a function of these. Leaves, which are never
        visited, come last. At most `limit`.
        """
        begun = self._begun(position)
        if not begun:
            return [self.graph.output][: self.active[self.graph.output]]
        waiting = self._received(self.order, self._earliest, begun, position)
        # What was begun had received something before: those that have, less those begun, wait,
        # and after so many no more are looked for. The 1 is the output, which has the seed.
        waiting = islice(waiting, bisect_left(self._arrived, position) + 1 - begun)
        leaves = self._received(self._leaves, self._earliest_leaves, 0, position)
        leaves = islice(leaves, bisect_left(self._at_leaves, position))
        return list(islice(chain(waiting, leaves), limit))

    def frontier_size(self, position: int) -> int:
        """How many nodes the frontier has, without making it."""
        begun = self._begun(position)
        if not begun:
            return self.active[self.graph.output]
        reached = bisect_left(self._arrived, position) + 1 + bisect_left(self._at_leaves, position)
        return reached - begun

    def _received(
        self, nodes: Sequence[int], earliest: Sequence[int], start: int, position: int
    ) -> Iterator[int]:
        """Of some nodes those that have received something, in their order, from a place on.

        Blocks of them of which none has are passed over.
        """
        first = self._chains[0]
        # What was evaluated early and is used near the output waits at the far end of the order:
        # without blocks every node between would be looked at.
        for block in range(start // BLOCK, len(earliest)):
            if earliest[block] < position:
                some = nodes[max(start, block * BLOCK) : (block + 1) * BLOCK]
                yield from (node for node in some if first[node] < position)

    def _begun(self, position: int) -> int:
        """How many steps have been begun at this position."""
        done = self.step_at(position)
        return done + (position > self.positions[done])

    @cached_property
    def _chains(self) -> tuple[Sequence[int], Sequence[int]]:
        """By node the first edge to it, and by edge the next one to the same node.

        Beyond the last where there is none.
        """
        none = len(self.targets)
        first, following = array("q", [none]) * len(self.graph), array("q", self.targets)
        for edge in range(none - 1, -1, -1):
            target = self.targets[edge]
            following[edge], first[target] = first[target], edge
        return first, following

    @cached_property
    def _arrived(self) -> list[int]:
        """When the operations visited, all but the output, first receive something, ascending."""
        return sorted(map(self._chains[0].__getitem__, islice(self.order, 1, None)))

    @cached_property
    def _earliest(self) -> Sequence[int]:
        """When the first of each block of the operations visited first receives something."""
        return self._first_of_blocks(self.order)

    @cached_property
    def _earliest_leaves(self) -> Sequence[int]:
        """The same for the leaves differentiated by."""
        return self._first_of_blocks(self._leaves)

    def _first_of_blocks(self, nodes: Sequence[int]) -> Sequence[int]:
        first, blocks = self._chains[0], range(0, len(nodes), BLOCK)
        return array("q", [min(first[node] for node in nodes[i : i + BLOCK]) for i in blocks])

    @cached_property
    def _leaves(self) -> list[int]:
        """The leaves differentiated by, descending."""
        return sorted(self.wrt, reverse=True)

    @cached_property
    def _at_leaves(self) -> list[int]:
        """When the leaves differentiated by first receive something, ascending."""
        return sorted(map(self._chains[0].__getitem__, self.wrt))


def route(graph: Graph, wrt: Sequence[int]) -> Route:
    """The route from the graph's output to the `wrt` leaves: users before their operands.

    Activity as in Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 6.2.
    """
    operations, edges_of = graph.operations, graph.edges
    depends = reached(graph, wrt)
    active = bytearray(len(graph))
    active[graph.output] = depends[graph.output]
    order: list[int] = []
    positions = [0]
    users: list[int] = []
    slots: list[int] = []
    targets: list[int] = []
    slopes_sent: list[Slope] = []
    # Operands stand before their users, so that by descending ids all users come first.
    for node in range(graph.output, -1, -1):
        operation = operations[node]
        if operation is None or not active[node]:
            continue
        of_slots = slopes(operation)
        for slot, operand in enumerate(edges_of[node], operation.decides):
            if depends[operand]:
                active[operand] = 1
                users.append(node)
                slots.append(slot)
                targets.append(operand)
                slopes_sent.append(of_slots[0 if operation.variadic else slot])
        order.append(node)
        positions.append(len(slots))
    return Route(
        graph,
        tuple(wrt),
        bytes(active),
        column("q", order),
        column("q", positions),
        column("q", users),
        column("q", slots),
        column("q", targets),
        tuple(slopes_sent),
    )


def choose_leaves(graph: Graph, patterns: str | Collection[str]) -> tuple[int, ...]:
    """The variables that match names or shell patterns, in order of appearance.

    A text is one name or pattern. Raises BackpropError for a pattern that matches none.
    """
    patterns = _checked_patterns(patterns)
    known = graph.variables_by_name
    plain = {pattern for pattern in patterns if pattern in known}
    wild = [pattern for pattern in patterns if pattern not in known]
    for pattern in wild:
        if not any(fnmatchcase(name, pattern) for name in known):
            hint = suggestion(pattern, graph.variables)
            names = listed(map(cited, graph.variables)) or "none"
            raise BackpropError(
                f"no variable matches {cited(pattern)}{hint or f' (its variables: {names})'}"
            )
    return tuple(
        node
        for name, node in known.items()
        if name in plain or any(fnmatchcase(name, pattern) for pattern in wild)
    )


def _checked_patterns(patterns: str | Collection[str]) -> Collection[str]:
    """The patterns, none of which is anything but text."""
    given = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(given, Collection) or isinstance(given, (bytes, bytearray, Mapping)):
        raise BackpropError(f"wrt must be names of leaves, found {briefly(patterns)}")
    for pattern in given:
        if not isinstance(pattern, str):
            raise BackpropError(f"wrt must be names of leaves, found {briefly(pattern)} among them")
    return given


def dependents(graph: Graph, nodes: Sequence[int]) -> bytearray:
    """By node: 1 where its value depends on one of the nodes."""
    return _above(graph.operands, nodes)


def reached(graph: Graph, nodes: Sequence[int]) -> bytearray:
    """By node: 1 where edges lead to it from one of the nodes; a condition is no edge."""
    return _above(graph.edges, nodes)


def _above(operands_of: Sequence[tuple[int, ...]], nodes: Sequence[int]) -> bytearray:
    depends = bytearray(len(operands_of))
    for node in nodes:
        depends[node] = 1
    for node, operands in enumerate(operands_of):
        for operand in operands:
            if depends[operand]:
                depends[node] = 1
                break
    return depends
