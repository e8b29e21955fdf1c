"""The equations of backpropagation with the numbers of a neuron, a weight or a bias put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isclose

from ..explain.describe import Description
from ..network.network import Network
from ..network.notation import symbol
from ..network.places import Place
from ..text.spans import Line, Span, line_width
from ..tracing.trace import Trace
from .equations import INPUT
from .layer import is_from_sums, network_of

MANY, TERMS = 8, 3
"""Terms of a sum that are written out, with room and without."""
PARTIAL = "◐"
"""What stands before a derivative that is not complete."""
LABELS = {"w": "BP4", "b": "BP3"}
"""The equation of a parameter, by its letter."""
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
        return network_of(self.trace)

    @property
    def words(self) -> Description:
        """How the sweep's numbers are written."""
        return Description(self.trace.sweep, self.digits)

    def line(self, node: int, position: int, width: int) -> Line:
        """The equation for the weight, bias or neuron that a node belongs to, as full as fits."""
        place = self.trace.places.get(node)
        is_input = place is not None and place.letter == INPUT and self._is_active(node)
        if place is None or (place.layer in (1, self.network.layers + 1) and not is_input):
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
        return self.trace.places.samples

    def _written(self, place: Place, position: int) -> Written:
        if place.letter in LABELS:
            return self._sum_of_deltas(place._replace(sample=1), position)
        if place.letter == INPUT:
            return self._input(place, position)
        return self._delta(place._replace(letter="z"), position)

    def _is_active(self, node: int) -> bool:
        return bool(self.trace.sweep.route.active[node])

    def _input(self, place: Place, position: int) -> Written:
        """∂C by an input: what its weights pass on of the δ of layer 2."""
        symbols, numbers = self._terms(place, position)
        head = f"{INPUT:<3}  ∂C/∂{self._symbol(place)} = "
        return self._equation(
            (head, "plain"), self._joined(symbols, " · "), self._joined(numbers, " × "),
            place, position,
        )  # fmt: skip

    def _sum_of_deltas(self, place: Place, position: int) -> Written:
        """∂C by a weight or a bias: for several samples the sum over those that have sent."""
        of, arrived, samples = self._samples, *self._arrived(place, position)
        symbols: list[list[Span]] = []
        numbers: list[list[Span]] = []
        for sample in samples:
            delta = Place("z", place.layer, place.neuron, 0, sample)
            factors = [(self._delta_symbol(delta), self._slope(delta, position), "later")]
            if place.source:
                source = self._neuron(place.layer - 1, place.source, sample)
                factors.insert(0, (self._symbol(source), self._value(source), "forward"))
            symbols.append([(text, style) for text, _, style in factors])
            numbers.append([(self.factor_of(value), style) for _, value, style in factors])
        are_needed = (place.source or len(numbers) > 1) and (arrived or of == 1)
        so_far = f", {arrived} of {of} samples so far: "
        is_partial = 0 < arrived < of
        head = f"{LABELS[place.letter]}  ∂C/∂{self._symbol(place)}"
        return self._equation(
            (f"{head}{so_far if is_partial else ' = '}", "plain"),
            self._joined(symbols, " · ", arrived or of),
            self._joined(numbers, " × ", arrived or of) if are_needed else [],
            place, position, is_partial,
        )  # fmt: skip

    def _arrived(self, parameter: Place, position: int) -> tuple[int, list[int]]:
        """How many samples have sent to a weight or bias, and those written, the last first.

        Before any has, those written are the first to come.
        """
        node, route = self.trace.places.node(parameter), self.trace.sweep.route
        received = self.trace.sweep.received(node, position)
        count = 0 if received is None else received.arrived
        if not count:
            return 0, list(range(self._samples, 0, -1))[: self.terms]
        last = route.arrivals(node)[max(0, count - self.terms) : count]
        return count, [self.trace.places[route.users[sent]].sample for sent in reversed(last)]

    def _equation(
        self, head: Span, symbols: list[Span], numbers: list[Span], place: Place, position: int,
        is_sum_so_far: bool = False,
    ) -> Written:  # fmt: skip
        """With ∂C by the node of a place, once the symbols say it; else why there is none."""
        node = self.trace.places.node(place)
        received = self.trace.sweep.received(node, position)
        if received is None:
            why = f": nothing is sent to {self._symbol(place)}, {self.words.why_inactive(node)}"
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
        return Written(head, symbols, numbers, (f" = {self._slope(place, position)}", "sum"))

    def _delta(self, z: Place, position: int) -> Written:
        """δ of a neuron: from the cost in the last layer, from the next layer's δ before."""
        a = z._replace(letter="a")
        label = "BP1" if z.layer == self.network.layers else "BP2"
        head: Span = (f"{label}  {self._delta_symbol(z)} = ", "plain")
        bend: list[Span] = [(" · σ′", "plain"), (f"({self._symbol(z)})", "forward")]
        slope: Span = (self.words.factor(self._bend(z, a)), "forward")
        symbols: list[Span]
        numbers: list[Span]
        if label == "BP1" and is_from_sums(self.network):
            symbols, numbers = self._shares(z, position)
        elif self.network.activations[z.layer - 2] == "softmax":
            symbols, numbers = self._mixed(z, position)
        elif label == "BP1":
            later = self.factor_of(self._slope(a, position))
            symbols = [(f"∂C/∂{self._symbol(a)}", "later"), *bend]
            numbers = [(later, "later"), (" × ", "plain"), slope]
        else:
            terms = self._terms(z, position)
            symbols = [("(", "plain"), *self._joined(terms[0], " · "), (")", "plain"), *bend]
            numbers = [("(", "plain"), *self._joined(terms[1], " × "), (") × ", "plain"), slope]
        return self._equation(head, symbols, numbers, z, position)

    def _shares(self, z: Place, position: int) -> tuple[list[Span], list[Span]]:
        """The simple form that δ takes where C is computed from z: a·Σy − y, of a sigmoid a − y."""
        targets, values = self.trace.places.targets[z.sample - 1], self.trace.values
        total = sum(values[node] for node in targets)
        a, y = z._replace(letter="a"), Place("y", z.layer + 1, z.neuron, 0, z.sample)
        is_one = isclose(total, 1) or self.network.activations[-1] != "softmax"
        symbols = f"{self._symbol(a)}{'' if is_one else ' · Σy'} − {self._symbol(y)}"
        scale = "" if is_one else f" × {self.words.number(total)}"
        numbers = f"{self._value(a)}{scale} − {self.factor_of(self._value(y))}"
        if self._samples == 1:
            return [(symbols, "forward")], [(numbers, "forward")]
        cost = Place("C", y.layer, 1, 0, z.sample)
        later = self.factor_of(self._slope(cost, position))
        return (
            [(f"∂C/∂{self._symbol(cost)}", "later"), (f" · ({symbols})", "forward")],
            [(later, "later"), (f" × ({numbers})", "forward")],
        )

    def _mixed(self, z: Place, position: int) -> tuple[list[Span], list[Span]]:
        """δ of a softmax under another cost: every activation depends on this weighted sum."""
        places, values = self.trace.places, self.trace.values
        own = values[places.node(z._replace(letter="a"))]
        symbols, numbers = [], []
        for i in range(1, self.network.sizes[-1] + 1):
            a = z._replace(letter="a", neuron=i)
            partial = values[places.node(a)] * ((i == z.neuron) - own)
            later = self.factor_of(self._slope(a, position))
            bend = f"∂{self._symbol(a)}/∂{self._symbol(z)}"
            symbols.append([(f"∂C/∂{self._symbol(a)}", "later"), (bend, "forward")])
            numbers.append([(later, "later"), (self.words.factor(partial), "forward")])
        return self._joined(symbols, " · "), self._joined(numbers, " × ")

    def _terms(self, z: Place, position: int) -> tuple[list[list[Span]], list[list[Span]]]:
        """The products w·δ of the next layer, in symbols and in numbers."""
        symbols, numbers = [], []
        for i in range(1, self.network.sizes[z.layer] + 1):
            weight = Place("w", z.layer + 1, i, z.neuron)
            delta = Place("z", z.layer + 1, i, 0, z.sample)
            symbols.append(
                [(self._symbol(weight), "forward"), (self._delta_symbol(delta), "later")]
            )
            later = self.factor_of(self._slope(delta, position))
            numbers.append([(self.factor_of(self._value(weight)), "forward"), (later, "later")])
        return symbols, numbers

    def _neuron(self, layer: int, neuron: int, sample: int) -> Place:
        """A neuron, or an input."""
        return Place("x" if layer == 1 else "a", layer, neuron, 0, sample)

    def _symbol(self, place: Place) -> str:
        return symbol(place, self._samples)

    def _delta_symbol(self, z: Place) -> str:
        """δ of a weighted sum, written as that is."""
        return f"δ{self._symbol(z)[1:]}"

    def _bend(self, z: Place, a: Place) -> float:
        """σ′(z): the partial of the activation; 1 where it is the identity."""
        places, sweep = self.trace.places, self.trace.sweep
        node = places.node(a)
        sent = sweep.route.sent_by(node)
        return sweep.partials[sent[0]] if sent and places.node(z) != node else 1.0

    def _value(self, place: Place) -> str:
        return self.words.number(self.trace.values[self.trace.places.node(place)])

    def _slope(self, place: Place, position: int) -> str:
        """∂C by the node of a place as a factor or result, a partial one with its sign."""
        received = self.trace.sweep.received(self.trace.places.node(place), position)
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
