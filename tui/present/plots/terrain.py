"""The cost over two parameters as a picture of characters, with the path walked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import isfinite

from backprop_tui.engine.descent.points import Kept, Point
from backprop_tui.engine.language.show import number
from backprop_tui.engine.text.spans import Line, Span

from ...session.descent import begun, chosen, following
from ...session.session import Session
from ..picture import clip
from .plots import HERE, LARGEST, NEXT, Plot, every, pretty_name, reach, text

BANDS = " .:-=+x&%#"
"""Marks of the cost from low to high, each for as many cells of the picture."""
STYLES = ("sum", "sum", "done", "done", "plain", "plain", "plain", "partial", "partial", "warning")
UNDEFINED = ("?", "warning")
"""Where the cost is no finite number."""
BRIEF = 3
"""Significant digits in the title."""
MARGIN = 11
"""Cells left of the picture, for the numbers of its axis."""
TRACK = "•"
START = "S"
LONGEST = 2_000
"""Updates of the path that are drawn; of more, about that many at equal distances."""

Spot = tuple[float, float]


def terrain(session: Session, width: int, height: int) -> Plot:
    """C over the two parameters chosen last, the marks denser where it is higher."""
    from backprop_tui.engine.descent.curves import costs, grid, spaced

    point = begun(session)
    names = sorted(chosen(session, point), key=point.names.index)
    if len(names) < 2:
        return Plot("A picture over two parameters needs two: w chooses the leaves")
    *earlier, last = point.path()
    points = earlier if earlier and not point.is_finite else [*earlier, last]
    points = [*points[:: -(-len(points) // LONGEST)], points[-1]]
    apart = points[1].number - points[0].number
    path = _places(points, point, names)
    ahead = following(session, point)
    after = _places([ahead], point, names) if ahead.is_finite else []
    walked = [place for place in (*path, *after) if all(map(isfinite, place))]
    counts = max(8, width - MARGIN), max(3, height - 3)
    xs, ys = (
        spaced(
            *reach([place[axis] for place in walked] or [0.0], session.view.plot_zoom), counts[axis]
        )
        for axis in (0, 1)
    )
    across, down = grid(xs, ys[::-1])
    heights = costs(session.trace, dict(zip(names, (across, down), strict=True)))
    cells = _bands(heights)
    marks = [(place, (TRACK, "strong")) for place in path[1:-1]]
    marks += [(path[0], (START, "marked")), *((place, (NEXT, "marked")) for place in after)]
    marks.append((path[-1], (HERE, "marked")))
    for place, mark in marks:
        at = _cell(place, xs, ys)
        if at is not None:
            cells[at] = mark
    title = _title(session, names, heights) + every(apart)
    return Plot(title, lines=tuple(_framed(session, names, xs, ys, cells)))


def _places(points: Sequence[Point | Kept], last: Point, names: Sequence[str]) -> list[Spot]:
    """Where points of a descent lie, by two of its parameters."""
    first, second = map(last.names.index, names)
    return [(point.theta[first], point.theta[second]) for point in points]


def _bands(heights: Sequence[float]) -> list[Span]:
    """A mark for each cell: the tenth of all cells in which its cost lies."""
    ordered = sorted(filter(isfinite, heights))
    found = []
    for cost in heights:
        if not isfinite(cost):
            found.append(UNDEFINED)
            continue
        band = bisect_left(ordered, cost) * len(BANDS) // len(ordered)
        found.append((BANDS[band], STYLES[band]))
    return found


def _cell(place: Spot, xs: Sequence[float], ys: Sequence[float]) -> int | None:
    """The cell of the picture in which a place lies; the highest row comes first."""
    column, row = _index(place[0], xs), _index(place[1], ys)
    if column is None or row is None:
        return None
    return (len(ys) - 1 - row) * len(xs) + column


def _index(value: float, places: Sequence[float]) -> int | None:
    if not abs(value) <= LARGEST:
        return None
    found = round((value - places[0]) / (places[-1] - places[0]) * (len(places) - 1))
    return found if 0 <= found < len(places) else None


def _title(session: Session, names: Sequence[str], heights: Sequence[float]) -> str:
    finite = list(filter(isfinite, heights))
    first, second = (pretty_name(session, name) for name in names)
    words = f"{pretty_name(session)} over {first} and {second}"
    if finite:
        low, high = number(min(finite), BRIEF), number(max(finite), BRIEF)
        words += f", {low} (blank) to {high} ({BANDS[-1]})"
    return f"{words}; {START} start, {HERE} here, {NEXT} next"


def _framed(
    session: Session, names: Sequence[str], xs: Sequence[float], ys: Sequence[float],
    cells: Sequence[Span],
) -> list[Line]:  # fmt: skip
    """The cells row by row with the numbers of both axes."""
    first, second = (pretty_name(session, name) for name in names)
    labels = {0: text(session, ys[-1]), len(ys) // 2: second, len(ys) - 1: text(session, ys[0])}
    lines: list[Line] = []
    for row in range(len(ys)):
        label = clip(labels.get(row, ""), MARGIN - 2)
        spans: list[Span] = [(f"{label:>{MARGIN - 2}} ", "muted")]
        lines.append((*spans, ("│", "muted"), *cells[row * len(xs) : (row + 1) * len(xs)]))
    lines.append(((" " * (MARGIN - 1) + "└" + "─" * len(xs), "muted"),))
    low, high = text(session, xs[0]), text(session, xs[-1])
    room = max(0, len(xs) - len(low) - len(high))
    lines.append(((" " * MARGIN + low + first.center(room) + high, "muted"),))
    return lines
