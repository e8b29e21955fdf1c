"""The slope on one side of a point, as the limit of difference quotients of many digits."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

from .arithmetic import Exact, Missing, is_infinite

STEPS = 4
"""Quotients of which the limit is taken; each step is a fixed fraction of the one before."""
CLOSE = 20
"""Decimal digits to which the last two quotients agree where the limit is reached."""
GEOMETRIC = 1e-6
"""The relative error up to which two ratios of changes are the same: the quotient goes by a power
of the step."""


class Side(NamedTuple):
    """What the difference quotients on one side tend to."""

    slope: Exact | None
    """An mpmath number, or None where there is no finite one."""
    inside: bool = True
    """False where the function has no value on this side."""
    missing: Missing | None = None
    """What could not be computed there, where that is the reason."""


class Scale(NamedTuple):
    """The sizes that a difference quotient has to respect."""

    step: Exact
    """The size of the point, of which steps are fractions."""
    value: Exact
    """The largest number on the way, which says what rounding may leave."""
    digits: int
    """Decimal digits of what is given; values are computed with twice as many."""


def one_sided(function: Callable[[Exact], Exact], at: Exact, side: int, scale: Scale) -> Side:
    """The slope on the right (side 1) or on the left (side -1); at most 5 calls of the function."""
    import mpmath

    with mpmath.workdps(2 * scale.digits):
        here = function(at)
        if isinstance(here, Missing):
            return Side(None, inside=False, missing=here)
        if is_infinite(here):
            return Side(None)
        quotients: list[Exact] = []
        # The steps take four sixths of the digits. The last error of the first order is then that
        # small, and rounding, of values with twice the digits, still smaller than the noise.
        ratio, step = mpmath.mpf(10) ** (-scale.digits // (STEPS + 2)), scale.step
        for _ in range(STEPS):
            step *= ratio
            value = function(at + side * step)
            if isinstance(value, Missing):
                return Side(None, inside=False, missing=value)
            if is_infinite(value):
                return Side(None)
            quotients.append(side * (value - here) / step)
        return Side(_limit(quotients, scale))


def _limit(quotients: list[Exact], scale: Scale) -> Exact | None:
    """What quotients at steps that fall by one ratio tend to; None where they have no limit.

    Aitken's process: an error of the form c h^p leaves a fixed ratio between changes.
    """
    import mpmath

    last = quotients[-1]
    noise = scale.value / scale.step * mpmath.mpf(10) ** -scale.digits
    if abs(last) <= noise and abs(quotients[-2]) <= noise:
        return mpmath.mpf(0)
    first, middle, change = (b - a for a, b in itertools.pairwise(quotients))
    if abs(change) <= abs(last) * mpmath.mpf(10) ** -CLOSE:
        return last
    if not first or not middle:
        return None
    ratio = change / middle
    if abs(ratio) >= 1 or abs(middle / first - ratio) > GEOMETRIC * abs(ratio):
        return None
    rest = change * ratio / (1 - ratio)
    limit = last + rest
    return mpmath.mpf(0) if abs(limit) <= GEOMETRIC * abs(last) else limit
