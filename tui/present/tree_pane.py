"""The tree pane: each node under its user, with its value and its adjoint so far."""

from __future__ import annotations

from backprop_tui.engine.errors import cell_width
from backprop_tui.engine.show import PRINT, equation
from backprop_tui.engine.spans import Line, Span

from ..session import Session
from .marks import MARKS
from .picture import SELECTED, Picture, clip, right

NUMBER = 13
"""Cells of a column of numbers."""
LEAST_NAMES = 12


def tree_picture(session: Session, width: int) -> Picture:
    """The rows of the tree; only those asked for are computed."""
    shift = _shift(session, width)
    focus = session.row if session.row >= 0 else None
    return Picture(len(session.tree), lambda row: _row(session, row, width, shift), focus)


def _row(session: Session, row: int, width: int, shift: int) -> Line:
    graph, node = session.graph, session.tree.nodes[row]
    columns = _columns(width, session.digits)
    names = width - 1 - sum(columns)
    mark, style = MARKS[session.explanation.state(node, session.position)]
    guides = _guides(session, row)
    guides = f"‹{guides[shift + 1 :]}" if shift and len(guides) > shift else guides[shift:]
    text, text_style = _text(session, row)
    spans: list[Span] = [(guides, "muted"), (f"{mark} ", style)]
    room = names - cell_width(guides) - 2
    spans.append((clip(text, room), text_style))
    spans.append((" " * max(0, room - cell_width(clip(text, room))), "plain"))
    value = session.explanation.number(session.trace.values[node])
    adjoint = _adjoint(session, node) if row == session.tree.first[node] else ""
    kinds = ("plain", "sum" if style == "current" else style)
    numbers = zip((value, adjoint), columns, kinds, strict=False)
    spans += [(right(clip(text, column - 1), column), kind) for text, column, kind in numbers]
    chosen = node == session.selected and (row == session.row or not graph.is_leaf(node))
    return (SELECTED, *spans) if chosen else tuple(spans)


def _text(session: Session, row: int) -> Span:
    """The node as its row names it, and the style: a repeated operation is only referred to."""
    graph, tree = session.graph, session.tree
    node = tree.nodes[row]
    ref = graph.ref(node)
    if graph.is_leaf(node):
        symbol = graph.symbols.get(node)
        note = f" = {symbol}" if symbol else ""
        note += "  assumed" if ref in session.assumed else ""
        fixed = node not in graph.constants and node not in session.trace.sweep.route.wrt
        return f"{ref}{note}{'  held fixed' if fixed else ''}", "plain"
    if tree.repeats[row]:
        return f"{ref}  shown above", "muted"
    shown = f"{ref} = {equation(graph, node, PRINT)}"
    users = len(graph.users_of(node))
    return f"{shown}  used {users}×" if users > 1 else shown, "strong"


def _adjoint(session: Session, node: int) -> str:
    received = session.trace.sweep.received(node, session.position)
    if received is None or not (received.count or not received.of):
        return ""
    return session.explanation.number(received.adjoint)


def _columns(width: int, digits: int) -> tuple[int, ...]:
    """The columns of numbers for which there is room beside the names."""
    column = max(NUMBER, digits + 7)
    room = (width - LEAST_NAMES) // column
    return (column, column)[: max(0, room)]


def _guides(session: Session, row: int) -> str:
    """The lines that lead to a row, and the sign of a fold."""
    tree = session.tree
    if not tree.depths[row]:
        return "▸ " if tree.nodes[row] in session.folds else ""
    corner = "└" if tree.lasts[row] else "├"
    folded = tree.nodes[row] in session.folds and not tree.repeats[row]
    pieces = [corner + ("▸" if folded else "─")]
    above = tree.parents[row]
    while tree.depths[above]:
        pieces.append("  " if tree.lasts[above] else "│ ")
        above = tree.parents[above]
    return "".join(reversed(pieces))


def _shift(session: Session, width: int) -> int:
    """How many cells of guides are cut off so that a deep selection stays in sight."""
    if session.row < 0:
        return 0
    names = width - sum(_columns(width, session.digits))
    indent = 2 * session.tree.depths[session.row]
    step = max(2, names // 3 // 2 * 2)
    return max(0, (indent - names // 3) // step * step) if indent > names // 2 else 0
