"""Second opinions from a process of their own, and by differences alone where it has none."""

from __future__ import annotations

from array import array
from collections.abc import Generator, Sequence

from ..calculus.sweep import Sweep
from ..opinions.check import Checked, check
from .asking import UnansweredError, ask


def second_opinions(sweep: Sweep, nodes: Sequence[int]) -> Generator[Checked | None, None, None]:
    """Second opinions on the adjoints of these nodes, one by one; None while there is none yet.

    SymPy is asked in a process of its own. Where that fails, what is left rests on difference
    quotients, and the reason stands in the place of SymPy's value. Closing it ends the work.
    """
    graph = sweep.graph.without_text
    numbers = [array("d", column) for column in (sweep.values, sweep.partials, sweep.adjoints)]
    done = 0
    try:
        for found in ask("check", graph, sweep.route.wrt, numbers, nodes, size=len(graph)):
            yield found
            done += found is not None
    except UnansweredError as reason:
        for checked in check(sweep, nodes[done:], sympy=False):
            yield checked._replace(sympy_note=str(reason))
