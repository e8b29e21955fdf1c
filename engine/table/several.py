"""Value functions of any number of operands that need more than a line: products and deviations.

IEEE 754 results that never raise, as those of `values`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from math import inf, nan
from typing import Any

from .values import signed_infinity, where


def ldexp(a: float, exponent: int) -> float:
    """a times 2 to the exponent."""
    try:
        return math.ldexp(a, exponent)
    except OverflowError:
        return signed_infinity(a)


def factors(
    frexp: Callable[[Any], Any], where: Callable[..., Any], operands: Iterable[Any]
) -> tuple[Any, ...]:
    """The product of the operands but zeros, as mantissa and exponent, and how many are 0."""
    mantissa, exponent, zeros = 1.0, 0, 0
    for operand in operands:
        is_zero = operand == 0
        part, shift = frexp(where(is_zero, 1.0, operand))
        mantissa, carry = frexp(mantissa * part)
        exponent, zeros = exponent + shift + carry, zeros + is_zero
    return mantissa, exponent, zeros


def prod(*operands: float) -> float:
    """The product of the operands, which overflows only where it is too large itself."""
    mantissa, exponent, zeros = factors(math.frexp, where, operands)
    return ldexp(mantissa * (zeros == 0), exponent)


def centre(*operands: float) -> tuple[float, float]:
    """The mean of the operands: a double, and what is missing to it."""
    scale = 2.0**-60 if max(map(abs, operands)) > 1e250 else 1.0
    terms = [operand * scale for operand in operands]
    try:
        mean = math.fsum(terms) / len(terms)
        rest = math.fsum((*terms, *[-mean] * len(terms))) / len(terms)
    except (OverflowError, ValueError):
        return nan, nan
    return mean / scale, rest / scale


def _deviations(operands: Sequence[float]) -> list[float]:
    mean, rest = centre(*operands)
    return [operand - mean - rest for operand in operands]


def var(*operands: float) -> float:
    """The mean of the squares of how far the operands are from their mean."""
    squares = [deviation * deviation for deviation in _deviations(operands)]
    try:
        return math.fsum(squares) / len(squares)
    except OverflowError:
        return inf


def std(*operands: float) -> float:
    """The root of `var`, which overflows only where it is too large itself."""
    root = math.sqrt(len(operands))
    return math.hypot(*(deviation / root for deviation in _deviations(operands)))
