"""The texts in the boxes of a network: the weights beside their wires; z, a and δ of a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import isfinite
from typing import NamedTuple

from backprop_tui.engine import Trace
from backprop_tui.engine.errors import cell_width, flush_left
from backprop_tui.engine.explain import Explanation
from backprop_tui.engine.layers import weight_names
from backprop_tui.engine.neurons import node_of, place_at
from backprop_tui.engine.spans import Line, Span

from ..layout import Diagram, layout
from ..layout.layered import Size, least_size
from ..neurons import Cell, Neurons
from .boxes import EQUATIONS, LABELS, NUMBERS, adjoint, widest
from .marks import FLAGS, MARKS, number_style
from .picture import clip

BARS = " ▁▂▃▄▅▆▇█"
"""The size of a weight, in eighths of the largest that leads to its layer."""
DIGITS = {LABELS: 3, NUMBERS: 4, EQUATIONS: 17}
"""Significant digits at most."""


HELD, PARTIAL = MARKS["inactive"][0], MARKS["partial"][0]
"""What stands before a leaf that is held fixed, and before a derivative that is not complete."""
SELECTED = "‹›"
"""What stands around the title, the row or the number that is selected."""


class Row(NamedTuple):
    """A weight, a bias or a target beside its wire."""

    node: int
    mark: str
    """▶ where the step is at its wire, · where it is held fixed."""
    flag: Span
    """Where something is wrong with it, or with its product."""
    name: str
    value: Span
    size: str
    slope: Span


@lru_cache(maxsize=8)
def neuron_diagram(trace: Trace, digits: int, shown: Neurons, level: int) -> Diagram:
    """The boxes and wires, layers side by side; the same at every step of the sweep."""
    last = len(trace.sweep.route.users)
    texts = NeuronTexts(trace, digits, level, last)
    sizes = {node: texts.size(cell) for node, cell in shown.cells.items()}
    return layout(list(sizes), shown.edges, sizes, dense=level == LABELS, in_order=True)


@dataclass(frozen=True)
class NeuronTexts:
    """The texts at one position of a sweep, each box as full as its level says."""

    trace: Trace
    digits: int
    level: int
    position: int

    @cached_property
    def words(self) -> Explanation:
        """How numbers and states are written."""
        return Explanation(self.trace.sweep, min(self.digits, DIGITS[self.level]))

    def title(self, cell: Cell) -> str:
        """What a box is called: the neuron and its activation, the cost and its name."""
        network = self.trace.network
        assert network is not None
        name = self.sign(cell.node)
        if cell.letter == "C" and self.level == LABELS:
            return self.trace.graph.sign(cell.node)
        if cell.letter == "x" or self.level == LABELS:
            return name.replace("z", "a", 1)
        if cell.letter == "C":
            return f"{self.trace.graph.sign(cell.node)} {network.cost}"
        return f"{name.replace('z', 'a', 1)} {network.activations[cell.layer - 2]}"

    def size(self, cell: Cell) -> Size:
        """A box that holds its texts at every step, and the ends of its wires."""
        right = self.values(cell)
        wide = max(*(cell_width(text) for text, _ in right), self._widest(cell.total))
        inner = sum(self._widths(cell)) + wide + 1
        width, height = least_size(len(cell.ways), True)
        rows = len(self.rows(cell)) + bool(cell.left_out)
        return (
            max(width, inner + 2, cell_width(self.title(cell)) + 6),
            max(height, rows + 2, len(right) + 2),
        )

    def lines(self, cell: Cell, inner: int, selected: int | None) -> list[Line]:
        """The rows of a box, as wide as it is inside; that of the node selected is bracketed."""
        widths = self._widths(cell)
        left = [self._line(row, widths, row.node == selected) for row in self.rows(cell)]
        if cell.left_out:
            left.insert(len(cell.rows), ((f" … {cell.left_out:,} more", "muted"),))
        right = self.values(cell)
        found: list[Line] = []
        for index in range(max(len(left), len(right))):
            spans = left[index] if index < len(left) else ()
            end, style = right[index] if index < len(right) else ("", "plain")
            used = sum(cell_width(text) for text, _ in spans)
            end = clip(end, inner - used - 1)
            blank = " " * (inner - used - cell_width(end) - 1)
            found.append((*spans, (blank, "plain"), (f"{end} ", style)))
        return found

    def rows(self, cell: Cell) -> list[Row]:
        """The weights shown, and the bias where there is room; the targets, and the cost of all."""
        if cell.letter == "C":
            ends = () if cell.whole is None else (cell.whole,)
            return [
                self._row(node, "▶" if node == self._current else " ", None, node)
                for node in (*cell.rows, *ends)
            ]
        largest = _largest(self.trace, cell.layer) if cell.rows else 0.0
        found = [
            self._row(node, "▶" if way == self._current else " ", largest, way)
            for node, way in zip(cell.rows, cell.ways, strict=True)
        ]
        if cell.bias is not None and self.level != LABELS:
            found.append(self._row(cell.bias, " ", None, cell.bias))
        return found

    def seen_in(self, cell: Cell, node: int) -> int:
        """The row, or the box itself, in which a node is that belongs to a cell."""
        row = shown_as(self.trace, node)
        return row if row in (one.node for one in self.rows(cell)) else cell.node

    def flag(self, node: int) -> Span:
        """What is wrong in a box or row: at its node, or at what is not shown apart from it."""
        trouble = _troubles(self.trace).get(node)
        return FLAGS[trouble] if trouble else ("", "plain")

    def values(self, cell: Cell) -> list[Span]:
        """What stands at the right: values, then the derivative once it has been received."""
        values = self.trace.values
        named = [("" if cell.letter != "a" else "a ", cell.node)]
        if self.level == EQUATIONS and cell.total != cell.node:
            named.insert(0, ("z ", cell.total))
        found = [
            (name + self.words.number(values[node]), number_style(values[node], "plain"))
            for name, node in named
        ]
        if self.trace.sweep.route.active[cell.total]:
            text, style = self._slope(cell.total)
            found.append((text.replace("∂", "δ " if cell.letter == "a" else "∂"), style))
        return found

    def state(self, cell: Cell) -> str:
        """The state of a box: of its weighted sum, before that is reached of its activation.

        An activation from which C is not computed says nothing of its neuron.
        """
        at_sum, at_node = (
            self.words.state(node, self.position) for node in (cell.total, cell.node)
        )
        if "current" in (at_sum, at_node) or self._is_at_wire(cell):
            return "current"
        return at_node if at_sum == "none yet" and at_node != "inactive" else at_sum

    def _is_at_wire(self, cell: Cell) -> bool:
        return cell.letter == "a" and self._current in cell.ways

    def _slope(self, node: int) -> Span:
        """A derivative so far, with a sign where it is not complete."""
        text, style = adjoint(self.words, node, self.position)
        received = self.trace.sweep.received(node, self.position)
        is_partial = text and received is not None and not received.complete
        return (PARTIAL if is_partial else "") + text.strip(), style

    def _widest(self, node: int) -> int:
        """The cells of a derivative at its widest, with its sign."""
        route = self.trace.sweep.route
        is_sum = route.active[node] and len(route.arrivals(node)) > 1
        return widest(self.words, node) + is_sum

    def _row(self, node: int, mark: str, largest: float | None, way: int) -> Row:
        """A weight by its size among the others that lead to its layer; others without size."""
        value = self.trace.values[node]
        text = self.words.number(value)
        size = "" if largest is None else BARS[_eighths(value, largest)]
        sign = "+" if value > 0 and largest is not None else ""
        style = number_style(value, "forward")
        slope, state = self._slope(node)
        if not self._has_slope(node):
            slope = ""
        if not self.trace.sweep.route.active[node]:
            mark, style = HELD, number_style(value, "muted")
        flag = max(self.flag(node), self.flag(way), key=_worst)
        return Row(
            node, mark, flag, self._name(node), (sign + text, style), f" {size}" if size else "",
            (f" {slope}" if slope else "", state if state == "partial" else "sum"),
        )  # fmt: skip

    def _has_slope(self, node: int) -> bool:
        """True where there is room for a derivative; that of C by itself is the seed, 1."""
        return self.level != LABELS and node != self.trace.graph.output

    def _name(self, node: int) -> str:
        """The name before a value: a weight's where there is room, else of others the letter."""
        name = self.sign(node)
        network = self.trace.network
        if node == self.trace.graph.output and network is not None:
            return f"{name} " if self.level == LABELS else f"{name} = {network.reduction} "
        if self.level == EQUATIONS:
            return f"{name} "
        return "" if name[0] == "w" else f"{name[0]} "

    def _line(self, row: Row, widths: Sequence[int], is_selected: bool) -> Line:
        before, after = (*SELECTED,) if is_selected else ("", "")
        texts = (
            (row.mark, "muted" if row.mark == HELD else "current"), row.flag, (before, "plain"),
            (row.name, "muted"), row.value, (row.size, "forward"), row.slope, (after, "plain"),
        )  # fmt: skip
        return tuple(
            (flush_left(text, width), "marked" if is_selected else style)
            for (text, style), width in zip(texts, widths, strict=True)
        )

    def _widths(self, cell: Cell) -> list[int]:
        """The cells of marker, flag, bracket, name, value, size, derivative and bracket."""
        rows = self.rows(cell)
        if not rows:
            return [0, 0, 0, 0, 0, 0, 0, 1]
        slopes = [self._widest(row.node) for row in rows if self._has_slope(row.node)]
        return [
            1,
            max(len(row.flag[0]) for row in rows),
            1,
            max(cell_width(row.name) for row in rows),
            max(cell_width(row.value[0]) for row in rows),
            max(cell_width(row.size) for row in rows),
            max(slopes, default=0),
            1,
        ]

    def sign(self, node: int) -> str:
        """A node's name without the sample, which the heading names."""
        return self.trace.graph.sign(node).partition(" (")[0]

    @cached_property
    def _current(self) -> int | None:
        step = self.words.current(self.position)
        return self.trace.sweep.route.order[step - 1] if step else None


def shown_as(trace: Trace, node: int) -> int:
    """The node of the row or box at which a node is seen; the cost of all samples is its own."""
    place = None if node == trace.graph.output else place_at(trace, node)
    return node if place is None else node_of(trace, place)


@lru_cache(maxsize=8)
def _troubles(trace: Trace) -> dict[int, str]:
    """The worst trouble by the node at which it is seen; at a product it is that of its sample."""
    found: dict[int, str] = {}
    for node, trouble in trace.troubles.items():
        place = place_at(trace, node)
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


@lru_cache(maxsize=32)
def _largest(trace: Trace, layer: int) -> float:
    """The size of the largest weight that leads to a layer."""
    assert trace.network is not None
    names = (name for row in weight_names(trace.network, layer) for name in row)
    return max((abs(trace.bindings[name]) for name in names), default=0.0)
