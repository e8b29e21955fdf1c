"""The help: keys, marks, words, the language and its conventions."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Footer

from ..panes.lines import LinePane
from ..present.help import help_lines
from ..present.picture import from_lines


class Help(ModalScreen[None]):
    """One long page that scrolls."""

    BINDINGS = [
        Binding("up,k", "scroll(-1)", "up", key_display="↑"),
        Binding("down,j", "scroll(1)", "down", key_display="↓"),
        Binding("pageup", "page(-1)", "page up", key_display="PgUp"),
        Binding("pagedown,space", "page(1)", "page down", key_display="PgDn"),
        Binding("g,home", "scroll(-100000)", show=False),
        Binding("G,end", "scroll(100000)", show=False),
        Binding("escape,question_mark,f1,q", "dismiss", "close", key_display="Esc"),
        Binding("ctrl+q", "app.quit", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The page and its keys."""
        yield LinePane("lines")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Names the page."""
        self.query_one("#lines").border_title = "Help"

    def on_resize(self) -> None:
        """Draws at the new size, once the page has its own."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draws the page."""
        pane = self.query_one("#lines", LinePane)
        pane.show(from_lines(help_lines(pane.scrollable_content_region.width)))

    def action_scroll(self, lines: int) -> None:
        """Scrolls by lines."""
        self.query_one("#lines", LinePane).scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        """Scrolls by pages."""
        pane = self.query_one("#lines", LinePane)
        pane.scroll_lines(pages * max(1, pane.size.height - 1))
