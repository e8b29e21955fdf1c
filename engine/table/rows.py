"""What rows of the operation table are made with: the usual rows, special cases and sentences."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

from .operation import Fault, Operation, Partial, Remedy, SpecialCase

KINK = "kink: the slope is {left} on the left and {right} on the right; {chosen} by convention"
TIE = "tie: the operands that share the {which} value share the slope equally"
JUMP = "jump: {name} has no slope here; 0 by convention"
CROSSED = "bounds that meet or cross: the value is the upper one, whatever the other operands are"
STEEP = "vertical tangent: the slope is {slope} here"
POLE = "singular point: the value is not finite and no slope exists"
EDGE = "singular point: the value is not finite, and the slope grows without bound"


def is_zero(a: float, y: float) -> bool:
    """The condition of an edge at 0."""
    return a == 0


def kink(
    left: float, right: float, chosen: float, when: Callable[..., bool] = is_zero
) -> SpecialCase:
    """The slopes of the two sides differ: one of them, or a number between, by convention."""
    texts = {"left": f"{left:g}", "right": f"{right:g}", "chosen": f"{chosen:g}"}
    return SpecialCase(when, chosen, KINK.format(**texts).replace("-", "\N{MINUS SIGN}"))


def tie(which: str) -> SpecialCase:
    """Several operands share the value, and so the slope."""
    return SpecialCase(lambda a, n, k, y: (k > 1) & (a == y), None, TIE.format(which=which))


def steep(when: Callable[..., bool], slope: float, formula: str) -> tuple[SpecialCase, ...]:
    """A vertical tangent, as the only special case; the formula keeps away from it."""
    text = "inf" if slope > 0 else "\N{MINUS SIGN}inf"
    remedy = Remedy("keep the operand a small ε away from this point", formula)
    return (SpecialCase(when, slope, STEEP.format(slope=text), remedy),)


def pole(when: Callable[..., bool]) -> tuple[SpecialCase, ...]:
    """A point without value or slope, as the only special case."""
    return (SpecialCase(when, nan, POLE),)


def edge(when: Callable[..., bool]) -> tuple[SpecialCase, ...]:
    """A pole at the edge of the domain: the formula holds there, as the slope from inside."""
    return (SpecialCase(when, None, EDGE),)


def unary(
    name: str,
    value: Callable[[float], float],
    arrays: str | Callable[..., Any],
    formula: str,
    sympy: Callable[..., Any],
    *,
    rule: str | None = None,
    exact: str | None = None,
    special: tuple[SpecialCase, ...] = (),
    faults: tuple[Fault, ...] = (),
    aliases: tuple[str, ...] = (),
    nonzero: bool = False,
    dull: str = "",
) -> Operation:
    """The row of a function of one operand."""
    partial = Partial(rule or f"derivative of {name}", formula, exact, None, special)
    return Operation(
        name, value, (partial,), sympy, arrays, faults, aliases, nonzero=nonzero, dull=dull
    )


def flat(
    name: str,
    value: Callable[[float], float],
    arrays: str | Callable[..., Any],
    at: Callable[..., bool],
    sympy: Any,
) -> Operation:
    """A function that is constant between its jumps."""
    jump = SpecialCase(at, 0.0, JUMP.format(name=name))
    return unary(name, value, arrays, "0", sympy, special=(jump,))


def outside(
    when: Callable[..., bool],
    why: str,
    words: str,
    formula: str = "",
    beyond: Callable[..., float] | None = None,
) -> tuple[Fault, ...]:
    """The only fault of an operation: operands outside its domain, by so much."""
    return (Fault(when, "domain", why, Remedy(words, formula), beyond),)
