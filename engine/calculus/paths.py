"""The paths from a leaf to the output: the product along each, and what their sum would cost."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import count, islice
from math import inf, isnan
from typing import NamedTuple

from .sweep import Sweep
from .tangents import tangents

LISTED = 100
"""How many paths are listed unless asked otherwise."""


_Way = tuple[int, "_Way"] | None
"""A path begun, as a list from its end: two paths share what they have in common."""


class Path(NamedTuple):
    """One path: its edges, from the output to the leaf."""

    edges: tuple[int, ...]
    product: float
    """The product of the local partials along it."""


@dataclass(frozen=True)
class Paths:
    """All paths from one node to the output; their products add up to the node's adjoint."""

    sweep: Sweep
    node: int

    @cached_property
    def count(self) -> int:
        """How many there are, exactly."""
        return self._census[0]

    @property
    def multiplications(self) -> int:
        """How many multiplications it would take to multiply along every path by itself."""
        return self._census[1]

    @property
    def sweep_multiplications(self) -> int:
        """How many the sweep takes, for all leaves together: one for each edge."""
        return len(self.sweep.route.users)

    def listed(self, limit: int = LISTED) -> list[Path]:
        """The paths with the largest products, largest first."""
        return list(islice(self._by_size(), limit))

    def total(self, listed: Sequence[Path]) -> float:
        """The sum over all paths, of which some are known: found without the adjoints.

        Where not all are known, by forward mode.
        """
        if len(listed) == self.count:
            return sum(path.product for path in listed)
        graph = self.sweep.graph
        return tangents(graph, self.sweep.values, self.node)[graph.output]

    @cached_property
    def _census(self) -> tuple[int, int]:
        """The number of paths, and of multiplications: one less than its edges for each path."""
        route = self.sweep.route
        ways, edges = [0] * len(route.graph), [0] * len(route.graph)
        ways[route.graph.output] = int(route.active[route.graph.output])
        for user, target in zip(route.users, route.targets, strict=True):
            ways[target] += ways[user]
            edges[target] += edges[user] + ways[user]
        return ways[self.node], max(0, edges[self.node] - ways[self.node])

    def _by_size(self) -> Iterator[Path]:
        """Best first: a path begun is as large as its product times the best that can follow.

        Each is followed to its end at once, and leaves those that part from it to be followed
        later: of paths that are nearly as large as each other none is begun in vain.
        """
        route, partials = self.sweep.route, self.sweep.partials
        if not route.active[self.node]:
            return
        best = strongest(self.sweep)
        start: _Way = None
        queue = [(-best.sizes[self.node], 0, self.node, 1.0, start)]
        pushed = count(1)
        while queue:
            _, _, node, product, way = heappop(queue)
            while node != route.graph.output:
                onward = best.onward[node]
                for edge in route.arrivals(node):
                    if edge != onward:
                        user = route.users[edge]
                        longer = product * partials[edge]
                        bound = _size(_size(longer) * best.sizes[user])
                        begun = (edge, way)
                        heappush(queue, (-bound, next(pushed), user, longer, begun))
                product, way = product * partials[onward], (onward, way)
                node = route.users[onward]
            yield Path(tuple(_unrolled(way)), product)


def _unrolled(way: _Way) -> Iterator[int]:
    while way:
        edge, way = way
        yield edge


class Strongest(NamedTuple):
    """By node: of all paths to the output the one with the largest product."""

    sizes: Sequence[float]
    """The size of that product; 0 where no path leads."""
    onward: Sequence[int]
    """The edge by which it goes on from the node; -1 where there is none."""

    def path(self, sweep: Sweep, node: int) -> Path:
        """The path from a node."""
        found: list[int] = []
        product = 1.0
        while (sent := self.onward[node]) >= 0:
            found.append(sent)
            product *= sweep.partials[sent]
            node = sweep.route.users[sent]
        return Path(tuple(reversed(found)), product)


def strongest(sweep: Sweep) -> Strongest:
    """The strongest path from every node, by one pass over the edges."""
    route = sweep.route
    sizes, onward = [0.0] * len(route.graph), array("q", [-1]) * len(route.graph)
    sizes[route.graph.output] = float(route.active[route.graph.output])
    edges = zip(route.users, route.targets, sweep.partials, strict=True)
    for sent, (user, target, partial) in enumerate(edges):
        size = _size(sizes[user] * _size(partial))
        if size > sizes[target] or onward[target] < 0:
            sizes[target], onward[target] = size, sent
    return Strongest(sizes, onward)


def _size(number: float) -> float:
    """The size by which paths are ordered; what is no number comes first."""
    return inf if isnan(number) else abs(number)
