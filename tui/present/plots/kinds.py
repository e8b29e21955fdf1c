"""The plots, in the order of the key."""

from __future__ import annotations

from collections.abc import Callable

from backprop_tui.engine.descent.descent import descended_on

from ...session.descent import point_of
from ...session.session import Session
from .plots import Plot, curve, history, log_history
from .terrain import terrain


def plots_of(session: Session) -> tuple[str, ...]:
    """Those that show something of the session: a log scale needs costs above 0, the last two
    parameters."""
    point = point_of(session)
    missing = set()
    if len(descended_on(session.trace)) < 2:
        missing.add("two parameters")
    if point is not None and any(not cost > 0 for _, cost in point.costs()):
        missing.add("log cost")
    return tuple(name for name in PLOTS if name not in missing)


PLOTS: dict[str, Callable[[Session, int, int], Plot]] = {
    "curve": curve,
    "cost": history,
    "log cost": log_history,
    "two parameters": terrain,
}
"""Each takes the session and the room, in cells."""
