"""What is plotted of gradient descent: the cost along a parameter, and over the updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite, log10

from backprop_tui.engine.language.show import number
from backprop_tui.engine.text.spans import Line

from ...session.descent import begun, chosen, following
from ...session.session import Session

SAMPLES = 240
"""Points of a curve."""
MOST_UPDATES = 1_000
"""Updates whose cost is drawn; of more, about that many at equal distances."""
HERE, NEXT = "●", "◆"
FARTHEST = 1e6
"""Steps longer than so many times the parameter are left out of the picture."""
LARGEST = 1e150
"""Numbers beyond this are not drawn."""
OUTLIERS = 10
"""Heights beyond the middle eight tenths by so many times their spread are cut off."""


@dataclass(frozen=True, slots=True)
class Series:
    """A line through points; the points themselves where there is a marker."""

    xs: Sequence[float]
    ys: Sequence[float]
    style: str
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A title, and series over two axes; or lines that are drawn as they are."""

    title: str
    x: str = ""
    y: str = ""
    series: tuple[Series, ...] = ()
    limits: tuple[float, float] | None = None
    """Of the vertical axis; None for all that there is."""
    whole: bool = False
    """True where the horizontal axis counts."""
    log: bool = False
    """True where heights are powers of ten."""
    lines: tuple[Line, ...] = ()


def curve(session: Session, width: int, height: int) -> Plot:
    """C along the parameter chosen, with its tangent here and the step of the next update."""
    from backprop_tui.engine.descent.curves import costs, slope, spaced

    point = begun(session)
    name = chosen(session, point)[-1]
    after = following(session, point)
    place = point.names.index(name)
    here, there, moved_by = point.theta[place], after.theta[place], point.slopes[place]
    is_of_batch = point.plan.batch is not None
    steepness = slope(session.trace, name) if is_of_batch else moved_by
    xs = spaced(*reach([here], session.view.plot_zoom, there - here), SAMPLES)
    *ys, landing = costs(session.trace, {name: [*xs, there]})
    along, output = pretty_name(session, name), pretty_name(session)
    title = f"{output} along {along}: {HERE} here, slope {text(session, steepness)}"
    series = [Series(*run, "forward") for run in _runs(xs, ys)]
    if isfinite(steepness):
        ends = (xs[0], xs[-1])
        tangent = [point.cost + steepness * (x - here) for x in ends]
        series += [Series(*run, "later") for run in _runs(ends, tangent)]
    if _is_drawn(there) and _is_drawn(landing):
        series.append(Series((there,), (landing,), "sum", NEXT))
        title += f"; {NEXT} next"
        title += f", by the mini-batch's slope {text(session, moved_by)}" if is_of_batch else ""
    if _is_drawn(point.cost):
        series.append(Series((here,), (point.cost,), "current", HERE))
    heights = [y for y in (*ys, point.cost) if _is_drawn(y)]
    return Plot(title, along, output, tuple(series), _limits(heights))


def history(session: Session, width: int, height: int) -> Plot:
    """The cost over the updates made so far."""
    costs = begun(session).costs()
    if len(costs) == 1:
        return Plot("The cost over the updates: none made yet; d makes one, R runs")
    drawn = costs[:: -(-len(costs) // MOST_UPDATES)]
    drawn += costs[-1:] if drawn[-1] != costs[-1] else []
    output, (last, cost) = pretty_name(session), costs[-1]
    title = f"{output} over the updates: {text(session, costs[0][1])} at the start,"
    title += f" {text(session, cost)} after {last:,}"
    xs, ys = [float(number) for number, _ in drawn], [cost for _, cost in drawn]
    if sum(map(_is_drawn, ys)) < 2:
        return Plot(f"{output} over the updates: there is but one finite cost so far")
    series = tuple(Series(*run, "sum") for run in _runs(xs, ys))
    apart = drawn[1][0] - drawn[0][0]
    return Plot(title, "update" + every(apart), output, series, whole=True)


def log_history(session: Session, width: int, height: int) -> Plot:
    """The same with heights as powers of ten."""
    plain = history(session, width, height)
    if any(y <= 0 for one in plain.series for y in one.ys):
        return Plot(f"{plain.y} is not above 0: a logarithmic scale cannot show it")
    series = tuple(replace(one, ys=list(map(log10, one.ys))) for one in plain.series)
    return replace(plain, title=f"{plain.title}, log scale", series=series, log=True)


def every(apart: int) -> str:
    """What is said where only some of the updates are drawn; nothing where all are."""
    return f", one in {apart:,} drawn" if apart > 1 else ""


def reach(places: Sequence[float], zoom: int, step: float = 0.0) -> tuple[float, float]:
    """What an axis shows: the places, room around them, and the next step within reason."""
    low, high = (min(max(end, -LARGEST), LARGEST) for end in (min(places), max(places)))
    middle = (low + high) / 2
    seen = abs(step) if abs(step) <= FARTHEST * max(1.0, abs(middle)) else 0.0
    around = max(0.7 * (high - low), 0.5 * abs(middle), 1.5 * seen)
    around = (around or 1.0) * 2.0**-zoom
    return middle - around, middle + around


def pretty_name(session: Session, name: str | None = None) -> str:
    """How a variable, or the output, is written."""
    graph = session.graph
    return graph.pretty(graph.output if name is None else graph.by_name[name])


def text(session: Session, value: float) -> str:
    """A number as the session shows it."""
    return number(value, session.view.digits)


def _runs(xs: Sequence[float], ys: Sequence[float]) -> Iterator[tuple[list[float], list[float]]]:
    """The unbroken parts of a line: where every height is finite."""
    run: tuple[list[float], list[float]] = ([], [])
    for x, y in zip(xs, ys, strict=True):
        if _is_drawn(y):
            run[0].append(x)
            run[1].append(y)
        elif run[0]:
            yield run
            run = ([], [])
    if run[0]:
        yield run


def _is_drawn(value: float) -> bool:
    """False for what is not finite, or too large for the arithmetic of a picture."""
    return abs(value) <= LARGEST


def _limits(heights: Sequence[float]) -> tuple[float, float] | None:
    """The heights shown, with some room; those near a pole are cut off."""
    if not heights:
        return None
    ordered = sorted(heights)
    tenth, most = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    spread = most - tenth
    low = max(ordered[0], tenth - OUTLIERS * spread)
    high = min(ordered[-1], most + OUTLIERS * spread)
    room = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    return low - room, high + room
