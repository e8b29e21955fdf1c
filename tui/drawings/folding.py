"""What folded nodes hide, and the edges between the boxes that stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush

from backprop_tui.engine import Graph
from backprop_tui.engine.calculus.route import Route, reached
from backprop_tui.engine.network.places import Places
from backprop_tui.engine.text.memo import memoized

from ..session.calls import seen_shut


@dataclass(frozen=True, eq=False)
class Folded:
    """A graph seen with some nodes folded: each folded one stands for all that only it uses."""

    route: Route
    box_by_node: dict[int, int]
    """For every hidden node, the one that stands for it."""
    hidden: dict[int, tuple[int, ...]]
    """By the nodes that stand for others: what they hide, ascending."""
    groups: dict[int, tuple[int, ...]]
    """By the nodes that stand for others: the nodes folded together, ascending, itself last."""
    calls: dict[int, int]
    """By the nodes that stand for calls: the group of the call."""
    leaf: int | None
    """The leaf whose graph alone is meant; None for the whole graph."""

    @property
    def graph(self) -> Graph:
        """The graph that is seen."""
        return self.route.graph

    def box(self, node: int) -> int:
        """The node itself, or the one that stands for it."""
        return self.box_by_node.get(node, node)

    @cached_property
    def nodes(self) -> Sequence[int]:
        """The nodes that stand for themselves or for others, ascending."""
        if self.leaf is None and not self.hidden:
            return range(len(self.graph))
        if self.leaf is None:
            return [node for node in range(len(self.graph)) if node not in self.box_by_node]
        kept = {self.box(node) for node in range(len(self.graph)) if self._along[node]}
        kept.add(self.leaf)
        return sorted(kept | {operand for node in kept for _, operand in self.operands(node)})

    @property
    def along(self) -> int:
        """How many nodes lie on a path from the leaf to the output, itself included."""
        return sum(self._along)

    def holds(self, node: int) -> bool:
        """True where a node is seen, or one that stands for it."""
        return self.leaf is None or self.box(node) in self._nodes

    def operands(self, node: int) -> Iterable[tuple[int, int]]:
        """The slots and operands of a node; of a folded one, all that what it hides uses."""
        if self.leaf is not None and not self._along[node]:
            return ()
        if node in self.hidden:
            return enumerate(self._used_by_folded(node))
        found = enumerate(self.graph.operands[node])
        if self.leaf is None and not self.hidden:
            return found
        return ((slot, self.box(used)) for slot, used in found if self._is_shown(node, used))

    def _used_by_folded(self, node: int) -> Iterable[int]:
        """What is used of a folded node and all that it hides, each once; kept, it may be long."""
        if node not in self._used:
            self._used[node] = dict.fromkeys(
                self.box(operand)
                for member in (node, *self.hidden[node])
                for operand in self.graph.operands[member]
                if self.box(operand) != node and self._is_shown(member, operand)
            )
        return self._used[node]

    def users(self, node: int) -> Iterable[int]:
        """The users of a node, as they stand for themselves or are stood for.

        What else a folded node hides has none but it.
        """
        members = dict.fromkeys((node, *self.groups.get(node, ())))
        users = (self.box(user) for member in members for user in self.graph.users_of(member))
        return (user for user in users if self.leaf is None or self._along[user])

    @cached_property
    def _used(self) -> dict[int, Iterable[int]]:
        return {}

    def _is_shown(self, user: int, operand: int) -> bool:
        """The graph of one leaf has no numbers, and of a sum the terms alone that depend on it."""
        if self.leaf is None or self._along[operand]:
            return True
        row = self.graph.operations[user]
        return operand not in self.graph.constants and not (row and row.variadic)

    @cached_property
    def _nodes(self) -> frozenset[int]:
        return frozenset(self.nodes)

    @cached_property
    def _along(self) -> bytearray:
        """By node: 1 where it lies on a path from the leaf to the output."""
        assert self.leaf is not None
        depends = reached(self.graph, [self.leaf])
        return bytearray(map(int.__and__, depends, self.route.active))


@memoized(4)
def folded(
    route: Route,
    folds: frozenset[int],
    clusters: tuple[tuple[int, ...], ...],
    places: Places,
    leaf: int | None,
    shut: frozenset[int],
) -> Folded:
    """A route's graph with nodes folded, those of a cluster into the last of them.

    A fold hides what only it uses; a call that is `shut` what it made. Of a network, where nodes
    have places, inputs and neurons stay, of other programs variables. With a `leaf`, its graph
    alone.
    """
    graph, boxes = route.graph, dict[int, int]()
    hidden: dict[int, tuple[int, ...]] = {}
    groups: dict[int, tuple[int, ...]] = {}
    calls = seen_shut(graph, shut)
    single = {(node,) for node in (*folds.difference(*clusters), *calls)}
    for group in sorted([*clusters, *single], key=max, reverse=True):
        last = max(group)
        if last in boxes:
            continue
        if last in calls and last not in folds:
            found = tuple(node for node in graph.made_by(calls[last]) if node != last)
        else:
            found = _only_used_by(graph, group, places)
        hidden[last], groups[last] = found, group
        boxes |= dict.fromkeys(found, last)
    calls = {node: call for node, call in calls.items() if node in groups and node not in folds}
    return Folded(route, boxes, hidden, groups, calls, leaf)


def _only_used_by(graph: Graph, group: Collection[int], places: Places) -> tuple[int, ...]:
    """The nodes that nothing uses but the nodes of a group, and these but the last.

    Each is looked at once, after all its users: only then it is known who uses it.
    """
    inside = set(group)
    met = {operand for node in group for operand in graph.operands[node]}
    queue = [-node for node in met]
    heapify(queue)
    while queue:
        node = -heappop(queue)
        if node in inside or node == graph.output:
            continue
        if inside.issuperset(graph.users_of(node)) and not _stays(graph, node, places):
            inside.add(node)
            for operand in graph.operands[node]:
                if operand not in met:
                    met.add(operand)
                    heappush(queue, -operand)
    return tuple(sorted(inside - {max(group)}))


def _stays(graph: Graph, node: int, places: Places) -> bool:
    if places:
        return places.is_neuron(node)
    return graph.is_leaf(node) and node not in graph.constants
