"""The exact value and derivative of every node, with as many digits as it takes."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..calculus.route import Route, dependents
from ..language.graph import Graph
from .arithmetic import Exact, Missing, is_infinite
from .choices import MOVES, steering
from .limits import Scale, Side, one_sided
from .sweep import SPECIAL, differ, swept
from .values import (
    MAYBE_ZERO,
    MOST_DIGITS,
    UNSETTLED,
    agreed,
    decimal_span,
    exact_values,
    used,
    valued,
)

SPARE = 50
"""Decimal digits beyond those that the exponents met span."""
SMALLEST = 324
"""Decimal digits that tell 0 from the least number that rounds to a double other than 0."""
PATIENCE = 5.0
"""Seconds of computing after which digits are raised no more."""
WORK = 20_000
"""Nodes that may be computed anew, over all leaves, to find slopes on both sides."""


@dataclass(frozen=True, eq=False)
class Settled:
    """A graph at one point in exact arithmetic."""

    route: Route
    values: Sequence[Exact]
    """By node, rounded to `digits`; those that the output does not use are Missing."""
    fine: Sequence[Exact]
    """The same with twice as many digits, of which the last may be wrong."""
    adjoints: Sequence[Exact]
    """By node; Missing where a partial on the way stands at a special point."""
    sympy: Sequence[Exact]
    """By node, with SymPy's conventions at the special points."""
    digits: int
    least: int
    """Decimal digits that tell 0 from the least double."""
    _sides: dict[int, tuple[Side, Side] | Missing] = field(default_factory=dict, repr=False)

    @property
    def graph(self) -> Graph:
        """The graph differentiated."""
        return self.route.graph

    @property
    def value(self) -> Exact:
        """The output's value; Missing where there is no finite one."""
        found = self.values[self.graph.output]
        return Missing("it is infinite") if is_infinite(found) else found

    def crosses_edge(self, node: int) -> bool:
        """True where a node at a kink, a tie, a jump or a singular point depends on this one."""
        return self.adjoints[node] is SPECIAL

    def sides(self, node: int) -> tuple[Side, Side] | Missing:
        """The output's slopes on the left and on the right of an active node's value."""
        if node not in self._sides:
            self._sides[node] = self._found_sides(node)
        return self._sides[node]

    def derivative(self, node: int) -> Exact:
        """The output's derivative by an active node; Missing where there is no finite one."""
        if isinstance(self.value, Missing):
            return self.value
        if not self.crosses_edge(node):
            return self.adjoints[node]
        sides = self.sides(node)
        if isinstance(sides, Missing):
            return sides
        slopes = [side.slope for side in sides if side.inside]
        if not slopes or None in slopes:
            given_up = (s.missing for s in sides if s.missing and s.missing.given_up)
            return next(given_up, Missing("no finite slope exists here"))
        if len(slopes) == 2 and differ(*slopes):
            return Missing("the slopes of the two sides differ")
        return slopes[-1]

    def _found_sides(self, node: int) -> tuple[Side, Side] | Missing:
        import mpmath

        users = self._users(node)
        if (1 + len(self._sides)) * len(users) > WORK:
            return Missing(
                "too many leaves stand at special points to find the slopes of each", True
            )
        at, value = self.fine[node], self._output_by(node, users)
        if is_infinite(at):
            return Missing("its value is infinite")
        with mpmath.workdps(self.digits):
            finite = (v for v in self.values if not (isinstance(v, Missing) or is_infinite(v)))
            largest = max(map(abs, finite))
            scale = Scale(abs(at) or mpmath.mpf(1), largest or mpmath.mpf(1), self.digits)
        return one_sided(value, at, -1, scale), one_sided(value, at, 1, scale)

    def _users(self, node: int) -> list[int]:
        depends, needed = dependents(self.graph, [node]), used(self.graph)
        return [u for u in range(node + 1, self.graph.output + 1) if depends[u] and needed[u]]

    def _output_by(self, node: int, users: Sequence[int]) -> Callable[[Exact], Exact]:
        def output(value: Exact) -> Exact:
            numbers = list(self.fine)
            numbers[node] = value
            for user in users:
                operands = [numbers[i] for i in self.graph.operands[user]]
                numbers[user] = valued(self.graph, user, operands, self.digits)
            return numbers[self.graph.output]

        return output


def settle(route: Route, bindings: Mapping[str, Exact]) -> Settled:
    """The exact numbers at these values of the variables.

    Digits are raised until two precisions agree, or both numbers round to 0; where MOST_DIGITS do
    not suffice the number is Missing.
    """
    span = decimal_span(route.graph, bindings)
    least = min(SMALLEST + SPARE + span, MOST_DIGITS // 2)
    digits = min(MOST_DIGITS // 2, SPARE + span)
    while True:
        begun = time.process_time()
        found = _at(route, bindings, digits, least)
        missing = {
            exact for exact in (*found.values, *found.adjoints) if isinstance(exact, Missing)
        }
        is_settled = not missing & {UNSETTLED, MAYBE_ZERO}
        is_slow = time.process_time() - begun > PATIENCE
        if is_settled or is_slow or 2 * digits >= MOST_DIGITS:
            return found
        # Where all that is open may be 0, only the digits that tell 0 from the least double help.
        digits = min(MOST_DIGITS // 2, least if UNSETTLED not in missing else 2 * digits)


def settle_near(settled: Settled, bindings: Mapping[str, Exact]) -> Settled:
    """The same at other values, with as many digits as have sufficed."""
    return _at(settled.route, bindings, settled.digits // 2, settled.least)


def _at(route: Route, bindings: Mapping[str, Exact], digits: int, least: int) -> Settled:
    """The numbers by these digits and twice as many; those of which the two do not agree, and no
    other reason is known, are UNSETTLED or MAYBE_ZERO."""
    import mpmath

    with mpmath.workdps(4 * digits):
        values, fine = exact_values(route.graph, bindings, digits, least)
    rough, _ = swept(route, values, digits)
    adjoints, sympy = swept(route, values, 2 * digits)
    for node in itertools.compress(range(len(adjoints)), route.active):
        adjoints[node] = agreed(rough[node], adjoints[node], digits >= least)
    for node, change in enumerate(steering(route.graph, values, used(route.graph))):
        adjoints[node] = SPECIAL if change == MOVES else adjoints[node]
    return Settled(route, values, fine, adjoints, sympy, 2 * digits, least)
