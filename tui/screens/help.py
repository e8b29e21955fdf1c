"""The help: keys, marks, words, the language and its conventions."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen

from ..keys import HELP_KEYS
from ..panes.key_pane import KeyPane, bindings
from ..panes.lines import LinePane
from ..present.help import help_lines
from ..present.picture import from_lines


class Help(ModalScreen[None]):
    """One long page that scrolls."""

    BINDINGS = bindings(HELP_KEYS)

    def compose(self) -> ComposeResult:
        """The page and its keys."""
        yield LinePane("lines")
        yield KeyPane(HELP_KEYS)

    def on_mount(self) -> None:
        """Names the page."""
        self.query_one("#lines").border_title = "Help"

    def on_resize(self) -> None:
        """Draws at the new size, once the page has its own."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draws the page."""
        pane = self.query_one("#lines", LinePane)
        pane.show(from_lines(help_lines(pane.room)))

    def action_scroll(self, lines: int) -> None:
        """Scrolls by lines."""
        self.query_one("#lines", LinePane).scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        """Scrolls by pages."""
        pane = self.query_one("#lines", LinePane)
        pane.scroll_lines(pages * max(1, pane.size.height - 1))
