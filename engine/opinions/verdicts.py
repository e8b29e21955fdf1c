"""The verdict on one adjoint: of the rules below the first that holds counts."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, log10
from typing import NamedTuple

from ..calculus.between import is_between
from ..exact.arithmetic import Exact, Missing
from ..exact.sweep import differ
from ..language.show import MINUS, number
from .causes import Causes
from .checked import VERDICTS

RELATIVE = 1e-6
"""The relative error up to which a gradient is the derivative."""
CANCELLED = 1e-12
"""What rounding may leave of the terms of a sum, relative to their sizes."""
NOISE = 1e-30
"""What is left of terms that cancel in exact arithmetic, relative to their sizes."""
MOVED = 10
"""How many times the change that half a unit in the last place of a variable makes."""


class Evidence(NamedTuple):
    """What the verdict on one node rests on."""

    node: int
    gradient: float
    derivative: Exact
    """Missing where there is no finite one."""
    slopes: tuple[Exact, Exact] | None
    """Those of the left and the right, where both are finite and differ."""
    causes: Causes


Reason = str | None
"""Why a rule holds; None where it does not."""


def verdict(seen: Evidence) -> tuple[str, str]:
    """A key of VERDICTS, and the reason."""
    for name, rule in RULES:
        reason = rule(seen)
        if reason is not None:
            return name, reason
    raise AssertionError("the last rule always holds")


def _kink(seen: Evidence) -> Reason:
    if seen.slopes is None:
        return None
    if not isfinite(seen.gradient):
        return "the sweep has no number at this kink"
    between = is_between(seen.gradient, *seen.slopes)
    return "any number between the slopes of the two sides may stand" if between else None


def _outside_kink(seen: Evidence) -> Reason:
    return None if seen.slopes is None else "the gradient is not between the slopes"


def _given_up(seen: Evidence) -> Reason:
    for exact in (seen.causes.settled.value, seen.derivative):
        if isinstance(exact, Missing) and exact.given_up:
            return exact.why
    return None


def _undefined(seen: Evidence) -> Reason:
    value = seen.causes.settled.value
    if isinstance(value, Missing):
        return f"the program has no value: {value.why}"
    return seen.derivative.why if isinstance(seen.derivative, Missing) else None


def _wrong_value(seen: Evidence) -> Reason:
    node = seen.causes.wrong_value
    return None if node is None else f"the value of {seen.causes.graph.pretty(node)} is wrong"


def _agree(seen: Evidence) -> Reason:
    exact, gradient = seen.derivative, seen.gradient
    is_close = isfinite(gradient) and abs(gradient - exact) <= RELATIVE * abs(exact)
    return VERDICTS["agree"] if is_close or gradient == float(exact) else None


def _not_finite(seen: Evidence) -> Reason:
    if isfinite(seen.gradient):
        return None
    return f"overflow or 0 \N{MIDDLE DOT} inf on the way; {_truth(seen)}"


def _wrong_rule(seen: Evidence) -> Reason:
    causes = seen.causes
    found, exact = causes.rules_give(seen.node), seen.derivative
    noise = NOISE * causes.size(seen.node)
    if found is not None and (not differ(found, exact) or abs(found - exact) <= noise):
        if causes.sum_is_right(seen.node):
            return None
        return f"the sum of the contributions is wrong; the derivative is {in_words(exact)}"
    if causes.settled.crosses_edge(seen.node):
        return f"conventions at ties or kinks, chained, give no slope: it is {in_words(exact)}"
    return f"a formula of a partial is wrong; the derivative is {in_words(exact)}"


def _cancelled(seen: Evidence) -> Reason:
    error, size = abs(seen.gradient - seen.derivative), seen.causes.size(seen.node)
    by_size = isfinite(size) and error <= CANCELLED * size
    if not by_size and error > MOVED * seen.causes.spread(seen.node):
        return None
    left = max(0, int(-log10(error / abs(seen.derivative)))) if seen.derivative else 0
    digits = f"about {left} digits" if left > 1 else "one digit" if left else "no digit"
    trusted = f"{VERDICTS['imprecise']}: {digits} can be trusted"
    return f"{trusted}; the derivative is {in_words(seen.derivative)}"


def _lost(seen: Evidence) -> Reason:
    return _truth(seen)


RULES: tuple[tuple[str, Callable[[Evidence], Reason]], ...] = (
    ("kink", _kink),
    ("differ", _outside_kink),
    ("imprecise", _given_up),
    ("undefined", _undefined),
    ("differ", _wrong_value),
    ("agree", _agree),
    ("lost", _not_finite),
    ("differ", _wrong_rule),
    ("imprecise", _cancelled),
    ("lost", _lost),
)


def _truth(seen: Evidence) -> str:
    """The derivative, and where its digits went."""
    place, truth = seen.causes.lost_at(seen.node), f"the derivative is {in_words(seen.derivative)}"
    if place is None:
        return truth
    node, phase = place
    return f"{truth}; the digits went at {seen.causes.graph.pretty(node)}, going {phase}"


def in_words(exact: Exact) -> str:
    """An exact number in a sentence, beyond doubles too."""
    import mpmath

    found = float(exact)
    if isfinite(found) and (found or not exact):
        return number(found)
    text = mpmath.nstr(exact, 2 if isfinite(found) else 6)
    text = text.replace("e+", "e").replace("-", MINUS)
    return f"0 ({text} rounds to it)" if isfinite(found) else f"{text}, beyond doubles"
