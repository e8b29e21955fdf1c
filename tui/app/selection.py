"""What the arrows and the mouse select in each pane, in a drawing along its wires."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..panes.lines import LinePane
from ..panes.views import panes_of
from ..session.session import Session
from ..session.viewing import PLOT, entered, turned, with_leaves, zoomed
from .changes import Changes

if TYPE_CHECKING:
    from ..drawings.drawing import Drawing
    from ..panes.graph_pane import GraphPane


class Selection:
    """Moves the selection in the pane that has the focus."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.stage = changes.stage

    def move(self, rows: int) -> None:
        """Selects so many rows on; scrolls the step pane, in which nothing is selected."""
        focused = self.stage.focused
        pane = focused.id if isinstance(focused, LinePane) else None
        if isinstance(focused, LinePane) and pane == "step":
            focused.scroll_lines(rows)
        elif pane == "values":
            self.changes.make(lambda session: session.choose_next(rows))
        elif pane == "layers":
            from ..session.matrices import beside_in_layers

            self.changes.make(lambda session: beside_in_layers(session, rows))
        elif pane == "graph":
            self.follow("down" if rows > 0 else "up")
        else:
            self.changes.make(lambda session: session.choose_row(rows))

    def follow(self, way: str) -> None:
        """Selects the node along a wire of the drawing; elsewhere steps on or back."""
        if self._is_drawn:
            self._draw(lambda session, one: _towards(session, one.neighbour(way, session.times)))
        else:
            self.changes.make(lambda session: session.move(1 if way == "right" else -1))

    def click(self, event: LinePane.Clicked) -> None:
        """Selects the node of a line; a second click on it folds."""
        session, pane = self.stage.session, event.pane.id
        if session is None or pane not in ("tree", "values", "graph"):
            return
        if pane == "graph":
            self._click_drawing(session, event)
        elif pane == "values":
            self.changes.make(lambda session: session.choose(event.line))
        elif event.line == session.row:
            self.changes.make(entered)
        else:
            node = session.tree.nodes[event.line]
            self.changes.make(lambda session: session.choose(node, event.line))

    def _click_drawing(self, session: Session, event: LinePane.Clicked) -> None:
        node = self._graph_pane.node_at(session, event.column, event.line)
        if node == session.selected:
            self.changes.make(entered)
        else:
            self.changes.make(lambda session: _towards(session, node))

    def page(self, pages: int) -> None:
        """Scrolls the pane."""
        focused = self.stage.focused
        if isinstance(focused, LinePane):
            focused.scroll_lines(pages * max(1, focused.size.height - 1))

    def closer(self, levels: int) -> None:
        """Shows more in each box of the drawing, or less; a smaller or larger range of a plot."""
        if self.stage.session is not None and self.stage.session.view.name == PLOT:
            self.changes.make(lambda session: zoomed(session, levels, 0))
        self._draw(lambda session, one: zoomed(session, levels, _level(session, one)))

    def turn(self) -> None:
        """Draws the other way."""
        self._draw(lambda session, one: turned(session, one.across))

    def part_leaves(self) -> None:
        """Draws a leaf once, or once for each use."""
        self._draw(lambda session, _: with_leaves(session))

    def _draw(self, change: Callable[[Session, Drawing], Session]) -> None:
        """Makes a change that depends on the drawing, where there is one."""
        if self._is_drawn:
            pane = self._graph_pane
            self.changes.make(lambda session: change(session, pane.drawing(session)))

    @property
    def _is_drawn(self) -> bool:
        """True where a drawing is shown."""
        return panes_of(self.stage.session)[0] == "graph" and bool(self.stage.query("#graph"))

    @property
    def _graph_pane(self) -> GraphPane:
        from ..panes.graph_pane import GraphPane

        return self.stage.query_one(GraphPane)


def _level(session: Session, one: Drawing) -> int:
    """How close a drawing is: as chosen, else as it came out."""
    return one.level if session.view.zoom is None else session.view.zoom


def _towards(session: Session, node: int | None) -> Session:
    return session if node is None else session.choose(node)
