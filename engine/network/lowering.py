"""A network as a program: weights, biases, inputs and targets become named leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from ..text.bounds import TEXT
from ..text.errors import NetworkError
from .network import Network

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
NAME = re.compile(r"([wbzaxyC])(\d*)((?:_\d+)*?)(?:_s(\d+))?")
"""A letter, a layer (for x and y the neuron), neurons, and a sample."""

ACTIVATION = {
    "identity": "{z}", "sigmoid": "sigmoid({z})", "tanh": "tanh({z})", "relu": "relu({z})",
    "leaky_relu": "leaky_relu({z})", "elu": "elu({z})", "softplus": "softplus({z})",
    "silu": "silu({z})", "gelu": "gelu({z})", "softmax": "exp({z} - {logsum})",
}  # fmt: skip
"""The activation of a neuron by its weighted sum, as program text."""
COST = {
    "squared error": ("", "({a} - {y})^2", "{sum}"),
    "half squared error": ("", "({a} - {y})^2", "{sum}/2"),
    "mean squared error": ("", "({a} - {y})^2", "{sum}/{n}"),
    "binary cross entropy": ("", "xlogy({y}, {a}) + xlogy(1 - {y}, 1 - {a})", "-{sum}"),
    "cross entropy": ("", "{y}*({logsum} - {z})", "{sum}"),
    "huber": ("{r} = abs({a} - {y})\n{m} = min({r}, 1)", "{m}*({r} - {m}/2)", "{sum}"),
    "log cosh": ("{r} = {a} - {y}", "{r} + softplus(-2*{r}) - ln(2)", "{sum}"),
}
"""For each output the statements before and its term, then the cost of their sum.

Cross entropy is computed from the weighted sums, log cosh from a softplus: neither overflows.
"""


def weight_name(layer: int, to: int, source: int) -> str:
    """The name of w^l_jk, numbers from 1."""
    return f"w{layer}_{to}_{source}"


def program_of(network: Network) -> str:
    """The network as program text: one statement a weighted sum, an activation and a cost.

    NetworkError where that is longer than a program can be.
    """
    samples, lines, length = endings(network), list[str](), 0
    for line in chain.from_iterable(_sample(network, sample) for sample in samples):
        lines.append(line)
        length += len(line) + 1
        if length > TEXT.most:
            hint = "give fewer neurons, or fewer samples"
            raise NetworkError("sizes", f"as a program it is too large: {TEXT.words}; {hint}")
    if len(samples) > 1:
        lines.append(f"C = {network.reduction}({', '.join(f'C{sample}' for sample in samples)})")
    return "\n".join(lines)


def ending(network: Network, sample: int) -> str:
    """What the names of a sample, from 1, end in: nothing where there is but one."""
    return f"_s{sample}" if len(network.inputs) > 1 else ""


def endings(network: Network) -> list[str]:
    """What the names of each sample end in."""
    return [ending(network, sample) for sample in range(1, len(network.inputs) + 1)]


def parameters_of(network: Network) -> dict[str, float]:
    """The unrolled vector of weights and biases: per layer all w (j, then k), then all b."""
    found: dict[str, float] = {}
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True), 2):
        for j, row in enumerate(weights, 1):
            found |= {weight_name(layer, j, k): value for k, value in enumerate(row, 1)}
        found |= {f"b{layer}_{j}": bias for j, bias in enumerate(biases, 1)}
    return found


def samples_of(network: Network) -> dict[str, float]:
    """The values of inputs and targets, by name."""
    found: dict[str, float] = {}
    samples = zip(endings(network), network.inputs, network.targets, strict=True)
    for sample, inputs, targets in samples:
        found |= {f"x{k}{sample}": value for k, value in enumerate(inputs, 1)}
        found |= {f"y{j}{sample}": value for j, value in enumerate(targets, 1)}
    return found


@lru_cache(maxsize=4096)
def pretty(name: str) -> str:
    """A name of a network as mathematics writes it: w²₁₃; from 10 up w²[1,13].

    Other names as they are.
    """
    match = NAME.fullmatch(name)
    if match is None:
        return name
    letter, layer, neurons, sample = match.groups()
    indices = neurons.split("_")[1:]
    if letter in "xy":
        layer, indices = "", [layer] if layer else []
    if not indices and not sample and layer:
        return name
    small = all(len(index) == 1 for index in indices)
    low = "".join(indices).translate(SUBSCRIPT) if small else f"[{','.join(indices)}]"
    high = layer.translate(SUPERSCRIPT)
    return f"{letter}{high}{low}" + (f" ({sample})" if sample else "")


def _sample(network: Network, sample: str) -> Iterator[str]:
    """The statements of one sample."""
    before = [f"x{k}{sample}" for k in range(1, network.sizes[0] + 1)]
    for layer in range(2, network.layers + 1):
        size, activation = network.sizes[layer - 1], network.activations[layer - 2]
        sums = [f"z{layer}_{j}{sample}" for j in range(1, size + 1)]
        for j, z in enumerate(sums, 1):
            terms = [f"{weight_name(layer, j, k)}*{a}" for k, a in enumerate(before, 1)]
            yield f"{z} = sum({', '.join(terms)}, b{layer}_{j})"
        logsum = f"logsum{layer}{sample}"
        if activation == "softmax":
            yield f"{logsum} = logsumexp({', '.join(sums)})"
        before = [f"a{layer}_{j}{sample}" for j in range(1, size + 1)]
        for z, a in zip(sums, before, strict=True):
            yield f"{a} = {ACTIVATION[activation].format(z=z, logsum=logsum)}"
    yield from _cost(network, sums, before, logsum, sample)


def _cost(
    network: Network, sums: list[str], outputs: list[str], logsum: str, sample: str
) -> Iterator[str]:
    statements, term, whole = COST[network.cost]
    terms = []
    for j, (z, a) in enumerate(zip(sums, outputs, strict=True), 1):
        names = {
            "a": a, "z": z, "y": f"y{j}{sample}", "logsum": logsum,
            "r": f"r{j}{sample}", "m": f"m{j}{sample}",
        }  # fmt: skip
        yield from statements.format(**names).split("\n") if statements else ()
        terms.append(term.format(**names))
    total = f"sum({', '.join(terms)})" if len(terms) > 1 else f"({terms[0]})"
    yield f"C{sample} = {whole.format(sum=total, n=len(terms))}"
