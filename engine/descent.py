"""Gradient descent on the leaves differentiated by; it uses the sweep, and is not part of it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import hypot, isfinite, sqrt
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from .errors import BackpropError
from .lowering import samples_of
from .words import cited, suggestion

if TYPE_CHECKING:
    from .trace import Trace

RATE = 0.1
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

    The last line is θ itself; the others name one of the numbers that `told` gives.
    """


def _adam(rate: float, g: float, memory: Memory, number: int) -> float:
    mean, square = _corrected(memory, number)
    return -rate * mean / (sqrt(square) + EPSILON)


def _corrected(memory: Memory, number: int) -> Memory:
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


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where descent stands after so many updates, and how it came there.

    Columns by parameter, in the order of `names`: `theta`, `slopes`, and what the method carries
    on, `first` and `second`.
    """

    number: int
    """How many updates have been made; 0 at the start."""
    names: tuple[str, ...]
    theta: Sequence[float]
    """θ: each parameter's value."""
    cost: float
    """C there: with data, its mean over all rows."""
    slopes: Sequence[float]
    """∂C/∂θ there, from which the next update is made: with mini-batches, of the batch."""
    first: Sequence[float]
    second: Sequence[float]
    plan: Plan
    """By which the update to this point was made."""
    before: Point | None = field(default=None, repr=False)
    """The point before; None at the start."""

    @property
    def values(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(zip(self.names, self.theta, strict=True))

    @property
    def is_finite(self) -> bool:
        """False once the cost or a parameter has left the numbers."""
        return isfinite(self.cost) and all(map(isfinite, self.theta))

    @property
    def norm(self) -> float:
        """The length of the gradient."""
        return hypot(*self.slopes)

    def path(self) -> list[Point]:
        """All points from the start to this one."""
        found: list[Point] = [self]
        while (before := found[-1].before) is not None:
            found.append(before)
        return found[::-1]


def check_plan(plan: Plan) -> Plan:
    """The plan. BackpropError for a rate, method, batch or seed that cannot be used."""
    if isinstance(plan.rate, bool) or not isinstance(plan.rate, (int, float)):
        raise BackpropError(f"the rate must be a number, found {cited(repr(plan.rate))}")
    if not plan.rate > 0 or not isfinite(plan.rate):
        reason = "0 would not move" if plan.rate == 0 else "it must be a finite number above 0"
        raise BackpropError(f"the rate is {plan.rate:g}: {reason}")
    if plan.method not in METHODS:
        hint = suggestion(plan.method, METHODS) or f" (known: {', '.join(METHODS)})"
        raise BackpropError(f"there is no method {cited(plan.method)}{hint}")
    if plan.batch is not None and (type(plan.batch) is not int or plan.batch < 1):
        found = cited(repr(plan.batch))
        raise BackpropError(f"the rows of a batch must be a whole number from 1, found {found}")
    if type(plan.seed) is not int:
        raise BackpropError(f"the seed must be a whole number, found {cited(repr(plan.seed))}")
    return plan


def descended_on(trace: Trace) -> tuple[str, ...]:
    """The parameters: what is differentiated by, without what the rows of data give."""
    if trace.network is None or trace.data is None:
        return trace.wrt
    given = samples_of(trace.network)
    return tuple(name for name in trace.wrt if name not in given)


def start(trace: Trace, plan: Plan) -> Point:
    """Descent before its first update. BackpropError where there is no parameter."""
    names = descended_on(trace)
    if not names:
        why = "the rows of data give what is" if trace.wrt else "no leaf is"
        raise BackpropError(f"{why} differentiated by: there is nothing to descend on")
    theta = array("d", [trace.bindings[name] for name in names])
    nothing = array("d", bytes(8 * len(theta)))
    return _point(trace, check_plan(plan), None, names, theta, nothing, nothing)


def update(trace: Trace, point: Point, plan: Plan) -> Point:
    """The point after one more update. Never raises for numbers: they may cease to be finite."""
    method, number = METHODS[plan.method], point.number + 1
    carried = carried_to(point, plan)
    memory = [method.remember(*pair) for pair in zip(point.slopes, carried, strict=True)]
    theta = array("d", [
        value + method.change(plan.rate, slope, kept, number)
        for value, slope, kept in zip(point.theta, point.slopes, memory, strict=True)
    ])  # fmt: skip
    first, second = (array("d", column) for column in zip(*memory, strict=True))
    return _point(trace, plan, point, point.names, theta, first, second)


def carried_to(point: Point, plan: Plan) -> list[Memory]:
    """What a method finds carried on, by parameter: nothing when another was used before."""
    if point.plan.method != plan.method:
        return [NOTHING] * len(point.names)
    return list(zip(point.first, point.second, strict=True))


def _point(
    trace: Trace, plan: Plan, before: Point | None, names: tuple[str, ...],
    theta: Sequence[float], first: Sequence[float], second: Sequence[float],
) -> Point:  # fmt: skip
    """The point at these parameters, with its cost and gradient."""
    number = before.number + 1 if before is not None else 0
    cost, gradient = _cost(trace, dict(zip(names, theta, strict=True)), number, plan)
    slopes = array("d", [gradient[name] for name in names])
    return Point(number, names, theta, cost, slopes, first, second, plan, before)


def points(trace: Trace, plan: Plan) -> Iterator[Point]:
    """The start, then each update without end, or to the first that is not finite.

    Each knows the one before it, and no more of the past.
    """
    point = start(trace, plan)
    yield point
    while point.is_finite:
        point = update(trace, replace(point, before=None), plan)
        yield point


def told(before: Point, after: Point, name: str) -> dict[str, float]:
    """The numbers of one parameter's update, under the names that the method's formulas use."""
    place = after.names.index(name)
    carried = carried_to(before, after.plan)[place]
    memory = after.first[place], after.second[place]
    corrected = _corrected(memory, after.number)
    return {
        "before": before.theta[place], "θ": after.theta[place], "η": after.plan.rate,
        "slope": before.slopes[place], "v before": carried[0], "s before": carried[1],
        "v": memory[0], "s": memory[1], "v′": corrected[0], "s′": corrected[1],
    }  # fmt: skip


def moved(trace: Trace, point: Point) -> Trace:
    """The trace at a point of the descent, evaluated and swept when first asked."""
    return replace(trace, bindings={**trace.bindings, **point.values})


def descend(
    trace: Trace,
    steps: int,
    rate: float = RATE,
    method: str = "plain",
    batch: int | None = None,
    seed: int = 0,
) -> list[Trace]:
    """The trace, then the same after each of so many updates of gradient descent.

    Fewer when a cost or a parameter ceases to be finite: that is the last. `method` is plain,
    momentum or adam; `batch` and `seed` choose the rows of each update where there is data. The
    traces share graph and route; each is evaluated and swept when first asked. Raises
    BackpropError for an argument that cannot be used, and where there is no parameter.
    """
    if type(steps) is not int or steps < 0:
        found = cited(repr(steps))
        raise BackpropError(f"the number of updates must be a whole number from 0, found {found}")
    plan = Plan(rate, method, steps, batch, seed)
    return [moved(trace, point) for point in islice(points(trace, plan), steps + 1)]


def batch_rows(rows: int, number: int, plan: Plan) -> Sequence[int] | None:
    """The rows, from 0, of which the gradient after so many updates is; None for all.

    Every epoch goes through all rows once, in an order of its own.
    """
    if plan.batch is None or plan.batch >= rows:
        return None
    epoch, place = divmod(number, -(-rows // plan.batch))
    order = list(range(rows))
    Random(f"{plan.seed} {epoch}").shuffle(order)
    return order[place * plan.batch : (place + 1) * plan.batch]


def _cost(
    trace: Trace, values: Mapping[str, float], number: int, plan: Plan
) -> tuple[float, Mapping[str, float]]:
    """The cost descended on and its gradient: of the program, or the mean over rows of data."""
    data = trace.data
    if data is None:
        there = replace(trace, bindings={**trace.bindings, **values})
        return there.value, there.gradient
    from .rows import mean_over_rows

    return mean_over_rows(trace, data, values, batch_rows(len(data.inputs), number, plan))
