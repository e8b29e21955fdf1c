"""Second opinions on every adjoint: difference quotients and SymPy, with a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, log10
from typing import Any, NamedTuple

from .audit import CLOSE, Audit
from .differences import ROUNDING, Quotient, central, one_sided, output_by
from .sweep import Sweep

VERDICTS = {
    "agree": "the opinions agree",
    "differ": "the gradient is wrong, or another opinion is",
    "kink": "the slopes on the two sides differ, and the gradient lies between them",
    "imprecise": "cancellation has magnified rounding errors",
    "undefined": "there is nothing to compare",
}
"""What each verdict says."""


class Checked(NamedTuple):
    """An adjoint with the second opinions on it."""

    node: int
    gradient: float
    difference: Quotient
    one_sided: tuple[float, float] | None
    """The slopes on the left and on the right, where they differ."""
    sympy: float | None
    sympy_note: str | None
    """Why SymPy has none."""
    verdict: str
    """A key of VERDICTS."""
    note: str
    """The reason of the verdict."""


class _Evidence(NamedTuple):
    """What the verdict on one node rests on."""

    gradient: float
    difference: Quotient
    sides: tuple[Quotient, Quotient] | None
    sympy: float | None
    node: int
    audit: Audit


def check(
    sweep: Sweep, nodes: Sequence[int] | None = None, *, sympy: bool = True
) -> Iterator[Checked]:
    """Second opinions on the adjoints of these nodes, one by one; of the `wrt` leaves when None.

    A node is checked by changing its value and computing its users anew. Without `sympy`, by
    difference quotients alone.
    """
    audit = Audit(sweep, sympy)
    for node in sweep.route.wrt if nodes is None else nodes:
        yield _checked(audit, node)


def _checked(audit: Audit, node: int) -> Checked:
    sweep = audit.sweep
    gradient, at = sweep.adjoints[node], sweep.values[node]
    function = output_by(sweep.graph, sweep.values, node)
    difference = central(function, at)
    sympy, sympy_note = _by_sympy(audit, node)
    doubtful = sympy is None or not isfinite(gradient) or _contradicts(difference, gradient)
    sides = None
    if doubtful or audit.crosses_edge(node):
        sides = one_sided(function, at, -1), one_sided(function, at, 1)
    evidence = _Evidence(gradient, difference, sides, sympy, node, audit)
    verdict, note = _verdict(evidence)
    shown = (sides[0].slope, sides[1].slope) if sides and _disagree(*sides) else None
    return Checked(node, gradient, difference, shown, sympy, sympy_note, verdict, note)


def _by_sympy(audit: Audit, node: int) -> tuple[float | None, str | None]:
    """SymPy's adjoint of a node as a double, or why there is none."""
    exact: Any = audit.exact if isinstance(audit.exact, str) else audit.exact[1][node]
    if isinstance(exact, str):
        return None, exact
    found = float(exact)
    return (found, None) if isfinite(found) else (None, "larger than a double can hold (1.8e308)")


def _verdict(seen: _Evidence) -> tuple[str, str]:
    """The verdict on one adjoint, and its reason."""
    if seen.sides and _disagree(*seen.sides):
        low, high = sorted(side.slope for side in seen.sides)
        slack = sum(side.error for side in seen.sides)
        if not isfinite(seen.gradient):
            return "kink", "the sweep has no number at this kink"
        if low - slack <= seen.gradient <= high + slack:
            return "kink", "any number between the slopes of the two sides may stand"
    if not isfinite(seen.gradient):
        return "undefined", "the gradient is not finite: there is nothing to compare"
    wrong = not (seen.audit.value_is_right or seen.audit.rules_are_right(seen.node))
    if wrong:
        return "differ", "the value of the program is wrong"
    if seen.sympy is None:
        return _beside_difference(seen.gradient, seen.difference)
    return _beside_sympy(seen, seen.sympy)


def _beside_sympy(seen: _Evidence, sympy: float) -> tuple[str, str]:
    error = abs(seen.gradient - sympy)
    is_close = error <= CLOSE * abs(sympy) + ROUNDING * seen.audit.scale(seen.node)
    is_smooth = seen.sides is None or not _disagree(*seen.sides)
    if is_close and not (is_smooth and _contradicts(seen.difference, seen.gradient)):
        return "agree", VERDICTS["agree"]
    if not seen.audit.rules_are_right(seen.node):
        return "differ", "an operation's value or partial, or the sum of contributions, is wrong"
    if is_close:
        return "agree", "the difference quotient is the one that is wrong"
    if seen.audit.crosses_edge(seen.node):
        return "differ", "conventions at kinks, chained, are no slope of the whole"
    digits = max(0, int(-log10(error / abs(sympy)))) if sympy else 0
    trusted = f"about {digits} digits" if digits > 1 else f"{'one' if digits else 'no'} digit"
    return "imprecise", f"{VERDICTS['imprecise']}: {trusted} can be trusted"


def _beside_difference(gradient: float, difference: Quotient) -> tuple[str, str]:
    if not _is_trusted(difference):
        return "undefined", "neither opinion has a number: there is nothing to compare"
    if abs(gradient - difference.slope) <= 10 * difference.error + 1e-7 * abs(gradient):
        return "agree", VERDICTS["agree"]
    if difference.error > 1e-3 * abs(difference.slope):
        return "imprecise", "the difference quotient loses too many digits to tell"
    return "differ", "the difference quotient says otherwise"


def _is_trusted(quotient: Quotient) -> bool:
    """True where the error is small beside the slope, or both are."""
    return quotient.error <= max(0.1 * abs(quotient.slope), 1e-6)


def _disagree(left: Quotient, right: Quotient) -> bool:
    """True where the slopes on the two sides differ by more than their errors."""
    gap, size = abs(left.slope - right.slope), abs(left.slope) + abs(right.slope)
    return gap > 10 * (left.error + right.error) and gap > 1e-6 * size


def _contradicts(difference: Quotient, gradient: float) -> bool:
    """True where a good difference quotient is far from the gradient."""
    size = max(abs(difference.slope), abs(gradient))
    return difference.error <= 1e-6 * size and abs(difference.slope - gradient) > 1e-4 * size
