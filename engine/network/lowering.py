"""A network as a graph: weights, biases, inputs and targets become named leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ..language.graph import Graph
from ..text.frozen import Unchanging
from .network import Network, with_row
from .notation import Symbols, ending, spelled, weight_names
from .places import ALL, Layers, Place, Places
from .statements import Operand, Operands, Statements

Made = tuple[str, int]
"""The name and the node of a statement."""
ACTIVATION = {
    "identity": "{z}", "sigmoid": "sigmoid({z})", "tanh": "tanh({z})", "relu": "relu({z})",
    "leaky_relu": "leaky_relu({z})", "elu": "elu({z})", "softplus": "softplus({z})",
    "silu": "silu({z})", "gelu": "gelu({z})", "softmax": "exp({z} - {logsum})",
}  # fmt: skip
"""The activation of a neuron by its weighted sum, as program text."""
COST = {
    "squared error": ({}, "({a} - {y})^2", "{total}"),
    "half squared error": ({}, "({a} - {y})^2", "{total}/2"),
    "mean squared error": ({}, "({a} - {y})^2", "{total}/{n}"),
    "binary cross entropy": ({}, "xlogy({y}, {a}) + xlogy(1 - {y}, 1 - {a})", "-{total}"),
    "cross entropy": ({}, "{y}*({logsum} - {z})", "{total}"),
    "huber": ({"r": "abs({a} - {y})", "m": "min({r}, 1)"}, "{m}*({r} - {m}/2)", "{total}"),
    "log cosh": ({"r": "{a} - {y}"}, "{r} + softplus(-2*{r}) - ln(2)", "{total}"),
}
"""For each output the statements before and its term, then the cost of their sum.

Cross entropy is computed from the weighted sums, log cosh from a softplus: neither overflows.
"""
COST_OF_SUMS = {
    ("binary cross entropy", "sigmoid"): ({}, "softplus({z}) - {y}*{z}", "{total}"),
    ("cross entropy", "softmax"): COST["cross entropy"],
}
"""By cost and last activation what is computed from the weighted sums, and not from the outputs.

−(y·ln σ(z) + (1 − y)·ln(1 − σ(z))) is ln(1 + eᶻ) − y·z, of which neither term overflows.
"""


@dataclass(frozen=True)
class Lowered(Unchanging):
    """A network, the graph that computes its cost, and the places of the graph's nodes."""

    network: Network
    graph: Graph
    places: Places

    def at_row(self, row: int) -> Lowered:
        """The same at another row of its data. BackpropError for a row that there is not."""
        return replace(self, network=with_row(self.network, row))

    def over(self, graph: Graph) -> Graph:
        """A graph of the same nodes, shown as this one is."""
        return replace(graph, shown=self.graph.shown)

    @property
    def parameters(self) -> dict[str, float]:
        """The unrolled vector of weights and biases: per layer all w (j, then k), then all b."""
        layers = zip(self.network.weights, self.network.biases, strict=True)
        return self._named(
            self.places.parameters(), chain.from_iterable((*w, b) for w, b in layers)
        )

    @property
    def samples(self) -> dict[str, float]:
        """The values of inputs and targets, by name."""
        places, network = self.places, self.network
        inputs = (layers[0] for layers in places.neurons)
        nodes = chain.from_iterable(zip(inputs, places.targets, strict=True))
        values = chain.from_iterable(zip(network.inputs, network.targets, strict=True))
        return self._named(chain.from_iterable(nodes), values)

    def _named(self, nodes: Iterable[int], vectors: Iterable[Iterable[float]]) -> dict[str, float]:
        names = map(self.graph.names.__getitem__, nodes)
        return dict(zip(names, chain.from_iterable(vectors), strict=True))


def lower(network: Network) -> Lowered:
    """The network as a graph, made without a parser, which would make the same of its text.

    NetworkError where the graph or its text is larger than a program's can be.
    """
    return _Lowering(network).lowered()


class _Lowering:
    """The statements of a network sample by sample, and the places of their nodes."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.samples = len(network.inputs)
        self.program = Statements()
        self.ends: list[int] = []
        self.stated: list[Place] = []
        self.rows: dict[tuple[int, int], Operands] = {}
        """The weights that lead to a neuron, by its layer and its number."""

    def lowered(self) -> Lowered:
        """The network, all of it stated."""
        made = [self._sample(sample) for sample in range(1, self.samples + 1)]
        sums, neurons, targets, costs = (list(column) for column in zip(*made, strict=True))
        if self.samples > 1:
            costs.append(self._total(costs))
        places = Places(
            self.network.sizes, tuple(self.ends), tuple(self.stated),
            tuple(sums), tuple(neurons), tuple(targets), tuple(costs),
        )  # fmt: skip
        return Lowered(self.network, self.program.graph(Symbols(places)), places)

    def _total(self, costs: Sequence[int]) -> int:
        """The cost of all samples."""
        place = Place("C", self.network.layers + 1, 1, 0, ALL)
        names = [self._name(place._replace(sample=s)) for s in range(1, self.samples + 1)]
        text = self._name(place)
        node = self.program.state_call(text, self.network.reduction, (names, costs))
        return self._put(place, text, node)[1]

    def _sample(self, sample: int) -> tuple[Layers, Layers, Sequence[int], int]:
        """A sample's weighted sums and neurons by layer, its targets and its cost."""
        size, first, kinds = self.network.sizes[0], self.program.size, 2 + (sample == 1)
        inputs = range(first + kinds - 2, first + kinds * size, kinds)
        texts = [self._name(Place("x", 1, k, 0, sample)) for k in range(1, size + 1)]
        before: Operands = texts, inputs
        sums, neurons, outputs = list[Sequence[int]](), list[Sequence[int]]([inputs]), []
        for layer, size in enumerate(self.network.sizes[1:], 2):
            places = [Place("z", layer, j, 0, sample) for j in range(1, size + 1)]
            outputs = [{"z": self._weighted_sum(place, before)} for place in places]
            self._activate(places, outputs)
            before = [one["a"][0] for one in outputs], [one["a"][1] for one in outputs]
            sums.append(tuple(one["z"][1] for one in outputs))
            neurons.append(tuple(before[1]))
        targets, cost = self._cost(sample, outputs)
        return tuple(sums), tuple(neurons), targets, cost

    def _weighted_sum(self, place: Place, before: Operands) -> Made:
        """The sum of a neuron's weights times what they are given, and of its bias."""
        _, layer, neuron, _, sample = place
        if sample == 1:
            first, kinds = self.program.size, 2 + (before[1][0] >= self.program.size)
            nodes = range(first, first + kinds * len(before[1]), kinds)
            self.rows[layer, neuron] = weight_names(layer, neuron, len(nodes)), nodes
        bias, text = self._name(Place("b", layer, neuron)), self._name(place)
        weights = self.rows[layer, neuron]
        return self._put(place, text, self.program.state_products(text, weights, before, bias))

    def _activate(self, places: Sequence[Place], operands: Sequence[dict[str, Made]]) -> None:
        """Adds `a` to what is known by name of each neuron of a layer."""
        layer, sample = places[0].layer, places[0].sample
        activation = self.network.activations[layer - 2]
        at = [place._replace(letter="a") for place in places]
        if activation == "softmax":
            text = f"logsum{layer}{ending(sample, self.samples)}"
            terms = [one["z"][0] for one in operands], [one["z"][1] for one in operands]
            total = self._put(at[0], text, self.program.state_call(text, "logsumexp", terms))
            for one in operands:
                one["logsum"] = total
        for place, one in zip(at, operands, strict=True):
            text = self._name(place)
            node = self.program.state(text, ACTIVATION[activation], one)
            one["a"] = self._put(place, text, node)

    def _cost(self, sample: int, outputs: list[dict[str, Made]]) -> tuple[Sequence[int], int]:
        """The targets and the cost, of what is known by name of each output."""
        kind = self.network.cost, self.network.activations[-1]
        statements, term, whole = COST_OF_SUMS.get(kind) or COST[kind[0]]
        place = Place("C", self.network.layers + 1, 1, 0, sample)
        operands = list[dict[str, Operand]]()
        for j, output in enumerate(outputs, 1):
            y = self._name(Place("y", place.layer, j, 0, sample))
            one: dict[str, Operand] = {**output, "y": (y, None)}
            for letter, template in statements.items():
                text = f"{letter}{j}{ending(sample, self.samples)}"
                one[letter] = self._put(place, text, self.program.state(text, template, one))
            operands.append(one)
        whole = whole.format(total="{total}", n=len(outputs))
        text = self._name(place)
        _, cost = self._put(place, text, self.program.state_sum(text, whole, term, operands))
        variables = self.program.builder.variables
        return tuple(variables[one["y"][0]] for one in operands), cost

    def _name(self, place: Place) -> str:
        return spelled(place, self.samples)

    def _put(self, place: Place, text: str, node: int) -> Made:
        """The name and the node of a statement, whose new nodes are at a place."""
        if not self.ends or node > self.ends[-1]:
            self.ends.append(node)
            self.stated.append(place)
        return text, node
