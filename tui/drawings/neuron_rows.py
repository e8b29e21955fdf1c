"""What in the boxes of a network is the same at every step: weights, biases and targets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import NamedTuple

from backprop_tui.engine import Trace
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.layers.layer import network_of
from backprop_tui.engine.network.notation import symbol
from backprop_tui.engine.network.places import Place
from backprop_tui.engine.text.memo import memoized
from backprop_tui.engine.text.spans import Line, Span
from backprop_tui.engine.text.words import cell_width, flush_left

from ..present.marks import FLAGS, number_style
from .boxes import EQUATIONS, LABELS, NUMBERS, widest
from .extent import MOST_BOXES
from .neurons import Unit

BARS = " ▁▂▃▄▅▆▇█"
"""The size of a weight, in eighths of the largest that leads to its layer."""
DIGITS = {LABELS: 3, NUMBERS: 4, EQUATIONS: 17}
"""Significant digits at most."""


class Row(NamedTuple):
    """A weight, a bias or a target beside its wire."""

    node: int
    way: int
    """The node whose step sends along the wire."""
    flag: Span
    """Where something is wrong with it, or with its product."""
    name: str
    value: Span
    size: str

    @property
    def spans(self) -> Line:
        """What is written of it, with the place for a bracket after the flag."""
        return self.flag, ("", "plain"), (self.name, "muted"), self.value, (self.size, "forward")


class Table(NamedTuple):
    """The rows of a box in columns."""

    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    """The spans of each row, padded."""
    slope: int
    """The cells of the widest derivative, which comes after them."""
    width: int
    """The cells of a whole line, its marker and its closing bracket included."""


@dataclass(frozen=True, eq=False)
class NeuronRows:
    """The rows of the boxes of a network, each box as full as its level says."""

    trace: Trace
    digits: int
    level: int

    @cached_property
    def words(self) -> Explanation:
        """How numbers and states are written."""
        return Explanation(self.trace.sweep, min(self.digits, DIGITS[self.level]))

    def table(self, unit: Unit) -> Table:
        """The rows of a box in columns."""
        return _table(self.trace, self.digits, self.level, unit)

    def title(self, unit: Unit) -> str:
        """What a box is called: the neuron and its activation, the cost and its name."""
        network = network_of(self.trace)
        if unit.letter == "C":
            name, kind = self.trace.graph.pretty(unit.node), network.cost
        else:
            name = symbol(Place(unit.letter, unit.layer, unit.neuron), 1)
            kind = network.activations[unit.layer - 2]
        return name if unit.letter == "x" or self.level == LABELS else f"{name} {kind}"

    def seen_in(self, unit: Unit, node: int) -> int:
        """The row, or the box itself, in which a node is that belongs to a cell."""
        row = shown_as(self.trace, node)
        return row if row in (one.node for one in self.table(unit).rows) else unit.node

    def flag(self, node: int) -> Span:
        """What is wrong in a box or row: at its node, or at what is not shown apart from it."""
        trouble = _troubles(self.trace).get(node)
        return FLAGS[trouble] if trouble else ("", "plain")

    def has_slope(self, node: int) -> bool:
        """True where there is room for a derivative; that of C by itself is the seed, 1."""
        return self.level != LABELS and node != self.trace.graph.output

    def widest(self, node: int) -> int:
        """The cells of a derivative at its widest, with its sign."""
        route = self.trace.sweep.route
        is_sum = route.active[node] and len(route.arrivals(node)) > 1
        return widest(self.words, node) + is_sum

    def made(self, unit: Unit) -> Table:
        """The same, made anew."""
        rows = self._rows(unit)
        if not rows:
            return Table((), (), 0, 1)
        spans = [row.spans for row in rows]
        widths = [
            max(cell_width(text) for text, _ in column) for column in zip(*spans, strict=True)
        ]
        widths[1] = 1
        lines = [
            tuple(
                (flush_left(text, width), style)
                for (text, style), width in zip(line, widths, strict=True)
            )
            for line in spans
        ]
        slopes = (self.widest(row.node) for row in rows if self.has_slope(row.node))
        slope = max(slopes, default=0)
        return Table(tuple(rows), tuple(lines), slope, 1 + sum(widths) + slope + 1)

    def _rows(self, unit: Unit) -> list[Row]:
        """The weights shown, and the bias where there is room; the targets, and the cost of all."""
        if unit.letter == "C":
            ends = () if unit.whole is None else (unit.whole,)
            return [self._row(node, None, node) for node in (*unit.rows, *ends)]
        largest = _largest(self.trace, unit.layer) if unit.rows else 0.0
        found = [
            self._row(node, largest, way) for node, way in zip(unit.rows, unit.ways, strict=True)
        ]
        if unit.bias is not None and self.level != LABELS:
            found.append(self._row(unit.bias, None, unit.bias))
        return found

    def _row(self, node: int, largest: float | None, way: int) -> Row:
        """A weight by its size among the others that lead to its layer; others without size."""
        value = self.trace.values[node]
        size = "" if largest is None else BARS[_eighths(value, largest)]
        sign = "+" if value > 0 and largest is not None else ""
        style = "forward" if self.trace.sweep.route.active[node] else "muted"
        return Row(
            node,
            way,
            max(self.flag(node), self.flag(way), key=_worst),
            self._name(node),
            (sign + self.words.number(value), number_style(value, style)),
            f" {size}" if size else "",
        )

    def _name(self, node: int) -> str:
        """The name before a value, without the sample, which the heading names.

        A weight's where there is room, else of others the letter.
        """
        if node == self.trace.graph.output:
            name = self.trace.graph.pretty(node)
            reduction = network_of(self.trace).reduction
            return f"{name} " if self.level == LABELS else f"{name} = {reduction} "
        place = self.trace.places[node]
        if self.level == EQUATIONS:
            return f"{symbol(place, 1)} "
        return "" if place.letter == "w" else f"{place.letter} "


@memoized(4 * MOST_BOXES)
def _table(trace: Trace, digits: int, level: int, unit: Unit) -> Table:
    return NeuronRows(trace, digits, level).made(unit)


def shown_as(trace: Trace, node: int) -> int:
    """The node of the row or box at which a node is seen; the cost of all samples is its own."""
    place = None if node == trace.graph.output else trace.places.get(node)
    if place is None:
        return node
    return trace.places.node(place._replace(letter="a") if place.letter == "z" else place)


@memoized(1)
def _troubles(trace: Trace) -> dict[int, str]:
    """The worst trouble by the node at which it is seen; at a product it is that of its sample."""
    found: dict[int, str] = {}
    for node, trouble in trace.troubles.items():
        place = trace.places.get(node)
        seen = node if place is not None and place.letter == "w" else shown_as(trace, node)
        found[seen] = min(found.get(seen, trouble), trouble, key=list(FLAGS).index)
    return found


def _worst(flag: Span) -> int:
    """How bad a flag is."""
    return -[*FLAGS.values(), ("", "plain")].index(flag)


def _eighths(value: float, largest: float) -> int:
    """A size in eighths; 0 for 0 alone."""
    if not value or not isfinite(value) or not largest:
        return 0
    return max(1, round(8 * abs(value) / largest))


@memoized(32)
def _largest(trace: Trace, layer: int) -> float:
    """The size of the largest weight that leads to a layer."""
    places, values = trace.places, trace.values
    weights = (places.weights(layer, j + 1) for j in range(places.sizes[layer - 1]))
    return max((abs(values[weight]) for row in weights for weight in row), default=0.0)
