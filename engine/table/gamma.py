"""The gamma function's logarithm and its derivatives, and the normal distribution's far tail.

By series of the Digital Library of Mathematical Functions (DLMF, dlmf.nist.gov). As value functions
they never raise. Relative errors are below 1e-14; near a zero that is no double, where terms of
both signs cancel, below 1e-14 of the terms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from math import inf, nan

from .values import divide, power

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
"""B(2), B(4), …, B(16): DLMF 24.2."""
FAR = 10.0
"""Where asymptotic series begin, at the least."""
EULER = 0.5772156649015329
"""Euler's constant: DLMF 5.2.3."""
ZERO, ZERO_REST = 1.4616321449683622, 9.549995429965697e-17
"""Where digamma is 0, 1.46163 21449 68362 34126 26595…, in two parts: DLMF 5.4.20."""
NEAR = 0.25
"""How near to its zero digamma is a power series."""
TERMS = 30
"""Of a power series; each is less than half of the one before."""
TAIL, FRACTIONS = -4.0, 32
"""Where the continued fraction of the tail begins, and how many of its terms it takes."""
FACTORIALS = 170
"""The last whole number of which the factorial is a double."""


def lgamma(a: float) -> float:
    """ln |Γ(a)|; inf at its poles."""
    if 0.5 < a < 2.5:
        # DLMF 5.7.3: ln Γ(2 + z) = (1 - γ)z + Σ (-1)^k (ζ(k) - 1) z^k/k; Γ(1 + z) has the factor
        # 1 + z less. Near the zeros at 1 and 2 nothing else keeps the digits.
        z = a - 1 if a < 1.5 else a - 2
        found = z * (1 - EULER + z * _series(z, 2, lambda k: _zeta_at_two(k) / k))
        return found - math.log1p(z) if a < 1.5 else found
    try:
        return math.lgamma(a)
    except (OverflowError, ValueError):
        return inf


def digamma(a: float) -> float:
    """The derivative of ln Γ(a); nan at its poles, but at 0 an infinity as -1/a has it."""
    if a == 0:
        return math.copysign(inf, -a)
    if a != a or a == inf:
        return a
    if a < 0:
        near = _beside_whole(a)
        # DLMF 5.5.4, reflection.
        return digamma(1 - a) - math.pi * _cotangent(near) if near else nan
    if abs(a - ZERO) < NEAR:
        z = (a - ZERO) - ZERO_REST
        return z * _series(z, 1, lambda k: _zeta_at_zero(k + 1))
    steps = range(max(0, math.ceil(FAR - a)))
    far = a + len(steps)
    square = 1 / (far * far)
    # DLMF 5.11.2, after the recurrence 5.5.2.
    series = (-b / (2 * k) * square**k for k, b in enumerate(BERNOULLI, 1))
    return math.fsum((math.log(far), -0.5 / far, *series, *(-divide(1, a + k) for k in steps)))


def polygamma(n: float, a: float) -> float:
    """The n-th derivative of digamma, n = 0, 1, …; nan for another n.

    At a pole inf where it is that on both sides, else nan.
    """
    if n == 0:
        return digamma(a)
    if not (0 < n < inf and n == int(n)) or a != a or a == -inf:
        return nan
    order = int(n) + 1
    sign = 1.0 if order % 2 == 0 else -1.0
    if a > 0:
        # DLMF 25.11.12: (-1)^(n+1) n! ζ(n + 1, a).
        return sign * _over_power(order - 1, a) * (_scaled_zeta(order, a) if a < inf else 0.0)
    near = _beside_whole(a)
    if near == 0:
        return inf if sign > 0 else nan
    # The sum over all whole numbers k of (near + k)^-order, without those that the series has not,
    # which are as far from 1 - a.
    missing = _zeta(order, 1 - near) - _zeta(order, 1 - a)
    terms = divide(1.0, near**order) + _zeta(order, 1 + near) + sign * missing
    return sign * _factorial(order - 1) * terms


def log_ndtr(a: float) -> float:
    """ln of the normal distribution function."""
    if a < TAIL:
        return -a * (a / 2) - math.log(math.sqrt(2 * math.pi) * _inverse_mills(-a))
    if a < 0:
        return math.log(math.erfc(-a / math.sqrt(2)) / 2)
    if a < -TAIL:
        return math.log1p(-math.erfc(a / math.sqrt(2)) / 2)
    if a < inf:
        return math.log1p(-_gaussian(a) / (math.sqrt(2 * math.pi) * _inverse_mills(a)))
    return -0.0 if a == inf else a


def _gaussian(a: float) -> float:
    """e^(-a²/2): rounding a² takes no digits of it."""
    if abs(a) > 40:
        return 0.0
    near = round(16 * a) / 16
    return math.exp(-near * near / 2) * math.exp((near - a) * (near + a) / 2)


def _inverse_mills(a: float) -> float:
    """φ(a)/Φ(-a) of the normal distribution, from 4 on: DLMF 7.9.2, a continued fraction."""
    found = a
    for k in range(FRACTIONS, 0, -1):
        found = a + k / found
    return found


def _series(z: float, first: int, coefficient: Callable[[int], float]) -> float:
    """The sum of (-1)^(k - first) coefficient(k) z^(k - first), from k = first on."""
    total = 0.0
    for k in range(first + TERMS, first - 1, -1):
        total = coefficient(k) - z * total
    return total


@lru_cache(maxsize=256)
def _zeta_at_two(s: int) -> float:
    """ζ(s) - 1."""
    return _zeta(s, 2.0)


@lru_cache(maxsize=256)
def _zeta_at_zero(s: int) -> float:
    return _zeta(s, ZERO)


def _zeta(s: int, q: float) -> float:
    """Hurwitz's ζ(s, q), the sum of (q + k)^-s."""
    return divide(_scaled_zeta(s, q), power(q, s - 1)) if q < inf else 0.0


def _scaled_zeta(s: int, q: float) -> float:
    """ζ(s, q) q^(s - 1), which stays within doubles.

    DLMF 25.11.28, the formula of Euler and Maclaurin, behind the first terms of the sum.
    """
    total = 0.0
    for k in count():
        w = q + k
        scale = (q / w) ** (s - 1)
        if w >= FAR + 2 * s:
            break
        total += divide(scale, w)
        if scale < 1e-20 * total:
            return total
    series, factor = 1 / (s - 1) + 0.5 / w, 0.5 * s / w / w
    for k, b in enumerate(BERNOULLI, 1):
        series += b * factor
        factor *= (s + 2 * k - 1) / w * (s + 2 * k) / w / ((2 * k + 1) * (2 * k + 2))
    return total + scale * series


def _over_power(n: int, a: float) -> float:
    """n!/a^n."""
    if n <= FACTORIALS and 1e-300 < (below := power(a, n)) < 1e300:
        return math.factorial(n) / below
    found = 1.0
    for k in range(1, n + 1):
        found *= divide(k, a)
    return found


def _factorial(n: int) -> float:
    return float(math.factorial(n)) if n <= FACTORIALS else inf


def _beside_whole(a: float) -> float:
    """How far it lies from the nearest whole number, exactly."""
    return a - round(a) if a > -inf else nan


def _cotangent(t: float) -> float:
    """cot(πt), for t between -0.5 and 0.5."""
    if abs(t) <= 0.25:
        return 1 / math.tan(math.pi * t)
    return math.copysign(math.tan(math.pi * (0.5 - abs(t))), t)
