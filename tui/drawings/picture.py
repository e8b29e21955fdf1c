"""The graph pane: the computation graph as boxes and wires, lit as the sweep goes."""

from __future__ import annotations

from backprop_tui.engine.text.spans import Line

from ..present.picture import Picture, start_of
from .drawing import Drawing


def graph_picture(one: Drawing, width: int) -> Picture:
    """The drawing, as much as fits around the selected node; rows are made when asked for."""
    shift = _shift(one, width)
    row = one.rows()
    blank: Line = ((" " * max(0, -shift), "plain"),)
    return Picture(
        one.diagram.height,
        lambda y: (*blank, *row(y, max(0, shift), max(0, shift) + width - max(0, -shift))),
        one.middle[1],
        one.heading(shift, width),
        one.reach[1],
    )


def node_at(one: Drawing, width: int, column: int, line: int) -> int | None:
    """The node that stands at a cell of the picture."""
    return one.node_at(column + _shift(one, width), line)


def _shift(one: Drawing, width: int) -> int:
    """The first column shown: negative to centre what fits, by most of a window to keep sight."""
    if one.diagram.width <= width:
        return (one.diagram.width - width) // 2
    return start_of(one.middle[0], one.diagram.width, width, one.reach[0])
