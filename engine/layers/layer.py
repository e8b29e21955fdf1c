"""The layers of a traced network: weights, weighted sums, activations and their derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..network.lowering import endings, parameters_of, weight_name
from ..network.network import Network

if TYPE_CHECKING:
    from ..tracing.trace import Trace

Number = float | None
"""A derivative; None where nothing is sent to the node, or it has received nothing yet."""


class Layer(NamedTuple):
    """One layer from the second on, with the derivatives as the sweep stands.

    Matrices are [j][k], vectors [j]; what differs from sample to sample is [sample][j].
    """

    number: int
    activation: str
    weights: tuple[tuple[float, ...], ...]
    weight_gradients: tuple[tuple[Number, ...], ...]
    biases: tuple[float, ...]
    bias_gradients: tuple[Number, ...]
    z: tuple[tuple[float, ...], ...]
    a: tuple[tuple[float, ...], ...]
    delta: tuple[tuple[Number, ...], ...]
    """∂C/∂z."""
    a_gradients: tuple[tuple[Number, ...], ...] | None
    """∂C/∂a; None for a softmax under cross entropy, where C is computed from z."""


def layers(trace: Trace, position: int | None = None) -> list[Layer]:
    """The layers of a network's trace after so many contributions; after all when None."""
    network = trace.network
    assert network is not None
    return [_layer(trace, network, number, position) for number in range(2, network.layers + 1)]


def parameters(trace: Trace, position: int | None = None) -> list[tuple[str, float, Number]]:
    """The unrolled vector: name, value and gradient, per layer all w (j, then k), then all b."""
    network = trace.network
    assert network is not None
    return [
        (name, trace.bindings[name], derivative(trace, name, position))
        for name in parameters_of(network)
    ]


def weight_names(network: Network, number: int) -> list[list[str]]:
    """The names of the weights that lead to a layer, as [j][k]."""
    columns = range(1, network.sizes[number - 2] + 1)
    rows = range(1, network.sizes[number - 1] + 1)
    return [[weight_name(number, j, k) for k in columns] for j in rows]


def bias_names(network: Network, number: int) -> list[str]:
    """The names of the biases of a layer."""
    return [f"b{number}_{j}" for j in range(1, network.sizes[number - 1] + 1)]


def neuron_names(network: Network, number: int, letter: str) -> list[list[str]]:
    """The names of a layer's `z` or `a`, as [sample][j]; those of the input layer are x."""
    ends = endings(network)
    columns = range(1, network.sizes[number - 1] + 1)
    if number == 1:
        return [[f"x{k}{end}" for k in columns] for end in ends]
    return [[f"{letter}{number}_{j}{end}" for j in columns] for end in ends]


def derivative(trace: Trace, name: str, position: int | None = None) -> Number:
    """∂C by a named node as the sweep stands; None where nothing has been sent to it."""
    sweep = trace.sweep
    at = len(sweep.route.users) if position is None else position
    received = sweep.received(trace.graph.by_name[name], at)
    return received.adjoint if received is not None and received.begun else None


def is_sent(trace: Trace, name: str) -> bool:
    """True where the sweep sends something to a named node; never to what is held fixed."""
    return bool(trace.sweep.route.active[trace.graph.by_name[name]])


def is_from_sums(network: Network) -> bool:
    """True for a softmax under cross entropy, where C is computed from z and not from a."""
    return network.cost == "cross entropy"


def _layer(trace: Trace, network: Network, number: int, position: int | None) -> Layer:
    weights, biases = weight_names(network, number), bias_names(network, number)
    sums = neuron_names(network, number, "z")
    activations = neuron_names(network, number, "a")
    of_sums = number == network.layers and is_from_sums(network)

    def values(rows: Sequence[Sequence[str]]) -> tuple[tuple[float, ...], ...]:
        by_name = trace.graph.by_name
        return tuple(tuple(trace.values[by_name[name]] for name in row) for row in rows)

    def slopes(rows: Sequence[Sequence[str]]) -> tuple[tuple[Number, ...], ...]:
        return tuple(tuple(derivative(trace, name, position) for name in row) for row in rows)

    return Layer(
        number,
        network.activations[number - 2],
        values(weights),
        slopes(weights),
        values([biases])[0],
        slopes([biases])[0],
        values(sums),
        values(activations),
        slopes(sums),
        None if of_sums else slopes(activations),
    )
