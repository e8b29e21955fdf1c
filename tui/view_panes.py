"""Which panes show each view, what stands above them, and those that are made when needed."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from .panes.session_pane import SessionPane
from .session import PLOT

VIEW_PANES = {
    "tree": ("tree", "values", "step"),
    "graph": ("graph", "step"),
    "neurons": ("graph", "step"),
    "weight": ("graph", "step"),
    "layers": ("layers", "step"),
    PLOT: ("plots", "step"),
}
"""The panes of each view, the first of which gets the focus."""
TITLES = {
    "graph": "Graph: value and derivative",
    "neurons": "Neurons: the weights beside the wires",
    "weight": "One weight: its graph alone",
    "layers": "Layers: matrices, filled in by the sweep",
}
"""What is written above a view's own pane."""


def _graph_pane() -> Widget:
    from .panes.graph_pane import GraphPane

    return GraphPane()


def _layers_pane() -> Widget:
    from .present.layers_pane import layers_picture

    return SessionPane("layers", layers_picture)


def _plot_pane() -> Widget:
    from .panes.plot_pane import PlotPane

    return PlotPane()


NEEDED: dict[str, Callable[[], Widget]] = {
    "graph": _graph_pane,
    "layers": _layers_pane,
    "plots": _plot_pane,
}
"""The panes that are made when first needed."""
