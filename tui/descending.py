"""Gradient descent on the session: each function gives the session after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor, log10
from typing import TYPE_CHECKING

from backprop_tui.engine import Trace
from backprop_tui.engine.descent import Point, moved, start, update

if TYPE_CHECKING:
    from .session import Session

DETAIL = "descent"
"""The key of DETAILS under which updates are explained."""
LADDER = (1.0, 2.0, 5.0)
"""Rates go up and down by these times powers of ten."""
RATES = (1e-12, 1e6)
"""The smallest and the largest rate that the keys choose."""


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """A point of a descent and the trace there: with another trace the point means nothing."""

    point: Point
    trace: Trace


def point_of(session: Session) -> Point | None:
    """Where descent stands; None before it has begun, or after something else was changed."""
    descent = session.descent
    return descent.point if descent is not None and descent.trace is session.trace else None


def carried(session: Session, trace: Trace) -> Descent | None:
    """What was descended on so far, with the trace of another row in place of the one now."""
    point = point_of(session)
    return None if point is None else Descent(point, trace)


def begun(session: Session) -> Point:
    """Where descent stands, its start before it has begun. BackpropError without parameters."""
    return point_of(session) or start(session.trace, session.plan)


def arrived(session: Session, point: Point) -> Session:
    """At a point of the descent: every number follows, the place in the sweep stays."""
    trace = moved(session.trace, point)
    descent = Descent(point, trace)
    return replace(session, trace=trace, descent=descent, detail=DETAIL, variant=0, count="")


def updated(session: Session) -> Session:
    """One update on, or as many as were counted; none beyond one that is not finite."""
    point = begun(session)
    for _ in range(session.times):
        if not point.is_finite:
            break
        point = update(session.trace, point, session.plan)
    return arrived(session, point)


def taken_back(session: Session) -> Session:
    """One update back, or as many as were counted, the start at most."""
    point = begun(session)
    for _ in range(session.times):
        point = point.before or point
    return arrived(session, point)


def restarted(session: Session) -> Session:
    """Back at the start, all updates forgotten."""
    return arrived(session, begun(session).path()[0])


def with_rate(session: Session, notches: int) -> Session:
    """With a rate so many notches up or down the ladder 1, 2, 5, 10."""
    rate = session.plan.rate
    for _ in range(abs(notches) * session.times):
        rate = _beside(rate, notches > 0)
    rate = min(max(rate, RATES[0]), RATES[1])
    return replace(
        session, plan=replace(session.plan, rate=rate), detail=DETAIL, variant=0, count=""
    )


def _beside(rate: float, up: bool) -> float:
    """The next rate of the ladder."""
    decade = floor(log10(rate))
    rungs = [step * 10.0**power for power in range(decade - 1, decade + 2) for step in LADDER]
    if up:
        return next(rung for rung in rungs if rung > rate * (1 + 1e-9))
    return next(rung for rung in reversed(rungs) if rung < rate * (1 - 1e-9))
