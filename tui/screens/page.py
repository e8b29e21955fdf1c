"""A screen of one long page that scrolls."""

from __future__ import annotations

from backprop_tui.engine.spans import plain
from textual.app import ComposeResult
from textual.screen import ModalScreen

from ..keys import PAGE_KEYS
from ..panes.key_pane import KeyPane, bindings
from ..panes.lines import LinePane
from ..present.picture import Picture, from_lines

START = 12
"""Cells by which an entry is known."""


class Page(ModalScreen[None]):
    """Draws the picture that its subclass makes."""

    BINDINGS = bindings(PAGE_KEYS)
    CSS = "Page { background: $background; }"

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading
        self.shown = from_lines([])
        self.room = 0

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
        """Draws the page; at another width with the entry on top that was read before."""
        pane = self.query_one("#lines", LinePane)
        before, top = self.shown, pane.scroll_offset.y
        if pane.room != self.room:
            self.room, self.shown = pane.room, self.picture(pane.room)
            pane.show(self.shown)
            pane.scroll_lines(_same_entry(before, top, self.shown))

    def action_scroll(self, lines: int) -> None:
        """Scrolls by lines."""
        self.query_one("#lines", LinePane).scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        """Scrolls by pages."""
        pane = self.query_one("#lines", LinePane)
        pane.scroll_lines(pages * max(1, pane.size.height - 1))


def _same_entry(one: Picture, top: int, other: Picture) -> int:
    """Where the entry of a line of one picture starts in another; of several the one about there.

    An entry starts with words at the left, and goes on after blanks.
    """
    starts = (_start(one, y) for y in range(min(top, one.height - 1), -1, -1))
    entry = next(filter(None, starts), None)
    places = [y for y in range(other.height) if _start(other, y) == entry]
    about = top / max(1, one.height) * other.height
    return min(places, key=lambda y: abs(y - about), default=0)


def _start(picture: Picture, y: int) -> str:
    """What a line starts with; nothing where it is blank or goes on with an entry."""
    text = plain(picture.line(y))[:START]
    return "" if text.startswith("   ") else text.strip()
