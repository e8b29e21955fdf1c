"""The selection as it moves through the matrices of a network's layers."""

from __future__ import annotations

from backprop_tui.engine.network.places import Place

from .session import Session


def beside_in_layers(session: Session, rows: int) -> Session:
    """With the selection moved by so many rows of the matrices, the last layer's first.

    It stays in its column: a weight leads to a weight, a bias to a bias, z to z, all else to a.
    """
    places, sizes = session.trace.places, session.trace.places.sizes
    place = places.get(session.selected)
    if place is None:
        return session
    layers = range(len(sizes), 1, -1)
    neurons = [(layer, j + 1) for layer in layers for j in range(sizes[layer - 1])]
    letter, row = "a", -1
    if place.layer <= len(sizes):
        letter = place.letter
        row = neurons.index((place.layer, place.neuron)) if place.layer > 1 else len(neurons)
    row = min(max(row + rows * session.times, 0), len(neurons) - 1)
    layer, neuron = neurons[row]
    if letter == "w":
        source = min(place.source, sizes[layer - 2])
        return session.choose(places.weights(layer, neuron)[source - 1])
    letter = letter if letter in "bz" else "a"
    return session.choose(places.node(Place(letter, layer, neuron, 0, session.cursor.sample)))
