"""Which part of a graph is drawn: all of it, or what is around a node; folded nodes as one box."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from backprop_tui.engine import Graph
from backprop_tui.engine.route import Route

from .layout import Edge

WHOLE = 500
"""Nodes up to which a graph is drawn whole."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The boxes to draw, in evaluation order, and their wires.

    A box is a node's id, or beyond the ids the copy of a leaf beside one of its users.
    """

    boxes: tuple[int, ...]
    nodes: dict[int, int]
    """The node of every box."""
    edges: tuple[Edge, ...]
    """Between boxes; the slots of a folded node are the places in the list of what it uses."""
    folded: frozenset[int]
    left_out: int
    """How many nodes are not drawn."""

    def box_of(self, node: int) -> int | None:
        """A box of the node, if it is drawn."""
        return next((box for box in self.boxes if self.nodes[box] == node), None)


@lru_cache(maxsize=4)
def drawn(
    route: Route, folds: frozenset[int], center: int | None, reach: int, leaves_apart: bool
) -> Drawn:
    """What is drawn of a route's graph with some operations folded.

    Around `center`, the nearest `reach` nodes by users and operands; all when None. With
    `leaves_apart` every use of a leaf has a box of its own.
    """
    graph = route.graph
    operands = {node: _used(graph, node, folds) for node in _reached(graph, folds)}
    chosen = set(operands) if center is None else _near(graph, operands, center, reach)
    boxes, nodes, edges = [], {}, []
    for node in sorted(chosen):
        apart = leaves_apart and graph.is_leaf(node) and len(graph.users_of(node)) > 0
        if not apart:
            boxes.append(node)
            nodes[node] = node
        for slot, operand in enumerate(operands[node]):
            if operand not in chosen:
                continue
            box = operand
            if leaves_apart and graph.is_leaf(operand):
                box = len(graph) + graph.first_edge[node] + slot
                boxes.insert(max(0, len(boxes) - 1), box)
                nodes[box] = operand
            edges.append(Edge(box, node, slot))
    shown = frozenset(node for node in folds if node in chosen)
    return Drawn(tuple(boxes), nodes, tuple(edges), shown, len(graph) - len(set(nodes.values())))


def _reached(graph: Graph, folds: Collection[int]) -> list[int]:
    """The nodes that no fold hides, found from the output and from what nothing uses."""
    roots = [n for n in range(len(graph)) if n == graph.output or not len(graph.users_of(n))]
    seen, stack = set(roots), list(roots)
    while stack:
        for operand in _used(graph, stack.pop(), folds):
            if operand not in seen:
                seen.add(operand)
                stack.append(operand)
    return sorted(seen)


def _used(graph: Graph, node: int, folds: Collection[int]) -> tuple[int, ...]:
    """What a node is drawn as computed from: its operands, or all that a folded one rests on."""
    if node not in folds:
        return graph.operands[node]
    found: dict[int, None] = {}
    stack = list(reversed(graph.operands[node]))
    while stack:
        operand = stack.pop()
        if operand in graph.constants:
            continue
        if operand in graph.names:
            found[operand] = None
        else:
            stack += reversed(graph.operands[operand])
    return tuple(found)


def _near(graph: Graph, operands: dict[int, tuple[int, ...]], center: int, reach: int) -> set[int]:
    """The nodes nearest to one, by the number of edges between them."""
    users: dict[int, list[int]] = {node: [] for node in operands}
    for user, used in operands.items():
        for operand in used:
            users[operand].append(user)
    start = _visible(graph, operands, center)
    seen, queue = {start}, deque([start])
    while queue and len(seen) < reach:
        node = queue.popleft()
        around: Iterable[int] = (*users[node], *operands[node])
        for other in around:
            if other not in seen and len(seen) < reach:
                seen.add(other)
                queue.append(other)
    return seen


def _visible(graph: Graph, shown: Collection[int], node: int) -> int:
    """The node, or the nearest one above it where a fold hides it."""
    above = deque([node])
    while above[0] not in shown:
        above.extend(graph.users_of(above.popleft()))
    return above[0]
