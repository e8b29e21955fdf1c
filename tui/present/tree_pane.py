"""The tree pane: each node under its user, with its value and its adjoint so far."""

from __future__ import annotations

from backprop_tui.engine.language.calls import call_words, said_once
from backprop_tui.engine.language.show import PRINT, equation, excerpt
from backprop_tui.engine.text.spans import Line, Span
from backprop_tui.engine.text.words import cell_width

from ..session.calls import shut_at
from ..session.session import Session
from .marks import MARKS, mark, number_style
from .picture import SELECTED, Picture, clip, right

NUMBER = 14
"""Cells of a column of numbers."""
LEAST_NAMES = 12
SHORTEST = 8
"""Cells that a row keeps for its text, however deep it stands."""
OPERANDS = 2
"""Rows in sight below the selected one: what a node has, but for sums and products of many."""
DEEP = 10
"""Levels beyond which every row says how deep it stands."""


def tree_picture(session: Session, width: int) -> Picture:
    """The rows of the tree; only those asked for are computed."""
    shift = _shift(session, width)
    return Picture(
        len(session.tree),
        lambda row: _row(session, row, width, shift),
        max(0, session.row),
        around=OPERANDS,
    )


def _row(session: Session, row: int, width: int, shift: int) -> Line:
    tree, node = session.tree, session.tree.nodes[row]
    columns = _columns(width, session.view.digits)
    marked, style = mark(session, node)
    names = width - 1 - sum(columns) - 2
    room = max(0, names - SHORTEST)
    guides = clip(_depth(session, row) + _guides(session, row, shift, room), room)
    room = names - cell_width(guides)
    spans: list[Span] = [(guides, "muted"), *marked, *_fitted(_texts(session, row, room), room)]
    value = session.trace.values[node]
    first = row == tree.first[node]
    adjoint, kind = _adjoint(session, node) if first or session.graph.is_leaf(node) else ("", style)
    numbers = (
        (session.explanation.number(value), number_style(value, "plain")),
        (adjoint, kind if first else "muted"),
    )
    spans += [
        (right(text, column), kind) for (text, kind), column in zip(numbers, columns, strict=False)
    ]
    again = node == session.selected and not session.graph.is_leaf(node)
    return (SELECTED, *spans) if row == session.row or again else tuple(spans)


def _fitted(texts: list[Span], room: int) -> list[Span]:
    """The first text, clipped, and of the others those that fit; blanks up to the room."""
    (text, style), *notes = texts
    spans = [(clip(text, room), style)]
    room -= cell_width(spans[0][0])
    for note, style in notes:
        if cell_width(note) <= room:
            spans.append((note, style))
            room -= cell_width(note)
    return [*spans, (" " * max(0, room), "plain")]


def _texts(session: Session, row: int, room: int) -> list[Span]:
    """The node as its row names it, then notes; a repeated operation is only referred to."""
    graph, node = session.graph, session.tree.nodes[row]
    ref = graph.pretty(node)
    if graph.is_leaf(node):
        symbol = graph.symbols.get(node)
        fixed = node not in graph.constants and node not in session.trace.sweep.route.free
        return [
            (said_once(ref, symbol) if symbol else ref, "plain"),
            ("  assumed" if ref in session.source.assumed else "", "partial"),
            ("  held fixed" if fixed else "", "muted"),
        ]
    if session.tree.repeats[row]:
        return [(f"{ref}  shown above", "muted")]
    shown, users = equation(graph, node, PRINT), len(graph.users_of(node))
    call = shut_at(graph, session.shut, node)
    written = excerpt(graph, node, room, PRINT)
    return [
        (said_once(ref, shown) if call is None else call_words(graph, call), "strong"),
        (f"  used {users}×" if users > 1 else "", "muted"),
        (f"  {written}" if written and written != shown else "", "muted"),
    ]


def _adjoint(session: Session, node: int) -> Span:
    """The node's adjoint so far, and its style."""
    words = session.explanation
    received = session.trace.sweep.received(node, session.position)
    if received is None or not received.begun:
        return "", "plain"
    state = words.state(node, session.position)
    style = "sum" if state == "current" else MARKS[state][1]
    return words.number(received.adjoint), number_style(received.adjoint, style)


def _columns(width: int, digits: int) -> tuple[int, ...]:
    """The columns of numbers for which there is room beside the names."""
    column = max(NUMBER, digits + 8)
    room = (width - LEAST_NAMES) // column
    return (column, column)[: max(0, room)]


def _depth(session: Session, row: int) -> str:
    """The depth of a row in a column of its own, where the tree is too deep for guides alone."""
    tree = session.tree
    return f"{tree.depths[row]:>{len(str(tree.depth))}} " if tree.depth > DEEP else ""


def _guides(session: Session, row: int, shift: int, room: int) -> str:
    """The lines that lead to a row, and the sign of a fold: those in sight, and what is cut off.

    Each level takes two cells; there can be half a million of them.
    """
    tree = session.tree
    depth = tree.depths[row]
    node, is_repeat = tree.nodes[row], tree.repeats[row]
    is_shut = node in session.folds or shut_at(session.graph, session.shut, node) is not None
    folded = is_shut and not is_repeat
    if not depth:
        return "▸ "[shift:] if folded else ""
    first, last = shift // 2 + 1, min(depth, (shift + room) // 2 + 1)
    above, pieces = tree.above(row, last), []
    while first <= last:
        is_last = tree.lasts[above]
        corner = ("└" if is_last else "├") + ("▸" if folded else "─")
        pieces.append(corner if last == depth else "  " if is_last else "│ ")
        above, last = tree.parents[above], last - 1
    guides = "".join(reversed(pieces))
    return f"‹{guides[1:]}" if shift and guides else guides


def _shift(session: Session, width: int) -> int:
    """How many cells of guides are cut off so that a deep selection stays in sight."""
    names = width - sum(_columns(width, session.view.digits))
    indent = 2 * session.tree.depths[max(0, session.row)]
    step = max(2, names // 3 // 2 * 2)
    return max(0, (indent - names // 3) // step * step) if indent > names // 2 else 0
