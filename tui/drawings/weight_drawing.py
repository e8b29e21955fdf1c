"""The graph of one leaf alone, drawn so that the leaf is in sight until the sweep comes by."""

from __future__ import annotations

from functools import cached_property

from backprop_tui.engine.text.spans import Line

from ..present.picture import clip
from .drawing import Drawing


class WeightDrawing(Drawing):
    """What depends on the leaf chosen, a weight as a rule, and what that meets."""

    @cached_property
    def middle(self) -> tuple[int, int]:
        """The cell in the middle of the box to keep in sight."""
        box = self.shown.box_of(self._center)
        if box is None:
            return 0, 0
        x, y, width, height = self.diagram.boxes[box]
        return x + width // 2, y + height // 2

    @property
    def _center(self) -> int:
        """The node selected, where it is seen and the sweep has begun; else the leaf."""
        session, chosen = self.session, self.session.chosen
        at_seed = not session.position and session.selected == session.graph.output
        is_away = at_seed or not self.seen.holds(session.selected)
        return chosen if is_away and chosen is not None else session.selected

    def heading(self, start: int, width: int) -> Line | None:
        """Whose graph it is, and how much of the whole."""
        session, chosen = self.session, self.session.chosen
        if chosen is None:
            return None
        name = session.graph.pretty(chosen)
        text = f"{name} alone: {self.seen.along:,} of {len(session.graph):,} "
        return ((clip(f"{text}nodes depend on it; shown with what they meet", width), "muted"),)
