"""The layers pane: every layer's matrices, filled in as the sweep goes, and the equation in use."""

from __future__ import annotations

from backprop_tui.engine.equations import Equations
from backprop_tui.engine.errors import cell_width
from backprop_tui.engine.layers import Number, derivative
from backprop_tui.engine.lowering import pretty, weight_name
from backprop_tui.engine.neurons import place_at, sample_ending
from backprop_tui.engine.show import number
from backprop_tui.engine.spans import Line, Span

from ..session import Session
from .picture import Picture, clip, left, right, start_of

DIGITS = 4
"""Significant digits in a matrix."""
CELL = 10
"""Cells of a number in a matrix."""
ROWS, COLUMNS = 8, 4
"""Rows and columns of a matrix that are shown, around the neuron or weight selected."""
NONE = "·"
"""What stands where nothing has been received."""
Window = tuple[range, bool]
"""The indices shown, from 0, and whether there are more."""


def layers_picture(session: Session, width: int) -> Picture:
    """The equations, then the layers from the last to the first, as the sweep passes them.

    On top the equation of the neuron, weight or bias selected, with its numbers put in.
    """
    network = session.trace.network
    if network is None:
        return Picture(1, lambda _: (("this program is no network", "plain"),))
    words = Equations(session.trace, session.digits)
    lines = words.lines(session.position)
    focus = 0
    place = place_at(session.trace, session.selected)
    for layer in range(network.layers, 1, -1):
        if place is not None and place.layer == layer:
            focus = len(lines) + 2
        lines += [(), *_layer(session, layer, width)]
    numbers = tuple(_cut(words.numbers(session.selected, session.position), width))
    return Picture(len(lines), lines.__getitem__, focus, numbers)


def _layer(session: Session, layer: int, width: int) -> list[Line]:
    """A layer's heading, then one row a neuron: values, then derivatives."""
    network = session.trace.network
    assert network is not None
    rows, columns = _windows(session, layer, width)
    ending = sample_ending(session.trace, session.sample_shown)
    lines = [_heading(session, layer), _columns(session, layer, columns)]
    for j in (row + 1 for row in rows[0]):
        z, a = (f"{letter}{layer}_{j}{ending}" for letter in "za")
        weights = [weight_name(layer, j, k + 1) for k in columns[0]]
        bias = f"b{layer}_{j}"
        spans: list[Span] = [(left(pretty(f"a{layer}_{j}"), 8), "muted")]
        spans += [_value(session, name) for name in weights] + _more(columns)
        spans += [_value(session, name) for name in (bias, z, a)] + [("  ", "plain")]
        spans += [_slope(session, name) for name in (z, *weights)] + _more(columns)
        spans += [_slope(session, bias)]
        lines.append(tuple(spans))
    if rows[1]:
        left_out = network.sizes[layer - 1] - len(rows[0])
        lines.append(((f"        … and {left_out} more neurons", "muted"),))
    return [tuple(_cut(line, width)) for line in lines]


def _heading(session: Session, layer: int) -> Line:
    network = session.trace.network
    assert network is not None
    size, before = network.sizes[layer - 1], network.sizes[layer - 2]
    plural = "" if size == 1 else "s"
    text = f"Layer {layer} of {network.layers}: {size} neuron{plural}, "
    text += f"{network.activations[layer - 2]}, W{pretty(f'w{layer}_0')[1:-1]} is {size} × {before}"
    if session.sample_words:
        text += f", {session.sample_words}"
    return ((text, "strong"),)


def _columns(session: Session, layer: int, columns: Window) -> Line:
    """The names above the columns."""
    high = pretty(f"w{layer}_0")[1:-1]
    weights = [pretty(f"w{layer}_{k + 1}").replace(high, f"{high}ⱼ", 1) for k in columns[0]]
    slopes = [f"∂C/∂{name}" for name in weights]
    more = ["…"] if columns[1] else []
    names = [*weights, *more, f"b{high}", f"z{high}", f"a{high}"]
    text = " " * 8 + "".join(right(name, 3 if name == "…" else CELL) for name in names) + "  "
    later = [f"δ{high}", *slopes, *more, f"∂C/∂b{high}"]
    text += "".join(right(name, 3 if name == "…" else CELL) for name in later)
    return ((text, "muted"),)


def _windows(session: Session, layer: int, width: int) -> tuple[Window, Window]:
    """The neurons and the sources of a layer that are shown."""
    network = session.trace.network
    assert network is not None
    place = place_at(session.trace, session.selected)
    here = place is not None and place.layer == layer
    j = place.neuron - 1 if place is not None and here else 0
    k = place.source - 1 if place is not None and here and place.source else 0
    room = max(1, (width - 8 - 5 * CELL - 4) // (2 * CELL))
    return (
        _window(network.sizes[layer - 1], j, ROWS),
        _window(network.sizes[layer - 2], k, min(COLUMNS, room)),
    )


def _window(size: int, around: int, room: int) -> Window:
    start = start_of(around, size, room)
    return range(start, min(size, start + room)), size > room


def _more(columns: Window) -> list[Span]:
    return [(right("…", 3), "muted")] if columns[1] else []


def _value(session: Session, name: str) -> Span:
    node = session.graph.by_name[name]
    text = number(session.trace.values[node], min(session.digits, DIGITS))
    return right(text, CELL), "marked" if node == session.selected else "plain"


def _slope(session: Session, name: str) -> Span:
    """A derivative: none yet, partial or complete, just received or before."""
    trace, node = session.trace, session.graph.by_name[name]
    found: Number = derivative(trace, name, session.position)
    if found is None:
        return right(NONE, CELL), "muted"
    received = trace.sweep.received(node, session.position)
    step = session.explanation.current(session.position)
    arrivals = trace.sweep.route.arrivals(node)
    last = arrivals[received.count - 1] if received and received.count else -1
    just = step > 0 and last >= trace.sweep.route.starts[step - 1]
    style = "current" if just else "sum" if received and received.complete else "partial"
    return right(number(found, min(session.digits, DIGITS)), CELL), style


def _cut(line: Line, width: int) -> list[Span]:
    """A line cut to the width."""
    found: list[Span] = []
    for text, style in line:
        shown = clip(text, width)
        width -= cell_width(shown)
        found.append((shown, style))
    return found
