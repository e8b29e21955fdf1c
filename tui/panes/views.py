"""Which panes show each view, what stands above them, and those that are made when needed."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from ..session.session import Session
from ..session.viewing import PLOT, VIEWS
from .session_pane import SessionPane

VIEW_PANES = {
    "tree": ("tree", "values", "step"),
    "graph": ("graph", "step"),
    "neurons": ("graph", "step"),
    "weight": ("graph", "step"),
    "layers": ("layers", "step"),
    PLOT: ("plots", "step"),
}
"""The panes of each view, the first of which gets the focus."""
ROW = "row"
"""The pane of a row of data, beside the view's own."""
TITLES = {
    ROW: "Row: inputs and outputs",
    "graph": "Graph: value and derivative",
    "neurons": "Neurons: the weights beside the wires",
    "weight": "One leaf alone: its graph",
    "layers": "Layers: matrices, filled in by the sweep",
}
"""What is written above a view's own pane."""


def panes_of(session: Session | None) -> tuple[str, ...]:
    """The panes of the session's view, in the order of Tab; the row's where there is data."""
    if session is None:
        return VIEW_PANES[VIEWS[0]]
    panes = VIEW_PANES[session.view.name]
    has_row = session.trace.data is not None and panes[0] in NEEDED
    return (*panes[:-1], ROW, panes[-1]) if has_row else panes


def _graph_pane() -> Widget:
    from .graph_pane import GraphPane

    return GraphPane(TITLES["graph"])


def _layers_pane() -> Widget:
    from ..present.layers_pane import layers_picture

    return SessionPane("layers", layers_picture, title=TITLES["layers"])


def _row_pane() -> Widget:
    from ..present.row_pane import row_picture

    return SessionPane(ROW, row_picture, title=TITLES[ROW])


def _plot_pane() -> Widget:
    from .plot_pane import PlotPane

    return PlotPane()


NEEDED: dict[str, Callable[[], Widget]] = {
    "graph": _graph_pane,
    "layers": _layers_pane,
    ROW: _row_pane,
    "plots": _plot_pane,
}
"""The panes that are made when first needed."""
