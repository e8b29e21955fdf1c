"""The panes on the stage: which are shown, which has the focus, which has all the room."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.command import CommandPalette
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from ..panes.session_pane import PicturePane, SessionPane
from ..panes.views import NEEDED, ROW, TITLES, VIEW_PANES, panes_of
from ..present.frame import header_line, timeline_line
from ..present.picture import Picture, from_lines
from ..present.step_pane import step_picture
from ..present.tree_pane import tree_picture
from ..present.values_pane import values_picture
from ..session.session import Session
from ..session.viewing import VIEWS
from .stage import Stage

FRAME = Size(2, 17)
"""Cells of a window that a view's only pane beside the step does not have."""
LEAST = Size(60, 16)
"""The smallest window."""
NARROW, SHORT = 110, 22
"""Below these cells there is room for fewer panes: the classes `-narrow` and `-short`."""


def _header(session: Session, width: int) -> Picture:
    return from_lines([header_line(session, width)])


def _timeline(session: Session, width: int) -> Picture:
    return from_lines([timeline_line(session, width)])


class Main(Container):
    """What the panes of a view tile: nothing of it is seen, so nothing is composed for it."""

    BLANK = True


class Panes:
    """Shows the panes of the session's view, which are made when first needed."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.zoomed = False
        self.zoomed_by_need = False
        """True where a pane has all the room because there was none for it beside the others."""
        self.shown = VIEW_PANES[VIEWS[0]]

    def compose(self) -> ComposeResult:
        """The panes of the first view, between the header and the timeline."""
        panes = {
            "header": SessionPane("header", _header, focusable=False),
            "tree": SessionPane("tree", tree_picture, title="Tree: value and derivative"),
            "values": SessionPane("values", values_picture, title="Values"),
            "step": SessionPane("step", step_picture, title="Step"),
            "timeline": SessionPane("timeline", _timeline, focusable=False),
        }
        for pane in panes.values():
            pane.data_bind(Stage.session)
        yield panes["header"]
        with Main(id="main"):
            yield panes["tree"]
            yield panes["values"]
            yield panes["step"]
        yield panes["timeline"]

    def show(self) -> None:
        """Shows the panes of the view."""
        session = self.stage.session
        view, panes = session.view.name if session is not None else VIEWS[0], panes_of(session)
        if panes != self.shown:
            self._show(panes)
        for pane in self.stage.query(f"#{panes[0]}"):
            # The framework repaints a pane whose title is set, even to what it was.
            if view in TITLES and pane.border_title != TITLES[view]:
                pane.border_title = TITLES[view]

    def _show(self, panes: tuple[str, ...]) -> None:
        first_before, self.shown = self.shown[0], panes
        main = self.stage.query_one("#main")
        for name in NEEDED:
            main.set_class(name in panes, f"-{name}")
        main.set_class(panes[0] in NEEDED, "-single")
        self.zoom(None)
        for name in reversed(panes):
            if name in NEEDED and not self.stage.query(f"#{name}"):
                pane = NEEDED[name]()
                pane.data_bind(Stage.session)
                before = ROW if self.stage.query(f"#{ROW}") else "step"
                main.mount(pane, before=f"#{before}")
        if panes[0] != first_before:
            self.stage.call_after_refresh(self.focus_first)

    @property
    def there(self) -> list[Widget]:
        """The panes of the view that are made, in the order of Tab."""
        found = (self.stage.query(f"#{name}") for name in panes_of(self.stage.session))
        return [pane for panes in found for pane in panes.results()]

    def focus_first(self) -> None:
        """Gives the focus to the view's own pane."""
        self.there[0].focus()

    def go(self, panes: int) -> None:
        """Goes so many panes on; one that is hidden is zoomed."""
        there, focused = self.there, self.stage.focused
        place = there.index(focused) + panes if focused in there else 0
        following = there[place % len(there)]
        was_zoomed = self.zoomed
        if self.zoomed_by_need:
            self.zoom(None)
        if was_zoomed and not self.zoomed_by_need:
            self.zoom(following)
        elif not following.display or not following.size.height:
            self.zoom(following)
            self.zoomed_by_need = True
        following.focus()

    def zoom(self, chosen: Widget | None) -> None:
        """Gives one pane all the room, or none."""
        self.zoomed_by_need = False
        self.zoomed = chosen is not None
        self.stage.query_one("#main").set_class(self.zoomed, "-zoomed")
        for pane in self.there:
            pane.set_class(pane is chosen, "-zoom")

    def turn_zoom(self) -> None:
        """Gives the pane that has the focus all the room, or takes it back."""
        focused = next((pane for pane in self.there if pane.has_focus), None)
        self.zoom(None if self.zoomed else focused)

    def fit(self, size: Size) -> None:
        """Lays the panes out for a window; says so when it is too small to be of use."""
        stage, small = self.stage, size.width < LEAST.width or size.height < LEAST.height
        stage.set_class(size.width < NARROW, "-narrow")
        stage.set_class(size.height < SHORT, "-short")
        stage.set_class(small, "-too-small")
        if small:
            stage.clear_notifications()
            if isinstance(stage.screen, CommandPalette):
                stage.pop_screen()
        stage.screen_stack[0].query_one("#too-small", Static).update(
            f"backprop-tui needs a window of at least {LEAST.width} × {LEAST.height} cells.\n"
            f"This one is {size.width} × {size.height}. (q quits)"
        )
        for screen in stage.screen_stack[:-1]:
            # The framework restyles the screen that is seen alone.
            screen.update_node_styles(animate=False)
        stage.screen.refresh(layout=True)

    def looking_up(self) -> Callable[[Session], Session]:
        """What has all looked up that the panes draw, at the next step and the last one too.

        The size of a pane that is not made yet is guessed.
        """
        panes = {pane.id: (pane, pane.window) for pane in self.stage.query(PicturePane)}
        room = self.stage.size - FRAME

        def look_up(session: Session) -> Session:
            for name in ("header", *panes_of(session), "timeline"):
                pane, window = panes.get(name) or (NEEDED[name](), room)
                if isinstance(pane, PicturePane):
                    last = session.seek(len(session.trace.sweep))
                    for moment in (last, session.move(1), session):
                        pane.look_up(moment, window if window.width else room)
            return session

        return look_up
