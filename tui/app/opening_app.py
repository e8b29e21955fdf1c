"""The application while what it starts with is opened beside the screen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib import import_module
from threading import Thread

from backprop_tui.engine import BackpropError
from textual.app import ComposeResult
from textual.timer import Timer

from ..panes.lines import LinePane
from ..present.progress import progress
from ..session.opening import Opening
from ..session.session import Session
from ..status import BAD_INPUT
from ..system.collector import collect_what_is_new
from .pane_app import PaneApp

AHEAD = 1.0
"""Seconds after the first screen at which what may be needed next is imported."""
LOOK = 0.1
"""Seconds between two looks at how far it has come."""


class ProgressPane(LinePane):
    """Says over the other panes what has been done and what is being done."""

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


class OpeningApp(PaneApp):
    """Says how far the opening of a large program has come, and may be left meanwhile."""

    def __init__(self, start: Session | Opening | None, styles: Sequence[str]) -> None:
        super().__init__(start, styles)
        self.opening: Opening | None = start if isinstance(start, Opening) else None
        """What is being opened before there is a session."""
        self.failed: BackpropError | None = None
        """Why nothing could be opened."""
        self._looks: Timer | None = None

    def compose_opening(self) -> ComposeResult:
        """The words over the empty panes, while something is opened."""
        if self.opening is not None:
            yield ProgressPane(self.opening)

    def on_ready(self) -> None:
        """The first screen stands: what takes a while is opened beside it."""
        if self.opening is None:
            self._keep()
            return
        opening, look_up = self.opening, self.looking_up()
        self._looks = self.set_interval(LOOK, self._look)
        self.beside.ask(self, lambda: opening.make(look_up), self._made)

    def _look(self) -> None:
        """Says what is being done now."""
        if self.opening is not None:
            self.query_one(ProgressPane).draw()

    def _made(self, made: Session | BackpropError) -> None:
        """Shows what was opened, or ends where it cannot be."""
        if self._looks is not None:
            self._looks.stop()
        self.opening = None
        if isinstance(made, BackpropError):
            self.failed = made
            self.exit(return_code=BAD_INPUT)
            return
        self.query(ProgressPane).remove()
        self.session = self.opened = made
        self.focus_first()
        self._keep()

    def _keep(self) -> None:
        """Has what is new from now on collected, and what may be needed next imported."""
        collect_what_is_new()
        self.set_timer(AHEAD, import_ahead)


def import_ahead() -> None:
    """Has the editor imported in a thread, so that it opens as fast the first time."""
    Thread(target=import_module, args=("backprop_tui.tui.panes.editor",), daemon=True).start()
