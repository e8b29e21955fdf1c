"""The names that stand for a number unless the program or its values say otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple


class Constant(NamedTuple):
    """A number with a name."""

    value: float
    sympy: Callable[[Any], Any]
    """Its exact form, as a function of the package."""


E = Constant(math.e, lambda sympy: sympy.E)
PI = Constant(math.pi, lambda sympy: sympy.pi)
TAU = Constant(math.tau, lambda sympy: 2 * sympy.pi)
INF = Constant(math.inf, lambda sympy: sympy.oo)
CONSTANTS = {
    "e": E,
    "pi": PI,
    "\N{GREEK SMALL LETTER PI}": PI,
    "tau": TAU,
    "\N{GREEK SMALL LETTER TAU}": TAU,
    "inf": INF,
}
"""By name."""
