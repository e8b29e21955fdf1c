"""What a check finds: an adjoint beside the second opinions on it, as plain data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import inf, isfinite, nan
from typing import NamedTuple

from ..text.words import listed

VERDICTS = {
    "agree": "the gradient is the derivative",
    "differ": "a formula, a sum or a convention gives another number than the derivative",
    "lost": "the rules are right, but the digits went on the way",
    "kink": "the slopes on the two sides differ, and the gradient lies between them",
    "imprecise": "cancellation has magnified rounding errors",
    "undefined": "there is no derivative to compare with",
}
"""What each verdict says."""


TRUSTED, NEGLIGIBLE = 0.1, 1e-6
"""The part of a slope that its error may be, and the error that never hides one."""


class Quotient(NamedTuple):
    """A slope by differences; nan, with an infinite error, where no step gave one."""

    slope: float
    error: float
    """An estimate of the error: extrapolation and rounding."""
    step: float
    """The smallest step that went into it."""

    @property
    def tells(self) -> bool:
        """True where the error leaves something of the slope, or both are nearly 0."""
        return isfinite(self.slope) and self.error <= max(TRUSTED * abs(self.slope), NEGLIGIBLE)


NO_QUOTIENT = Quotient(nan, inf, nan)


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
    derivative: float | None = None
    """The exact derivative as a double; None where there is none, or it was not computed."""
    lost_at: tuple[int, str] | None = None
    """The first node, `forward` then `backward`, with fewer than 20 right bits."""
    bits: tuple[int | None, int | None] = (None, None)
    """The right bits, of 53, of the node's value and of its adjoint; None without exact number."""
    truths: tuple[str, ...] = ()
    """Where the output's value or the gradient is lost, what it is in truth, in words."""

    @property
    def is_wrong(self) -> bool:
        """True for a gradient that must not be used."""
        return self.verdict in ("differ", "lost")


def in_truth(nodes: Collection[int], checked: Iterable[Checked]) -> str:
    """What is known to be true of what goes wrong at these nodes, as the end of a sentence."""
    known = dict.fromkeys(truth for one in checked if one.node in nodes for truth in one.truths)
    return f"; in truth {listed(known)}" if known else ""
