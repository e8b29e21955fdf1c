"""A screen of one long page that scrolls."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen

from ..keys import PAGE_KEYS
from ..panes.key_pane import KeyPane, bindings
from ..panes.lines import LinePane
from ..present.picture import Picture


class Page(ModalScreen[None]):
    """Draws the picture that its subclass makes."""

    BINDINGS = bindings(PAGE_KEYS)
    CSS = "Page { background: $background; }"

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading

    def picture(self, width: int) -> Picture:
        """The page at a width."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The page and its keys."""
        yield LinePane("lines", title=self.heading)
        yield KeyPane(PAGE_KEYS)

    def on_resize(self) -> None:
        """Draws at the new size, once the page has its own."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draws the page."""
        pane = self.query_one("#lines", LinePane)
        pane.show(self.picture(pane.room))

    def action_scroll(self, lines: int) -> None:
        """Scrolls by lines."""
        self.query_one("#lines", LinePane).scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        """Scrolls by pages."""
        pane = self.query_one("#lines", LinePane)
        pane.scroll_lines(pages * max(1, pane.size.height - 1))
