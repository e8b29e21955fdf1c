"""A diagram as rows of characters: boxes with their texts, wires that turn, join and cross."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from backprop_tui.engine.errors import cell_width
from backprop_tui.engine.spans import Line, Span

from .diagram import Box, Diagram, Point

EAST, SOUTH, WEST, NORTH = 1, 2, 4, 8
HORIZONTAL = EAST | WEST


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


UNICODE = Glyphs(
    Pen(" ╶╷┌╴─┐┬╵└│├┘┴┤╋", "╭─╮│╯╰"),
    Pen(" ╺╻┏╸━┓┳╹┗┃┣┛┻┫╋", "┏━┓┃┛┗"),
    Pen(" ╶╷┌╴┄┐┬╵└┆├┘┴┤╋", "╭┄╮┆╯╰"),
    "┼┿╂", "┤├┴┬",
)  # fmt: skip
ASCII = Glyphs(
    Pen(" -|+--++|+|++++*", "+-+|++"),
    Pen(" =#+==++#+#++++*", "#=####"),
    Pen(" .:+..++:+:++++*", "...:.."),
    "|||", "++++",
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


@dataclass(frozen=True, eq=False)
class Raster:
    """The cells of a diagram's wires and the boxes of each row, which no look changes."""

    diagram: Diagram
    cells: Mapping[Point, Mapping[int, tuple[int, list[int]]]]
    """By cell and by operand: the directions, and the wires that pass."""
    boxes: Sequence[Sequence[int]]
    """By row: the nodes whose boxes it cuts, from left to right."""
    ports: Mapping[Point, int]
    """Where on a border a wire meets a box: an index of the glyphs' ports."""


@lru_cache(maxsize=4)
def raster(diagram: Diagram) -> Raster:
    """The cells of a diagram."""
    cells: dict[Point, dict[int, tuple[int, list[int]]]] = {}
    ports: dict[Point, int] = {}
    for index, wire in enumerate(diagram.wires):
        for point, directions in _walk(wire.points, diagram.across):
            net = cells.setdefault(point, {})
            known, passing = net.get(wire.edge.operand, (0, []))
            net[wire.edge.operand] = known | directions, [*passing, index]
        (x, y), (u, v) = wire.points[0], wire.points[-1]
        ports.update(
            {(x - 1, y): 1, (u + 1, v): 0} if diagram.across else {(x, y + 1): 2, (u, v - 1): 3}
        )
    rows: list[list[int]] = [[] for _ in range(diagram.height)]
    for node, box in sorted(diagram.boxes.items(), key=lambda item: item[1].x):
        for y in range(box.y, box.y + box.height):
            rows[y].append(node)
    return Raster(diagram, cells, rows, ports)


def _walk(points: Sequence[Point], across: bool) -> list[tuple[Point, int]]:
    """The cells of a line with the directions in which it leaves each, its ends included."""
    last = EAST if across else NORTH
    first = WEST if across else SOUTH
    found: dict[Point, int] = {points[0]: first}
    here = points[0]
    for _, there in pairwise(points):
        while here != there:
            step = _sign(there[0] - here[0]), _sign(there[1] - here[1])
            out, into = WAYS[step]
            found[here] = found.get(here, 0) | out
            here = here[0] + step[0], here[1] + step[1]
            found[here] = found.get(here, 0) | into
    found[here] |= last
    return list(found.items())


WAYS = {
    (1, 0): (EAST, WEST),
    (-1, 0): (WEST, EAST),
    (0, 1): (SOUTH, NORTH),
    (0, -1): (NORTH, SOUTH),
}
"""For a step: the directions in which it leaves one cell and enters the next."""


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def picture_row(
    cells: Raster,
    y: int,
    left: int,
    right: int,
    glyphs: Glyphs,
    box_look: Callable[[int], BoxLook],
    wire_look: Callable[[int], WireLook],
) -> Line:
    """One row of the drawing between two columns, as spans."""
    spans: list[Span] = []
    x = left
    for node in cells.boxes[y]:
        box = cells.diagram.boxes[node]
        if box.x + box.width <= left or box.x >= right:
            continue
        spans += _wires(cells, y, x, max(x, box.x), glyphs, wire_look)
        row = _box_row(cells, box, y, box_look(node), glyphs)
        spans += _cut(row, max(0, left - box.x), right - box.x)
        x = box.x + box.width
    return (*spans, *_wires(cells, y, x, right, glyphs, wire_look))


def _wires(
    cells: Raster,
    y: int,
    left: int,
    right: int,
    glyphs: Glyphs,
    look: Callable[[int], WireLook],
) -> list[Span]:
    """The wires of a row between two columns, equal styles joined."""
    spans: list[Span] = []
    for x in range(left, right):
        nets = cells.cells.get((x, y))
        text, style = _wire_cell(nets, glyphs, look) if nets else (" ", "plain")
        if spans and spans[-1][1] == style:
            spans[-1] = spans[-1][0] + text, style
        else:
            spans.append((text, style))
    return spans


RANK = {"strong": 2, "plain": 1, "weak": 0}


def _wire_cell(
    nets: Mapping[int, tuple[int, list[int]]], glyphs: Glyphs, look: Callable[[int], WireLook]
) -> Span:
    """The character where wires pass; two that cross show the stronger style."""
    found = []
    for directions, wires in nets.values():
        best = max(map(look, wires), key=lambda one: RANK[one.pen])
        found.append((directions, best))
    if len(found) == 1:
        directions, best = found[0]
        return getattr(glyphs, best.pen).wire[directions], best.style
    (directions, best), (_, other) = sorted(found, key=lambda one: one[0] != HORIZONTAL)
    strongest = 1 if best.pen == "strong" else 2 if other.pen == "strong" else 0
    return glyphs.crossings[strongest], (other if strongest == 2 else best).style


def _box_row(cells: Raster, box: Box, y: int, look: BoxLook, glyphs: Glyphs) -> list[Span]:
    """One row of a box, borders included."""
    top_left, horizontal, top_right, vertical, bottom_right, bottom_left = getattr(
        glyphs, look.pen
    ).box
    inner = box.width - 2
    if box.y < y < box.y + box.height - 1:
        ends = [
            glyphs.ports[port] if (port := cells.ports.get((x, y))) is not None else vertical
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
            border[x] = glyphs.ports[port]
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
