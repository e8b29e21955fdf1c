"""What is kept of the points that a descent has left behind: every cost, and some points."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .descent import Plan, Point

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


def most_kept(parameters: int) -> int:
    """How many points of so many parameters are kept at most: θ and two averages for each."""
    return max(2, min(KEPT, BYTES_OF_KEPT // (3 * 8 * parameters)))


def recent(parameters: int) -> int:
    """How many points of so many parameters hang together: with their slopes, 32 bytes for each."""
    return max(1, min(RECENT, BYTES_OF_RECENT // (4 * 8 * parameters)))
