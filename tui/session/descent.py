"""Gradient descent on the session: each function gives the session after it."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from backprop_tui.engine import Trace
from backprop_tui.engine.descent.descent import (
    beginning,
    check_parameters,
    earlier,
    moved,
    start,
    update,
)
from backprop_tui.engine.descent.divergence import Astray, astray
from backprop_tui.engine.descent.plan import RATES
from backprop_tui.engine.descent.points import Point

from .session import Reached, Session

QUESTION = "descent"
"""The key of QUESTIONS under which updates are explained."""
AT_ONCE = 5_000
"""Nodes times rows times updates beyond which updates are made beside the screen."""
ROWS_AT_ONCE = 20
"""Rows of data that take about as long as one set of values does by itself."""


def point_of(session: Session) -> Point | None:
    """Where descent stands; None before it has begun, or after something else was changed."""
    reached = session.descent.reached
    return reached.point if reached is not None and reached.trace is session.trace else None


def carried(session: Session, trace: Trace) -> Reached | None:
    """What was descended on so far, with the trace of another row in place of the one now."""
    point = point_of(session)
    return None if point is None else Reached(point, trace)


def begun(session: Session) -> Point:
    """Where descent stands, its start before it has begun. BackpropError without parameters."""
    return point_of(session) or start(session.trace, session.descent.plan)


def arrived(session: Session, point: Point) -> Session:
    """At a point of the descent: every number follows, the place in the sweep stays."""
    trace, reached = trace_at(session, point), session.descent.reached
    known = reached.following if reached is not None and trace is session.trace else None
    descent = replace(session.descent, reached=Reached(point, trace, known))
    return explained(replace(session, trace=trace, descent=descent, count=""))


def explained(session: Session) -> Session:
    """With the words about descent in place of the step."""
    return replace(session, asked=replace(session.asked, question=QUESTION, variant=0))


def trace_at(session: Session, point: Point) -> Trace:
    """The session's trace at a point, which the point may have already."""
    there, trace = point.there, session.trace
    if there is not None and there.route is trace.route and there.lowered is trace.lowered:
        return there
    return moved(trace, point)


def prepared(session: Session, point: Point) -> Point:
    """The point with all that its screen needs: evaluated, swept, searched for what is wrong."""
    trace = trace_at(session, point)
    trace.troubles  # noqa: B018
    return replace(point, there=trace)


def updated(session: Session) -> Session:
    """One update on, or as many as were counted; none beyond one that is not finite.

    BackpropError where no leaf is differentiated by, as for the two below.
    """
    point = begun(session)
    for _ in range(session.times):
        if not point.is_finite:
            break
        point = following(session, point)
    return arrived(session, point)


def following(session: Session, point: Point) -> Point:
    """The point after this one by the session's plan, which may have been found before."""
    return ahead(session, point) or update(session.trace, point, session.descent.plan)


def ahead(session: Session, point: Point) -> Point | None:
    """The point after this one where it was found before it was asked for, by the same plan."""
    reached = session.descent.reached
    found = reached.following if reached is not None and reached.point is point else None
    return found if found is not None and found.plan == session.descent.plan else None


def set_out(session: Session) -> Session:
    """With updates under way beside the screen. BackpropError without parameters."""
    check_parameters(session.trace)
    return explained(replace(session, descent=replace(session.descent, running=True), count=""))


def further(session: Session, point: Point | None, goal: int | None) -> Point:
    """The next point on the way to the update of a number, or on without end when None.

    The start before there is a point; the same point where there is nowhere to go.
    """
    if point is None:
        return begun(session)
    if is_last(point, goal):
        return point
    if goal is not None and goal < point.number:
        back = beginning if goal == 0 else earlier
        return back(session.trace, point) or point
    after = following(session, point)
    return point if after.theta == point.theta else after


def is_last(point: Point, goal: int | None) -> bool:
    """True where a descent has nowhere to go, or has come to the update that was asked for."""
    onwards = goal is None or goal > point.number
    return point.number == goal or (onwards and not point.is_finite)


def taken_back(session: Session) -> Session:
    """One update back, or as many as were counted, the start at most."""
    point, left = begun(session), session.times
    while left and (before := earlier(session.trace, point)) is not None:
        point, left = before, left - 1
    return arrived(session, point)


def is_long(session: Session) -> bool:
    """True where the updates asked for would hold the screen up."""
    data, point = session.trace.data, point_of(session)
    rows = 1 if data is None else len(data.inputs)
    updates = max(session.times, 1 if point is None else point.past.apart)
    return len(session.graph) * max(1, rows // ROWS_AT_ONCE) * updates > AT_ONCE


def lacks_preview(session: Session) -> bool:
    """True where the words about descent wait for an update that is found beside the screen."""
    if session.asked.question != QUESTION or session.descent.running or not is_long(session):
        return False
    point = point_of(session)
    if point is None:
        return True
    return not point.number and point.is_finite and ahead(session, point) is None


def is_astray(session: Session) -> bool:
    """True where the words about descent have to say why its last update is not finite."""
    point = point_of(session)
    is_asked = session.asked.question == QUESTION and not session.descent.running
    return is_asked and point is not None and point.number > 0 and not point.is_finite


def reason(session: Session) -> Astray:
    """Why the descent went astray, and which others from the same start went down."""
    point = begun(session)
    first = beginning(session.trace, point)
    return astray(moved(session.trace, first), point, point.plan)


def with_preview(session: Session, preview: Reached) -> Session:
    """With the start and the first update as they were found, if they are still wanted."""
    wanted = preview.trace is session.trace and lacks_preview(session)
    descent = replace(session.descent, reached=preview)
    return replace(session, descent=descent) if wanted else session


def restarted(session: Session) -> Session:
    """Back at the start, all updates forgotten."""
    return arrived(session, beginning(session.trace, begun(session)))


def with_rate(session: Session, notches: int) -> Session:
    """With a rate so many notches up or down the ladder 1, 2, 5, 10."""
    rate = session.descent.plan.rate
    if notches > 0:
        beyond = [rung for rung in RATES if rung > rate * (1 + 1e-9)][: session.times]
    else:
        beyond = [rung for rung in RATES if rung < rate * (1 - 1e-9)][-session.times :][::-1]
    rate = beyond[-1] if beyond else rate
    descent = replace(session.descent, plan=session.descent.plan._replace(rate=rate))
    return explained(replace(session, descent=descent, count=""))


def chosen(session: Session, point: Point) -> list[str]:
    """The two parameters chosen last, the last one last; fewer where there are fewer.

    In place of those that were not chosen the first along which there is a slope.
    """
    names = session.graph.names
    leaves = session.cursor.leaf_before, session.cursor.leaf
    picked = [names[leaf] for leaf in leaves if leaf is not None]
    found = [name for name in picked if name in point.names]
    steep = (name for name, slope in zip(point.names, point.slopes, strict=True) if slope)
    spare = (name for name in chain(steep, point.names) if name not in found)
    while len(found) < 2 and (other := next(spare, None)):
        found.insert(0, other)
    return found
