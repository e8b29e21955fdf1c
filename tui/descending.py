"""Gradient descent on the session: each function gives the session after it."""

from __future__ import annotations

from dataclasses import replace

from backprop_tui.engine import Trace
from backprop_tui.engine.descent import Point, moved, start, update

from .session import Descent, Session

DETAIL = "descent"
"""The key of DETAILS under which updates are explained."""
RATES = tuple(float(f"{step}e{power}") for power in range(-12, 7) for step in (1, 2, 5))
"""The ladder of rates that the keys choose from, upwards."""
AT_ONCE = 50_000
"""Nodes times rows times updates beyond which updates are made beside the screen."""


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
    """One update on, or as many as were counted; none beyond one that is not finite.

    BackpropError where no leaf is differentiated by, as for the two below.
    """
    point = begun(session)
    for _ in range(session.times):
        if not point.is_finite:
            break
        point = update(session.trace, point, session.plan)
    return arrived(session, point)


def taken_back(session: Session) -> Session:
    """One update back, or as many as were counted, the start at most."""
    point, left = begun(session), session.times
    while point.before is not None and left:
        point, left = point.before, left - 1
    return arrived(session, point)


def is_long(session: Session) -> bool:
    """True where the updates asked for would hold the screen up."""
    data = session.trace.data
    rows = 1 if data is None else len(data.inputs)
    return len(session.graph) * max(1, rows // 20) * session.times > AT_ONCE


def restarted(session: Session) -> Session:
    """Back at the start, all updates forgotten."""
    return arrived(session, begun(session).path()[0])


def with_rate(session: Session, notches: int) -> Session:
    """With a rate so many notches up or down the ladder 1, 2, 5, 10."""
    rate = session.plan.rate
    if notches > 0:
        beyond = [rung for rung in RATES if rung > rate * (1 + 1e-9)][: session.times]
    else:
        beyond = [rung for rung in RATES if rung < rate * (1 - 1e-9)][-session.times :][::-1]
    rate = beyond[-1] if beyond else rate
    return replace(
        session, plan=session.plan._replace(rate=rate), detail=DETAIL, variant=0, count=""
    )


def chosen(session: Session, point: Point) -> list[str]:
    """The two parameters chosen last, the last one last; fewer where there are fewer.

    In place of those that were not chosen the first along which there is a slope.
    """
    names = session.graph.names
    picked = [names[leaf] for leaf in (session.leaf_before, session.leaf) if leaf is not None]
    found = [name for name in picked if name in point.names]
    steep = [name for name, slope in zip(point.names, point.slopes, strict=True) if slope]
    spare = (name for name in (*steep, *point.names) if name not in found)
    while len(found) < 2 and (other := next(spare, None)):
        found.insert(0, other)
    return found
