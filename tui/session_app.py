"""The application's session: how it is changed, and the work that goes on beside the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from backprop_tui.engine import BackpropError
from backprop_tui.engine.descent import Point, update
from textual.reactive import reactive
from textual.worker import get_current_worker

from .beside import Beside
from .descending import arrived, begun, is_long, point_of, restarted, taken_back, updated, with_rate
from .large import is_quick, is_small
from .lasting_app import LastingApp
from .opening import Opening
from .panes.lines import LinePane
from .present.step_pane import question
from .session import Answer, Question, Session

if TYPE_CHECKING:
    from .panes.editor import EditorPane

GLANCE = 0.1
"""Seconds between two points of a running descent that are shown."""
PATIENCE = 0.2
"""Seconds after which it is said that work goes on beside the screen."""


Found = TypeVar("Found")


class SessionApp(LastingApp):
    """Holds the session; answers questions and descends in threads of their own."""

    session: reactive[Session | None] = reactive(None, repaint=False)

    def __init__(self, start: Session | Opening | None, styles: Sequence[str]) -> None:
        super().__init__(styles)
        self.start = start
        self.interrupted = False
        self.beside = Beside(self)
        self.editor: EditorPane | None = None
        self.asked: Question | None = None
        self.descended: Point | None = None
        self.goal: int | None = None
        self.refused = "", 0.0
        """Why a key did nothing, and when that was said."""

    def action_descend(self, updates: int) -> None:
        """Makes updates of the parameters, or takes them back."""
        session = self.session
        if session is not None and session.running and self.goal is not None and updates > 0:
            self.goal += session.times
            self.session = replace(session, count="")
            return
        self._stop()
        if session is not None and updates > 0 and is_long(session):
            self._start(session.times)
        else:
            self.change(updated if updates > 0 else taken_back)

    def action_restart(self) -> None:
        """Goes back to the start of the descent."""
        self._stop()
        self.change(restarted)

    def action_rate(self, notches: int) -> None:
        """Makes the rate larger or smaller."""
        self.change(lambda session: with_rate(session, notches))

    def action_run(self) -> None:
        """Makes updates until it is asked again."""
        if self.session is not None and self.session.running:
            self._stop()
        else:
            self._start(None)

    def _start(self, updates: int | None) -> None:
        """Makes so many updates beside the screen; without end when None."""
        self.change(lambda session: arrived(session, begun(session)))
        session = self.session
        if session is None or not (point := point_of(session)) or not point.is_finite:
            return
        self.session = replace(session, running=True)
        self.goal = None if updates is None else point.number + updates
        self._go_on(point)

    def _go_on(self, point: Point) -> None:
        self.descended = point
        self.run_worker(lambda: self._descend(point), thread=True, group="descent")

    def _stop(self) -> None:
        """Ends a running descent where it stands."""
        self.workers.cancel_group(self, "descent")
        if self.session is not None and self.session.running:
            self.session = replace(self.session, running=False)

    def _descend(self, point: Point) -> None:
        """Runs beside the screen: hands over where it stands, a few times a second."""
        worker, shown = get_current_worker(), time.monotonic()
        route = self.session.trace.route if self.session is not None else None
        while (session := self.session) is not None and not worker.is_cancelled:
            if session.trace.route is not route:
                self.call_from_thread(self._stop)
                return
            following = update(session.trace, point, session.plan)
            rests = following.theta == point.theta
            point = point if rests else following
            ends = rests or self._is_last(point)
            if ends or time.monotonic() - shown > GLANCE:
                self.call_from_thread(self._descended, point, ends, rests)
                shown = time.monotonic()
            if ends:
                return

    def _is_last(self, point: Point) -> bool:
        """True where a running descent has nowhere to go, or has come as far as it was asked."""
        return not point.is_finite or point.number == self.goal

    def _descended(self, point: Point, ends: bool, rests: bool) -> None:
        """Shows where a running descent stands, unless something else was changed meanwhile.

        Where more was asked for since its thread came to an end, another goes on.
        """
        session = self.session
        if session is None or not session.running:
            return
        if point_of(session) is not self.descended:
            self._stop()
            return
        self.descended, running = point, not (rests or self._is_last(point))
        self.session = replace(arrived(session, point), detail=session.detail, running=running)
        if ends and running:
            self._go_on(point)
        if rests:
            words = f"Update {point.number + 1:,} would change nothing: descent has come to rest"
            self.notify(words, markup=False)

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
        self.show_session(replace(session, answer=answer))

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
        asked = question(session, self.query_one("#step", LinePane).room)
        if asked != self.asked:
            self.asked = asked
            self.workers.cancel_group(self, "answer")
            if asked is not None:
                self.run_worker(lambda: self._answer(session, asked), thread=True, group="answer")

    def _answer(self, session: Session, asked: Question) -> None:
        """Runs beside the screen: hands over what is found, as often as it grows."""
        from .details import DETAILS

        worker, work = get_current_worker(), DETAILS[session.detail].work
        assert work is not None
        with closing(work(session, asked[-1])) as found:
            for content in found:
                if worker.is_cancelled:
                    return
                if content is not None:
                    self.call_from_thread(self._answered, Answer(asked, content))

    def _answered(self, answer: Answer) -> None:
        if self.session is not None and answer.question == self.asked:
            self.session = replace(self.session, answer=answer)
