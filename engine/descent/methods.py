"""The rules of descent: how each makes an update of one parameter from its derivative."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from typing import NamedTuple

DECAY = 0.9
"""Of what momentum, and Adam's first average, carry on from one update to the next."""
DECAY_OF_SQUARES = 0.999
EPSILON = 1e-8
NOTHING = (0.0, 0.0)

Memory = tuple[float, float]
"""What a method carries from update to update for one parameter: its averages."""


class Method(NamedTuple):
    """A rule of descent for one parameter θ with the derivative g and the learning rate η."""

    remember: Callable[[float, Memory], Memory]
    """From the derivative and what was carried to what is carried on."""
    change: Callable[[float, float, Memory, int], float]
    """From the rate, the derivative, what is carried on and the update's number to θ's change."""
    formulas: tuple[tuple[str, str, str], ...]
    """Each line of the rule: what is computed, the formula, the same with the numbers put in.

    The last line is θ itself; the others name one of the numbers that `update_numbers` gives.
    """


def _adam(rate: float, g: float, memory: Memory, number: int) -> float:
    mean, square = corrected(memory, number)
    return -rate * mean / (sqrt(square) + EPSILON)


def corrected(memory: Memory, number: int) -> Memory:
    """Adam's averages without the pull of their start at 0."""
    first, second = memory
    return first / (1 - DECAY**number), second / (1 - DECAY_OF_SQUARES**number)


METHODS: Mapping[str, Method] = {
    "plain": Method(
        lambda g, memory: memory,
        lambda rate, g, memory, number: -rate * g,
        (("θ", "{θ} − η·{g}", "{before} − {η} × {slope}"),),
    ),
    "momentum": Method(
        lambda g, memory: (DECAY * memory[0] + g, 0.0),
        lambda rate, g, memory, number: -rate * memory[0],
        (
            ("v", "0.9·v + {g}", "0.9 × {v before} + {slope}"),
            ("θ", "{θ} − η·v", "{before} − {η} × {v}"),
        ),
    ),
    "adam": Method(
        lambda g, memory: (
            DECAY * memory[0] + (1 - DECAY) * g,
            DECAY_OF_SQUARES * memory[1] + (1 - DECAY_OF_SQUARES) * g * g,
        ),
        _adam,
        (
            ("v", "0.9·v + 0.1·{g}", "0.9 × {v before} + 0.1 × {slope}"),
            ("s", "0.999·s + 0.001·({g})²", "0.999 × {s before} + 0.001 × {slope}²"),
            ("v′", "v/(1 − 0.9^{k})", "{v}/(1 − 0.9^{k})"),
            ("s′", "s/(1 − 0.999^{k})", "{s}/(1 − 0.999^{k})"),
            ("θ", "{θ} − η·v′/(√s′ + 1e−8)", "{before} − {η} × {v′}/(√{s′} + 1e−8)"),
        ),
    ),
}
"""Plain descent; momentum with the velocity v (Polyak 1964; Sutskever et al., ICML 2013, without
their rate in it); Adam with averages v of g and s of g² (Kingma and Ba, ICLR 2015, algorithm 1).
"""
