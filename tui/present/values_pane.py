"""The values pane: every node with its equation, value, adjoint so far and what it received."""

from __future__ import annotations

from functools import lru_cache

from backprop_tui.engine import Graph
from backprop_tui.engine.describe import Description
from backprop_tui.engine.route import Route
from backprop_tui.engine.show import PRINT, equation
from backprop_tui.engine.spans import Line, Span
from backprop_tui.engine.sweep import Received

from ..session import Session
from .marks import mark, number_style
from .picture import SELECTED, Picture, left, right
from .tree_pane import NUMBER

RECEIVED, WORDY = 10, 19
"""Cells of the last column, without and with the state in words."""
LONGEST_NAME = 12


def values_picture(session: Session, width: int) -> Picture:
    """The rows of the table, by node id; only those asked for are computed."""
    columns = _columns(session, width)
    return Picture(
        len(session.graph),
        lambda node: _row(session, node, columns),
        session.selected,
        _header(session, columns),
    )


def _columns(session: Session, width: int) -> tuple[int, int, int, int, int]:
    """Cells of label, name, equation, numbers and what was received."""
    graph = session.graph
    label = max(len(graph.label(len(graph) - 1)), len("node")) + 2
    name = min(max(_longest_name(session.trace.sweep.route), len("name")), LONGEST_NAME) + 1
    number = max(NUMBER, session.digits + 8)
    if width - 2 - label - name - 2 * number < RECEIVED + 10:
        number -= 2
    rest = width - 2 - label - name - 2 * number
    received = WORDY if rest >= WORDY + 18 else RECEIVED
    return label, name, max(8, rest - received), number, received


@lru_cache(maxsize=4)
def _longest_name(route: Route) -> int:
    return max(map(len, route.graph.names.values()), default=0)


def _header(session: Session, columns: tuple[int, int, int, int, int]) -> Line:
    label, name, formula, number, _ = columns
    output = session.graph.sign(session.graph.output)
    text = (
        "  " + left("node", label) + left("name", name) + left("equation", formula)
        + right("value", number) + right(f"∂{output}/∂node", number) + "  received"
    )  # fmt: skip
    return ((text, "muted"),)


def _row(session: Session, node: int, columns: tuple[int, int, int, int, int]) -> Line:
    label, name, formula, number, received = columns
    graph, words, value = session.graph, session.explanation, session.trace.values[node]
    marked, _ = mark(session, node)
    active = "plain" if session.trace.sweep.route.active[node] else "muted"
    spans: list[Span] = [
        *marked,
        (left(graph.label(node), label), active),
        (left(named(graph, node), name), active),
        (left(equation_of(session, node), formula), active),
        (right(words.number(value), number), number_style(value, active)),
        *_received(words, session, node, number, received),
    ]
    return (SELECTED, *spans) if node == session.selected else tuple(spans)


def named(graph: Graph, node: int) -> str:
    """The name of a node as people read it; empty where it has none."""
    return graph.sign(node) if node in graph.names else ""


def equation_of(session: Session, node: int) -> str:
    """What a node computes; for a leaf, what kind of leaf it is."""
    graph = session.graph
    if node in graph.constants:
        return graph.symbols.get(node, "constant")
    if graph.is_leaf(node):
        name = graph.sign(node)
        if name in session.assumed:
            return "assumed"
        return "variable" if node in session.trace.sweep.route.free else "held fixed"
    return equation(graph, node, PRINT)


def _received(
    words: Description, session: Session, node: int, number: int, width: int
) -> list[Span]:
    got = session.trace.sweep.received(node, session.position)
    if got is None:
        return [(right("", number), "muted")]
    adjoint = words.number(got.adjoint) if got.begun else "none yet"
    style = "sum" if got.complete else "partial" if got.arrived else "waiting"
    style = number_style(got.adjoint, style)
    return [(f"{right(adjoint, number)}  {_count(got, width)}", style)]


def _count(got: Received, width: int) -> str:
    if not got.of:
        return "seed"
    state = "" if width < WORDY or not got.arrived else " complete" if got.complete else " partial"
    return f"{got.arrived} of {got.of}{state}"
