"""Which part of a graph is drawn: all of it, or what is around a node; folded nodes as one box."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from ..layout import Edge
from .folding import Folded

WHOLE = 500
"""Nodes up to which a graph is drawn whole."""
SIDE = 8
"""Users, and operands, of one node that are drawn of a larger one."""


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
    seen: Folded

    @property
    def left_out(self) -> int:
        """How many nodes of what is seen are not drawn."""
        return len(self.seen.nodes) - len(set(self.nodes.values()))

    def box_of(self, node: int) -> int | None:
        """A box of the node, or of the one that stands for it, if it is drawn."""
        place = self.seen.box(node)
        if place in self.nodes:
            return place
        return next((box for box in self.boxes if self.nodes[box] == place), None)


def drawn_around(seen: Folded, node: int, reach: int, leaves_apart: bool) -> Drawn:
    """What is drawn around a node: mostly the same for its next, so that the drawing stays.

    It is the part around one node of so many, unless a neighbour is left out there.
    """
    block, box = reach // 4, seen.box(node)
    place = bisect_left(seen.nodes, box) // block * block + block // 2
    center = seen.nodes[min(place, len(seen.nodes) - 1)]
    shared = drawn(seen, center, reach, leaves_apart)
    if {box, *_neighbours(seen, box)}.issubset(shared.nodes.values()):
        return shared
    return drawn(seen, node, reach, leaves_apart)


@lru_cache(maxsize=4)
def drawn(seen: Folded, center: int | None, reach: int, leaves_apart: bool) -> Drawn:
    """What is drawn of a graph: around `center`, the nearest `reach` nodes; all when None.

    With `leaves_apart` every use of a leaf has a box of its own.
    """
    graph = seen.graph
    chosen = set(seen.nodes) if center is None else _near(seen, center, reach)
    boxes, nodes, edges = [], {}, []
    copies = len(graph)
    for node in sorted(chosen):
        used = [(slot, operand) for slot, operand in seen.operands(node) if operand in chosen]
        for slot, operand in used:
            box = operand
            if leaves_apart and graph.is_leaf(operand):
                box, copies = copies, copies + 1
                boxes.append(box)
                nodes[box] = operand
            edges.append(Edge(box, node, slot))
        if not (leaves_apart and graph.is_leaf(node) and len(graph.users_of(node))):
            boxes.append(node)
            nodes[node] = node
    return Drawn(tuple(boxes), nodes, tuple(edges), seen)


def _near(seen: Folded, center: int, reach: int) -> set[int]:
    """The nodes nearest to one, by the number of edges between them.

    No way leads through a node with very many users: they have little else in common.
    """
    start = seen.box(center)
    found, queue = {start}, deque([start])
    while queue and len(found) < reach:
        node = queue.popleft()
        for other in _neighbours(seen, node):
            if other not in found and len(found) < reach:
                found.add(other)
                if len(seen.graph.users_of(other)) <= SIDE:
                    queue.append(other)
    return found


def _neighbours(seen: Folded, node: int) -> Iterator[int]:
    """The users and operands of a node; of very many the first, so that other parts have room."""
    yield from islice(seen.users(node), SIDE)
    yield from islice((operand for _, operand in seen.operands(node)), SIDE)
