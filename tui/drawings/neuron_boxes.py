"""The boxes of a network at a moment of the sweep: derivatives beside the wires; z, a and δ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from backprop_tui.engine import Trace
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.text.memo import memoized
from backprop_tui.engine.text.spans import Line, Span
from backprop_tui.engine.text.words import cell_width, flush_left

from ..layout import Diagram, layout
from ..layout.layered import Size, least_size
from ..present.marks import BRACKETS, HELD, MARKS, PARTIAL, number_style
from ..present.picture import clip
from .boxes import EQUATIONS, LABELS, adjoint
from .neuron_rows import NeuronRows, Row
from .neurons import Neurons, Unit

BRACKET = 2
"""Of the spans of a line, the one that leaves room for the first of them; the last is the other."""


@memoized(64)
def neuron_diagram(trace: Trace, digits: int, shown: Neurons, level: int) -> Diagram:
    """The boxes and wires, layers side by side; the same at every step of the sweep."""
    last = len(trace.sweep.route.users)
    texts = NeuronTexts(NeuronRows(trace, digits, level), last)
    sizes = {node: texts.size(unit) for node, unit in shown.units.items()}
    return layout(list(sizes), shown.edges, sizes, dense=level == LABELS, in_order=True)


@dataclass(frozen=True, eq=False)
class NeuronTexts:
    """The texts at one position of a sweep."""

    rows: NeuronRows
    position: int

    @property
    def trace(self) -> Trace:
        """The network's trace."""
        return self.rows.trace

    @property
    def words(self) -> Explanation:
        """How numbers and states are written."""
        return self.rows.words

    def size(self, unit: Unit) -> Size:
        """A box that holds its texts at every step, and the ends of its wires."""
        table, right = self.rows.table(unit), self.values(unit)
        wide = max(*(cell_width(text) for text, _ in right), self.rows.widest(unit.weighted_sum))
        beside = max(table.width, wide + 1) if unit.letter == "C" else table.width + wide
        inner = max(beside, cell_width(_more(unit))) + 1
        width, height = least_size(len(unit.ways), True)
        return (
            max(width, inner + 2, cell_width(self.rows.title(unit)) + 6),
            max(height, len(self.nodes(unit)) + 2, len(right) + 2),
        )

    def nodes(self, unit: Unit) -> list[int]:
        """The node of each line of a box, from the top: of its rows, else of the box.

        The numbers of the cost have lines of their own below the targets, which they are not of.
        """
        found = [row.node for row in self.rows.table(unit).rows]
        own = len(self.values(unit)) if unit.letter == "C" else 0
        found[len(unit.rows) : len(unit.rows)] = [unit.node] * (bool(unit.left_out) + own)
        return found

    def lines(self, unit: Unit, inner: int, selected: int | None) -> list[Line]:
        """The rows of a box, as wide as it is inside; that of the node selected is bracketed."""
        table = self.rows.table(unit)
        left = [
            (self._line(row, spans, table.slope, row.node == selected), table.width)
            for row, spans in zip(table.rows, table.lines, strict=True)
        ]
        if unit.left_out:
            more = _more(unit)
            left.insert(len(unit.rows), (((more, "muted"),), cell_width(more)))
        right = self.values(unit)
        if unit.letter == "C":
            above = len(unit.rows) + bool(unit.left_out)
            left[above:above] = [((), 0)] * len(right)
            right = [("", "plain")] * above + right
        found: list[Line] = []
        for index in range(max(len(left), len(right))):
            spans, used = left[index] if index < len(left) else ((), 0)
            end, style = right[index] if index < len(right) else ("", "plain")
            end = clip(end, inner - used - 1)
            blank = " " * (inner - used - cell_width(end) - 1)
            found.append((*spans, (blank, "plain"), (f"{end} ", style)))
        return found

    def values(self, unit: Unit) -> list[Span]:
        """What stands at the right: values, then the derivative once it has been received."""
        values = self.trace.values
        named = [("" if unit.letter != "a" else "a ", unit.node)]
        if self.rows.level == EQUATIONS and unit.weighted_sum != unit.node:
            named.insert(0, ("z ", unit.weighted_sum))
        found = [
            (name + self.words.number(values[node]), number_style(values[node], "plain"))
            for name, node in named
        ]
        if self.trace.sweep.route.active[unit.weighted_sum]:
            text, style = self._slope(unit.weighted_sum)
            found.append((text.replace("∂", "δ " if unit.letter == "a" else "∂"), style))
        return found

    def state(self, unit: Unit) -> str:
        """The state of a box: of its weighted sum, before that is reached of its activation.

        An activation from which C is not computed says nothing of its neuron.
        """
        at_sum, at_node = (
            self.words.state(node, self.position) for node in (unit.weighted_sum, unit.node)
        )
        if "current" in (at_sum, at_node) or self._is_at_wire(unit):
            return "current"
        return at_node if at_sum == "none yet" and at_node != "inactive" else at_sum

    def mark(self, row: Row) -> str:
        """▶ where the step is at the row's wire, · where its leaf is held fixed, else a blank."""
        if not self.trace.sweep.route.active[row.node]:
            return HELD
        return MARKS["current"][0] if row.way == self._current else " "

    def slope(self, row: Row) -> Span:
        """The derivative by a weight, bias or target so far, where there is room for it."""
        text, state = self._slope(row.node) if self.rows.has_slope(row.node) else ("", "")
        return (f" {text}" if text else "", state if state == "partial" else "sum")

    def _line(self, row: Row, spans: Line, width: int, is_selected: bool) -> Line:
        mark, (slope, style) = self.mark(row), self.slope(row)
        line = (
            (mark, "muted" if mark == HELD else "current"),
            *spans,
            (flush_left(slope, width), style),
            (" ", "plain"),
        )
        return _bracketed(line) if is_selected else line

    def _is_at_wire(self, unit: Unit) -> bool:
        return unit.letter == "a" and self._current in unit.ways

    def _slope(self, node: int) -> Span:
        """A derivative so far, with a sign where it is not complete."""
        text, style = adjoint(self.words, node, self.position)
        received = self.trace.sweep.received(node, self.position)
        is_partial = text and received is not None and not received.complete
        return (PARTIAL if is_partial else "") + text.strip(), style

    @cached_property
    def _current(self) -> int | None:
        step = self.words.current(self.position)
        return self.trace.sweep.route.order[step - 1] if step else None


def _more(unit: Unit) -> str:
    """How many rows of a box are left out; nothing when none is."""
    return f" … {unit.left_out:,} more" if unit.left_out else ""


def _bracketed(line: Line) -> Line:
    """The line of what is selected."""
    texts = [text for text, _ in line]
    texts[BRACKET], texts[-1] = (*BRACKETS,)
    return tuple((text, "marked") for text in texts)
