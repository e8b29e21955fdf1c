"""The words and formulas of a node: its value, its state in the sweep, its adjoint so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from math import isfinite

from ..calculus.route import dependents
from ..calculus.sweep import Received, Sweep
from ..language.calls import call_words
from ..language.show import (
    DIGITS,
    NUMBERS,
    PRINT,
    definition,
    derivative,
    equation,
    near_whole,
    number,
    with_numbers,
)
from ..text.spans import Line, labelled
from ..text.words import FEW, listed

AROUND, LONGEST = 3, 60
"""Calls around a node that are named, and characters of a function that are written out."""


@dataclass(frozen=True, slots=True)
class Description:
    """Describes the nodes of one sweep, numbers to this many significant digits."""

    sweep: Sweep
    digits: int = DIGITS

    def number(self, value: float) -> str:
        """A number as the explanations write it."""
        return number(value, self.digits)

    def derivative(self, node: int) -> str:
        """The symbol of a node's adjoint."""
        return derivative(self.sweep.graph, node)

    def current(self, position: int) -> int:
        """The step under way or just completed; 0 at the seed."""
        done = self.sweep.route.step_at(position)
        return done if position == self.sweep.route.positions[done] else done + 1

    def just_sent(self, position: int) -> range:
        """The contributions sent so far by the step under way or just completed."""
        step = self.current(position)
        return range(self.sweep.route.positions[step - 1] if step else position, position)

    def state(self, node: int, position: int) -> str:
        """`inactive`, `none yet`, `partial`, `complete`, `current` or `sent`, at a position."""
        received = self.sweep.received(node, position)
        if received is None:
            return "inactive"
        visited = self.sweep.route.visited(node)
        if visited is not None and visited <= (current := self.current(position)):
            return "current" if visited == current else "sent"
        return received.state

    def node(self, node: int, position: int) -> list[Line]:
        """One node at a position: its value, its adjoint so far, who uses it."""
        graph, sweep = self.sweep.graph, self.sweep
        lines = [self.forward(node), *self.inside(node)]
        received = sweep.received(node, position)
        if received is None:
            lines.append(labelled("adjoint", (f"none: {self.why_inactive(node)}", "muted")))
        else:
            lines += self._adjoint(node, received)
        users = list(dict.fromkeys(graph.users_of(node)))
        words = f"used by {self.names(users)}" if users else "used by no node"
        lines.append(labelled("users", (words, "plain")))
        step = sweep.route.visited(node)
        if step is not None:
            done = "visited" if step <= self.current(position) else "to be visited"
            lines.append(labelled("sweep", (f"{done} at step {step} of {len(sweep)}", "plain")))
        return lines

    def forward(self, node: int) -> Line:
        """The node's equation with its numbers: the forward pass."""
        graph, values = self.sweep.graph, self.sweep.values
        name = f"{graph.pretty(node)}"
        if graph.is_leaf(node):
            text = graph.symbols.get(node)
            middle = [f"{text} ="] if text else []
            kind = self._kind(node)
            return labelled(
                name,
                (" ".join(["=", *middle, self.number(values[node])]), "forward"),
                (f"    {kind}", "muted"),
            )
        # Where there is no value, it may be for the digits that are not shown otherwise.
        shown = self.value if isfinite(values[node]) else self._in_full
        parts = [
            equation(graph, node),
            with_numbers(graph, node, shown, NUMBERS),
            self.value(node),
        ]
        return labelled(name, ("= " + " = ".join(dict.fromkeys(parts)), "forward"))

    def inside(self, node: int) -> list[Line]:
        """The calls that made a node, the innermost first, with what its function computes."""
        graph = self.sweep.graph
        around = graph.groups_around(node)
        if not around:
            return []
        calls = ", in ".join(call_words(graph, group) for group in around[:AROUND])
        function = graph.functions[graph.groups[around[0]].name]
        written = definition(function, PRINT)
        where = f", where {written}" if len(written) <= LONGEST else ""
        return [labelled("inside", (calls + where, "muted"))]

    def _in_full(self, node: int) -> str:
        return near_whole(self.sweep.values[node], self.digits)

    def value(self, node: int) -> str:
        """A node's value as a number."""
        return self.number(self.sweep.values[node])

    def _kind(self, node: int) -> str:
        if node in self.sweep.graph.constants:
            return "a constant"
        return "a variable" if node in self.sweep.route.free else "held fixed"

    def factor(self, value: float) -> str:
        """A number as a factor: what begins with a minus stands in brackets."""
        text = self.number(value)
        return f"({text})" if text.startswith("−") else text

    def names(self, nodes: Collection[int]) -> str:
        """Nodes as a sentence lists them: of very many the first alone are looked at."""
        return listed(map(self.sweep.graph.pretty, islice(nodes, FEW)), len(nodes))

    def which(self, user: int, slot: int) -> str:
        """Which of its places an operand stands in, where a node uses it more than once."""
        operands = self.sweep.graph.operands[user]
        uses = operands.count(operands[slot])
        return f" ({operands[: slot + 1].count(operands[slot])} of {uses})" if uses > 1 else ""

    def why_inactive(self, node: int) -> str:
        """Why nothing is sent to a node, as the end of a sentence."""
        graph = self.sweep.graph
        if node in graph.constants:
            return "a constant does not change (constant rule)"
        if graph.is_leaf(node) and node not in self.sweep.route.free:
            return "it is held fixed"
        if self.only_decides(node):
            return "it only decides what is taken"
        leaves = self.names(self.sweep.route.wrt)
        return f"it is not on a path from {leaves or 'a variable'} to {graph.pretty(graph.output)}"

    def only_decides(self, node: int) -> bool:
        """True where the output depends on a node by conditions alone, along which nothing is
        sent."""
        graph, route = self.sweep.graph, self.sweep.route
        if not graph.deciding or route.active[node]:
            return False
        return bool(dependents(graph, [node])[graph.output])

    def _adjoint(self, node: int, received: Received) -> list[Line]:
        sweep, graph = self.sweep, self.sweep.graph
        if not received.of:
            return [
                labelled(
                    "adjoint",
                    (f"{self.derivative(node)} = 1", "sum"),
                    (f"  {received.words}", "muted"),
                )
            ]
        amount = f" = {self.number(received.adjoint)}" if received.arrived else ""
        lines = [
            labelled(
                "adjoint",
                (f"{self.derivative(node)}{amount}", "sum"),
                (f"  {received.words}", "partial"),
            )
        ]
        arrivals = sweep.route.arrivals(node)
        for edge in arrivals[: min(received.arrived, FEW)]:
            user = sweep.route.users[edge]
            adjoint, partial = sweep.adjoints[user], sweep.partials[edge]
            lines.append(
                labelled(
                    f"+ from {graph.pretty(user)}{self.which(user, sweep.route.slots[edge])}",
                    (self.factor(adjoint), "later"),
                    (" × ", "plain"),
                    (self.factor(partial), "forward"),
                    (" = ", "plain"),
                    (self.number(adjoint * partial), "strong"),
                )
            )
        if received.arrived > FEW:
            lines.append(labelled("", (f"and {received.arrived - FEW} more", "muted")))
        waiting = dict.fromkeys(sweep.route.users[c] for c in arrivals[received.arrived :])
        if waiting:
            lines.append(labelled("waits for", (self.names(waiting), "waiting")))
        return lines
