"""Which neurons of a network are drawn, with which of the weights that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from backprop_tui.engine import Trace
from backprop_tui.engine.calculus.route import Route
from backprop_tui.engine.network.network import Network
from backprop_tui.engine.network.places import Place, Places
from backprop_tui.engine.text.memo import memoized

from ..layout import Edge
from .extent import MOST_BOXES, MOST_WIRES

WHOLE_LAYER = 10
"""Neurons of a layer up to which a network is drawn whole."""

Windows = tuple[range, ...]
"""By layer from the first: the neurons shown, from 1."""


class Unit(NamedTuple):
    """A box among the neurons: an input, a neuron, or the cost."""

    letter: str
    """`x`, `a` or `C`."""
    layer: int
    neuron: int
    node: int
    """The node of x, a or C."""
    weighted_sum: int
    """The node of the weighted sum; of x and C the node itself."""
    rows: tuple[int, ...]
    """The nodes of the weights or targets beside its wires, from the top."""
    ways: tuple[int, ...]
    """What passes along its wires: the products of the weights; for C the activations."""
    bias: int | None
    left_out: int
    """How many of its wires are not shown."""
    whole: int | None = None
    """The node of the cost of all samples, in the box of the cost of one of several."""


@dataclass(frozen=True, eq=False)
class Neurons:
    """What is drawn of a network: boxes by the node of x, a or C, and the wires between them."""

    units: dict[int, Unit]
    edges: tuple[Edge, ...]
    windows: Windows

    def box_of(self, place: Place | None) -> int | None:
        """The box at a place; None where it is not drawn."""
        if place is None:
            return None
        if place.layer > len(self.windows):
            return next(reversed(self.units))
        here = (place.layer, place.neuron)
        return next((node for node, unit in self.units.items() if unit[1:3] == here), None)


def windows(network: Network, place: Place | None, room: int) -> Windows:
    """The neurons shown of each layer: in a wide network `room`, with a place or the first.

    Pages overlap by one neuron: so the next one is in sight, and most steps stay on a page.
    """
    around = dict.fromkeys(range(1, network.layers + 1), 1)
    if place is not None:
        last = min(place.layer, network.layers)
        around[last] = place.neuron
        if place.source:
            around[place.layer - 1] = place.source
    found = []
    is_wide, room = _room(network.sizes, room)
    page = max(1, room - 1)
    for layer, size in enumerate(network.sizes, 1):
        shown = min(room, size) if is_wide else size
        start = min((around[layer] - 1) // page * page, size - shown)
        found.append(range(start + 1, start + shown + 1))
    return tuple(found)


def _room(sizes: Sequence[int], room: int) -> tuple[bool, int]:
    """True where a network is too large to be drawn whole, and the neurons of each layer then."""
    is_wide = max(sizes) > WHOLE_LAYER
    while room > 1 and not _may_be_drawn([min(room, size) if is_wide else size for size in sizes]):
        is_wide, room = True, room // 2
    return is_wide, room


def _may_be_drawn(sizes: Sequence[int]) -> bool:
    wires = sum(one * other for one, other in pairwise(sizes))
    return sum(sizes) <= MOST_BOXES and wires <= MOST_WIRES


def neurons(trace: Trace, sample: int, shown: Windows) -> Neurons:
    """The boxes and wires of one sample."""
    return _neurons(trace.sweep.route, trace.places, sample, shown)


@memoized(64)
def _neurons(route: Route, places: Places, sample: int, shown: Windows) -> Neurons:
    layers = places.neurons[sample - 1]
    drawn = [[layer[j - 1] for j in some] for layer, some in zip(layers, shown, strict=True)]
    inputs = zip(shown[0], drawn[0], strict=True)
    units = [Unit("x", 1, k, node, node, (), (), None, 0) for k, node in inputs]
    for layer, some in enumerate(shown[1:], 2):
        units += [_neuron(places, Place("a", layer, j, 0, sample), shown[layer - 2]) for j in some]
    targets = tuple(places.targets[sample - 1][j - 1] for j in shown[-1])
    cost = places.costs[sample - 1]
    left_out = len(layers[-1]) - len(drawn[-1])
    whole = route.graph.output if places.samples > 1 else None
    ways = tuple(drawn[-1])
    units.append(Unit("C", len(layers) + 1, 1, cost, cost, targets, ways, None, left_out, whole))
    edges = [
        Edge(node, unit.node, slot)
        for unit in units if unit.layer > 1
        for slot, node in enumerate(drawn[unit.layer - 2])
    ]  # fmt: skip
    return Neurons({unit.node: unit for unit in units}, tuple(edges), shown)


def _neuron(places: Places, place: Place, sources: range) -> Unit:
    """The box of a neuron, with what comes from some of the layer before."""
    _, layer, neuron, _, sample = place
    weights, products = places.weights(layer, neuron), places.products(layer, neuron, sample)
    return Unit(
        "a", layer, neuron,
        places.node(place),
        places.node(place._replace(letter="z")),
        tuple(weights[k - 1] for k in sources),
        tuple(products[k - 1] for k in sources),
        places.node(place._replace(letter="b")),
        len(weights) - len(sources),
    )  # fmt: skip
