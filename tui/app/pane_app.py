"""The application's panes: which are shown, where the focus is, what a selection does in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.widget import Widget

from ..panes.lines import LinePane
from ..panes.session_pane import PicturePane
from ..session.opening import Opening
from ..session.session import Session
from ..session.viewing import (
    PLOT,
    VIEWS,
    entered,
    next_view,
    other_sample,
    turned,
    with_layers,
    with_leaves,
    with_plot,
    zoomed,
)
from .keeping_app import KeepingApp
from .views import NEEDED, ROW, TITLES, VIEW_PANES, panes_of

if TYPE_CHECKING:
    from ..drawings.drawing import Drawing
    from ..panes.graph_pane import GraphPane


FRAME = Size(2, 17)
"""Cells of a window that a view's only pane beside the step does not have."""


class PaneApp(KeepingApp):
    """Shows the panes of the session's view; the arrows, Tab and the zoom."""

    def __init__(self, start: Session | Opening | None, styles: Sequence[str]) -> None:
        super().__init__(start, styles)
        self.zoomed = False
        self.zoomed_by_need = False
        self.shown = VIEW_PANES[VIEWS[0]]

    def action_choose(self, rows: int) -> None:
        """Moves the selection in the focused pane; scrolls the step pane."""
        focused = self.focused
        if isinstance(focused, LinePane) and focused.id == "step":
            focused.scroll_lines(rows)
        elif focused is not None and focused.id == "values":
            self.change(lambda session: session.choose_next(rows))
        elif focused is not None and focused.id == "layers":
            from ..session.matrices import beside_in_layers

            self.change(lambda session: beside_in_layers(session, rows))
        elif focused is not None and focused.id == "graph":
            self.action_arrow("down" if rows > 0 else "up")
        else:
            self.change(lambda session: session.choose_row(rows))

    def action_view(self) -> None:
        """Shows the next view."""
        self.change(next_view)

    def action_layers(self) -> None:
        """Shows a network layer by layer, or as before."""
        self.change(with_layers)

    def action_sample(self, samples: int) -> None:
        """Shows another sample of a network."""
        self.change_beside(lambda session: other_sample(session, samples))

    def action_plot(self) -> None:
        """Shows the next plot, after the last one what was shown before."""
        from ..present.plots.kinds import plots_of

        self.change_beside(lambda session: with_plot(session, plots_of(session)))

    def action_closer(self, levels: int) -> None:
        """Shows more in each box of the drawing, or less; a smaller or larger range of a plot."""
        if self.session is not None and self.session.view == PLOT:
            self.change(lambda session: zoomed(session, levels, 0))
        self._draw(lambda session, one: zoomed(session, levels, _level(session, one)))

    def action_turn(self) -> None:
        """Draws the other way."""
        self._draw(lambda session, one: turned(session, one.across))

    def action_leaves(self) -> None:
        """Draws a leaf once, or once for each use."""
        self._draw(lambda session, _: with_leaves(session))

    def looking_up(self) -> Callable[[Session], Session]:
        """What has all looked up that the panes draw, at the next step and the last one too.

        The size of a pane that is not made yet is guessed.
        """
        panes = {pane.id: (pane, pane.window) for pane in self.query(PicturePane)}
        room = self.size - FRAME

        def look_up(session: Session) -> Session:
            for name in ("header", *panes_of(session), "timeline"):
                pane, window = panes.get(name) or (NEEDED[name](), room)
                if isinstance(pane, PicturePane):
                    for moment in (
                        session.seek(len(session.trace.sweep)),
                        session.move(1),
                        session,
                    ):
                        pane.look_up(moment, window if window.width else room)
            return session

        return look_up

    def action_arrow(self, way: str) -> None:
        """Selects the node along a wire of the drawing; elsewhere steps on or back."""
        if self.session is not None and not self._is_drawn:
            self.change(lambda session: session.move(1 if way == "right" else -1))
        self._draw(lambda session, one: _towards(session, one.neighbour(way, session.times)))

    def action_fold(self) -> None:
        """Folds the selected operation; between neurons, looks into what is selected."""
        self.change(entered)

    def action_page(self, pages: int) -> None:
        """Scrolls the focused pane."""
        if isinstance(self.focused, LinePane):
            self.focused.scroll_lines(pages * max(1, self.focused.size.height - 1))

    def action_pane(self, panes: int) -> None:
        """Goes to the next pane; one that is hidden is zoomed."""
        names = [pane.id for pane in self._panes]
        focused = self.focused.id if self.focused else None
        place = names.index(focused) + panes if focused in names else 0
        following = self._panes[place % len(names)]
        was_zoomed = self.zoomed
        if self.zoomed_by_need:
            self._zoom(None)
        if was_zoomed and not self.zoomed_by_need:
            self._zoom(following)
        elif not following.display or not following.size.height:
            self._zoom(following)
            self.zoomed_by_need = True
        following.focus()

    def action_zoom(self) -> None:
        """Gives the focused pane all the room, or takes it back."""
        focused = next((pane for pane in self._panes if pane.has_focus), None)
        self._zoom(None if self.zoomed else focused)

    def show_view(self) -> None:
        """Shows the panes of the view, which are made when first needed."""
        view = self.session.view if self.session is not None else VIEWS[0]
        panes = panes_of(self.session)
        if panes != self.shown:
            self._show_panes(panes)
        for pane in self.query(f"#{panes[0]}"):
            # The framework repaints a pane whose title is set, even to what it was.
            if view in TITLES and pane.border_title != TITLES[view]:
                pane.border_title = TITLES[view]

    def _show_panes(self, panes: tuple[str, ...]) -> None:
        first_before, self.shown = self.shown[0], panes
        main = self.query_one("#main")
        for name in NEEDED:
            main.set_class(name in panes, f"-{name}")
        main.set_class(panes[0] in NEEDED, "-single")
        self._zoom(None)
        for name in reversed(panes):
            if name in NEEDED and not self.query(f"#{name}"):
                pane = NEEDED[name]()
                pane.data_bind(KeepingApp.session)
                main.mount(pane, before=f"#{ROW}" if self.query(f"#{ROW}") else "#step")
        if panes[0] != first_before:
            self.call_after_refresh(self.focus_first)

    def focus_first(self) -> None:
        """Gives the focus to the view's own pane."""
        self._panes[0].focus()

    def on_line_pane_clicked(self, event: LinePane.Clicked) -> None:
        """Selects the node of a line; a second click on it folds."""
        if self.session is None or event.pane.id not in ("tree", "values", "graph"):
            return
        if event.pane.id == "graph":
            node = self._graph_pane.node_at(self.session, event.column, event.line)
            if node == self.session.selected:
                self.action_fold()
            else:
                self.change(lambda session: _towards(session, node))
        elif event.pane.id == "values":
            self.change(lambda session: session.choose(event.line))
        elif event.line == self.session.row:
            self.action_fold()
        else:
            node = self.session.tree.nodes[event.line]
            self.change(lambda session: session.choose(node, event.line))

    @property
    def _panes(self) -> list[Widget]:
        found = panes_of(self.session)
        return [self.query_one(f"#{name}") for name in found if self.query(f"#{name}")]

    def _zoom(self, chosen: Widget | None) -> None:
        """Gives one pane all the room, or none."""
        self.zoomed_by_need = False
        self.zoomed = chosen is not None
        self.query_one("#main").set_class(self.zoomed, "-zoomed")
        for pane in self._panes:
            pane.set_class(pane is chosen, "-zoom")

    def _draw(self, change: Callable[[Session, Drawing], Session]) -> None:
        """Puts a new session in the place of the old one, where the graph is drawn."""
        if self._is_drawn:
            pane = self._graph_pane
            self.change(lambda session: change(session, pane.drawing(session)))

    @property
    def _is_drawn(self) -> bool:
        """True where a drawing is shown."""
        return panes_of(self.session)[0] == "graph" and bool(self.query("#graph"))

    @property
    def _graph_pane(self) -> GraphPane:
        from ..panes.graph_pane import GraphPane

        return self.query_one(GraphPane)


def _level(session: Session, one: Drawing) -> int:
    """How close a drawing is: as chosen, else as it came out."""
    return one.level if session.zoom is None else session.zoom


def _towards(session: Session, node: int | None) -> Session:
    return session if node is None else session.choose(node)
