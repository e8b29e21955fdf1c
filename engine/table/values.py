"""Value functions of the operations: IEEE 754 results that never raise.

Overflow is an infinity, an undefined real result is nan, and nan in gives nan out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce, wraps
from math import inf, nan
from operator import add

Unary = Callable[[float], float]


def total(function: Unary, overflow: float | Unary = nan) -> Unary:
    """`function` made total: its overflow gives `overflow`, a value outside its domain nan."""

    @wraps(function)
    def value(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return overflow(a) if callable(overflow) else overflow
        except ValueError:
            return nan

    return value


def signed_infinity(a: float) -> float:
    """Infinity with the sign of `a`."""
    return math.copysign(inf, a)


def logarithm(function: Unary, pole: float = 0.0) -> Unary:
    """A logarithm made total: -inf at its pole, nan below it."""

    def value(a: float) -> float:
        if a > pole:
            return function(a)
        return -inf if a == pole else nan

    return value


exp = total(math.exp, inf)
expm1 = total(math.expm1, inf)
sinh = total(math.sinh, signed_infinity)
cosh = total(math.cosh, inf)
sin, cos, tan = total(math.sin), total(math.cos), total(math.tan)
asin, acos, acosh, sqrt = (total(f) for f in (math.asin, math.acos, math.acosh, math.sqrt))
ln, log2, log10 = logarithm(math.log), logarithm(math.log2), logarithm(math.log10)
log1p = logarithm(math.log1p, -1.0)


def divide(a: float, b: float) -> float:
    """a / b; a signed infinity for a / 0, nan for 0 / 0."""
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or a != a else math.copysign(inf, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    """a ^ b over the reals: 0^0 is 1, 0 to a negative power infinite, (-8)^(1/3) nan."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and math.fmod(b, 2.0) else inf
    except ValueError:
        if a == 0:
            return signed_infinity(a) if abs(math.fmod(b, 2.0)) == 1.0 else inf
        return nan


def log_base(a: float, b: float) -> float:
    """The logarithm of a to the base b."""
    if b == 2.0 or b == 10.0:
        return log2(a) if b == 2.0 else log10(a)
    return divide(ln(a), ln(b)) if b > 0 else nan


def sec(a: float) -> float:
    """1 / cos a."""
    return divide(1.0, cos(a))


def csc(a: float) -> float:
    """1 / sin a."""
    return divide(1.0, sin(a))


def cot(a: float) -> float:
    """1 / tan a."""
    return divide(1.0, tan(a))


def sinc(a: float) -> float:
    """sin(πa) / (πa), and 1 at 0; the sine of what is left of a beside whole numbers."""
    if a == 0:
        return 1.0
    if not math.isfinite(a):
        return nan
    rest = math.fmod(abs(a), 2.0)
    rest, sign = (rest, 1.0) if rest <= 1 else (rest - 1, -1.0)
    sine = math.sin(math.pi * rest) if rest <= 0.25 else math.sin(math.pi * (1 - rest))
    if 0.25 < rest < 0.75:
        sine = math.cos(math.pi * (0.5 - rest))
    return sign * sine / (math.pi * abs(a))


def square(a: float) -> float:
    """a times a."""
    return a * a


def rsqrt(a: float) -> float:
    """1 / √a; infinite at 0."""
    return divide(1.0, sqrt(a))


def atanh(a: float) -> float:
    """The inverse hyperbolic tangent; infinite at -1 and 1."""
    if abs(a) < 1:
        return math.atanh(a)
    return math.copysign(inf, a) if abs(a) == 1 else nan


def sigmoid(a: float) -> float:
    """1 / (1 + e^-a), from e^-|a| so that nothing overflows."""
    t = math.exp(-abs(a))
    return 1.0 / (1.0 + t) if a >= 0 else t / (1.0 + t)


def relu(a: float) -> float:
    """max(a, 0)."""
    return a if a > 0 or a != a else 0.0


def leaky_relu(a: float) -> float:
    """a above 0, 0.01 a below."""
    return a if a > 0 else 0.01 * a


def elu(a: float) -> float:
    """a above 0, e^a - 1 below (alpha = 1)."""
    return a if a > 0 else math.expm1(a)


def softplus(a: float) -> float:
    """ln(1 + e^a), without overflow."""
    return max(a, 0.0) + math.log1p(math.exp(-abs(a))) if a == a else nan


def logsigmoid(a: float) -> float:
    """ln of the sigmoid, from e^-|a| so that nothing overflows."""
    return min(a, 0.0) - math.log1p(math.exp(-abs(a)))


def silu(a: float) -> float:
    """a sigmoid(a)."""
    return a * sigmoid(a)


def gelu(a: float) -> float:
    """a times the normal distribution function, by erfc so that the left tail keeps its digits."""
    return a * 0.5 * math.erfc(-a / math.sqrt(2.0))


def mish(a: float) -> float:
    """a tanh(softplus(a))."""
    return a * math.tanh(softplus(a))


def sign(a: float) -> float:
    """-1, 0 or 1."""
    return float((a > 0) - (a < 0)) if a == a else nan


def step(a: float) -> float:
    """0 below 0, 1 from 0 on."""
    return float(a >= 0) if a == a else nan


def floor(a: float) -> float:
    """The greatest integer not above a."""
    return float(math.floor(a)) if math.isfinite(a) else a


def nearest(a: float) -> float:
    """The nearest integer, of two the even one."""
    return float(round(a)) if math.isfinite(a) else a


def ceil(a: float) -> float:
    """The least integer not below a."""
    return float(math.ceil(a)) if math.isfinite(a) else a


def xlogy(a: float, b: float) -> float:
    """a ln b, and 0 where a is 0."""
    return 0.0 if a == 0 and b == b else a * ln(b)


def least(*operands: float) -> float:
    """The smallest operand; nan if one is nan."""
    return nan if any(map(math.isnan, operands)) else min(operands)


def greatest(*operands: float) -> float:
    """The largest operand; nan if one is nan."""
    return nan if any(map(math.isnan, operands)) else max(operands)


def clamp(a: float, b: float, c: float) -> float:
    """a, but b where it is less and c where it is more; c where b is more than c."""
    return least(greatest(a, b), c)


def where(a: float, b: float, c: float) -> float:
    """b, but c where a is 0; nan is not 0."""
    return b if a != 0 else c


def sum_of(*operands: float) -> float:
    """The operands added from left to right, as + would (built-in sum rounds otherwise)."""
    return reduce(add, operands)


def mean(*operands: float) -> float:
    """The sum of the operands over their number."""
    return sum_of(*operands) / len(operands)


def logsumexp(*operands: float) -> float:
    """ln of the sum of e^operand, shifted by the largest so that nothing overflows."""
    largest = greatest(*operands)
    if not math.isfinite(largest):
        return largest
    others = list(operands)
    others.remove(largest)
    return largest + math.log1p(sum(math.exp(a - largest) for a in others))
