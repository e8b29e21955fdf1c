"""Where the nodes of a network's graph belong: to a weight, a bias, a neuron, or the cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .lowering import ending, weight_name

if TYPE_CHECKING:
    from ..language.graph import Graph
    from ..tracing.trace import Trace

WEIGHT = re.compile(r"w(\d+)_(\d+)_(\d+)")
NEURON = re.compile(r"([zab])(\d+)_(\d+)(?:_s(\d+))?")
INPUT = re.compile(r"([xy])(\d+)(?:_s(\d+))?")
COST = re.compile(r"C(?:_s(\d+))?")
PARAMETERS = "wb"
"""The letters of what all samples share."""


class Place(NamedTuple):
    """What a node of a network is: its letter, and the numbers of its place, from 1."""

    letter: str
    """`w`, `b`, `z`, `a`, `x` or `y`; `C` for the cost."""
    layer: int
    """L + 1 for targets and the cost."""
    neuron: int
    source: int = 0
    """The neuron of the layer before, for a weight."""
    sample: int = 1


def place_of(name: str, layers: int) -> Place | None:
    """The place of a name in a network of so many layers; None for other names."""
    if match := WEIGHT.fullmatch(name):
        return Place("w", *map(int, match.groups()))
    if match := NEURON.fullmatch(name):
        letter, layer, neuron, sample = match.groups()
        return Place(letter, int(layer), int(neuron), 0, int(sample or 1))
    if match := INPUT.fullmatch(name):
        letter, index, sample = match.groups()
        return Place(letter, 1 if letter == "x" else layers + 1, int(index), 0, int(sample or 1))
    if match := COST.fullmatch(name):
        return Place("C", layers + 1, 1, 0, int(match[1] or 1))
    return None


def place_at(trace: Trace, node: int) -> Place | None:
    """The place of a node: a product is at its weight, another unnamed node at its user's."""
    network, graph = trace.network, trace.graph
    if network is None:
        return None
    here: int | None = node
    weight: Place | None = None
    while here is not None:
        name = graph.names.get(here)
        place = place_of(name, network.layers) if name else None
        if place is not None:
            return weight._replace(sample=place.sample) if weight else place
        weight = weight or _weight(graph, here, network.layers)
        here = next(iter(graph.users_of(here)), None)
    return None


def neuron_node(graph: Graph, layer: int, neuron: int, ending: str) -> int:
    """The node of a neuron's activation; of the input for layer 1."""
    name = f"x{neuron}{ending}" if layer == 1 else f"a{layer}_{neuron}{ending}"
    return graph.by_name[name]


def node_of(trace: Trace, place: Place) -> int:
    """The named node of a place: of a neuron its activation, of a sample its cost."""
    ending = sample_ending(trace, place.sample)
    if place.letter in "zax":
        return neuron_node(trace.graph, place.layer, place.neuron, ending)
    name = {
        "w": weight_name(place.layer, place.neuron, place.source),
        "b": f"b{place.layer}_{place.neuron}",
        "y": f"y{place.neuron}{ending}",
        "C": f"C{ending}",
    }[place.letter]
    return trace.graph.by_name[name]


def sample_ending(trace: Trace, sample: int) -> str:
    """What the names of a sample, from 1, end in."""
    assert trace.network is not None
    return ending(trace.network, sample)


def all_layers(trace: Trace) -> list[tuple[int, ...]]:
    """The neurons of every layer after the input, sample by sample."""
    assert trace.network is not None
    return [
        _neurons(trace, layer, sample)
        for sample in range(1, len(trace.network.inputs) + 1)
        for layer in range(2, trace.network.layers + 1)
    ]


def neurons_beside(trace: Trace, node: int) -> tuple[int, ...]:
    """The neurons of the layer in which a neuron stands; nothing for another node."""
    name, network = trace.graph.names.get(node), trace.network
    place = place_of(name, network.layers) if name and network else None
    if place is None or place.letter not in "za":
        return ()
    found = _neurons(trace, place.layer, place.sample)
    return found if node in found else ()


def is_neuron(graph: Graph, node: int) -> bool:
    """True for an input, and for the activation of a neuron, which may be its weighted sum too."""
    name = graph.names.get(node, "")
    place = place_of(name, 0)
    if place is None or place.letter not in "xza":
        return False
    return place.letter == "x" or graph.by_name.get(f"a{name[1:]}") == node


def sample_of(trace: Trace, node: int) -> int | None:
    """The sample that a node belongs to, from 1; None for what all samples share."""
    if trace.network is None or len(trace.network.inputs) < 2:
        return None
    name = trace.graph.names.get(node, "")
    if node == trace.graph.output or name[:1] in (*PARAMETERS,):
        return None
    place = place_at(trace, node)
    return place.sample if place is not None else None


def sample_seen(trace: Trace, node: int) -> int | None:
    """The sample at which a node is seen: its own, or for the cost of all that which comes next."""
    if node != trace.graph.output:
        return sample_of(trace, node)
    following = trace.sweep.route.order[1:2]
    return sample_of(trace, following[0]) if following else None


def _neurons(trace: Trace, layer: int, sample: int) -> tuple[int, ...]:
    assert trace.network is not None
    ending = sample_ending(trace, sample)
    neurons = range(1, trace.network.sizes[layer - 1] + 1)
    return tuple(neuron_node(trace.graph, layer, neuron, ending) for neuron in neurons)


def _weight(graph: Graph, node: int, layers: int) -> Place | None:
    """The weight that a product multiplies with, if it does."""
    first = graph.names.get(graph.operands[node][0]) if graph.operands[node] else None
    place = place_of(first, layers) if first else None
    return place if place is not None and place.letter == "w" else None
