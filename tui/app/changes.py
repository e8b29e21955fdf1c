"""Changes of the session on the stage: made at once, or beside the screen where they take long."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from backprop_tui.engine import BackpropError

from ..session.large import is_quick, is_quickly_found
from ..session.session import Session
from .background import Beside
from .stage import Stage

PATIENCE = 0.2
"""Seconds after which it is said that work goes on beside the screen."""

Change = Callable[[Session], Session]
Found = TypeVar("Found")


class Changes:
    """Puts one session in the place of another, in the order in which that was asked for."""

    def __init__(self, stage: Stage, looking_up: Callable[[], Change]) -> None:
        self.stage = stage
        self.looking_up = looking_up
        """Gives what has all looked up that drawing a session takes; for a thread."""
        self.followers: list[Callable[[Session], None]] = []
        """Are told of a session that took another's place."""
        self.beside = Beside(stage)
        self.refused = "", 0.0
        """Why a key did nothing, and when that was said."""

    def make(self, change: Change) -> None:
        """Puts a new session in the place of the old one; after those that are being made."""
        self.stage.interrupted = False
        if self.stage.session is not None:
            self.beside.then(lambda: self._make(change))

    def _make(self, change: Change) -> None:
        session = self.stage.session
        if session is None:
            return
        try:
            changed = change(session)
        except BackpropError as error:
            changed = replace(session, count="")
            self._refuse(str(error))
        self._become(changed)

    def make_beside(self, change: Change) -> None:
        """As `make`; beside the screen where the graph, or its data, is large."""
        session = self.stage.session
        if session is None or is_quickly_found(session):
            self.make(change)
            return
        self.stage.interrupted = False
        look_up = self.looking_up()

        def work() -> Session | BackpropError:
            try:
                assert self.stage.session is not None
                return look_up(change(self.stage.session))
            except BackpropError as error:
                return error

        self.work(object(), work, self._found)

    def _found(self, made: Session | BackpropError) -> None:
        if isinstance(made, BackpropError):
            self._refuse(str(made))
        else:
            self._landed(made)

    def _become(self, session: Session) -> None:
        """Shows another session; one that takes long to draw once all for it is looked up."""
        if is_quick(self.stage.session, session, _boxes):
            self.show(session)
        else:
            look_up = self.looking_up()
            self.work(self, lambda: look_up(session), self._landed)

    def work(self, owner: object, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """Has work done beside the screen, and says so when that takes a while."""
        self.beside.ask(owner, work, done)
        self.stage.set_timer(PATIENCE, self._say_working)

    def _say_working(self) -> None:
        session = self.stage.session
        if session is not None and self.beside.is_working and not session.working:
            self.stage.session = replace(session, working=True)
            self.beside.then(self._rested)

    def _rested(self) -> None:
        session = self.stage.session
        if session is not None and session.working:
            self.stage.session = replace(session, working=False)

    def show(self, session: Session) -> None:
        """Shows a session in the place of the one before."""
        self.stage.session = session
        for follow in self.followers:
            follow(session)

    def _landed(self, session: Session) -> None:
        """Shows a session that was made beside the screen, with what was answered meanwhile."""
        now = self.stage.session
        answer = None if now is None else now.asked.answer
        self.show(replace(session, asked=replace(session.asked, answer=answer), working=False))

    def _refuse(self, message: str) -> None:
        """Says why a key does nothing; once while it is still to be read."""
        last, when = self.refused
        if message != last or time.monotonic() - when > self.stage.NOTIFICATION_TIMEOUT:
            self.refused = message, time.monotonic()
            self.stage.notify(message, severity="warning", markup=False)


def _boxes(session: Session) -> int:
    """The boxes of a session's drawing."""
    from ..drawings.views import boxes

    return boxes(session)
