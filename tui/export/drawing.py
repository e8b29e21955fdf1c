"""The drawn graph as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_tui.engine.text.spans import plain

from ..drawings.boxes import NUMBERS
from ..drawings.drawing import Drawing
from ..drawings.views import drawing
from ..session.session import Session

PAGE = (100, 40)
"""Columns and rows in which the fullest drawing that fits is chosen."""


def page(session: Session) -> Drawing:
    """The drawing for a page of text."""
    return drawing(session, *PAGE, least=NUMBERS)


def drawing_text(session: Session) -> Iterator[str]:
    """The lines of the drawing, as the sweep stands."""
    one = page(session)
    row = one.rows()
    return (plain(row(y, 0, one.diagram.width)) for y in range(one.diagram.height))
