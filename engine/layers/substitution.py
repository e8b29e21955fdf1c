"""The equations of backpropagation with the numbers of a neuron, a weight or a bias put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isclose

from ..explain.describe import Description
from ..network.lowering import pretty, weight_name
from ..network.network import Network
from ..network.places import Place, place_at, sample_ending
from ..text.spans import Line, Span, line_width
from ..tracing.trace import Trace
from .layer import is_from_sums

MANY, TERMS = 8, 3
"""Terms of a sum that are written out, with room and without."""
PARTIAL = "◐"
"""What stands before a derivative that is not complete."""
SHORT = 4
"""Significant digits where there is little room."""


@dataclass(frozen=True, slots=True)
class Written:
    """An equation in parts, so that it can be shortened to fit."""

    head: Span
    symbols: list[Span]
    numbers: list[Span]
    """Empty where the symbols say all."""
    result: Span

    def lines(self) -> Iterator[Line]:
        """In full, without its symbols, and the result alone."""
        put_in: list[Span] = [(" = ", "plain"), *self.numbers] if self.numbers else []
        yield self.head, *self.symbols, *put_in, self.result
        yield self.head, *(self.numbers or self.symbols), self.result
        yield self.head, ("…", "muted"), self.result


@dataclass(frozen=True, slots=True)
class Substitution:
    """Puts numbers of one network's trace into the equations, to so many significant digits."""

    trace: Trace
    digits: int
    terms: int = MANY

    @property
    def network(self) -> Network:
        """The network traced."""
        assert self.trace.network is not None
        return self.trace.network

    @property
    def words(self) -> Description:
        """How the sweep's numbers are written."""
        return Description(self.trace.sweep, self.digits)

    def line(self, node: int, position: int, width: int) -> Line:
        """The equation for the weight, bias or neuron that a node belongs to, as full as fits."""
        place = place_at(self.trace, node)
        if place is None or place.layer in (1, self.network.layers + 1):
            return (("select a weight, a bias or a neuron to see its numbers", "muted"),)
        few = replace(self, terms=TERMS)
        brief = replace(few, digits=min(self.digits, SHORT))
        last: list[Line] = []
        for words in (self, few, brief):
            *lines, least = words._written(place, position).lines()
            last.append(least)
            for line in lines:
                if line_width(line) <= width:
                    return line
        return next((line for line in last if line_width(line) <= width), last[-1])

    @property
    def _samples(self) -> int:
        return len(self.network.inputs)

    def _written(self, place: Place, position: int) -> Written:
        if place.letter == "w":
            name = weight_name(place.layer, place.neuron, place.source)
            return self._sum_of_deltas("BP4", name, place, position)
        if place.letter == "b":
            name = f"b{place.layer}_{place.neuron}"
            return self._sum_of_deltas("BP3", name, place, position)
        return self._delta(place, position)

    def _sum_of_deltas(self, label: str, name: str, place: Place, position: int) -> Written:
        """∂C by a weight or a bias: for several samples the sum over those that have sent."""
        of, arrived, samples = self._samples, *self._arrived(name, position)
        symbols: list[list[Span]] = []
        numbers: list[list[Span]] = []
        for sample in samples:
            ending = sample_ending(self.trace, sample)
            delta = f"z{place.layer}_{place.neuron}{ending}"
            factors = [(f"δ{pretty(delta)[1:]}", self._slope(delta, position), "later")]
            if place.source:
                source = self._input_name(place, ending)
                factors.insert(0, (pretty(source), self._value(source), "forward"))
            symbols.append([(text, style) for text, _, style in factors])
            numbers.append([(self.factor_of(value), style) for _, value, style in factors])
        are_needed = (place.source or len(numbers) > 1) and (arrived or of == 1)
        so_far = f", {arrived} of {of} samples so far: "
        is_partial = 0 < arrived < of
        return self._equation(
            (f"{label}  ∂C/∂{pretty(name)}{so_far if is_partial else ' = '}", "plain"),
            self._joined(symbols, " · ", arrived or of),
            self._joined(numbers, " × ", arrived or of) if are_needed else [],
            name, position, is_partial,
        )  # fmt: skip

    def _arrived(self, name: str, position: int) -> tuple[int, list[int]]:
        """How many samples have sent to a weight or bias, and those written, the last first.

        Before any has, those written are the first to come.
        """
        node, route = self.trace.graph.by_name[name], self.trace.sweep.route
        received = self.trace.sweep.received(node, position)
        count = 0 if received is None else received.arrived
        if not count:
            return 0, list(range(self._samples, 0, -1))[: self.terms]
        last = route.arrivals(node)[max(0, count - self.terms) : count]
        places = (place_at(self.trace, route.users[sent]) for sent in reversed(last))
        return count, [place.sample for place in places if place]

    def _equation(
        self, head: Span, symbols: list[Span], numbers: list[Span], name: str, position: int,
        is_sum_so_far: bool = False,
    ) -> Written:  # fmt: skip
        """With ∂C by the named node, once it is what the symbols say; else why there is none."""
        node = self.trace.graph.by_name[name]
        received = self.trace.sweep.received(node, position)
        if received is None:
            why = f": nothing is sent to {pretty(name)}, {self.words.why_inactive(node)}"
            return Written(head, symbols, [], (why, "muted"))
        if not received.begun:
            known = [] if any("none yet" in text for text, _ in numbers) else numbers
            return Written(head, symbols, known, (": none yet", "muted"))
        if is_sum_so_far:
            return Written(
                head, symbols, numbers, (f" = {self.words.number(received.adjoint)}", "partial")
            )
        if not received.complete:
            words = f": {PARTIAL} {received.arrived} of {received.of} contributions so far"
            return Written(head, symbols, numbers, (words, "partial"))
        return Written(head, symbols, numbers, (f" = {self._slope(name, position)}", "sum"))

    def _delta(self, place: Place, position: int) -> Written:
        """δ of a neuron: from the cost in the last layer, from the next layer's δ before."""
        ending = sample_ending(self.trace, place.sample)
        z, a = (f"{letter}{place.layer}_{place.neuron}{ending}" for letter in "za")
        label = "BP1" if place.layer == self.network.layers else "BP2"
        head: Span = (f"{label}  δ{pretty(z)[1:]} = ", "plain")
        bend: list[Span] = [(" · σ′", "plain"), (f"({pretty(z)})", "forward")]
        slope: Span = (self.words.factor(self._bend(z, a)), "forward")
        symbols: list[Span]
        numbers: list[Span]
        if self.network.activations[place.layer - 2] == "softmax":
            pair = self._shares if is_from_sums(self.network) else self._mixed
            symbols, numbers = pair(place, ending, position)
        elif label == "BP1":
            later = self.factor_of(self._slope(a, position))
            symbols = [(f"∂C/∂{pretty(a)}", "later"), *bend]
            numbers = [(later, "later"), (" × ", "plain"), slope]
        else:
            terms = self._terms(place, ending, position)
            symbols = [("(", "plain"), *self._joined(terms[0], " · "), (")", "plain"), *bend]
            numbers = [("(", "plain"), *self._joined(terms[1], " × "), (") × ", "plain"), slope]
        return self._equation(head, symbols, numbers, z, position)

    def _shares(self, place: Place, ending: str, position: int) -> tuple[list[Span], list[Span]]:
        """The simple form that δ takes for a softmax under cross entropy: a·Σy − y."""
        names = [f"y{j}{ending}" for j in range(1, self.network.sizes[-1] + 1)]
        total = sum(self.trace.bindings[name] for name in names)
        a, y = f"a{place.layer}_{place.neuron}{ending}", names[place.neuron - 1]
        is_one = isclose(total, 1)
        symbols = f"{pretty(a)}{'' if is_one else ' · Σy'} − {pretty(y)}"
        scale = "" if is_one else f" × {self.words.number(total)}"
        numbers = f"{self._value(a)}{scale} − {self.factor_of(self._value(y))}"
        if not ending:
            return [(symbols, "forward")], [(numbers, "forward")]
        cost = f"C{ending}"
        later = self.factor_of(self._slope(cost, position))
        return (
            [(f"∂C/∂{pretty(cost)}", "later"), (f" · ({symbols})", "forward")],
            [(later, "later"), (f" × ({numbers})", "forward")],
        )

    def _mixed(self, place: Place, ending: str, position: int) -> tuple[list[Span], list[Span]]:
        """δ of a softmax under another cost: every activation depends on this weighted sum."""
        z = f"z{place.layer}_{place.neuron}{ending}"
        own = self.trace.values[self.trace.graph.by_name[f"a{place.layer}_{place.neuron}{ending}"]]
        symbols, numbers = [], []
        for i in range(1, self.network.sizes[-1] + 1):
            a = f"a{place.layer}_{i}{ending}"
            partial = self.trace.values[self.trace.graph.by_name[a]] * ((i == place.neuron) - own)
            later = self.factor_of(self._slope(a, position))
            symbols.append(
                [(f"∂C/∂{pretty(a)}", "later"), (f"∂{pretty(a)}/∂{pretty(z)}", "forward")]
            )
            numbers.append([(later, "later"), (self.words.factor(partial), "forward")])
        return self._joined(symbols, " · "), self._joined(numbers, " × ")

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

    def _input_name(self, place: Place, ending: str) -> str:
        if place.layer == 2:
            return f"x{place.source}{ending}"
        return f"a{place.layer - 1}_{place.source}{ending}"

    def _bend(self, z: str, a: str) -> float:
        """σ′(z): the partial of the activation; 1 where it is the identity."""
        graph, route = self.trace.sweep.graph, self.trace.sweep.route
        node = graph.by_name[a]
        sent = route.sent_by(node)
        return self.trace.sweep.partials[sent[0]] if sent and graph.by_name[z] != node else 1.0

    def _value(self, name: str) -> str:
        return self.words.number(self.trace.sweep.values[self.trace.sweep.graph.by_name[name]])

    def _slope(self, name: str, position: int) -> str:
        """∂C by a named node as a factor or result, a partial one with its sign."""
        node = self.trace.graph.by_name[name]
        received = self.trace.sweep.received(node, position)
        if received is None:
            return "none"
        if not received.begun:
            return "none yet"
        return ("" if received.complete else PARTIAL) + self.words.number(received.adjoint)

    def factor_of(self, text: str) -> str:
        """A number's text as a factor: a negative one in parentheses."""
        return f"({text})" if text.removeprefix(PARTIAL).startswith("−") else text

    def _joined(
        self, products: Sequence[Sequence[Span]], between: str, of: int | None = None
    ) -> list[Span]:
        """A sum of so many products as spans, those beyond the terms with room left out."""
        spans: list[Span] = []
        for index, factors in enumerate(products[: self.terms]):
            if index:
                spans.append((" + ", "plain"))
            for place, factor in enumerate(factors):
                if place:
                    spans.append((between, "plain"))
                spans.append(factor)
        more = (len(products) if of is None else of) - self.terms
        return [*spans, (f" + … ({more} more)", "muted")] if more > 0 else spans
