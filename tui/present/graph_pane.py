"""The graph pane: the computation graph as boxes and wires, lit as the sweep goes."""

from __future__ import annotations

from backprop_tui.engine.spans import Line

from ..drawing import Drawing
from .picture import Picture


def drawn_picture(one: Drawing, width: int) -> Picture:
    """The drawing, as much as fits around the selected node; rows are made when asked for."""
    shift = _shift(one, width)
    blank: Line = ((" " * max(0, -shift), "plain"),)
    return Picture(
        one.diagram.height,
        lambda y: (*blank, *one.row(y, max(0, shift), max(0, shift) + width - max(0, -shift))),
        one.middle[1],
        _heading(one),
    )


def node_at(one: Drawing, width: int, column: int, line: int) -> int | None:
    """The node whose box stands at a cell of the picture."""
    x = column + _shift(one, width)
    for box, (left, top, wide, high) in one.diagram.boxes.items():
        if left <= x < left + wide and top <= line < top + high:
            return one.shown.nodes[box]
    return None


def _heading(one: Drawing) -> Line | None:
    """What is left out of a graph that is too large to be drawn whole."""
    left_out = one.shown.left_out
    if not left_out:
        return None
    text = f"around {one.session.graph.sign(one.session.selected)}: {left_out:,} of "
    text += f"{len(one.session.graph):,} nodes are not drawn (− widens, Enter unfolds)"
    return ((text, "muted"),)


def _shift(one: Drawing, width: int) -> int:
    """The first column shown: negative to centre what fits, by half windows to keep sight."""
    if one.diagram.width <= width:
        return (one.diagram.width - width) // 2
    half = max(1, width // 2)
    wanted = (one.middle[0] - half // 2) // half * half
    return max(0, min(wanted, one.diagram.width - width))
