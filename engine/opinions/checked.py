"""What a check finds: an adjoint beside the second opinions on it, as plain data."""

from __future__ import annotations

from math import inf, nan
from typing import NamedTuple

VERDICTS = {
    "agree": "the gradient is the derivative",
    "differ": "a formula, a sum or a convention gives another number than the derivative",
    "lost": "the rules are right, but the digits went on the way",
    "kink": "the slopes on the two sides differ, and the gradient lies between them",
    "imprecise": "cancellation has magnified rounding errors",
    "undefined": "there is no derivative to compare with",
}
"""What each verdict says."""


class Quotient(NamedTuple):
    """A slope by differences; nan, with an infinite error, where no step gave one."""

    slope: float
    error: float
    """An estimate of the error: extrapolation and rounding."""
    step: float
    """The smallest step that went into it."""


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

    @property
    def is_wrong(self) -> bool:
        """True for a gradient that must not be used."""
        return self.verdict in ("differ", "lost")
