"""A pane of the main screen: a presenter's picture of the session."""

from __future__ import annotations

from collections.abc import Callable

from textual.reactive import reactive

from ..present.picture import Picture
from ..session import Session
from .lines import LinePane

Presenter = Callable[[Session, int], Picture]
"""From a session and a width in cells to a picture."""


class SessionPane(LinePane):
    """Draws what its presenter makes of the session."""

    session: reactive[Session | None] = reactive(None, repaint=False)

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
            self.show(self.picture(self.session))

    def picture(self, session: Session) -> Picture:
        """What is drawn of the session in the room that there is."""
        return self.present(session, self.room)
