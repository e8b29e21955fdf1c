"""A neural network: its layers, its cost and its samples."""

from __future__ import annotations

from typing import NamedTuple

from ..calculus.forward import whole
from ..text.errors import BackpropError
from ..text.words import briefly, counted
from .data import Data, Matrix, Vector

LISTED = 12
"""Layers that a short description counts."""


class Network(NamedTuple):
    """A network of fully connected layers. Layer 1 is the input; `weights[l - 2]` lead to layer l.

    Notation: Nielsen, Neural Networks and Deep Learning, ch. 2.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    """By layer from the second on."""
    cost: str
    reduction: str
    """How the costs of several samples become one: `mean` or `sum`."""
    weights: tuple[Matrix, ...]
    """`weights[l - 2][j - 1][k - 1]` is w^l_jk: to neuron j of layer l from neuron k of l - 1."""
    biases: tuple[Vector, ...]
    inputs: tuple[Vector, ...]
    """By sample."""
    targets: tuple[Vector, ...]
    data: Data | None = None
    """The data set of which `inputs` and `targets` are one row."""
    row: int = 1
    """The number of that row, from 1."""

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.sizes[:LISTED])) + ("-…" if self.layers > LISTED else "")
        return f"<Network of {sizes} neurons, {counted(len(self.inputs), 'sample')}>"

    @property
    def layers(self) -> int:
        """L, the number of layers, the input included."""
        return len(self.sizes)

    @property
    def weight_count(self) -> int:
        """n, the number of weights."""
        return sum(len(matrix) * len(matrix[0]) for matrix in self.weights)

    @property
    def bias_count(self) -> int:
        """m, the number of biases."""
        return sum(map(len, self.biases))


def no_row(row: object) -> BackpropError:
    """The error for a row of what has no data."""
    return BackpropError(f"there is no row {briefly(row)}: only a network with data has rows")


def with_row(network: Network, row: int) -> Network:
    """The same network at another row of its data. BackpropError for a row that there is not."""
    if network.data is None:
        raise no_row(row)
    inputs, targets, number = network.data.inputs, network.data.targets, whole(row)
    if number is None or not 1 <= number <= len(inputs):
        message = f"there is no row {briefly(row)}: the data have the rows 1 to {len(inputs)}"
        raise BackpropError(message)
    place = slice(number - 1, number)
    return network._replace(inputs=inputs[place], targets=targets[place], row=number)
