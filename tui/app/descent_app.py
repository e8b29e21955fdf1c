"""The application's descent: updates made at once where that is quick, else beside the screen."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from backprop_tui.engine import BackpropError, Trace
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.descent.points import Point
from textual.worker import get_current_worker

from ..session.descending import (
    arrived,
    begun,
    following,
    further,
    is_last,
    is_long,
    lacks_preview,
    point_of,
    prepared,
    restarted,
    set_out,
    taken_back,
    updated,
    with_preview,
    with_rate,
)
from ..session.session import Descent, Session
from .session_app import SessionApp

GLANCE = 0.1
"""Seconds between two points of a running descent that are shown."""


class DescentApp(SessionApp):
    """Makes updates of gradient descent and takes them back."""

    descended: Point | Trace | None = None
    """The point from which the thread goes on, or the trace at which it begins."""
    goal: int | None = None
    """The number of the update at which it ends; None for no end."""
    previewed: tuple[Trace, Plan] | None = None
    """Of what the next update was last found before it was asked for."""

    def action_descend(self, updates: int) -> None:
        """Makes updates of the parameters, or takes them back."""
        session = self.session
        if session is None:
            return
        if session.running and self.goal is not None and (updates > 0) == self._goes_on(session):
            self.goal = max(0, self.goal + updates * session.times)
            self.session = replace(session, count="")
            return
        self._stop()
        if is_long(session):
            self._start(updates * session.times)
        else:
            self.change(updated if updates > 0 else taken_back)

    def action_restart(self) -> None:
        """Goes back to the start of the descent."""
        self._stop()
        if self.session is not None and is_long(self.session):
            point = point_of(self.session)
            self._start(0 if point is None else -point.number)
        else:
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

    def work(self) -> None:
        """Sets to work on what the screen must know, the next update among it."""
        super().work()
        session = self.session
        if session is not None and lacks_preview(session):
            wanted = session.trace, session.plan
            if self.previewed != wanted:
                self.previewed = wanted
                self.run_worker(lambda: self._preview(session), thread=True, group="preview")

    def _goes_on(self, session: Session) -> bool:
        """True where a descent under way makes updates, False where it takes them back."""
        point = point_of(session)
        return self.goal is None or point is None or self.goal >= point.number

    def _start(self, updates: int | None) -> None:
        """Makes so many updates beside the screen, below 0 takes them back; no end when None."""
        self.change(set_out)
        self.beside.then(lambda: self._set_out(updates))

    def _set_out(self, updates: int | None) -> None:
        session = self.session
        if session is not None and session.running:
            point = point_of(session)
            number = 0 if point is None else point.number
            self.goal = None if updates is None else max(0, number + updates)
            self._go_on(session, point)

    def _go_on(self, session: Session, point: Point | None) -> None:
        self.descended = point or session.trace
        self.run_worker(lambda: self._descend(point), thread=True, group="descent")

    def _stop(self) -> None:
        """Ends a running descent where it stands."""
        self.workers.cancel_group(self, "descent")
        self.beside.then(self._stopped)

    def _stopped(self) -> None:
        if self.session is not None and self.session.running:
            self.session = replace(self.session, running=False)

    def _descend(self, point: Point | None) -> None:
        """Runs beside the screen: hands over where it stands, a few times a second."""
        worker, shown = get_current_worker(), time.monotonic()
        route = self.session.trace.route if self.session is not None else None
        while (session := self.session) is not None and not worker.is_cancelled:
            if session.trace.route is not route:
                self.call_from_thread(self._stop)
                return
            reached = further(session, point, self.goal)
            ends = is_last(reached, self.goal)
            rests = reached is point and not ends
            point = reached
            if ends or rests or time.monotonic() - shown > GLANCE:
                point = self._looked_up(session, point)
                done = partial(self._descended, point, ends or rests, rests)
                self.call_from_thread(self.beside.then, done)
                shown = time.monotonic()
            if ends or rests:
                return

    def _looked_up(self, session: Session, point: Point) -> Point:
        """The point with all that its screen takes; runs beside the screen."""
        point = prepared(session, point)
        look_up = self.call_from_thread(self.looking_up)
        look_up(replace(arrived(session, point), detail=session.detail))
        return point

    def _descended(self, point: Point, ends: bool, rests: bool) -> None:
        """Shows where a running descent stands, unless something else was changed meanwhile.

        Where more was asked for since its thread came to an end, another goes on.
        """
        session = self.session
        if session is None or not session.running:
            return
        if (point_of(session) or session.trace) is not self.descended:
            self._stop()
            return
        self.descended, running = point, not (rests or is_last(point, self.goal))
        shown = replace(arrived(session, point), detail=session.detail, running=running)
        self.show_session(shown)
        if ends and running:
            self._go_on(shown, point)
        if rests:
            words = f"Update {point.number + 1:,} would change nothing: descent has come to rest"
            self.notify(words, markup=False)

    def _preview(self, session: Session) -> None:
        """Runs beside the screen: finds the update that would come first."""
        try:
            point = begun(session)
        except BackpropError:
            return
        ahead = following(session, point) if point.is_finite else None
        preview = Descent(point, session.trace, ahead)
        self.call_from_thread(self.beside.then, lambda: self._previewed(preview))

    def _previewed(self, preview: Descent) -> None:
        if self.session is not None:
            self.session = with_preview(self.session, preview)
