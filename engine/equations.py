"""The four equations of backpropagation, with the numbers of a network put in.

Nielsen, Neural Networks and Deep Learning, ch. 2, names them BP1 to BP4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .describe import Description
from .layers import derivative
from .lowering import pretty, weight_name
from .network import Network
from .neurons import Place, place_at, sample_ending
from .spans import Line, Span
from .trace import Trace

EQUATIONS = {
    "BP1": "δᴸⱼ = ∂C/∂aᴸⱼ · σ′(zᴸⱼ)",
    "BP2": "δˡⱼ = (Σᵢ wˡ⁺¹ᵢⱼ · δˡ⁺¹ᵢ) · σ′(zˡⱼ)",
    "BP3": "∂C/∂bˡⱼ = δˡⱼ",
    "BP4": "∂C/∂wˡⱼₖ = aˡ⁻¹ₖ · δˡⱼ",
}
"""As the book writes them, for one neuron or weight. Every δ on the right is a later derivative,
every a, w and σ′(z) a forward value."""
TERMS = 3
"""Terms of a sum that are written out."""


@dataclass(frozen=True, slots=True)
class Equations:
    """The equations for one network's trace, numbers to so many significant digits."""

    trace: Trace
    digits: int

    @property
    def network(self) -> Network:
        """The network traced."""
        assert self.trace.network is not None
        return self.trace.network

    @property
    def words(self) -> Description:
        """How the sweep's numbers are written."""
        return Description(self.trace.sweep, self.digits)

    def in_use(self, position: int) -> tuple[str, ...]:
        """Which equations the step at a position is part of; none at the seed."""
        number = self.words.current(position)
        if not number:
            return ()
        route = self.trace.sweep.route
        place = place_at(self.trace, route.order[number - 1])
        if place is None or place.letter in "Cy":
            return ("BP1",)
        if place.letter == "w":
            letters = (
                found.letter
                for target in route.targets[route.starts[number - 1] : route.starts[number]]
                if (found := place_at(self.trace, target))
            )
            return tuple(sorted("BP4" if letter == "w" else "BP2" for letter in letters))
        if place.letter == "a":
            return ("BP1" if place.layer == self.network.layers else "BP2",)
        return ("BP3",)

    def lines(self, position: int) -> list[Line]:
        """The four, those in use marked."""
        used = self.in_use(position)
        return [
            (("▶ " if name in used else "  ", "current"),
             (f"{name}  {text}", "strong" if name in used else "plain"))
            for name, text in EQUATIONS.items()
        ]  # fmt: skip

    def numbers(self, node: int, position: int) -> Line:
        """The equation for the weight, bias or neuron that a node belongs to."""
        place = place_at(self.trace, node)
        if place is None or place.layer in (1, self.network.layers + 1):
            return (("select a weight, a bias or a neuron to see its numbers", "muted"),)
        if place.letter == "w":
            name = weight_name(place.layer, place.neuron, place.source)
            return self._sum_of_deltas("BP4", name, place, position)
        if place.letter == "b":
            name = f"b{place.layer}_{place.neuron}"
            return self._sum_of_deltas("BP3", name, place, position)
        return self._delta(place, position)

    def _sum_of_deltas(self, label: str, name: str, place: Place, position: int) -> Line:
        """∂C by a weight or a bias: for several samples the sum over them."""
        symbols: list[list[Span]] = []
        numbers: list[list[Span]] = []
        for sample in range(1, len(self.network.inputs) + 1):
            ending = sample_ending(self.trace, sample)
            delta = f"z{place.layer}_{place.neuron}{ending}"
            factors = [(f"δ{pretty(delta)[1:]}", self._slope(delta, position), "later")]
            if place.source:
                source = self._source(place, ending)
                factors.insert(0, (pretty(source), self._value(source), "forward"))
            symbols.append([(text, style) for text, _, style in factors])
            numbers.append([(self.factor_of(value), style) for _, value, style in factors])
        put_in = [(" = ", "plain"), *_joined(numbers, " × ")]
        return (
            (f"{label}  ∂C/∂{pretty(name)} = ", "plain"),
            *_joined(symbols, " · "),
            *(put_in if place.source or len(numbers) > 1 else []),
            (f" = {self._slope(name, position)}", "sum"),
        )

    def _delta(self, place: Place, position: int) -> Line:
        """δ of a neuron: from the cost in the last layer, from the next layer's δ before."""
        ending = sample_ending(self.trace, place.sample)
        z, a = (f"{letter}{place.layer}_{place.neuron}{ending}" for letter in "za")
        label = "BP1" if place.layer == self.network.layers else "BP2"
        head: Span = (f"{label}  δ{pretty(z)[1:]} = ", "plain")
        total: Span = (f" = {self._slope(z, position)}", "sum")
        if self.network.activations[place.layer - 2] == "softmax":
            if self.network.cost == "cross entropy":
                return (head, *self._softmax_delta(a, place.neuron, ending, position), total)
            return (head, ("∂C/∂z: a softmax mixes all neurons of its layer", "forward"), total)
        bend: list[Span] = [(" · σ′", "plain"), (f"({pretty(z)})", "forward")]
        slope = self.words.factor(self._bend(z, a))
        if label == "BP1":
            later = self.factor_of(self._slope(a, position))
            return (
                head, (f"∂C/∂{pretty(a)}", "later"), *bend, (" = ", "plain"), (later, "later"),
                (" × ", "plain"), (slope, "forward"), total,
            )  # fmt: skip
        symbols, numbers = self._terms(place, ending, position)
        return (
            head, ("(", "plain"), *_joined(symbols, " · "), (")", "plain"), *bend,
            (" = (", "plain"), *_joined(numbers, " × "), (") × ", "plain"), (slope, "forward"),
            total,
        )  # fmt: skip

    def _softmax_delta(self, a: str, neuron: int, ending: str, position: int) -> list[Span]:
        """The simple form that δ takes for a softmax under cross entropy: Σy·a − y."""
        names = [f"y{j}{ending}" for j in range(1, self.network.sizes[-1] + 1)]
        total = sum(self.trace.bindings[name] for name in names)
        y = names[neuron - 1]
        scale = "" if total == 1 else f"{self.words.number(total)} × "
        target = self.factor_of(self._value(y))
        symbols = f"{'' if total == 1 else 'Σy · '}{pretty(a)} − {pretty(y)}"
        numbers = f"{scale}{self._value(a)} − {target}"
        if not ending:
            return [(f"{symbols} = {numbers}", "forward")]
        cost = f"C{ending}"
        return [
            (f"∂C/∂{pretty(cost)}", "later"), (f" · ({symbols}) = ", "forward"),
            (f"{self._slope(cost, position)}", "later"), (f" × ({numbers})", "forward"),
        ]  # fmt: skip

    def _terms(
        self, place: Place, ending: str, position: int
    ) -> tuple[list[list[Span]], list[list[Span]]]:
        """The products w·δ of the next layer, in symbols and in numbers."""
        symbols, numbers = [], []
        for i in range(1, self.network.sizes[place.layer] + 1):
            weight = weight_name(place.layer + 1, i, place.neuron)
            delta = f"z{place.layer + 1}_{i}{ending}"
            symbols.append([(pretty(weight), "forward"), (f"δ{pretty(delta)[1:]}", "later")])
            later = self.factor_of(self._slope(delta, position))
            numbers.append([(self.factor_of(self._value(weight)), "forward"), (later, "later")])
        return symbols, numbers

    def _source(self, place: Place, ending: str) -> str:
        if place.layer == 2:
            return f"x{place.source}{ending}"
        return f"a{place.layer - 1}_{place.source}{ending}"

    def _bend(self, z: str, a: str) -> float:
        """σ′(z): the partial of the activation; 1 where it is the identity."""
        graph, route = self.trace.sweep.graph, self.trace.sweep.route
        node = graph.by_name[a]
        number = route.visited(node)
        if graph.by_name[z] == node or number is None:
            return 1.0
        return self.trace.sweep.partials[route.starts[number - 1]]

    def _value(self, name: str) -> str:
        return self.words.number(self.trace.sweep.values[self.trace.sweep.graph.by_name[name]])

    def _slope(self, name: str, position: int) -> str:
        found = derivative(self.trace, name, position)
        return "none yet" if found is None else self.words.number(found)

    def factor_of(self, text: str) -> str:
        """A number's text as a factor: a negative one in parentheses."""
        return f"({text})" if text.startswith("−") else text


def _joined(products: Sequence[Sequence[Span]], between: str) -> list[Span]:
    """A sum of products as spans, what is beyond TERMS left out."""
    spans: list[Span] = []
    for index, factors in enumerate(products[:TERMS]):
        if index:
            spans.append((" + ", "plain"))
        for place, factor in enumerate(factors):
            if place:
                spans.append((between, "plain"))
            spans.append(factor)
    if len(products) > TERMS:
        spans.append((f" + … ({len(products) - TERMS} more)", "muted"))
    return spans
