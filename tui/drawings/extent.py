"""Which part of a graph is drawn: all of it, or what is around a node; folded nodes as one box."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

from backprop_tui.engine.text.memo import memoized

from ..layout import Edge
from .folding import Folded

MOST_BOXES, MOST_WIRES, MOST_INTO_ONE = 500, 2_000, 200
"""What is drawn at most, in all and into one box of a part: more would take seconds to lay out,
and nobody could read it."""
SIDE = 8
"""Users, and operands, of one node that are drawn of a larger one; more where more is drawn."""


@dataclass(frozen=True, eq=False)
class Extent:
    """The boxes to draw, in evaluation order, and their wires.

    A box is a node's id, or beyond the ids the copy of a leaf beside one of its users.
    """

    boxes: tuple[int, ...]
    nodes: dict[int, int]
    """The node of every box."""
    edges: tuple[Edge, ...]
    """Between boxes; the slots of a folded node are the places in the list of what it uses."""
    seen: Folded
    cut: int = 0
    """How many wires between the boxes are not drawn, of nodes with very many."""
    copies: int = 0
    """How many boxes a leaf for each use would take; 0 where that is done or not asked."""

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


@memoized(1)
def is_whole(seen: Folded) -> bool:
    """True where a graph is small enough to be drawn whole."""
    if len(seen.nodes) > MOST_BOXES:
        return False
    wires = (1 for node in seen.nodes for _ in seen.operands(node))
    return sum(islice(wires, MOST_WIRES + 1)) <= MOST_WIRES


def extent_around(seen: Folded, node: int, reach: int, leaves_apart: bool) -> Extent:
    """What is drawn around a node: mostly the same for its next, so that the drawing stays.

    It is the part around one node of so many, unless a neighbour is left out there.
    """
    block, box = reach // 4, seen.box(node)
    place = bisect_left(seen.nodes, box) // block * block + block // 2
    center = seen.nodes[min(place, len(seen.nodes) - 1)]
    shared = extent(seen, center, reach, leaves_apart)
    if {box, *_neighbours(seen, box)}.issubset(shared.nodes.values()):
        return shared
    return extent(seen, node, reach, leaves_apart)


@memoized(4)
def extent(seen: Folded, center: int | None, reach: int, leaves_apart: bool) -> Extent:
    """What is drawn of a graph: around `center`, the nearest `reach` nodes; all when None.

    Fewer where they have too many wires. With `leaves_apart` every use of a leaf has a box of its
    own, as far as there may be so many.
    """
    chosen = set(seen.nodes) if center is None else _near(seen, center, reach)
    most = MOST_WIRES if center is None else MOST_INTO_ONE
    wires, cut = _wires(seen, chosen, most)
    while center is not None and len(wires) > MOST_WIRES:
        reach //= 2
        chosen = _near(seen, center, reach)
        wires, cut = _wires(seen, chosen, most)
    is_leaf = seen.graph.is_leaf
    uses = sum(is_leaf(wire.operand) for wire in wires) if leaves_apart else 0
    if uses and (copies := uses + sum(not is_leaf(node) for node in chosen)) <= MOST_BOXES:
        return _apart(seen, chosen, wires, cut)
    boxes = tuple(sorted(chosen))
    return Extent(boxes, dict(zip(boxes, boxes, strict=True)), tuple(wires), seen, cut,
                 copies if uses else 0)  # fmt: skip


def _wires(seen: Folded, chosen: Collection[int], most: int) -> tuple[list[Edge], int]:
    """The wires between the nodes chosen, by user and slot, and how many are cut.

    Cut are those beyond the `most` that lead into one node.
    """
    wires, cut = [], 0
    for node in sorted(chosen):
        found = [(slot, used) for slot, used in seen.operands(node) if used in chosen]
        wires += [Edge(used, node, slot) for slot, used in found[:most]]
        cut += len(found[most:])
    return wires, cut


def _apart(seen: Folded, chosen: Collection[int], wires: Sequence[Edge], cut: int) -> Extent:
    """The nodes chosen, with a box for every use of a leaf before its user."""
    graph = seen.graph
    by_user: dict[int, list[Edge]] = {}
    for wire in wires:
        by_user.setdefault(wire.user, []).append(wire)
    boxes: list[int] = []
    nodes, edges = {}, []
    copies = count(len(graph))
    for node in sorted(chosen):
        for wire in by_user.get(node, ()):
            box = wire.operand
            if graph.is_leaf(box):
                box = next(copies)
                boxes.append(box)
                nodes[box] = wire.operand
            edges.append(wire._replace(operand=box))
        if not (graph.is_leaf(node) and len(graph.users_of(node))):
            boxes.append(node)
            nodes[node] = node
    return Extent(tuple(boxes), nodes, tuple(edges), seen, cut)


def _near(seen: Folded, center: int, reach: int) -> set[int]:
    """The nodes nearest to one, by the number of edges between them.

    No way leads through a node with very many users: they have little else in common.
    """
    start = seen.box(center)
    found, queue = {start}, deque([start])
    while queue and len(found) < reach:
        node = queue.popleft()
        for other in _neighbours(seen, node, max(SIDE, reach // 10)):
            if other not in found and len(found) < reach:
                found.add(other)
                if len(seen.graph.users_of(other)) <= SIDE:
                    queue.append(other)
    return found


def _neighbours(seen: Folded, node: int, side: int = SIDE) -> Iterator[int]:
    """The users and operands of a node; of very many the first, so that other parts have room."""
    yield from islice(seen.users(node), side)
    yield from islice((operand for _, operand in seen.operands(node)), side)
