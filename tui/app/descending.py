"""Gradient descent on the stage: updates made at once where that is quick, else beside it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from backprop_tui.engine import BackpropError, Trace
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.descent.points import Point
from textual.worker import get_current_worker

from ..session.descent import (
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
)
from ..session.session import Reached, Session
from .changes import Changes

GLANCE = 0.1
"""Seconds between two points of a running descent that are shown."""


class Descending:
    """Makes updates of gradient descent and takes them back."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.stage = changes.stage
        self.reached: Point | Trace | None = None
        """The point from which the thread goes on, or the trace at which it begins."""
        self.goal: int | None = None
        """The number of the update at which it ends; None for no end."""
        self.previewed: tuple[Trace, Plan] | None = None
        """Of what the next update was last found before it was asked for."""

    def go(self, updates: int) -> None:
        """Makes so many times the count typed in updates, or takes them back."""
        session = self.stage.session
        if session is None:
            return
        onwards = (updates > 0) == self._goes_on(session)
        if session.descent.running and self.goal is not None and onwards:
            self.goal = max(0, self.goal + updates * session.times)
            self.stage.session = replace(session, count="")
            return
        self._stop()
        if is_long(session):
            self._start(updates * session.times)
        else:
            self.changes.make(updated if updates > 0 else taken_back)

    def restart(self) -> None:
        """Goes back to the start of the descent."""
        self._stop()
        session = self.stage.session
        if session is not None and is_long(session):
            point = point_of(session)
            self._start(0 if point is None else -point.number)
        else:
            self.changes.make(restarted)

    def run(self) -> None:
        """Makes updates until it is asked again."""
        if self.stage.session is not None and self.stage.session.descent.running:
            self._stop()
        else:
            self._start(None)

    def look_ahead(self) -> None:
        """Sets to work on the update that would come first, where its words wait for it."""
        session = self.stage.session
        if session is not None and lacks_preview(session):
            wanted = session.trace, session.descent.plan
            if self.previewed != wanted:
                self.previewed = wanted
                work = partial(self._preview, session)
                self.stage.run_worker(work, thread=True, group="preview")

    def _goes_on(self, session: Session) -> bool:
        """True where a descent under way makes updates, False where it takes them back."""
        point = point_of(session)
        return self.goal is None or point is None or self.goal >= point.number

    def _start(self, updates: int | None) -> None:
        """Makes so many updates beside the screen, below 0 takes them back; no end when None."""
        self.changes.make(set_out)
        self.changes.beside.then(lambda: self._set_out(updates))

    def _set_out(self, updates: int | None) -> None:
        session = self.stage.session
        if session is not None and session.descent.running:
            point = point_of(session)
            number = 0 if point is None else point.number
            self.goal = None if updates is None else max(0, number + updates)
            self._go_on(session, point)

    def _go_on(self, session: Session, point: Point | None) -> None:
        self.reached = point or session.trace
        work = partial(self._work, session.trace.route, point)
        self.stage.run_worker(work, thread=True, group="descent")

    def _stop(self) -> None:
        """Ends a running descent where it stands."""
        self.stage.workers.cancel_group(self.stage, "descent")
        self.changes.beside.then(self._stopped)

    def _stopped(self) -> None:
        session = self.stage.session
        if session is not None and session.descent.running:
            self.stage.session = replace(session, descent=replace(session.descent, running=False))

    def _work(self, route: object, point: Point | None) -> None:
        """Runs beside the screen: hands over where it stands, a few times a second."""
        worker, shown = get_current_worker(), time.monotonic()
        while (session := self.stage.session) is not None and not worker.is_cancelled:
            if session.trace.route is not route:
                self.stage.call_from_thread(self._stop)
                return
            reached = further(session, point, self.goal)
            ends = is_last(reached, self.goal)
            rests = reached is point and not ends
            point = reached
            if ends or rests or time.monotonic() - shown > GLANCE:
                point = self._looked_up(session, point)
                done = partial(self._reached, point, ends or rests, rests)
                self.stage.call_from_thread(self.changes.beside.then, done)
                shown = time.monotonic()
            if ends or rests:
                return

    def _looked_up(self, session: Session, point: Point) -> Point:
        """The point with all that its screen takes; runs beside the screen."""
        point = prepared(session, point)
        look_up = self.stage.call_from_thread(self.changes.looking_up)
        look_up(replace(arrived(session, point), asked=session.asked))
        return point

    def _reached(self, point: Point, ends: bool, rests: bool) -> None:
        """Shows where a running descent stands, unless something else was changed meanwhile.

        Where more was asked for since its thread came to an end, another goes on.
        """
        session = self.stage.session
        if session is None or not session.descent.running:
            return
        if (point_of(session) or session.trace) is not self.reached:
            self._stop()
            return
        self.reached, running = point, not (rests or is_last(point, self.goal))
        shown = arrived(session, point)
        descent = replace(shown.descent, running=running)
        # A count that is being typed meanwhile is for the key that follows it.
        shown = replace(shown, descent=descent, asked=session.asked, count=session.count)
        self.changes.show(shown)
        if ends and running:
            self._go_on(shown, point)
        if rests:
            words = f"Update {point.number + 1:,} would change nothing: descent has come to rest"
            self.stage.notify(words, markup=False)

    def _preview(self, session: Session) -> None:
        """Runs beside the screen: finds the update that would come first."""
        try:
            point = begun(session)
        except BackpropError:
            return
        ahead = following(session, point) if point.is_finite else None
        preview = Reached(point, session.trace, ahead)
        self.stage.call_from_thread(self.changes.beside.then, lambda: self._previewed(preview))

    def _previewed(self, preview: Reached) -> None:
        if self.stage.session is not None:
            self.stage.session = with_preview(self.stage.session, preview)
