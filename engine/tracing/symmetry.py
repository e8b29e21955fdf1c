"""Neurons that begin alike and stay alike: they get the same gradients, and learn as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diagnosis.symptoms import Symptom
from ..network.places import Place, Places

REMEDY = 'begin with weights that differ, as init = "xavier" gives them'


def symmetric(values: Sequence[float], places: Places) -> Iterator[Symptom]:
    """A warning for each hidden layer all of whose neurons have the same weights on both sides."""
    sizes = places.sizes
    for layer in range(2, len(sizes)):
        if sizes[layer - 1] < 2 or not _is_alike(values, places, layer):
            continue
        leaves = (leaf for leaf in places.parameters() if places[leaf].letter == "w")
        is_zero = not any(values[leaf] for leaf in leaves)
        alike = f"the neurons of layer {layer} have the same weights and biases"
        which = "all weights of the network are 0" if is_zero else alike
        text = f"{which}, so that for symmetry the {sizes[layer - 1]} neurons of layer {layer} get "
        text += f"the same gradients, stay alike and learn as one: {REMEDY}"
        yield Symptom(places.node(Place("z", layer, 1)), "symmetry", text, REMEDY)


def _is_alike(values: Sequence[float], places: Places, layer: int) -> bool:
    """True where all neurons of a layer have the same weights before and behind them."""
    sizes = places.sizes
    first = _leading(places, layer, 1)
    others = (_leading(places, layer, j) for j in range(2, sizes[layer - 1] + 1))
    onward = (places.weights(layer + 1, k) for k in range(1, sizes[layer] + 1))
    return all(
        values[one] == values[other]
        for row in others
        for one, other in zip(first, row, strict=True)
    ) and all(values[row[0]] == values[leaf] for row in onward for leaf in row)


def _leading(places: Places, layer: int, neuron: int) -> list[int]:
    """The weights and the bias that lead to a neuron."""
    return [places.node(Place("b", layer, neuron)), *places.weights(layer, neuron)]
