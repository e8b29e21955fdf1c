"""Whether the rules of one sweep are right: every value and partial by itself, then their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from .graph import Graph
from .route import dependents
from .rules import edge, numbers, partial, partial_of
from .sweep import Sweep
from .tangents import tangents

CLOSE = 1e-9
"""The relative error up to which two sums agree."""
LOCAL = 1e-6
"""The relative error up to which a single value or partial is right."""


@dataclass(frozen=True)
class Audit:
    """Holds a sweep against SymPy, operation by operation."""

    sweep: Sweep
    asks_sympy: bool = True

    @property
    def graph(self) -> Graph:
        """The graph swept."""
        return self.sweep.graph

    @cached_property
    def exact(self) -> tuple[Sequence[Any], Sequence[Any]] | str:
        """SymPy's values and adjoints by node, or why it was not asked."""
        if not self.asks_sympy:
            return "SymPy was not asked"
        from .exact import exact_adjoints, too_large

        bindings = {n: self.sweep.values[i] for n, i in self.graph.variables_by_name.items()}
        return too_large(self.graph) or exact_adjoints(self.graph, bindings, self.sweep.route.wrt)

    @cached_property
    def edges(self) -> frozenset[int]:
        """The nodes with a partial at a kink, a tie, a jump or a singular point."""
        route = self.sweep.route
        return frozenset(
            user
            for user, slot in zip(route.users, route.slots, strict=True)
            if self._stands_at_edge(user, slot)
        )

    def crosses_edge(self, node: int) -> bool:
        """True when one of those nodes depends on this one."""
        depends = dependents(self.graph, [node])
        return any(depends[user] for user in self.edges)

    def rules_are_right(self, node: int) -> bool:
        """True where each value and partial is, and forward mode gives the node's adjoint too."""
        if not self._locals_are_right:
            return False
        tangent = tangents(self.graph, self.sweep.values, node)[self.graph.output]
        return abs(tangent - self.sweep.adjoints[node]) <= CLOSE * self.scale(node)

    def scale(self, node: int) -> float:
        """The size of what was added up to the node's adjoint; 1 for the output."""
        return sum(abs(self.sweep.amount(c)) for c in self.sweep.route.arrivals(node)) or 1.0

    @cached_property
    def value_is_right(self) -> bool:
        """False where the output is far from SymPy's value for the same program."""
        if isinstance(self.exact, str):
            return True
        output = self.graph.output
        return _is_near(self.sweep.values[output], self.exact[0][output], 1.0)

    @cached_property
    def _locals_are_right(self) -> bool:
        route = self.sweep.route
        return all(self._local_is_right(node, None) for node in route.order) and all(
            map(self._local_is_right, route.users, route.slots)
        )

    def _local_is_right(self, node: int, slot: int | None) -> bool:
        """True where SymPy finds the same from the same operands, or finds nothing to compare."""
        from .exact import exact_local

        values = self.sweep.values
        at_edge = slot is not None and node in self.edges
        if at_edge or not all(isfinite(values[i]) for i in (*self.graph.operands[node], node)):
            return True
        found = values[node] if slot is None else partial(self.graph, values, node, slot)
        return _is_near(found, exact_local(self.graph, values, node, slot), 1e-290)

    def _stands_at_edge(self, node: int, slot: int) -> bool:
        row, values = self.graph.operations[node], self.sweep.values
        if row is None or not partial_of(row, slot).edges:
            return False
        operands = [values[operand] for operand in self.graph.operands[node]]
        stands = edge(row, slot, numbers(row, slot, operands, values[node]))
        return bool(stands and stands.note)


def _is_near(found: float, exact: Any, least: float) -> bool:
    """Within LOCAL of an exact number of size `least` or more; so is all that is no number."""
    if isinstance(exact, str) or not isfinite(found):
        return True
    return bool(abs(found - exact) <= LOCAL * max(abs(exact), least))
