"""How to descend: the rate, the method, the updates, the rows of a batch."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

from ..calculus.forward import double, whole
from ..text.bounds import UPDATES
from ..text.errors import BackpropError
from ..text.words import briefly, cited, suggestion
from .methods import METHODS

RATE = 0.1
RATES = tuple(float(f"{step}e{power}") for power in range(-12, 7) for step in (1, 2, 5))
"""The ladder of rates, upwards."""


class Plan(NamedTuple):
    """How to descend: the `[descent]` table of a sample file."""

    rate: float = RATE
    """η, the learning rate."""
    method: str = "plain"
    """A key of METHODS."""
    updates: int = 100
    batch: int | None = None
    """Rows of the data in each mini-batch; None for all rows."""
    seed: int = 0
    """Of the order in which rows are drawn."""


def check_plan(plan: Plan) -> Plan:
    """The plan. BackpropError for a rate, method, batch or seed that cannot be used."""
    rate = double(plan.rate)
    if rate is None:
        found = briefly(plan.rate)
        raise BackpropError(f"the rate must be a number that a double holds, found {found}")
    if not rate > 0 or not isfinite(rate):
        reason = "0 would not move" if rate == 0 else "it must be a finite number above 0"
        raise BackpropError(f"the rate is {rate:g}: {reason}")
    if not isinstance(plan.method, str) or plan.method not in METHODS:
        hint = suggestion(cited(plan.method), METHODS) or f" (known: {', '.join(METHODS)})"
        raise BackpropError(f"there is no method {cited(plan.method)}{hint}")
    updates, batch, seed = whole(plan.updates), whole(plan.batch), whole(plan.seed)
    if updates is None or updates < 0:
        found = briefly(plan.updates)
        raise BackpropError(f"the number of updates must be a whole number from 0, found {found}")
    if updates > UPDATES.most:
        raise BackpropError(UPDATES.words)
    if plan.batch is not None and (batch is None or batch < 1):
        found = briefly(plan.batch)
        raise BackpropError(f"the rows of a batch must be a whole number from 1, found {found}")
    if seed is None:
        raise BackpropError(f"the seed must be a whole number, found {briefly(plan.seed)}")
    return Plan(rate, plan.method, updates, batch, seed)
