"""Why a descent went astray, and what would keep it on its way: each remedy is tried first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import inf, isfinite
from typing import NamedTuple

from ..network.data import Data
from ..network.network import with_row
from ..network.scaling import sizes, standardized
from ..tracing.trace import Trace
from .descent import points
from .plan import RATES, Plan
from .points import Point

UNLIKE = 10.0
"""How many times larger than another a column must be to be of unlike scale."""
UPDATES, FEWEST = 100, 3
"""Updates of a trial, and how many it must have to tell anything."""
WORK = 200_000
"""Values of nodes, for every 20 rows, that a trial may compute."""


class Trial(NamedTuple):
    """A descent that was made from the same start, and went down."""

    rate: float
    updates: int
    before: float
    """C at the start."""
    after: float


class Unlike(NamedTuple):
    """The largest and the smallest of the input columns: what size their numbers have."""

    large: str
    size: float
    small: str
    other: float

    @property
    def ratio(self) -> float:
        """How many times larger the one is."""
        return self.size / self.other


class Astray(NamedTuple):
    """Why a descent went astray, and which others went down."""

    falls: bool = False
    """True where C falls beyond every double: then nothing is at fault but C."""
    updates: int = 0
    """How many updates were tried each time; 0 where that would take too long."""
    slower: Trial | None = None
    """At a smaller rate."""
    unlike: Unlike | None = None
    """Where columns of unlike scale are at fault."""
    scaled: Trial | None = None
    """With the columns brought to one scale."""


def astray(start: Trace, last: Point, plan: Plan) -> Astray:
    """Why the descent from a start by a plan has come to its last point, which is not lower."""
    if last.cost == -inf:
        return Astray(falls=True)
    data = start.data
    rows = 1 if data is None else max(1, len(data.inputs) // 20)
    updates = min(UPDATES, WORK // (len(start.graph) * rows))
    if updates < FEWEST:
        return Astray()
    slower = _slower(start, plan, updates)
    if data is None or data.scales:
        return Astray(updates=updates, slower=slower)
    even = _standardized(start, data)
    scaled = _tried(even, plan, updates) or _slower(even, plan, updates)
    helps = scaled is not None and (slower is None or scaled.rate > slower.rate)
    unlike = _unlike(data) if helps else None
    return Astray(False, updates, slower, unlike, scaled if helps else None)


def _tried(start: Trace, plan: Plan, updates: int) -> Trial | None:
    """So many updates by a plan, if C falls in them, and not in the first half alone."""
    costs = [point.cost for point in islice(points(start, plan), updates + 1)]
    if len(costs) <= updates or not all(map(isfinite, costs)):
        return None
    middle = inf if plan.batch else costs[len(costs) // 2]
    is_lower = costs[-1] < costs[0] and costs[-1] <= middle
    return Trial(plan.rate, updates, costs[0], costs[-1]) if is_lower else None


def _slower(start: Trace, plan: Plan, updates: int) -> Trial | None:
    """At the rung below the highest of those below the rate at which C falls.

    A rate a little too large goes astray late: half of one that was seen to go down is safe.
    """
    below = [rate for rate in reversed(RATES) if rate < plan.rate * (1 - 1e-9)]
    found: dict[int, Trial | None] = {}

    def at(place: int) -> Trial | None:
        if place not in found and place < len(below):
            found[place] = _tried(start, plan._replace(rate=below[place]), updates)
        return found.get(place)

    for place in range(0, len(below), 3):
        if at(place):
            highest = next(near for near in range(max(0, place - 2), place + 1) if at(near))
            return at(highest + 1) or at(highest)
    return None


def _standardized(start: Trace, data: Data) -> Trace:
    """The same start with each input column at mean 0 and deviation 1."""
    assert start.lowered is not None
    network = start.lowered.network
    network = with_row(network._replace(data=standardized(data)), network.row)
    lowered = replace(start.lowered, network=network)
    return replace(start, bindings={**start.bindings, **lowered.samples}, lowered=lowered)


def _unlike(data: Data) -> Unlike | None:
    """The largest and the smallest input column, where they are of unlike scale."""
    known = [(size, name) for size, name in _sizes(data) if size]
    if not known:
        return None
    (other, small), (size, large) = min(known), max(known)
    return Unlike(large, size, small, other) if size >= UNLIKE * other else None


def _sizes(data: Data) -> Iterator[tuple[float, str]]:
    return zip(sizes(data), data.columns, strict=True)
