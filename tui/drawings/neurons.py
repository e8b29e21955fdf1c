"""Which neurons of a network are drawn, with which of the weights that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from backprop_tui.engine import Graph, Trace
from backprop_tui.engine.calculus.route import Route
from backprop_tui.engine.network.lowering import weight_name
from backprop_tui.engine.network.network import Network
from backprop_tui.engine.network.places import Place, neuron_node, sample_ending
from backprop_tui.engine.text.memo import memoized

from ..layout import Edge
from .drawn import MOST_BOXES, MOST_WIRES

WHOLE_LAYER = 10
"""Neurons of a layer up to which a network is drawn whole."""

Windows = tuple[range, ...]
"""By layer from the first: the neurons shown, from 1."""


class Cell(NamedTuple):
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

    cells: dict[int, Cell]
    edges: tuple[Edge, ...]
    windows: Windows

    def box_of(self, place: Place | None, graph: Graph, ending: str) -> int | None:
        """The box at a place; None where it is not drawn."""
        if place is None:
            return None
        if place.layer > len(self.windows):
            return graph.by_name[f"C{ending}"]
        if place.neuron not in self.windows[place.layer - 1]:
            return None
        return neuron_node(graph, place.layer, place.neuron, ending)


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
    network = trace.network
    assert network is not None
    return _neurons(trace.sweep.route, network.sizes, sample_ending(trace, sample), shown)


@memoized(64)
def _neurons(route: Route, sizes: tuple[int, ...], ending: str, shown: Windows) -> Neurons:
    graph = route.graph
    by_name = graph.by_name
    cells = [_input(by_name[f"x{k}{ending}"], k) for k in shown[0]]
    for layer in range(2, len(sizes) + 1):
        cells += [_neuron(graph, layer, j, ending, shown, sizes) for j in shown[layer - 1]]
    last = [neuron_node(graph, len(sizes), j, ending) for j in shown[-1]]
    targets = tuple(by_name[f"y{j}{ending}"] for j in shown[-1])
    cost = by_name[f"C{ending}"]
    left_out = sizes[-1] - len(last)
    whole = graph.output if ending else None
    cells.append(
        Cell("C", len(sizes) + 1, 1, cost, cost, targets, tuple(last), None, left_out, whole)
    )
    edges = []
    for cell in cells:
        if cell.letter == "C":
            edges += [Edge(node, cell.node, slot) for slot, node in enumerate(last)]
        elif cell.letter == "a":
            before = [neuron_node(graph, cell.layer - 1, k, ending) for k in shown[cell.layer - 2]]
            edges += [Edge(node, cell.node, slot) for slot, node in enumerate(before)]
    return Neurons({cell.node: cell for cell in cells}, tuple(edges), shown)


def _input(node: int, k: int) -> Cell:
    return Cell("x", 1, k, node, node, (), (), None, 0)


def _neuron(
    graph: Graph, layer: int, j: int, ending: str, shown: Windows, sizes: tuple[int, ...]
) -> Cell:
    sources = shown[layer - 2]
    total = graph.by_name[f"z{layer}_{j}{ending}"]
    return Cell(
        "a", layer, j,
        neuron_node(graph, layer, j, ending),
        total,
        tuple(graph.by_name[weight_name(layer, j, k)] for k in sources),
        tuple(graph.operands[total][k - 1] for k in sources),
        graph.by_name[f"b{layer}_{j}"],
        sizes[layer - 2] - len(sources),
    )  # fmt: skip
