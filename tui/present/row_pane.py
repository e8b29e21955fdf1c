"""The row of the data that is shown: its inputs, as a picture where they are one, and outputs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from math import isfinite

from backprop_tui.engine import Trace
from backprop_tui.engine.language.show import number
from backprop_tui.engine.layers.rows import values_of_rows
from backprop_tui.engine.network.data import Data
from backprop_tui.engine.text.memo import memoized
from backprop_tui.engine.text.spans import Line, Span, line_width
from backprop_tui.engine.text.words import cell_width, escaped

from ..session.session import Session
from ..session.trouble import MOST_WORK, other_rows
from .data_words import remarks
from .picture import Picture, cut, from_lines, left, right

SHADES = " ░▒▓█"
PIXEL = re.compile(r"\w+?_(\d+)_(\d+)")
"""The name of an input column that is a pixel: its row and column."""
BESIDE = 64
"""Cells from which the outputs stand beside the inputs."""
WIDE = 2
"""Cells of a pixel, which makes it about square."""
NAMES, NUMBERS = 9, 9
"""Cells of a name, at least, and of a number."""
NEAR = 5
"""Significant digits of a number."""


def row_picture(session: Session, width: int) -> Picture:
    """The row's inputs, then the outputs as bars with the target marked, then all rows."""
    data = session.trace.data
    if data is None:
        return from_lines([])
    title: Line = ((session.sample_words.capitalize(), "strong"), *_share(session, data))
    inputs = _inputs(data, _given(session, session.trace.places.neurons[0][0]))
    room = width if width < BESIDE else width - BESIDE // 2
    outputs = [*_outputs(session, data, room), (), _cost(session), *_bad_rows(session)]
    lines = [*inputs, *outputs] if width < BESIDE else _beside(inputs, outputs)
    said: list[Line] = [((text, "muted"),) for text in remarks(data, NEAR)]
    lines = [title, *lines, *([(), *said] if said else [])]
    return from_lines([cut(line, width) for line in lines])


def _beside(one: list[Line], other: list[Line]) -> list[Line]:
    """Lines to the left of others."""
    found: list[Line] = []
    for first, second in zip_longest(one, other, fillvalue=()):
        used = line_width(first)
        found.append((*first, (" " * max(1, BESIDE // 2 - used), "plain"), *second))
    return found


def _given(session: Session, nodes: Sequence[int]) -> list[float]:
    """The inputs, outputs or targets of the row, as they are computed with."""
    return [session.trace.values[node] for node in nodes]


def _inputs(data: Data, values: list[float]) -> list[Line]:
    places = [PIXEL.fullmatch(name) for name in data.columns]
    pixels = {
        (int(place[1]), int(place[2])): value
        for place, value in zip(places, values, strict=True)
        if place is not None
    }
    if len(pixels) < len(values):
        return [
            ((left(escaped(name), 2 * NAMES), "muted"), (number(value, NEAR), "plain"))
            for name, value in zip(data.columns, values, strict=True)
        ]
    columns = range(1 + max(column for _, column in pixels))
    least, most = min(0.0, *pixels.values()), max(pixels.values())
    span = (most - least) or 1.0
    return [
        ((" ", "plain"), *((_shade((pixels.get((row, column), least) - least) / span), "plain")
                           for column in columns))
        for row in range(1 + max(row for row, _ in pixels))
    ]  # fmt: skip


def _shade(share: float) -> str:
    """A pixel from dark to light."""
    place = min(max(share, 0.0), 1.0) * (len(SHADES) - 1)
    return SHADES[round(place)] * WIDE


def _outputs(session: Session, data: Data, width: int) -> list[Line]:
    """A bar for each output; the largest is the network's answer."""
    places, graph = session.trace.places, session.graph
    outputs, target = places.neurons[0][-1], _given(session, places.targets[0])
    found = _given(session, outputs)
    most = max([1.0, *(abs(value) for value in found if isfinite(value))])
    names = _names(data, width)
    room = max(1, width - names - NUMBERS - 2)
    told = data.told(found) if data.classes else None
    # One output that tells two classes apart is named after the second.
    classes = data.classes[-len(found) :]
    lines: list[Line] = []
    for j, value in enumerate(found):
        name = classes[j] if classes else graph.pretty(outputs[j])
        size = round(min(abs(value) / most, 1.0) * room) if value == value else 0
        wanted = target[j] == 1.0 if classes else False
        answer = told == len(data.classes) - len(found) + j
        style = "sum" if wanted and answer else "warning" if answer else "plain"
        bar: Span = (("█" * size).ljust(room), style)
        mark = "◂" if wanted else " "
        numbers: Span = (right(number(value, 3), NUMBERS), style)
        lines.append(((left(escaped(name), names), "strong" if wanted else "muted"), bar, numbers,
                      (f" {mark}", "strong")))  # fmt: skip
    return [*lines, ((_aim(data, target), "muted"),)]


def _aim(data: Data, target: Sequence[float]) -> str:
    """What the outputs should be."""
    if not data.classes:
        return f"target   {', '.join(number(value, NEAR) for value in target)}"
    if not data.is_binary:
        return "◂ the label of this row"
    names = f"0 is {escaped(data.classes[0])}, 1 is {escaped(data.classes[1])}"
    return f"label    {number(target[0], NEAR)}; {names}"


def _names(data: Data, width: int) -> int:
    """Cells of the names of the outputs: as many as they need, a third of the width at most."""
    longest = max((cell_width(escaped(name)) for name in data.classes), default=0)
    return max(NAMES, min(longest + 1, width // 3))


def _cost(session: Session) -> Line:
    output = session.graph.pretty(session.graph.output)
    return ((f"{output} of this row ", "muted"), (number(session.trace.value, 5), "plain"))


def _bad_rows(session: Session) -> list[Line]:
    """That the cost is not finite in another row, and which is the next."""
    rows = other_rows(session)
    if not rows:
        return []
    more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
    return [((f"not finite: row {rows[0]:,}{more}", "warning"), ("  J", "muted"))]


def _share(session: Session, data: Data) -> list[Span]:
    """How many of all rows are told right, where they have labels."""
    if not data.classes or values_of_rows(session.trace) > MOST_WORK:
        return []
    return [(f"  all: {_accuracy(session.trace, data):.1%} right", "sum")]


@memoized(1)
def _accuracy(trace: Trace, data: Data) -> float:
    from backprop_tui.engine.layers.data_rows import accuracy

    return accuracy(trace, data) or 0.0
