"""A diagram as rows of characters: boxes with their texts, wires that turn, join and cross."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from backprop_tui.engine.text.memo import memoized
from backprop_tui.engine.text.spans import Line, Span, line_width
from backprop_tui.engine.text.words import cell_width

from .diagram import Box, Diagram
from .raster import HORIZONTAL, Nets, Raster, raster


class Pen(NamedTuple):
    """The characters of one way to draw."""

    wire: str
    """By the sum of the directions in which a wire leaves its cell."""
    box: str
    """Top left, horizontal, top right, vertical, bottom right, bottom left."""


class Glyphs(NamedTuple):
    """The characters of a drawing."""

    plain: Pen
    strong: Pen
    """For what was just sent, and the node that sent it."""
    weak: Pen
    """For what takes no part."""
    crossings: str
    """Where two wires cross without touching: plain, the horizontal strong, the vertical strong."""
    ports: str
    """Where a wire meets a box: on its left, its right, its top, its bottom."""


GLYPHS = Glyphs(
    Pen(" ╶╷┌╴─┐┬╵└│├┘┴┤╋", "╭─╮│╯╰"),
    Pen(" ╺╻┏╸━┓┳╹┗┃┣┛┻┫╋", "┏━┓┃┛┗"),
    Pen(" ╶╷┌╴┄┐┬╵└┆├┘┴┤╋", "╭┄╮┆╯╰"),
    "┼┿╂", "┤├┴┬",
)  # fmt: skip


class WireLook(NamedTuple):
    """How the wire of an edge is drawn."""

    pen: str
    """`plain`, `strong` or `weak`."""
    style: str


class BoxLook(NamedTuple):
    """How a node's box is drawn."""

    pen: str
    style: str
    title: str
    """In the upper border; empty where there is none."""
    lines: Sequence[Line]
    """Inside, each as wide as the box."""


class _BoxRow(NamedTuple):
    """What a box shows in one row."""

    pen: str
    style: str
    line: Line
    """Inside; in the upper border the title."""


class _Row(NamedTuple):
    """A row as it was drawn last, and what it was drawn from."""

    window: tuple[int, int]
    boxes: Sequence[int]
    wires: Sequence[int]
    looks: Sequence[object] | None
    """Those of the boxes, then those of the wires; None before it was drawn."""
    line: Line


@dataclass(frozen=True, eq=False)
class Canvas:
    """A diagram as it was drawn last: only the rows that look another way are drawn anew."""

    cells: Raster
    _rows: dict[int, _Row] = field(default_factory=dict)

    def row(
        self,
        y: int,
        left: int,
        right: int,
        box_look: Callable[[int], BoxLook],
        wire_look: Callable[[int], WireLook],
    ) -> Line:
        """One row of the drawing between two columns, as spans."""
        row = self._rows.get(y)
        if row is None or row.window != (left, right):
            boxes, wires = self.cells.between(y, left, right)
            row = _Row((left, right), boxes, wires, None, ())
        rows = {node: _box_row(self.cells.boxes[node], y, box_look(node)) for node in row.boxes}
        looks = [*rows.values(), *map(wire_look, row.wires)]
        if looks != row.looks:
            line = _line(self.cells, y, left, right, rows, wire_look)
            row = self._rows[y] = row._replace(looks=looks, line=line)
        return row.line


@memoized(1)
def canvas(diagram: Diagram) -> Canvas:
    """The rows of a diagram, none of them drawn yet."""
    return Canvas(raster(diagram))


def _line(
    cells: Raster,
    y: int,
    left: int,
    right: int,
    rows: Mapping[int, _BoxRow],
    look: Callable[[int], WireLook],
) -> Line:
    """Boxes and wires from left to right, blanks between, equal styles joined."""
    pieces: list[tuple[int, int, list[Span]]] = []
    for node, row in rows.items():
        box = cells.boxes[node]
        pieces.append((box.x, box.x + box.width, _box_spans(cells, box, y, row)))
    for start, end, nets in cells.runs(y, left, right):
        text, style = span_of(nets, look)
        pieces.append((start, end, [(text * (end - start), style)]))
    spans: list[Span] = []
    at = left
    for start, end, piece in sorted(pieces, key=itemgetter(0)):
        spans.append((" " * (start - at), "plain"))
        is_whole = left <= start and end <= right
        spans += piece if is_whole else _cut(piece, max(0, left - start), right - start)
        at = end
    spans.append((" " * (right - at), "plain"))
    return tuple(
        ("".join(text for text, _ in group), style)
        for style, group in groupby(spans, key=itemgetter(1))
    )


def rank(look: WireLook) -> int:
    """Which of two wires is seen: the one of the higher rank."""
    return ("weak", "plain", "strong").index(look.pen)


def span_of(nets: Nets, look: Callable[[int], WireLook]) -> Span:
    """The character where wires pass; two that cross show the stronger style."""
    found = []
    for directions, wires in nets:
        looks = map(look, wires)
        best = next(looks) if len(wires) == 1 else max(looks, key=rank)
        found.append((directions, best))
    if len(found) == 1:
        directions, best = found[0]
        return getattr(GLYPHS, best.pen).wire[directions], best.style
    (directions, best), (_, other) = sorted(found, key=lambda one: one[0] != HORIZONTAL)
    strongest = 1 if best.pen == "strong" else 2 if other.pen == "strong" else 0
    return GLYPHS.crossings[strongest], (other if strongest == 2 else best).style


def _box_row(box: Box, y: int, look: BoxLook) -> _BoxRow:
    index = y - box.y - 1
    if index < 0:
        return _BoxRow(look.pen, look.style, ((look.title, look.style),))
    line = look.lines[index] if index < len(look.lines) else ()
    return _BoxRow(look.pen, look.style, line)


def _box_spans(cells: Raster, box: Box, y: int, row: _BoxRow) -> list[Span]:
    """One row of a box, borders included."""
    top_left, horizontal, top_right, vertical, bottom_right, bottom_left = getattr(
        GLYPHS, row.pen
    ).box
    inner = box.width - 2
    used = line_width(row.line)
    if box.y < y < box.y + box.height - 1:
        ends = [
            GLYPHS.ports[port] if (port := cells.ports.get((x, y))) is not None else vertical
            for x in (box.x, box.x + box.width - 1)
        ]
        blank = " " * (inner - used)
        return [(ends[0], row.style), *row.line, (blank, "plain"), (ends[1], row.style)]
    left, right = (top_left, top_right) if y == box.y else (bottom_left, bottom_right)
    border = [
        horizontal if (port := cells.ports.get((box.x + 1 + x, y))) is None else GLYPHS.ports[port]
        for x in range(used, inner)
    ]
    return [(left, row.style), *row.line, ("".join(border) + right, row.style)]


def _cut(spans: Sequence[Span], left: int, right: int) -> list[Span]:
    """Spans between two cells; a wide character that is cut leaves a blank."""
    found: list[Span] = []
    at = 0
    for text, style in spans:
        kept = ""
        for character in text:
            width = cell_width(character)
            if left <= at and at + width <= right:
                kept += character
            elif left < at + width and at < right:
                kept += " "
            at += width
        if kept:
            found.append((kept, style))
    return found
