"""The values pane: every node with its equation, value, adjoint so far and what it received."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from backprop_tui.engine import Graph
from backprop_tui.engine.calculus.route import Route
from backprop_tui.engine.calculus.sweep import Received
from backprop_tui.engine.explain.describe import Description
from backprop_tui.engine.language.show import PRINT, equation
from backprop_tui.engine.text.memo import memoized
from backprop_tui.engine.text.spans import Line, Span
from backprop_tui.engine.text.words import cell_width

from ..session.session import Session
from .marks import mark, number_style
from .picture import SELECTED, Picture, left, right
from .tree_pane import NUMBER

RECEIVED = "  received"
"""The name of the last column with the blanks before it."""
SHORTEST_NAME, LONGEST_NAME = 5, 12
"""Cells of a name: the fewest with a blank, where there is little room, and the most without."""
EQUATION, WIDE_EQUATION = 8, 18
"""Cells of an equation, at least, and before the states are written in words."""


class Columns(NamedTuple):
    """The cells of each column, but for the last, which has what is left."""

    label: int
    name: int
    equation: int
    number: int
    """Of the value, and of the adjoint."""
    is_wordy: bool
    """True where there is room for states in words."""


def values_picture(session: Session, width: int) -> Picture:
    """The rows of the table, by node id; only those asked for are computed."""
    columns = _columns(session, width)
    return Picture(
        len(session.graph),
        lambda node: _row(session, node, columns),
        session.selected,
        _header(session, columns),
    )


def _columns(session: Session, width: int) -> Columns:
    """The columns in so many cells: names give way first, then numbers are set closer."""
    graph = session.graph
    label = max(len(graph.label(len(graph) - 1)), len("node")) + 2
    longest, most = _longest(session.trace.sweep.route)
    name = min(max(longest, len("name")), LONGEST_NAME) + 1
    counts = max(len(RECEIVED), len(f"  {most} of {most}"))
    number = max(NUMBER, session.view.digits + 8)
    if width - 2 - label - name - 2 * number < counts + 10:
        number -= 2
    rest = width - 2 - label - name - 2 * number
    lack = max(0, min(counts + EQUATION - rest, name - SHORTEST_NAME))
    name, rest = name - lack, rest + lack
    words = counts + len(", complete")
    is_wordy = rest >= words + WIDE_EQUATION
    equation = max(EQUATION, rest - (words if is_wordy else counts))
    return Columns(label, name, equation, number, is_wordy)


@memoized(1)
def _longest(route: Route) -> tuple[int, int]:
    """The cells of the longest name, and the most contributions that a node receives."""
    names = map(route.graph.pretty, route.graph.names)
    return max(map(cell_width, names), default=0), max(Counter(route.targets).values(), default=0)


def _header(session: Session, columns: Columns) -> Line:
    output = session.graph.pretty(session.graph.output)
    text = (
        "  " + left("node", columns.label) + left("name", columns.name)
        + left("equation", columns.equation) + right("value", columns.number)
        + right(f"∂{output}/∂node", columns.number) + RECEIVED
    )  # fmt: skip
    return ((text, "muted"),)


def _row(session: Session, node: int, columns: Columns) -> Line:
    graph, words, value = session.graph, session.explanation, session.trace.values[node]
    marked, _ = mark(session, node)
    active = "plain" if session.trace.sweep.route.active[node] else "muted"
    spans: list[Span] = [
        *marked,
        (left(graph.label(node), columns.label), active),
        (left(named(graph, node), columns.name), active),
        (left(equation_of(session, node), columns.equation), active),
        (right(words.number(value), columns.number), number_style(value, active)),
        *_received(words, session, node, columns),
    ]
    return (SELECTED, *spans) if node == session.selected else tuple(spans)


def named(graph: Graph, node: int) -> str:
    """The name of a node as people read it; empty where it has none."""
    return graph.pretty(node) if node in graph.names else ""


def equation_of(session: Session, node: int) -> str:
    """What a node computes; for a leaf, what kind of leaf it is."""
    graph = session.graph
    if node in graph.constants:
        return graph.symbols.get(node, "constant")
    if graph.is_leaf(node):
        name = graph.pretty(node)
        if name in session.source.assumed:
            return "assumed"
        kind = "variable" if node in session.trace.sweep.route.free else "held fixed"
        return f"{kind}, scaled" if _is_scaled(session, node) else kind
    return equation(graph, node, PRINT)


def _is_scaled(session: Session, node: int) -> bool:
    """True for an input whose column of the data was brought to mean 0 and deviation 1."""
    data, place = session.trace.data, session.trace.places.get(node)
    return data is not None and bool(data.scales) and place is not None and place.letter == "x"


def _received(words: Description, session: Session, node: int, columns: Columns) -> list[Span]:
    got = session.trace.sweep.received(node, session.position)
    if got is None:
        return [(right("", columns.number), "muted")]
    adjoint = words.number(got.adjoint) if got.begun else "none yet"
    style = "sum" if got.complete else "partial" if got.arrived else "waiting"
    style = number_style(got.adjoint, style)
    return [(f"{right(adjoint, columns.number)}  {_count(got, columns.is_wordy)}", style)]


def _count(got: Received, is_wordy: bool) -> str:
    if not got.of:
        return "seed"
    return got.words if is_wordy and got.arrived else f"{got.arrived} of {got.of}"
