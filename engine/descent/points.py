"""The points of a descent, and what is kept of those left behind: every cost, and some points."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import hypot, isfinite
from typing import NamedTuple

from ..tracing.trace import Trace
from .plan import Plan

RECENT = 16
"""Points that hang together at least before the first of them are left behind."""
BYTES_OF_RECENT = 2**24
"""Of large programs fewer, so that they take about twice as much at most."""
KEPT = 2_000
"""Points kept at most; of more every second one is given up, again and again."""
BYTES_OF_KEPT = 2**26
"""Of large programs fewer, so that they take no more."""
COSTS = 100_000
"""Costs kept at most; of more every second one is given up too."""


class Kept(NamedTuple):
    """A point without what can be computed from it again."""

    number: int
    theta: Sequence[float]
    first: Sequence[float]
    second: Sequence[float]


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The points left behind: from the start to the one before `end`."""

    end: int = 0
    kept: tuple[Kept, ...] = ()
    """Every `apart`-th, the start first."""
    apart: int = 1
    plans: tuple[tuple[int, Plan], ...] = ()
    """By which plan points were made: each with the number of the first of them."""
    costs: Sequence[float] = ()
    """The cost of every `costs_apart`-th point, from the start."""
    costs_apart: int = 1

    def plan(self, number: int) -> Plan:
        """The plan by which the update to a point was made."""
        return self.plans[bisect_right(self.plans, number, key=lambda since: since[0]) - 1][1]

    def nearest(self, number: int) -> Kept:
        """The last point kept that is no later than this one."""
        return self.kept[number // self.apart]

    def until(self, end: int) -> Past:
        """As it was when the points from `end` on were not yet left behind."""
        kept = self.kept[: -(-end // self.apart)]
        plans = tuple(since for since in self.plans if since[0] < end)
        costs = self.costs[: -(-end // self.costs_apart)]
        return replace(self, end=end, kept=kept, plans=plans, costs=costs)

    def followed_by(self, points: Sequence[Point]) -> Past:
        """With the next points left behind as well."""
        kept, plans, costs = list(self.kept), list(self.plans), array("d", self.costs)
        for point in points:
            if point.number % self.apart == 0:
                kept.append(Kept(point.number, point.theta, point.first, point.second))
            if point.number % self.costs_apart == 0:
                costs.append(point.cost)
            if not plans or plans[-1][1] != point.plan:
                plans.append((point.number, point.plan))
        past = replace(
            self, end=self.end + len(points), kept=tuple(kept), plans=tuple(plans), costs=costs
        )
        return past._thinned(len(points[0].theta))

    def _thinned(self, parameters: int) -> Past:
        """With every second point, or cost, given up where there are too many."""
        found = self
        if len(found.costs) > COSTS:
            found = replace(found, costs=found.costs[::2], costs_apart=2 * found.costs_apart)
        if len(found.kept) > most_kept(parameters):
            found = replace(found, kept=found.kept[::2], apart=2 * found.apart)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where descent stands after so many updates, and how it came there.

    Columns by parameter, in the order of `names`: `theta`, `slopes`, and what the method carries
    on, `first` and `second`.
    """

    number: int
    """How many updates have been made; 0 at the start."""
    names: tuple[str, ...]
    theta: Sequence[float]
    """θ: each parameter's value."""
    cost: float
    """C there: with data, its mean over all rows."""
    slopes: Sequence[float]
    """∂C/∂θ there, from which the next update is made: with mini-batches, of the batch."""
    first: Sequence[float]
    second: Sequence[float]
    plan: Plan
    """By which the update to this point was made."""
    before: Point | None = field(default=None, repr=False)
    """The point before; None at the start, and at the first of those that hang together."""
    past: Past = field(default_factory=Past, repr=False)
    """What is kept of the points before those that hang together."""
    there: Trace | None = field(default=None, repr=False)
    """The trace at this point; not kept of the points before."""

    @property
    def values(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(zip(self.names, self.theta, strict=True))

    @property
    def is_finite(self) -> bool:
        """False once the cost or a parameter has left the numbers."""
        return isfinite(self.cost) and all(map(isfinite, self.theta))

    @property
    def norm(self) -> float:
        """The length of the gradient."""
        return hypot(*self.slopes)

    def linked(self) -> list[Point]:
        """The points that hang together, this one last."""
        found: list[Point] = [self]
        while (before := found[-1].before) is not None:
            found.append(before)
        return found[::-1]

    def path(self) -> list[Point | Kept]:
        """The points from the start to this one, as far as they are kept: not all of very many."""
        return [*self.past.kept, *self.linked()]

    def costs(self) -> list[tuple[int, float]]:
        """The number of each point and its cost, from the start on; not all of very many."""
        past = self.past
        left = [(place * past.costs_apart, cost) for place, cost in enumerate(past.costs)]
        return left + [(point.number, point.cost) for point in self.linked()]


def most_kept(parameters: int) -> int:
    """How many points of so many parameters are kept at most: θ and two averages for each."""
    return max(2, min(KEPT, BYTES_OF_KEPT // (3 * 8 * parameters)))


def recent(parameters: int) -> int:
    """How many points of so many parameters hang together: with their slopes, 32 bytes for each."""
    return max(1, min(RECENT, BYTES_OF_RECENT // (4 * 8 * parameters)))
