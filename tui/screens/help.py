"""The help: keys, marks, words, the language and its conventions."""

from __future__ import annotations

from ..present.pages.help import help_lines
from ..present.picture import Picture, from_lines
from .page import Page


class Help(Page):
    """All there is to know, on one page."""

    def __init__(self) -> None:
        super().__init__("Help")

    def picture(self, width: int) -> Picture:
        """The page at a width."""
        return from_lines(help_lines(width))
