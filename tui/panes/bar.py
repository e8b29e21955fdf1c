"""A scroll bar that is composed when it changes."""

from __future__ import annotations

from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip


class Bar(ScrollBar):
    """The framework's, its lines kept as they were sent.

    Of every widget that stands between the lines that a step changes the framework looks up anew
    how it would compose it: three scroll bars took a twenty-fifth of a step.
    """

    _sent: tuple[Region, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region."""
        if self._sent is None or self._sent[0] != crop:
            self._sent = crop, super().render_lines(crop)
        return self._sent[1]

    def _set_dirty(self, *regions: Region) -> None:
        """Forgets the lines as they were sent."""
        super()._set_dirty(*regions)
        self._sent = None
