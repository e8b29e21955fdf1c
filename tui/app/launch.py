"""What there is to show: a session at the start, one opened beside the screen, or a sample."""

from __future__ import annotations

from importlib import import_module
from threading import Thread

from backprop_tui.engine import BackpropError, Sample
from backprop_tui.engine.language.show import DIGITS
from textual.app import ComposeResult
from textual.timer import Timer

from ..panes.progress_pane import ProgressPane
from ..session.opening import Opening, open_session
from ..session.session import Session
from ..status import BAD_INPUT
from ..system.collector import collect_what_is_new
from .keeping import Keeping
from .panes import Panes

AHEAD = 1.0
"""Seconds after the first screen at which what may be needed next is imported."""
LOOK = 0.1
"""Seconds between two looks at how far an opening has come."""


class Launch:
    """Shows what is opened; of a large program how far that has come, which may be left."""

    def __init__(self, keeping: Keeping, panes: Panes, start: Session | Opening | None) -> None:
        self.keeping = keeping
        self.editing = keeping.editing
        self.changes = keeping.editing.changes
        self.stage = keeping.stage
        self.panes = panes
        self.start = start
        self.opening = start if isinstance(start, Opening) else None
        """What is being opened before there is a session."""
        self.failed: BackpropError | None = None
        """Why nothing could be opened."""
        self._looks: Timer | None = None

    def compose(self) -> ComposeResult:
        """The words over the empty panes, while something is opened."""
        if self.opening is not None:
            yield ProgressPane(self.opening)

    async def begin(self) -> None:
        """Shows the session, or the browser when there is none."""
        if self.start is None:
            await self.browse()
        elif isinstance(self.start, Session):
            self._show(self.start)

    def _show(self, session: Session) -> None:
        self.stage.session = self.keeping.opened = session
        self.panes.focus_first()

    async def browse(self) -> None:
        """Opens the sample browser."""
        from ..screens.browser import Browser

        self.editing.close()
        await self.stage.push_screen(Browser(first=self.stage.session is None), self._chosen)

    def _chosen(self, sample: Sample | None) -> None:
        """Opens the sample that was chosen; ends where there is none, and nothing to go back to."""
        before = self.stage.session
        if sample is not None:
            self.editing.drafts.clear()
            self.changes.beside.forget()
            digits = DIGITS if before is None else before.view.digits
            self._show(open_session(sample, digits=digits))
        elif before is None:
            self.stage.exit()

    def go_on(self) -> None:
        """The first screen stands: what takes a while is opened beside it."""
        if self.opening is None:
            self._settle()
            return
        opening, look_up = self.opening, self.changes.looking_up()
        self._looks = self.stage.set_interval(LOOK, self._look)
        self.changes.beside.ask(self, lambda: opening.make(look_up), self._made)

    def _look(self) -> None:
        """Says what is being done now."""
        if self.opening is not None:
            self.stage.query_one(ProgressPane).draw()

    def _made(self, made: Session | BackpropError) -> None:
        """Shows what was opened, or ends where it cannot be."""
        if self._looks is not None:
            self._looks.stop()
        self.opening = None
        if isinstance(made, BackpropError):
            self.failed = made
            self.stage.exit(return_code=BAD_INPUT)
            return
        self.stage.query(ProgressPane).remove()
        self._show(made)
        self._settle()

    def _settle(self) -> None:
        """Has what is new from now on collected, and what may be needed next imported."""
        collect_what_is_new()
        self.stage.set_timer(AHEAD, import_ahead)


def import_ahead() -> None:
    """Has the editor imported in a thread, so that it opens as fast the first time."""
    Thread(target=import_module, args=("backprop_tui.tui.panes.editor",), daemon=True).start()
