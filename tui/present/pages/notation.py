"""The notation page of a network: every symbol with its numbers, then the unrolled vector."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from backprop_tui.engine.language.show import number
from backprop_tui.engine.layers.layer import derivative, is_from_sums, network_of
from backprop_tui.engine.network.network import Network
from backprop_tui.engine.network.notation import superscript, symbol
from backprop_tui.engine.network.places import Place
from backprop_tui.engine.text.spans import Line

from ...session.session import Session
from ..picture import Picture, wrap

COLUMN = 22


def notation_picture(session: Session, width: int) -> Picture:
    """The table, then the parameters one a line, made when asked for."""
    network = network_of(session.trace)
    head = [row for line in _table(session, network) for row in wrap(line, width, COLUMN)]
    nodes = list(session.trace.places.parameters())
    parameter = _parameter(session, nodes)

    def line(index: int) -> Line:
        return head[index] if index < len(head) else parameter(index - len(head))

    return Picture(len(head) + len(nodes), line)


def _parameter(session: Session, nodes: list[int]) -> Callable[[int], Line]:
    """A line of the unrolled vector: index, name, value, gradient."""
    trace = session.trace

    def line(index: int) -> Line:
        node = nodes[index]
        value = number(trace.values[node], session.view.digits)
        text = f"  θ[{index + 1}]"
        return (
            (f"{text:<12}", "muted"),
            (f"{session.graph.pretty(node):<14}", "strong"),
            (f"{value:>14}", "plain"),
            *_gradient(session, node),
        )

    return line


def _gradient(session: Session, node: int) -> Line:
    """∂C by a parameter, or why there is none."""
    trace, text = session.trace, f"   ∂C/∂{session.graph.pretty(node)}"
    if not trace.sweep.route.active[node]:
        return ((f"{text}: none, {session.explanation.why_inactive(node)}", "muted"),)
    slope = derivative(trace, node, session.position)
    if slope is None:
        return ((f"{text}: none yet", "waiting"),)
    received = trace.sweep.received(node, session.position)
    style = "sum" if received is not None and received.complete else "partial"
    return ((f"{text} = {number(slope, session.view.digits)}", style),)


def _numbers(count: int, letter: str) -> str:
    """How many numbers an input or target is, and what they are called."""
    first, last = (symbol(Place(letter, 1, neuron), 1) for neuron in (1, count))
    if count == 1:
        return f"1 number, {first}"
    return f"{count:,} numbers, {first}{' and ' if count == 2 else ' … '}{last}"


def _by(session: Session, leaves: Iterable[int]) -> str:
    """How far C is differentiated by these leaves."""
    of = frozenset(leaves)
    by = session.trace.route.free & of
    if not by:
        return "held fixed while C is differentiated"
    if by == of:
        return f"C is differentiated by {'it' if len(of) == 1 else 'them'}"
    return f"C is differentiated by {len(by):,} of the {len(of):,}, the others are held fixed"


def _table(session: Session, network: Network) -> list[Line]:
    n, m, sizes = network.weight_count, network.bias_count, network.sizes
    samples, places = len(network.inputs), session.trace.places
    inputs = chain.from_iterable(layers[0] for layers in places.neurons)
    targets = chain.from_iterable(places.targets)
    of_data = f"; {session.sample_words} of the data" if network.data else ""
    scaled = ", each column scaled to mean 0 and deviation 1 over the rows, a constant one to 0"
    of_scale = scaled if network.data and network.data.scales else ""
    of_cost = f", {network.reduction} of the samples" if samples > 1 else ""
    of_cost = ", of this row" if network.data else of_cost
    of_cost += ", computed from zᴸ" if is_from_sums(network) else ""
    of_samples = f"; {samples:,} samples" if samples > 1 else of_data
    shapes = ", ".join(
        f"W{superscript(layer)} is {sizes[layer - 1]} × {sizes[layer - 2]}"
        for layer in range(2, network.layers + 1)
    )
    of_all = ", which depends on every zᴸ" if network.activations[-1] == "softmax" else ""
    is_mean = samples > 1 and network.reduction == "mean"
    of_mean = f"; C is a mean, so each sample's δ has a factor 1/{samples}" if is_mean else ""
    cost = number(session.trace.value, session.view.digits)
    rows = [
        ("X, or x", f"the input: {_numbers(sizes[0], 'x')}{of_samples}{of_scale}; "
                    + _by(session, inputs)),
        ("y", f"the target: {_numbers(sizes[-1], 'y')}{of_samples}; {_by(session, targets)}"),
        ("L", f"the number of layers, the input included: here {network.layers}"),
        ("l", f"a layer, 1 to {network.layers}; sizes {', '.join(map(str, sizes))}"),
        ("n, m", f"how many weights and biases: n = {n:,}, m = {m:,}"),
        ("w, b", "all weights, all biases; unrolled into one list θ of n + m numbers (below); "
                 + _by(session, places.parameters())),
        ("C", f"the cost, {network.cost}{of_cost}: as a function of every weight and bias "
              f"C : ℝⁿ⁺ᵐ → ℝ; here {cost}"),
        ("wˡ, or Wˡ", f"the weights that lead to layer l, a matrix: {shapes}"),
        ("wˡⱼₖ", "the weight from neuron k of layer l − 1 to neuron j of layer l. j comes first so "
                 "that zˡ = Wˡ·aˡ⁻¹ + bˡ is an ordinary product of a matrix and a vector"),
        ("bˡⱼ", "the bias of neuron j of layer l"),
        ("zˡⱼ", "the weighted sum: Σₖ wˡⱼₖ·aˡ⁻¹ₖ + bˡⱼ"),
        ("aˡⱼ", "the activation σ(zˡⱼ); a¹ is the input. By layer: "
                + ", ".join(network.activations) + of_all),
        ("δˡⱼ", f"∂C/∂zˡⱼ, from which all gradients of the layer follow (l shows how){of_mean}"),
        ("the induction", "C is not one function but one for each layer: seen from layer l it is a "
                          "function of zˡ and of the weights and biases of later layers. δˡ is "
                          "computed from δˡ⁺¹, a later derivative, and from forward values, never "
                          "from anything else"),
        ("gradient descent", "changes θ by a step against the gradient: not the same thing as "
                             "backpropagation, which only finds it"),
    ]  # fmt: skip
    lines: list[Line] = [(("Notation, with the numbers of this network", "strong"),), ()]
    lines += [((f"  {word:<{COLUMN - 3}} ", "rule"), (text, "plain")) for word, text in rows]
    return [*lines, (), (("The unrolled vector θ", "strong"),), ()]
