"""The drawn graph, which needs to know the height of its window too."""

from __future__ import annotations

from textual.geometry import Size

from ..drawings.drawing import Drawing
from ..drawings.picture import graph_picture, node_at
from ..drawings.views import drawing
from ..present.picture import Picture, from_lines
from ..session.session import Session
from .session_pane import PicturePane


class GraphPane(PicturePane):
    """Draws the graph as much as there is room for."""

    def __init__(self, title: str) -> None:
        super().__init__("graph", title=title)

    def picture(self, session: Session, window: Size) -> Picture:
        """The drawing in the room that there is; nothing while the pane is hidden."""
        width, height = window
        return graph_picture(drawing(session, width, height), width) if width else from_lines([])

    def drawing(self, session: Session) -> Drawing:
        """The drawing that fits."""
        return drawing(session, *self.window)

    def node_at(self, session: Session, column: int, line: int) -> int | None:
        """The node whose box stands at a cell of the drawing, if one does."""
        return node_at(self.drawing(session), self.room, column, line)
