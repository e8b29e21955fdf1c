"""The editor line at the foot of the screen: a text, and what is wrong with it under a caret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backprop_tui.engine import BackpropError
from backprop_tui.engine.text.errors import ParseError
from backprop_tui.engine.text.spans import Line
from backprop_tui.engine.text.words import escaped
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from ..present.picture import from_lines, wrap
from ..session.entries import Job
from ..session.parts import drafted
from ..session.session import Session
from .fields import VisibleInput
from .lines import LinePane

SHARE, FRAME = 0.6, 2
"""How much of the window's height the editor takes at most, and of it the border's lines."""
MOST_LINES = 6
"""Lines of text in sight at a time, fewer where the message needs the room."""


class VisibleTextArea(TextArea):
    """A text area into which nothing invisible can be pasted: it is shown escaped instead."""

    def __init__(self, text: str, at_enter: Callable[[str], None] | None) -> None:
        super().__init__(text, id="text", compact=True)
        self.at_enter = at_enter
        """What Enter does with the text; None where it starts a line."""

    def on_key(self, event: events.Key) -> None:
        """Hands the text over before the framework starts a line, and before the next key."""
        if self.at_enter is not None and event.key == "enter":
            event.stop()
            event.prevent_default()
            self.at_enter(self.text)

    def on_paste(self, event: events.Paste) -> None:
        """Changes what the framework's own handler, which comes after this one, inserts."""
        lines = event.text.replace("\r\n", "\n").replace("\t", " ").split("\n")
        event.text = "\n".join(map(escaped, lines))


class FilterInput(VisibleInput):
    """Chooses the values to be edited by their names."""

    BINDINGS = [Binding("down", "submit", show=False)]

    def __init__(self, words: str) -> None:
        super().__init__(
            words, id="filter", compact=True, select_on_focus=False,
            placeholder="filter: a part of a name, or a pattern such as w2_1_*",
        )  # fmt: skip


class EditorPane(Vertical):
    """A text area and a line of message below it."""

    BINDINGS = [
        Binding("tab,shift+tab", "stay", priority=True, show=False),
    ]
    DEFAULT_CSS = """
        EditorPane {
            height: auto;
            border: round $border;
            padding: 0 1;
            & TextArea { height: auto; border: none; padding: 0 0 0 1; }
            & #message { height: 1; }
        }
    """

    class Changed(Message):
        """The text is to take effect."""

        def __init__(self, editor: EditorPane, *, final: bool) -> None:
            super().__init__()
            self.editor = editor
            self.final = final

    class Filtered(Message):
        """Other values are to be shown."""

        def __init__(self, editor: EditorPane, words: str) -> None:
            super().__init__()
            self.editor = editor
            self.words = words

    def __init__(self, job: Job, session: Session, draft: str | None = None) -> None:
        super().__init__(id="editor")
        self.job = job
        self.session = session
        self.part = job.start(session, "")
        self.settled = self.part.text
        """The text that took effect last."""
        self.is_draft = draft is not None
        if draft is not None:
            self.part = drafted(self.part, draft)
        self.text = self.part.text
        """The text that has taken effect, or is to."""
        self.error: BackpropError | None = None
        """What is wrong with the text."""
        self.waits = False
        """True while what the text does is still being found out."""
        self.border_title = Text(job.title)

    def compose(self) -> ComposeResult:
        """The filter, where there is one, and the text area above its message."""
        if self.part.filter is not None:
            yield FilterInput(self.part.filter)
        yield VisibleTextArea(self.text, None if self.job.live else self.finish)
        yield LinePane("message", focusable=False)

    def begin(self) -> None:
        """Starts typing; one line is selected, for typing to replace it."""
        area, field = self.query_one(TextArea), self.query(FilterInput)
        area.cursor_blink = False
        area.highlight_cursor_line = False
        self._place_cursor()
        if not self.job.live:
            area.select_all()
        self.screen.set_focus(field.first() if field and self.part.at is None else area)
        if self.is_draft:
            self.take_effect(self.text)

    def _place_cursor(self) -> None:
        """At the end of the text, or of the value or the node of which it is the part."""
        area, at = self.query_one(TextArea), self.part.at
        lines = self.text[:at].split("\n")
        place = area.document.end if at is None else (len(lines) - 1, len(lines[-1]))
        area.move_cursor(place)
        area.call_after_refresh(area.scroll_cursor_visible)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Passes a live text on."""
        event.stop()
        if self.job.live and event.text_area.text != self.text:
            self.take_effect(event.text_area.text)

    def take_effect(self, text: str, *, final: bool = False) -> None:
        """Passes a text on, straight to the application: before a key that comes after it."""
        self.text = text
        self.app.post_message(self.Changed(self, final=final))

    def action_stay(self) -> None:
        """Goes between the filter and the text; else keeps the focus: Esc is the way out."""
        if field := self.query(FilterInput):
            area = self.query_one(TextArea)
            self.screen.set_focus(field.first() if area.has_focus else area)

    def on_input_changed(self, event: FilterInput.Changed) -> None:
        """Asks for other values."""
        event.stop()
        if event.value != self.part.filter:
            self.post_message(self.Filtered(self, event.value))

    def on_input_submitted(self, event: FilterInput.Submitted) -> None:
        """Goes to the values found."""
        event.stop()
        self.action_stay()

    def ask_again(self) -> None:
        """Asks for the values of a filter that was typed while the text could not be used."""
        for field in self.query(FilterInput):
            if field.value != self.part.filter:
                self.post_message(self.Filtered(self, field.value))

    def choose_values(self, session: Session, words: str) -> None:
        """Shows the values that a filter chooses, unless what was typed cannot be used yet."""
        if self.error is not None:
            return
        self.session, self.part = session, self.job.start(session, words)
        self.text = self.settled = self.part.text
        self.query_one(TextArea).text = self.text
        self._place_cursor()
        self.complain(None)

    def finish(self, text: str) -> None:
        """Passes the finished text on."""
        self.take_effect(text, final=True)

    @property
    def pending(self) -> dict[str, str]:
        """What was typed and has not taken effect, by the name of the edit."""
        text = next((area.text for area in self.query(TextArea)), self.text)
        return {self.job.name: self.whole(text)} if text != self.settled else {}

    def whole(self, text: str) -> str:
        """A text with what stands around it."""
        return replace(self.part, text=text).whole

    def outcome(self, text: str) -> Session | BackpropError:
        """The session that a text makes of the one before the edit, or why it makes none.

        It starts from there each time, so that a place in the sweep that a text on the way had to
        give up is found again.
        """
        try:
            return self.job.effect(self.session, self.whole(text))
        except BackpropError as error:
            return error

    def complain(self, error: BackpropError | None) -> None:
        """Shows what is wrong, or what is not shown, if anything."""
        self.error = error
        lines: list[Line] = []
        if isinstance(error, ParseError):
            source, carets = error.excerpt(self.size.width - 4)
            if source != error.text:
                lines.append(((source, "muted"),))
            lines.append(((carets, "error"),))
        message = self.query_one("#message", LinePane)
        if error is not None or self.part.words:
            text = (self.part.words, "muted") if error is None else (str(error), "error")
            lines += wrap((text,), message.room, 0)
        message.styles.height = below = max(1, len(lines))
        room = int(self.app.size.height * SHARE) - FRAME - below - len(self.query(FilterInput))
        self.query_one(TextArea).styles.max_height = max(1, min(MOST_LINES, room))
        message.show(from_lines(lines))

    def on_resize(self) -> None:
        """Lays text and message out anew for the window; nothing when it is being left."""
        if self.query(LinePane):
            self.complain(self.error)
