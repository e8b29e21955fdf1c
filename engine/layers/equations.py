"""The four equations of backpropagation, as they are for a network and as the sweep uses them.

Nielsen, Neural Networks and Deep Learning, ch. 2, names them BP1 to BP4.
"""

from __future__ import annotations

from math import isclose

from ..explain.describe import Description
from ..network.network import Network
from ..network.places import Place
from ..text.spans import Line
from ..tracing.trace import Trace
from .layer import is_from_sums, network_of

EQUATIONS = {
    "BP1": "δᴸⱼ = ∂C/∂aᴸⱼ · σ′(zᴸⱼ)",
    "BP2": "δˡⱼ = (Σᵢ wˡ⁺¹ᵢⱼ · δˡ⁺¹ᵢ) · σ′(zˡⱼ)",
    "BP3": "∂C/∂bˡⱼ = δˡⱼ",
    "BP4": "∂C/∂wˡⱼₖ = aˡ⁻¹ₖ · δˡⱼ",
}
"""As the book writes them, for one neuron or weight. Every δ on the right is a later derivative,
every a, w and σ′(z) a forward value."""
INPUT, OF_INPUT = "x", "∂C/∂xₖ = Σⱼ w²ⱼₖ · δ²ⱼ"
"""What the book has no name for: the derivative by an input, where it is asked for."""
OF_SOFTMAX = "δᴸⱼ = Σᵢ ∂C/∂aᴸᵢ · ∂aᴸᵢ/∂zᴸⱼ"
"""BP1 where every activation of the last layer depends on every weighted sum."""
OF_TARGETS = "δᴸⱼ = aᴸⱼ · Σᵢ yᵢ − yⱼ"
"""BP1 of a softmax under cross entropy: C is computed from z, and this is ∂C/∂z."""
OF_SHARES = "δᴸⱼ = aᴸⱼ − yⱼ"
"""The same where the targets add up to 1; and BP1 of a sigmoid under binary cross entropy."""
OF_SAMPLES = {
    "BP3": "∂C/∂bˡⱼ = Σ δˡⱼ, over the samples",
    "BP4": "∂C/∂wˡⱼₖ = Σ aˡ⁻¹ₖ · δˡⱼ, over the samples",
}
"""BP3 and BP4 where several samples share the weights and biases."""


OF_OPERAND = {"w": "BP4", "x": INPUT}
"""The equation of what a product of a weight sends to, by its letter; else BP2."""


def in_use(trace: Trace, position: int) -> tuple[str, ...]:
    """Which equations the step at a position is part of; none at the seed."""
    number = Description(trace.sweep).current(position)
    if not number:
        return ()
    route = trace.sweep.route
    place = trace.places.get(route.order[number - 1])
    if place is None or place.letter in "Cy":
        return ("BP1",)
    if place.letter == "w":
        letters = (
            found.letter
            for edge in route.sent_in(number)
            if (found := trace.places.get(route.targets[edge]))
        )
        return tuple(sorted(OF_OPERAND.get(letter, "BP2") for letter in letters))
    if place.letter == "a":
        return ("BP1" if place.layer == network_of(trace).layers else "BP2",)
    return ("BP3",) if route.active[_bias(trace, place)] else ()


def subject(trace: Trace, position: int) -> int | None:
    """The weight, bias or neuron that the first equation in use is of; None where it is of many."""
    number = Description(trace.sweep).current(position)
    if not number:
        return None
    route = trace.sweep.route
    node = route.order[number - 1]
    place = trace.places.get(node)
    if place is None or place.letter in "Cy":
        return _neuron_below(trace, node)
    if place.letter == "w":
        targets = [route.targets[edge] for edge in route.sent_in(number)]
        return min(targets, key=lambda node: trace.places[node].letter != "w")
    if place.letter == "z" and route.active[_bias(trace, place)]:
        return _bias(trace, place)
    return node


def _neuron_below(trace: Trace, node: int) -> int | None:
    """The neuron to which all leads that a node of the cost sends, if it is one alone."""
    route = trace.sweep.route
    while len(sent := route.sent_by(node)) == 1:
        node = route.targets[sent[0]]
        place = trace.places.get(node)
        if place is not None and place.letter in "az":
            return node
    return None


def _bias(trace: Trace, place: Place) -> int:
    return trace.places.node(place._replace(letter="b"))


def lines(trace: Trace, position: int) -> list[Line]:
    """The four as they are for this network, and that of inputs differentiated by; those in use
    marked."""
    used, network = in_use(trace, position), network_of(trace)
    of_samples = OF_SAMPLES if len(network.inputs) > 1 else {}
    equations = {**EQUATIONS, **of_samples, "BP1": _first(network)}
    if any(trace.sweep.route.active[node] for layers in trace.places.neurons for node in layers[0]):
        equations[INPUT] = OF_INPUT
    return [
        (("▶ " if name in used else "  ", "current"),
         (f"{name:<3}  {text}", "strong" if name in used else "plain"))
        for name, text in equations.items()
    ]  # fmt: skip


def _first(network: Network) -> str:
    """BP1 as it is for the network's last layer."""
    is_softmax = network.activations[-1] == "softmax"
    if not is_from_sums(network):
        return OF_SOFTMAX if is_softmax else EQUATIONS["BP1"]
    are_shares = not is_softmax or all(isclose(sum(target), 1) for target in network.targets)
    return OF_SHARES if are_shares else OF_TARGETS
