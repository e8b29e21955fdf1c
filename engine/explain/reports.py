"""The words for what can be asked about a sweep beside its steps: checks, paths, forward mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..calculus.paths import LISTED, Path, Paths
from ..calculus.tangents import tangents
from ..diagnosis.problems import Problem
from ..diagnosis.symptoms import Symptom
from ..language.show import MINUS
from ..opinions.checked import in_truth
from ..text.spans import Line, Span, labelled
from ..text.words import FEW, cell_width, counted, flush_left, listed
from .describe import Description

if TYPE_CHECKING:
    from ..opinions.check import Checked

STYLES = {"agree": "sum", "kink": "partial", "imprecise": "partial", "undefined": "warning",
          "lost": "error", "differ": "error"}  # fmt: skip
"""The style of each verdict."""


@dataclass(frozen=True, slots=True)
class Report(Description):
    """Reports on one sweep, in the words of its explanations."""

    def check(self, checked: Checked) -> Line:
        """One line: name, gradient, difference quotient, SymPy's value or why none, verdict."""
        name = self.sweep.graph.pretty(checked.node)
        second = checked.difference
        quotient = self.number(second.slope) if second.tells else "none"
        opinion = f"({checked.sympy_note})" if checked.sympy is None else self.number(checked.sympy)
        return (
            (name, "strong"),
            (f"  gradient {self.number(checked.gradient)}", "plain"),
            (f"  difference {quotient}", "forward"),
            (f"  SymPy {opinion}", "later"),
            (f"  {checked.verdict}", STYLES[checked.verdict]),
            (self._reason(checked), "muted"),
        )

    def checks(self, checked: Iterable[Checked]) -> list[Line]:
        """A line for each adjoint checked, in columns."""
        lines = list(map(self.check, checked))
        widths = [max(cell_width(line[i][0]) for line in lines) for i in range(4) if lines]
        return [
            tuple(
                (flush_left(text, width), style)
                for (text, style), width in zip(line, [*widths, 0, 0], strict=True)
            )
            for line in lines
        ]

    def step_of(self, checked: Checked) -> Line:
        """How the difference quotient was found, and how far it can be trusted."""
        second = checked.difference
        if not second.tells:
            return (("  no step gave a difference quotient that can be trusted", "muted"),)
        text = (
            f"  steps down to {self.number(second.step)}, error about {self.number(second.error)}"
        )
        return ((text, "muted"),)

    def _reason(self, checked: Checked) -> str:
        if checked.verdict == "agree":
            return ""
        if checked.one_sided is None:
            return f": {checked.note}"
        left, right = map(self.number, checked.one_sided)
        return f": slope {left} on the left, {right} on the right; {checked.note}"

    def paths(self, node: int, marked: int | None = None) -> list[Line]:
        """All paths from a node to the output, the product along each, and their sum.

        One of them, counted from 0, may be marked.
        """
        paths, output = Paths(self.sweep, node), self.sweep.graph.output
        if not self.sweep.route.active[node]:
            return [((f"no path: {self.why_inactive(node)}", "plain"),)]
        if node == output:
            return [(("it is the output: its adjoint is the seed 1", "plain"),)]
        shown = paths.listed(LISTED)
        many = paths.count != 1
        count = f"{paths.count:,}" if paths.count < 10**15 else f"{paths.count:.3e}"
        ways = f"{count} paths lead" if many else "One path leads"
        lines: list[Line] = [
            ((f"{ways} to {self.sweep.graph.pretty(output)}; the product along each:", "strong"),)
        ]
        lines += [self._path(path, place == marked) for place, path in enumerate(shown)]
        rest, total = paths.count - len(shown), paths.total(shown)
        if rest:
            amount = self.number(total - sum(path.product for path in shown))
            lines.append(((f"and {rest:,} more, which add {amount}", "muted"),))
        lines.append(self._path_sum(self.number(total), node))
        cost = counted(paths.multiplications, "multiplication")
        if paths.multiplications >= 10**15:
            cost = f"about {paths.multiplications:.0e} multiplications"
        text = (
            f"path by path this takes {cost} for {self.sweep.graph.pretty(node)} alone; "
            f"the sweep takes {paths.sweep_multiplications:,} for every node together"
        )
        return [*lines, ((text, "muted"),)]

    def _path_sum(self, total: str, node: int) -> Line:
        """The sum over the paths, held against what the sweep has found."""
        swept = self.number(self.sweep.adjoints[node])
        found = (f"{self.derivative(node)} = {swept}", "sum")
        if total == swept:
            return (("their sum: ", "plain"), found)
        words = f"their sum: {total}; the sweep, which rounds elsewhere, has "
        return ((words, "plain"), found)

    def _path(self, path: Path, is_marked: bool) -> Line:
        graph, route = self.sweep.graph, self.sweep.route
        nodes = [
            route.users[path.edges[0]],
            *(route.targets[c] for c in path.edges),
        ]
        names = [graph.pretty(node) for node in reversed(nodes)]
        factors = [self.factor(self.sweep.partials[c]) for c in reversed(path.edges)]
        if len(names) > 2 * FEW:
            names[FEW:-FEW] = ["…"]
        if len(factors) > 2 * FEW:
            factors[FEW:-FEW] = ["…"]
        return (
            ("▶ " if is_marked else "  ", "current"),
            (" → ".join(names) + "  ", "current" if is_marked else "plain"),
            (" × ".join(factors), "forward"),
            (f" = {self.number(path.product)}", "strong"),
        )

    def forward_mode(self, leaf: int) -> list[Line]:
        """The tangent of every node for one leaf beside its adjoint, and what each mode costs."""
        sweep, graph = self.sweep, self.sweep.graph
        found = tangents(graph, sweep.values, leaf)
        name, output = graph.pretty(leaf), graph.pretty(graph.output)
        text = f"Forward mode: ∂node/∂{name} in the order of evaluation, from ∂{name}/∂{name} = 1"
        lines: list[Line] = [((text, "strong"),)]
        lines.append(((f"  {'node':<12}{f'∂node/∂{name}':>14}{f'∂{output}/∂node':>16}", "muted"),))
        for node in range(len(graph)):
            active = sweep.route.active[node]
            adjoint = self.number(sweep.adjoints[node]) if active else ""
            style = "sum" if node in (leaf, graph.output) else "plain" if active else "muted"
            lines.append(
                ((f"  {graph.pretty(node):<12}{self.number(found[node]):>14}{adjoint:>16}", style),)
            )
        return [*lines, *self._modes(leaf, found[graph.output])]

    def _modes(self, leaf: int, tangent: float) -> Iterator[Line]:
        sweep, graph = self.sweep, self.sweep.graph
        name, output = graph.pretty(leaf), graph.pretty(graph.output)
        same = f"∂{output}/∂{name} = {self.number(tangent)} forward"
        yield (
            (same, "sum"),
            (f", {self.number(sweep.adjoints[leaf])} in reverse", "sum"),
        )
        leaves = len(sweep.route.wrt)
        yield (
            (
                f"for this graph, 1 output and {leaves} "
                f"{'leaf' if leaves == 1 else 'leaves'}: forward mode needs "
                f"{counted(leaves, 'sweep')}, reverse mode 1",
                "plain",
            ),
        )

    def problem(self, found: Problem, checked: Sequence[Checked] = ()) -> list[Line]:
        """A first cause: what happened, why, what is true as far as opinions know, what follows
        from it, and the usual remedy."""
        why = found.why.replace("-", MINUS) + in_truth((found.node, *found.chain), checked)
        lines = [
            labelled("problem", (f"{spoken(found.message)}: {why}", "warning")),
            labelled("chain", (self._chain(found), "plain")),
        ]
        return [*lines, *([labelled("remedy", (found.remedy, "plain"))] if found.remedy else [])]

    def _chain(self, found: Problem) -> str:
        """What is not finite because of a problem, in the order met."""
        if not found.chain:
            return "nothing else follows from it"
        way = [self.sweep.graph.pretty(node) for node in found.chain]
        more = len(way) - 2 * FEW
        if more > 0:
            way[FEW:-FEW] = [f"… {more:,} more"]
        cut = " → …" if found.is_cut else ""
        return f"what follows: {' → '.join(way)}{cut}"

    def symptom(self, found: Symptom) -> Line:
        """A warning, in words."""
        return labelled("warning", (f"{found.kind}: {found.message}", "partial"))

    def summary(self, causes: Sequence[Problem]) -> Line:
        """How many first causes there are, and the first one."""
        refs = [self.sweep.graph.pretty(found.node) for found in causes]
        count = "1 first cause" if len(causes) == 1 else f"{len(causes)} first causes"
        text = f"{count}, at {listed(refs)}: {spoken(causes[0].message)}"
        return labelled("problem", (text, "warning"))


def spoken(message: str) -> str:
    """The message of a problem as the screen writes it."""
    return message.replace("-", MINUS).replace("*", " × ")


def check_lines(report: Report, checked: Sequence[Checked]) -> list[Line]:
    """A count of the verdicts, then two lines for each adjoint checked."""
    counts = dict.fromkeys(STYLES, 0)
    for found in checked:
        counts[found.verdict] += 1
    spans: list[Span] = [("Second opinions:", "strong")]
    spans += [(f"  {n} {verdict}", STYLES[verdict]) for verdict, n in counts.items() if n]
    lines: list[Line] = [tuple(spans)]
    notes = {found.sympy_note for found in checked if found.sympy is None}
    if len(notes) == 1 and len(checked) > 1:
        lines.append(((f"({notes.pop()})", "muted"),))
        checked = [found._replace(sympy_note="none") for found in checked]
    for line, found in zip(report.checks(checked), checked, strict=True):
        lines += [line, report.step_of(found)]
    return lines
