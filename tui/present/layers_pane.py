"""The layers pane: every layer's matrices, filled in as the sweep goes, and the equation in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backprop_tui.engine.language.show import number
from backprop_tui.engine.layers import equations
from backprop_tui.engine.layers.substitution import Substitution
from backprop_tui.engine.network.network import Network
from backprop_tui.engine.network.notation import subscript, superscript, symbol
from backprop_tui.engine.network.places import Place
from backprop_tui.engine.text.spans import Line, Span
from backprop_tui.engine.text.words import cell_width, counted

from ..session.session import Session
from .marks import BRACKETS, HELD, MARKS, PARTIAL
from .picture import Picture, cut, left, start_of, wrap

DIGITS = 4
"""Significant digits in a matrix at most."""
CELL = 11
"""Cells of a number in a matrix, one at either side of it for a sign; more under a longer name."""
LABEL, GAP = 8, 2
"""Cells of a row's name, and between values and derivatives side by side."""
ROWS, COLUMNS, LEAST = 8, 4, 2
"""Rows and columns of a matrix that are shown, around the neuron or weight selected.

Where less than the least columns fit side by side, derivatives stand below the values.
"""
NONE = MARKS["none yet"][0]
"""What stands where nothing has been received yet; where nothing is ever sent, HELD."""
JUST = MARKS["current"][0]
"""What stands before a number that was just received."""
LEGEND = f"  {NONE} none yet  {PARTIAL} partial  {JUST} just received  {HELD} nothing sent"


@dataclass(frozen=True, slots=True)
class Element:
    """A number in a matrix with the signs around it, or the name of a column."""

    text: str
    style: str
    before: str = " "
    after: str = " "


Column = tuple[Element, ...]
"""The name of a column, then its numbers from the top."""


def layers_picture(session: Session, width: int) -> Picture:
    """The equations, then the layers from the last to the first, as the sweep passes them.

    On top the equation in use, with its numbers put in; of what is selected when that is elsewhere.
    """
    network = session.trace.network
    if network is None:
        return Picture(1, lambda _: (("this program is no network", "plain"),))
    lines = [*equations.lines(session.trace, session.position), ((LEGEND, "muted"),)]
    focus = 0
    place = session.trace.places.get(session.selected)
    for layer in range(network.layers, 0, -1):
        if layer > 1:
            found, at = _layer(session, network, layer, width)
        elif _are_inputs_free(session):
            found, at = _inputs(session, network)
        else:
            break
        if place is not None and place.layer == layer:
            focus = len(lines) + 1 + at
        lines += [(), *found]
    told = equations.subject(session.trace, session.position)
    if told is None or session.selected != session.current:
        told = session.selected
    words = Substitution(session.trace, session.view.digits)
    numbers = words.line(told, session.position, width)
    return Picture(len(lines), lambda y: cut(lines[y], width), focus, cut(numbers, width))


def _layer(session: Session, network: Network, layer: int, width: int) -> tuple[list[Line], int]:
    """A layer's heading and rows, and the row to keep in sight: values, then derivatives."""
    value, slope = (_wide(name(layer, network.sizes[layer - 2])) for name in (_weight, _by_weight))
    room = (width - LABEL - GAP - 5 * CELL) // (value + slope)
    is_stacked = room < min(LEAST, network.sizes[layer - 2])
    if is_stacked:
        room = (width - LABEL - 3 * CELL) // max(value, slope)
    place = session.trace.places.get(session.selected)
    here = place if place is not None and place.layer == layer else Place("z", layer, 1)
    rows = _window(network.sizes[layer - 1], here.neuron - 1, ROWS)
    sources = _window(network.sizes[layer - 2], max(0, here.source - 1), max(1, min(COLUMNS, room)))
    neurons = (symbol(Place("a", layer, j + 1), 1) for j in rows)
    names = [Element("", "muted"), *(Element(name, "muted") for name in neurons)]
    values = _values(session, layer, rows, sources)
    slopes = _slopes(session, layer, rows, sources)
    lines = wrap(_heading(session, network, layer), width, LABEL)
    at = len(lines) + here.neuron - rows.start
    if is_stacked:
        lines += [*_block(names, values), *_block(names, slopes)]
        at += (len(rows) + 1) * (session.selected == session.current)
    else:
        pairs = zip(_block(names, values), _block((), slopes), strict=True)
        lines += [(*one, (" " * GAP, "plain"), *other) for one, other in pairs]
    found = [_part("rows", rows, network.sizes[layer - 1])]
    found.append(_part("columns", sources, network.sizes[layer - 2]))
    return [*lines, *_left_out(found)], at


def _inputs(session: Session, network: Network) -> tuple[list[Line], int]:
    """The inputs and the derivatives by them, and the row to keep in sight."""
    place = session.trace.places.get(session.selected)
    here = place.neuron - 1 if place is not None and place.layer == 1 else 0
    rows = _window(network.sizes[0], here, ROWS)
    inputs = session.trace.places.neurons[session.cursor.sample - 1][0]
    names = [_title(""), *(_title(symbol(Place("x", 1, k + 1), 1)) for k in rows)]
    values = (_title("x"), *(_value(session, inputs[k]) for k in rows))
    slopes = (_title("∂C/∂x"), *(_slope(session, inputs[k]) for k in rows))
    text = f"Layer 1 of {network.layers}: {counted(network.sizes[0], 'input')}"
    text += f", {session.sample_words}" if session.sample_words else ""
    lines = [((text, "strong"),), *_block(names, [values, slopes])]
    return [*lines, *_left_out([_part("rows", rows, network.sizes[0])])], here - rows.start + 2


def _are_inputs_free(session: Session) -> bool:
    """True where something is sent to an input of the sample shown."""
    inputs = session.trace.places.neurons[session.cursor.sample - 1][0]
    return any(map(session.trace.sweep.route.active.__getitem__, inputs))


def _part(noun: str, shown: range, size: int) -> str:
    """Which rows or columns are shown, counted from 1; nothing when all are."""
    if len(shown) == size:
        return ""
    return f"{noun} {shown.start + 1} to {shown.stop} of {size:,}"


def _left_out(parts: Sequence[str]) -> list[Line]:
    """The line under a block of which not all is shown."""
    text = ", ".join(filter(None, parts))
    return [((f"{'':{LABEL}}{text}", "muted"),)] if text else []


def _heading(session: Session, network: Network, layer: int) -> Line:
    size, before = network.sizes[layer - 1], network.sizes[layer - 2]
    text = f"Layer {layer} of {network.layers}: {counted(size, 'neuron')}, "
    text += f"{network.activations[layer - 2]}, W{superscript(layer)} is {size} × {before}"
    if session.sample_words:
        text += f", {session.sample_words}"
    return ((text, "strong"),)


def _values(session: Session, layer: int, rows: range, sources: range) -> list[Column]:
    """W, b, z and a."""
    weights = [session.trace.places.weights(layer, j + 1) for j in rows]
    found = [
        (_title(_weight(layer, k + 1)), *(_value(session, row[k]) for row in weights))
        for k in sources
    ]
    for letter in "bza":
        numbers = (_value(session, node) for node in _nodes(session, letter, layer, rows))
        found.append((_title(f"{letter}{superscript(layer)}"), *numbers))
    return found


def _slopes(session: Session, layer: int, rows: range, sources: range) -> list[Column]:
    """δ, ∂C/∂W and ∂C/∂b."""
    weights = [session.trace.places.weights(layer, j + 1) for j in rows]
    deltas, biases = (
        [_slope(session, node) for node in _nodes(session, letter, layer, rows)] for letter in "zb"
    )
    columns = [
        (_title(_by_weight(layer, k + 1)), *(_slope(session, row[k]) for row in weights))
        for k in sources
    ]
    high = superscript(layer)
    return [(_title(f"δ{high}"), *deltas), *columns, (_title(f"∂C/∂b{high}"), *biases)]


def _nodes(session: Session, letter: str, layer: int, rows: range) -> list[int]:
    """The nodes of this letter of some neurons of a layer, in the sample shown."""
    places = (Place(letter, layer, j + 1, 0, session.cursor.sample) for j in rows)
    return [session.trace.places.node(place) for place in places]


def _block(names: Sequence[Element], columns: Sequence[Column]) -> list[Line]:
    """Columns side by side as lines, each row with its name."""
    lines: list[list[Span]] = [[] for _ in columns[0]]
    for line, cell in zip(lines, names, strict=False):
        line.append((left(cell.text, LABEL), cell.style))
    for column in columns:
        wide = _wide(column[0].text)
        for line, cell in zip(lines, column, strict=True):
            shown = f"{cell.before}{cell.text}{cell.after}"
            line += [(" " * (wide - cell_width(shown)), "plain"), (shown, cell.style)]
    return [tuple(line) for line in lines]


def _title(text: str) -> Element:
    return Element(text, "muted", after="")


def _weight(layer: int, k: int) -> str:
    """The name above the weights from one neuron, from 1, of the layer before."""
    return f"w{superscript(layer)}ⱼ{subscript(k)}"


def _by_weight(layer: int, k: int) -> str:
    """The name above the derivatives by them."""
    return f"∂C/∂{_weight(layer, k)}"


def _wide(name: str) -> int:
    """The cells of a column of numbers with this name."""
    return max(CELL, cell_width(name) + 1)


def _window(size: int, around: int, room: int) -> range:
    """The indices shown, from 0."""
    start = start_of(around, size, room)
    return range(start, min(size, start + room))


def _value(session: Session, node: int) -> Element:
    text = _fitted(session.trace.values[node], session.view.digits)
    if node == session.selected:
        return Element(text, "marked", *BRACKETS)
    return Element(text, "plain")


def _slope(session: Session, node: int) -> Element:
    """A derivative: none, none yet, partial or complete, just received or before."""
    sweep = session.trace.sweep
    received = sweep.received(node, session.position)
    if received is None:
        return Element(HELD, "muted")
    if not received.arrived:
        return Element(NONE, "muted")
    state = "" if received.complete else PARTIAL
    text = state + _fitted(received.adjoint, session.view.digits, CELL - 2 - len(state))
    if sweep.route.arrivals(node)[received.arrived - 1] in session.just_sent:
        return Element(text, "current", JUST)
    return Element(text, "partial" if state else "sum")


@lru_cache(maxsize=1024)
def _fitted(value: float, digits: int, room: int = CELL - 2) -> str:
    """A number with as many digits as its cell has room for."""
    texts = (number(value, count) for count in range(min(digits, DIGITS), 0, -1))
    return next((text for text in texts if cell_width(text) <= room), number(value, 1))
