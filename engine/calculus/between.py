"""Whether a gradient may stand at a kink: between the slopes of its two sides."""

from __future__ import annotations

from typing import Any

RELATIVE = 1e-6
"""The part of the larger slope by which a number may lie outside of the two."""


def is_between(gradient: float, one: Any, other: Any) -> bool:
    """True where a number lies between two slopes, the ends included; those may be mpmath's."""
    low, high = sorted((one, other))
    slack = RELATIVE * max(abs(low), abs(high))
    return bool(low - slack <= gradient <= high + slack)
