"""The plots, in the order of the key."""

from __future__ import annotations

from collections.abc import Callable

from .present.plots import Plot, curve, history, log_history
from .present.terrain import terrain
from .session import Session

PLOTS: dict[str, Callable[[Session, int, int], Plot]] = {
    "curve": curve,
    "cost": history,
    "log cost": log_history,
    "two parameters": terrain,
}
"""Each takes the session and the room, in cells."""
