"""Second opinions on every adjoint: difference quotients and SymPy, with a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

from ..calculus.sweep import Sweep
from ..exact.arithmetic import Exact, Missing, too_large
from ..exact.settled import Settled, settle
from ..exact.sweep import differ
from ..language.show import derivative
from .causes import Causes, lost, right_bits
from .checked import NO_QUOTIENT, VERDICTS, Checked, Quotient
from .estimates import estimated
from .verdicts import Evidence, in_words, verdict

__all__ = ["VERDICTS", "Checked", "Quotient", "check"]

BEYOND = "larger than a double can hold (1.8e308)"


def check(
    sweep: Sweep, nodes: Sequence[int] | None = None, *, sympy: bool = True
) -> Iterator[Checked]:
    """Second opinions on the adjoints of these nodes, one by one; of the `wrt` leaves when None.

    A node is checked by changing its value and computing its users anew. Without `sympy`, by
    difference quotients alone.
    """
    from .differences import quotients

    chosen = sweep.route.wrt if nodes is None else nodes
    differences = quotients(sweep.graph, sweep.values, chosen)
    why = too_large(sweep.graph) if sympy else "SymPy was not asked"
    if why is not None:
        yield from estimated(sweep, chosen, differences, why)
        return
    bindings = {name: sweep.values[i] for name, i in sweep.graph.variables_by_name.items()}
    causes = Causes(sweep, settle(sweep.route, bindings))
    for node, difference in zip(chosen, differences, strict=True):
        yield _checked(causes, node, difference)


def _checked(causes: Causes, node: int, difference: Quotient) -> Checked:
    settled, gradient = causes.settled, causes.sweep.adjoints[node]
    exact, slopes = _slopes(settled, node)
    found, reason = verdict(Evidence(node, gradient, exact, slopes, causes))
    sympy, note = _by_sympy(settled, node, exact, slopes)
    if found == "undefined":
        sympy, note = None, note or "there is no derivative here"
    return Checked(
        node,
        gradient,
        difference if difference.tells and found != "undefined" else NO_QUOTIENT,
        slopes and (float(slopes[0]), float(slopes[1])),
        sympy,
        note,
        found,
        reason,
        None if isinstance(exact, Missing) else float(exact),
        causes.lost_at(node) if found in ("imprecise", "lost") else None,
        (right_bits(causes.sweep.values[node], settled.values[node]), right_bits(gradient, exact)),
        tuple(_truths(causes, node, exact, found)),
    )


def _truths(causes: Causes, node: int, exact: Exact, found: str) -> Iterator[str]:
    """What the output's value is, and the derivative, where they are lost."""
    settled, graph = causes.settled, causes.graph
    if lost(causes.sweep.values[graph.output], settled.value):
        yield f"{graph.pretty(graph.output)} is {in_words(settled.value)}"
    if found == "lost":
        yield f"{derivative(graph, node)} is {in_words(exact)}"


def _slopes(settled: Settled, node: int) -> tuple[Exact, tuple[Exact, Exact] | None]:
    """The derivative, and the slopes of the two sides where both are finite and differ."""
    exact = settled.derivative(node)
    if not settled.crosses_edge(node) or not isinstance(exact, Missing):
        return exact, None
    sides = settled.sides(node)
    if isinstance(sides, Missing):
        return exact, None
    left, right = (side.slope for side in sides)
    kink = left is not None and right is not None and differ(left, right)
    return exact, (left, right) if kink else None


def _by_sympy(
    settled: Settled, node: int, exact: Exact, slopes: tuple[Exact, Exact] | None
) -> tuple[float | None, str | None]:
    """SymPy's adjoint of a node as a double, or why there is none.

    At a special point it is SymPy's convention, and no witness: it is shown where it is a slope.
    """
    theirs = settled.sympy[node]
    if isinstance(theirs, Missing):
        return None, theirs.why
    if not settled.crosses_edge(node):
        theirs = exact
    elif not _is_slope(theirs, exact, slopes):
        return None, f"its convention at this point gives {float(theirs):g}, which is no slope"
    if isinstance(theirs, Missing):
        return None, theirs.why
    found = float(theirs)
    return (found, None) if isfinite(found) else (None, BEYOND)


def _is_slope(theirs: Exact, exact: Exact, slopes: Iterable[Exact] | None) -> bool:
    """True for the derivative, and for a number between the slopes of the two sides."""
    if slopes is not None:
        low, high = sorted(slopes)
        return bool(low <= theirs <= high)
    return not isinstance(exact, Missing) and not differ(theirs, exact)
