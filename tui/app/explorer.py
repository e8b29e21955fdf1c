"""The application: composition, bindings, one-line actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.events import Resize
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from ..panes.key_pane import OPENING, KeyPane, bindings
from ..panes.lines import STYLE_CLASSES, LinePane
from ..present.keys import KEYS
from ..session.descent import with_rate
from ..session.opening import Opening
from ..session.questions import asked
from ..session.session import Session
from ..session.trouble import jumped
from ..session.viewing import (
    PLOT,
    as_before,
    entered,
    next_view,
    other_sample,
    with_layers,
    with_plot,
)
from ..status import INTERRUPTED
from ..system.filters import LOOKS
from .answers import Answers
from .changes import Changes
from .descending import Descending
from .editing import Editing
from .keeping import Keeping
from .launch import Launch
from .panes import Panes
from .screens import Screens
from .selection import Selection
from .stage import Stage

if TYPE_CHECKING:
    from ..panes.editor import EditorPane

Given = ParamSpec("Given")
Outcome = TypeVar("Outcome")


def _makes(
    change: Callable[Concatenate[Session, Given], Session], *, beside: bool = False
) -> Callable[Concatenate[Explorer, Given], None]:
    """The action that makes a change of the session; one that takes long beside the screen."""

    def act(app: Explorer, /, *given: Given.args, **named: Given.kwargs) -> None:
        make = app.changes.make_beside if beside else app.changes.make
        make(lambda session: change(session, *given, **named))

    return act


def _does(
    method: Callable[[Explorer], Callable[Given, Outcome]],
) -> Callable[Concatenate[Explorer, Given], Outcome]:
    """The action that a part of the application does."""

    def act(app: Explorer, /, *given: Given.args, **named: Given.kwargs) -> Outcome:
        return method(app)(*given, **named)

    return act


class Explorer(Stage):
    """The debugger's screen over one session."""

    TITLE = "backprop-tui"
    CSS_PATH = "app.tcss"
    COMPONENT_CLASSES = STYLE_CLASSES
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        *bindings(KEYS),
        *(Binding(digit, f"digit('{digit}')", show=False) for digit in "0123456789"),
    ]

    def __init__(self, start: Session | Opening | None = None, *looks: str) -> None:
        super().__init__([self.CSS_PATH, *(f"{look}.tcss" for look in looks)])
        for look in looks:
            self.set_class(True, f"-{look}")
        self.looks = [LOOKS[look] for look in looks]
        self.panes = Panes(self)
        self.screens = Screens(self)
        self.changes = Changes(self, self.panes.looking_up)
        self.selection = Selection(self.changes)
        self.answers = Answers(self)
        self.descending = Descending(self.changes)
        self.editing = Editing(self.changes)
        self.keeping = Keeping(self.editing, start if isinstance(start, Session) else None)
        self.launch = Launch(self.keeping, self.panes, start)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The framework's, and those of the looks."""
        return [*super().get_line_filters(), *self.looks]

    def compose(self) -> ComposeResult:
        """The panes and the footer, and what is said over them."""
        yield from self.panes.compose()
        yield KeyPane(KEYS)
        yield from self.launch.compose()
        yield Static(id="too-small", markup=False)

    async def on_mount(self) -> None:
        """Shows what there is to show."""
        await self.launch.begin()

    def on_ready(self) -> None:
        """The first screen stands."""
        self.launch.go_on()
        self.keeping.say()

    def on_resize(self, event: Resize) -> None:
        """Lays the panes out for the window."""
        self.panes.fit(event.size)

    def watch_session(self) -> None:
        """Shows the panes of its view; sets to work on what they must know."""
        self.panes.show()
        self.call_after_refresh(self._seek)

    def _seek(self) -> None:
        self.answers.seek()
        self.descending.look_ahead()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What opens something is no key of a text field or of another screen."""
        elsewhere = self.editing.holds(self.focused) or isinstance(self.screen, ModalScreen)
        elsewhere = elsewhere or self.has_class("-too-small") or self.launch.opening is not None
        return action == "interrupt" or not (action in OPENING and elsewhere)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the list, and the choice of a theme."""
        yield from self.keeping.commands()
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        for key in KEYS:
            if key.action != "palette":
                run = partial(self.run_action, key.action)
                yield SystemCommand(f"{key.help} ({key.shown})", key.group, run)

    action_move = _makes(Session.move)
    action_send = _makes(Session.send)
    action_seek = _makes(Session.seek)
    action_end = _makes(lambda session: session.seek(len(session.trace.sweep)))
    action_digit = _makes(Session.typed)
    action_view = _makes(next_view)
    action_layers = _makes(with_layers)
    action_fold = _makes(entered)
    action_rate = _makes(with_rate)
    action_sample = _makes(other_sample, beside=True)
    action_ask = _makes(asked, beside=True)
    action_trouble = _makes(jumped, beside=True)

    def action_plot(self) -> None:
        """Shows the next plot, after the last one what was shown before."""
        from ..present.plots.kinds import plots_of

        self.changes.make_beside(lambda session: with_plot(session, plots_of(session)))

    action_choose = _does(lambda app: app.selection.move)
    action_arrow = _does(lambda app: app.selection.follow)
    action_page = _does(lambda app: app.selection.page)
    action_closer = _does(lambda app: app.selection.closer)
    action_turn = _does(lambda app: app.selection.turn)
    action_leaves = _does(lambda app: app.selection.part_leaves)
    action_pane = _does(lambda app: app.panes.go)
    action_zoom = _does(lambda app: app.panes.turn_zoom)
    action_descend = _does(lambda app: app.descending.go)
    action_restart = _does(lambda app: app.descending.restart)
    action_run = _does(lambda app: app.descending.run)
    action_browse = _does(lambda app: app.launch.browse)
    action_edit = _does(lambda app: app.editing.open)
    action_help = _does(lambda app: app.screens.help)
    action_notation = _does(lambda app: app.screens.notation)
    action_palette = _does(lambda app: app.screens.palette)
    search_themes = _does(lambda app: app.screens.themes)

    def action_leave(self) -> None:
        """Leaves the editor, the zoom, what is shown instead of the step; or what is opening."""
        if self.launch.opening is not None:
            self.exit()
        elif self.editing.editor is not None:
            self.editing.leave()
        elif self.panes.zoomed:
            self.panes.zoom(None)
        elif self.session is not None and self.session.view.name == PLOT:
            self.changes.make(as_before)
        else:
            self.changes.make(Session.plain)

    def action_interrupt(self) -> None:
        """Quits when asked twice in a row, or before there is anything to lose."""
        if self.interrupted or self.launch.opening is not None:
            self.exit(return_code=INTERRUPTED)
        self.interrupted = True
        self.notify("Press Ctrl+C again to quit, or q", markup=False, timeout=3)

    def on_line_pane_clicked(self, event: LinePane.Clicked) -> None:
        """Selects the node of a line; a second click on it folds."""
        self.selection.click(event)

    def on_editor_pane_changed(self, event: EditorPane.Changed) -> None:
        """Lets an edited text take effect."""
        self.editing.take(event.editor, final=event.final)

    def on_editor_pane_filtered(self, event: EditorPane.Filtered) -> None:
        """Shows other values to be edited."""
        self.editing.filter(event.editor, event.words)
