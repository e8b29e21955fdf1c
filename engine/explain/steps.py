"""The words and formulas of a step: each contribution, what comes next and why."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from ..calculus.forward import evaluate
from ..calculus.rules import formula, formula_graph, given, partial_of
from ..calculus.sweep import Contribution
from ..language.show import NUMBERS, PRINT
from ..text.spans import MANY, Line, Span, labelled
from ..text.words import FEW, listed
from .describe import Description

MANY_SENT, AROUND = 12, 3
"""Contributions of a step beyond which those around the last one sent are spelled out."""


@dataclass(frozen=True, slots=True)
class Explanation(Description):
    """Explains one sweep: the one source of words for panes, text and exports."""

    def heading(self, position: int) -> str:
        """What happens at a position, in a few words."""
        sweep, graph = self.sweep, self.sweep.graph
        if not position:
            return f"Step 0 of {len(sweep)}: the seed"
        current = self.current(position)
        targets = [graph.pretty(sweep.route.targets[c]) for c in sweep.route.sent_in(current)]
        node = graph.pretty(sweep.route.order[current - 1])
        left = sweep.route.positions[current] - position
        so_far = f", {len(targets) - left} of {len(targets)} sent" if left else ""
        return f"Step {current} of {len(sweep)}{so_far}: {node} sends to {listed(targets)}"

    def moment(self, position: int) -> list[Line]:
        """The step at a position: the node, each contribution, what comes next and why."""
        current = self.current(position)
        if not current:
            return [*self._seed(), *self.onward(position)]
        node = self.sweep.route.order[current - 1]
        return [
            self._visited(node),
            *self.inside(node),
            *self._contributions(self.sweep.route.sent_in(current), position),
            *self._unsent(node),
            *self.onward(position),
        ]

    def onward(self, position: int) -> list[Line]:
        """Which node is next and why, and the frontier."""
        sweep, graph, positions = self.sweep, self.sweep.graph, self.sweep.route.positions
        done = sweep.route.step_at(position)
        if position != positions[done]:
            sent, of = position - positions[done], positions[done + 1] - positions[done]
            return [
                labelled("next", (f"the step goes on: {sent} of {of} contributions sent", "plain"))
            ]
        if done == len(sweep):
            lines = [labelled("next", (f"nothing: {self._finished()}", "strong"))]
        else:
            node = sweep.route.order[done]
            reason = f"{graph.pretty(node)}, because {self._because(node)}"
            lines = [labelled("next", (reason, "plain"))]
        if done:
            frontier = sweep.route.frontier(position, FEW)
            count = sweep.route.frontier_size(position)
            lines.append(
                labelled(
                    "frontier",
                    (
                        f"{graph.pretty(graph.output)} is now seen as a function of "
                        f"{listed(map(graph.pretty, frontier), count)}",
                        "plain",
                    ),
                )
            )
        return lines

    def gradient(self) -> list[Line]:
        """The gradient, a line for each leaf differentiated by; the word where there is none."""
        sweep = self.sweep
        if not sweep.route.wrt:
            return [(("no variable is differentiated by: there is no gradient", "plain"),)]
        return [
            ((f"{self.derivative(leaf)} = ", "plain"), (self.number(sweep.adjoints[leaf]), "sum"))
            for leaf in sweep.route.wrt
        ]

    def _seed(self) -> list[Line]:
        graph = self.sweep.graph
        output = graph.pretty(graph.output)
        lines = [self.forward(graph.output)]
        if not self.sweep.route.active[graph.output]:
            deciding = [leaf for leaf in self.sweep.route.wrt if self.only_decides(leaf)]
            words = f"{output} depends on nothing that is differentiated by"
            if deciding:
                words = f"{self.names(deciding)} only decides what {output} is: nothing is sent"
            return [*lines, labelled("seed", (words, "plain"))]
        return [
            *lines,
            labelled(
                "seed",
                (f"{self.derivative(graph.output)} = 1", "later"),
                (f": {output} changes exactly as fast as itself", "plain"),
            ),
        ]

    def _visited(self, node: int) -> Line:
        words = "the seed" if node == self.sweep.graph.output else "complete"
        adjoint = self.number(self.sweep.adjoints[node])
        return (*self.forward(node), (f"    {self.derivative(node)} = {adjoint} {words}", "later"))

    def _contributions(self, sent: range, position: int) -> list[Line]:
        """Those of a step; of very many the ones around the last that was sent."""
        first, last, done = 0, len(sent), position - sent.start
        if last > MANY_SENT:
            around = 0 if done == last else done
            first = max(0, min(around - AROUND, last - 2 * AROUND))
            last = first + 2 * AROUND
        lines: list[Line] = []
        if first:
            lines.append(labelled("", (f"{first:,} sent before", "muted")))
        for edge in sent[first:last]:
            lines += self._contribution(edge, edge < position)
        if last < len(sent):
            lines.append(labelled("", (f"and {len(sent) - last:,} more", "muted")))
        return lines

    def _contribution(self, edge: int, is_sent: bool) -> list[Line]:
        graph, route = self.sweep.graph, self.sweep.route
        user, target = route.users[edge], route.targets[edge]
        to, node = graph.pretty(target), graph.pretty(user)
        label = f"to {to}{self.which(user, route.slots[edge])}"
        if not is_sent:
            return [labelled(label, ("not sent yet", "waiting"))]
        sent = self.sweep.contribution(edge)
        received = self.sweep.received(target, edge + 1)
        assert received is not None
        local = f"∂{node}/∂{to}"
        had = self.number(sent.before) if received.arrived > 1 else "nothing"
        lines = [
            labelled(label, (sent.rule, "rule"), ("  ", "plain"), *self._local(user, sent, local)),
            labelled(
                "chain rule",
                (f"{self.derivative(user)} (later derivative) · ", "later"),
                (f"{local} (forward value) = ", "forward"),
                (f"{self.factor(self.sweep.adjoints[user])} × ", "later"),
                (f"{self.factor(sent.partial)} = ", "forward"),
                (self.number(sent.amount), "strong"),
            ),
            labelled(
                "running sum",
                (f"{to} had {had} + receives {self.number(sent.amount)} = now ", "plain"),
                (
                    f"{self.number(sent.after)}  {received.words}",
                    self._settled(sent),
                ),
            ),
        ]
        if sent.note:
            lines.insert(1, labelled("convention", (sent.note, "warning")))
        return lines

    def _settled(self, sent: Contribution) -> str:
        """The style of a sum: what is not finite is no result to be glad of."""
        if not isfinite(sent.after):
            return "warning"
        return "sum" if sent.complete else "partial"

    def _local(self, node: int, sent: Contribution, local: str) -> list[Span]:
        """The local partial: in symbols, with numbers put in, its value."""
        graph = self.sweep.graph
        value = self.number(sent.partial)
        operation = graph.operations[node]
        assert operation is not None
        exact = self._shown_value(node, sent) != value
        if exact and sent.note:
            return [(f"{local} = {value} by convention", "forward")]
        known = self._known(node, sent.slot)
        named = {name: self.number(known[name]) for name in operation.shared.names if name in known}
        put_in = formula(graph, node, sent.slot, self.value, NUMBERS, exact, named)
        parts = [formula(graph, node, sent.slot, graph.pretty, PRINT), put_in, value]
        if exact and (put_in == value or operation.variadic):
            parts.pop(1)
            exact = False
        spans = [(" = ".join(dict.fromkeys([local, *parts])), "forward")]
        why = "  (evaluated in a form that keeps the digits)"
        return [*spans, (why, "muted")] if exact else spans

    def _shown_value(self, node: int, sent: Contribution) -> str:
        """What the formula shown gives; the one evaluated may keep more digits."""
        operation = self.sweep.graph.operations[node]
        assert operation is not None
        rule = formula_graph(operation, partial_of(operation, sent.slot).formula)
        return self.number(evaluate(rule, self._known(node, sent.slot))[rule.output])

    def _known(self, node: int, slot: int) -> dict[str, float]:
        """What the formulas of a slot are given, by name."""
        graph, values = self.sweep.graph, self.sweep.values
        operation = graph.operations[node]
        assert operation is not None
        operands = [values[i] for i in graph.operands[node]]
        known = given(operation, slot, operands, values[node])
        return dict(zip(operation.names, known, strict=True))

    def _unsent(self, node: int) -> list[Line]:
        """Why the inactive operands of a node get nothing."""
        graph, active = self.sweep.graph, self.sweep.route.active
        operands, operation = graph.operands[node], graph.operations[node]
        lines: list[Line] = []
        if operation is not None and operation.decides:
            words = "nothing is sent to it as the condition: it only decides what is taken"
            lines, operands = [labelled(graph.pretty(operands[0]), (words, "muted"))], operands[1:]
        inactive = dict.fromkeys(i for i in operands if not active[i])
        lines += [
            labelled(
                graph.pretty(other), (f"nothing is sent to it: {self.why_inactive(other)}", "muted")
            )
            for other in list(inactive)[:FEW]
        ]
        more = len(inactive) - FEW
        return [*lines, labelled("", (f"nothing to {more:,} more", "muted"))] if more > 0 else lines

    def _because(self, node: int) -> str:
        """Why the sweep may visit this node now, and not another first."""
        sweep, graph = self.sweep, self.sweep.graph
        if node == graph.output:
            return "it is the output: the sweep starts there"
        users = dict.fromkeys(sweep.route.users[c] for c in sweep.route.arrivals(node))
        done = _all_of(list(map(graph.pretty, users)))
        ready = self._ready(sweep.route.positions[(sweep.route.visited(node) or 1) - 1])
        names = ", ".join(map(graph.pretty, ready[:FEW])) + (", …" if len(ready) > FEW else "")
        others = f"; of the ready nodes ({names}) it was evaluated last"
        return f"{done} been visited{others if len(ready) > 1 else ''}"

    def _ready(self, position: int) -> list[int]:
        """The operations on the frontier whose adjoint is complete: any could be visited next."""
        sweep = self.sweep
        return [
            node
            for node in sweep.route.frontier(position, FEW + 1)
            if not sweep.graph.is_leaf(node)
            and (received := sweep.received(node, position))
            and received.complete
        ]

    def _finished(self) -> str:
        sweep, graph, wrt = self.sweep, self.sweep.graph, self.sweep.route.wrt
        output = graph.pretty(graph.output)
        if not wrt:
            return f"{output} is constant and there is nothing to differentiate by"
        if not sweep.route.active[graph.output]:
            return f"no path leads from {self.names(wrt)} to {output}: the gradient is 0"
        few = wrt if len(wrt) <= MANY else wrt[:FEW]
        shown = [f"{self.derivative(leaf)} = {self.number(sweep.adjoints[leaf])}" for leaf in few]
        more = f" and {len(wrt) - len(few):,} more" if few != wrt else ""
        return f"the sweep is complete: {', '.join(shown)}{more}"


def _all_of(users: list[str]) -> str:
    """The users of a node, which have all been visited, and the verb's auxiliary."""
    if len(users) == 1:
        return f"its only user {users[0]} has"
    if len(users) == 2:
        return f"both its users {users[0]} and {users[1]} have"
    return f"all {len(users)} of its users ({listed(users)}) have"
