"""The value functions that NumPy lacks, over arrays: the array module first, then the operands.

They give what their namesakes in `values` give, element by element, with every floating-point
warning silenced by the caller.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

from . import several
from .several import factors

Array = Any
"""An array of doubles, or a double that stands for one with equal elements."""


def elementwise(function: Callable[..., float]) -> Callable[..., Array]:
    """A function of numbers, called for each element; of what all sets share, once."""

    def value(numpy: Any, *operands: Array) -> Array:
        each = numpy.frompyfunc(function, len(operands), 1)
        return numpy.asarray(each(*operands), float)[()]

    return value


def truth(relation: str) -> Callable[..., Array]:
    """NumPy's comparison of that name as 1 and 0."""
    return lambda numpy, a, b: numpy.asarray(getattr(numpy, relation)(a, b), float)[()]


erf = elementwise(math.erf)
erfc = elementwise(math.erfc)


def power(numpy: Any, a: Array, b: Array) -> Array:
    """a ^ b; a square is a product, and a first power the number itself, as `math.pow` has it."""
    if numpy.ndim(b) == 0:
        if b == 2:
            return a * a
        if b == 1:
            return a
    return numpy.float_power(a, b)


def log_base(numpy: Any, a: Array, b: Array) -> Array:
    """The logarithm of a to the base b."""
    known = numpy.where(b == 10, numpy.log10(a), numpy.log(a) / numpy.log(b))
    return numpy.where(b > 0, numpy.where(b == 2, numpy.log2(a), known), numpy.nan)


def sec(numpy: Any, a: Array) -> Array:
    """1 / cos a."""
    return 1.0 / numpy.cos(a)


def csc(numpy: Any, a: Array) -> Array:
    """1 / sin a."""
    return 1.0 / numpy.sin(a)


def cot(numpy: Any, a: Array) -> Array:
    """1 / tan a."""
    return 1.0 / numpy.tan(a)


def rsqrt(numpy: Any, a: Array) -> Array:
    """1 / √a."""
    return 1.0 / numpy.sqrt(a)


def logsigmoid(numpy: Any, a: Array) -> Array:
    """ln of the sigmoid, without overflow."""
    return numpy.minimum(a, 0.0) - numpy.log1p(numpy.exp(-abs(a)))


def sigmoid(numpy: Any, a: Array) -> Array:
    """1 / (1 + e^-a), from e^-|a| so that nothing overflows."""
    t = numpy.exp(-abs(a))
    return numpy.where(a >= 0, 1.0, t) / (1.0 + t)


def relu(numpy: Any, a: Array) -> Array:
    """max(a, 0); never a negative 0."""
    return numpy.maximum(a, 0.0) + 0.0


def leaky_relu(numpy: Any, a: Array) -> Array:
    """a above 0, 0.01 a below."""
    return numpy.where(a > 0, a, 0.01 * a)


def elu(numpy: Any, a: Array) -> Array:
    """a above 0, e^a - 1 below."""
    return numpy.where(a > 0, a, numpy.expm1(a))


def softplus(numpy: Any, a: Array) -> Array:
    """ln(1 + e^a), without overflow."""
    return numpy.maximum(a, 0.0) + numpy.log1p(numpy.exp(-abs(a)))


def silu(numpy: Any, a: Array) -> Array:
    """a sigmoid(a)."""
    return a * sigmoid(numpy, a)


def gelu(numpy: Any, a: Array) -> Array:
    """a times the normal distribution function, by erfc."""
    return a * 0.5 * erfc(numpy, -a / math.sqrt(2.0))


def mish(numpy: Any, a: Array) -> Array:
    """a tanh(softplus(a))."""
    return a * numpy.tanh(softplus(numpy, a))


def sign(numpy: Any, a: Array) -> Array:
    """-1, 0 or 1; never a negative 0."""
    return numpy.sign(a) + 0.0


def step(numpy: Any, a: Array) -> Array:
    """0 below 0, 1 from 0 on."""
    return numpy.heaviside(a, 1.0)


def nearest(numpy: Any, a: Array) -> Array:
    """The nearest integer, of two the even one; never a negative 0."""
    return numpy.rint(a) + 0.0


def ceil(numpy: Any, a: Array) -> Array:
    """The least integer not below a; never a negative 0."""
    return numpy.ceil(a) + 0.0


def xlogy(numpy: Any, a: Array, b: Array) -> Array:
    """a ln b, and 0 where a is 0."""
    return numpy.where((a == 0) & (b == b), 0.0, a * numpy.log(b))


def least(numpy: Any, *operands: Array) -> Array:
    """The smallest operand; nan if one is nan."""
    return reduce(lambda a, b: numpy.where((b < a) | (b != b), b, a), operands)


def greatest(numpy: Any, *operands: Array) -> Array:
    """The largest operand; nan if one is nan."""
    return reduce(lambda a, b: numpy.where((b > a) | (b != b), b, a), operands)


def clamp(numpy: Any, a: Array, b: Array, c: Array) -> Array:
    """a, but b where it is less and c where it is more; c where b is more than c."""
    return least(numpy, greatest(numpy, a, b), c)


def where(numpy: Any, a: Array, b: Array, c: Array) -> Array:
    """b, but c where a is 0; nan is not 0."""
    return numpy.where(a != 0, b, c)


def sum_of(numpy: Any, *operands: Array) -> Array:
    """The operands added from left to right."""
    return reduce(add, operands)


def mean(numpy: Any, *operands: Array) -> Array:
    """The sum of the operands over their number."""
    return reduce(add, operands) / len(operands)


def prod(numpy: Any, *operands: Array) -> Array:
    """The product of the operands, which overflows only where it is too large itself."""
    mantissa, exponent, zeros = factors(numpy.frexp, numpy.where, operands)
    return numpy.ldexp(mantissa * (zeros == 0), exponent)


def norm(numpy: Any, *operands: Array) -> Array:
    """The square root of the sum of squares, without overflow."""
    return reduce(numpy.hypot, operands, 0.0)


def centre(numpy: Any, *operands: Array) -> tuple[Array, Array]:
    """The mean of the operands: a double, and what is missing to it."""
    mean, rest = numpy.frompyfunc(several.centre, len(operands), 2)(*operands)
    return numpy.asarray(mean, float)[()], numpy.asarray(rest, float)[()]


def logsumexp(numpy: Any, *operands: Array) -> Array:
    """ln of the sum of e^operand, shifted by the largest so that nothing overflows."""
    largest = greatest(numpy, *operands)
    terms = [numpy.exp(a - largest) for a in operands]
    rest, first = 0.0, True
    for a, term in zip(operands, terms, strict=True):
        chosen = first & (a == largest)
        rest = rest + numpy.where(chosen, 0.0, term)
        first = first & ~chosen
    return numpy.where(numpy.isfinite(largest), largest + numpy.log1p(rest), largest)
