"""The panes of the main screen: each draws a picture of the session."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.reactive import reactive

from ..present.picture import Picture, offset
from ..session.session import Session
from .lines import LinePane

Presenter = Callable[[Session, int], Picture]
"""From a session and a width in cells to a picture."""


class PicturePane(LinePane):
    """Draws what its subclass makes of the session."""

    session: reactive[Session | None] = reactive(None, repaint=False)

    def picture(self, session: Session, window: Size) -> Picture:
        """What is drawn of a session in a window of a size."""
        raise NotImplementedError

    @property
    def window(self) -> Size:
        """The cells that there are; none while the pane is hidden."""
        return Size(self.room, self.scrollable_content_region.height)

    def watch_session(self) -> None:
        """Draws the new session."""
        self.draw()

    def on_resize(self) -> None:
        """Draws the session at the new size, which may have brought other colours."""
        self.forget_colours()
        self.draw()

    def on_show(self) -> None:
        """Draws what was not drawn while the pane was hidden."""
        self.draw()

    def draw(self) -> None:
        """Draws the session as it is; a pane that is hidden or has no size yet costs nothing."""
        if self.session is not None and self.is_mounted and self.display and self.size:
            self.show(self.picture(self.session, self.window))

    def look_up(self, session: Session, window: Size) -> None:
        """Has all looked up that drawing a session in a window takes; it may run beside the screen.

        What was looked up once is known when the session is drawn.
        """
        picture = self.picture(session, window)
        top = offset(picture, max(1, window.height))
        for y in range(top, min(picture.height, top + window.height)):
            picture.line(y)


class SessionPane(PicturePane):
    """Draws what its presenter makes of the session."""

    def __init__(
        self,
        id: str,
        present: Presenter,
        *,
        title: str = "",
        focusable: bool = True,
    ) -> None:
        super().__init__(id, title=title, focusable=focusable)
        self.present = present

    def picture(self, session: Session, window: Size) -> Picture:
        """What its presenter makes of the session."""
        return self.present(session, window.width)
