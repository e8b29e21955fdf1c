"""A screen of one long page that scrolls."""

from __future__ import annotations

from backprop_tui.engine.text.spans import plain
from textual.app import ComposeResult

from ..panes.key_pane import KeyPane, bindings
from ..panes.lines import LinePane
from ..present.keys import PAGE_KEYS
from ..present.picture import Picture, from_lines
from .leaving import Leaving

START = 12
"""Cells by which an entry is known."""


class Page(Leaving[None]):
    """Draws the picture that its subclass makes."""

    BINDINGS = bindings(PAGE_KEYS)
    CSS = "Page { background: $background; }"

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading
        self.room = 0
        """The cells of a line for which the page was made."""
        self.shown = from_lines([])
        self.read = self.shown, 0
        """The page and its first line in sight when it was scrolled last."""
        self.top = 0
        """The first line in sight when it was drawn last."""

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
        """Draws the page with the entry on top that was read; nothing when it has been left."""
        if not self.query(LinePane):
            return
        pane = self.query_one("#lines", LinePane)
        last = max(0, self.shown.height - pane.scrollable_content_region.height)
        if pane.scroll_offset.y != min(self.top, last):
            self.read = self.shown, pane.scroll_offset.y
        if pane.room != self.room:
            self.room, self.shown = pane.room, self.picture(pane.room)
            pane.show(self.shown)
        pane.scroll_lines(_same_entry(*self.read, self.shown) - pane.scroll_offset.y)
        self.top = pane.scroll_offset.y

    def action_scroll(self, lines: int) -> None:
        """Scrolls by lines."""
        self.query_one("#lines", LinePane).scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        """Scrolls by pages."""
        pane = self.query_one("#lines", LinePane)
        pane.scroll_lines(pages * max(1, pane.size.height - 1))


def _same_entry(one: Picture, top: int, other: Picture) -> int:
    """Where the entry of a line of one picture starts in another; of several the one about there.

    An entry starts with words at the left, and goes on after blanks; an empty line belongs to the
    one below it.
    """
    top = next((y for y in range(top, one.height) if plain(one.line(y)).strip()), top)
    starts = (_start(one, y) for y in range(min(top, one.height - 1), -1, -1))
    if one is other or (entry := next(filter(None, starts), None)) is None:
        return top
    places = [y for y in range(other.height) if _start(other, y) == entry]
    about = top / max(1, one.height) * other.height
    return min(places, key=lambda y: abs(y - about), default=0)


def _start(picture: Picture, y: int) -> str:
    """What a line starts with; nothing where it is blank or goes on with an entry."""
    text = plain(picture.line(y))[:START]
    return "" if text.startswith("   ") else text.strip()
