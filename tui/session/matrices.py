"""The selection as it moves through the matrices of a network's layers."""

from __future__ import annotations

from backprop_tui.engine.network.lowering import weight_name
from backprop_tui.engine.network.places import place_at, sample_ending

from .session import Session


def beside_in_layers(session: Session, rows: int) -> Session:
    """With the selection moved by so many rows of the matrices, the last layer's first.

    It stays in its column: a weight leads to a weight, a bias to a bias, z to z, all else to a.
    """
    network, place = session.trace.network, place_at(session.trace, session.selected)
    if network is None:
        return session
    layers = range(network.layers, 1, -1)
    neurons = [(layer, j + 1) for layer in layers for j in range(network.sizes[layer - 1])]
    letter, row = "a", -1
    if place is not None and place.layer <= network.layers:
        letter = place.letter
        row = neurons.index((place.layer, place.neuron)) if place.layer > 1 else len(neurons)
    row = min(max(row + rows * session.times, 0), len(neurons) - 1)
    layer, neuron = neurons[row]
    graph, ending = session.graph, sample_ending(session.trace, session.sample_shown)
    if letter == "w" and place is not None:
        source = min(place.source, network.sizes[layer - 2])
        return session.choose(graph.by_name[weight_name(layer, neuron, source)])
    if letter == "b":
        return session.choose(graph.by_name[f"b{layer}_{neuron}"])
    stem = "z" if letter == "z" else "a"
    return session.choose(graph.by_name[f"{stem}{layer}_{neuron}{ending}"])
