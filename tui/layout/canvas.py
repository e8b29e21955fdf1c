"""A diagram as rows of characters: boxes with their texts, wires that turn, join and cross."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from backprop_tui.engine.errors import cell_width
from backprop_tui.engine.spans import Line, Span

from .diagram import Box
from .raster import HORIZONTAL, Nets, Raster


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


def picture_row(
    cells: Raster,
    y: int,
    left: int,
    right: int,
    box_look: Callable[[int], BoxLook],
    wire_span: Callable[[Nets], Span],
) -> Line:
    """One row of the drawing between two columns, as spans."""
    spans: list[Span] = []
    x = left
    for node in cells.boxes[y]:
        box = cells.diagram.boxes[node]
        if box.x + box.width <= left or box.x >= right:
            continue
        spans += _wires(cells, y, x, max(x, box.x), wire_span)
        row = _box_row(cells, box, y, box_look(node))
        is_whole = left <= box.x and box.x + box.width <= right
        spans += row if is_whole else _cut(row, max(0, left - box.x), right - box.x)
        x = box.x + box.width
    return (*spans, *_wires(cells, y, x, right, wire_span))


def _wires(
    cells: Raster, y: int, left: int, right: int, wire_span: Callable[[Nets], Span]
) -> list[Span]:
    """The wires of a row between two columns, equal styles joined."""
    spans: list[Span] = []
    runs = cells.row(y)
    for run in runs[bisect_right(runs, left, key=attrgetter("end")) :]:
        if run.start >= right:
            break
        start, end = max(run.start, left), min(run.end, right)
        text, style = wire_span(run.nets)
        spans += [(" " * (start - left), "plain"), (text * (end - start), style)]
        left = end
    spans.append((" " * (right - left), "plain"))
    return [
        ("".join(text for text, _ in group), style)
        for style, group in groupby(spans, key=itemgetter(1))
    ]


RANK = {"strong": 2, "plain": 1, "weak": 0}


def span_of(nets: Nets, look: Callable[[int], WireLook]) -> Span:
    """The character where wires pass; two that cross show the stronger style."""
    found = []
    for directions, wires in nets:
        best = max(map(look, wires), key=lambda one: RANK[one.pen])
        found.append((directions, best))
    if len(found) == 1:
        directions, best = found[0]
        return getattr(GLYPHS, best.pen).wire[directions], best.style
    (directions, best), (_, other) = sorted(found, key=lambda one: one[0] != HORIZONTAL)
    strongest = 1 if best.pen == "strong" else 2 if other.pen == "strong" else 0
    return GLYPHS.crossings[strongest], (other if strongest == 2 else best).style


def _box_row(cells: Raster, box: Box, y: int, look: BoxLook) -> list[Span]:
    """One row of a box, borders included."""
    top_left, horizontal, top_right, vertical, bottom_right, bottom_left = getattr(
        GLYPHS, look.pen
    ).box
    inner = box.width - 2
    if box.y < y < box.y + box.height - 1:
        ends = [
            GLYPHS.ports[port] if (port := cells.ports.get((x, y))) is not None else vertical
            for x in (box.x, box.x + box.width - 1)
        ]
        index = y - box.y - 1
        line = look.lines[index] if index < len(look.lines) else ()
        used = sum(cell_width(text) for text, _ in line)
        return [
            (ends[0], look.style),
            *line,
            (" " * (inner - used), "plain"),
            (ends[1], look.style),
        ]
    left, right = (top_left, top_right) if y == box.y else (bottom_left, bottom_right)
    border = [horizontal] * inner
    for x in range(inner):
        if (port := cells.ports.get((box.x + 1 + x, y))) is not None:
            border[x] = GLYPHS.ports[port]
    if y > box.y or not look.title:
        return [(left + "".join(border) + right, look.style)]
    rest = horizontal * (inner - cell_width(look.title))
    return [(left, look.style), (look.title, look.style), (rest + right, look.style)]


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
