"""Gradient descent on the leaves differentiated by; it uses the sweep, and is not part of it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from ..network.places import SAMPLED
from ..text.errors import BackpropError
from ..text.words import briefly
from ..tracing.trace import Trace
from .methods import METHODS, NOTHING, Memory, corrected
from .plan import RATE, Plan, check_plan
from .points import Kept, Past, Point, recent


def descended_on(trace: Trace) -> tuple[str, ...]:
    """The parameters: what is differentiated by, without what the rows of data give."""
    return tuple(_descended_on(trace))


def _descended_on(trace: Trace) -> Iterator[str]:
    names, has_rows = trace.graph.names, trace.data is not None
    return (names[leaf] for leaf in trace.route.wrt if not (has_rows and _is_given(trace, leaf)))


def _is_given(trace: Trace, leaf: int) -> bool:
    """True for an input or a target of a network."""
    place = trace.places.get(leaf)
    return place is not None and place.letter in SAMPLED


def check_parameters(trace: Trace) -> None:
    """BackpropError where there is no parameter to descend on."""
    if next(_descended_on(trace), None) is None:
        why = "the rows of data give what is" if trace.route.wrt else "no leaf is"
        raise BackpropError(f"{why} differentiated by: there is nothing to descend on")


def start(trace: Trace, plan: Plan) -> Point:
    """Descent before its first update. BackpropError where there is no parameter."""
    check_parameters(trace)
    names = descended_on(trace)
    theta = array("d", [trace.bindings[name] for name in names])
    nothing = array("d", bytes(8 * len(theta)))
    return _point(trace, check_plan(plan), names, Kept(0, theta, nothing, nothing))


def update(trace: Trace, point: Point, plan: Plan) -> Point:
    """The point after one more update. Never raises for numbers: they may cease to be finite."""
    method, number = METHODS[plan.method], point.number + 1
    carried = _carried_to(point, plan)
    memory = [method.remember(*pair) for pair in zip(point.slopes, carried, strict=True)]
    theta = array("d", [
        value + method.change(plan.rate, slope, kept, number)
        for value, slope, kept in zip(point.theta, point.slopes, memory, strict=True)
    ])  # fmt: skip
    first, second = (array("d", column) for column in zip(*memory, strict=True))
    at = Kept(number, theta, _shared(first, point.first), _shared(second, point.second))
    found = _point(_moved(trace, point.names, theta), plan, point.names, at)
    before = _as_before(point)
    return replace(found, before=before, past=before.past)


def _shared(column: Sequence[float], before: Sequence[float]) -> Sequence[float]:
    """The column before where nothing has changed, so that it is kept once."""
    return before if column == before else column


def _as_before(point: Point) -> Point:
    """A point as the next one's `before`: where many hang together the first are left behind."""
    most = recent(len(point.theta))
    if point.number - point.past.end < 2 * most:
        return point if point.there is None else replace(point, there=None)
    linked = point.linked()
    past = point.past.followed_by(linked[:most])
    found = None
    for one in linked[most:]:
        found = replace(one, before=found, past=past, there=None)
    assert found is not None
    return found


def _carried_to(point: Point, plan: Plan) -> list[Memory]:
    """What a method finds carried on, by parameter: nothing when another was used before."""
    if point.plan.method != plan.method:
        return [NOTHING] * len(point.names)
    return list(zip(point.first, point.second, strict=True))


def _point(there: Trace, plan: Plan, names: tuple[str, ...], at: Kept) -> Point:
    """The point at the parameters of a trace, with its cost and gradient."""
    cost, gradient = _cost(there, at.number, plan)
    slopes = array("d", [gradient[name] for name in names])
    return Point(at.number, names, at.theta, cost, slopes, at.first, at.second, plan, there=there)


def earlier(trace: Trace, point: Point) -> Point | None:
    """The point before, bit for bit as it was; None where there is none.

    Where it was left behind, it is computed again from the last point kept before it.
    """
    before = point.before
    if before is None or before.before is not None or not before.past.kept:
        return before
    again = _again(trace, before, before.number - 1)
    return replace(before, before=again, past=again.past)


def beginning(trace: Trace, point: Point) -> Point:
    """The start of the descent to a point, bit for bit as it was."""
    return _again(trace, point, 0) if point.past.kept else point.linked()[0]


def _again(trace: Trace, point: Point, number: int) -> Point:
    """A point that was left behind on the way to this one."""
    past = point.past
    kept = past.nearest(max(0, number - 1))
    there = _moved(trace, point.names, kept.theta)
    found = _point(there, past.plan(kept.number), point.names, kept)
    found = replace(found, past=past.until(kept.number), there=None)
    for made in range(kept.number + 1, number + 1):
        found = update(trace, found, past.plan(made))
    return found


def points(trace: Trace, plan: Plan) -> Iterator[Point]:
    """The start, then each update without end, or to the first that is not finite.

    Each knows the one before it, and no more of the past.
    """
    point = start(trace, plan)
    yield point
    while point.is_finite:
        alone = replace(point, before=None, past=Past(point.number), there=None)
        point = update(trace, alone, plan)
        yield point


def update_numbers(before: Point, after: Point, name: str) -> dict[str, float]:
    """The numbers of one parameter's update, under the names that the method's formulas use."""
    place = after.names.index(name)
    carried = (before.first[place], before.second[place])
    if before.plan.method != after.plan.method:
        carried = NOTHING
    memory = after.first[place], after.second[place]
    mean, square = corrected(memory, after.number)
    return {
        "before": before.theta[place], "θ": after.theta[place], "η": after.plan.rate,
        "slope": before.slopes[place], "v before": carried[0], "s before": carried[1],
        "v": memory[0], "s": memory[1], "v′": mean, "s′": square,
    }  # fmt: skip


def moved(trace: Trace, point: Point) -> Trace:
    """The trace at a point of the descent, evaluated and swept when first asked."""
    return _moved(trace, point.names, point.theta)


def _moved(trace: Trace, names: Sequence[str], theta: Sequence[float]) -> Trace:
    return replace(trace, bindings={**trace.bindings, **dict(zip(names, theta, strict=True))})


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
    if not isinstance(trace, Trace):
        raise BackpropError(f"descent goes on from a trace, found {briefly(trace)}")
    plan = check_plan(Plan(rate, method, steps, batch, seed))
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


def _cost(there: Trace, number: int, plan: Plan) -> tuple[float, Mapping[str, float]]:
    """The cost descended on and its gradient: of the program, or the mean over rows of data."""
    data = there.data
    if data is None:
        return there.value, there.gradient
    from ..layers.data_rows import mean_over_rows

    return mean_over_rows(there, data, rows=batch_rows(len(data.inputs), number, plan))
