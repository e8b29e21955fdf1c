"""The application: composition, bindings, one-line actions."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from backprop_tui.engine import BackpropError, Sample
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.containers import Container
from textual.events import Resize
from textual.screen import ModalScreen, Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.widget import Widget
from textual.widgets import Static

from .jobs import JOBS
from .keys import EDITOR_KEYS, KEYS
from .panes.key_pane import OPENING, KeyPane, bindings
from .panes.lines import STYLE_CLASSES, LinePane
from .panes.session_pane import SessionPane
from .present.frame import header_line, timeline_line
from .present.picture import Picture, from_lines
from .present.step_pane import step_picture
from .present.tree_pane import tree_picture
from .present.values_pane import values_picture
from .session import PLOT, VIEWS, Session, open_session
from .session_app import SessionApp
from .view_panes import NEEDED, ROW, TITLES, VIEW_PANES, panes_of

if TYPE_CHECKING:
    from .drawing import Drawing
    from .panes.editor import EditorPane
    from .panes.graph_pane import GraphPane

LEAST = (60, 16)
"""The smallest window, in cells."""
SIGNALS = {name: 128 + number for name, number in (("SIGHUP", 1), ("SIGINT", 2), ("SIGTERM", 15))}
WATCHED = [getattr(signal, name) for name in SIGNALS]
INTERRUPTED = SIGNALS["SIGINT"]


def _header(session: Session, width: int) -> Picture:
    return from_lines([header_line(session, width)])


def _timeline(session: Session, width: int) -> Picture:
    return from_lines([timeline_line(session, width)])


class PlainScrollBar(ScrollBarRender):
    """A scroll bar without the blocks that end it smoothly: blanks in colour alone."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class Explorer(SessionApp):
    """The debugger's screen over one session."""

    TITLE = "backprop-tui"
    CSS_PATH = "app.tcss"
    COMPONENT_CLASSES = STYLE_CLASSES
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]
    BINDINGS = [
        *bindings(KEYS),
        *(Binding(digit, f"digit('{digit}')", show=False) for digit in "0123456789"),
    ]

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.focused_before: Widget | None = None
        self.drafts: dict[str, str] = {}
        self.zoomed = False
        self.zoomed_by_need = False
        self.shown = VIEW_PANES[VIEWS[0]]

    def compose(self) -> ComposeResult:
        """The panes, the timeline and the footer; a word instead when the window is too small."""
        panes = {
            "header": SessionPane("header", _header, focusable=False),
            "tree": SessionPane("tree", tree_picture),
            "values": SessionPane("values", values_picture),
            "step": SessionPane("step", step_picture),
            "timeline": SessionPane("timeline", _timeline, focusable=False),
        }
        panes["tree"].border_title = "Tree: value and derivative"
        panes["values"].border_title = "Values"
        panes["step"].border_title = "Step"
        for pane in panes.values():
            pane.data_bind(Explorer.session)
        yield panes["header"]
        with Container(id="main"):
            yield panes["tree"]
            yield panes["values"]
            yield panes["step"]
        yield panes["timeline"]
        yield KeyPane(KEYS)
        yield Static(id="too-small", markup=False)

    async def on_mount(self) -> None:
        """Listens to signals; opens the session, or the browser when there is none."""
        loop = asyncio.get_running_loop()
        for name, status in SIGNALS.items():
            loop.add_signal_handler(getattr(signal, name), self.exit, None, status)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        if self.start is None:
            await self.action_browse()
        else:
            self.session = self.start
            self._focus_first()

    def on_ready(self) -> None:
        """The first screen stands: the garbage collector, held back until now, may work."""
        gc.enable()

    def on_resize(self, event: Resize) -> None:
        """Says so when the window is too small to be of use."""
        width, height = event.size
        small = width < LEAST[0] or height < LEAST[1]
        if small and isinstance(self.screen, CommandPalette):
            self.pop_screen()
        self.screen.set_class(small, "-too-small")
        self.query_one("#too-small", Static).update(
            f"backprop-tui needs a window of at least {LEAST[0]} × {LEAST[1]} cells.\n"
            f"This one is {width} × {height}. (q quits)"
        )
        self.screen.refresh(layout=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What opens something is no key of a text field or of another screen."""
        typing = self.focused is not None and self.editor in self.focused.ancestors
        elsewhere = typing or isinstance(self.screen, ModalScreen)
        return action == "interrupt" or not (action in OPENING and elsewhere)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the list, and the choice of a theme."""
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        for key in KEYS:
            if key.action != "palette":
                yield SystemCommand(
                    f"{key.help} ({key.shown})", key.group, self._runner(key.action)
                )

    def _runner(self, action: str) -> Callable[[], Awaitable[bool]]:
        return lambda: self.run_action(action)

    def action_move(self, steps: int) -> None:
        """Steps on or back."""
        self.change(lambda session: session.move(steps))

    def action_send(self, contributions: int) -> None:
        """Sends contributions or takes them back."""
        self.change(lambda session: session.send(contributions))

    def action_seek(self, step: int) -> None:
        """Goes to a step."""
        self.change(lambda session: session.seek(step))

    def action_end(self) -> None:
        """Goes to the end of the sweep."""
        self.change(lambda session: session.seek(len(session.trace.sweep)))

    def action_digit(self, digit: str) -> None:
        """Takes a digit of a count."""
        self.change(lambda session: session.typed(digit))

    def action_choose(self, rows: int) -> None:
        """Moves the selection in the focused pane; scrolls the step pane."""
        focused = self.focused
        if isinstance(focused, LinePane) and focused.id == "step":
            focused.scroll_lines(rows)
        elif focused is not None and focused.id == "values":
            self.change(lambda session: session.choose_next(rows))
        elif focused is not None and focused.id == "graph":
            self.action_arrow("down" if rows > 0 else "up")
        else:
            self.change(lambda session: session.choose_row(rows))

    def action_view(self) -> None:
        """Shows the next view."""
        self.change(lambda session: session.next_view())

    def action_layers(self) -> None:
        """Shows a network layer by layer, or as before."""
        self.for_network(lambda session: session.with_layers())

    def action_sample(self, samples: int) -> None:
        """Shows another sample of a network."""
        self.for_network(lambda session: session.other_sample(samples))

    def action_plot(self) -> None:
        """Shows the next plot, after the last one what was shown before."""
        from .plots import PLOTS

        self.change(lambda session: session.with_plot(tuple(PLOTS)))

    async def action_notation(self) -> None:
        """Opens the notation of a network."""
        from .screens.notation import Notation

        session = self.session
        if session is not None and session.trace.network is not None:
            await self.push_screen(Notation(session))
        else:
            self.for_network(lambda session: session)

    def action_closer(self, levels: int) -> None:
        """Shows more in each box of the drawing, or less; a smaller or larger range of a plot."""
        if self.session is not None and self.session.view == PLOT:
            self.change(lambda session: session.zoomed(levels, 0))
        self._draw(lambda session, one: session.zoomed(levels, _level(session, one)))

    def action_turn(self) -> None:
        """Draws the other way."""
        self._draw(lambda session, one: session.turned(one.across))

    def action_leaves(self) -> None:
        """Draws a leaf once, or once for each use."""
        self._draw(lambda session, one: session.with_leaves())

    def action_arrow(self, way: str) -> None:
        """Selects the node along a wire of the drawing; elsewhere steps on or back."""
        if self.session is not None and VIEW_PANES[self.session.view][0] != "graph":
            self.action_move(1 if way == "right" else -1)
        self._draw(lambda session, one: _towards(session, one.neighbour(way, session.times)))

    def action_fold(self) -> None:
        """Folds the selected operation; between neurons, looks into what is selected."""
        self.change(lambda session: session.entered())

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
        zoomed = self.zoomed
        if self.zoomed_by_need:
            self._zoom(None)
        if zoomed and not self.zoomed_by_need:
            self._zoom(following)
        elif not following.display or not following.size.height:
            self._zoom(following)
            self.zoomed_by_need = True
        following.focus()

    def action_zoom(self) -> None:
        """Gives the focused pane all the room, or takes it back."""
        focused = next((pane for pane in self._panes if pane.has_focus), None)
        self._zoom(None if self.zoomed else focused)

    def action_leave(self) -> None:
        """Leaves the editor, the zoom, or what is shown instead of the step."""
        if self.editor is not None:
            self._leave_editor()
        elif self.zoomed:
            self._zoom(None)
        elif self.session is not None and self.session.view == PLOT:
            self.change(lambda session: session.as_before())
        else:
            self.change(lambda session: session.plain())

    def action_trouble(self) -> None:
        """Selects the first cause of a problem, or the next one."""
        if self.session is not None and not self.session.trace.troubles:
            self.notify("Nothing is wrong: every number is finite, no warning", markup=False)
        self.change(lambda session: session.choose_trouble())

    def action_ask(self, detail: str) -> None:
        """Shows a detail in place of the step, its next variant, or the step again."""
        from .details import asked

        self.change(lambda session: asked(session, detail))

    async def action_edit(self, name: str) -> None:
        """Opens an editor at the foot of the screen; keys typed meanwhile wait for it."""
        if self.session is None or self.editor is not None:
            return
        from .panes.editor import EditorPane

        self.focused_before = self.focused
        self.editor = EditorPane(JOBS[name], self.session, self.drafts.pop(name, None))
        self.screen.add_class("-editing")
        self.query_one(KeyPane).show_keys(EDITOR_KEYS)
        await self.screen.mount(self.editor, before="#timeline")
        self.editor.begin()

    def watch_session(self) -> None:
        """Shows the view chosen; sets to work on what the step pane must know."""
        self._show_view()
        self.call_after_refresh(self.work)

    def _show_view(self) -> None:
        """Shows the panes of the view, which are made when first needed."""
        view = self.session.view if self.session is not None else VIEWS[0]
        panes = panes_of(self.session)
        if view in TITLES and self.query(f"#{panes[0]}"):
            self.query_one(f"#{panes[0]}").border_title = TITLES[view]
        if panes == self.shown:
            return
        first_before, self.shown = self.shown[0], panes
        main = self.query_one("#main")
        for name in NEEDED:
            main.set_class(name in panes, f"-{name}")
        main.set_class(panes[0] in NEEDED, "-single")
        self._zoom(None)
        for name in reversed(panes):
            if name in NEEDED and not self.query(f"#{name}"):
                pane = NEEDED[name]()
                pane.border_title = TITLES.get(view if name == panes[0] else name)
                pane.data_bind(Explorer.session)
                main.mount(pane, before=f"#{ROW}" if self.query(f"#{ROW}") else "#step")
        if panes[0] != first_before:
            self.call_after_refresh(self._focus_first)

    def _focus_first(self) -> None:
        self._panes[0].focus()

    def on_editor_pane_changed(self, event: EditorPane.Changed) -> None:
        """Lets an edited text take effect, or says under it why it cannot."""
        if event.editor is not self.editor:
            return
        try:
            self.session = event.editor.outcome()
        except BackpropError as error:
            event.editor.complain(error)
            return
        event.editor.complain(None)
        if event.final:
            self._close_editor()

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

    async def action_browse(self) -> None:
        """Opens the sample browser."""
        from .screens.browser import Browser

        self._close_editor()
        await self.push_screen(Browser(first=self.session is None), self._opened)

    async def action_help(self) -> None:
        """Opens the help."""
        from .screens.help import Help

        await self.push_screen(Help())

    async def action_palette(self) -> None:
        """Opens the command palette, where there is room for it."""
        if not (isinstance(self.screen, CommandPalette) or self.screen.has_class("-too-small")):
            await self.push_screen(CommandPalette(id="--command-palette", placeholder="Search"))

    def action_interrupt(self) -> None:
        """Quits when asked twice in a row."""
        if self.interrupted:
            self.exit(return_code=INTERRUPTED)
        self.interrupted = True
        self.notify("Press Ctrl+C again to quit, or q", markup=False, timeout=3)

    def _opened(self, sample: Sample | None) -> None:
        if sample is not None:
            self.session = open_session(sample)
            self._focus_first()
        elif self.session is None:
            self.exit()

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

    def _leave_editor(self) -> None:
        """Closes the editor; a text that did not take effect comes back with the next one."""
        if self.editor is not None and self.editor.job.live and self.editor.is_wrong:
            self.drafts[self.editor.job.name] = self.editor.text
            self.notify(
                "The text cannot be used as it is: the last good one stays. Open the editor again "
                "to go on with it.", severity="warning", markup=False, timeout=6,
            )  # fmt: skip
        self._close_editor()

    def _close_editor(self) -> None:
        if self.editor is not None:
            self.editor.remove()
            self.editor = None
            self.screen.remove_class("-editing")
            self.query_one(KeyPane).show_keys(KEYS)
        self.set_focus(self.focused_before)

    def _draw(self, change: Callable[[Session, Drawing], Session]) -> None:
        """Puts a new session in the place of the old one, where the graph is drawn."""
        if self.query("#main.-graph #graph"):
            pane = self._graph_pane
            self.change(lambda session: change(session, pane.drawing(session)))

    @property
    def _graph_pane(self) -> GraphPane:
        from .panes.graph_pane import GraphPane

        return self.query_one(GraphPane)


def _level(session: Session, one: Drawing) -> int:
    """How close a drawing is: as chosen, else as it came out."""
    return one.level if session.zoom is None else session.zoom


def _towards(session: Session, node: int | None) -> Session:
    return session if node is None else session.choose(node)


def run(
    session: Session | None, *, theme: str | None = None, mouse: bool = True, ascii: bool = False
) -> int:
    """Runs the screen until it is left; the exit status. BackpropError for an unknown theme."""
    # The framework answers NO_COLOR with shades of grey; no colour at all is what it asks for.
    plain = bool(os.environ.pop("NO_COLOR", ""))
    app = Explorer(session)
    app.set_class(plain, "-plain")
    app.set_class(ascii, "-ascii")
    if ascii:
        ScrollBar.renderer = PlainScrollBar
    if theme is not None:
        if theme not in app.available_themes:
            raise BackpropError(
                f"there is no theme {theme}: choose from {', '.join(sorted(app.available_themes))}"
            )
        app.theme = theme
    elif plain:
        app.theme = "ansi-dark"
    # A signal that comes before there is a loop to take it waits, so that the terminal is restored.
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    app.run(mouse=mouse)
    return app.return_code or 0
