"""The application's session: how it is changed, and how questions are answered beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from backprop_tui.engine import BackpropError
from textual.reactive import reactive
from textual.worker import get_current_worker

from ..panes.lines import LinePane
from ..session.large import is_quick, is_small
from ..session.opening import Opening
from ..session.questions import request_of, work_on
from ..session.session import Answer, Request, Session
from .background import Beside
from .lasting_app import LastingApp

if TYPE_CHECKING:
    from ..panes.editor import EditorPane

PATIENCE = 0.2
"""Seconds after which it is said that work goes on beside the screen."""


Found = TypeVar("Found")


class SessionApp(LastingApp):
    """Holds the session; answers questions in a thread of their own."""

    session: reactive[Session | None] = reactive(None, repaint=False)

    def __init__(self, start: Session | Opening | None, styles: Sequence[str]) -> None:
        super().__init__(styles)
        self.start = start
        self.interrupted = False
        self.beside = Beside(self)
        self.editor: EditorPane | None = None
        self.asked: Request | None = None
        self.refused = "", 0.0
        """Why a key did nothing, and when that was said."""

    def change(self, change: Callable[[Session], Session]) -> None:
        """Puts a new session in the place of the old one; after those that are being made."""
        self.interrupted = False
        if self.session is not None:
            self.beside.then(lambda: self._change(change))

    def _change(self, change: Callable[[Session], Session]) -> None:
        if self.session is None:
            return
        try:
            changed = change(self.session)
        except BackpropError as error:
            changed = replace(self.session, count="")
            self._refuse(str(error))
        self.become(changed)

    def change_beside(self, change: Callable[[Session], Session]) -> None:
        """As `change`; beside the screen where the graph is large, for what takes long to find."""
        if self.session is None or is_small(self.session):
            self.change(change)
            return
        self.interrupted = False
        look_up = self.looking_up()

        def work() -> Session | BackpropError:
            try:
                assert self.session is not None
                return look_up(change(self.session))
            except BackpropError as error:
                return error

        self.make_beside(object(), work, self._found)

    def _found(self, made: Session | BackpropError) -> None:
        if isinstance(made, BackpropError):
            self._refuse(str(made))
        else:
            self._landed(made)

    def become(self, session: Session) -> None:
        """Shows another session; one that takes long to draw once all for it is looked up."""
        if is_quick(self.session, session):
            self.show_session(session)
        else:
            look_up = self.looking_up()
            self.make_beside(self, lambda: look_up(session), self._landed)

    def make_beside(
        self, owner: object, work: Callable[[], Found], done: Callable[[Found], None]
    ) -> None:
        """Has work done beside the screen, and says so when that takes a while."""
        self.beside.ask(owner, work, done)
        self.set_timer(PATIENCE, self._say_working)

    def _say_working(self) -> None:
        if self.session is not None and self.beside.is_working and not self.session.working:
            self.session = replace(self.session, working=True)
            self.beside.then(self._rested)

    def _rested(self) -> None:
        if self.session is not None and self.session.working:
            self.session = replace(self.session, working=False)

    def looking_up(self) -> Callable[[Session], Session]:
        """What has all looked up that drawing a session takes, and gives it back; for a thread."""
        raise NotImplementedError

    def show_session(self, session: Session) -> None:
        """Draws a session; an edit goes on from it."""
        self.session = session
        if self.editor is not None:
            self.editor.session = session

    def _landed(self, session: Session) -> None:
        """Draws a session that was made beside the screen, with what was answered meanwhile."""
        answer = self.session.answer if self.session is not None else None
        self.show_session(replace(session, answer=answer, working=False))

    def _refuse(self, message: str) -> None:
        """Says why a key does nothing; once while it is still to be read."""
        last, when = self.refused
        if message != last or time.monotonic() - when > self.NOTIFICATION_TIMEOUT:
            self.refused = message, time.monotonic()
            self.notify(message, severity="warning", markup=False)

    def work(self) -> None:
        """Sets to work on what the step pane must know."""
        session = self.session
        if session is None:
            return
        asked = request_of(session, self.query_one("#step", LinePane).room)
        if asked != self.asked:
            self.asked = asked
            self.workers.cancel_group(self, "answer")
            if asked is not None:
                self.run_worker(lambda: self._answer(session, asked), thread=True, group="answer")

    def _answer(self, session: Session, asked: Request) -> None:
        """Runs beside the screen: hands over what is found, as often as it grows."""
        worker = get_current_worker()
        with closing(work_on(session, asked)) as found:
            for content in found:
                if worker.is_cancelled:
                    return
                if content is not None:
                    self.call_from_thread(self._answered, Answer(asked, content))

    def _answered(self, answer: Answer) -> None:
        if self.session is not None and answer.request == self.asked:
            self.session = replace(self.session, answer=answer)
