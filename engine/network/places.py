"""Where the nodes of a network's graph belong: to a weight, a bias, a neuron, or the cost."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from ..text.frozen import Unchanging

PARAMETERS = "wb"
"""The letters of what all samples share."""
SAMPLED = "xy"
"""The letters of what a sample gives."""
ALL = 0
"""In place of a sample's number: that of the cost of all of several samples."""


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


Layers = tuple[Sequence[int], ...]
"""Nodes by layer, then by neuron."""


@dataclass(frozen=True)
class Places(Unchanging, Mapping[int, Place]):
    """The place of every node of a network's graph, and the nodes of its places.

    A product is at its weight, and what else has no place of its own where its value goes. The
    statements of the program follow one another in the graph, each node of one in that order:
    of a weighted sum all weights (where they are new), inputs (where they are new) and products
    by turns, the bias (where it is new), the sum.
    """

    sizes: tuple[int, ...] = ()
    ends: Sequence[int] = ()
    """The last node of each statement, ascending."""
    stated: Sequence[Place] = ()
    """What each statement computes, or a part of."""
    sums: tuple[Layers, ...] = ()
    """The weighted sums by sample and layer, from the second on."""
    neurons: tuple[Layers, ...] = ()
    """The activations by sample and layer, from the first on, whose are the inputs."""
    targets: Layers = ()
    """By sample."""
    costs: tuple[int, ...] = ()
    """By sample; last that of all of several samples."""

    def __hash__(self) -> int:
        return hash((self.sizes, self.costs))

    def __getitem__(self, node: int) -> Place:
        index = bisect_left(self.ends, node)
        if node < 0 or index == len(self.ends):
            raise KeyError(node)
        place = self.stated[index]
        if place.letter == "z":
            return self._in_sum(node, place)
        if place.letter == "C" and place.sample and node in self.targets[place.sample - 1]:
            neuron = self.targets[place.sample - 1].index(node) + 1
            return Place("y", place.layer, neuron, 0, place.sample)
        return place

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def __len__(self) -> int:
        return self.ends[-1] + 1 if self.ends else 0

    @property
    def samples(self) -> int:
        """How many samples the graph has."""
        return len(self.targets)

    def node(self, place: Place) -> int:
        """The node of a place; of a weight and a bias the leaf that all samples share."""
        letter, layer, neuron, source, sample = place
        if letter == "w":
            return self.weights(layer, neuron)[source - 1]
        if letter == "b":
            return self.sums[0][layer - 2][neuron - 1] - 1
        if letter == "z":
            return self.sums[sample - 1][layer - 2][neuron - 1]
        if letter == "y":
            return self.targets[sample - 1][neuron - 1]
        if letter == "C":
            return self.costs[sample - 1]
        return self.neurons[sample - 1][layer - 1][neuron - 1]

    def weights(self, layer: int, neuron: int) -> range:
        """The weights that lead to a neuron, by the neuron of the layer before."""
        return self._column(layer, neuron, 1, 0)

    def products(self, layer: int, neuron: int, sample: int) -> range:
        """The products of these weights in a sample."""
        return self._column(layer, neuron, sample, -1)

    def parameters(self) -> Iterator[int]:
        """The unrolled vector: per layer all w (j, then k), then all b."""
        for layer, size in enumerate(self.sizes[1:], 2):
            yield from chain.from_iterable(self.weights(layer, j) for j in range(1, size + 1))
            yield from (total - 1 for total in self.sums[0][layer - 2])

    def biases(self) -> Iterator[int]:
        """The biases, layer by layer."""
        return (total - 1 for layer in chain.from_iterable(self.sums[:1]) for total in layer)

    def is_neuron(self, node: int) -> bool:
        """True for an input, and for an activation, which may be its weighted sum too."""
        place = self.get(node)
        if place is None or place.letter not in "xza":
            return False
        return self.neurons[place.sample - 1][place.layer - 1][place.neuron - 1] == node

    def beside(self, node: int) -> Sequence[int]:
        """The neurons of the layer in which a neuron stands; nothing for another node."""
        place = self.get(node)
        if place is None or place.layer == 1 or not self.is_neuron(node):
            return ()
        return self.neurons[place.sample - 1][place.layer - 1]

    def sample_of(self, node: int) -> int | None:
        """The sample that a node belongs to, from 1; None for what all samples share."""
        place = self.get(node) if self.samples > 1 else None
        is_shared = place is None or (place.letter in PARAMETERS and self.node(place) == node)
        return None if is_shared or place is None else place.sample or None

    def in_sample(self, node: int, sample: int) -> int:
        """The node that is in a sample what this one is in its own; itself where there is none."""
        place, index = self[node], bisect_left(self.ends, node)
        if place.letter in SAMPLED or place.sample == ALL:
            return self.node(place._replace(sample=sample))
        each = len(self.ends) // self.samples
        states = self.ends[index] == node
        return self.ends[index + (sample - place.sample) * each] if states else node

    def _in_sum(self, node: int, place: Place) -> Place:
        """The place of a node of the statement of a weighted sum."""
        _, layer, neuron, _, sample = place
        if sample == 1 and node == self.sums[0][layer - 2][neuron - 1] - 1:
            return Place("b", layer, neuron)
        products = self.products(layer, neuron, sample)
        if node in products:
            return Place("w", layer, neuron, products.index(node) + 1, sample)
        if sample == 1 and node in (weights := self.weights(layer, neuron)):
            return Place("w", layer, neuron, weights.index(node) + 1)
        if node in (inputs := self.neurons[sample - 1][0]):
            return Place("x", 1, inputs.index(node) + 1, 0, sample)
        return place

    def _column(self, layer: int, neuron: int, sample: int, column: int) -> range:
        """Of the nodes that come by turns in the statement of a weighted sum, those of one kind."""
        kinds = 1 + (sample == 1) + (layer == 2 and neuron == 1)
        end = self.sums[sample - 1][layer - 2][neuron - 1] - (sample == 1)
        start = end - kinds * self.sizes[layer - 2]
        return range(start + column % kinds, end, kinds)


NOWHERE = Places()
"""Of a program that is no network's: no node has a place."""
