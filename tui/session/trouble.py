"""What is wrong with a session's numbers: in the row that is shown, and in others of its data."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from backprop_tui.engine import BackpropError
from backprop_tui.engine.layers.rows import rows_not_finite, values_of_rows

from .descent import point_of
from .session import Session
from .viewing import at_row

MOST_WORK = 5_000_000
"""Values over all rows beyond which they are not computed for the screen unasked."""


def other_rows(session: Session) -> Sequence[int]:
    """The rows of the data, but the one shown, at which the cost is not finite, the next first.

    None where that is known without looking, and where it takes long to find.
    """
    point = point_of(session)
    is_fine = point is not None and isfinite(point.cost)
    return () if is_fine or values_of_rows(session.trace) > MOST_WORK else _others(session)


def _others(session: Session) -> Sequence[int]:
    network, rows = session.trace.network, rows_not_finite(session.trace)
    now = 0 if network is None else network.row
    return [*(row for row in rows if row > now), *(row for row in rows if row < now)]


def jumped(session: Session) -> Session:
    """With the next problem selected, in the order met: after those of this row in another one.

    Warnings come where there are no problems elsewhere. BackpropError where nothing is wrong.
    """
    others, here = _others(session), [problem.node for problem in session.trace.problems]
    if others and (not here or session.selected == here[-1]):
        there = at_row(session, others[0])
        causes = [problem.node for problem in there.trace.problems]
        return there.choose(*causes[:1] or [there.graph.output]).unasked()
    if not session.trace.troubles:
        raise BackpropError("Nothing is wrong: every number is finite, no warning")
    return session.choose_trouble()
