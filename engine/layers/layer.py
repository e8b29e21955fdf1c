"""The layers of a traced network: weights, weighted sums, activations and their derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..network.lowering import COST_OF_SUMS
from ..network.network import Network
from ..network.places import Place

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
    """∂C/∂a; None in the last layer where C is computed from z."""


def network_of(trace: Trace) -> Network:
    """The network that a trace is of."""
    assert trace.network is not None
    return trace.network


def layers(trace: Trace, position: int | None = None) -> list[Layer]:
    """The layers of a network's trace after so many contributions; after all when None."""
    network = network_of(trace)
    return [_layer(trace, network, number, position) for number in range(2, network.layers + 1)]


def parameters(trace: Trace, position: int | None = None) -> list[tuple[str, float, Number]]:
    """The unrolled vector: name, value and gradient, per layer all w (j, then k), then all b."""
    names, values = trace.graph.names, trace.values
    return [
        (names[node], values[node], derivative(trace, node, position))
        for node in trace.places.parameters()
    ]


def derivative(trace: Trace, node: int, position: int | None = None) -> Number:
    """∂C by a node as the sweep stands; None where nothing has been sent to it."""
    sweep = trace.sweep
    received = sweep.received(node, len(sweep.route.users) if position is None else position)
    return received.adjoint if received is not None and received.begun else None


def is_from_sums(network: Network) -> bool:
    """True where C is computed from z and not from a: of a softmax, and of a sigmoid, each under
    the cross entropy that goes with it."""
    return (network.cost, network.activations[-1]) in COST_OF_SUMS


def _layer(trace: Trace, network: Network, number: int, position: int | None) -> Layer:
    places = trace.places
    neurons = range(1, network.sizes[number - 1] + 1)
    weights = [places.weights(number, j) for j in neurons]
    biases = [places.node(Place("b", number, j)) for j in neurons]
    sums = [layers[number - 2] for layers in places.sums]
    activations = [layers[number - 1] for layers in places.neurons]
    of_sums = number == network.layers and is_from_sums(network)

    def values(rows: Sequence[Sequence[int]]) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(trace.values[node] for node in row) for row in rows)

    def slopes(rows: Sequence[Sequence[int]]) -> tuple[tuple[Number, ...], ...]:
        return tuple(tuple(derivative(trace, node, position) for node in row) for row in rows)

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
