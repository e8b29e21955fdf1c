"""What explains a gradient that is not the derivative: a rule at fault, or digits lost."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..calculus.route import reached
from ..calculus.rules import not_taken, partial
from ..calculus.sweep import Sweep
from ..exact.arithmetic import Exact, Missing, call
from ..exact.rules import rule_partial
from ..exact.settled import Settled, settle_near
from ..language.graph import Graph

CLOSE = 1e-9
"""The relative error up to which two sums agree."""
LOCAL = 1e-6
"""The relative error up to which a single value is right."""
NEGLIGIBLE = 1e-290
"""Values below it may have lost digits to underflow."""
DRAWS = 8
FEW_BITS = 20
"""Fewer right bits than this are lost."""
BITS = 53
LADDER = (60, 480, 1_920)
"""Decimal digits to which a single value is computed until two agree."""


@dataclass(frozen=True)
class Causes:
    """Holds a sweep against the exact numbers at its values."""

    sweep: Sweep
    settled: Settled

    @property
    def graph(self) -> Graph:
        """The graph swept."""
        return self.sweep.graph

    @cached_property
    def wrong_value(self) -> int | None:
        """The first node whose value is wrong for the operands that it has, if any."""
        values = self.sweep.values
        computed = (
            node for node, operation in enumerate(self.graph.operations) if operation is not None
        )
        suspects = (n for n in computed if lost(values[n], self.settled.values[n]))
        return next((node for node in suspects if self._is_wrong(node)), None)

    def rules_give(self, node: int) -> Exact:
        """The adjoint by the table's own rules in exact arithmetic; None where it is no number."""
        return self._by_rules[node]

    def sum_is_right(self, node: int) -> bool:
        """True where the adjoint is the sum of partials times adjoints, added once more."""
        found, size = self._added_again[node]
        gradient = self.sweep.adjoints[node]
        return abs(found - gradient) <= CLOSE * size or not math.isfinite(size)

    def size(self, node: int) -> float:
        """What the sweep gives where every contribution counts by its size."""
        return self._added_again[node][1]

    def spread(self, node: int) -> Exact:
        """The most that the derivative changes in draws that move every variable by half a unit
        in its last place; 0 where no draw has one."""
        import mpmath

        exact = self.settled.derivative(node)
        found = (near.derivative(node) for near in self._draws)
        changes = (abs(near - exact) for near in found if not isinstance(near, Missing))
        return max(changes, default=mpmath.mpf(0))

    def lost_at(self, node: int) -> tuple[int, str] | None:
        """The first node with fewer than FEW_BITS right bits, forward, then on the way to `node`
        backward; and which of the two it is."""
        if self._lost_forward is not None:
            return self._lost_forward, "forward"
        depends = reached(self.graph, [node])
        way = (*(user for user in self.sweep.route.order if depends[user] and user != node), node)
        adjoints = self.sweep.adjoints
        gone = (n for n in way if lost(adjoints[n], self.settled.derivative(n)))
        place = next(gone, None)
        return None if place is None else (place, "backward")

    @cached_property
    def _lost_forward(self) -> int | None:
        pairs = enumerate(zip(self.sweep.values, self.settled.values, strict=True))
        return next((node for node, (value, exact) in pairs if lost(value, exact)), None)

    def _is_wrong(self, node: int) -> bool:
        operands = [self.sweep.values[i] for i in self.graph.operands[node]]
        value = self.sweep.values[node]
        if not all(map(math.isfinite, (*operands, value))):
            return False
        exact = _alone(self.graph, node, operands)
        if isinstance(exact, Missing):
            return False
        return bool(abs(value - exact) > LOCAL * max(abs(exact), NEGLIGIBLE))

    @cached_property
    def _added_again(self) -> list[tuple[float, float]]:
        """By node the adjoint from partials computed anew, and the sum of the terms' sizes."""
        route, graph = self.sweep.route, self.graph
        found = [(0.0, 0.0)] * len(graph)
        found[graph.output] = (1.0, 1.0)
        for edge, (user, slot, to) in enumerate(
            zip(route.users, route.slots, route.targets, strict=True)
        ):
            if edge in self.sweep.not_taken:
                continue
            slope = partial(graph, self.sweep.values, user, slot)
            (total, size), (adjoint, above) = found[to], found[user]
            found[to] = total + slope * adjoint, size + abs(slope) * above
        return found

    @cached_property
    def _by_rules(self) -> Sequence[Exact]:
        import mpmath

        route, graph = self.sweep.route, self.graph
        with mpmath.workdps(self.settled.digits):
            found: list[Exact] = [mpmath.mpf(0)] * len(graph)
            found[graph.output] = mpmath.mpf(1)
            for user, slot, to in zip(route.users, route.slots, route.targets, strict=True):
                if self._is_cut(user, slot):
                    continue
                slope = rule_partial(graph, self.settled.values, user, slot)
                parts = found[to], slope, found[user]
                found[to] = None if None in parts else found[to] + slope * found[user]
        return found

    def _is_cut(self, user: int, slot: int) -> bool:
        """True for an operand that a choice does not take in exact arithmetic."""
        operation, operands = self.graph.operations[user], self.graph.operands[user]
        assert operation is not None
        return not_taken(operation, slot, [self.settled.values[i] for i in operands])

    @cached_property
    def _draws(self) -> Sequence[Settled]:
        import mpmath

        bindings = {n: self.sweep.values[i] for n, i in self.graph.variables_by_name.items()}
        drawn, found = random.Random(0), []
        for _ in range(DRAWS):
            with mpmath.workdps(2 * self.settled.digits):
                moved = {
                    name: value + drawn.choice((-1, 1)) * mpmath.mpf(math.ulp(value)) / 2
                    for name, value in bindings.items()
                }
            found.append(settle_near(self.settled, moved))
        return found


def right_bits(number: float, exact: Exact) -> int | None:
    """How many of a double's 53 bits are right; None where there is no exact number."""
    import mpmath

    if isinstance(exact, Missing):
        return None
    if number == float(exact):
        return BITS
    if not math.isfinite(number) or not exact or mpmath.isinf(exact):
        return 0
    wrong = mpmath.mag(number - exact) - mpmath.mag(exact)
    return int(min(BITS - 1, max(0, -wrong)))


def lost(number: float, exact: Exact) -> bool:
    """True where there is an exact number and few bits of it are left."""
    bits = right_bits(number, exact)
    return bits is not None and bits < FEW_BITS


def _alone(graph: Graph, node: int, operands: Sequence[float]) -> Exact:
    """The exact value of one node over doubles, with as many digits as it takes."""
    import mpmath

    before: Exact = None
    for digits in LADDER:
        with mpmath.workdps(digits):
            found = call(graph, node, None, [mpmath.mpf(operand) for operand in operands])
        if isinstance(found, Missing):
            return found
        if before and abs(found - before) <= CLOSE * abs(found):
            break
        before = found
    return found
