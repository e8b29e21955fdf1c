"""What has been done of an opening, and what is being done, over the other panes."""

from __future__ import annotations

import time

from ..present.progress import progress
from ..session.opening import Opening
from .lines import LinePane


class ProgressPane(LinePane):
    """Says how far an opening has come."""

    def __init__(self, opening: Opening) -> None:
        super().__init__("opening", focusable=False)
        self.opening = opening
        self.since = time.monotonic()

    def on_resize(self) -> None:
        """Draws at the new size."""
        self.draw()

    def draw(self) -> None:
        """Draws what differs from before."""
        seconds, height = int(time.monotonic() - self.since), self.size.height
        opening = self.opening
        self.show(progress(opening.name, opening.stages, seconds, self.room, height))
