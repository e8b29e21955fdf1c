"""Which layer each node stands in, and in which order: few crossings, few long wires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .diagram import Edge

ROUNDS = 8
"""How often the layers are ordered anew, downward and upward in turn."""
EXCHANGES = 2
"""After how many of the last rounds neighbours are exchanged one by one."""
WIDEST = 60
"""Seats in a layer up to which that is done."""


class Seat(NamedTuple):
    """A node in a layer, or the wire of a node that passes through it."""

    node: int
    layer: int | None = None
    """The layer that its wire passes through; None for the node itself."""

    @property
    def passes(self) -> bool:
        """True for a wire that passes."""
        return self.layer is not None


class Link(NamedTuple):
    """A piece of a wire between two layers next to each other."""

    below: Seat
    """Nearer to the leaves."""
    above: Seat
    slot: int
    """The operand slot, 0 where the wire passes."""


Layers = list[list[Seat]]


def layers_of(nodes: Sequence[int], edges: Sequence[Edge]) -> dict[int, int]:
    """The layer of every node: 0 for those without users, else one beyond its farthest user.

    A leaf therefore stands beside its user. `nodes` are in evaluation order.
    """
    depth = dict.fromkeys(nodes, 0)
    by_user: dict[int, list[int]] = {}
    for edge in edges:
        by_user.setdefault(edge.user, []).append(edge.operand)
    for user in reversed(nodes):
        for operand in by_user.get(user, ()):
            depth[operand] = max(depth[operand], depth[user] + 1)
    return depth


def links_of(depth: Mapping[int, int], edges: Sequence[Edge]) -> list[list[Link]]:
    """For each layer but the last, the links that lead into it from the one below.

    A node that is used in layers far away passes through those in between once.
    """
    found: list[list[Link]] = [[] for _ in range(max(depth.values(), default=0))]
    reach: dict[int, int] = {}
    for edge in edges:
        layer = depth[edge.user]
        near = layer + 1 == depth[edge.operand]
        below = Seat(edge.operand, None if near else layer + 1)
        found[layer].append(Link(below, Seat(edge.user), edge.slot))
        if not near:
            reach[edge.operand] = min(layer + 1, reach.get(edge.operand, layer + 1))
    for node, highest in reach.items():
        for layer in range(highest, depth[node]):
            below = Seat(node, layer + 1 if layer + 1 < depth[node] else None)
            found[layer].append(Link(below, Seat(node, layer), 0))
    return found


def ordered(depth: Mapping[int, int], links: Sequence[Sequence[Link]]) -> Layers:
    """The seats of every layer in an order with few crossings.

    Barycentres, then exchanges of neighbours: Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11
    (1981) 109.
    """
    layers = _first_order(depth, links)
    best, fewest = layers, _crossings(layers, links)
    for turn in range(ROUNDS):
        if not fewest:
            break
        layers = [list(layer) for layer in layers]
        downward = turn % 2 == 0
        for layer in range(len(links)) if downward else reversed(range(len(links))):
            _sort_by_neighbours(layers, links[layer], layer, downward)
        if turn >= ROUNDS - EXCHANGES:
            _exchange(layers, links)
        count = _crossings(layers, links)
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
    return best


def given_order(depth: Mapping[int, int], links: Sequence[Sequence[Link]]) -> Layers:
    """The nodes of every layer as they were given, then the wires that pass."""
    layers: Layers = [[] for _ in range(len(links) + 1)]
    for node, layer in depth.items():
        layers[layer].append(Seat(node))
    for layer, here in enumerate(links, 1):
        layers[layer] += dict.fromkeys(link.below for link in here if link.below.passes)
    return layers


def _first_order(depth: Mapping[int, int], links: Sequence[Sequence[Link]]) -> Layers:
    """The order in which a walk from the outputs, operands by slot, meets the seats."""
    layers: Layers = [[] for _ in range(len(links) + 1)]
    layers[0] = [Seat(node) for node, layer in depth.items() if layer == 0]
    for layer, here in enumerate(links):
        roots = [Seat(node) for node, d in depth.items() if d == layer + 1]
        position = {seat: i for i, seat in enumerate(layers[layer])}
        met = sorted(here, key=lambda link: (position[link.above], link.slot))
        layers[layer + 1] = list(dict.fromkeys([*(link.below for link in met), *roots]))
    return layers


def _sort_by_neighbours(layers: Layers, links: Sequence[Link], layer: int, downward: bool) -> None:
    """Orders one layer by the mean position of what each seat is linked to in the other."""
    still, moved = (layer, layer + 1) if downward else (layer + 1, layer)
    position = {seat: float(i) for i, seat in enumerate(layers[still])}
    sums: dict[Seat, list[float]] = {}
    for link in links:
        here, there = (link.below, link.above) if downward else (link.above, link.below)
        # Wires enter a user slot by slot, and leave an operand at one pin: a thousandth of a place
        # puts operands of one user in that order and, up to a thousand, before none of another's.
        sums.setdefault(here, []).append(position[there] + (link.slot / 1000 if downward else 0))
    old = {seat: i for i, seat in enumerate(layers[moved])}
    means = {seat: sum(found) / len(found) for seat, found in sums.items()}
    layers[moved].sort(key=lambda seat: (means.get(seat, float(old[seat])), old[seat]))


def _exchange(layers: Layers, links: Sequence[Sequence[Link]]) -> None:
    """Exchanges neighbours in a layer while that takes crossings away."""
    for index, layer in enumerate(layers):
        if len(layer) > WIDEST:
            continue
        sides = _sides(layers, links, index)
        improved = True
        while improved:
            improved = False
            for i in range(len(layer) - 1):
                left, right = layer[i], layer[i + 1]
                now = sum(_pairs(side.get(left, ()), side.get(right, ())) for side in sides)
                then = sum(_pairs(side.get(right, ()), side.get(left, ())) for side in sides)
                if then < now:
                    layer[i], layer[i + 1] = right, left
                    improved = True


def _sides(
    layers: Layers, links: Sequence[Sequence[Link]], index: int
) -> list[dict[Seat, list[float]]]:
    """For both neighbouring layers: the positions that each seat of this one is linked to."""
    found = []
    if index > 0:
        above = {seat: float(i) for i, seat in enumerate(layers[index - 1])}
        side: dict[Seat, list[float]] = {}
        for link in links[index - 1]:
            side.setdefault(link.below, []).append(above[link.above] + link.slot / 1000)
        found.append(side)
    if index < len(links):
        below = {seat: float(i) for i, seat in enumerate(layers[index + 1])}
        side = {}
        for link in links[index]:
            side.setdefault(link.above, []).append(below[link.below])
        found.append(side)
    return found


def _pairs(first: Sequence[float], second: Sequence[float]) -> int:
    """How many links cross when the seat of the first stands before that of the second."""
    return sum(a > b for a in first for b in second)


def _crossings(layers: Layers, links: Sequence[Sequence[Link]]) -> int:
    return sum(_crossings_between(layers, here, layer) for layer, here in enumerate(links))


def _crossings_between(layers: Layers, links: Sequence[Link], layer: int) -> int:
    """The crossings of straight links: inversions, counted by a tree of partial sums."""
    above = {seat: i for i, seat in enumerate(layers[layer])}
    below = {seat: i for i, seat in enumerate(layers[layer + 1])}
    ends = sorted((above[link.above], link.slot, below[link.below]) for link in links)
    size = len(below) + 1
    tree, crossings = [0] * (size + 1), 0
    for seen, (_, _, position) in enumerate(ends):
        crossings += seen - _prefix(tree, position + 1)
        index = position + 1
        while index <= size:
            tree[index] += 1
            index += index & -index
    return crossings


def _prefix(tree: Sequence[int], index: int) -> int:
    total = 0
    while index:
        total += tree[index]
        index -= index & -index
    return total
