"""The editor line at the foot of the screen: a text, and what is wrong with it under a caret."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_tui.engine import BackpropError
from backprop_tui.engine.errors import ParseError
from backprop_tui.engine.spans import Line
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from ..present.picture import from_lines
from .lines import LinePane


@dataclass(frozen=True, slots=True)
class Job:
    """What is edited, and how."""

    name: str
    title: str
    live: bool = True
    """True when every change takes effect at once, False when Enter does it."""


JOBS = {
    job.name: job
    for job in (
        Job("program", "Program: everything follows as you type; Esc leaves"),
        Job("values", "Values: NAME = number, one a line; Esc leaves"),
        Job("wrt", "Differentiate by: names or patterns such as w*, comma-separated; "
                   "Enter takes them", live=False),
        Job("step", "Go to step: a number; Enter goes", live=False),
    )
}  # fmt: skip


class EditorPane(Vertical):
    """A text area and a line of message below it."""

    class Changed(Message):
        """The text is to take effect."""

        def __init__(self, job: Job, text: str, *, final: bool) -> None:
            super().__init__()
            self.job = job
            self.text = text
            self.final = final

    def __init__(self, job: Job, text: str) -> None:
        super().__init__(id="editor")
        self.job = job
        self.start = text
        self.border_title = Text(job.title)

    def compose(self) -> ComposeResult:
        """The text area above its message."""
        yield TextArea(self.start, id="text", compact=True, tab_behavior="focus")
        yield LinePane("message", focusable=False)

    def on_mount(self) -> None:
        """Starts typing at the end of the text."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.highlight_cursor_line = False
        area.move_cursor(area.document.end)
        area.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Passes a live text on."""
        event.stop()
        if self.job.live and event.text_area.text != self.start:
            self.start = event.text_area.text
            self.post_message(self.Changed(self.job, self.start, final=False))

    def on_key(self, event: events.Key) -> None:
        """Enter takes a text that does not act at once."""
        if event.key == "enter" and not self.job.live:
            event.prevent_default()
            event.stop()
            self.post_message(self.Changed(self.job, self.query_one(TextArea).text, final=True))

    def complain(self, error: BackpropError | None) -> None:
        """Shows what is wrong, or nothing."""
        lines: list[Line] = []
        if isinstance(error, ParseError):
            source, carets = error.excerpt(self.size.width)
            if "\n" in error.text:
                lines.append(((source, "muted"),))
            lines.append(((carets, "error"),))
        if error is not None:
            lines.append(((str(error), "error"),))
        message = self.query_one("#message", LinePane)
        message.styles.height = max(1, len(lines))
        message.show(from_lines(lines))
