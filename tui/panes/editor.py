"""The editor line at the foot of the screen: a text, and what is wrong with it under a caret."""

from __future__ import annotations

from backprop_tui.engine import BackpropError
from backprop_tui.engine.errors import ParseError
from backprop_tui.engine.spans import Line
from backprop_tui.engine.words import escaped
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from ..jobs import Job
from ..present.picture import from_lines, wrap
from ..session import Session
from .lines import LinePane

SHARE, FRAME = 0.6, 2
"""How much of the window's height the editor takes at most, and of it the border's lines."""
MOST_LINES = 6
"""Lines of text in sight at a time, fewer where the message needs the room."""


class VisibleTextArea(TextArea):
    """A text area into which nothing invisible can be pasted: it is shown escaped instead.

    In one that holds `one_line`, Enter takes the text.
    """

    class Taken(Message):
        """The text is finished."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str, *, one_line: bool) -> None:
        super().__init__(text, id="text", compact=True)
        self.one_line = one_line

    def on_key(self, event: events.Key) -> None:
        """Takes the text before the framework starts a line."""
        if self.one_line and event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Taken(self.text))

    def on_paste(self, event: events.Paste) -> None:
        """Changes what the framework's own handler, which comes after this one, inserts."""
        lines = event.text.replace("\r\n", "\n").replace("\t", " ").split("\n")
        event.text = "\n".join(map(escaped, lines))


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

    def __init__(self, job: Job, session: Session, draft: str | None = None) -> None:
        super().__init__(id="editor")
        self.job = job
        self.session = session
        self.text = job.start(session)
        self.draft = draft
        self.error: BackpropError | None = None
        """What is wrong with the text."""
        self.waits = False
        """True while what the text does is still being found out."""
        self.settled = self.text
        """The text that took effect last."""
        self.border_title = Text(job.title)

    def compose(self) -> ComposeResult:
        """The text area above its message."""
        yield VisibleTextArea(self.draft or self.text, one_line=not self.job.live)
        yield LinePane("message", focusable=False)

    def begin(self) -> None:
        """Starts typing at the end of the text; one line is selected, for typing to replace it."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.highlight_cursor_line = False
        area.move_cursor(area.document.end)
        if not self.job.live:
            area.select_all()
        self.screen.set_focus(area)
        if self.draft:
            self.take_effect(self.draft)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Passes a live text on."""
        event.stop()
        if self.job.live and event.text_area.text != self.text:
            self.take_effect(event.text_area.text)

    def take_effect(self, text: str, *, final: bool = False) -> None:
        """Passes a text on."""
        self.text = text
        self.post_message(self.Changed(self, final=final))

    def action_stay(self) -> None:
        """Keeps the focus: Esc is the way out."""

    def on_visible_text_area_taken(self, event: VisibleTextArea.Taken) -> None:
        """Passes the finished text on."""
        self.take_effect(event.text, final=True)

    @property
    def pending(self) -> dict[str, str]:
        """What was typed and has not taken effect, by the name of the edit."""
        text = next((area.text for area in self.query(TextArea)), self.draft or self.text)
        return {self.job.name: text} if text != self.settled else {}

    def outcome(self, text: str) -> Session | BackpropError:
        """The session that a text makes of the one before the edit, or why it makes none.

        It starts from there each time, so that a place in the sweep that a text on the way had to
        give up is found again.
        """
        try:
            return self.job.effect(self.session, text)
        except BackpropError as error:
            return error

    def complain(self, error: BackpropError | None) -> None:
        """Shows what is wrong, or nothing."""
        self.error = error
        lines: list[Line] = []
        if isinstance(error, ParseError):
            source, carets = error.excerpt(self.size.width - 4)
            if source != error.text:
                lines.append(((source, "muted"),))
            lines.append(((carets, "error"),))
        message = self.query_one("#message", LinePane)
        if error is not None:
            lines += wrap(((str(error), "error"),), message.room, 0)
        message.styles.height = below = max(1, len(lines))
        room = int(self.app.size.height * SHARE) - FRAME - below
        self.query_one(TextArea).styles.max_height = max(1, min(MOST_LINES, room))
        message.show(from_lines(lines))

    def on_resize(self) -> None:
        """Lays text and message out anew for the window; nothing when it is being left."""
        if self.query(LinePane):
            self.complain(self.error)
