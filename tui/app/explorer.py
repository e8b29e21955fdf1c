"""The application: composition, bindings, one-line actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from backprop_tui.engine import BackpropError, Sample
from backprop_tui.engine.language.show import DIGITS
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.containers import Container
from textual.events import Resize
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen
from textual.theme import ThemeProvider
from textual.widget import Widget
from textual.widgets import Static

from ..panes.key_pane import OPENING, KeyPane, bindings
from ..panes.lines import STYLE_CLASSES
from ..panes.session_pane import SessionPane
from ..present.frame import header_line, timeline_line
from ..present.keys import EDITOR_KEYS, FILTER_KEYS, KEYS
from ..present.picture import Picture, from_lines
from ..present.step_pane import step_picture
from ..present.tree_pane import tree_picture
from ..present.values_pane import values_picture
from ..session.entries import JOBS
from ..session.large import is_quickly_edited
from ..session.opening import Opening, open_session
from ..session.questions import asked
from ..session.session import Session
from ..session.viewing import PLOT, as_before
from ..status import INTERRUPTED
from ..system.filters import LOOKS
from .opening_app import OpeningApp

if TYPE_CHECKING:
    from ..panes.editor import EditorPane

LEAST = (60, 16)
"""The smallest window, in cells."""
NARROW, SHORT = 110, 22
"""Below these cells there is room for fewer panes: the classes `-narrow` and `-short`."""


def _header(session: Session, width: int) -> Picture:
    return from_lines([header_line(session, width)])


def _timeline(session: Session, width: int) -> Picture:
    return from_lines([timeline_line(session, width)])


class Explorer(OpeningApp):
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
        super().__init__(start, [self.CSS_PATH, *(f"{look}.tcss" for look in looks)])
        for look in looks:
            self.set_class(True, f"-{look}")
        self.looks = [LOOKS[look] for look in looks]
        self.focused_before: Widget | None = None

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The framework's, and those of the looks."""
        return [*super().get_line_filters(), *self.looks]

    def compose(self) -> ComposeResult:
        """The panes, the timeline and the footer; a word instead when the window is too small."""
        panes = {
            "header": SessionPane("header", _header, focusable=False),
            "tree": SessionPane("tree", tree_picture, title="Tree: value and derivative"),
            "values": SessionPane("values", values_picture, title="Values"),
            "step": SessionPane("step", step_picture, title="Step"),
            "timeline": SessionPane("timeline", _timeline, focusable=False),
        }
        for pane in panes.values():
            pane.data_bind(Explorer.session)
        yield panes["header"]
        with Container(id="main"):
            yield panes["tree"]
            yield panes["values"]
            yield panes["step"]
        yield panes["timeline"]
        yield KeyPane(KEYS)
        yield from self.compose_opening()
        yield Static(id="too-small", markup=False)

    async def on_mount(self) -> None:
        """Opens the session, or the browser when there is none."""
        if self.start is None:
            await self.action_browse()
        elif isinstance(self.start, Session):
            self.session = self.start
            self.focus_first()

    def on_resize(self, event: Resize) -> None:
        """Lays the panes out for the window; says so when it is too small to be of use."""
        width, height = event.size
        small = width < LEAST[0] or height < LEAST[1]
        self.set_class(width < NARROW, "-narrow")
        self.set_class(height < SHORT, "-short")
        self.set_class(small, "-too-small")
        if small:
            self.clear_notifications()
            if isinstance(self.screen, CommandPalette):
                self.pop_screen()
        self.screen_stack[0].query_one("#too-small", Static).update(
            f"backprop-tui needs a window of at least {LEAST[0]} × {LEAST[1]} cells.\n"
            f"This one is {width} × {height}. (q quits)"
        )
        for screen in self.screen_stack[:-1]:
            # The framework restyles the screen that is seen alone.
            screen.update_node_styles(animate=False)
        self.screen.refresh(layout=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What opens something is no key of a text field or of another screen."""
        typing = self.focused is not None and self.editor in self.focused.ancestors
        elsewhere = typing or isinstance(self.screen, ModalScreen)
        elsewhere = elsewhere or self.has_class("-too-small") or self.opening is not None
        return action == "interrupt" or not (action in OPENING and elsewhere)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the list, and the choice of a theme."""
        yield from self.kept_commands()
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

    async def action_notation(self) -> None:
        """Opens the notation of a network."""
        from ..screens.notation import Notation

        session = self.session
        if session is not None and session.trace.places:
            await self.push_screen(Notation(session))
        else:
            self.notify("This is an expression: networks have a notation", markup=False)

    def action_leave(self) -> None:
        """Leaves the editor, the zoom, what is shown instead of the step; or what is opening."""
        if self.opening is not None:
            self.exit()
        elif self.editor is not None:
            self._leave_editor()
        elif self.zoomed:
            self._zoom(None)
        elif self.session is not None and self.session.view == PLOT:
            self.change(as_before)
        else:
            self.change(lambda session: session.plain())

    def action_trouble(self) -> None:
        """Selects the first cause of a problem, or the next one."""
        if self.session is not None and not self.session.trace.troubles:
            self.notify("Nothing is wrong: every number is finite, no warning", markup=False)
        self.change(lambda session: session.choose_trouble())

    def action_ask(self, detail: str) -> None:
        """Shows a detail in place of the step, its next variant, or the step again."""
        self.change_beside(lambda session: asked(session, detail))

    async def action_edit(self, name: str) -> None:
        """Opens an editor at the foot of the screen; keys typed meanwhile wait for it."""
        if self.session is None or self.editor is not None:
            return
        from ..panes.editor import EditorPane

        self.focused_before = self.focused
        self.editor = EditorPane(JOBS[name], self.session, self.drafts.pop(name, None))
        self.screen.add_class("-editing")
        filters = self.editor.part.filter is not None
        self.query_one(KeyPane).show_keys(FILTER_KEYS if filters else EDITOR_KEYS)
        await self.screen.mount(self.editor, before="#timeline")
        self.editor.begin()

    def watch_session(self) -> None:
        """Shows the view chosen; sets to work on what the step pane must know."""
        self.show_view()
        self.call_after_refresh(self.work)

    def on_editor_pane_changed(self, event: EditorPane.Changed) -> None:
        """Lets an edited text take effect; of a large program beside the screen."""
        editor, text, final = event.editor, event.editor.text, event.final
        if editor is not self.editor or self.session is None:
            return
        if is_quickly_edited(self.session, text):
            self._edited(editor, text, editor.outcome(text), final=final)
            return
        look_up = self.looking_up()
        editor.waits = True

        def work() -> Session | BackpropError:
            made = editor.outcome(text)
            return made if isinstance(made, BackpropError) else look_up(made)

        self.make_beside(editor, work, lambda made: self._edited(editor, text, made, final=final))

    def _edited(
        self, editor: EditorPane, text: str, made: Session | BackpropError, *, final: bool
    ) -> None:
        """Shows what an edited text makes of the session, or says under it why it cannot.

        One that cannot be used and whose editor was left meanwhile is kept as a draft.
        """
        editor.waits, is_open = False, editor is self.editor
        if isinstance(made, BackpropError):
            if is_open:
                editor.complain(made)
            elif editor.job.live:
                self._keep_draft(editor.job.name, editor.whole(text))
            return
        self.session = replace(made, working=False) if made.working else made
        if not is_open:
            self.drafts.pop(editor.job.name, None)
            if self.editor is not None:
                self.editor.session = made
            return
        editor.settled = text
        editor.complain(None)
        if final:
            self._close_editor()
        else:
            editor.ask_again()

    def on_editor_pane_filtered(self, event: EditorPane.Filtered) -> None:
        """Shows other values to be edited, once what was typed before has taken effect."""
        self.beside.then(lambda: self._filter(event.editor, event.words))

    def _filter(self, editor: EditorPane, words: str) -> None:
        if editor is self.editor and self.session is not None:
            editor.choose_values(self.session, words)

    async def action_browse(self) -> None:
        """Opens the sample browser."""
        from ..screens.browser import Browser

        self._close_editor()
        await self.push_screen(Browser(first=self.session is None), self._opened)

    async def action_help(self) -> None:
        """Opens the help."""
        from ..screens.help import Help

        await self.push_screen(Help())

    async def action_palette(self) -> None:
        """Opens the command palette, where there is room for it."""
        if not (isinstance(self.screen, CommandPalette) or self.has_class("-too-small")):
            from ..screens.palette import Palette

            await self.push_screen(Palette(id="--command-palette", placeholder="Search"))

    def search_themes(self) -> None:
        """Opens a palette of the themes."""
        from ..screens.palette import Palette

        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    def action_interrupt(self) -> None:
        """Quits when asked twice in a row, or before there is anything to lose."""
        if self.interrupted or self.opening is not None:
            self.exit(return_code=INTERRUPTED)
        self.interrupted = True
        self.notify("Press Ctrl+C again to quit, or q", markup=False, timeout=3)

    def _opened(self, sample: Sample | None) -> None:
        if sample is not None:
            self.drafts.clear()
            self.beside.forget()
            digits = DIGITS if self.session is None else self.session.digits
            self.session = self.opened = open_session(sample, digits=digits)
            self.focus_first()
        elif self.session is None:
            self.exit()

    def _leave_editor(self) -> None:
        """Closes the editor; a text that did not take effect comes back with the next one."""
        editor = self.editor
        if editor is not None and editor.waits:
            self.drafts[editor.job.name] = editor.whole(editor.text)
        elif editor is not None and editor.job.live and editor.error:
            self._keep_draft(editor.job.name, editor.whole(editor.text))
        self._close_editor()

    def _keep_draft(self, name: str, text: str) -> None:
        self.drafts[name] = text
        self.notify(
            "The text cannot be used as it is: the last good one stays. Open the editor again "
            "to go on with it.", severity="warning", markup=False, timeout=6,
        )  # fmt: skip

    def _close_editor(self) -> None:
        if self.editor is not None:
            self.editor.remove()
            self.editor = None
            self.screen.remove_class("-editing")
            self.query_one(KeyPane).show_keys(KEYS)
            self.set_focus(self.focused_before)
