"""The layout: layers from the output, seats in them, tracks between them, then cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count, pairwise

from .channel import Channel, Net, route
from .diagram import Box, Cell, Diagram, Edge, Wire
from .order import Layers, Link, Seat, given_order, layers_of, links_of, ordered
from .spread import Ports, positions

SPACIOUS = 4
"""Tracks up to which they stand apart."""

Size = tuple[int, int]
"""Columns and rows of a box, borders included."""


def layout(
    nodes: Sequence[int],
    edges: Sequence[Edge],
    sizes: Mapping[int, Size],
    *,
    across: bool = True,
    dense: bool = False,
    in_order: bool = False,
) -> Diagram:
    """A drawing of nodes in evaluation order and their edges, one for each (user, slot).

    With `across`, operands stand to the left of their users, else below them; `dense` leaves no
    room between wires; `in_order` keeps the nodes of a layer as they were given. A box has room
    for the wires of its slots: `least_size` says how much. The same input gives the same drawing,
    and so does one that differs in the names of nodes and slots alone.
    """
    number = {node: index for index, node in enumerate(nodes)}
    slots: dict[int, list[int]] = {}
    for edge in edges:
        slots.setdefault(edge.user, []).append(edge.slot)
    rank = {user: {slot: i for i, slot in enumerate(sorted(used))} for user, used in slots.items()}
    alike = tuple(
        Edge(number[edge.operand], number[edge.user], rank[edge.user][edge.slot]) for edge in edges
    )
    shape = shape_of(tuple(sizes[node] for node in nodes), alike, across, dense, in_order)
    return Diagram(
        shape.width,
        shape.height,
        {node: shape.boxes[index] for node, index in number.items()},
        tuple(Wire(edge, wire.cells) for edge, wire in zip(edges, shape.wires, strict=True)),
        [[nodes[index] for index in layer] for layer in shape.layers],
        across,
        shape,
    )


@lru_cache(maxsize=32)
def shape_of(
    sizes: tuple[Size, ...], edges: tuple[Edge, ...], across: bool, dense: bool, in_order: bool
) -> Diagram:
    """The drawing of nodes that are numbered from 0, and so are the slots of each."""
    nodes = range(len(sizes))
    depth = layers_of(nodes, edges)
    links = links_of(depth, edges)
    order = given_order(depth, links) if in_order else ordered(depth, links)
    plan = _Plan(order, links, depth, sizes, across, dense)
    wires = tuple(Wire(edge, plan.cells(edge)) for edge in edges)
    boxes = {node: plan.box(node) for node in nodes}
    ends = [cell for wire in wires for cell in wire.cells]
    width = max([box.x + box.width for box in boxes.values()] + [x + 1 for x, _ in ends])
    height = max([box.y + box.height for box in boxes.values()] + [y + 1 for _, y in ends])
    layers = [[seat.node for seat in layer if not seat.passes] for layer in plan.layers]
    return Diagram(width, height, boxes, wires, layers, across)


def least_size(slots: int, across: bool) -> Size:
    """The smallest box with room for the wires of so many slots."""
    return (3, max(1, slots) + 2) if across else (2 * max(1, slots) + 1, 3)


@dataclass(frozen=True)
class _Plan:
    layers: Layers
    links: Sequence[Sequence[Link]]
    depth: Mapping[int, int]
    sizes: Sequence[Size]
    across: bool
    dense: bool

    @cached_property
    def slots(self) -> dict[int, list[int]]:
        """The slots of every user that has wires, ascending."""
        found: dict[int, list[int]] = {}
        for links in self.links:
            for link in links:
                if not link.above.passes:
                    found.setdefault(link.above.node, []).append(link.slot)
        return {node: sorted(slots) for node, slots in found.items()}

    @cached_property
    def ports(self) -> Ports:
        found: dict[tuple[Seat, int], int] = {}
        for seat in (seat for layer in self.layers for seat in layer):
            if seat.passes:
                found[seat, 0] = found[seat, -1] = 0
                continue
            size, slots = self.breadth(seat), self.slots.get(seat.node, [])
            found[seat, -1] = 1 if self.across else size // 2
            for index, slot in enumerate(slots):
                inside = (2 * index + 1) * size // (2 * len(slots))
                found[seat, slot] = 1 + index if self.across else inside
        return found

    @cached_property
    def positions(self) -> dict[Seat, int]:
        """The first cell of every seat across its layer."""
        seats = [seat for layer in self.layers for seat in layer]
        sizes = {seat: self.breadth(seat) for seat in seats}
        return positions(self.layers, self.links, sizes, self.ports, 1 if self.across else 2)

    @cached_property
    def channels(self) -> list[Channel]:
        """The routed wires into each layer from the one below."""
        return [route(self.nets(links), self.free) for links in self.links]

    @cached_property
    def starts(self) -> list[int]:
        """The first cell of every layer along the way from the leaves to the output."""
        found = [0] * len(self.layers)
        position = 0
        for layer in reversed(range(len(self.layers))):
            found[layer] = position
            if layer:
                position += self.lengths[layer] + self.room(self.channels[layer - 1])
        return found

    def breadth(self, seat: Seat) -> int:
        """The cells of a seat across its layer."""
        return 1 if seat.passes else self.sizes[seat.node][self.across]

    @cached_property
    def lengths(self) -> list[int]:
        """The cells of every layer along the way: those of its largest box."""
        return [
            max((self.sizes[p.node][not self.across] for p in layer if not p.passes), default=1)
            for layer in self.layers
        ]

    def room(self, channel: Channel) -> int:
        """The cells between two layers: side by side every second one holds a track."""
        return self.pitch(channel) * channel.tracks + 1 if self.across else max(1, channel.tracks)

    def pitch(self, channel: Channel) -> int:
        """The cells from one track to the next: side by side two, where they are few."""
        return 2 if self.across and not self.dense and channel.tracks <= SPACIOUS else 1

    def nets(self, links: Sequence[Link]) -> dict[int, Net]:
        ends: dict[Seat, list[int]] = {}
        for link in links:
            pin = self.positions[link.above] + self.ports[link.above, link.slot]
            ends.setdefault(link.below, []).append(pin)
        return {
            seat.node: Net(self.positions[seat] + self.ports[seat, -1], tuple(sorted(pins)))
            for seat, pins in ends.items()
        }

    def free(self, used: set[int]) -> int:
        return next(cell for cell in count() if cell not in used)

    def box(self, node: int) -> Box:
        layer, start = self.depth[node], self.positions[Seat(node)]
        along = self.starts[layer]
        if self.across:
            return Box(along, start, self.lengths[layer], self.sizes[node][1])
        height = self.sizes[node][1]
        return Box(start, self.total - along - height, self.sizes[node][0], height)

    @cached_property
    def total(self) -> int:
        """The cells along the whole way."""
        return self.starts[0] + self.lengths[0]

    def cells(self, edge: Edge) -> tuple[Cell, ...]:
        """The cells at which an edge's wire begins, bends and ends."""
        node, layer = Seat(edge.operand), self.depth[edge.operand]
        size = self.sizes[edge.operand][1]
        at = self.positions[node] + self.ports[node, -1]
        along = self.starts[layer] + (self.lengths[layer] if self.across else size)
        bends = [(along, at)]
        for above in range(layer - 1, self.depth[edge.user] - 1, -1):
            last = above == self.depth[edge.user]
            seat = Seat(edge.user) if last else Seat(edge.operand, above)
            target = self.positions[seat] + self.ports[seat, edge.slot if last else 0]
            first = self.starts[above] - self.room(self.channels[above])
            trunks = self.channels[above].trunks[edge.operand]
            for index, (track, trunk) in enumerate(trunks):
                offset = first + self.pitch(self.channels[above]) * track + self.across
                to = target if index == len(trunks) - 1 else trunk.ends[0]
                bends += [(offset, at), (offset, to)]
                at = to
        bends.append((self.starts[self.depth[edge.user]] - 1, at))
        return tuple(map(self.cell, _straightened(bends)))

    def cell(self, point: Cell) -> Cell:
        along, position = point
        return (along, position) if self.across else (position, self.total - 1 - along)


def _straightened(bends: Sequence[Cell]) -> list[Cell]:
    """The points without repetitions, and without those at which nothing bends."""
    points = [bends[0], *(b for a, b in pairwise(bends) if a != b)]
    inner = [
        here
        for before, here, after in zip(points, points[1:], points[2:], strict=False)
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1])
    ]
    return [points[0], *inner, *points[1:][-1:]]
