"""The words for gradient descent: an update with its numbers, what it did, and what it is not."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_tui.engine.descent.descent import batch_rows, update, update_numbers
from backprop_tui.engine.descent.divergence import Astray
from backprop_tui.engine.descent.methods import METHODS
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.descent.points import Point
from backprop_tui.engine.explain.describe import Description
from backprop_tui.engine.explain.reports import spoken
from backprop_tui.engine.language.show import DIGITS
from backprop_tui.engine.text.spans import Line, Span, labelled
from backprop_tui.engine.text.words import cell_width, flush_left, flush_right
from backprop_tui.engine.tracing.trace import Trace

from .astray import cause, reasons

LISTED = 200
"""Parameters beyond which a table lists the first ones alone."""


@dataclass(frozen=True, slots=True)
class DescentWords:
    """Tells of gradient descent on the leaves of one trace, numbers to this many digits."""

    trace: Trace
    digits: int = DIGITS
    astray: Astray | None = None
    """Why the last update is not finite, once that is known."""

    @property
    def words(self) -> Description:
        """How the trace's nodes and numbers are written."""
        return Description(self.trace.sweep, self.digits)

    def heading(self, point: Point, plan: Plan) -> str:
        """Where descent stands and how it goes on, in a few words."""
        rows = f", mini-batches of {plan.batch} rows" if plan.batch else ""
        words = f"Update {point.number:,}" if point.number else "No update made"
        made = point.plan
        if point.number and (made.method, made.rate) != (plan.method, plan.rate):
            words += f", made with {self._how(made)}; the next: {self._how(plan)}"
        else:
            words += f", {self._how(plan)}"
        return f"{words}{rows}"

    def _how(self, plan: Plan) -> str:
        return f"{plan.method}, rate η = {self.words.number(plan.rate)}"

    def lines(self, point: Point, plan: Plan, name: str, ahead: Point | None = None) -> list[Line]:
        """The update to a point, or the one that would come first: its rule for one parameter,
        the cost, and every parameter before, its change, and after.

        The one that would come first is computed unless it is known to lie `ahead`.
        """
        made = point.before is not None
        before = point.before or point
        if not made and not point.is_finite:
            why = "the cost is not finite here: no descent can start"
            return [labelled("", (why, "error")), *self._cause(at_start=True)]
        after = point if made else ahead or update(self.trace, point, plan)
        return [
            *([] if made else [labelled("", ("d would make this update:", "plain"))]),
            *self._stopped(after, made),
            *self._rule(before, after, name),
            self._gradient(before, after),
            self._cost(before, after),
            *self._table(before, after, name),
            labelled("", ("The sweep found the gradient; descent uses it: two different things.",
                     "muted")),
        ]  # fmt: skip

    def _rule(self, before: Point, after: Point, name: str) -> list[Line]:
        """The rule for one parameter in symbols, then with its numbers put in."""
        node = self.trace.graph.by_name[name]
        parameter, derivative = self.trace.graph.pretty(node), self.words.derivative(node)
        numbers = update_numbers(before, after, name)
        texts = {key: self.words.factor(value) for key, value in numbers.items()}
        symbols = {"θ": parameter, "g": derivative, "k": str(after.number)}
        lines: list[Line] = []
        for result, formula, put_in in METHODS[after.plan.method].formulas:
            shown = parameter if result == "θ" else result
            spans: list[Span] = [
                (f"{shown} ← {formula.format(**symbols)}", "strong"),
                (f" = {put_in.format(**texts, k=after.number)}", "plain"),
                (f" = {self.words.number(numbers[result])}", "sum"),
            ]
            lines.append(labelled("" if lines else "rule", *spans))
        return lines

    def _cost(self, before: Point, after: Point) -> Line:
        output = self.trace.graph.pretty(self.trace.graph.output)
        old, new = self.words.number(before.cost), self.words.number(after.cost)
        change = after.cost - before.cost
        words = "stays at"
        if change != change:
            words = f"was {old} and becomes"
        elif change:
            words = f"{'falls' if change < 0 else 'rises'} from {old} to"
        rows = self._rows()
        mean = f"    the mean over all {rows:,} rows" if rows else ""
        return labelled("cost", (f"{output} {words} ", "plain"), (new, "sum"), (mean, "muted"))

    def _gradient(self, before: Point, after: Point) -> Line:
        """The length of the gradient that the update uses, and of what it is."""
        rows = batch_rows(self._rows(), before.number, after.plan) if self._rows() else None
        mean = f"    of a mini-batch of {len(rows)} rows" if rows is not None else ""
        return labelled("gradient", (f"its length is {self.words.number(before.norm)}", "plain"),
                   (mean, "muted"))  # fmt: skip

    def _rows(self) -> int:
        """How many rows of data there are; 0 without data."""
        return 0 if self.trace.data is None else len(self.trace.data.inputs)

    def _stopped(self, point: Point, made: bool) -> list[Line]:
        """Why descent ends at an update that is not finite, and what would keep it finite."""
        if point.is_finite:
            return []
        words = f"update {point.number:,} would not be finite: d makes it, then says why"
        if not made:
            return [labelled("diverged", (words, "error"))]
        words = f"update {point.number:,} is not finite: descent ends here. D takes it back"
        lines = [labelled("diverged", (words, "error")), *self._cause(at_start=False)]
        if self.astray is None:
            return [
                *lines,
                labelled("", ("working: what would keep it finite is tried …", "muted")),
            ]
        output = self.trace.graph.pretty(self.trace.graph.output)
        texts = reasons(self.astray, output, point.plan.rate, self.words.number)
        lines += [labelled("", (text, "warning")) for text in texts]
        lower = labelled("", ("< lowers the rate for the next update", "muted"))
        return [*lines, lower] if self.astray.slower is not None else lines

    def _cause(self, *, at_start: bool) -> list[Line]:
        return [labelled("", (spoken(text), "warning")) for text in cause(self.trace, at_start)]

    def _table(self, before: Point, after: Point, name: str) -> list[Line]:
        """Every parameter: before, change, after; the one selected first where there are many."""
        graph = self.trace.graph
        places = list(range(len(after.names)))
        if len(places) > LISTED:
            first = after.names.index(name)
            places = [first, *(place for place in places[:LISTED] if place != first)]
        names = [after.names[place] for place in places]
        old, new = before.theta, after.theta
        cells = [
            (
                graph.pretty(graph.by_name[each]),
                self.words.number(old[place]),
                self.words.number(new[place] - old[place]),
                self.words.number(new[place]),
            )
            for each, place in zip(names, places, strict=True)
        ]
        cells.insert(0, ("parameter", "before", "change", "after"))
        widths = [max(cell_width(line[column]) for line in cells) for column in range(4)]
        found: list[Line] = [()]
        for each, line in zip(["", *names], cells, strict=True):
            numbers = map(flush_right, line[1:], widths[1:])
            text = "  ".join([flush_left(line[0], widths[0]), *numbers])
            style = "muted" if not each else "strong" if each == name else "plain"
            found.append(((text, style),))
        if len(after.names) > LISTED:
            found.append(((f"and {len(after.names) - LISTED:,} more parameters", "muted"),))
        return found
