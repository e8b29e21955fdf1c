"""The drawn graph, which needs to know the height of its window too."""

from __future__ import annotations

from ..drawings.drawing import Drawing
from ..drawings.picture import drawn_picture, node_at
from ..drawings.views import drawing
from ..present.picture import Picture, from_lines
from ..session import Session
from .session_pane import SessionPane


class GraphPane(SessionPane):
    """Draws the graph as much as there is room for."""

    def __init__(self, title: str) -> None:
        super().__init__("graph", self.drawn, title=title)

    def drawn(self, session: Session, width: int) -> Picture:
        """The drawing in the room that there is; nothing while the pane is hidden."""
        return drawn_picture(self.drawing(session), width) if width else from_lines([])

    def drawing(self, session: Session) -> Drawing:
        """The drawing that fits."""
        return drawing(session, self.room, self.scrollable_content_region.height)

    def node_at(self, session: Session, column: int, line: int) -> int | None:
        """The node whose box stands at a cell of the drawing, if one does."""
        return node_at(self.drawing(session), self.room, column, line)
