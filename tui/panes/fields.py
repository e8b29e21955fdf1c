"""Fields of one line."""

from __future__ import annotations

from backprop_tui.engine.text.words import escaped
from textual import events
from textual.widgets import Input


class VisibleInput(Input):
    """A field into which nothing invisible can be pasted: it is shown escaped instead."""

    def on_paste(self, event: events.Paste) -> None:
        """Changes what the framework's own handler, which comes after this one, inserts."""
        event.text = escaped(event.text)
