"""The notation of a network, filled in with its numbers, and its parameters as one list."""

from __future__ import annotations

from ..present.pages.notation import notation_picture
from ..present.picture import Picture
from ..session.session import Session
from .page import Page


class Notation(Page):
    """The table, then the unrolled vector."""

    def __init__(self, session: Session) -> None:
        super().__init__("Notation")
        self.session = session

    def picture(self, width: int) -> Picture:
        """The page at a width."""
        return notation_picture(self.session, width)
